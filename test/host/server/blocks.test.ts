import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { InvalidResponseError } from '../../../src/host/server/coap/errors';
import type { Message } from '../../../src/host/server/coap/message';
import { blockOption, makeBlock, makeUint, uintOption, type Block } from '../../../src/host/server/coap/options';
import { transfer } from '../../../src/host/server/coap/transfer';
import { startEndpoint } from './support/endpoint';
import { bytes, device, pathOptions, type MemoryTransport } from './support/wire';

const big = Uint8Array.from({ length: 700 }, (_, i) => i * 7);
const put = { code: wire.CODE_PUT, options: pathOptions('/5/0/0'), payload: big };
const get = { code: wire.CODE_GET, options: pathOptions('/3') };
const limits = { blockSize: 128, maxPayload: 4096 };

/** A device that answers each request piggybacked. */
function answering(transport: MemoryTransport, answer: (message: Message) => Partial<Message>): void {
  transport.onSend = (message) =>
    setImmediate(
      () => message.type === wire.TYPE_CON && transport.say({ type: wire.TYPE_ACK, mid: message.mid, token: message.token, ...answer(message) }),
    );
}

/** A device that puts Block1 uploads together; it takes blocks up to 16 << szx. */
function uploading(transport: MemoryTransport, szx: number, log: Block[] = []): { received: () => Uint8Array } {
  let parts: Uint8Array[] = [];
  answering(transport, (message) => {
    const block = blockOption(message, wire.OPTION_BLOCK1);
    if (!block)
      return message.payload.length > 16 << szx
        ? { code: wire.CODE_REQUEST_ENTITY_TOO_LARGE, options: [makeBlock(wire.OPTION_BLOCK1, { offset: 0, more: false, szx })] }
        : { code: wire.CODE_CHANGED };
    log.push(block);
    if (block.offset === 0) parts = [];
    if (block.szx > szx && block.offset === 0 && message.payload.length > 16 << szx) {
      return { code: wire.CODE_REQUEST_ENTITY_TOO_LARGE, options: [makeBlock(wire.OPTION_BLOCK1, { ...block, szx })] };
    }
    if (Buffer.concat(parts).length !== block.offset) return { code: wire.CODE_REQUEST_ENTITY_INCOMPLETE };
    parts.push(message.payload);
    return { code: block.more ? wire.CODE_CONTINUE : wire.CODE_CHANGED, options: [makeBlock(wire.OPTION_BLOCK1, block)] };
  });
  return { received: () => Buffer.concat(parts) };
}

test('a large payload goes in blocks of the size that was set, its whole size told at first (RFC 7959 2.2, 4)', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  const log: Block[] = [];
  const { received } = uploading(transport, 6, log);
  t.is((await transfer(endpoint, device, put, limits)).code, wire.CODE_CHANGED);
  t.deepEqual(Uint8Array.from(received()), big);
  t.deepEqual(
    log.map(({ offset, more }) => [offset, more]),
    [
      [0, true],
      [128, true],
      [256, true],
      [384, true],
      [512, true],
      [640, false],
    ],
  );
  t.is(uintOption(transport.sent[0].message, wire.OPTION_SIZE1), 700);
});

test('4.13 with a smaller size starts again in that size, also for a payload that went in one piece (RFC 7959 2.9.3)', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  const log: Block[] = [];
  const { received } = uploading(transport, 2, log);
  t.is((await transfer(endpoint, device, put, limits)).code, wire.CODE_CHANGED);
  t.deepEqual(Uint8Array.from(received()), big);
  t.is(log.length, 1 + 11);
  log.length = 0;
  t.is((await transfer(endpoint, device, { ...put, payload: big.subarray(0, 100) }, limits)).code, wire.CODE_CHANGED);
  t.deepEqual(
    log.map(({ offset, szx }) => [offset, szx]),
    [
      [0, 2],
      [64, 2],
    ],
  );
});

test('2.31 with a smaller size: the rest goes in that size, its numbers scaled (RFC 7959 2.3, figure 9)', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  const seen: number[][] = [];
  answering(transport, (message) => {
    const block = blockOption(message, wire.OPTION_BLOCK1)!;
    seen.push([uintOption(message, wire.OPTION_BLOCK1)! >> 4, block.szx, message.payload.length]);
    return {
      code: block.more ? wire.CODE_CONTINUE : wire.CODE_CHANGED,
      options: [makeBlock(wire.OPTION_BLOCK1, { ...block, szx: Math.min(block.szx, 1) })],
    };
  });
  await transfer(endpoint, device, { ...put, payload: big.subarray(0, 200) }, limits);
  t.deepEqual(seen, [
    [0, 3, 128],
    [4, 1, 32],
    [5, 1, 32],
    [6, 1, 8],
  ]);
});

