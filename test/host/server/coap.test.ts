import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { Cancellation } from '../../../src/host/server/coap/cancellation';
import { CanceledError, InvalidResponseError, ResetError, TimeoutError } from '../../../src/host/server/coap/errors';
import { Duplicates } from '../../../src/host/server/coap/duplicates';
import { makeText, makeUint } from '../../../src/host/server/coap/options';
import { settle } from './support/clock';
import { startEndpoint } from './support/endpoint';
import { bytes, device, otherDevice, pathOptions } from './support/wire';

const { TYPE_ACK, TYPE_CON, TYPE_NON, TYPE_RST } = wire;
const get = (path: string) => ({ code: wire.CODE_GET, options: pathOptions(path) });

test('an empty Confirmable message is answered by a Reset: ping (RFC 7252 4.3)', async (t) => {
  const { transport } = await startEndpoint();
  transport.deliver(bytes('40001234'));
  t.is(Buffer.from(transport.sent[0].datagram).toString('hex'), '70001234');
});

for (const [hex, answer, why] of [
  ['', undefined, 'nothing'],
  ['400100', undefined, 'a cut header'],
  ['80011234', undefined, 'another version'],
  ['49011109000000000000000000', '70001109', 'a reserved token length'],
  ['40001156b133', '70001156', 'an empty message with an option'],
  ['59011109000000000000000000', undefined, 'a broken Non-confirmable'],
  ['69011109000000000000000000', undefined, 'a broken acknowledgement'],
  ['40011234ff', '70001234', 'a payload marker without a payload'],
  ['40011234f0', '70001234', 'a reserved delta'],
  ['4001123451', '70001234', 'an option that is cut'],
  ['60011234', undefined, 'a request in an acknowledgement'],
  ['70451234', undefined, 'a response in a Reset'],
  ['40e01234', '70001234', 'a reserved class'],
  ['50001234', undefined, 'an empty Non-confirmable'],
  ['60001234', undefined, 'an acknowledgement of nothing'],
] as const) {
  test(`message format: ${why} (RFC 7252 3, 4.2, 4.3)`, async (t) => {
    const { transport } = await startEndpoint();
    transport.deliver(bytes(hex));
    t.deepEqual(
      transport.sent.map(({ datagram }) => Buffer.from(datagram).toString('hex')),
      answer ? [answer] : [],
    );
  });
}

test('an unanswered request is sent 5 times with doubling pauses, then fails (RFC 7252 4.2)', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const start = clock.now();
  const times: number[] = [];
  transport.onSend = () => times.push(clock.now() - start);
  const failed = t.throwsAsync(endpoint.exchange(device, get('/3/0')), { instanceOf: TimeoutError });
  await clock.advance(93_000);
  await failed;
  t.is(times.length, 5);
  t.true(times[1] >= 2000 && times[1] <= 3000);
  for (const i of [2, 3, 4]) t.is(times[i] - times[i - 1], 2 ** (i - 1) * times[1]);
  t.is(new Set(transport.take().map(({ mid }) => mid)).size, 1);
  t.is(clock.pending, 0);
});

test('a piggybacked response ends the retransmission', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const response = endpoint.exchange(device, get('/3/0'));
  const [request] = transport.take();
  t.like(request, {
    type: TYPE_CON,
    code: wire.CODE_GET,
    options: pathOptions('/3/0').map(({ number, value }) => ({ number, value: Uint8Array.from(value) })),
  });
  transport.say({ type: TYPE_ACK, code: wire.CODE_CONTENT, mid: request.mid, token: request.token, payload: bytes('37') });
  t.deepEqual([...(await response).payload], [0x37]);
  await clock.advance(100_000);
  t.deepEqual(transport.take(), []);
});

