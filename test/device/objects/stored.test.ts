/** Objects of stored values: what an application writes down is what servers see. */
import test from 'ava';
import { Device, FirmwareUpdate, get, object, Portfolio, set, Temperature } from '../../../src/device/objects/index';
import { text } from '../../support/bench';
import { formatOf, textOf, TLV } from '../../support/dialogue';
import { createBoard } from '../../support/objects';
import { encodeTlv, type RefItem } from '../../reference/tlv';

const { SENSOR_VALUE, SENSOR_UNITS, APPLICATION_TYPE, RESET_MIN_AND_MAX_MEASURED_VALUES } = Temperature;

test('an object has the resources that some instance was given, and no others', (t) => {
  const o = object(Temperature.model(), { 0: { [SENSOR_VALUE]: 1.5 }, 1: { [SENSOR_VALUE]: 2, [SENSOR_UNITS]: 'Cel' } });
  t.deepEqual([...o.table].filter((_, at) => at % 2 === 0), [SENSOR_VALUE, SENSOR_UNITS]);
  const { dialogue, values } = createBoard([o]);
  t.deepEqual(values('/3303/0'), { 5700: 1.5 });
  t.deepEqual(values('/3303/1'), { 5700: 2, 5701: 'Cel' });
  t.is(dialogue.get('/3303/0/5701').text, '4.04');
  t.is(dialogue.put('/3303/0/5750', { format: 0, payload: text('x') }).text, '4.04');
  t.is(dialogue.post('/3303/0/5605').text, '4.04', 'nor executable ones');
});

test('instances come in ascending order, in whatever order they were given', (t) => {
  const given: Record<number, object> = {};
  for (const id of [7, 0, 65534, 3]) given[id] = { [SENSOR_VALUE]: id };
  // As Espruino keeps keys: in the order in which they came.
  const o = object(Temperature.model(), new Proxy(given, { ownKeys: () => ['7', '0', '65534', '3'] }) as never);
  t.deepEqual(o.instances, [0, 3, 7, 65534]);
});

test('a function of a readable resource is asked at each read; undefined: absent', (t) => {
  let value: number | undefined = 20;
  const { dialogue } = createBoard([object(Temperature.model(), { 0: { [SENSOR_VALUE]: () => value } })]);
  t.is(textOf(dialogue.get('/3303/0/5700', { accept: 0 })), '20');
  value = 21.5;
  t.is(textOf(dialogue.get('/3303/0/5700', { accept: 0 })), '21.5');
  value = undefined;
  t.is(dialogue.get('/3303/0/5700').text, '4.04');
  t.deepEqual([...dialogue.get('/3303/0', { accept: TLV }).payload], []);
});

test('a function of a writable resource is given the new value', (t) => {
  let zone = 'UTC';
  const { dialogue, value } = createBoard([object(Device.model(), { 0: { [Device.TIMEZONE]: (given?: string) => (given === undefined ? zone : (zone = given)) } })]);
  t.is(dialogue.put('/3/0/15', { format: 0, payload: text('Europe/Berlin') }).text, '2.04');
  t.is(zone, 'Europe/Berlin');
  t.is(value('/3/0/15'), 'Europe/Berlin');
});

test('a function of an executable resource is called with the arguments, and may refuse', (t) => {
  const calls: unknown[] = [];
  let answer: unknown;
  const { dialogue } = createBoard([
    object(Temperature.model(), { 0: { [SENSOR_VALUE]: 1, [RESET_MIN_AND_MAX_MEASURED_VALUES]: (args: object) => (calls.push(args), answer as never) }, 1: { [SENSOR_VALUE]: 1 } }),
  ]);
  t.is(dialogue.post('/3303/0/5605', { payload: text("0='a',1") }).text, '2.04');
  t.deepEqual(calls, [{ 0: 'a', 1: null }]);
  answer = 17;
  t.is(dialogue.post('/3303/0/5605').text, '2.04', 'what an arrow function happens to return is no error');
  answer = 128 + 5;
  t.is(dialogue.post('/3303/0/5605').text, '4.05');
  t.is(dialogue.post('/3303/1/5605').text, '4.04', 'this instance was not given it');
});

test('onWrite sees a value before it is kept, and its code refuses it', (t) => {
  const seen: unknown[] = [];
  const o = object(Device.model(), { 0: { [Device.TIMEZONE]: 'UTC' } }, { onWrite: (...given) => (seen.push(given), given[2] === 'bad' ? 128 : 0) });
  const { dialogue, value } = createBoard([o]);
  t.is(dialogue.put('/3/0/15', { format: 0, payload: text('bad') }).text, '4.00');
  t.is(value('/3/0/15'), 'UTC');
  t.is(dialogue.put('/3/0/15', { format: 0, payload: text('good') }).text, '2.04');
  t.is(value('/3/0/15'), 'good');
  t.deepEqual(seen, [[0, 15, 'bad'], [0, 15, 'good']]);
});

