import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { Duplicates, hashOf } from '../../../src/host/server/coap/duplicates';
import { decodeMessage, encodeMessage, isRequest, isResponse, isSuccess, NOTHING, type Message } from '../../../src/host/server/coap/message';
import { MessageLayer, type Delivery, type Draft } from '../../../src/host/server/coap/messages';
import { blockOption, makeBlock, makeText, makeUint, screenOptions, textOptions, uintOption } from '../../../src/host/server/coap/options';
import { VirtualClock, settle } from './support/clock';
import { bytes, complete, device, MemoryTransport, otherDevice } from './support/wire';

/** A layer whose random numbers are all `random.value`, and what it told the layer above. */
async function makeLayer(value = 0) {
  const clock = new VirtualClock();
  const transport = new MemoryTransport();
  const random = { value };
  const told: string[] = [];
  const traced: string[] = [];
  const upper = {
    wanted: true,
    respond: undefined as ((answer: Draft) => void) | undefined,
    request: (message: Message, _from: unknown, respond: (answer: Draft) => void): void => {
      told.push(`request ${message.code}`);
      upper.respond = respond;
    },
    response: (message: Message): boolean => (told.push(`response ${message.code}`), upper.wanted),
  };
  const layer = new MessageLayer(transport, upper, { clock, random: () => random.value, maxSeen: 100, trace: (incoming, { length }, peer) => traced.push(`${incoming ? 'in' : 'out'} ${length} ${peer.port}`) });
  await transport.start((datagram, from) => layer.receive(datagram, from));
  const delivery = (name: string): Delivery => Object.fromEntries(['sent', 'acknowledged', 'reset', 'failed'].map((what) => [what, () => told.push(`${name} ${what}`)]));
  return { clock, transport, random, told, traced, upper, layer, delivery };
}

const draft = (code: number = wire.CODE_GET): Draft => ({ code, token: Uint8Array.of(1), options: [], payload: NOTHING });
const LAST = 65535 / 65536;

test('message ids follow one another and begin anew behind 65535, for each peer by itself (RFC 7252 4.4)', async (t) => {
  const { layer, transport, delivery, random } = await makeLayer(LAST);
  const mids = (): number[] => transport.take().map(({ mid }) => mid);
  // No state for those who only ask: they share one row of ids.
  layer.tell(device, draft());
  layer.tell(otherDevice, draft());
  t.deepEqual(mids(), [0, 1]);
  layer.confirm(device, draft(), delivery('a'));
  layer.tell(device, draft());
  layer.tell(device, draft());
  t.deepEqual(mids(), [65535, 0, 1]);
  random.value = 0.5;
  layer.confirm(otherDevice, draft(), delivery('b'));
  t.deepEqual(mids(), [32768]);
  const { layer: next, transport: wireOfNext } = await makeLayer(65534 / 65536);
  next.tell(device, draft());
  next.tell(device, draft());
  t.deepEqual(wireOfNext.take().map(({ mid, type }) => [mid, type]), [[65535, wire.TYPE_NON], [0, wire.TYPE_NON]]);
});

test('the first timeout is from 2 to 3 s, each further one twice the last, after 4 retransmissions it has failed (RFC 7252 4.2, 4.8)', async (t) => {
  for (const [random, first] of [[0, 2000], [0.5, 2500], [LAST, 3000]] as const) {
    const { layer, transport, clock, told, delivery } = await makeLayer(random);
    layer.confirm(device, draft(), delivery('a'));
    for (let k = 0; k < 4; k++) {
      t.is(transport.take().length, 1);
      await clock.advance(first * 2 ** k - 1);
      t.is(transport.sent.length, 0, `${first}, ${k}`);
      await clock.advance(1);
    }
    t.is(transport.take().length, 1);
    t.deepEqual(told, ['a sent']);
    await clock.advance(first * 16 - 1);
    t.deepEqual(told, ['a sent']);
    await clock.advance(1);
    t.deepEqual(told, ['a sent', 'a failed']);
    t.is(transport.sent.length, 0);
    t.is(clock.pending, 0);
  }
});