test('4.08 in the middle starts again, but not for ever', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  let requests = 0;
  answering(transport, (message) => {
    const block = blockOption(message, wire.OPTION_BLOCK1)!;
    requests++;
    return block.offset === 128
      ? { code: wire.CODE_REQUEST_ENTITY_INCOMPLETE }
      : { code: wire.CODE_CONTINUE, options: [makeBlock(wire.OPTION_BLOCK1, block)] };
  });
  t.is((await transfer(endpoint, device, put, limits)).code, wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(requests, 8);
});

test('an error in the middle is the answer, and a device that takes a piece for the whole is told apart', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  answering(transport, () => ({ code: wire.CODE_UNAUTHORIZED }));
  t.is((await transfer(endpoint, device, put, limits)).code, wire.CODE_UNAUTHORIZED);
  answering(transport, () => ({ code: wire.CODE_CHANGED }));
  await t.throwsAsync(transfer(endpoint, device, put, limits), { instanceOf: InvalidResponseError });
});

test('an echo of an earlier block, or of one to come, is no acknowledgement of this one (RFC 7959 2.3)', async (t) => {
  for (const wrong of [0, 256]) {
    const { transport, endpoint } = await startEndpoint();
    answering(transport, (message) => {
      const block = blockOption(message, wire.OPTION_BLOCK1)!;
      return { code: wire.CODE_CONTINUE, options: [makeBlock(wire.OPTION_BLOCK1, block.offset === 128 ? { ...block, offset: wrong } : block)] };
    });
    await t.throwsAsync(transfer(endpoint, device, put, limits), { instanceOf: InvalidResponseError, message: new RegExp(`acknowledged byte ${wrong} of the payload instead of 128`) });
    t.is(transport.sent.length, 2);
  }
});

test('2.31 behind the last block is no answer', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  answering(transport, (message) => ({ code: wire.CODE_CONTINUE, options: [makeBlock(wire.OPTION_BLOCK1, blockOption(message, wire.OPTION_BLOCK1)!)] }));
  await t.throwsAsync(transfer(endpoint, device, put, limits), { instanceOf: InvalidResponseError, message: /asked for more after the last block/ });
});

test('payloads of exactly the block size go in one piece, of one byte more in two', async (t) => {
  for (const [length, blocks] of [[128, 0], [129, 2], [256, 2], [257, 3]] as const) {
    const { transport, endpoint } = await startEndpoint();
    const log: Block[] = [];
    const { received } = uploading(transport, 6, log);
    await transfer(endpoint, device, { ...put, payload: big.subarray(0, length) }, limits);
    t.is(log.length, blocks);
    if (blocks) t.deepEqual(Uint8Array.from(received()), big.subarray(0, length));
  }
});

test('a device without Block1 gets in one piece what a datagram can hold', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  answering(transport, (message) => (blockOption(message, wire.OPTION_BLOCK1) ? { code: wire.CODE_BAD_OPTION } : { code: wire.CODE_CHANGED }));
  t.is((await transfer(endpoint, device, put, limits)).code, wire.CODE_CHANGED);
  t.is(transport.sent.at(-1)!.message.payload.length, 700);
  t.is((await transfer(endpoint, device, { ...put, payload: new Uint8Array(1025) }, limits)).code, wire.CODE_BAD_OPTION);
});

/** A device with a value that it gives in blocks of 16 << szx; `change` sees each request first. */
function downloading(
  transport: MemoryTransport,
  szx: number,
  state: { value: Uint8Array; etag?: string },
  change: (n: number) => void = () => {},
): void {
  let n = 0;
  answering(transport, (message) => {
    change(n++);
    const asked = blockOption(message, wire.OPTION_BLOCK2) ?? { offset: 0, szx: 6, more: false };
    const use = Math.min(szx, asked.szx);
    const block = { offset: asked.offset, szx: use, more: asked.offset + (16 << use) < state.value.length };
    const options = [makeBlock(wire.OPTION_BLOCK2, block), makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV)];
    if (state.etag) options.push({ number: wire.OPTION_ETAG, value: bytes(state.etag) });
    return { code: wire.CODE_CONTENT, options, payload: state.value.subarray(asked.offset, asked.offset + (16 << use)) };
  });
}

