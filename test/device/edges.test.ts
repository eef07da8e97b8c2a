/** Options, copies, bodies and locations at the limits that the specifications name, each test named by its rule. */
import test from 'ava';
import { LIMIT_DUPLICATES, LIMIT_LOCATION, LIMIT_MIDS } from '../../src/device/features';
import { encodeTlv, type RefKind } from '../reference/tlv';
import { valuesOf } from '../reference/coap';
import { build, createBench, parse, pathOptions, SERVER, text, toHex } from '../support/bench';
import { createDevice, under } from '../support/device';
import { observeOf, textOf, TLV } from '../support/dialogue';
import host from '../../boards/host/board';

const BUNDLE = process.env.WIXT_CORE === 'bundle';
const MIDS = BUNDLE ? host.limits!.mids! : LIMIT_MIDS;
const DUPLICATES = BUNDLE ? host.limits!.duplicates! : LIMIT_DUPLICATES;
const LOCATION = BUNDLE ? host.limits!.location! : LIMIT_LOCATION;

type Extra = { number: number; value: number[] }[];

/** Asks for /3/0/9 with further options; returns the code, with Observe when that is there. */
function ask(options: Extra, { code = 1, path = '/3/0/9', payload = [] as number[] } = {}): string {
  const { dialogue } = createDevice();
  const all = [...pathOptions(path), ...options].sort((a, b) => a.number - b.number);
  const answer = dialogue.exchange(build({ code, mid: 0x1234, token: [1], options: all, payload }))!;
  const observe = observeOf(answer);
  return observe === undefined ? answer.text : `${answer.text} observed`;
}

const zeroes = (n: number): number[] => new Array<number>(n).fill(0);

test('RFC 7252 5.4.3: an option longer than it may be is not known: a critical one is 4.02, an elective one is passed over', (t) => {
  // Longest value by RFC 7252 5.10, RFC 7641 2, RFC 7959 2.1.
  for (const [number, longest] of [[17, 2], [23, 3], [27, 3]] as const)
    for (let n = 0; n <= 5; n++) t.is(ask([{ number, value: zeroes(n) }]), n <= longest ? '2.05' : '4.02', `option ${number} of ${n} bytes`);
  for (let n = 0; n <= 5; n++) {
    t.is(ask([{ number: 6, value: zeroes(n) }]), n <= 3 ? '2.05 observed' : '2.05', `Observe of ${n} bytes`);
    t.is(ask([{ number: 12, value: n ? [...zeroes(n - 1), 0] : [] }], { code: 3, path: '/3/0/15', payload: text('x') }), '2.04', `Content-Format of ${n} bytes`);
  }
  t.is(ask([{ number: 12, value: [0, 0x2d, 0x16] }], { code: 3, path: '/3/0/15', payload: text('x') }), '2.04', 'passed over: a Write without a format is text');
  t.is(ask([{ number: 12, value: [0x2d, 0x16] }], { code: 3, path: '/3/0/15', payload: text('x') }), '4.00', 'TLV it is not');
});

test('RFC 7252 5.4.5: a repeated critical option is 4.02, whatever its value; of a repeated elective option the first counts', (t) => {
  for (const number of [17, 23, 27]) for (const [a, b] of [[0, 0], [0, 1], [1, 0], [2, 2]]) t.is(ask([{ number, value: a ? [a] : [] }, { number, value: b ? [b] : [] }]), '4.02', `${number}: ${a}, ${b}`);
  t.is(ask([{ number: 6, value: [] }, { number: 6, value: [1] }]), '2.05 observed');
  t.is(ask([{ number: 6, value: [1] }, { number: 6, value: [] }]), '2.05');
  const write = (formats: number[][]) => ask(formats.map((value) => ({ number: 12, value })), { code: 3, path: '/3/0/15', payload: text('x') });
  t.deepEqual([write([[], [42]]), write([[42], []]), write([[0], [0]])], ['2.04', '4.15', '2.04']);
});

