/** Block-wise transfers of incoming requests (RFC 7959): assembles uploads and cuts large answers. */
import { createHash } from 'node:crypto';
import * as wire from '../../../device/wire/coap';
import { ownerOf } from '../address';
import { Crowd } from '../registration/crowd';
import { Assembly } from './assembly';
import type { Clock } from './clock';
import { isSuccess, NOTHING, type Message, type Option, type Response } from './message';
import { blockOption, findOption, makeBlock, makeUint } from './options';
import { hostPort, type Peer } from './transport';

/** The largest block that we accept or send: 1024 bytes. */
const MAX_SZX = 6;

export interface ReceiverOptions {
  clock: Clock;
  /** Maximum bytes of one payload. */
  maxPayload: number;
  /** Maximum concurrent uploads. Beyond it, the oldest upload of the address with the most uploads is dropped. */
  maxTransfers: number;
  /** Maximum concurrent uploads from one address and port. Beyond it, the oldest is dropped. Default: maxTransfers. */
  maxTransfersPerPeer?: number;
  /** A limit was reached; `kind` is one of a few fixed words. */
  warn?: (kind: string, message: string) => void;
}

interface Upload {
  peer: Peer;
  body: Assembly;
  format?: string;
  until: number;
}

/** A whole payload, and the Block1 option that its answer must carry. */
export interface Whole {
  payload: Uint8Array;
  echo?: Option;
}

/** RFC 7252 5.4.6: options of the cache key distinguish transfers; block and size options do not. */
const BESIDE_THE_KEY = new Set([wire.OPTION_BLOCK1, wire.OPTION_BLOCK2, wire.OPTION_SIZE1, wire.OPTION_SIZE2, wire.OPTION_CONTENT_FORMAT]);

export class BlockReceiver {
  /** Uploads, ordered by the time of their last block. */
  readonly #uploads = new Map<string, Upload>();
  /** The same, by address and by peer. */
  readonly #byAddress = new Crowd();
  readonly #byPeer = new Crowd();

  readonly options: ReceiverOptions;

  constructor(options: ReceiverOptions) {
    this.options = options;
  }

  /** Uploads in progress. */
  get size(): number {
    return this.#uploads.size;
  }

  /** Returns the whole request payload, or the answer to a block that does not complete it. */
  receive(message: Message, peer: Peer): Whole | Response {
    const block = blockOption(message, wire.OPTION_BLOCK1);
    if (!block) return { payload: message.payload };
    const { payload } = message;
    const size = 16 << block.szx;
    // 7 is for reliable transports (RFC 8323); a block that is not the last must be full.
    if (block.szx > MAX_SZX || payload.length > size || (block.more && payload.length < size)) return { code: wire.CODE_BAD_REQUEST };
    const now = this.options.clock.now();
    for (const [key, { until }] of this.#uploads) {
      if (until > now) break;
      this.#forget(key);
    }

    const key = this.#keyOf(message, peer);
    const format = findOption(message, wire.OPTION_CONTENT_FORMAT)?.join();
    const echo = makeBlock(wire.OPTION_BLOCK1, block);
    // Block 0 always starts again (RFC 7959 2.5). The last block may come twice if its answer was lost: the message layer replays the answer.
    const upload: Upload | undefined = block.offset === 0 ? { peer, body: new Assembly(), format, until: 0 } : this.#uploads.get(key);
    if (!upload || upload.body.length !== block.offset || upload.format !== format)
      return { code: wire.CODE_REQUEST_ENTITY_INCOMPLETE, options: [echo] };
    this.#forget(key);
    const { maxPayload } = this.options;
    if (block.offset + payload.length > maxPayload) {
      this.#warn('upload', `${hostPort(peer)} sent more than ${maxPayload} bytes in blocks, which is the limit, and was refused`);
      return { code: wire.CODE_REQUEST_ENTITY_TOO_LARGE, options: [echo, makeUint(wire.OPTION_SIZE1, maxPayload)] };
    }
    if (!block.more && block.offset === 0) return { payload, echo };
    upload.body.add(payload);
    if (!block.more) return { payload: upload.body.take(), echo };
    this.#makeRoom(peer);
    upload.until = now + wire.EXCHANGE_LIFETIME_MS;
    this.#uploads.set(key, upload);
    this.#byAddress.add(ownerOf(peer.address), key);
    this.#byPeer.add(peer.key, key);
    return { code: wire.CODE_CONTINUE, options: [echo] };
  }

  /** Makes room for one more upload of the peer. */
  #makeRoom(peer: Peer): void {
    const { maxTransfers, maxTransfersPerPeer = maxTransfers } = this.options;
    const mine = this.#byPeer.count(peer.key);
    if (mine >= maxTransfersPerPeer) {
      this.#warn('uploads', `${hostPort(peer)} has ${mine} unfinished uploads, which is the limit for one device; the oldest was dropped`);
      this.#forget(this.#byPeer.oldestOf(peer.key)!);
    }
    if (this.#uploads.size < maxTransfers) return;
    const victim = this.#byAddress.victim()!;
    const whose = hostPort(this.#uploads.get(victim)!.peer);
    this.#warn('uploads', `${this.#uploads.size} uploads are unfinished, which is the limit; one of ${whose} was dropped for one of ${hostPort(peer)}`);
    this.#forget(victim);
  }

  #forget(key: string): void {
    this.#uploads.delete(key);
    this.#byAddress.delete(key);
    this.#byPeer.delete(key);
  }

  #warn(kind: string, message: string): void {
    this.options.warn?.(kind, message);
  }

  /** Prepares an answer for sending: with the echo of Block1, and with the requested block of its payload (or the first). */
  finish(response: Response, echo: Option | undefined, block2: number | undefined): Response {
    const { code, options = [], payload = NOTHING } = response;
    const all = echo ? [...options, echo] : options;
    const szx = block2 === undefined ? MAX_SZX : Math.min(block2 & 7, MAX_SZX);
    const size = 16 << szx;
    if (!isSuccess(code) || (payload.length <= size && block2 === undefined)) return { code, options: all, payload: payload.subarray(0, size) };
    const offset = block2 === undefined ? 0 : (block2 >> 4) * (16 << (block2 & 7));
    if (offset > 0 && offset >= payload.length) return { code: wire.CODE_BAD_OPTION, payload: Buffer.from('no such block') };
    const block = makeBlock(wire.OPTION_BLOCK2, { offset, more: offset + size < payload.length, szx });
    return { code, options: [...all, block, makeUint(wire.OPTION_SIZE2, payload.length)], payload: payload.subarray(offset, offset + size) };
  }

  /** A key of fixed length, whatever the length of the options. */
  #keyOf(message: Message, peer: Peer): string {
    const hash = createHash('sha256').update(`${peer.key} ${message.code}`);
    for (const { number, value } of message.options) {
      if (!BESIDE_THE_KEY.has(number)) hash.update(` ${number} ${value.length} `).update(value);
    }
    return hash.digest('base64');
  }
}