test('a separate response may come late, before its acknowledgement, or twice; it is acknowledged each time (RFC 7252 5.2.2)', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const late = endpoint.exchange(device, get('/3/0'));
  const [first] = transport.take();
  transport.say({ type: TYPE_ACK, mid: first.mid });
  await clock.advance(60_000);
  t.deepEqual(transport.take(), []);
  const separate = { type: TYPE_CON, code: wire.CODE_CONTENT, mid: 77, token: first.token };
  transport.say(separate);
  transport.say(separate);
  await late;
  t.like(transport.take(), [
    { type: TYPE_ACK, mid: 77, code: 0 },
    { type: TYPE_ACK, mid: 77, code: 0 },
  ]);

  const early = endpoint.exchange(device, get('/3/0'));
  const [second] = transport.take();
  transport.say({ type: TYPE_NON, code: wire.CODE_CONTENT, mid: 78, token: second.token });
  await early;
  await clock.advance(10_000);
  t.deepEqual(transport.take(), []);
});

test('a Reset rejects the request; so does the time limit, and what comes after it is reset', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const refused = t.throwsAsync(endpoint.exchange(device, get('/3/0')), { instanceOf: ResetError });
  transport.say({ type: TYPE_RST, mid: transport.take()[0].mid });
  await refused;

  const slow = t.throwsAsync(endpoint.exchange(device, get('/3/0'), { timeout: 1500 }), { instanceOf: TimeoutError, message: /1\.5 s/ });
  const [request] = transport.take();
  await clock.advance(1500);
  await slow;
  t.is(clock.pending, 0);
  transport.say({ type: TYPE_CON, code: wire.CODE_CONTENT, mid: 5, token: request.token });
  t.like(transport.take(), [{ type: TYPE_RST, mid: 5 }]);
});

test('a response counts only from the peer that was asked and with its token', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const response = endpoint.exchange(device, get('/3/0'));
  const [request] = transport.take();
  transport.say({ type: TYPE_ACK, mid: request.mid, code: wire.CODE_CONTENT, token: request.token, payload: bytes('00') }, otherDevice);
  transport.say({ type: TYPE_CON, mid: 9, code: wire.CODE_CONTENT, token: request.token, payload: bytes('01') }, otherDevice);
  transport.say({ type: TYPE_CON, mid: 9, code: wire.CODE_CONTENT, token: bytes('aa'), payload: bytes('02') });
  t.like(transport.take(), [{ type: TYPE_RST }, { type: TYPE_RST }]);
  transport.say({ type: TYPE_ACK, mid: request.mid, code: wire.CODE_CONTENT, token: request.token, payload: bytes('03') });
  t.deepEqual([...(await response).payload], [3]);
  await clock.advance(0);
});

test('a response with an unknown critical option is refused (RFC 7252 5.4.1)', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  const response = t.throwsAsync(endpoint.exchange(device, get('/3/0')), { instanceOf: InvalidResponseError });
  const [request] = transport.take();
  transport.say({ type: TYPE_ACK, code: wire.CODE_CONTENT, mid: request.mid, token: request.token, options: [makeUint(9, 1)] });
  await response;
});

test('one message at a time is on its way to a peer (RFC 7252 4.7), and peers do not wait for each other', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const all = [endpoint.exchange(device, get('/1')), endpoint.exchange(device, get('/2')), endpoint.exchange(otherDevice, get('/3'))];
  const [one, other, ...more] = transport.take();
  t.deepEqual(more, []);
  transport.say({ type: TYPE_ACK, mid: one.mid });
  const [two] = transport.take();
  t.not(two.mid, one.mid);
  for (const { token } of [one, two]) transport.say({ type: TYPE_CON, code: wire.CODE_CONTENT, mid: token[0], token });
  transport.say({ type: TYPE_ACK, code: wire.CODE_CONTENT, mid: other.mid, token: other.token }, otherDevice);
  await Promise.all(all);
  await clock.advance(0);
});

test('the time of a request counts from the moment of sending: of 20 that take 0.6 s each none runs out of 1 s', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  transport.onSend = ({ type, mid, token }) => void (type === TYPE_CON && clock.after(600, () => transport.say({ type: TYPE_ACK, code: wire.CODE_CONTENT, mid, token })));
  const all = Promise.all(Array.from({ length: 20 }, () => endpoint.exchange(device, get('/3/0'), { timeout: 1000 })));
  await clock.advance(20 * 600);
  t.is((await all).length, 20);
  t.is(transport.take().length, 20);
  t.is(clock.pending, 0);
});