test('a large response is fetched block by block (RFC 7959 2.4)', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  downloading(transport, 2, { value: big, etag: 'aa' });
  const response = await transfer(endpoint, device, get, limits);
  t.deepEqual(Uint8Array.from(response.payload), big);
  t.is(uintOption(response, wire.OPTION_CONTENT_FORMAT), wire.FORMAT_TLV);
  t.is(transport.sent.length, 11);
});

test('a value that changes while it is read is read again, whole (RFC 7959 2.4: ETag)', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  const state = { value: big, etag: 'aa' };
  const other = big.map((byte) => byte ^ 0xff);
  downloading(transport, 4, state, (n) => n === 2 && Object.assign(state, { value: other, etag: 'bb' }));
  t.deepEqual(Uint8Array.from((await transfer(endpoint, device, get, limits)).payload), other);
  const shorter = { value: big, etag: 'aa' };
  downloading(transport, 4, shorter, (n) => n === 2 && Object.assign(shorter, { value: other.subarray(0, 10), etag: 'bb' }));
  t.is((await transfer(endpoint, device, get, limits)).payload.length, 10);
  downloading(transport, 4, state, (n) => (state.etag = n.toString(16).padStart(2, '0')));
  await t.throwsAsync(transfer(endpoint, device, get, limits), { instanceOf: InvalidResponseError, message: /changed again/ });
});

test('a response without end, a wrong block and a cut one are refused', async (t) => {
  const { transport, endpoint } = await startEndpoint();
  downloading(transport, 6, { value: new Uint8Array(100_000) });
  await t.throwsAsync(transfer(endpoint, device, get, limits), { instanceOf: InvalidResponseError, message: /longer than 4096/ });
  answering(transport, () => ({
    code: wire.CODE_CONTENT,
    options: [makeBlock(wire.OPTION_BLOCK2, { offset: 64, more: true, szx: 2 })],
    payload: new Uint8Array(64),
  }));
  await t.throwsAsync(transfer(endpoint, device, get, limits), { instanceOf: InvalidResponseError });
  answering(transport, () => ({
    code: wire.CODE_CONTENT,
    options: [makeBlock(wire.OPTION_BLOCK2, { offset: 0, more: true, szx: 2 })],
    payload: new Uint8Array(60),
  }));
  await t.throwsAsync(transfer(endpoint, device, get, limits), { instanceOf: InvalidResponseError });
});

// The other direction: requests of devices in blocks.

const upload = (num: number, more: boolean, payload: Uint8Array, mid: number, szx = 0) => ({
  code: wire.CODE_POST,
  mid,
  options: [...pathOptions('/rd'), makeBlock(wire.OPTION_BLOCK1, { offset: num * (16 << szx), more, szx })],
  payload,
});
const sixteen = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

async function startReceiver() {
  const got: Uint8Array[] = [];
  const it = await startEndpoint({ maxPayload: 100, maxTransfers: 2, handle: ({ payload }) => (got.push(payload), { code: wire.CODE_CREATED }) });
  const say = (message: Partial<Message>, from = device): number => {
    it.transport.say(message, from);
    return it.transport.take()[0].code;
  };
  return { ...it, got, say };
}

test('an upload is put together, and its duplicates do no harm', async (t) => {
  const { got, say, transport } = await startReceiver();
  t.is(say(upload(0, true, sixteen(1), 1)), wire.CODE_CONTINUE);
  t.is(say(upload(0, true, sixteen(1), 1)), wire.CODE_CONTINUE);
  t.is(say(upload(1, true, sixteen(2), 2)), wire.CODE_CONTINUE);
  transport.say(upload(2, false, bytes('03'), 3));
  const [answer] = transport.take();
  t.is(answer.code, wire.CODE_CREATED);
  t.deepEqual(blockOption(answer, wire.OPTION_BLOCK1), { offset: 32, more: false, szx: 0 });
  t.is(say(upload(2, false, bytes('03'), 3)), wire.CODE_CREATED);
  t.deepEqual(
    got.map((payload) => Buffer.from(payload).toString('hex')),
    ['01'.repeat(16) + '02'.repeat(16) + '03'],
  );
});

