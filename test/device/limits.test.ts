/** Where a rule begins and ends: values on both sides of each limit that the specifications name. */
import test from 'ava';
import type { Udp } from '../../src/device/index';
import { accessControl, entriesOf } from '../../src/device/objects/access-control';
import { BinaryAppDataContainer as Data, object, pollObjects } from '../../src/device/objects/index';
import { encodeTlv } from '../reference/tlv';
import { build, parse, pathOptions, SERVER, text, toHex } from '../support/bench';
import { createDevice, under } from '../support/device';
import { textOf, TLV } from '../support/dialogue';
import { createBoard } from '../support/objects';
import { createStore } from '../support/store';
import { createWorld, pattern } from '../support/world';

const TEXT = 0;
const OTHER = '192.0.2.2';
const READ = 1;
const WRITE = 2;

test('7.3.2.1 (LwM2M): rights of 0 are rights: they close an instance to its owner, and to a server that the default would let in', (t) => {
  const world = createWorld();
  const servers = [{ uri: `coap://${SERVER}`, ssid: 101 }, { uri: `coap://${OTHER}`, ssid: 102 }];
  const access = accessControl([
    { object: 3, instance: 0, owner: 101, acl: { 0: READ, 101: 0 } },
    { object: 3442, instance: 0, owner: 101, acl: { 0: READ | WRITE, 102: 0 } },
    ...entriesOf([world.temperature], 101, READ),
  ]);
  const { dialogue } = createDevice({ servers, access, objects: [...world.objects, access] }, true, world);
  t.is(dialogue.get('/3/0/9').text, '4.01');
  t.is(dialogue.get('/3/0/9', { from: OTHER }).text, '2.05');
  t.is(dialogue.get('/3442/0/120', { from: OTHER }).text, '4.01');
  t.is(dialogue.put('/3442/0/120', { from: OTHER, format: TEXT, payload: text('1') }).text, '4.01');
  t.is(dialogue.put('/3442/0/120', { format: TEXT, payload: text('1') }).text, '2.04', 'an owner that the list does not name may do everything');
  t.is(dialogue.get('/3303/0/5700', { from: OTHER }).text, '2.05');
  t.is(dialogue.get('/16/0', { from: SERVER }).text, '4.01', 'what has no entry is closed');
});

test('E.3 (LwM2M): a list of rights is for short server ids up to 65534 and 0, and has five bits; an owner is 1 to 65535', (t) => {
  const world = createWorld();
  const servers = [{ uri: `coap://${SERVER}`, ssid: 101 }, { uri: `coap://${OTHER}`, ssid: 102 }];
  const access = accessControl(entriesOf(world.objects, 101, READ));
  const { dialogue } = createDevice({ servers, access, objects: [...world.objects, access] }, true, world);
  const list = (ssid: number, bits: number[]) =>
    dialogue.put('/2/0/2', { format: TLV, payload: encodeTlv([{ kind: 'multi_resource', id: 2, children: [{ kind: 'res_instance', id: ssid, value: bits }] }]) }).text;
  t.deepEqual([list(65535, [1]), list(102, [32]), list(102, [0xff])], ['4.00', '4.00', '4.00']);
  t.deepEqual([list(65534, [1]), list(0, [1]), list(102, [31]), list(102, [0])], ['2.04', '2.04', '2.04', '2.04']);
  const owner = (id: string) => dialogue.put('/2/1/3', { format: TEXT, payload: text(id) }).text;
  t.deepEqual([owner('0'), owner('-1'), owner('65536'), owner('65535')], ['4.00', '4.00', '4.00', '2.04']);
});

test('5.4.3 (LwM2M): a Replace keeps a mandatory value that it does not give', (t) => {
  const { dialogue, values } = createBoard([object(Data.model(), { 0: { [Data.DATA]: { 0: pattern(2) }, [Data.DATA_PRIORITY]: 1 } })]);
  t.is(dialogue.put('/19/0', { format: TLV, payload: encodeTlv([{ kind: 'resource', id: Data.DATA_DESCRIPTION, value: text('x') }]) }).text, '4.04', 'which this object does not have');
  t.is(dialogue.put('/19/0', { format: TLV }).text, '2.04');
  t.deepEqual(Object.keys(values('/19/0')), ['0']);
});

