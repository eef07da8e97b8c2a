import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { Budget } from '../../../src/host/server/coap/assembly';
import { CanceledError, InvalidResponseError, ResetError, TimeoutError } from '../../../src/host/server/coap/errors';
import type { Message, Option } from '../../../src/host/server/coap/message';
import { isNewer } from '../../../src/host/server/coap/observe';
import { blockOption, findOption, makeBlock, makeUint, uintOption } from '../../../src/host/server/coap/options';
import { transfer } from '../../../src/host/server/coap/transfer';
import { settle } from './support/clock';
import { startEndpoint } from './support/endpoint';
import { bytes, device, otherDevice, pathOptions } from './support/wire';

const limits = { blockSize: 64, maxPayload: 1000 };
const put = (length: number) => ({ code: wire.CODE_PUT, options: pathOptions('/5/0/0'), payload: new Uint8Array(length).fill(7) });
const get = { code: wire.CODE_GET, options: [makeUint(wire.OPTION_OBSERVE, 0), ...pathOptions('/3')] };
const block1 = (message: Message): string => {
  const block = blockOption(message, wire.OPTION_BLOCK1);
  return block ? `${block.offset} ${16 << block.szx}${block.more ? ' more' : ''} ${uintOption(message, wire.OPTION_SIZE1) ?? '-'}` : `whole ${message.payload.length}`;
};

/** An endpoint whose requests a device answers in turn with `answers`; the last one is for all further ones. Returns what was sent, too. */
async function start(answers: ((message: Message) => Partial<Message>)[], options = {}) {
  const it = await startEndpoint(options);
  const sent: Message[] = [];
  it.transport.onSend = (message) => {
    if (message.type !== wire.TYPE_CON) return;
    const answer = answers[Math.min(sent.length, answers.length - 1)]!;
    sent.push(message);
    setImmediate(() => it.transport.say({ type: wire.TYPE_ACK, mid: message.mid, token: message.token, ...answer(message) }));
  };
  return { ...it, sent };
}

const echoing = (code: number, szx?: number) => (message: Message): Partial<Message> => {
  const block = blockOption(message, wire.OPTION_BLOCK1);
  return { code, options: block ? [makeBlock(wire.OPTION_BLOCK1, { ...block, szx: szx ?? block.szx })] : [] };
};
const tooLarge = (szx?: number) => (): Partial<Message> => ({ code: wire.CODE_REQUEST_ENTITY_TOO_LARGE, options: szx === undefined ? [] : [makeBlock(wire.OPTION_BLOCK1, { offset: 0, more: false, szx })] });
const go = echoing(wire.CODE_CONTINUE);
const done = echoing(wire.CODE_CHANGED);

test('4.13 for what went in one piece: it goes in the blocks that the device names, or in one size less; 16 bytes are the smallest (RFC 7959 2.9.3)', async (t) => {
  for (const [length, hint, first] of [[64, undefined, '0 32 more 64'], [64, 1, '0 32 more 64'], [64, 0, '0 16 more 64'], [64, 6, '0 32 more 64'], [33, undefined, '0 32 more 33'], [32, undefined, '0 16 more 32'], [17, undefined, '0 16 more 17']] as const) {
    const { endpoint, sent } = await start([tooLarge(hint), go, done]);
    await t.notThrowsAsync(transfer(endpoint, device, put(length), { ...limits, blockSize: 64 }).catch((error: unknown) => error));
    t.deepEqual(sent.slice(0, 2).map(block1), [`whole ${length}`, first], `${length}, ${hint}`);
    t.deepEqual(sent[0]!.token.length, 4);
    t.notDeepEqual(sent[0]!.token, sent[1]!.token);
  }
  const { endpoint, sent } = await start([tooLarge()]);
  t.is((await transfer(endpoint, device, put(16), limits)).code, wire.CODE_REQUEST_ENTITY_TOO_LARGE);
  t.is(sent.length, 1);
});

test('4.13 for the first block with a smaller size begins again in that; without one, with the same one or later it is the answer (RFC 7959 2.9.3)', async (t) => {
  const smaller = await start([echoing(wire.CODE_REQUEST_ENTITY_TOO_LARGE, 1), go, go, done]);
  t.is((await transfer(smaller.endpoint, device, put(96), limits)).code, wire.CODE_CHANGED);
  t.deepEqual(smaller.sent.map(block1), ['0 64 more 96', '0 32 more 96', '32 32 more -', '64 32 -']);
  for (const answers of [[tooLarge()], [echoing(wire.CODE_REQUEST_ENTITY_TOO_LARGE)], [go, echoing(wire.CODE_REQUEST_ENTITY_TOO_LARGE, 0)]]) {
    const { endpoint, sent } = await start(answers);
    t.is((await transfer(endpoint, device, put(200), limits)).code, wire.CODE_REQUEST_ENTITY_TOO_LARGE);
    t.is(sent.length, answers.length);
  }
});

