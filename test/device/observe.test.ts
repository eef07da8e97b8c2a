/** Observe, Notify, Cancel: RFC 7641 and LwM2M 1.0.2 sections 5.1.2 and 5.5, each test named by the sentence that it holds. */
import test from 'ava';
import { codeText, type RefMessage } from '../reference/coap';
import { parse, pathOptions, toHex, type Sent } from '../support/bench';
import { createDevice, type Device } from '../support/device';
import { formatOf, observeOf, textOf, TLV } from '../support/dialogue';

const PATH = '/3/0/9';
const TOKEN = [0xab, 0xcd];

function observed(device: Device, path = PATH, token = TOKEN, accept?: number): RefMessage {
  return device.dialogue.get(path, { observe: 0, token, accept });
}

/** The battery level changes. Returns what the client sent. */
function drain(device: Device, level: number): Sent[] {
  device.world.device.values[0]![9] = level;
  return device.bench.changed(3, 0, 9);
}

const ack = (device: Device, sent: Sent): Sent[] => device.bench.say({ type: 2, mid: parse(sent.bytes).mid });

test('3.1: a GET with Observe 0 registers: the answer has an Observe option and the value', (t) => {
  const device = createDevice();
  const answer = observed(device);
  t.is(codeText(answer.code), '2.05');
  t.is(typeof observeOf(answer), 'number');
  t.is(textOf(answer), '50');
  t.deepEqual(device.bench.events.at(-1), { at: device.bench.now, name: 'observed', ssid: 1, detail: PATH });
});

test('3.2, 4.2: a notification has the token of the registration, the Content-Format of its answer and the new value', (t) => {
  for (const accept of [undefined, TLV]) {
    const device = createDevice();
    const answer = observed(device, PATH, TOKEN, accept);
    const [sent] = drain(device, 48);
    const m = parse(sent!.bytes);
    t.is(codeText(m.code), '2.05');
    t.deepEqual(m.token, TOKEN);
    t.is(formatOf(m), formatOf(answer));
    t.is(accept ? toHex(m.payload) : textOf(m), accept ? 'c10930' : '48');
  }
});

test('3.4, 4.4: the Observe numbers of notifications go up, and round at 2^24', (t) => {
  const device = createDevice();
  let before = observeOf(observed(device))!;
  for (let i = 0; i < 300; i++) {
    const [sent] = drain(device, 1000 + i);
    const now = observeOf(parse(sent!.bytes))!;
    t.true((before < now && now - before < 2 ** 23) || (before > now && before - now > 2 ** 23), `${before} then ${now}`);
    before = now;
    ack(device, sent!);
  }
});

test('3.6: a GET with Observe 1 cancels: its answer has the value and no Observe option, and nothing follows', (t) => {
  const device = createDevice();
  observed(device);
  const answer = device.dialogue.get(PATH, { observe: 1, token: TOKEN });
  t.is(codeText(answer.code), '2.05');
  t.is(observeOf(answer), undefined);
  t.deepEqual(drain(device, 47), []);
  t.deepEqual(device.bench.advance(10_000), []);
  t.deepEqual(device.slots().observations, []);
  t.deepEqual(device.bench.events.at(-1)?.name, 'cancelled');
});

test('3.6: a GET without Observe is a plain read and leaves the observation as it is', (t) => {
  const device = createDevice();
  observed(device);
  t.is(observeOf(device.dialogue.get(PATH)), undefined);
  t.is(drain(device, 47).length, 1);
});

test('3.6: a Reset in answer to a notification ends the observation', (t) => {
  const device = createDevice();
  observed(device);
  const [sent] = drain(device, 47);
  device.bench.say({ type: 3, mid: parse(sent!.bytes).mid });
  t.deepEqual(device.slots().observations, []);
  t.deepEqual(drain(device, 46), []);
  t.deepEqual(device.bench.advance(200_000), []);
});