test('RFC 7959 2.4: an answer to Block2 has one, an empty answer too', (t) => {
  for (const length of [0, 1, 15, 16, 17]) {
    const { dialogue, world } = createDevice();
    world.test.values[0]![110] = 'x'.repeat(length);
    const answer = dialogue.get('/3442/0/110', { accept: 0, block2: [0, false, 16] });
    t.deepEqual([answer.text, valuesOf(answer, 23).map((value) => [...value]), answer.payload.length], ['2.05', [length > 16 ? [8] : []], Math.min(16, length)], `${length}`);
  }
});

test('RFC 7252 3.1: 15 is reserved in the delta and the length of an option: a message format error', (t) => {
  const { bench } = createDevice();
  const rest = '41'.repeat(300);
  for (const option of [`f1${rest}`, `f0${rest}`, `1f${rest}`, `0f${rest}`, `fd00${rest}`, `df00${rest}`, `ef0000${rest}`, 'f1', '1f', 'f000', '0f00'])
    t.deepEqual(bench.give(`41011234aa${option}`).map(({ bytes }) => toHex(bytes)), ['70001234'], option.slice(0, 8));
});

test('RFC 7252 5.4.6: every option with an odd number is critical, every even one elective', (t) => {
  // Those that this client knows, and those that RFC 7252 5.10 defines for requests, apart.
  for (const number of [1, 5, 9, 13, 19, 21, 25, 29, 31, 33, 37, 41, 43, 255, 257, 267, 269, 271, 2049, 65001, 65535]) t.is(ask([{ number, value: [] }]), '4.02', `${number}`);
  for (const number of [2, 4, 8, 10, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 60, 258, 268, 270, 2048, 65000, 65534]) t.is(ask([{ number, value: [7] }]), '2.05', `${number}`);
  for (const number of [3, 7]) t.is(ask([{ number, value: text('a') }]), '2.05', `${number}`);
  for (const number of [35, 39]) t.is(ask([{ number, value: text('coap') }]), '5.05', `${number}`);
});

test('RFC 7959 2.2: a size exponent of 7 is 4.00, in Block1 and Block2, and all below are sizes', (t) => {
  for (const number of [23, 27]) for (let szx = 0; szx < 8; szx++) t.is(ask([{ number, value: [szx] }]), szx < 7 ? '2.05' : '4.00', `${number} ${szx}`);
});

test('RFC 7252 4.5, 4.4: a copy is known after days and years of running as well', (t) => {
  for (const days of [0, 0.7584, 0.7585, 1, 12, 365, 3650])
    for (const [type, lifetime] of [[0, 247], [1, 145]] as const) {
      const { bench, world } = createDevice();
      bench.now += days * 86_400_000;
      const execute = build({ type, code: 2, mid: 0x7777, token: [5], options: pathOptions('/3442/0/0') });
      const times = (): number => world.test.calls.filter(({ name }) => name === 'execute').length;
      bench.give(execute);
      bench.now += (lifetime - 3) * 1000;
      bench.give(execute);
      t.is(times(), 1, `after ${days} days, within its lifetime`);
      bench.now += 6000;
      bench.give(execute);
      t.is(times(), 2, `after ${days} days, behind its lifetime`);
    }
});

test('RFC 7252 4.4: a message id is remembered for EXCHANGE_LIFETIME, 247 s, or NON_LIFETIME, 145 s, and no longer', (t) => {
  for (const [type, lifetime] of [[0, 247_000], [1, 145_000]] as const)
    for (const [after, times] of [[lifetime - 1, 1], [lifetime, 2]] as const) {
      const { bench, world } = createDevice();
      const execute = build({ type, code: 2, mid: 0x7777, token: [5], options: pathOptions('/3442/0/0') });
      bench.give(execute);
      bench.now += after;
      bench.give(execute);
      t.is(world.test.calls.length, times, `type ${type} after ${after} ms`);
    }
});