test('an acknowledgement or Reset counts with its id, from its peer, and only with a code that it may have (RFC 7252 4.2, 4.3)', async (t) => {
  const { layer, transport, told, delivery, clock } = await makeLayer();
  const { TYPE_ACK, TYPE_RST } = wire;
  layer.confirm(device, draft(), delivery('a'));
  transport.say({ type: TYPE_ACK, mid: 1 });
  transport.say({ type: TYPE_ACK, mid: 0 }, otherDevice);
  for (const code of [wire.CODE_GET, 31]) transport.say({ type: TYPE_ACK, mid: 0, code });
  for (const code of [wire.CODE_GET, wire.CODE_CONTENT]) transport.say({ type: TYPE_RST, mid: 0, code });
  t.deepEqual(told, ['a sent']);
  t.is(clock.pending, 1);
  transport.say({ type: TYPE_ACK, mid: 0 });
  transport.say({ type: TYPE_ACK, mid: 0 });
  t.deepEqual(told, ['a sent', 'a acknowledged']);
  layer.confirm(device, draft(), delivery('b'));
  transport.say({ type: TYPE_RST, mid: 1 });
  layer.confirm(device, draft(), delivery('c'));
  transport.say({ type: TYPE_ACK, mid: 2, code: wire.CODE_CONTENT });
  t.deepEqual(told.slice(2), ['b sent', 'b reset', 'c sent', `response ${wire.CODE_CONTENT}`, 'c acknowledged']);
  t.is(clock.pending, 0);
  // An acknowledgement or Reset of nothing is answered by nothing.
  transport.take();
  transport.say({ type: TYPE_ACK, mid: 9, code: wire.CODE_CONTENT });
  transport.say({ type: TYPE_RST, mid: 9 });
  t.is(transport.sent.length, 0);
  t.is(told.length, 7);
});

test('a Confirmable response is acknowledged, one that nobody wants is reset, and so is a code of a reserved class (RFC 7252 4.2, 4.3)', async (t) => {
  const { transport, upper } = await makeLayer();
  const answers = (): number[][] => transport.take().map(({ type, code, mid }) => [type, code, mid]);
  const { TYPE_CON, TYPE_NON, TYPE_ACK, TYPE_RST } = wire;
  transport.say({ type: TYPE_CON, mid: 1, code: 64 });
  transport.say({ type: TYPE_NON, mid: 2, code: 191 });
  t.deepEqual(answers(), [[TYPE_ACK, 0, 1]]);
  upper.wanted = false;
  transport.say({ type: TYPE_CON, mid: 3, code: 191 });
  transport.say({ type: TYPE_NON, mid: 4, code: 64 });
  t.deepEqual(answers(), [[TYPE_RST, 0, 3], [TYPE_RST, 0, 4]]);
  for (const [k, code] of [32, 63, 192, 255].entries()) {
    transport.say({ type: TYPE_CON, mid: 10 + k, code });
    transport.say({ type: TYPE_NON, mid: 20 + k, code });
    t.deepEqual(answers(), [[TYPE_RST, 0, 10 + k]], String(code));
  }
  t.deepEqual([0, 1, 31, 32].map(isRequest), [false, true, true, false]);
  t.deepEqual([63, 64, 191, 192].map(isResponse), [false, true, true, false]);
  t.deepEqual([63, 64, 95, 96].map(isSuccess), [false, true, true, false]);
});

test('a message that comes again is answered again and not told: Confirmable ones for 247 s, others for 145 s (RFC 7252 4.5, 4.8.2)', async (t) => {
  for (const [type, lifetime] of [[wire.TYPE_CON, 247_000], [wire.TYPE_NON, 145_000]] as const) {
    const { transport, told, upper, clock } = await makeLayer();
    const request = { type, mid: 7, code: wire.CODE_GET, token: Uint8Array.of(1) };
    transport.say(request);
    transport.say(request);
    t.is(transport.sent.length, 0);
    upper.respond!(draft(wire.CODE_CONTENT));
    upper.respond!(draft(wire.CODE_NOT_FOUND));
    t.deepEqual(transport.take().map(({ type: back, code }) => [back, code]), [[type === wire.TYPE_CON ? wire.TYPE_ACK : wire.TYPE_NON, wire.CODE_CONTENT]]);
    await clock.advance(lifetime - 1);
    transport.say(request);
    t.is(told.length, 1);
    t.is(transport.take().length, type === wire.TYPE_CON ? 1 : 0);
    // The same id from elsewhere, or with other bytes, is another message.
    transport.say(request, otherDevice);
    transport.say({ ...request, token: Uint8Array.of(2) }, makeOther());
    t.is(told.length, 3);
    await clock.advance(1);
    transport.say(request);
    t.is(told.length, 4);
  }
});