test('5.5: a change before an observation is in the answer to the Observe, and is not notified again', (t) => {
  const device = createDevice();
  observed(device);
  device.dialogue.get(PATH, { observe: 1, token: TOKEN });
  t.deepEqual(drain(device, 41), []);
  t.is(textOf(observed(device, PATH, [7])), '41');
  t.deepEqual(device.bench.advance(30000), []);
  t.is(drain(device, 40).length, 1);
});

test('3.6: a cancellation ends a notification that is under way, and others have their turn', (t) => {
  const device = createDevice();
  observed(device);
  observed(device, '/3/0/13', [2]);
  drain(device, 47);
  device.world.device.values[0]![13] = 5;
  device.bench.changed(3, 0, 13);
  t.is(device.dialogue.get(PATH, { observe: 1, token: TOKEN }).text, '2.05');
  const [next] = device.bench.wait(10_000);
  t.deepEqual(parse(next!.bytes).token, [2]);
  ack(device, next!);
  t.deepEqual(device.bench.advance(100_000), []);
});

test('4.1: when there is no room for another observation the request is a plain read', (t) => {
  const device = createDevice();
  const answers = [];
  for (let r = 0; r < 22; r++) {
    const answer = device.dialogue.get(`/3/0/${r}`, { observe: 0 });
    if (codeText(answer.code) === '2.05') answers.push(answer);
  }
  const more = [
    '/3', '/3/0', '/5', '/5/0', '/5/0/3', '/5/0/5', '/5/0/9', '/16', '/19', '/19/0', '/19/0/0', '/3303', '/3303/0', '/3303/0/5700',
    '/3303/0/5701', '/3442', '/3442/0', '/3442/0/110', '/3442/0/120', '/3442/0/130', '/1/0/0', '/1/0/1', '/1/0/6', '/1/0/7',
  ];
  for (const path of more)
    answers.push(device.dialogue.get(path, { observe: 0 }));
  const room = device.slots().observations.length;
  t.true(answers.length > room);
  t.is(answers.filter((answer) => observeOf(answer) !== undefined).length, room);
  for (const answer of answers) t.is(codeText(answer.code), '2.05');
});

test('4.1: what cannot be read cannot be observed', (t) => {
  const device = createDevice();
  for (const [path, code] of [['/5/0/0', '4.05'], ['/3/0/4', '4.05'], ['/3/0/99', '4.04'], ['/3/7', '4.04'], ['/77', '4.04'], ['/0/0', '4.01'], ['/3/0/17', '4.04']] as const) {
    const answer = device.dialogue.get(path, { observe: 0 });
    t.is(codeText(answer.code), code, path);
    t.is(observeOf(answer), undefined);
  }
  t.deepEqual(device.slots().observations, []);
});

test('4.2: when the resource goes away, a last notification says 4.04 without an Observe option and the observation is gone', (t) => {
  const device = createDevice();
  device.dialogue.post('/16', { format: TLV, payload: [0x00, 0x05] });
  device.bench.wait(10);
  for (const { bytes } of device.bench.out.splice(0)) {
    const m = parse(bytes);
    if (m.code === 2) device.bench.say({ type: 2, code: 0x44, mid: m.mid, token: m.token });
  }
  t.is(observeOf(observed(device, '/16/5')) !== undefined, true);
  t.is(device.dialogue.delete('/16/5').text, '2.02');
  const told: RefMessage[] = [];
  for (let i = 0; i < 4; i++)
    for (const { bytes } of [...device.dialogue.unasked.splice(0), ...device.bench.wait(1000)]) {
      const m = parse(bytes);
      told.push(m);
      device.bench.say(m.code === 2 ? { type: 2, code: 0x44, mid: m.mid, token: m.token } : { type: 2, mid: m.mid });
    }
  const last = told.filter(({ token }) => toHex(token) === toHex(TOKEN));
  t.deepEqual(last.map(({ code }) => codeText(code)), ['4.04']);
  t.is(observeOf(last[0]!), undefined);
  t.deepEqual(device.slots().observations, []);
});