test('RFC 7252 4.5: as many message ids are remembered as there are places, and the oldest goes first', (t) => {
  const { bench, world } = createDevice();
  const execute = (mid: number): string => toHex(bench.give(build({ code: 2, mid, token: [mid & 255], options: pathOptions('/3442/0/0') }))[0]!.bytes);
  const answers = Array.from({ length: MIDS }, (_, k) => execute(0x100 + k));
  const calls = (): number => world.test.calls.length;
  t.is(calls(), MIDS);
  for (let k = 0; k < MIDS; k++) t.is(execute(0x100 + k), answers[k], `${k}`);
  t.is(calls(), MIDS, 'none ran twice');
  execute(0x100 + MIDS);
  execute(0x101);
  t.is(calls(), MIDS + 1, 'the second is remembered');
  execute(0x100);
  t.is(calls(), MIDS + 2, 'the first is not');
});

test('RFC 7252 4.5: of the newest answers with options a copy gets these again; of older ones nothing', (t) => {
  const { bench } = createDevice();
  const create = (id: number): Uint8Array => build({ code: 2, mid: 0x300 + id, token: [9, id], options: [...pathOptions('/16'), { number: 12, value: [0x2d, 0x16] }], payload: encodeTlv([{ kind: 'obj_instance', id, children: [] }]) });
  const first = Array.from({ length: DUPLICATES }, (_, k) => bench.give(create(k + 1))[0]!.bytes);
  // The Update that announces them is not an answer.
  const again = (id: number): Uint8Array | undefined => bench.give(create(id)).find(({ bytes }) => bytes[0]! >> 4 === 6)?.bytes;
  for (let k = 0; k < DUPLICATES; k++) t.is(toHex(again(k + 1)!), toHex(first[k]!), `${k}`);
  t.deepEqual(valuesOf(parse(first[4]!), 8).map((value) => Buffer.from(value).toString()), ['16', '5']);
  bench.give(create(DUPLICATES + 1));
  t.is(again(1), undefined, 'its options have gone, and it must not run twice');
  t.is(toHex(again(2)!), toHex(first[1]!));
});

test('5.3.1 (LwM2M): a location as long as there is room for is kept, one that is a byte longer is none', (t) => {
  const register = (segments: number[]): string | undefined => {
    const { bench } = createDevice({}, false);
    bench.start();
    const { mid, token } = parse(bench.out[0]!.bytes);
    bench.say({ type: 2, code: 0x41, mid, token, options: segments.map((n, k) => ({ number: 8, value: new Array<number>(n).fill(97 + k) })) });
    if (bench.events.at(-1)?.name !== 'registered') return undefined;
    const before = bench.out.length;
    under.core.update(bench.client, bench.now);
    bench.poll();
    return valuesOf(parse(bench.out[before]!.bytes), 11).map((value) => Buffer.from(value).toString()).join('/');
  };
  t.is(register([LOCATION - 2]), 'a'.repeat(LOCATION - 2));
  t.is(register([LOCATION - 1]), undefined);
  t.is(register([60, LOCATION - 64]), `${'a'.repeat(60)}/${'b'.repeat(LOCATION - 64)}`);
  t.is(register([60, LOCATION - 63]), undefined);
  t.is(register([1]), 'a');
  t.is(register([12, 13]), `${'a'.repeat(12)}/${'b'.repeat(13)}`);
});

test('RFC 7959 2.5: a block that comes with another method is no part of a body, and does not end the one that goes on', (t) => {
  const { dialogue, world } = createDevice();
  t.is(dialogue.put('/5/0/0', { format: 42, payload: zeroes(16), block1: [0, true, 16] }).text, '2.31');
  dialogue.post('/5/0/0', { format: 42, payload: zeroes(16), block1: [0, true, 16] });
  t.is(dialogue.put('/5/0/0', { format: 42, payload: zeroes(3), block1: [1, false, 16] }).text, '2.04');
  t.is((world.firmware.values[0]![0] as Uint8Array).length, 19);
});

