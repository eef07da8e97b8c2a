/** Which observation is meant: endpoint and token (RFC 7641 4.1), and by message id what was sent for it (RFC 7252 4.2). Each test named by its rule. */
import test from 'ava';
import { codeText, type RefMessage } from '../reference/coap';
import { parse, SERVER, toHex, type Sent } from '../support/bench';
import { createDevice, type Device } from '../support/device';
import { observeOf, TLV, textOf, type Request } from '../support/dialogue';
import host from '../../boards/host/board';
import { LIMIT_OBSERVATIONS } from '../../src/device/features';

/** Slots of what is tested: the sources, or the bundle of the board `host`. */
const SLOTS = process.env.WIXT_CORE === 'bundle' ? host.limits!.observations! : LIMIT_OBSERVATIONS;
const PATH = '/3/0/9';
const ONE = [1];
const TWO = [2];

const observed = (device: Device, token: number[], request: Request = {}, path = PATH): RefMessage => device.dialogue.get(path, { observe: 0, token, ...request });

/** The battery level changes. Returns what the client sent. */
function drain(device: Device, level: number): Sent[] {
  device.world.device.values[0]![9] = level;
  return device.bench.changed(3, 0, 9);
}

/** Acknowledges all notifications, one after the other, from `sent` on; returns their tokens with what they say. */
function tell(device: Device, sent: Sent[], ms = 1000): [string, string][] {
  const told: [string, string][] = [];
  for (let round = 0; round < SLOTS + 4; round++) {
    for (const one of sent) {
      const m = parse(one.bytes);
      if (m.code !== 0x45) continue;
      told.push([toHex(m.token), textOf(m)]);
      sent = device.bench.say({ type: 2, mid: m.mid }, one.address);
    }
    if (!sent.length) sent = device.bench.wait(ms);
    if (!sent.length) break;
  }
  return told;
}

const empty = (device: Device, sent: Sent, type: number): Sent[] => device.bench.say({ type, mid: parse(sent.bytes).mid }, sent.address);
const count = (device: Device): number => device.slots().observations.length;

test('4.1: two observations of one path with different tokens stand side by side, each in its own format', (t) => {
  const device = createDevice();
  t.is(textOf(observed(device, ONE)), '50');
  t.is(toHex(observed(device, TWO, { accept: TLV }).payload), 'c10932');
  t.deepEqual(device.slots().observations, [PATH, PATH]);
  const first = drain(device, 49);
  const second = empty(device, first[0]!, 2);
  const told = [...first, ...second].map(({ bytes }) => parse(bytes)).map((m) => `${toHex(m.token)} ${toHex(m.payload)}`);
  t.deepEqual(told.sort(), ['01 3439', '02 c10931']);
});

test('4.1: two observations of one path may want blocks of different sizes', (t) => {
  const device = createDevice();
  observed(device, ONE, { block2: [0, false, 16] }, '/3/0');
  observed(device, TWO, { block2: [0, false, 32] }, '/3/0');
  const first = drain(device, 49);
  const second = empty(device, first[0]!, 2);
  t.deepEqual([...first, ...second].map(({ bytes }) => parse(bytes)).map((m) => [m.token[0], m.payload.length]).sort(), [[1, 16], [2, 32]]);
});

test('4.1: the same token again updates its entry: it adds none', (t) => {
  const device = createDevice();
  for (let i = 0; i < 20; i++) observed(device, ONE);
  observed(device, ONE, { accept: TLV });
  t.is(count(device), 1);
  const [sent] = drain(device, 49);
  t.is(toHex(parse(sent!.bytes).payload), 'c10931');
});

test('4.1: a token given to another path has left the first', (t) => {
  const device = createDevice();
  observed(device, ONE);
  observed(device, ONE, {}, '/3/0/13');
  t.deepEqual(device.slots().observations, ['/3/0/13']);
  t.deepEqual(device.bench.events.slice(-2).map(({ name, detail }) => `${name} ${detail}`), [`cancelled ${PATH}`, 'observed /3/0/13']);
  t.deepEqual(drain(device, 49), []);
});

test('4.1: a token given to another path, which cannot be observed, has left the first', (t) => {
  const device = createDevice();
  observed(device, ONE);
  t.is(codeText(observed(device, ONE, {}, '/3/0/4').code), '4.05');
  t.deepEqual(device.slots().observations, []);
});

test('4.1: tokens of 0 and of 8 bytes, and those that begin alike, are different ones', (t) => {
  const device = createDevice();
  const tokens = [[], [0], [0, 0], [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 9], [9, 2, 3, 4, 5, 6, 7, 8]];
  for (const token of tokens) observed(device, token);
  t.is(count(device), tokens.length);
  t.deepEqual(tell(device, drain(device, 49)).sort(), tokens.map((token): [string, string] => [toHex(token), '49']).sort());
  for (const token of tokens) device.dialogue.get(PATH, { observe: 1, token });
  t.is(count(device), 0);
});

