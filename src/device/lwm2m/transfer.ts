/** Block-wise bodies of requests: RFC 7959 section 2.5. */
import { FEATURE_BLOCK1, FEATURE_LAZY, FEATURE_OVERLAYS, FEATURE_WRITE, LIMIT_BODY } from '../features';
import { offsetOf } from '../wire/block';
import { CODE_BAD_REQUEST, CODE_CONTINUE, CODE_PUT, CODE_REQUEST_ENTITY_INCOMPLETE, CODE_SERVICE_UNAVAILABLE, EXCHANGE_LIFETIME_MS, FORMAT_TLV } from '../wire/coap';
import { takeTlv, TLV_RESOURCE } from '../formats/tlv';
import { META_TYPE, TYPE_OPAQUE } from '../formats/types';
import { handlersOf } from './model';
import type { Client, Transfer } from './model';
import { copyPath, isAbove } from './path';

/** The body is too long, or the datagram was truncated: 4.13 with the size that we accept. */
export const TOO_LARGE = -1;
// In ms: the longest duration of a body, the longest pause in it, and the pause after which another server may take its place.
const BODY_MS = 86400000;
const BODY_TURN_MS = 3600000;
const BODY_REST_MS = 30000;

/**
 * Takes a block of a request's body (RFC 7959 2.5), or a whole body during a block-wise one. Returns 0 when the request can be performed, with the
 * body, or the piece for a chunk handler, in c._payload; 2.31 when more blocks must follow; or the code of an error.
 */
export function takeBlock(c: Client): number {
  const s = c._peer;
  const chunked = FEATURE_WRITE && c._code === CODE_PUT && isChunked(c);
  // A body for a chunk handler needs no buffer, so it may run beside one that is assembled.
  const t = chunked ? c._pieces : c._transfer;
  const block = c._block1;
  const offset = offsetOf(block);
  const more = block & 8;
  const n = c._to - c._at;
  const size = 16 << (block & 7);
  // Blocks of one body share method and Content-Format (RFC 7959 2.9.2).
  const kind = c._format * 8 + c._code;
  const ours = t._server === s;
  const busy = t._server && c._now - t._since < (ours ? EXCHANGE_LIFETIME_MS : BODY_REST_MS) && c._now - t._began < (ours ? BODY_MS : BODY_TURN_MS);
  if (block < 8) {
    // A whole body, not a part of the one in progress: a chunk handler starts anew with it, unless another server's body is in progress.
    if (chunked && busy && isAbove(t, c)) {
      if (!ours) return CODE_SERVICE_UNAVAILABLE;
      t._server = undefined;
    }
    return 0;
  }
  if (more ? n !== size : n > size) return CODE_BAD_REQUEST;
  if (!offset) {
    // A server has one body in progress: the next one ends it (RFC 7959 2.5).
    if (busy && !ours) return CODE_SERVICE_UNAVAILABLE;
    // Where functions are loaded for a request, its buffer is allocated then, too.
    if ((FEATURE_OVERLAYS || FEATURE_LAZY) && !chunked && !t._body) t._body = new Uint8Array(LIMIT_BODY);
    t._server = s;
    t._kind = kind;
    t._length = 0;
    t._began = c._now;
    copyPath(t, c);
  } else {
    if (!busy || !ours || t._kind !== kind || t._n !== c._n || !isAbove(t, c)) return CODE_REQUEST_ENTITY_INCOMPLETE;
    // Received bytes may come again in another message, also in blocks of another size (RFC 7959 2.5).
    if (more && offset + n <= t._length) return CODE_CONTINUE;
    if (t._length !== offset) return CODE_REQUEST_ENTITY_INCOMPLETE;
  }
  t._since = c._now;
  if (chunked) return 0;
  if (offset + n > LIMIT_BODY) {
    endBody(t);
    return TOO_LARGE;
  }
  t._body.set(c._b.subarray(c._at, c._to), offset);
  if (more) {
    t._length = offset + n;
    return CODE_CONTINUE;
  }
  c._payload = t._body;
  c._at = 0;
  c._to = offset + n;
  return 0;
}

/** Ends the body in progress. */
export function endBody(t: Transfer): void {
  t._server = undefined;
  if (FEATURE_OVERLAYS) t._body = undefined as unknown as Uint8Array;
}

/** Passes a part of an opaque value to its chunk handler; t._length bytes of the body came before this payload. */
export function writeChunk(c: Client, format: number): number {
  const t = c._pieces;
  const block = c._block1;
  const offset = block < 8 ? 0 : t._length;
  const more = block > 7 && (block & 8) > 0;
  let head = t._head;
  let size = t._size;
  if (!offset) {
    head = size = 0;
    if (format === FORMAT_TLV) {
      // The value may continue in further blocks, so its head may announce more bytes than the payload has.
      size = takeTlv(c, c._payload, c._at, 33554432) - c._at;
      head = c._value - c._at;
      if (c._kind !== TLV_RESOURCE || c._id !== c._r || c._value > c._to) return CODE_BAD_REQUEST;
    }
    if (block > 7) {
      t._head = head;
      t._size = size;
    }
  }
  // The last part completes the value.
  const n = offset + c._to - c._at;
  if (size && (more ? n > size : n !== size)) return CODE_BAD_REQUEST;
  return handlersOf(c._object).chunk!(c._object, c._i, c._r, c._payload.subarray(offset ? c._at : c._at + head, c._to), offset && offset - head, more) || 0;
}

/** Whether the current request writes an opaque resource with a chunk handler. Without block-wise transfers a value is always whole, and `write` gets it. */
export function isChunked(c: Client): boolean {
  return FEATURE_BLOCK1 && c._n === 3 && (c._meta & META_TYPE) === TYPE_OPAQUE && !!handlersOf(c._object).chunk;
}