test('5.4.3: a Partial Update adds instances of a resource, a Replace puts others in their place', (t) => {
  const { dialogue, value } = createBoard([object(Portfolio.model(), { 0: { [Portfolio.IDENTITY]: ['a', 'b'] } })]);
  const identities = (all: Record<number, string>) =>
    encodeTlv([{ kind: 'multi_resource', id: 0, children: Object.entries(all).map(([id, one]) => ({ kind: 'res_instance', id: +id, value: text(one) })) }]);
  t.is(dialogue.post('/16/0', { format: TLV, payload: identities({ 1: 'B', 5: 'f' }) }).text, '2.04');
  t.deepEqual(value('/16/0/0'), { 0: 'a', 1: 'B', 5: 'f' });
  t.is(dialogue.put('/16/0/0/0', { format: 0, payload: text('A') }).text, '2.04');
  t.deepEqual(value('/16/0/0'), { 0: 'A', 1: 'B', 5: 'f' });
  t.is(dialogue.put('/16/0', { format: TLV, payload: identities({ 3: 'x' }) }).text, '2.04');
  t.deepEqual(value('/16/0/0'), { 3: 'x' });
});

test('5.4.3: a Replace of an instance forgets optional values that it does not give, but not those of functions', (t) => {
  const zone = () => 'UTC';
  const o = object(Device.model(), { 0: { [Device.MANUFACTURER]: 'm', [Device.UTC_OFFSET]: '+1', [Device.TIMEZONE]: zone, [Device.CURRENT_TIME]: 1 } });
  const { dialogue, values } = createBoard([o]);
  t.is(dialogue.put('/3/0', { format: TLV, payload: encodeTlv([{ kind: 'resource', id: 13, value: [5] }]) }).text, '2.04');
  t.deepEqual(values('/3/0'), { 0: 'm', 13: 5, 15: 'UTC' });
});

test('servers create and delete instances where the object allows it', (t) => {
  const removed: number[] = [];
  const o = object(Temperature.model(), {}, { create: (id) => ({ [SENSOR_VALUE]: id }), onRemove: (id) => void removed.push(id) });
  const { dialogue, values } = createBoard([o]);
  t.is(dialogue.post('/3303', { format: TLV, payload: encodeTlv([{ kind: 'obj_instance', id: 4, children: [{ kind: 'resource', id: APPLICATION_TYPE, value: text('oven') }] }]) }).text, '2.01');
  t.deepEqual(values('/3303/4'), { 5700: 4, 5750: 'oven' });
  t.is(dialogue.delete('/3303/4').text, '2.02');
  t.deepEqual(removed, [4]);
  t.is(dialogue.get('/3303/4').text, '4.04');
  const closed = createBoard([object(Temperature.model(), { 0: { [SENSOR_VALUE]: 1 } })]);
  t.is(closed.dialogue.post('/3303', { format: TLV }).text, '4.05');
  t.is(closed.dialogue.delete('/3303/0').text, '4.05');
});

test('int-1630, int-1635: Portfolio instances are created, read and deleted', (t) => {
  const o = object(Portfolio.model(), { 0: { [Portfolio.IDENTITY]: ['Host Device ID #1', '#2', '#3', '#4'] } }, { create: true });
  const { dialogue } = createBoard([o]);
  t.regex(textOf(dialogue.get('/16/0', { accept: 40 })), /<\/16\/0\/0>;dim=4/);
  const two: RefItem = { kind: 'multi_resource', id: 0, children: ['Host Device ID #2', 'Host Device Model #2'].map((one, id) => ({ kind: 'res_instance', id, value: text(one) })) };
  t.is(dialogue.post('/16', { format: TLV, payload: encodeTlv([{ kind: 'obj_instance', id: 1, children: [two] }]) }).text, '2.01');
  t.regex(textOf(dialogue.get('/16/1', { accept: 40 })), /<\/16\/1\/0>;dim=2/);
  t.is(formatOf(dialogue.get('/16')), TLV);
  t.is(dialogue.delete('/16/0').text, '2.02');
  t.is(dialogue.delete('/16/1').text, '2.02');
  t.is(textOf(dialogue.get('/16', { accept: 40 })), '</16>');
});