test('5.4.7 (LwM2M): with an instance go its attributes, and not those of its object, of its siblings or of another object', (t) => {
  const { dialogue, slots } = createDevice();
  dialogue.post('/16', { format: TLV, payload: [0x00, 0x05] });
  for (const path of ['/16', '/16/0', '/16/0/0', '/16/5', '/3442/0', '/3/0']) t.is(dialogue.put(path, { query: ['pmin=5'] }).text, '2.04', path);
  t.is(dialogue.delete('/16/0').text, '2.02');
  t.deepEqual(slots().attributes.sort(), ['/16', '/16/5', '/3/0', '/3442/0']);
});

test('5.1.2 (LwM2M): a pmax below pmin is ignored; one that equals it counts', (t) => {
  for (const [pmin, pmax, told] of [[10, 9, 0], [10, 10, 1], [0, 10, 1], [9, 10, 1]] as const) {
    const { dialogue, bench } = createDevice();
    t.is(dialogue.put('/3/0/9', { query: [`pmin=${pmin}`, `pmax=${pmax}`] }).text, '2.04');
    dialogue.get('/3/0/9', { observe: 0 });
    t.is(bench.advance(10_000).length, told, `${pmin} ${pmax}`);
  }
});

test('5.3.2 (LwM2M): a registration is updated 93 s before its end, or at half of a lifetime of at most 186 s', (t) => {
  for (const [lifetime, after] of [[4, 2], [94, 47], [186, 93], [187, 94], [300, 207]] as const) {
    const { bench } = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1, lifetime }] });
    t.deepEqual(bench.advance(after * 1000 - 1), [], `${lifetime}`);
    const [sent] = bench.advance(1);
    t.is(sent && parse(sent.bytes).options.map(({ value }) => Buffer.from(value).toString()).join('/'), 'rd/1', `${lifetime}`);
  }
});

test('a value of 255, 256 and 257 bytes is written and read whole (LwM2M 6.4.3: lengths of one and two bytes)', (t) => {
  for (const length of [7, 8, 255, 256, 257]) {
    const { dialogue, world } = createDevice();
    const value = [...pattern(length)];
    t.is(dialogue.sendAll(3, '/3442/0/150', Uint8Array.from(encodeTlv([{ kind: 'resource', id: 150, value }])), 64, { format: TLV }).text, '2.04', `${length}`);
    t.is(toHex(world.test.values[0]![150] as Uint8Array), toHex(value));
    t.is(toHex(dialogue.getAll('/3442/0/150', 64, { accept: TLV }).payload), toHex(encodeTlv([{ kind: 'resource', id: 150, value }])));
    t.is(toHex(dialogue.getAll('/3442/0/150', 1024, { accept: 42 }).payload), toHex(value));
  }
});

test('6.4.3 (LwM2M): ids of one byte go to 255, those of two from 256', (t) => {
  const resources = { 255: 'RW integer', 256: 'RW integer', 65534: 'RW integer' };
  const store = createStore(7000, resources, { 255: { 255: 1, 256: 2, 65534: 3 }, 256: { 256: 4 } });
  const { dialogue } = createDevice({ objects: [store] });
  const values = (ids: number[], first: number) => ids.map((id, k) => ({ kind: 'resource' as const, id, value: [first + k] }));
  const all = [
    { kind: 'obj_instance' as const, id: 255, children: values([255, 256, 65534], 1) },
    { kind: 'obj_instance' as const, id: 256, children: values([256], 4) },
  ];
  t.is(toHex(dialogue.get('/7000', { accept: TLV }).payload), toHex(encodeTlv(all)));
  t.is(dialogue.post('/7000/255', { format: TLV, payload: encodeTlv(values([255, 256, 65534], 7)) }).text, '2.04');
  t.deepEqual(store.values[255], { 255: 7, 256: 8, 65534: 9 });
});

test('RFC 7252 5.10: the number of an option is at most 65535: one beyond is a message format error', (t) => {
  const { bench: strict } = createDevice();
  // Of a GET of /3/0/9: an elective option 65534 is passed over; 65535 is critical and unknown; 65536 is no option number.
  const get = (mid: number, rest: string): string => toHex(strict.give(`410100${(mid + 16).toString(16)}51b1330130${'0139'}${rest}`)[0]?.bytes ?? []).slice(0, 4);
  // Uri-Path is 11: the extended delta is number - 11 - 269.
  const option = (number: number): string => `e0${(number - 280).toString(16).padStart(4, '0')}`;
  t.is(get(1, option(65534)), '6145');
  t.is(get(2, option(65535)), '6182');
  t.is(get(3, `${option(65534)}20`), '7000');
});