const makeOther = (): typeof device => ({ ...otherDevice, key: `${otherDevice.key} ` });

test('an answer within 1 s is piggybacked; a later one follows an empty acknowledgement, Confirmable and under an id of its own (RFC 7252 5.2.2)', async (t) => {
  const { transport, upper, clock } = await makeLayer(0.5);
  transport.say({ mid: 7, code: wire.CODE_GET, token: Uint8Array.of(1) });
  await clock.advance(999);
  t.is(transport.sent.length, 0);
  upper.respond!(draft(wire.CODE_CONTENT));
  t.deepEqual(transport.take().map(({ type, mid, code }) => [type, mid, code]), [[wire.TYPE_ACK, 7, wire.CODE_CONTENT]]);
  t.is(clock.pending, 0);
  transport.say({ mid: 8, code: wire.CODE_GET, token: Uint8Array.of(1) });
  await clock.advance(1000);
  t.deepEqual(transport.take().map(({ type, mid, code }) => [type, mid, code]), [[wire.TYPE_ACK, 8, 0]]);
  transport.say({ mid: 8, code: wire.CODE_GET, token: Uint8Array.of(1) });
  t.deepEqual(transport.take().map(({ type, mid, code }) => [type, mid, code]), [[wire.TYPE_ACK, 8, 0]]);
  upper.respond!(draft(wire.CODE_CONTENT));
  t.deepEqual(transport.take().map(({ type, mid, code }) => [type, mid, code]), [[wire.TYPE_CON, 32768, wire.CODE_CONTENT]]);
  // Who asks without confirmation gets no acknowledgement, however long it takes.
  transport.say({ type: wire.TYPE_NON, mid: 9, code: wire.CODE_GET, token: Uint8Array.of(1) }, otherDevice);
  await clock.advance(1000);
  t.is(transport.take().length, 0);
});

test('one message is on its way to a peer, the others wait in order; what is given up tells nothing more (RFC 7252 4.7)', async (t) => {
  const { layer, transport, told, delivery, clock } = await makeLayer();
  const giveUp = ['a', 'b', 'c', 'd'].map((name) => layer.confirm(device, draft(), delivery(name))).map((outgoing) => () => layer.abandon(outgoing));
  t.deepEqual(told, ['a sent']);
  giveUp[2]!();
  giveUp[2]!();
  transport.say({ type: wire.TYPE_ACK, mid: 0 });
  t.deepEqual([...told].sort(), ['a acknowledged', 'a sent', 'b sent']);
  giveUp[1]!();
  t.is(told.length, 3);
  await settle();
  t.deepEqual(told.slice(3), ['d sent']);
  transport.say({ type: wire.TYPE_ACK, mid: 1 });
  t.is(told.length, 4);
  transport.say({ type: wire.TYPE_ACK, mid: 2 });
  t.deepEqual(told.slice(4), ['d acknowledged']);
  giveUp[3]!();
  t.is(told.length, 5);
  // What ends is no matter of the next one.
  layer.confirm(device, draft(), delivery('e'));
  giveUp[3]!();
  t.is(clock.pending, 1);
  layer.confirm(device, draft(), delivery('f'));
  layer.clear();
  t.is(clock.pending, 0);
  transport.say({ type: wire.TYPE_ACK, mid: 3 });
  t.deepEqual(told.slice(5), ['e sent']);
});

test('a peer is forgotten when it was idle for 247 s, and not before its ids may come again (RFC 7252 4.4, 4.8.2)', async (t) => {
  const { layer, transport, random, delivery, clock } = await makeLayer();
  const mid = (): number => transport.take().at(-1)!.mid;
  layer.confirm(device, draft(), delivery('a'));
  transport.say({ type: wire.TYPE_ACK, mid: mid() });
  random.value = 0.5;
  const nudge = (port: number): void => layer.abandon(layer.confirm({ ...otherDevice, key: `x ${port}` }, draft(), {}));
  await clock.advance(246_999);
  nudge(1);
  transport.take();
  layer.tell(device, draft());
  t.is(mid(), 1, 'known still');
  // It is looked for once a minute at most, and a use counts as one.
  await clock.advance(59_999);
  nudge(2);
  await clock.advance(187_000);
  nudge(3);
  transport.take();
  layer.tell(device, draft());
  t.is(mid(), 2, 'used 246.999 s ago');
  await clock.advance(247_000);
  nudge(4);
  transport.take();
  layer.confirm(device, draft(), delivery('b'));
  t.is(mid(), 32768, 'forgotten');
  // Who is waited for stays.
  await clock.advance(1);
  for (let k = 0; k < 10; k++) layer.confirm(device, draft(), {});
  await clock.advance(300_000);
  nudge(5);
  transport.take();
  t.true(clock.pending > 0);
});