test('4.1: the same token from two servers is two observations', (t) => {
  const other = '192.0.2.2';
  const device = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1 }, { uri: `coap://${other}`, ssid: 2 }] });
  for (const from of [SERVER, other]) observed(device, ONE, { from });
  t.is(count(device), 2);
  const sent = drain(device, 49);
  t.deepEqual(sent.map(({ address }) => address).sort(), [SERVER, other]);
  device.dialogue.get(PATH, { observe: 1, token: ONE, from: other });
  t.is(count(device), 1);
  empty(device, sent.find(({ address }) => address === SERVER)!, 2);
  t.deepEqual(drain(device, 48).map(({ address }) => address), [SERVER]);
});

test('4.2: a cancellation ends the observation with its token, and no other of that path', (t) => {
  const device = createDevice();
  observed(device, ONE);
  observed(device, TWO);
  const answer = device.dialogue.get(PATH, { observe: 1, token: ONE });
  t.is(observeOf(answer), undefined);
  t.is(count(device), 1);
  t.deepEqual(tell(device, drain(device, 49)), [['02', '49']]);
  t.is(device.dialogue.get(PATH, { observe: 1, token: [3] }).text, '2.05');
  t.is(count(device), 1);
});

test('4.2: a late copy of a cancellation ends nothing else: not another token of the path, nor the same on another path', (t) => {
  const device = createDevice();
  observed(device, ONE);
  const cancel = device.dialogue.build(1, PATH, { observe: 1, token: ONE });
  device.dialogue.exchange(cancel);
  observed(device, TWO);
  observed(device, ONE, {}, '/3/0/13');
  device.dialogue.exchange(cancel);
  t.deepEqual(device.slots().observations, ['/3/0/13', PATH]);
});

test('2: Observe values other than 0 and 1, and longer than three bytes, change nothing', (t) => {
  const device = createDevice();
  observed(device, ONE);
  for (const observe of [2, 255, 65536]) t.is(observeOf(device.dialogue.get(PATH, { observe, token: ONE })), undefined);
  const long = device.bench.give('4101200001' + '6400000001' + '5133' + '0130' + '0139');
  t.is(long.length, 1);
  t.is(count(device), 1);
  t.is(drain(device, 49).length, 1);
});

for (const [what, type] of [['Reset', 3], ['acknowledgement', 2]] as const)
  test(`4.2 (7252): a late ${what} for a notification does not touch an observation that came after it`, (t) => {
    const device = createDevice();
    observed(device, ONE);
    const [sent] = drain(device, 49);
    device.dialogue.get(PATH, { observe: 1, token: ONE });
    observed(device, TWO);
    empty(device, sent!, type);
    t.is(count(device), 1);
    t.deepEqual(tell(device, drain(device, 48)), [['02', '48']]);
  });

test('4.2 (7252): a notification whose observation has ended is not sent again, and its time-out ends no other', (t) => {
  const device = createDevice();
  observed(device, ONE);
  const [sent] = drain(device, 49);
  device.dialogue.get(PATH, { observe: 1, token: ONE });
  observed(device, TWO);
  t.deepEqual(device.bench.advance(200_000), []);
  t.true(toHex(parse(sent!.bytes).token) === '01');
  t.is(count(device), 1);
  t.deepEqual(tell(device, drain(device, 48)), [['02', '48']]);
});

test('4.2 (7252): a Reset for a notification does not end the same observation when it has been renewed since', (t) => {
  const device = createDevice();
  observed(device, ONE);
  const [old] = drain(device, 49);
  const fresh = device.bench.give(device.dialogue.build(1, PATH, { observe: 0, token: ONE })).slice(1);
  empty(device, old!, 3);
  t.is(count(device), 1);
  t.not(parse(fresh[0]!.bytes).mid, parse(old!.bytes).mid);
  empty(device, fresh[0]!, 3);
  t.is(count(device), 0);
});

test('4.5: a late copy of the registration swallows no notification that the server has not acknowledged', (t) => {
  const device = createDevice();
  const get = device.dialogue.build(1, PATH, { observe: 0, token: ONE });
  device.bench.give(get);
  drain(device, 49);
  const answers = device.bench.give(get);
  const later = [...answers.slice(1), ...device.bench.advance(10_000)].map(({ bytes }) => parse(bytes));
  t.is(textOf(later[0]!), '49');
  t.true(observeOf(later[0]!)! > observeOf(parse(answers[0]!.bytes))!);
});

test('4.5: a late copy of the registration swallows no notification that pmin holds back', (t) => {
  const device = createDevice();
  device.dialogue.put(PATH, { query: ['pmin=5'] });
  const get = device.dialogue.build(1, PATH, { observe: 0, token: ONE });
  device.bench.give(get);
  device.bench.advance(1000);
  t.deepEqual(drain(device, 49), []);
  device.bench.give(get);
  t.deepEqual(tell(device, device.bench.wait(10_000)), [['01', '49']]);
});

