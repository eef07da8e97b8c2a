/** Objects 4, 6, 7, 16 and the sensors: LwM2M 1.0.2 E.5, E.7, E.8, and the enabler test cases int-801 to int-910. */
import test from 'ava';
import type { Place, Position } from '../../../src/device/hal/place';
import * as deviceObject from '../../../src/device/objects/device';
import * as firmware from '../../../src/device/objects/firmware-update';
import * as monitoring from '../../../src/device/objects/connectivity-monitoring';
import { pollObjects } from '../../../src/device/objects/poll';
import type { Udp } from '../../../src/device/hal/udp';
import {
  BEARER_ETHERNET, BEARER_WLAN, connectivityMonitoring, ConnectivityMonitoring, connectivityStatistics, countDatagrams, countMessage, Humidity, location, locationOf,
  measure, moveTo, portfolio, sensor, setConnection, takePlace, Temperature,
} from '../../../src/device/objects/index';
import { parse, text } from '../../support/bench';
import { TLV } from '../../support/dialogue';
import { createBoard } from '../../support/objects';

const HERE = { latitude: 48.5, longitude: 11.25, timestamp: 1700000000 };

test('int-801: Location has latitude, longitude and timestamp, and what else was given', (t) => {
  t.deepEqual(createBoard([location(HERE)]).values('/6/0'), { 0: 48.5, 1: 11.25, 5: 1700000000 });
  const all = { ...HERE, altitude: 519, radius: 10, speed: 1.5, velocity: Uint8Array.of(1, 2) };
  t.deepEqual(createBoard([location(all)]).values('/6/0'), { 0: 48.5, 1: 11.25, 2: 519, 3: 10, 4: Uint8Array.of(1, 2), 5: 1700000000, 6: 1.5 });
});

test('int-810: observers of Location are notified of each move, once', (t) => {
  const o = location(HERE);
  const board = createBoard([o]);
  t.is(board.dialogue.get('/6/0', { accept: TLV, observe: 0 }).text, '2.05');
  moveTo(board.teller, o, { ...HERE, latitude: 48.75, timestamp: 1700000010 });
  t.is(board.pass(2000).length, 1);
  t.like(board.values('/6/0'), { 0: 48.75, 5: 1700000010 });
});

test('location of a place: absent before the first fix, what a fix lacks is absent, one that is lost keeps its time', (t) => {
  const into: Position = {};
  const o = locationOf(into);
  const board = createBoard([o]);
  let now: Position | undefined;
  const place: Place = { sample: (to) => now && Object.assign(to, { altitude: undefined, radius: undefined, speed: undefined, time: undefined }, now), close() {} };
  t.deepEqual(board.values('/6/0'), {});
  t.false(takePlace(board.teller, o, place, into));
  now = { latitude: 48.5, longitude: 11.25 };
  t.false(takePlace(board.teller, o, place, into));
  t.deepEqual(board.values('/6/0'), {});
  now = { latitude: 48.5, longitude: 11.25, altitude: 519, speed: 1.5, time: 1700000000.75 };
  t.true(takePlace(board.teller, o, place, into));
  t.deepEqual(board.values('/6/0'), { 0: 48.5, 1: 11.25, 2: 519, 5: 1700000000, 6: 1.5 });
  now = { latitude: 48.75, longitude: 11.25, time: 1700000010 };
  t.true(takePlace(board.teller, o, place, into));
  t.deepEqual(board.values('/6/0'), { 0: 48.75, 1: 11.25, 5: 1700000010 });
  now = undefined;
  t.false(takePlace(board.teller, o, place, into));
  t.deepEqual(board.values('/6/0'), { 0: 48.75, 1: 11.25, 5: 1700000010 });
});

test('Connectivity Monitoring shows the network, and hears when it changes', (t) => {
  const at = { bearer: BEARER_WLAN, signal: -60, addresses: ['192.0.2.7', '2001:db8::7'], quality: 80, routers: ['192.0.2.1'] };
  const o = connectivityMonitoring(at, { [ConnectivityMonitoring.LINK_UTILIZATION]: 5 });
  const board = createBoard([o]);
  t.deepEqual(board.values('/4/0'), { 0: 21, 1: { 0: 21 }, 2: -60, 3: 80, 4: { 0: '192.0.2.7', 1: '2001:db8::7' }, 5: { 0: '192.0.2.1' }, 6: 5 });
  board.dialogue.get('/4/0/2', { accept: 0, observe: 0 });
  setConnection(board.teller, o, { ...at, bearer: BEARER_ETHERNET, bearers: [41, 21], signal: -70 });
  t.deepEqual(board.pass(1000).map(({ bytes }) => Buffer.from(bytes).subarray(-3).toString()), ['-70']);
  t.like(board.values('/4/0'), { 0: 41, 1: { 0: 41, 1: 21 } });
});