test('6.4.3 (LwM2M): what stands inside a multiple resource is instances of it, whole and right for its type: else 4.00', (t) => {
  for (const id of [1110, 1120, 1125, 1130, 1140, 1150, 1160, 1170, 1180]) {
    const good = { 1130: [0, 0, 0, 0], 1140: [1], 1170: [0, 3, 0, 0] }[id as 1130] ?? [49];
    const write = (children: { kind: RefKind; id: number; value: number[] }[], cut = 0): string => {
      const { dialogue, world } = createDevice();
      const inner = children.flatMap((child) => encodeTlv([child]));
      // The head says what is there, and the last child more than that.
      const body = inner.slice(0, inner.length - cut);
      const code = dialogue.put(`/3442/0/${id}`, { format: TLV, payload: [0xa8, id >> 8, id & 255, body.length, ...body] }).text;
      t.is(world.test.calls.length, code === '2.04' ? 1 : 0);
      return code;
    };
    t.is(write([{ kind: 'res_instance', id: 0, value: good }]), '2.04', `${id}`);
    t.is(write([{ kind: 'res_instance', id: 0, value: good }, { kind: 'res_instance', id: 300, value: good }]), '2.04', `${id}`);
    for (const kind of ['resource', 'multi_resource', 'obj_instance'] as const) t.is(write([{ kind: 'res_instance', id: 0, value: good }, { kind, id: 1, value: good, children: [] } as never]), '4.00', `${id} ${kind}`);
    t.is(write([{ kind: 'res_instance', id: 0, value: good }], 1), '4.00', `${id} cut`);
    t.is(write([{ kind: 'res_instance', id: 0, value: good }, { kind: 'res_instance', id: 1, value: good }], good.length), '4.00', `${id} cut`);
  }
});

test('a handler hears whether all instances of a resource come, or some (LwM2M 5.4.3)', (t) => {
  const { dialogue, world } = createDevice();
  const several = encodeTlv([{ kind: 'multi_resource', id: 1120, children: [{ kind: 'res_instance', id: 0, value: [1] }] }]);
  const one = encodeTlv([{ kind: 'resource', id: 120, value: [1] }]);
  const told = (run: () => { text: string }): boolean[] => {
    world.test.calls.length = 0;
    t.is(run().text, '2.04');
    return world.test.calls.flatMap((call) => (call.name === 'write' ? [call.replace] : []));
  };
  t.deepEqual(told(() => dialogue.put('/3442/0/1120', { format: TLV, payload: several })), [true]);
  t.deepEqual(told(() => dialogue.put('/3442/0/1120/0', { format: 0, payload: text('5') })), [false]);
  t.deepEqual(told(() => dialogue.put('/3442/0/120', { format: 0, payload: text('5') })), [true]);
  t.deepEqual(told(() => dialogue.put('/3442/0/120', { format: TLV, payload: one })), [true]);
  t.deepEqual(told(() => dialogue.put('/3442/0', { format: TLV, payload: [...one, ...several] })), [true, true]);
  t.deepEqual(told(() => dialogue.post('/3442/0', { format: TLV, payload: [...one, ...several] })), [false, false]);
});

test('5.5 (LwM2M): a Write of an instance is notified to observers of its resources, whatever was requested before', (t) => {
  for (const before of ['/3/0/0', '/3442/0/110', '/3/0', '/16']) {
    const { dialogue } = createDevice();
    dialogue.get('/3442/0/120', { observe: 0, token: [1] });
    dialogue.get(before);
    t.is(dialogue.post('/3442/0', { format: TLV, payload: encodeTlv([{ kind: 'resource', id: 120, value: [9] }]) }).text, '2.04');
    t.deepEqual(dialogue.take().map((m) => textOf(m)), ['9'], before);
  }
});