test('each datagram is traced, with its direction and its peer', async (t) => {
  const { transport, traced, layer } = await makeLayer();
  transport.say({ mid: 1 });
  layer.tell(otherDevice, draft());
  transport.deliver(bytes('00'));
  t.deepEqual(traced, ['in 4 40000', 'out 4 40000', 'out 5 40001', 'in 1 40000']);
});

test('duplicates: two generations, of which the elder goes when the younger is full or old', (t) => {
  const seen = new Duplicates(8);
  for (let k = 0; k < 4; k++) seen.add(`k${k}`, k, 1000, 100);
  t.is(seen.size, 4);
  t.truthy(seen.find('k0', 0, 1099));
  t.is(seen.find('k0', 1, 1001), undefined, 'other bytes');
  t.is(seen.find('k0', 0, 1100), undefined, 'too old');
  seen.add('k4', 4, 1000, 100);
  t.truthy(seen.find('k0', 0, 1001), 'the elder generation');
  t.is(seen.size, 5);
  for (let k = 5; k < 9; k++) seen.add(`k${k}`, k, 1000, 100);
  t.is(seen.find('k0', 0, 1001), undefined);
  t.truthy(seen.find('k4', 4, 1001));
  t.is(seen.size, 5);
  seen.add('k9', 9, 1099, 100);
  t.is(seen.size, 6);
  seen.add('k10', 10, 1100, 100);
  t.is(seen.size, 3, 'the younger one was old');
  t.truthy(seen.find('k9', 9, 1198));
  seen.add('k11', 11, 1299, 100);
  t.is(seen.size, 2, 'the younger one was old, and is kept for those at its end');
  seen.add('k12', 12, 1500, 100);
  t.is(seen.size, 1, 'both were older than any lifetime');
  seen.clear();
  t.is(seen.size, 0);
  t.not(hashOf(bytes('0001')), hashOf(bytes('0100')));
});

test('options: a length that the RFC does not have, and a repetition that it forbids, make an option unknown (RFC 7252 5.4.3, 5.4.5, table 4)', (t) => {
  const supported = new Set([wire.OPTION_IF_MATCH, wire.OPTION_URI_PATH, wire.OPTION_URI_HOST, wire.OPTION_ACCEPT, wire.OPTION_BLOCK1, wire.OPTION_BLOCK2, wire.OPTION_URI_PORT, wire.OPTION_PROXY_URI]);
  const screen = (...options: [number, number][]): { bad: number | undefined; kept: number[] } => {
    const message = complete({ options: options.map(([number, length]) => ({ number, value: new Uint8Array(length) })) });
    return { bad: screenOptions(message, supported), kept: message.options.map(({ number }) => number) };
  };
  for (const [number, least, most] of [
    [wire.OPTION_IF_MATCH, 0, 8], [wire.OPTION_URI_HOST, 1, 255], [wire.OPTION_ETAG, 1, 8], [wire.OPTION_OBSERVE, 0, 3], [wire.OPTION_URI_PORT, 0, 2], [wire.OPTION_URI_PATH, 0, 255],
    [wire.OPTION_CONTENT_FORMAT, 0, 2], [wire.OPTION_MAX_AGE, 0, 4], [wire.OPTION_ACCEPT, 0, 2], [wire.OPTION_BLOCK2, 0, 3], [wire.OPTION_BLOCK1, 0, 3], [wire.OPTION_SIZE2, 0, 4], [wire.OPTION_PROXY_URI, 1, 1034], [wire.OPTION_SIZE1, 0, 4],
  ] as const) {
    for (const length of [least, most]) t.deepEqual(screen([number, length]), { bad: undefined, kept: [number] }, `${number}, ${length}`);
    for (const length of [least - 1, most + 1]) if (length >= 0) t.deepEqual(screen([number, length]), { bad: number % 2 ? number : undefined, kept: [] }, `${number}, ${length}`);
  }
  t.deepEqual(screen([wire.OPTION_URI_PATH, 1], [wire.OPTION_URI_PATH, 1], [wire.OPTION_ACCEPT, 0]), { bad: undefined, kept: [11, 11, 17] });
  t.deepEqual(screen([wire.OPTION_ACCEPT, 0], [wire.OPTION_ACCEPT, 0]), { bad: 17, kept: [17] });
  t.deepEqual(screen([wire.OPTION_MAX_AGE, 0], [wire.OPTION_MAX_AGE, 0], [wire.OPTION_SIZE1, 0]), { bad: undefined, kept: [14, 60] });
  t.deepEqual(screen([wire.OPTION_IF_NONE_MATCH, 0], [65001, 0], [65002, 0]), { bad: wire.OPTION_IF_NONE_MATCH, kept: [wire.OPTION_IF_NONE_MATCH] }, 'the first one is told');
});