test('int-901: statistics count from Start to Stop, in KB and bytes', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  countMessage(o, 100, true);
  t.deepEqual(board.values('/7/0'), { 2: 0, 3: 0, 4: 0, 5: 0, 8: 0 });
  t.is(board.dialogue.post('/7/0/6').text, '2.04');
  for (let i = 0; i < 30; i++) countMessage(o, 100, true);
  countMessage(o, 1300, false);
  t.is(board.dialogue.post('/7/0/7').text, '2.04');
  countMessage(o, 5000, false);
  t.deepEqual(board.values('/7/0'), { 2: 2, 3: 1, 4: 1300, 5: 139, 8: 0 });
  t.is(board.dialogue.post('/7/0/6').text, '2.04');
  t.deepEqual(board.values('/7/0'), { 2: 0, 3: 0, 4: 0, 5: 0, 8: 0 }, 'Start counts from nothing');
});

test('int-905: with a collection period, counting ends by itself', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  t.is(board.dialogue.put('/7/0/8', { format: 0, payload: text('-1') }).text, '4.00');
  t.is(board.dialogue.put('/7/0/8', { format: 0, payload: text('20') }).text, '2.04');
  t.is(board.value('/7/0/8'), 20);
  board.dialogue.post('/7/0/6');
  board.pass(19_000);
  countMessage(o, 100, true);
  t.is(board.value('/7/0/4'), 100);
  board.pass(2000);
  countMessage(o, 200, true);
  t.is(board.value('/7/0/4'), 100, 'the period is over');
});

test('int-910: observers of the counters are notified, but not for ever of their own notifications', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  t.is(board.dialogue.get('/7/0', { accept: TLV, observe: 0 }).text, '2.05');
  board.dialogue.post('/7/0/6');
  let sent = 0;
  for (let i = 0; i < 60; i++) for (const { bytes } of board.pass(1000)) {
    countMessage(o, bytes.length + 28, true);
    sent++;
  }
  t.true(sent > 3 && sent <= 13, `${sent} notifications in a minute`);
});

test('countDatagrams counts what goes through a socket, headers included', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  board.dialogue.post('/7/0/6');
  const waiting = [40];
  const lengths: number[] = [];
  const udp = countDatagrams({ read: () => waiting.pop(), write: (_data: Uint8Array, length: number) => void lengths.push(length) } as unknown as Udp, o);
  udp.write(new Uint8Array(100), 60, '192.0.2.1', 5683);
  t.is(udp.read(new Uint8Array(100)), 40);
  t.is(udp.read(new Uint8Array(100)), undefined);
  t.deepEqual(lengths, [60]);
  t.like(board.values('/7/0'), { 4: 88, 5: 78 });
});

test('a sensor keeps the extremes of what it measured', (t) => {
  const o = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20, [Temperature.SENSOR_UNITS]: 'Cel' } });
  const board = createBoard([o]);
  t.deepEqual(board.values('/3303/0'), { 5601: 20, 5602: 20, 5700: 20, 5701: 'Cel' });
  for (const value of [21.5, 18, 19]) measure(board.teller, o, 0, value);
  t.deepEqual(board.values('/3303/0'), { 5601: 18, 5602: 21.5, 5700: 19, 5701: 'Cel' });
});

test('NaN and infinities, as from a failed sensor, are no samples', (t) => {
  const o = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20 } });
  const board = createBoard([o]);
  board.dialogue.get('/3303/0/5700', { accept: 0, observe: 0 });
  for (const value of [NaN, Infinity, -Infinity]) measure(board.teller, o, 0, value);
  t.deepEqual(board.values('/3303/0'), { 5601: 20, 5602: 20, 5700: 20 });
  t.is(board.pass(1000).length, 0);
});

test('5605 resets the extremes to the value now, and observers of them hear of it', (t) => {
  const o = sensor(Humidity.model(), { 0: { [Humidity.SENSOR_VALUE]: 50 }, 1: { [Humidity.SENSOR_VALUE]: 60 } });
  const board = createBoard([o]);
  for (const value of [40, 70, 55]) measure(board.teller, o, 0, value);
  board.dialogue.get('/3304/0/5602', { accept: 0, observe: 0 });
  t.is(board.dialogue.post('/3304/0/5605').text, '2.04');
  t.deepEqual(board.values('/3304/0'), { 5601: 55, 5602: 55, 5700: 55 });
  t.deepEqual(board.values('/3304/1'), { 5601: 60, 5602: 60, 5700: 60 });
  t.deepEqual(board.pass(1000).map(({ bytes }) => Buffer.from(parse(bytes).payload).toString()), ['55']);
});