test('8.2.4 (LwM2M): a Create that is malformed makes nothing, not even for a moment', (t) => {
  const { dialogue, world, bench } = createDevice();
  for (const payload of [[0xc1, 0x00], [0x08, 0x05, 0x02, 0xc1, 0x00], encodeTlv([{ kind: 'obj_instance', id: 5, children: [{ kind: 'resource', id: 0, value: [1] }] }]), [...encodeTlv([{ kind: 'obj_instance', id: 5, children: [] }, { kind: 'obj_instance', id: 6, children: [] }])]])
    t.is(dialogue.post('/16', { format: TLV, payload }).text, '4.00', toHex(payload));
  t.deepEqual(world.portfolio.calls, []);
  t.deepEqual(world.portfolio.instances, [0]);
  t.deepEqual(bench.advance(1000), []);
});

test('RFC 7252 4.2: a De-register is sent again as it was, whatever changes meanwhile', (t) => {
  const { bench, world } = createDevice();
  under.core.stop(bench.client);
  const [first] = bench.poll();
  under.core.addInstance(bench.client, world.portfolio, 7);
  const copies = bench.advance(60_000).map(({ bytes }) => toHex(bytes));
  t.deepEqual(copies, new Array<string>(4).fill(toHex(first!.bytes)));
});

test('RFC 3629 3, WHATWG Encoding 8.2.2: each pair of surrogates is its character, each half and what stands beside it its own', (t) => {
  const units = ['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ud800', '\ud801', '\udbff', '\udc00', '\udc01', '\udfff', '\ue000', '\uffff'];
  const { dialogue, world } = createDevice();
  for (const a of units)
    for (const b of units) {
      world.test.values[0]![110] = a + b;
      t.is(toHex(dialogue.get('/3442/0/110', { accept: 0 }).payload), Buffer.from(a + b).toString('hex'), JSON.stringify(a + b));
    }
  for (const x of [0x10000, 0x10001, 0x103ff, 0x10400, 0xfffff, 0x10ffff]) {
    t.is(dialogue.put('/3442/0/110', { format: 0, payload: text(String.fromCodePoint(x)) }).text, '2.04');
    t.is(world.test.values[0]![110], String.fromCodePoint(x));
    t.is(textOf(dialogue.get('/3442/0/110', { accept: 0 })), String.fromCodePoint(x));
  }
});

test('datagrams are taken 16 at a time: 2 says that others may wait, 0 that nothing of ours came', (t) => {
  const waiting: { bytes: Uint8Array; address: string }[] = [];
  const udp = {
    remoteAddress: undefined as string | undefined, remotePort: 5683,
    read(into: Uint8Array) {
      const next = waiting.shift();
      if (!next) return undefined;
      udp.remoteAddress = next.address;
      into.set(next.bytes);
      return next.bytes.length;
    },
    write() {}, close() {}, resolve: (host: string) => host,
  };
  const world = createDevice({}, false).world;
  const bench = createBench(under, world.objects, { udp });
  bench.start();
  const receive = (...addresses: string[]): number => {
    for (const address of addresses) waiting.push({ bytes: build({ code: 1, mid: waiting.length, token: [1], options: pathOptions('/3/0/9') }), address });
    return under.core.receive(bench.client, bench.now);
  };
  const ours = (n: number): string[] => new Array<string>(n).fill(SERVER);
  t.deepEqual([receive(), receive(SERVER), receive('192.0.2.99'), receive('192.0.2.99', SERVER), receive(SERVER, '192.0.2.99')], [0, 1, 0, 1, 1]);
  t.is(receive(...ours(15)), 1);
  t.deepEqual([receive(...ours(16)), receive()], [2, 0]);
  t.deepEqual([receive(...ours(17)), waiting.length, receive()], [2, 1, 1]);
});

test('4.1 (RFC 7641): the place of an observation that has ended is free again', (t) => {
  const { dialogue } = createDevice();
  for (let round = 0; round < 80; round++) {
    t.is(observeOf(dialogue.get(`/3442/0/${110 + (round % 2) * 10}`, { observe: 0, token: [round] })) !== undefined, true, `${round}`);
    dialogue.get(`/3442/0/${110 + (round % 2) * 10}`, { observe: 1, token: [round] });
  }
});