test('4.5: a notification that is not acknowledged is retransmitted, and then the observation ends', (t) => {
  const device = createDevice();
  observed(device);
  const [sent] = drain(device, 40);
  t.is(parse(sent!.bytes).type, 0);
  device.bench.advance(100_000);
  const copies = device.bench.out.filter(({ bytes }) => toHex(bytes) === toHex(sent!.bytes));
  t.is(copies.length, 5);
  t.deepEqual(device.slots().observations, []);
});

test('4.5.2: a retransmission carries the newest state, under a new message id and a higher number, and keeps its place in the back-off', (t) => {
  const device = createDevice();
  observed(device);
  const [first] = drain(device, 40);
  device.bench.advance(1000);
  t.deepEqual(drain(device, 39), [], 'one notification at a time');
  const [second] = device.bench.wait(3000);
  t.is(textOf(parse(second!.bytes)), '39');
  t.not(parse(second!.bytes).mid, parse(first!.bytes).mid);
  t.true(observeOf(parse(second!.bytes))! > observeOf(parse(first!.bytes))!);
  const [third] = device.bench.wait(10_000);
  t.true(third!.at - second!.at >= 2 * (second!.at - first!.at) - 2);
});

test('4.5.2: what changed while a notification was under way is told after it', (t) => {
  const device = createDevice();
  observed(device);
  const [first] = drain(device, 40);
  drain(device, 39);
  const [next] = ack(device, first!);
  t.is(textOf(parse(next!.bytes)), '39');
  t.deepEqual([...ack(device, next!), ...device.bench.advance(100_000)], []);
});

test('4.5.2: a late acknowledgement of the first of two notifications does not end the second', (t) => {
  const device = createDevice();
  observed(device);
  const [first] = drain(device, 40);
  device.bench.advance(1000);
  drain(device, 39);
  const [second] = device.bench.wait(3000);
  device.bench.say({ type: 2, mid: parse(first!.bytes).mid });
  const [again] = device.bench.wait(10_000);
  t.is(toHex(again!.bytes), toHex(second!.bytes));
});

test('5.3.1 (LwM2M): observations end with the registration', (t) => {
  const device = createDevice();
  observed(device);
  device.bench.advance(86_400_000 - 50_000);
  const update = parse(device.bench.out.find(({ bytes }) => parse(bytes).code === 2)!.bytes);
  device.bench.say({ type: 2, code: 0x84, mid: update.mid, token: update.token });
  t.deepEqual(device.slots().observations, []);
  const register = parse(device.bench.out.at(-1)!.bytes);
  device.bench.say({ type: 2, code: 0x41, mid: register.mid, token: register.token, options: pathOptions('/rd/2', 8) });
  t.deepEqual(drain(device, 12), []);
});

test('5.5 (LwM2M): an observation of an instance or an object notifies changes below it', (t) => {
  for (const path of ['/3/0', '/3']) {
    const device = createDevice();
    observed(device, path);
    const [sent] = drain(device, 33);
    t.is(formatOf(parse(sent!.bytes)), TLV);
    t.regex(toHex(parse(sent!.bytes).payload), /c10921/);
  }
});

test('5.5 (LwM2M): an observation says nothing of what lies elsewhere', (t) => {
  const device = createDevice();
  const { temperature } = device.world;
  temperature.instances.push(1);
  temperature.values[1] = { 5700: 5 };
  for (const [i, path] of ['/3303/0', '/3303/0/5700', '/3303/0/5601', '/3', '/3/0/9'].entries()) observed(device, path, [i]);
  temperature.values[1][5700] = 6;
  t.deepEqual(device.bench.changed(3303, 1, 5700), []);
  t.deepEqual(device.bench.advance(1000), []);
  temperature.values[0]![5700] = 6;
  const first = device.bench.changed(3303, 0, 5700);
  const second = ack(device, first[0]!);
  t.deepEqual([...first, ...second].map(({ bytes }) => parse(bytes).token[0]).sort(), [0, 1]);
  t.deepEqual(ack(device, second[0]!), []);
});

test('5.5 (LwM2M): an observation notifies Writes of servers', (t) => {
  const device = createDevice();
  observed(device, '/3442/0/120');
  t.is(device.dialogue.put('/3442/0/120', { format: 0, payload: [...Buffer.from('77')] }).text, '2.04');
  const [m] = device.dialogue.take();
  t.is(textOf(m!), '77');
});

