/** Requests and responses of any length (RFC 7959): Block1 for requests, Block2 for responses. */
import * as wire from '../../../device/wire/coap';
import { szxOf } from '../../../device/wire/block';
import { Assembly } from './assembly';
import type { CoapEndpoint } from './endpoint';
import type { ExchangeOptions } from './exchange';
import { InvalidResponseError } from './errors';
import { codeText, isSuccess, NOTHING, type Message, type Request } from './message';
import { blockOption, findOption, makeBlock, makeUint } from './options';
import type { Peer } from './transport';

export interface TransferOptions extends ExchangeOptions {
  /** Longer payloads are sent in blocks of at most this many bytes: 16 to 1024. */
  blockSize: number;
  /** Maximum bytes of an assembled response. */
  maxPayload: number;
}

/** Maximum restarts of a transfer after a change of the representation or an error of the peer. */
const MAX_RESTARTS = 3;

/** Maximum bytes of a payload in one message: RFC 7252 4.6. */
const MAX_WHOLE = 1024;

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean => Buffer.compare(a ?? NOTHING, b ?? NOTHING) === 0;

/** Sends a request whole or in blocks and returns the final response with its whole payload. `timeout` and `token` apply to each message. */
export async function transfer(endpoint: CoapEndpoint, peer: Peer, request: Request, options: TransferOptions): Promise<Message> {
  // The usual case: one message in each direction.
  const whole = (request.payload?.length ?? 0) <= 16;
  const response = await (whole ? endpoint.exchange(peer, request, options) : sendBlocks(endpoint, peer, request, options));
  if (!blockOption(response, wire.OPTION_BLOCK2)) return response;
  return fetchRest(endpoint, peer, request, response, options);
}

async function sendBlocks(endpoint: CoapEndpoint, peer: Peer, request: Request, options: TransferOptions): Promise<Message> {
  const payload = request.payload ?? NOTHING;
  let szx = szxOf(options.blockSize);
  if (payload.length <= 16 << szx) {
    const response = await endpoint.exchange(peer, request, options);
    if (response.code !== wire.CODE_REQUEST_ENTITY_TOO_LARGE || payload.length <= 16) return response;
    // RFC 7959 2.9.3: the size that the peer accepts.
    const hint = blockOption(response, wire.OPTION_BLOCK1);
    szx = Math.min(hint?.szx ?? 6, szxOf(payload.length - 1));
  }
  for (let offset = 0, restarts = 0; ; ) {
    const size = 16 << szx;
    const more = offset + size < payload.length;
    const extra = [makeBlock(wire.OPTION_BLOCK1, { offset, more, szx })];
    if (offset === 0) extra.push(makeUint(wire.OPTION_SIZE1, payload.length));
    const response = await endpoint.exchange(
      peer,
      { ...request, options: [...request.options, ...extra], payload: payload.subarray(offset, offset + size) },
      { ...options, token: undefined },
    );
    const echo = blockOption(response, wire.OPTION_BLOCK1);
    if (response.code === wire.CODE_REQUEST_ENTITY_TOO_LARGE && echo && echo.szx < szx && offset === 0) szx = echo.szx;
    else if (response.code === wire.CODE_REQUEST_ENTITY_INCOMPLETE && restarts++ < MAX_RESTARTS) offset = 0;
    // RFC 7252 5.4.1: the device does not know the critical option Block1; send the payload in one datagram if it fits
    else if (response.code === wire.CODE_BAD_OPTION && offset === 0 && payload.length <= MAX_WHOLE) return endpoint.exchange(peer, request, options);
    else if (!more || !isSuccess(response.code)) {
      if (response.code === wire.CODE_CONTINUE) throw new InvalidResponseError('the device asked for more after the last block');
      return response;
    } else {
      if (echo && echo.offset !== offset)
        throw new InvalidResponseError(`the device acknowledged byte ${echo.offset} of the payload instead of ${offset}`);
      // A final code before the last block, without the echo: the device does not support Block1 and took the block for the whole payload.
      if (!echo && response.code !== wire.CODE_CONTINUE) throw new InvalidResponseError('the device does not accept payloads in blocks');
      offset += size;
      // RFC 7959 2.3: use smaller blocks from here on if the peer requests them.
      if (echo && echo.szx < szx) szx = echo.szx;
    }
  }
}

/** Fetches the remaining blocks of a response, or of a notification, for which only the first block is sent unasked (RFC 7959 3.4). */
export async function fetchRest(endpoint: CoapEndpoint, peer: Peer, request: Request, first: Message, options: TransferOptions): Promise<Message> {
  const body = new Assembly(endpoint.options.assembly);
  try {
    return await fetchBlocks(body, endpoint, peer, request, first, options);
  } finally {
    body.clear();
  }
}

async function fetchBlocks(
  body: Assembly,
  endpoint: CoapEndpoint,
  peer: Peer,
  request: Request,
  first: Message,
  options: TransferOptions,
): Promise<Message> {
  let response = first;
  for (let restarts = 0; ; ) {
    const { length } = body;
    const block = blockOption(response, wire.OPTION_BLOCK2);
    if (!isSuccess(response.code) || !block) {
      if (length > 0 && restarts++ < MAX_RESTARTS && response.code === wire.CODE_REQUEST_ENTITY_INCOMPLETE) body.clear();
      else return response;
    } else if (length > 0 && (block.offset !== length || !sameBytes(findOption(first, wire.OPTION_ETAG), findOption(response, wire.OPTION_ETAG)))) {
      // RFC 7959 2.4: blocks of two representations are never combined.
      if (restarts++ >= MAX_RESTARTS) throw new InvalidResponseError('the value changed again and again while it was read');
      body.clear();
    } else {
      if (block.szx > 6 || block.offset !== length) throw new InvalidResponseError('the device sent a block that was not asked for');
      if (block.more && response.payload.length !== 16 << block.szx) throw new InvalidResponseError('a block of the response is truncated');
      if (length === 0) first = response;
      if (length + response.payload.length > options.maxPayload)
        throw new InvalidResponseError(`the response is longer than ${options.maxPayload} bytes`);
      if (!body.add(response.payload)) throw new InvalidResponseError('the responses under way need more memory than this server has for them');
      if (!block.more) return { ...response, options: first.options, payload: body.take() };
    }
    const szx = block ? Math.min(block.szx, 6) : 6;
    const wanted = request.options.filter((option) => option.number !== wire.OPTION_OBSERVE && option.number !== wire.OPTION_BLOCK2);
    wanted.push(makeBlock(wire.OPTION_BLOCK2, { offset: body.length, more: false, szx }));
    response = await endpoint.exchange(peer, { code: request.code, options: wanted }, { ...options, token: undefined });
    if (!isSuccess(response.code) && response.code !== wire.CODE_REQUEST_ENTITY_INCOMPLETE) {
      throw new InvalidResponseError(`the device answered ${codeText(response.code)} in the middle of a block-wise response`);
    }
  }
}