test('a device that is silent gets one request after another, each for its own time, and none behind its time', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const ended: number[] = [];
  const start = clock.now();
  for (let i = 0; i < 3; i++) endpoint.exchange(device, get(`/${i}`), { timeout: 1000 }).catch(() => ended.push(clock.now() - start));
  await clock.advance(999);
  t.is(transport.take().length, 1);
  await clock.advance(10_000);
  t.deepEqual(ended, [1000, 2000, 3000]);
  t.deepEqual(
    transport.take().map(({ options }) => Buffer.from(options[0].value).toString()),
    ['1', '2'],
  );
  t.is(clock.pending, 0);
});

test('what is given up while it waits for its turn is never sent, and what waits behind it gets its turn', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const controller = new AbortController();
  const leaving = new Cancellation();
  const one = endpoint.exchange(device, get('/1'), { timeout: 1000 });
  const two = t.throwsAsync(endpoint.exchange(device, get('/2'), { signal: controller.signal }), { instanceOf: CanceledError });
  const three = t.throwsAsync(endpoint.exchange(device, get('/3'), { cancellation: leaving }), { message: 'it left' });
  const four = t.throwsAsync(endpoint.exchange(device, get('/4'), { timeout: 1000 }), { instanceOf: TimeoutError });
  controller.abort();
  leaving.cancel(new CanceledError('it left'));
  await Promise.all([two, three]);
  await t.throwsAsync(endpoint.exchange(device, get('/5'), { signal: controller.signal }), { instanceOf: CanceledError });
  await t.throwsAsync(endpoint.exchange(device, get('/6'), { cancellation: leaving }), { message: 'it left' });
  await Promise.all([t.throwsAsync(one), clock.advance(3000), four]);
  t.deepEqual(
    transport.take().map(({ options }) => Buffer.from(options[0].value).toString()),
    ['1', '4'],
  );
  t.is(clock.pending, 0);
});

test('stopping rejects what is under way', async (t) => {
  const { clock, endpoint } = await startEndpoint();
  const one = t.throwsAsync(endpoint.exchange(device, get('/1')), { instanceOf: CanceledError });
  await endpoint.stop();
  await one;
  t.is(clock.pending, 0);
});

test('an abort signal gives a request up', async (t) => {
  const { clock, endpoint } = await startEndpoint();
  const controller = new AbortController();
  const one = t.throwsAsync(endpoint.exchange(device, get('/1'), { signal: controller.signal }), { instanceOf: CanceledError });
  controller.abort(new CanceledError('the client left'));
  await one;
  t.is(clock.pending, 0);
});

test('a request that comes twice is handled once, and its answer comes again (RFC 7252 4.2)', async (t) => {
  let handled = 0;
  const { clock, transport } = await startEndpoint({ handle: () => ({ code: wire.CODE_CREATED, payload: Uint8Array.of(++handled) }) });
  const request = { type: TYPE_CON, code: wire.CODE_POST, mid: 7, token: bytes('abcd'), options: pathOptions('/rd') };
  transport.say(request);
  await clock.advance(100_000);
  transport.say(request);
  const [first, second] = transport.take();
  t.is(handled, 1);
  t.deepEqual(first, second);
  t.like(first, { type: TYPE_ACK, mid: 7, code: wire.CODE_CREATED });
  transport.say(request, otherDevice);
  t.is(handled, 2);
  transport.say({ ...request, payload: bytes('01') });
  t.is(handled, 3, 'another message with the same id: the device restarted');
  await clock.advance(wire.EXCHANGE_LIFETIME_MS);
  transport.say(request);
  t.is(handled, 4);
});

test('a Non-confirmable request gets a Non-confirmable answer, once', async (t) => {
  const { transport } = await startEndpoint();
  const request = { type: TYPE_NON, code: wire.CODE_GET, mid: 7, token: bytes('01') };
  transport.say(request);
  transport.say(request);
  t.like(transport.take(), [{ type: TYPE_NON, code: wire.CODE_NOT_FOUND, token: Uint8Array.of(1) }]);
});