const tokenOf = (bytes: Uint8Array): string => toHex(parse(bytes).token);

test('5.1.2 (LwM2M): a step triggers a notification when the value has moved that far, up or down, and not before', (t) => {
  const { dialogue, bench, world } = createDevice();
  t.is(dialogue.put('/3303/0/5700', { query: ['st=2'] }).text, '2.04');
  dialogue.get('/3303/0/5700', { observe: 0, accept: TEXT });
  const told = [21, 21.75, 22, 21, 20.25, 20, 19, 24, -1, -2.5, -3].map((v) => {
    world.temperature.values[0]![5700] = v;
    const sent = bench.changed(3303, 0, 5700);
    for (const one of sent) dialogue.settle(one);
    return sent.length;
  });
  t.deepEqual(told, [0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1]);
});

test('5.5 (LwM2M): a change of instance 0 or resource 0 does not count for other instances or resources', (t) => {
  const world = createWorld();
  const store = createStore(7000, { 0: 'RW integer', 1: 'RW integer' }, { 0: { 0: 1, 1: 1 }, 1: { 0: 1, 1: 1 } });
  const { dialogue, bench } = createDevice({ objects: [...world.objects, store] });
  for (const path of ['/7000/1', '/7000/1/0', '/7000/1/1', '/3/0']) t.is(dialogue.get(path, { observe: 0 }).text, '2.05');
  store.values[0] = { 0: 5, 1: 5 };
  t.deepEqual([bench.changed(7000, 0, 0), bench.changed(7000, 0, 1), bench.changed(7000, 0, -1)], [[], [], []]);
  store.values[1]![0] = 5;
  const [sent] = bench.changed(7000, 1, 0);
  t.truthy(sent);
});

test('5.4.4 (LwM2M): each server has attributes of its own, and each level has', (t) => {
  const servers = [{ uri: `coap://${SERVER}`, ssid: 101 }, { uri: `coap://${OTHER}`, ssid: 102 }];
  const { dialogue } = createDevice({ servers });
  const links = (from: string, path: string) => Buffer.from(dialogue.getAll(path, 1024, { from, accept: 40 }).payload).toString();
  const put = (from: string, path: string, query: string) => t.is(dialogue.put(path, { from, query: [query] }).text, '2.04');
  put(SERVER, '/3303/0/5700', 'pmin=1');
  put(SERVER, '/3303/0', 'pmin=2');
  put(SERVER, '/3303', 'pmin=3');
  put(OTHER, '/3303', 'pmin=4');
  put(OTHER, '/3303/0', 'pmin=5');
  put(OTHER, '/3303/0/5700', 'pmin=6');
  put(OTHER, '/3303/0/5701', 'pmin=7');
  t.regex(links(SERVER, '/3303'), /^<\/3303>;pmin=3,<\/3303\/0>;pmin=2,.*<\/3303\/0\/5700>;pmin=1,<\/3303\/0\/5701>$/);
  t.regex(links(OTHER, '/3303'), /^<\/3303>;pmin=4,<\/3303\/0>;pmin=5,.*<\/3303\/0\/5700>;pmin=6,<\/3303\/0\/5701>;pmin=7$/);
  t.is(links(SERVER, '/3303/0/5701'), '</3303/0/5701>;pmin=2', 'inherited from the nearest level');
  put(SERVER, '/3303/0', 'pmin');
  t.is(links(SERVER, '/3303/0/5701'), '</3303/0/5701>;pmin=3');
  t.is(links(OTHER, '/3303/0/5701'), '</3303/0/5701>;pmin=7');
  put(SERVER, '/3303/0', 'pmax=1');
  put(SERVER, '/3303/0/5700', 'pmin=0');
  t.is(links(SERVER, '/3303/0/5700'), '</3303/0/5700>;pmin=0;pmax=1', '0 is a value');
});