test('options: unsigned integers have no leading zero bytes, texts are UTF-8, blocks are number, more and size (RFC 7252 3.2, RFC 7959 2.2)', (t) => {
  for (const [value, length] of [[0, 0], [1, 1], [255, 1], [256, 2], [65535, 2], [65536, 3], [2 ** 24 - 1, 3], [2 ** 24, 4], [2 ** 32 - 1, 4]] as const) {
    const option = makeUint(60, value);
    t.is(option.value.length, length);
    t.is(uintOption(complete({ options: [option] }), 60), value);
  }
  t.is(uintOption(complete({ options: [{ number: 60, value: bytes('0001') }] }), 60), 1);
  t.is(uintOption(complete({ options: [makeUint(28, 1)] }), 60), undefined);
  const texts = ['', 'a'.repeat(24), 'a'.repeat(25), 'b'.repeat(255), '~\x7f', 'é', '€uro'];
  t.deepEqual(textOptions(complete({ options: [makeText(8, 'no'), ...texts.map((text) => makeText(11, text))] }), 11), texts);
  for (const block of [{ offset: 0, more: false, szx: 0 }, { offset: 16, more: true, szx: 0 }, { offset: 1024 * 5, more: true, szx: 6 }, { offset: 64 * 4095, more: false, szx: 2 }])
    t.deepEqual(blockOption(complete({ options: [makeBlock(27, block)] }), 27), block);
  t.is(blockOption(complete({}), 27), undefined);
});

test('a message is written with its options in order, equal ones as they were given, and is read back (RFC 7252 3)', (t) => {
  const options = [makeText(15, 'a=1'), makeText(11, 'x'), makeText(11, 'y'), makeUint(65535, 1), makeUint(6, 0), { number: 12, value: new Uint8Array(13) }, { number: 13, value: new Uint8Array(269) }];
  const datagram = encodeMessage(complete({ code: 1, mid: 65535, token: bytes('0102030405060708'), options, payload: bytes('ff') }));
  const read = decodeMessage(datagram) as Message;
  t.deepEqual(read.options.map(({ number, value }) => [number, value.length]), [[6, 0], [11, 1], [11, 1], [12, 13], [13, 269], [15, 3], [65535, 1]]);
  t.deepEqual(textOptions(read, 11), ['x', 'y']);
  t.deepEqual([read.mid, Buffer.from(read.token).toString('hex'), Buffer.from(read.payload).toString('hex')], [65535, '0102030405060708', 'ff']);
  t.deepEqual(options.map(({ number }) => number), [15, 11, 11, 65535, 6, 12, 13], 'what was given stays as it was');
  for (const [hex, malformed, mid, reset] of [
    ['', 'shorter than a CoAP header', 0, false], ['400100', 'shorter than a CoAP header', 0, false], ['80010007', 'not CoAP version 1', 0, false],
    ['49010007010203040506070809', 'reserved token length', 7, true], ['59010007010203040506070809', 'reserved token length', 7, false], ['4200000701', 'empty message with content', 7, true], ['4201000701', 'cut token', 7, true], ['4800000701', 'empty message with content', 7, true], ['4801000701020304050607', 'cut token', 7, true],
    ['40010007ff', 'broken option or empty payload behind its marker', 7, true], ['50010007f0', 'broken option or empty payload behind its marker', 7, false],
  ] as const) t.deepEqual(decodeMessage(bytes(hex)) as unknown, { malformed, mid, reset }, hex);
});