test('a slow handler is preceded by an acknowledgement, and its answer is confirmed (RFC 7252 5.2.2)', async (t) => {
  let finish = (): void => {};
  const { clock, transport } = await startEndpoint({
    handle: () => new Promise((resolve) => (finish = () => resolve({ code: wire.CODE_CHANGED }))),
  });
  const request = { type: TYPE_CON, code: wire.CODE_POST, mid: 7, token: bytes('01') };
  transport.say(request);
  await clock.advance(1000);
  transport.say(request);
  t.like(transport.take(), [
    { type: TYPE_ACK, mid: 7, code: 0 },
    { type: TYPE_ACK, mid: 7, code: 0 },
  ]);
  finish();
  await settle();
  const [answer] = transport.take();
  t.like(answer, { type: TYPE_CON, code: wire.CODE_CHANGED, token: Uint8Array.of(1) });
  await clock.advance(3000);
  t.is(transport.take().length, 1, 'sent again until acknowledged');
  transport.say({ type: TYPE_ACK, mid: answer.mid });
  await clock.advance(100_000);
  t.deepEqual(transport.take(), []);
});

test('a handler that fails is a 5.00 and is reported', async (t) => {
  const { transport, errors } = await startEndpoint({
    handle: () => {
      throw new Error('oh');
    },
  });
  transport.say({ code: wire.CODE_GET, mid: 1 });
  t.like(transport.take(), [{ code: wire.CODE_INTERNAL_SERVER_ERROR }]);
  t.is(errors.length, 1);
});

for (const [option, code, why] of [
  [makeUint(9, 1), wire.CODE_BAD_OPTION, 'an unknown critical option'],
  [makeUint(wire.OPTION_IF_MATCH, 1), wire.CODE_BAD_OPTION, 'a condition, which nothing here has'],
  [makeText(wire.OPTION_PROXY_URI, 'coap://h'), wire.CODE_PROXYING_NOT_SUPPORTED, 'a request to a proxy'],
  [makeUint(wire.OPTION_ACCEPT, 0x10000), wire.CODE_BAD_OPTION, 'a critical option that is too long'],
  [makeUint(2, 1), wire.CODE_NOT_FOUND, 'an unknown elective option, which is ignored'],
  [makeUint(wire.OPTION_CONTENT_FORMAT, 0x10000), wire.CODE_NOT_FOUND, 'an elective option that is too long, which is ignored'],
] as const) {
  test(`options: ${why} (RFC 7252 5.4, 5.7)`, async (t) => {
    const { transport } = await startEndpoint();
    transport.say({ code: wire.CODE_GET, mid: 1, options: [option] });
    t.like(transport.take(), [{ code }]);
  });
}

test('messages remembered against duplicates are bounded', async (t) => {
  let handled = 0;
  const { transport } = await startEndpoint({ maxSeen: 10, handle: () => (handled++, { code: wire.CODE_CHANGED }) });
  for (let mid = 0; mid < 20; mid++) transport.say({ code: wire.CODE_GET, mid });
  transport.say({ code: wire.CODE_GET, mid: 15 });
  t.is(handled, 20);
  transport.say({ code: wire.CODE_GET, mid: 3 });
  t.is(handled, 21);
});

test('a request has one timer, and its time counts on behind the acknowledgement', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const start = clock.now();
  let ended = 0;
  const failed = t.throwsAsync(endpoint.exchange(device, get('/3/0'), { timeout: 10_000 }).finally(() => (ended = clock.now() - start)), {
    instanceOf: TimeoutError,
    message: /no response .* within 10 s/,
  });
  t.is(clock.pending, 1);
  await clock.advance(5000);
  const [request] = transport.take();
  t.is(clock.pending, 1);
  transport.say({ type: TYPE_ACK, code: 0, mid: request.mid });
  t.is(clock.pending, 1);
  await clock.advance(6000);
  await failed;
  t.is(ended, 10_000);
  t.is(clock.pending, 0);
});