test('gt, lt and step say when a measurement is news (LwM2M 1.0.2 5.1.2)', (t) => {
  const o = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20 } });
  const board = createBoard([o]);
  t.is(board.dialogue.put('/3303/0/5700', { query: ['gt=25'] }).text, '2.04');
  board.dialogue.get('/3303/0/5700', { accept: 0, observe: 0 });
  const news: string[] = [];
  for (const value of [21, 24, 25.5, 26, 24.5, 20]) {
    measure(board.teller, o, 0, value);
    news.push(...board.pass(1000).map(({ bytes }) => Buffer.from(parse(bytes).payload).toString()));
  }
  t.deepEqual(news, ['25.5', '24.5']);
});

test('portfolio makes creatable instances of identities', (t) => {
  const o = portfolio({ 0: ['id', 'maker', 'model', 'software'] });
  const board = createBoard([o]);
  t.deepEqual(board.values('/16/0'), { 0: { 0: 'id', 1: 'maker', 2: 'model', 3: 'software' } });
});

test('E.5: a connection that has a quality or routers shows the new ones; one that has none keeps what was there', (t) => {
  const at = { bearer: BEARER_WLAN, signal: -60, addresses: ['192.0.2.7'] };
  const o = connectivityMonitoring({ ...at, quality: 80, routers: ['192.0.2.1'] });
  const board = createBoard([o]);
  setConnection(board.teller, o, { ...at, addresses: ['192.0.2.8'], quality: 0, routers: ['192.0.2.2', '192.0.2.3'] });
  t.deepEqual(board.values('/4/0'), { 0: 21, 1: { 0: 21 }, 2: -60, 3: 0, 4: { 0: '192.0.2.8' }, 5: { 0: '192.0.2.2', 1: '192.0.2.3' } });
  setConnection(board.teller, o, at);
  t.like(board.values('/4/0'), { 3: 0, 4: { 0: '192.0.2.7' }, 5: { 0: '192.0.2.2', 1: '192.0.2.3' } });
  const plain = createBoard([connectivityMonitoring(at)]);
  t.deepEqual(plain.values('/4/0'), { 0: 21, 1: { 0: 21 }, 2: -60, 4: { 0: '192.0.2.7' } });
});

test('E.7: what a fix says beside its place is told when it is 0 as well', (t) => {
  const zero = { latitude: 0, longitude: 0, timestamp: 0, altitude: 0, radius: 0, speed: 0 };
  t.deepEqual(createBoard([location(zero)]).values('/6/0'), { 0: 0, 1: 0, 2: 0, 3: 0, 5: 0, 6: 0 });
});

test('E.8: counts are whole KB, the period ends at its second, and a collection that goes on is told every five seconds', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  board.dialogue.post('/7/0/6');
  for (const [bytes, kb] of [[1023, 0], [1, 1], [1023, 1], [1, 2]] as const) {
    countMessage(o, bytes, true);
    countMessage(o, bytes, false);
    t.like(board.values('/7/0'), { 2: kb, 3: kb });
  }
  t.like(board.values('/7/0'), { 4: 1023, 5: 512 });
  board.pass(11_000);
  board.dialogue.get('/7/0/4', { accept: 0, observe: 0 });
  countMessage(o, 2000, true);
  t.is(board.pass(100).length, 1, 'long after the last');
  countMessage(o, 3000, true);
  t.is(board.pass(4800).length, 0);
  t.is(board.pass(300).length, 1);
  t.is(board.dialogue.put('/7/0/8', { format: 0, payload: text('0') }).text, '2.04', '0 is without end');
  t.is(board.dialogue.put('/7/0/8', { format: 0, payload: text('10') }).text, '2.04');
  board.dialogue.post('/7/0/6');
  board.pass(9900);
  countMessage(o, 100, true);
  t.is(board.value('/7/0/4'), 100);
  board.pass(200);
  countMessage(o, 200, true);
  t.is(board.value('/7/0/4'), 100);
});

test('objects do their due work in turn, and the earliest deadline decides the next call', (t) => {
  const asked: string[] = [];
  const later = (name: string, wait?: number) => ({ id: 1, table: new Uint16Array(), instances: [], ...(wait !== undefined && { poll: (_o: unknown, _d: unknown, now: number) => (asked.push(`${name} ${now}`), wait) }) }) as never;
  const teller = { changed: () => {} };
  t.is(pollObjects([], teller, 5), 2147483647);
  t.is(pollObjects([later('a')], teller, 5), 2147483647);
  t.is(pollObjects([later('a', 700), later('b'), later('c', 300), later('d', 400)], teller, 5), 300);
  t.is(pollObjects([later('e', 0), later('f', 2147483647)], teller, 6), 0);
  t.deepEqual(asked, ['a 5', 'c 5', 'd 5', 'e 6', 'f 6']);
});