test('a device without Block1 answers 4.02 to the first block: 1024 bytes go in one piece, more do not (RFC 7252 4.6, 5.4.1)', async (t) => {
  const refuse = (): Partial<Message> => ({ code: wire.CODE_BAD_OPTION });
  const whole = await start([refuse, done]);
  t.is((await transfer(whole.endpoint, device, put(1024), limits)).code, wire.CODE_CHANGED);
  t.deepEqual(whole.sent.map(block1), ['0 64 more 1024', 'whole 1024']);
  for (const [length, answers] of [[1025, [refuse]], [200, [go, refuse]]] as const) {
    const { endpoint, sent } = await start([...answers]);
    t.is((await transfer(endpoint, device, put(length), limits)).code, wire.CODE_BAD_OPTION);
    t.is(sent.length, answers.length);
  }
});

test('a size in an acknowledgement that is larger, or the same, changes nothing; 2.31 may come without an echo (RFC 7959 2.3)', async (t) => {
  const bare = (): Partial<Message> => ({ code: wire.CODE_CONTINUE });
  for (const answers of [[echoing(wire.CODE_CONTINUE, 4), go, done], [bare, bare, done]]) {
    const { endpoint, sent } = await start(answers);
    t.is((await transfer(endpoint, device, put(150), limits)).code, wire.CODE_CHANGED);
    t.deepEqual(sent.map(block1), ['0 64 more 150', '64 64 more -', '128 64 -']);
  }
  const { endpoint } = await start([() => ({ code: wire.CODE_CHANGED })]);
  await t.throwsAsync(transfer(endpoint, device, put(150), limits), { instanceOf: InvalidResponseError, message: 'the device does not accept payloads in blocks' });
  // A final code with the echo goes on: RFC 7959 2.3 allows stateless devices to answer each block so.
  const stateless = await start([done]);
  t.is((await transfer(stateless.endpoint, device, put(150), limits)).code, wire.CODE_CHANGED);
  t.is(stateless.sent.length, 3);
});

const block2 = (offset: number, length: number, more: boolean, { szx = 0, extra = [] as Option[], fill = 1 } = {}) => (): Partial<Message> => ({ code: wire.CODE_CONTENT, options: [makeBlock(wire.OPTION_BLOCK2, { offset, more, szx }), ...extra], payload: new Uint8Array(length).fill(fill) });
const etag = (hex: string): Option[] => [{ number: wire.OPTION_ETAG, value: bytes(hex) }];

test('further blocks are asked for by their number, in the device’s size, without Observe and Block1; the options are those of the first (RFC 7959 2.4, 3.4)', async (t) => {
  const { endpoint, sent } = await start([block2(0, 16, true, { extra: [makeUint(wire.OPTION_OBSERVE, 5)] }), block2(16, 16, true), block2(32, 4, false)]);
  const response = await transfer(endpoint, device, get, limits);
  t.is(response.payload.length, 36);
  t.is(uintOption(response, wire.OPTION_OBSERVE), 5);
  t.deepEqual(sent.map((message) => [blockOption(message, wire.OPTION_BLOCK2)?.offset, uintOption(message, wire.OPTION_OBSERVE), message.payload.length]), [[undefined, 0, 0], [16, undefined, 0], [32, undefined, 0]]);
  t.deepEqual(sent.slice(1).map((message) => blockOption(message, wire.OPTION_BLOCK2)!.szx), [0, 0]);
  t.is(new Set(sent.map(({ token }) => Buffer.from(token).toString('hex'))).size, 3);
});

