/** When the client wants to be called again, when it tries again, and what it starts with: exact to the millisecond, with the random number given. */
import test from 'ava';
import { object, Portfolio } from '../../src/device/objects/index';
import { LIMIT_INSTANCES } from '../../src/device/features';
import { decodeTlv, encodeTlv } from '../reference/tlv';
import { encodeMessage } from '../reference/coap';
import { build, parse, SERVER, text, uintOption, type Sent } from '../support/bench';
import { createDevice, under } from '../support/device';
import { textOf, TLV } from '../support/dialogue';
import { createBoard } from '../support/objects';

const { core } = under;
const NEVER = 2147483647;

const account = (more: object = {}) => ({ servers: [{ uri: `coap://${SERVER}`, ssid: 1, lifetime: 86400, ...more }] });

test('poll says how long nothing is due: to the Update, to the end of pmin or pmax, to the next copy', (t) => {
  const { bench, dialogue, world } = createDevice({ ...account(), random: () => 0 });
  const wait = (): number => core.poll(bench.client, bench.now);
  t.is(wait(), (86400 - 93) * 1000);
  bench.now += 1000;
  t.is(wait(), (86400 - 94) * 1000);
  t.is(dialogue.put('/3/0/9', { query: ['pmin=5', 'pmax=30'] }).text, '2.04');
  dialogue.get('/3/0/9', { observe: 0, token: [1] });
  t.is(wait(), 30_000);
  bench.now += 1000;
  t.is(wait(), 29_000);
  world.device.values[0]![9] = 49;
  core.changed(bench.client, 3, 0, 9);
  t.is(wait(), 4000);
  bench.now += 3999;
  t.is(wait(), 1);
  t.is(bench.out.filter(({ bytes }) => bytes[1] === 0x45 && bytes[0]! >> 4 === 4).length, 0);
  bench.now += 1;
  t.is(wait(), 2000, 'ACK_TIMEOUT');
  bench.now += 500;
  t.is(wait(), 1500);
  bench.now += 1500;
  t.is(wait(), 4000);
  bench.now += 4000;
  t.is(wait(), 8000);
});

test('poll says 2^31 - 1 ms where nothing is due, or not for so long', (t) => {
  const { bench } = createDevice(account({ lifetime: 4294967295 }));
  t.is(core.poll(bench.client, bench.now), NEVER);
  core.stop(bench.client);
  bench.poll();
  const { mid, token } = parse(bench.out.at(-1)!.bytes);
  bench.say({ type: 2, code: 0x42, mid, token });
  t.is(bench.events.at(-1)!.name, 'deregistered');
  t.is(core.poll(bench.client, bench.now), NEVER);
  const { bench: unstarted } = createDevice(account(), false);
  t.is(core.poll(unstarted.client, unstarted.now), NEVER);
});

test('a name that is being looked up is asked for again after 500 ms', (t) => {
  const { bench } = createDevice({ servers: [{ uri: 'coap://server.example', ssid: 1 }] }, false);
  bench.resolve = () => undefined;
  core.start(bench.client, bench.now);
  t.is(core.poll(bench.client, bench.now), 500);
  t.deepEqual(bench.out, []);
});

test('RFC 7959 2.9.3: a Register that is 4.13 begins anew in a smaller size that the answer names, and else is refused', (t) => {
  for (const [option, again] of [[undefined, false], [6, false], [2, true], [0, true], [1, true]] as const) {
    const { bench } = createDevice({ ...account(), random: () => 0 }, false);
    bench.start();
    const { mid, token } = parse(bench.out[0]!.bytes);
    const sent = bench.say({ type: 2, code: 0x8d, mid, token, options: option === undefined ? [] : [uintOption(27, option)] });
    t.is(sent.length, again ? 1 : 0, `${option}`);
    t.deepEqual(bench.events.map(({ name, detail }) => [name, detail]), again ? [] : [['error', 0x8d]], `${option}`);
    if (again) t.is(parse(sent[0]!.bytes).payload.length, Math.min(56, 16 << option!), 'the list has 56 bytes');
    else t.is(bench.wait(10_000)[0]!.at - bench.out[0]!.at, 4000);
  }
});