test('4.4: the Observe number rises with a renewal by the same token, as it does with notifications', (t) => {
  const device = createDevice();
  const numbers = [observeOf(observed(device, ONE))!, observeOf(observed(device, ONE))!];
  const [sent] = drain(device, 49);
  numbers.push(observeOf(parse(sent!.bytes))!);
  empty(device, sent!, 2);
  numbers.push(observeOf(observed(device, ONE))!, observeOf(observed(device, TWO))!);
  t.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  t.is(new Set(numbers).size, numbers.length);
});

test('4.1: where no slot is free, what the server observes anew with another token takes the place of the older; a path that it does not observe is a plain read', (t) => {
  const device = createDevice();
  let token = 0x10;
  observed(device, ONE);
  const paths = ['/3/0/0', '/3/0/1', '/3/0/2', '/3/0/13', '/3/0/14', '/3/0/16', '/3303/0/5700', '/3303/0/5601', '/3303/0/5602', '/16', '/19', '/5/0/3', '/5/0/5', '/1/0/0', '/1/0/1'];
  for (const path of paths) t.not(observeOf(observed(device, [token++], {}, path)), undefined, path);
  while (count(device) < SLOTS) t.not(observeOf(observed(device, [token++], {}, '/3/0/0')), undefined);
  t.is(observeOf(observed(device, [token], {}, '/3/0/3')), undefined);
  t.is(observeOf(observed(device, [token], { accept: TLV })), undefined, 'another format is another observation');
  t.not(observeOf(observed(device, TWO)), undefined);
  t.is(count(device), SLOTS);
  t.deepEqual(tell(device, drain(device, 49)), [['02', '49']]);
  const other = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1 }, { uri: 'coap://192.0.2.2', ssid: 2 }] });
  for (let i = 0; i < SLOTS; i++) observed(other, [i]);
  t.is(observeOf(observed(other, TWO, { from: '192.0.2.2' })), undefined, "another server's place is not taken");
});

test('4.1: a server that observes anew with ever new tokens, as Leshan does, never runs out of slots', (t) => {
  const device = createDevice();
  for (let i = 0; i < 100; i++) t.not(observeOf(observed(device, [i])), undefined, `${i}`);
  const told = tell(device, drain(device, 49));
  t.true(told.some(([token]) => token === '63'));
});

test('3.6: with several observations under way a Reset ends the one whose notification it answers', (t) => {
  const device = createDevice();
  for (const token of [ONE, TWO, [3]]) observed(device, token);
  const [first] = drain(device, 49);
  const [second] = empty(device, first!, 3);
  const [third] = empty(device, second!, 2);
  empty(device, third!, 2);
  t.is(count(device), 2);
  const gone = toHex(parse(first!.bytes).token);
  t.false(tell(device, drain(device, 48)).some(([token]) => token === gone));
});

test('4.2: an observation whose format is no longer to be had ends with 4.06, without an Observe option', (t) => {
  const device = createDevice();
  const { device: object } = device.world;
  observed(device, ONE, { accept: 0 });
  const at = object.table.indexOf(9);
  object.table[at + 1] = object.table[at + 1]! | 0x80;
  object.values[0]![9] = [49];
  const [sent] = device.bench.changed(3, 0, 9);
  const m = parse(sent!.bytes);
  t.is(codeText(m.code), '4.06');
  t.is(observeOf(m), undefined);
  empty(device, sent!, 2);
  t.is(count(device), 0);
});

test('4.1: when no slot is free a new token takes the place of the older of the same path and format, wherever that lies', (t) => {
  for (const first of [0, 1]) {
    const device = createDevice();
    const tokens = [ONE, TWO];
    // The first of them is the older; then the other way round, by a renewal.
    for (const token of tokens) {
      observed(device, token);
      device.bench.now += 1000;
    }
    if (first) {
      observed(device, tokens[0]!);
      device.bench.now += 1000;
    }
    const paths = [...Array(SLOTS - 2).keys()].map((k) => [[50 + k], ['/3/0', '/3/0/0', '/3/0/1', '/3/0/13'][k % 4]!] as [number[], string]);
    for (const [token, path] of paths) observed(device, token, {}, path);
    t.is(count(device), SLOTS);
    t.not(observeOf(observed(device, [9])), undefined);
    t.is(count(device), SLOTS);
    const told = tell(device, drain(device, 49)).filter(([, value]) => value === '49').map(([token]) => token);
    t.deepEqual(told.filter((token) => ['01', '02', '09'].includes(token)).sort(), [toHex(tokens[1 - first]!), '09'].sort(), `${first}`);
  }
});