test('set stores a value and notifies its observers; get returns it', (t) => {
  const o = object(Temperature.model(), { 0: { [SENSOR_VALUE]: 20, [SENSOR_UNITS]: 'Cel' } });
  const { dialogue, teller, pass } = createBoard([o]);
  t.is(dialogue.get('/3303/0/5700', { accept: 0, observe: 0 }).text, '2.05');
  set(teller, o, 0, SENSOR_VALUE, 23.5);
  t.is(get(o, 0, SENSOR_VALUE), 23.5);
  t.deepEqual(pass(1000).map(({ bytes }) => Buffer.from(bytes).subarray(-4).toString()), ['23.5']);
  set(teller, o, 9, SENSOR_VALUE, 1);
  t.is(get(o, 9, SENSOR_VALUE), undefined, 'no such instance');
  t.is(get(o, 0, 5605), undefined);
});

test('two objects of one model share nothing', (t) => {
  const [a, b] = [1, 2].map((value) => object(Temperature.model(), { 0: { [SENSOR_VALUE]: value } }));
  t.is(get(a!, 0, SENSOR_VALUE), 1);
  t.is(get(b!, 0, SENSOR_VALUE), 2);
  t.not(a!.table, b!.table);
});

test('a resource has as many instances as an object may have: beyond is 5.00, whoever writes them and however, and nothing of it is kept', (t) => {
  const { dialogue, values } = createBoard([object(Portfolio.model(), { 0: { [Portfolio.IDENTITY]: ['host'] } }, { create: true })]);
  const several = (from: number, to: number): Uint8Array => {
    const items: RefItem[] = [];
    for (let id = from; id < to; id++) items.push({ kind: 'res_instance', id, value: [...text('x')] });
    return Uint8Array.from(encodeTlv([{ kind: 'multi_resource', id: 0, children: items }]));
  };
  // One more each time: 32 is the limit in the sources.
  for (let id = 1; id < 32; id++) t.is(dialogue.post('/16/0', { format: TLV, payload: several(id, id + 1) }).text, '2.04', `${id}`);
  for (let id = 32; id < 80; id++) {
    t.is(dialogue.post('/16/0', { format: TLV, payload: several(id, id + 1) }).text, '5.00', `${id}`);
    t.is(dialogue.put(`/16/0/0/${id}`, { format: 0, payload: text('x') }).text, '5.00', `${id}`);
  }
  // One that is there may change.
  t.is(dialogue.post('/16/0', { format: TLV, payload: several(31, 32) }).text, '2.04');
  t.is(Object.keys((values('/16/0') as { 0: object })[0]).length, 32);
  t.is(dialogue.put('/16/0', { format: TLV, payload: several(0, 33) }).text, '5.00');
  t.is(Object.keys((values('/16/0') as { 0: object })[0]).length, 32);
  t.is(dialogue.put('/16/0', { format: TLV, payload: several(100, 132) }).text, '2.04');
  t.is(dialogue.post('/16', { format: TLV, payload: several(0, 33) }).text, '5.00', 'Create');
});

test('the application gets what can be read, of instances that there are: nothing for what is write-only, absent or unknown', (t) => {
  const o = object(FirmwareUpdate.model(), { 0: { [FirmwareUpdate.PACKAGE]: Uint8Array.of(1), [FirmwareUpdate.STATE]: 0, [FirmwareUpdate.PACKAGE_URI]: () => 'coap://x' } } as never) as never;
  t.is(get(o, 0, FirmwareUpdate.PACKAGE), undefined);
  t.is(get(o, 0, FirmwareUpdate.STATE), 0);
  t.is(get(o, 0, FirmwareUpdate.PACKAGE_URI), 'coap://x');
  t.is(get(o, 0, FirmwareUpdate.UPDATE_RESULT), undefined);
  t.is(get(o, 1, FirmwareUpdate.STATE), undefined);
  t.is(get(o, 0, 9999), undefined);
});

test('a single value is as long as it is: the limit is for instances', (t) => {
  const { dialogue, value } = createBoard([object(Device.model(), { 0: { [Device.TIMEZONE]: 'x'.repeat(400) } })]);
  for (const length of [300, 400, 3, 350]) for (const method of ['put', 'post'] as const) {
    const payload = method === 'put' ? text('y'.repeat(length)) : encodeTlv([{ kind: 'resource', id: Device.TIMEZONE, value: text('z'.repeat(length)) }]);
    t.is(dialogue[method](method === 'put' ? '/3/0/15' : '/3/0', { format: method === 'put' ? 0 : TLV, payload }).text, '2.04');
    t.is(value('/3/0/15'), (method === 'put' ? 'y' : 'z').repeat(length));
  }
});
