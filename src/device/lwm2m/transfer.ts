/** Bodies of requests in blocks: RFC 7959 section 2.5. */
import { FEATURE_BLOCK1, FEATURE_LAZY, FEATURE_OVERLAYS, FEATURE_WRITE, LIMIT_BODY } from '../features';
import { offsetOf } from '../wire/block';
import { CODE_BAD_REQUEST, CODE_CONTINUE, CODE_PUT, CODE_REQUEST_ENTITY_INCOMPLETE, CODE_SERVICE_UNAVAILABLE, EXCHANGE_LIFETIME_MS, FORMAT_TLV } from '../wire/coap';
import { takeTlv, TLV_RESOURCE } from '../formats/tlv';
import { META_TYPE, TYPE_OPAQUE } from '../formats/types';
import { handlersOf } from './model';
import type { Client, Transfer } from './model';
import { copyPath, isAbove } from './path';

/** A body that is too long for us, or a datagram that was cut: 4.13 with what we take. */
export const TOO_LARGE = -1;
// How long a body may take, and how long it may rest, before its next block is none; and before another server may have its place, ms.
const BODY_MS = 86400000;
const BODY_TURN_MS = 3600000;
const BODY_REST_MS = 30000;

/**
 * A block of the body of a request (RFC 7959 2.5), or a whole body while one in blocks is under way. Returns 0 when the request can be done,
 * its body, or what a chunk handler is to get of it, in c._payload; 2.31 when more is to come; or what is wrong.
 */
export function takeBlock(c: Client): number {
  const s = c._peer;
  const chunked = FEATURE_WRITE && c._code === CODE_PUT && isChunked(c);
  // What goes to a chunk handler needs no room, and may go on beside a body that is put together.
  const t = chunked ? c._pieces : c._transfer;
  const block = c._block1;
  const offset = offsetOf(block);
  const more = block & 8;
  const n = c._to - c._at;
  const size = 16 << (block & 7);
  // The same method and the same Content-Format (RFC 7959 2.9.2).
  const kind = c._format * 8 + c._code;
  const ours = t._server === s;
  const busy = t._server && c._now - t._since < (ours ? EXCHANGE_LIFETIME_MS : BODY_REST_MS) && c._now - t._began < (ours ? BODY_MS : BODY_TURN_MS);
  if (block < 8) {
    // All of it. It is no part of another body: a chunk handler begins anew with it, unless that is somebody else's.
    if (chunked && busy && isAbove(t, c)) {
      if (!ours) return CODE_SERVICE_UNAVAILABLE;
      t._server = undefined;
    }
    return 0;
  }
  if (more ? n !== size : n > size) return CODE_BAD_REQUEST;
  if (!offset) {
    // A server has one body under way: the next one ends it (RFC 7959 2.5).
    if (busy && !ours) return CODE_SERVICE_UNAVAILABLE;
    // Where code is loaded for a request, so is the room for its body.
    if ((FEATURE_OVERLAYS || FEATURE_LAZY) && !chunked && !t._body) t._body = new Uint8Array(LIMIT_BODY);
    t._server = s;
    t._kind = kind;
    t._length = 0;
    t._began = c._now;
    copyPath(t, c);
  } else {
    if (!busy || !ours || t._kind !== kind || t._n !== c._n || !isAbove(t, c)) return CODE_REQUEST_ENTITY_INCOMPLETE;
    // What is here already may come again in another message, in blocks of another size too (RFC 7959 2.5).
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

/** The body is no longer under way. */
export function endBody(t: Transfer): void {
  t._server = undefined;
  if (FEATURE_OVERLAYS) t._body = undefined as unknown as Uint8Array;
}

/** An opaque value for a chunk handler, which is never held whole: t._length bytes of the body have come before this payload. */
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
      // The value may go on in further blocks, so its head may promise more than is here.
      size = takeTlv(c, c._payload, c._at, 33554432) - c._at;
      head = c._value - c._at;
      if (c._kind !== TLV_RESOURCE || c._id !== c._r || c._value > c._to) return CODE_BAD_REQUEST;
    }
    if (block > 7) {
      t._head = head;
      t._size = size;
    }
  }
  // The whole of it is here with its last part.
  const n = offset + c._to - c._at;
  if (size && (more ? n > size : n !== size)) return CODE_BAD_REQUEST;
  return handlersOf(c._object).chunk!(c._object, c._i, c._r, c._payload.subarray(offset ? c._at : c._at + head, c._to), offset && offset - head, more) || 0;
}

/** Is the request at hand for a resource whose opaque value goes to a chunk handler? Without transfers in blocks a value is always whole, and goes to `write`. */
export function isChunked(c: Client): boolean {
  return FEATURE_BLOCK1 && c._n === 3 && (c._meta & META_TYPE) === TYPE_OPAQUE && !!handlersOf(c._object).chunk;
}