/** Answers each Register with `answer`; returns the seconds between them. */
function gaps(answer: (k: number) => { code: number; options?: { number: number; value: number[] }[] }, random: number, count: number): number[] {
  const { bench } = createDevice({ ...account(), random: () => random }, false);
  bench.start();
  const times: number[] = [];
  let sent: Sent | undefined = bench.out[0];
  for (let k = 0; k < count && sent; k++) {
    times.push(sent.at / 1000);
    const { mid, token } = parse(sent.bytes);
    bench.say({ type: 2, mid, token, ...answer(k) });
    [sent] = bench.wait(100_000_000);
  }
  return times.slice(1).map((at, k) => at - times[k]!);
}

test('5.3.1 (LwM2M): a refused Register is tried again after 4 s, doubling up to 4,096 s, and up to half as long more by chance', (t) => {
  const doubling = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096];
  t.deepEqual(gaps(() => ({ code: 0x80 }), 0, 14), doubling);
  t.deepEqual(gaps(() => ({ code: 0x80 }), 0.5, 14), doubling.map((s) => s * 1.25));
  t.deepEqual(gaps(() => ({ code: 0x84 }), 0, 4), [4, 8, 16]);
});

test('RFC 7252 5.9.3.4, RFC 8516 3: after 5.03 and 4.29 not before Max-Age, 60 s where it has none; Max-Age of other answers is none of that', (t) => {
  const age = (v: number) => [uintOption(14, v)];
  for (const code of [0xa3, 0x9d]) {
    t.deepEqual(gaps(() => ({ code }), 0, 5), [60, 60, 60, 60]);
    t.deepEqual(gaps(() => ({ code, options: age(3) }), 0, 4), [4, 8, 16], 'what is longer counts');
    t.deepEqual(gaps(() => ({ code, options: age(10) }), 0, 5), [10, 10, 16, 32]);
    t.deepEqual(gaps(() => ({ code, options: age(0) }), 0, 3), [4, 8]);
    t.deepEqual(gaps(() => ({ code, options: age(65535) }), 0, 2), [65535]);
    t.deepEqual(gaps(() => ({ code, options: age(65536) }), 0, 2), [65535]);
    t.deepEqual(gaps(() => ({ code, options: age(256) }), 0, 2), [256]);
  }
  for (const code of [0x80, 0x84, 0xa0, 0xa2, 0x9c]) t.deepEqual(gaps(() => ({ code, options: age(500) }), 0, 3), [4, 8], `${code}`);
});

test('E.2 (LwM2M): what an account does not say has its default, and what it says is what its server sees', (t) => {
  const read = (options: object[]) => {
    const device = createDevice({ servers: options.map((one, k) => ({ uri: `coap://192.0.2.${k + 1}`, ...one })) as never });
    return decodeTlv(device.dialogue.get('/1', { accept: TLV, from: '192.0.2.1' }).payload)!.map(({ id, children }) => [id, Object.fromEntries(children!.map((item) => [item.id, Buffer.from(item.value!).toString('hex')]))]);
  };
  const defaults = { 1: '00015180', 2: '00', 3: '00', 5: '00015180', 6: '01', 7: '55' };
  t.deepEqual(read([{}]), [[0, { 0: '01', ...defaults }]]);
  t.deepEqual(read([{ lifetime: 300, pmin: 1, pmax: 2, disable: 3, storing: false, binding: 'UQ', ssid: 9, instance: 4 }]), [[4, { 0: '09', 1: '012c', 2: '01', 3: '02', 5: '03', 6: '00', 7: '5551' }]]);
  t.deepEqual(read([{ disable: 0, instance: 0 }])[0], [0, { 0: '01', ...defaults, 5: '00' }]);
});

test('RFC 7252 4.4: message ids follow one another and begin anew behind 65535', (t) => {
  const { bench } = createDevice({ ...account(), random: () => 65534.5 / 65536 });
  const mids: number[] = [];
  for (let k = 0; k < 3; k++) {
    core.update(bench.client, bench.now);
    const [sent] = bench.poll();
    const { mid, token } = parse(sent!.bytes);
    mids.push(mid);
    bench.say({ type: 2, code: 0x44, mid, token });
  }
  t.deepEqual(mids, [0, 1, 2], 'Register had 65535');
});