test('E.8: STOP ends the counting, and what was counted before it is told all the same; then nothing is left to do', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  t.is(o.poll, undefined, 'nothing is due before START');
  countMessage(o, 5000, true);
  t.like(board.values('/7/0'), { 2: 0, 3: 0, 4: 0, 5: 0, 8: 0 });
  board.dialogue.get('/7/0/4', { accept: 0, observe: 0 });
  board.dialogue.post('/7/0/6');
  board.pass(6000);
  countMessage(o, 100, true);
  t.deepEqual(board.pass(100).map(({ bytes }) => Buffer.from(parse(bytes).payload).toString()), ['100']);
  countMessage(o, 300, false);
  t.is(board.dialogue.post('/7/0/7').text, '2.04');
  countMessage(o, 900, false);
  t.is(board.pass(4000).length, 0, 'no more often than each 5 s');
  t.deepEqual(board.pass(2000).map(({ bytes }) => Buffer.from(parse(bytes).payload).toString()), ['300']);
  t.is(o.poll, undefined);
  t.like(board.values('/7/0'), { 2: 0, 3: 0, 4: 300, 5: 200 });
  t.is(board.dialogue.post('/7/0/6').text, '2.04');
  t.like(board.values('/7/0'), { 4: 0, 5: 0 }, 'START begins at 0');
});

test('E.8: the time of the next look is that of what comes first: the end of the period, or the next telling', (t) => {
  const o = connectivityStatistics();
  const board = createBoard([o]);
  const look = (now: number): number => pollObjects([o], board.teller, now);
  t.is(board.dialogue.put('/7/0/8', { format: 0, payload: text('4') }).text, '2.04');
  t.is(board.dialogue.put('/7/0/8', { format: 0, payload: text('-1') }).text, '4.00');
  t.is(look(100_000), 2147483647, 'it does not run');
  (board.dialogue as unknown as { pump: () => void }).pump = () => {};
  board.dialogue.post('/7/0/6');
  t.is(look(100_000), 4000, 'START is told at once');
  countMessage(o, 10, true);
  t.is(look(101_000), 3000);
  t.is(look(103_999), 1);
  t.is(look(104_000), 1000, 'the period is over; the counts are still to be told');
  t.is(o._running, false);
  t.is(look(105_000), 2147483647);
});

test('a sensor keeps the extremes that it is given, and has its value where it is given none', (t) => {
  const o = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20, [Temperature.MIN_MEASURED_VALUE]: 5 }, 1: { [Temperature.SENSOR_VALUE]: 20, [Temperature.MAX_MEASURED_VALUE]: 30 }, 2: { [Temperature.SENSOR_VALUE]: 20, [Temperature.MIN_MEASURED_VALUE]: 1, [Temperature.MAX_MEASURED_VALUE]: 40 } });
  const board = createBoard([o]);
  t.deepEqual(board.values('/3303/0'), { 5601: 5, 5602: 20, 5700: 20 });
  t.deepEqual(board.values('/3303/1'), { 5601: 20, 5602: 30, 5700: 20 });
  t.deepEqual(board.values('/3303/2'), { 5601: 1, 5602: 40, 5700: 20 });
  for (const value of [5, 1, 40, 30]) measure(board.teller, o, 2, value);
  t.deepEqual(board.values('/3303/2'), { 5601: 1, 5602: 40, 5700: 30 });
});

test('the numbers of states, results, errors and bearers are those of LwM2M 1.0.2 E.4 to E.6', (t) => {
  const named = (module: Record<string, unknown>, prefix: string) => Object.fromEntries(Object.entries(module).filter(([name, value]) => name.startsWith(prefix) && typeof value === 'number').map(([name, value]) => [name.slice(prefix.length), value]));
  t.deepEqual(named(monitoring, 'BEARER_'), { GSM: 0, WCDMA: 2, LTE_TDD: 5, LTE_FDD: 6, NB_IOT: 7, WLAN: 21, BLUETOOTH: 22, '802_15_4': 23, ETHERNET: 41, DSL: 42, PLC: 43 });
  t.deepEqual(named(firmware, 'STATE_'), { IDLE: 0, DOWNLOADING: 1, DOWNLOADED: 2, UPDATING: 3 });
  t.deepEqual(named(firmware, 'RESULT_'), { NONE: 0, SUCCESS: 1, NO_STORAGE: 2, OUT_OF_MEMORY: 3, CONNECTION_LOST: 4, INTEGRITY: 5, UNSUPPORTED_PACKAGE: 6, INVALID_URI: 7, UPDATE_FAILED: 8, UNSUPPORTED_PROTOCOL: 9 });
  t.deepEqual(named(deviceObject, 'ERROR_'), { NONE: 0, LOW_BATTERY: 1, EXTERNAL_POWER_OFF: 2, GPS: 3, LOW_SIGNAL: 4, OUT_OF_MEMORY: 5, SMS: 6, IP: 7, PERIPHERAL: 8 });
});