test('blocks of two representations are never put together: after 3 attempts more it is given up (RFC 7959 2.4)', async (t) => {
  for (const [before, behind] of [[etag('01'), etag('02')], [etag('01'), []], [[], etag('01')]] as const) {
    const { endpoint, sent } = await start([block2(0, 16, true, { extra: [...before], fill: 1 }), block2(16, 1, false, { extra: [...behind], fill: 2 }), block2(0, 16, true, { extra: [...behind], fill: 3 }), block2(16, 1, false, { extra: [...behind], fill: 4 })]);
    const { payload } = await transfer(endpoint, device, get, limits);
    t.deepEqual([payload.length, payload[0], payload[16]], [17, 3, 4]);
    t.deepEqual(sent.map((message) => blockOption(message, wire.OPTION_BLOCK2)?.offset), [undefined, 16, 0, 16]);
  }
  const restless = await start(Array.from({ length: 20 }, (_, k) => block2(k % 2 ? 16 : 0, 16, true, { extra: etag(`0${k % 10}`) })));
  await t.throwsAsync(transfer(restless.endpoint, device, get, limits), { instanceOf: InvalidResponseError, message: 'the value changed again and again while it was read' });
  t.is(restless.sent.length, 8);
  const lost = await start(Array.from({ length: 20 }, (_, k) => (k % 2 ? () => ({ code: wire.CODE_REQUEST_ENTITY_INCOMPLETE }) : block2(0, 16, true))));
  t.is((await transfer(lost.endpoint, device, get, limits)).code, wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(lost.sent.length, 8);
});

test('a block that was not asked for, of the reserved size or cut is refused, and so is an error on the way (RFC 7959 2.2, 2.4)', async (t) => {
  const refused = async (message: string | RegExp, ...answers: (() => Partial<Message>)[]): Promise<void> => {
    const { endpoint, sent } = await start(answers);
    await t.throwsAsync(transfer(endpoint, device, get, limits), { instanceOf: InvalidResponseError, message });
    t.is(sent.length, answers.length);
  };
  await refused('the device sent a block that was not asked for', block2(16, 16, true));
  await refused('the device sent a block that was not asked for', block2(0, 16, false, { szx: 7 }));
  await refused('a block of the response is truncated', block2(0, 15, true));
  await refused('a block of the response is truncated', block2(0, 17, true));
  await refused('the device answered 4.04 in the middle of a block-wise response', block2(0, 16, true), () => ({ code: wire.CODE_NOT_FOUND }));
  await refused('the response is longer than 1000 bytes', ...Array.from({ length: 63 }, (_, k) => block2(k * 16, 16, true)));
  const exact = await start(Array.from({ length: 63 }, (_, k) => block2(k * 16, k === 62 ? 8 : 16, k < 62)));
  t.is((await transfer(exact.endpoint, device, get, limits)).payload.length, 1000);
});

test('all responses that are being put together have one budget, which is free again behind them', async (t) => {
  const assembly = new Budget(256);
  const { endpoint } = await start([block2(0, 16, true), block2(16, 1, false), ...Array.from({ length: 18 }, (_, k) => block2(k * 16, 16, true))], { assembly });
  t.is((await transfer(endpoint, device, get, limits)).payload.length, 17);
  t.is(assembly.used, 0);
  await t.throwsAsync(transfer(endpoint, device, get, limits), { message: 'the responses under way need more memory than this server has for them' });
  t.is(assembly.used, 0);
});

test('a notification is newer by less than half the numbers, or when 128 s have passed (RFC 7641 3.4)', (t) => {
  const half = 2 ** 23;
  for (const [v1, v2, seconds, newer] of [
    [1, 2, 0, true], [2, 1, 0, false], [1, 1, 0, false], [0, half - 1, 0, true], [0, half, 0, false], [half, 0, 0, false], [half + 1, 0, 0, true], [2 ** 24 - 1, 0, 0, true], [0, 2 ** 24 - 1, 0, false],
    [2, 1, 128, false], [2, 1, 128.001, true], [1, 1, 129, true],
  ] as const) t.is(isNewer(v1, 1000, v2, 1000 + seconds), newer, `${v1}, ${v2}, ${seconds}`);
});

test('a request ends once: by its response, its time, a Reset, whoever gives it up, or the next one with its token', async (t) => {
  const { endpoint, clock, transport } = await startEndpoint();
  const request = { code: wire.CODE_GET, options: [] };
  const silent = t.throwsAsync(endpoint.exchange(device, request, { timeout: 1000 }), { instanceOf: TimeoutError, message: 'no response from 192.0.2.7:40000 within 1 s' });
  await clock.advance(1000);
  await silent;
  t.is(clock.pending, 0);
  const unheard = t.throwsAsync(endpoint.exchange(device, request), { instanceOf: TimeoutError, message: '192.0.2.7:40000 did not acknowledge the request' });
  await clock.advance(93_000);
  await unheard;
  transport.take();
  // Acknowledged: the response may take 120 s.
  const late = t.throwsAsync(endpoint.exchange(device, request), { instanceOf: TimeoutError, message: 'no response from 192.0.2.7:40000 within 120 s' });
  transport.say({ type: wire.TYPE_ACK, mid: transport.take()[0]!.mid });
  await clock.advance(119_999);
  t.is(clock.pending, 1);
  await clock.advance(1);
  await late;
  const reset = t.throwsAsync(endpoint.exchange(device, request), { instanceOf: ResetError });
  transport.say({ type: wire.TYPE_RST, mid: transport.take()[0]!.mid });
  await reset;
  const token = bytes('01020304');
  const first = t.throwsAsync(endpoint.exchange(device, request, { token }), { instanceOf: CanceledError, message: 'another request took over its token' });
  const second = endpoint.exchange(otherDevice, request, { token });
  await first;
  const { mid } = transport.take().at(-1)!;
  transport.say({ type: wire.TYPE_ACK, mid, token, code: wire.CODE_CONTENT }, otherDevice);
  t.is((await second).code, wire.CODE_CONTENT);
  t.is(clock.pending, 0);
  const stopped = t.throwsAsync(endpoint.exchange(device, request), { instanceOf: CanceledError, message: 'the server stops' });
  const ping = endpoint.ping(otherDevice, 4000);
  await endpoint.stop();
  await stopped;
  t.false(await ping);
  t.is(clock.pending, 0);
});

test('a ping is answered by a Reset or an acknowledgement, within its time (RFC 7252 4.3)', async (t) => {
  const { endpoint, clock, transport } = await startEndpoint();
  for (const type of [wire.TYPE_RST, wire.TYPE_ACK]) {
    const ping = endpoint.ping(device, 4000);
    const [message] = transport.take();
    t.deepEqual([message!.type, message!.code, message!.token.length], [wire.TYPE_CON, wire.CODE_EMPTY, 0]);
    transport.say({ type, mid: message!.mid });
    t.true(await ping);
    t.is(clock.pending, 0);
  }
  let answered: boolean | undefined;
  void endpoint.ping(device, 4000).then((it) => (answered = it));
  await clock.advance(3999);
  t.is(answered, undefined);
  await clock.advance(1);
  t.false(answered);
  void endpoint.ping(device, 1e6).then((it) => (answered = it));
  answered = undefined;
  await clock.advance(93_000);
  await settle();
  t.false(answered, 'CoAP tries no longer');
});

test('a listener hears its token from its peer only, until it is released; a critical option that nobody knows is reset (RFC 7252 5.4.1)', async (t) => {
  const { endpoint, transport } = await startEndpoint();
  const token = endpoint.makeToken();
  t.is(token.length, 4);
  const heard: number[] = [];
  endpoint.listen(token, device, ({ mid }) => heard.push(mid));
  const notify = (mid: number, from = device, options: Option[] = [], named = token): number | undefined => {
    transport.say({ mid, code: wire.CODE_CONTENT, token: named, options }, from);
    return transport.take()[0]?.type;
  };
  t.is(notify(1), wire.TYPE_ACK);
  t.is(notify(2, otherDevice), wire.TYPE_RST);
  t.is(notify(3, device, [{ number: 65001, value: bytes('') }]), wire.TYPE_RST);
  t.is(notify(4, device, [{ number: 65000, value: bytes('') }]), wire.TYPE_ACK);
  t.is(notify(5, device, [], Uint8Array.of(...token.subarray(0, 3))), wire.TYPE_RST);
  t.is(notify(6, device, [], Uint8Array.of(...token, 0)), wire.TYPE_RST);
  for (let k = 0; k < 4; k++) t.is(notify(10 + k, device, [], token.map((byte, at) => (at === k ? byte ^ 1 : byte))), wire.TYPE_RST);
  endpoint.release(token);
  t.is(notify(7), wire.TYPE_RST);
  t.deepEqual(heard, [1, 4]);
  t.is(findOption({ type: 0, code: 0, mid: 0, token, options: [], payload: token }, 1), undefined);
});

test('a token that is in use is not given again', async (t) => {
  let n = 0;
  const { endpoint } = await startEndpoint({ random: () => [0.25, 0.25, 0.5, 0.5, 0.25, 0.5, 0.999999][Math.min(n++, 6)]! });
  n = 0;
  const first = endpoint.makeToken();
  t.deepEqual([...first], [0x40, 0, 0, 0]);
  endpoint.listen(first, device, () => {});
  t.deepEqual([...endpoint.makeToken()], [0x80, 0, 0, 0]);
  endpoint.exchange(device, { code: wire.CODE_GET, options: [] }, { token: bytes('80000000') }).catch(() => {});
  n = 4;
  t.deepEqual([...endpoint.makeToken()], [0xff, 0xff, 0xef, 0x39]);
});