test('a request whose time ends before its retransmission is sent once', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const failed = t.throwsAsync(endpoint.exchange(device, get('/3/0'), { timeout: 1500 }), { instanceOf: TimeoutError });
  await clock.advance(1500);
  await failed;
  await clock.advance(100_000);
  t.is(transport.take().length, 1);
  t.is(clock.pending, 0);
});

test('a piggybacked response with another token is no response: the exchange goes on (RFC 7252 5.3.2)', async (t) => {
  const { clock, transport, endpoint } = await startEndpoint();
  const failed = t.throwsAsync(endpoint.exchange(device, get('/3/0'), { timeout: 3000 }), { instanceOf: TimeoutError });
  const [request] = transport.take();
  transport.say({ type: TYPE_ACK, code: wire.CODE_CONTENT, mid: request.mid, token: bytes('01020304'), payload: bytes('37') });
  await clock.advance(3000);
  await failed;
  t.is(clock.pending, 0);
});

test('an answer that is kept against duplicates keeps nothing of Node\'s pool alive', async (t) => {
  const { transport } = await startEndpoint({ handle: () => ({ code: wire.CODE_CHANGED }) });
  transport.say({ code: wire.CODE_GET, mid: 7 });
  transport.say({ code: wire.CODE_GET, mid: 7 });
  const [first, again] = transport.sent.map(({ datagram }) => datagram);
  t.deepEqual(Uint8Array.from(again!), Uint8Array.from(first!));
  t.is(again!.buffer.byteLength, again!.length);
});

test('duplicates: half of the limit is always remembered, however many came, and nothing beyond its lifetime (RFC 7252 4.8.2)', (t) => {
  const seen = new Duplicates(100);
  for (let i = 0; i < 10_000; i++) {
    seen.add(`a ${i}`, i, 1000 + i, 247_000);
    for (const ago of [0, 1, 25, 49]) if (ago <= i) t.is(seen.find(`a ${i - ago}`, i - ago, 1000 + i)?.hash, i - ago);
    if (seen.size > 100) t.fail(`${seen.size} are remembered`);
  }
  t.is(seen.find('a 9999', 1, 11_000), undefined);
  t.truthy(seen.find('a 9999', 9999, 10_999 + 246_999));
  t.is(seen.find('a 9999', 9999, 10_999 + 247_000), undefined);
  seen.add('b', 1, 10_999 + 240_000, 247_000);
  t.truthy(seen.find('a 9999', 9999, 10_999 + 240_001));
  seen.add('c', 1, 10_999 + 300_000, 145_000);
  t.truthy(seen.find('b', 1, 10_999 + 300_001));
  seen.add('d', 1, 10_999 + 450_000, 145_000);
  t.truthy(seen.find('b', 1, 10_999 + 240_000 + 246_999));
  seen.clear();
  t.is(seen.size, 0);
});

test('random datagrams and random changes of good ones never throw', async (t) => {
  const { transport, clock, endpoint, errors } = await startEndpoint();
  const random = (n: number): number => Math.floor(Math.random() * n);
  endpoint.exchange(device, get('/3/0')).catch(() => {});
  const good = bytes('44024b5a0102030411280272640d0365703d61ff3c2f312f303e');
  for (let i = 0; i < 20_000; i++) {
    let datagram: Uint8Array;
    if (i % 2) datagram = Uint8Array.from({ length: random(40) }, () => random(256));
    else {
      datagram = Uint8Array.from(good.subarray(0, random(good.length + 1)));
      for (let n = random(4); n > 0 && datagram.length > 0; n--) datagram[random(datagram.length)] = random(256);
    }
    if (datagram.length > 0 && random(4)) datagram[0] = 0x40 | (datagram[0] & 0x3f);
    transport.deliver(datagram);
  }
  transport.take();
  transport.deliver(bytes('40001234'));
  t.is(transport.take().length, 1);
  t.deepEqual(errors, []);
  await endpoint.stop();
  t.is(clock.pending, 0);
});