test('4.5.2 (RFC 7641): a notification that is owed when its observation is renewed is still told, though a change brings the same value', (t) => {
  const { dialogue, bench, world } = createDevice();
  t.is(dialogue.put('/3/0/9', { query: ['pmin=10'] }).text, '2.04');
  dialogue.get('/3/0/9', { observe: 0, token: [1] });
  bench.advance(11_000);
  world.device.values[0]![9] = 49;
  t.is(bench.changed(3, 0, 9).length, 1);
  dialogue.get('/3/0/9', { observe: 0, token: [1] });
  t.deepEqual(bench.changed(3, 0, 9), []);
  t.deepEqual(bench.advance(9999), []);
  t.deepEqual(bench.advance(1).map(({ bytes }) => textOf(parse(bytes))), ['49']);
});

test('an event names the path that is observed, with as many ids as it has', (t) => {
  for (const path of ['/3', '/3/0', '/3/0/9', '/3/0/6/0']) {
    const { dialogue, bench } = createDevice();
    dialogue.get(path, { observe: 0, token: [1] });
    dialogue.get(path, { observe: 1, token: [1] });
    t.deepEqual(bench.events.slice(-2).map(({ name, detail }) => [name, detail]), [['observed', path], ['cancelled', path]]);
  }
});

test('an operation that the object has no handler for is 4.05 (LwM2M 5.4)', (t) => {
  const world = createDevice({}, false).world;
  for (const name of ['write', 'execute', 'create', 'remove', 'clear'] as const) delete world.test[name];
  const { dialogue } = createDevice({}, true, world);
  t.is(dialogue.post('/3442/0/3').text, '4.05');
  t.is(dialogue.put('/3442/0/120', { format: 0, payload: text('1') }).text, '4.05');
  t.is(dialogue.post('/3442/0', { format: TLV, payload: [0xc1, 120, 1] }).text, '4.05');
  t.is(dialogue.put('/3442/0', { format: TLV, payload: [0xc1, 120, 1] }).text, '4.05');
  t.is(dialogue.post('/3442', { format: TLV, payload: [] }).text, '4.05');
  t.is(dialogue.delete('/3442/0').text, '4.05');
  t.is(dialogue.get('/3442/0/120').text, '2.05');
});

test('6.4.3 (LwM2M): where the length has bytes of its own the last three bits of the first byte mean nothing', (t) => {
  for (let bits = 0; bits < 8; bits++)
    for (const [kind, length] of [[0x08, [8]], [0x10, [0, 8]], [0x18, [0, 0, 8]]] as const) {
      const b = Uint8Array.of(0xc0 | kind | bits, 150, ...length, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9);
      t.like(under.core.decodeItem(b, 0, b.length - 6), { kind: 192, id: 150, value: 2 + length.length, end: 10 + length.length });
    }
});

test('7.1 (LwM2M): a resource instance is written as what it is, not as TLV of a resource: 4.15', (t) => {
  const { dialogue, world } = createDevice();
  t.is(dialogue.put('/3442/0/1120/0', { format: TLV, payload: encodeTlv([{ kind: 'res_instance', id: 0, value: [1] }]) }).text, '4.15');
  t.is(dialogue.put('/3442/0/1120/0', { format: TLV, payload: encodeTlv([{ kind: 'multi_resource', id: 1120, children: [{ kind: 'res_instance', id: 0, value: [1] }] }]) }).text, '4.15');
  t.is(world.test.calls.length, 0);
});