test('5.4.4 (LwM2M): lt + 2 st is below gt, whichever of them comes last', (t) => {
  for (const [queries, code] of [
    [['gt=10', 'lt=8', 'st=0.9'], '2.04'], [['gt=10', 'lt=8', 'st=1'], '4.00'], [['st=1', 'gt=10', 'lt=8'], '4.00'], [['lt=8', 'st=1', 'gt=10.5'], '2.04'],
    [['gt=10', 'lt=9.5'], '2.04'], [['gt=10', 'lt=10'], '4.00'], [['gt=-1', 'lt=-2', 'st=0.25'], '2.04'], [['lt=5', 'st=100'], '2.04'], [['gt=5', 'st=100'], '2.04'], [['st=0'], '2.04'],
  ] as const) {
    const together = createDevice().dialogue.put('/3303/0/5700', { query: [...queries] }).text;
    t.is(together, code, queries.join('&'));
    const { dialogue } = createDevice();
    t.is(queries.map((query) => dialogue.put('/3303/0/5700', { query: [query] }).text).at(-1), code, queries.join(' then '));
  }
});

test('5.4.5 (LwM2M): arguments are a digit, then = and a text in quotes or nothing, with a comma between', (t) => {
  const { dialogue, world } = createDevice();
  const run = (payload: number[] | string) => dialogue.post('/3442/0/3', { payload: typeof payload === 'string' ? text(payload) : payload }).text;
  for (const good of ['', '0', '9', '5=\'\'', '0=\'a\'', '0,1', '0=\'!#[]^~&\',9', '0=\'1,2=3\'']) t.is(run(good), '2.04', good);
  for (const bad of ['/', ':', 'a', ',', '0,', ',0', '0;1', '0-1', '0 ,1', '0=', '0=\'', '0=a', '0=a\'', '0=\'a', '0=\'a\'b', '0=\'a\'1', '0=\'a b\'', '0=\'"\'', '0=\'\\\'', '00', '10', '0=\'\x7f\'', '0=\'\x1f\'']) t.is(run(bad), '4.00', JSON.stringify(bad));
  t.deepEqual(world.test.calls.map((call) => (call.name === 'execute' ? call.args : undefined)), [
    {}, { 0: null }, { 9: null }, { 5: '' }, { 0: 'a' }, { 0: null, 1: null }, { 0: '!#[]^~&', 9: null }, { 0: '1,2=3' },
  ]);
});

test('7.1 (LwM2M): a path has four ids at most', (t) => {
  const { dialogue } = createDevice();
  t.is(dialogue.get('/3/0/6/0').text, '2.05');
  for (const path of ['/3/0/6/0/0', '/3442/0/1120/1/1', '/3/0/6/0/0/0']) for (const method of ['get', 'put', 'post', 'delete'] as const) t.is(dialogue[method](path, { payload: method === 'put' ? text('1') : [] }).text, '4.04', path);
  t.is(dialogue.post('/3/0/6/0').text, '4.05', 'a resource instance is not executed');
  t.is(dialogue.delete('/3/0/6/0').text, '4.05');
});

test('E.1 (LwM2M), 5.4.6: a created or deleted entry of access control is notified to observers of the entries', (t) => {
  const world = createWorld();
  const servers = [{ uri: `coap://${SERVER}`, ssid: 101 }, { uri: `coap://${OTHER}`, ssid: 102 }];
  const access = accessControl([...entriesOf(world.objects, 101, READ), { object: 16, instance: 65535, owner: 65535, acl: { 101: 16 } }, { object: 16, instance: 3, owner: 102 }]);
  const { dialogue, bench } = createDevice({ servers, access, objects: [...world.objects, access] }, true, world);
  const pump = () => pollObjects([access], { changed: (...path) => void bench.changed(...path) }, bench.now);
  dialogue.get('/2', { observe: 0, token: [9] });
  // The Update that announces the instance goes first, to each server.
  const heard = (): boolean => {
    pump();
    let count = 0;
    for (let k = 0; k < bench.out.length; k++) {
      const { bytes, address } = bench.out[k]!;
      const { type, code, mid, token } = parse(bytes);
      if (code === 2) bench.say({ type: 2, code: 0x44, mid, token }, address);
      else if (type === 0) {
        bench.say({ type: 2, mid }, address);
        if (tokenOf(bytes) === '09') count++;
      }
    }
    bench.out.length = 0;
    return count > 0;
  };
  t.is(dialogue.post('/16', { format: TLV, payload: [0x00, 0x05] }).text, '2.01');
  t.true(heard());
  t.false(heard());
  t.is(dialogue.delete('/16/5').text, '2.02');
  t.true(heard());
  t.is(dialogue.put('/2/0', { format: TLV, payload: [] }).text, '2.04', 'the owner of an entry may write it');
  t.is(dialogue.delete('/2/0').text, '4.01', 'and no more');
  t.is(dialogue.post('/2/0/3').text, '4.01');
  t.is(dialogue.get('/16/3').text, '4.04');
});