test('5.1.2 (LwM2M): attributes of a higher level hold below, until the lower level has its own', (t) => {
  const device = createDevice();
  device.dialogue.put('/3', { query: ['pmin=10'] });
  device.dialogue.put('/3/0/9', { query: ['pmin=2'] });
  observed(device, '/3/0/9', [1]);
  observed(device, '/3/0/13', [2]);
  device.world.device.values[0]![9] = 1;
  device.world.device.values[0]![13] = 5;
  device.bench.changed(3, 0, -1);
  const at = device.bench.now;
  const seen: [number, number][] = [];
  for (let i = 0; i < 3; i++)
    for (const sent of device.bench.wait(15_000)) {
      seen.push([parse(sent.bytes).token[0]!, sent.at - at]);
      ack(device, sent);
    }
  t.deepEqual(seen.map(([token]) => token), [1, 2]);
  t.true(Math.abs(seen[0]![1] - 2000) <= 100 && Math.abs(seen[1]![1] - 10_000) <= 100, JSON.stringify(seen));
});

test('5.1.2 (LwM2M): the default periods of the server object hold where no attribute says otherwise', (t) => {
  const device = createDevice({ servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 86_400, pmin: 4, pmax: 20 }] });
  observed(device);
  const at = device.bench.now;
  drain(device, 2);
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const [sent] = device.bench.wait(60_000);
    times.push(Math.round((sent!.at - at) / 100) / 10);
    ack(device, sent!);
  }
  t.deepEqual(times, [4, 24, 44]);
});

test('5.1.2 (LwM2M): at the end of pmax an unchanged value is notified again', (t) => {
  const device = createDevice();
  device.dialogue.put(PATH, { query: ['pmax=7'] });
  observed(device);
  const at = device.bench.now;
  for (const expected of [7000, 14_000, 21_000]) {
    const [sent] = device.bench.wait(60_000);
    t.true(Math.abs(sent!.at - at - expected) <= 100, `${sent!.at - at}`);
    t.is(textOf(parse(sent!.bytes)), '50');
    ack(device, sent!);
  }
});

test('4.5: nothing is told while the server does not answer, and the client asks whether it is there by an Update', (t) => {
  const device = createDevice();
  observed(device);
  drain(device, 40);
  device.bench.advance(100_000);
  const after = device.bench.out.filter(({ bytes }) => parse(bytes).code === 2);
  t.true(after.length >= 1);
});

test('5.1.2 (LwM2M): a step of 0 notifies each different value, and no equal one', (t) => {
  const device = createDevice();
  device.dialogue.put(PATH, { query: ['st=0'] });
  observed(device);
  t.deepEqual(drain(device, 50), []);
  const [sent] = drain(device, 51);
  ack(device, sent!);
  t.deepEqual(drain(device, 51), []);
});

test('5.1.2 (LwM2M): gt and lt notify each crossing in both directions, and no change on one side; a value at the threshold has not crossed it', (t) => {
  const device = createDevice();
  device.dialogue.put(PATH, { query: ['gt=60', 'lt=40'] });
  observed(device);
  const told: number[] = [];
  for (const level of [59, 60, 61, 99, 60, 59, 40, 39, 1, 40]) {
    const [sent] = drain(device, level);
    if (!sent) continue;
    told.push(level);
    ack(device, sent);
  }
  t.deepEqual(told, [61, 60, 39, 40]);
});

test('4.2: thresholds do not keep the end of a value from its observer', (t) => {
  const device = createDevice();
  device.dialogue.put(PATH, { query: ['gt=60', 'st=10'] });
  observed(device);
  delete device.world.device.values[0]![9];
  const [sent] = device.bench.changed(3, 0, 9);
  t.is(codeText(parse(sent!.bytes).code), '4.04');
  t.is(observeOf(parse(sent!.bytes)), undefined);
  ack(device, sent!);
  t.deepEqual(device.slots().observations, []);
});