test('5.5, 7.1 (LwM2M): an observation of a resource instance notifies that instance, and ends by its own path', (t) => {
  const { dialogue, bench, world } = createDevice();
  for (const [m, token] of [[0, 1], [1, 2]] as const) t.is(textOf(dialogue.get(`/3442/0/1120/${m}`, { observe: 0, token: [token] })), `${m + 1}`);
  world.test.values[0]![1120] = [1, 7];
  const [sent] = bench.changed(3442, 0, 1120);
  t.deepEqual([parse(sent!.bytes).token, textOf(parse(sent!.bytes))], [[2], '7']);
  dialogue.settle(sent!);
  dialogue.get('/3442/0/1120/1', { observe: 1, token: [1] });
  dialogue.get('/3442/0/1120/0', { observe: 1, token: [2] });
  t.deepEqual(bench.events.filter(({ name }) => name === 'cancelled').map(({ detail }) => detail), [], 'a token of another path ends nothing');
});

test('6.2 (LwM2M): no other characters stand for the digits of an id', (t) => {
  const { bench } = createDevice();
  const code = (segments: number[][]): number => bench.give(build({ type: 0, code: 1, mid: ++mid, token: [1], options: segments.map((value) => ({ number: 11, value })) }))[0]!.bytes[1]!;
  let mid = 0x4000;
  t.is(code([text('16'), text('0')]), 0x45);
  // What is worth 16 as tens and ones, from whatever characters.
  for (let ones = 1; ones < 256; ones++) {
    const tens = 48 + (16 - (ones - 48)) / 10;
    if (Number.isInteger(tens) && tens > 0 && (tens !== 49 || ones !== 54)) t.is(code([[tens, ones], text('0')]), 0x84, `${tens} ${ones}`);
  }
  for (const one of ['Q03', '3:03', '33:3', ':303', '/303', '330', '03303', '3303 ', ' 3303', '+3303', '3303.', '32N3', '32O03', '330?', '329=', '329;', '328G']) t.is(code([text(one), text('0'), text('5700')]), 0x84, one);
  for (let one = 0; one < 256; one++) t.is(code([text('3303'), [one]]), one === 48 ? 0x45 : 0x84, `${one}`);
});

test('5.5 (LwM2M): a Write that the application refuses is not notified', (t) => {
  const { dialogue, world, bench } = createDevice();
  for (const [path, token] of [['/3442/0', 1], ['/3442/0/1120', 2], ['/3442', 3]] as const) dialogue.get(path, { observe: 0, token: [token] });
  world.test.refuse = 0x80;
  t.is(dialogue.put('/3442/0/120', { format: 0, payload: text('5') }).text, '4.00');
  t.is(dialogue.put('/3442/0/1120/0', { format: 0, payload: text('5') }).text, '4.00');
  t.is(dialogue.post('/3442/0', { format: TLV, payload: [0xc1, 120, 1] }).text, '4.00');
  t.deepEqual([...dialogue.unasked, ...bench.advance(1000)], []);
});

test('RFC 7252 6.4: an empty segment names nothing, whatever option comes behind it', (t) => {
  for (const value of [[], [1], [1, 2], [1, 2, 3, 4]]) for (const number of [12, 14, 60]) t.is(ask([{ number: 11, value: [] }, { number, value }], { path: '/3/0' }), '4.04', `${number} of ${value.length} bytes`);
});

test('5.4.4 (LwM2M): options behind the queries of a Write-Attributes are no attributes', (t) => {
  for (const extra of [{ number: 17, value: [0] }, { number: 28, value: [5] }, { number: 60, value: text('pmin=7') }, { number: 2048, value: text('pmin=7') }])
    t.is(ask([{ number: 15, value: text('pmin=5') }, { number: 15, value: text('pmax=50') }, extra], { code: 3 }), '2.04', `${extra.number}`);
});

test('5.5 (LwM2M): a change of an instance is notified to observers of it, its resources and the object', (t) => {
  for (const path of ['/3303', '/3303/0', '/3303/0/5700']) {
    const { dialogue, bench, world } = createDevice();
    dialogue.get(path, { observe: 0, token: [1] });
    world.temperature.values[0]![5700] = 99;
    t.is(bench.changed(3303, -1, -1).length, 1, path);
    t.is(bench.changed(3, -1, -1).length, 0);
  }
});