test('5.4.5 (LwM2M), E.2: a client that is disabled and then stopped does not register again', (t) => {
  const { dialogue, bench } = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1, lifetime: 86400, disable: 60 }] });
  t.is(dialogue.post('/1/0/4').text, '2.04');
  const leave = parse((dialogue.unasked[0] ?? bench.out.find(({ bytes }) => bytes[1] === 4))!.bytes);
  t.is(leave.code, 4);
  under.core.stop(bench.client);
  bench.say({ type: 2, code: 0x42, mid: leave.mid, token: leave.token });
  t.deepEqual(bench.advance(600_000), []);
});

test('5.3.3 (LwM2M): what stops before its Register has gone out sends nothing; once it has, the registration is taken back', (t) => {
  const early = createDevice({}, false).bench;
  under.core.start(early.client, early.now);
  under.core.stop(early.client);
  t.deepEqual(early.advance(100_000), []);
  const { bench } = createDevice({}, false);
  bench.start();
  const register = parse(bench.out[0]!.bytes);
  under.core.stop(bench.client);
  t.deepEqual(bench.poll(), []);
  const sent = bench.say({ type: 2, code: 0x41, mid: register.mid, token: register.token, options: pathOptions('/rd/7', 8) });
  t.deepEqual(sent.map(({ bytes }) => [parse(bytes).code, parse(bytes).options.map(({ value }) => Buffer.from(value).toString()).join('/')]), [[4, 'rd/7']]);
});

test('a datagram is ours when it is a request or ends an exchange: receive says so; not a stranger\'s, a ping or noise', (t) => {
  const waiting: [string, string][] = [];
  const sent: Uint8Array[] = [];
  const udp: Udp = {
    remoteAddress: undefined, remotePort: undefined,
    read(into) {
      const next = waiting.shift();
      if (!next) return undefined;
      udp.remoteAddress = next[0];
      udp.remotePort = 5683;
      into.set(Buffer.from(next[1], 'hex'));
      return next[1].length / 2;
    },
    write: (data, length) => void sent.push(data.slice(0, length)), close() {}, resolve: (host) => host,
  };
  const { bench } = createDevice({ udp }, false);
  const receive = (address: string, hex: string): boolean => (waiting.push([address, hex]), !!under.core.receive(bench.client, bench.now));
  under.core.start(bench.client, bench.now);
  under.core.poll(bench.client, bench.now);
  const { mid, token } = parse(sent[0]!);
  t.true(receive(SERVER, toHex(build({ type: 2, code: 0x41, mid, token, options: pathOptions('/rd/1', 8) }))));
  t.false(receive(OTHER, '41010001b1b133'));
  t.false(receive(SERVER, '40000007'), 'a ping');
  t.false(receive(SERVER, 'ff'), 'noise');
  t.true(receive(SERVER, '41010002b1b13301300139'));
  t.falsy(under.core.receive(bench.client, bench.now));
});

test('6.4.1 (LwM2M): floats in text are decimal, whatever their size and sign; what a language reads beside that is none', (t) => {
  const { dialogue, world } = createDevice();
  for (const [v, expected] of [
    [-1e-7, '-0.0000001'], [1e-7, '0.0000001'], [2.5e-10, '0.00000000025'], [-2.5e-10, '-0.00000000025'], [1e21, '1000000000000000000000'], [-1.5e21, '-1500000000000000000000'],
    [4294967296.5, '4294967296.5'], [-2147483649, '-2147483649'], [2147483648, '2147483648'], [0.5, '0.5'],
  ] as const) {
    world.test.values[0]![130] = v;
    t.is(textOf(dialogue.get('/3442/0/130', { accept: TEXT })), expected);
    t.is(dialogue.put('/3442/0/130', { format: TEXT, payload: text(expected) }).text, '2.04', expected);
    t.is(world.test.values[0]![130], v);
  }
  for (const bad of ['', ' ', ' 1', '1 ', '+1', '--1', '-', '0x10', '0b1', '0o7', 'Infinity', '-Infinity', 'NaN', '1_0', '1,5', '1.5.5', '1e', 'e5', '1e999', '1n', '1\u00a0', '\u00a01'])
    t.is(dialogue.put('/3442/0/130', { format: TEXT, payload: text(bad) }).text, '4.00', JSON.stringify(bad));
});