test('block 0 starts again; a gap, another order or another peer is 4.08', async (t) => {
  const { got, say } = await startReceiver();
  t.is(say(upload(0, true, sixteen(1), 1)), wire.CODE_CONTINUE);
  t.is(say(upload(2, true, sixteen(1), 2)), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(say(upload(0, true, sixteen(3), 3)), wire.CODE_CONTINUE);
  t.is(say(upload(1, false, bytes('04'), 4), { ...device, key: 'other' }), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(say(upload(1, false, bytes('04'), 4)), wire.CODE_CREATED);
  t.is(got[0].length, 17);
  t.is(say(upload(1, false, bytes('04'), 5)), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
});

test('a format that changes amid an upload is 4.08, and so is one that appears or goes (RFC 7959 2.9.2)', async (t) => {
  const { got, say } = await startReceiver();
  const block = (num: number, more: boolean, mid: number, format?: number) => {
    const message = upload(num, more, more ? sixteen(num) : bytes('03'), mid);
    return { ...message, options: [...message.options, ...(format === undefined ? [] : [makeUint(wire.OPTION_CONTENT_FORMAT, format)])] };
  };
  for (const [mid, first, then] of [[10, 40, 42], [20, 40, undefined], [30, undefined, 40], [40, 0, 40]] as const) {
    t.is(say(block(0, true, mid, first)), wire.CODE_CONTINUE);
    t.is(say(block(1, false, mid + 1, then)), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  }
  t.is(got.length, 0);
  t.is(say(block(0, true, 50, 40)), wire.CODE_CONTINUE);
  t.is(say(block(1, false, 51, 40)), wire.CODE_CREATED);
  t.is(got.length, 1);
});

test('an upload is bounded in length, number and time; a block of the wrong length is 4.00', async (t) => {
  const { clock, say } = await startReceiver();
  t.is(say(upload(0, true, new Uint8Array(64), 1, 2)), wire.CODE_CONTINUE);
  t.is(say(upload(1, true, new Uint8Array(64), 2, 2)), wire.CODE_REQUEST_ENTITY_TOO_LARGE);
  t.is(say(upload(0, true, new Uint8Array(15), 3)), wire.CODE_BAD_REQUEST);
  t.is(say(upload(0, true, new Uint8Array(17), 4)), wire.CODE_BAD_REQUEST);
  t.is(say({ ...upload(0, true, sixteen(0), 5), options: [makeUint(wire.OPTION_BLOCK1, 15)] }), wire.CODE_BAD_REQUEST);
  for (const key of ['a', 'b']) t.is(say(upload(0, true, sixteen(1), 6), { ...device, key }), wire.CODE_CONTINUE);
  t.is(say(upload(0, true, sixteen(1), 6), { ...device, key: 'c' }), wire.CODE_CONTINUE, 'the oldest makes room');
  t.is(say(upload(1, true, sixteen(1), 9), { ...device, key: 'a' }), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(say(upload(1, true, sixteen(1), 9), { ...device, key: 'b' }), wire.CODE_CONTINUE);
  await clock.advance(wire.EXCHANGE_LIFETIME_MS + 1);
  t.is(say(upload(2, true, sixteen(1), 7), { ...device, key: 'b' }), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(say(upload(0, true, sixteen(1), 8), { ...device, key: 'c' }), wire.CODE_CONTINUE);
});

test('a large answer is given in the blocks that are asked for', async (t) => {
  const { transport } = await startEndpoint({ handle: () => ({ code: wire.CODE_CONTENT, payload: big }) });
  const ask = (option?: Block): Message => {
    transport.say({
      code: wire.CODE_GET,
      mid: transport.sent.length + Math.floor(Math.random() * 60000),
      options: option ? [makeBlock(wire.OPTION_BLOCK2, option)] : [],
    });
    return transport.take()[0];
  };
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; offset += 64) {
    const { payload, ...message } = ask({ offset, more: false, szx: 2 });
    parts.push(payload);
    if (!blockOption({ payload, ...message }, wire.OPTION_BLOCK2)!.more) break;
  }
  t.deepEqual(Uint8Array.from(Buffer.concat(parts)), big);
  t.is(ask({ offset: 704, more: false, szx: 2 }).code, wire.CODE_BAD_OPTION);
  t.deepEqual(Uint8Array.from(ask().payload), big);
});