test('RFC 7252 3.1, 3.2: an option with a number has as few bytes as it needs, behind any other', (t) => {
  for (const delta of [0, 1, 11, 12, 13, 14, 268, 269, 270, 1000])
    for (const v of [0, 1, 255, 256, 257, 65535, 65536, 16777215]) {
      const b = new Uint8Array(24);
      const end = core.encodeUint(b, 2, delta, v);
      const expected = encodeMessage({ type: 0, code: 1, mid: 0, token: [], options: [uintOption(delta, v)], payload: [] }).slice(4);
      t.deepEqual([...b.subarray(2, end)], expected, `${delta} ${v}`);
      t.deepEqual([...b.subarray(0, 2), ...b.subarray(end)], new Array<number>(24 - expected.length).fill(0));
    }
});

test('a resource has as many instances as the limit says, and one more is 5.00 and changes nothing (README, Limits)', (t) => {
  const most = LIMIT_INSTANCES;
  const o = object(Portfolio.model(), { 0: { [Portfolio.IDENTITY]: ['a'] } });
  const { dialogue, value } = createBoard([o]);
  const several = (from: number, n: number) => encodeTlv([{ kind: 'multi_resource', id: 0, children: Array.from({ length: n }, (_, k) => ({ kind: 'res_instance' as const, id: from + k, value: text('x') })) }]);
  t.is(dialogue.put('/16/0/0', { format: TLV, payload: several(0, most) }).text, '2.04');
  t.is(Object.keys(value('/16/0/0') as object).length, most);
  t.is(dialogue.put('/16/0/0', { format: TLV, payload: several(0, most + 1) }).text, '5.00');
  t.is(dialogue.post('/16/0', { format: TLV, payload: several(most, 1) }).text, '5.00');
  t.is(dialogue.post('/16/0', { format: TLV, payload: several(0, 1) }).text, '2.04');
  t.is(dialogue.put('/16/0/0', { format: TLV, payload: several(5, 1) }).text, '2.04');
  t.deepEqual(value('/16/0/0'), { 5: 'x' });
});

test('5.3.1 (LwM2M): the telephone number is told by Register where there is one, and by no Update', (t) => {
  for (const sms of [undefined, '49123']) {
    const { bench } = createDevice({ ...account(), ...(sms !== undefined && { sms }) }, false);
    bench.start();
    const { mid, token, options } = parse(bench.out[0]!.bytes);
    const queries = options.filter(({ number }) => number === 15).map(({ value }) => textOf({ payload: value } as never));
    t.deepEqual(queries, ['ep=test', 'lt=86400', 'lwm2m=1.0', 'b=U', ...(sms === undefined ? [] : ['sms=49123'])]);
    bench.give(build({ type: 2, code: 0x41, mid, token, options: [{ number: 8, value: text('rd') }, { number: 8, value: text('1') }] }));
    core.update(bench.client, bench.now);
    t.deepEqual(parse(bench.poll()[0]!.bytes).options.filter(({ number }) => number === 15), []);
  }
});

test('RFC 7959 2.3: a size in an answer that ends the Register changes nothing about it', (t) => {
  for (const [code, name] of [[0x41, 'registered'], [0x80, 'error']] as const)
    for (const szx of [0, 2, 6]) {
      const { bench } = createDevice(account(), false);
      bench.start();
      const { mid, token } = parse(bench.out[0]!.bytes);
      const location = code === 0x41 ? [{ number: 8, value: text('rd') }, { number: 8, value: text('1') }] : [];
      t.deepEqual(bench.say({ type: 2, code, mid, token, options: [...location, uintOption(27, szx)] }), []);
      t.deepEqual(bench.events.map((event) => event.name), [name]);
    }
});

test('5.5 (LwM2M): bytes that the application has changed in place are told', (t) => {
  const { dialogue, bench, world } = createDevice();
  dialogue.get('/3442/0/150', { observe: 0, token: [1], accept: 42 });
  (world.test.values[0]![150] as Uint8Array)[0] = 0xee;
  const [sent] = bench.changed(3442, 0, 150);
  t.is(parse(sent!.bytes).payload[0], 0xee);
});

test('6.4.3 (LwM2M): the length of a value has bytes of its own from 8 on, two from 256, three from 65,536', (t) => {
  for (const [n, head] of [[7, 'c705'], [8, 'c80508'], [255, 'c805ff'], [256, 'd0050100'], [65535, 'd005ffff'], [65536, 'd805010000'], [16777215, 'd805ffffff']] as const) {
    const b = new Uint8Array(24);
    const end = core.encodeHead(b, 0, 8, 0, 192, 5, n);
    t.is(Buffer.from(b.subarray(0, end)).toString('hex'), head);
  }
});
