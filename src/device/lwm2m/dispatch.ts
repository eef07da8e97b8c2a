/** From a request to the operation that it is, and the answer: LwM2M 1.0.2 sections 5.4, 5.5 and 8.2.4. */
import {
  FEATURE_ATTRIBUTES,
  FEATURE_BLOCK1,
  FEATURE_CREATE,
  FEATURE_DISCOVER,
  FEATURE_EXECUTE,
  FEATURE_OBJECT_READ,
  FEATURE_OBSERVE,
  FEATURE_OVERLAYS,
  FEATURE_REGISTER_BLOCK1,
  FEATURE_SERVERS,
  FEATURE_WRITE,
  LIMIT_BODY,
  LIMIT_DATAGRAM,
} from '../features';
import { addUint, beginAnswer, endAnswer } from '../coap/endpoint';
import { offsetOf } from '../wire/block';
import {
  CODE_BAD_OPTION,
  CODE_BAD_REQUEST,
  CODE_CONTENT,
  CODE_CONTINUE,
  CODE_DELETE,
  CODE_GET,
  CODE_METHOD_NOT_ALLOWED,
  CODE_POST,
  CODE_PUT,
  CODE_REQUEST_ENTITY_INCOMPLETE,
  CODE_REQUEST_ENTITY_TOO_LARGE,
  CODE_SERVICE_UNAVAILABLE,
  CODE_UNAUTHORIZED,
  EXCHANGE_LIFETIME_MS,
  FORMAT_LINK,
  OPTION_BLOCK1,
  OPTION_SIZE1,
} from '../wire/coap';
import { isAllowed } from './access';
import { copyPath, writeAttributes } from './attributes';
import { create, remove } from './create';
import { execute } from './execute';
import { ACCESS_CREATE, ACCESS_DELETE, ACCESS_EXECUTE, ACCESS_READ, ACCESS_WRITE, isSame } from './model';
import type { Client } from './model';
import { observe } from './notify';
import { putPayload } from './payload';
import { read } from './read';
import { aim } from './target';
import { isChunked, write } from './write';

// The body of a request in blocks (RFC 7959 2.5). Returns 0 when it is whole and in c._payload, 2.31 when more is to come, or what is wrong.
function takeBlock(c: Client): number {
  const s = c._peer;
  const t = c._transfer;
  const offset = offsetOf(c._block1);
  const more = c._block1 & 8;
  const n = c._to - c._at;
  const busy = t._server && t._expires > c._now;
  const same = busy && t._server === s && t._code === c._code && t._n === c._n && isSame(t, c, c._n);
  const chunked = FEATURE_WRITE && c._code === CODE_PUT && isChunked(c);
  if (more && n !== 16 << (c._block1 & 7)) return CODE_BAD_REQUEST;
  if (!offset) {
    // All in one block needs no slot; anything else from byte 0 on starts afresh, but never takes the slot of another transfer.
    if (!more && !chunked) return 0;
    if (busy && !same) return CODE_SERVICE_UNAVAILABLE;
    t._server = s;
    t._code = c._code;
    copyPath(t, c);
    t._length = 0;
  } else if (!same || t._length !== offset) return CODE_REQUEST_ENTITY_INCOMPLETE;
  t._expires = c._now + EXCHANGE_LIFETIME_MS;
  if (chunked) return 0;
  if (offset + n > LIMIT_BODY) {
    t._server = undefined;
    if (FEATURE_OVERLAYS) t._body = undefined as unknown as Uint8Array;
    return CODE_REQUEST_ENTITY_TOO_LARGE;
  }
  // Where code is loaded for a request, so is the room for its body.
  if (FEATURE_OVERLAYS && !offset) t._body = new Uint8Array(LIMIT_BODY);
  t._body.set(c._b.subarray(c._at, c._to), offset);
  t._length = offset + n;
  if (more) return CODE_CONTINUE;
  t._server = undefined;
  c._payload = t._body;
  if (FEATURE_OVERLAYS) t._body = undefined as unknown as Uint8Array;
  c._at = 0;
  c._to = t._length;
  return 0;
}

// A PUT that says nothing but Uri-Query is a Write-Attributes.
function isAttributes(c: Client): boolean {
  return FEATURE_ATTRIBUTES && c._query > 0 && c._format < 0 && c._at >= c._to;
}

function put(c: Client): number {
  const t = c._transfer;
  let code;
  if (FEATURE_ATTRIBUTES && c._query && isAttributes(c)) return writeAttributes(c);
  if (c._format < 0 && c._at >= c._to) return CODE_BAD_REQUEST;
  if (c._n < 2) return CODE_METHOD_NOT_ALLOWED;
  if (!FEATURE_BLOCK1 || (c._block1 < 0 && !t._server)) return write(c, true);
  if (c._block1 < 0 && t._expires > c._now && isChunked(c) && isSame(t, c, 3)) {
    // A whole body is no part of another one (RFC 7959 2.5): it ends our own, and waits for somebody else's.
    if (t._server !== c._peer) return CODE_SERVICE_UNAVAILABLE;
    t._server = undefined;
  }
  code = write(c, true);
  if (c._block1 >= 0 && t._server && isChunked(c)) {
    t._length += c._to - c._at;
    if (code > CODE_CONTENT || !(c._block1 & 8)) t._server = undefined;
    else code = CODE_CONTINUE;
  }
  return code;
}

// The right that an operation needs (LwM2M 1.0.2 7.3.1). Discover needs none, and a Read of an object shows just what may be read.
function isPermitted(c: Client, method: number): boolean {
  const right =
    method === CODE_GET || (method === CODE_PUT && isAttributes(c))
      ? ACCESS_READ
      : method === CODE_PUT || (method === CODE_POST && c._n === 2)
        ? ACCESS_WRITE
        : method === CODE_DELETE
          ? ACCESS_DELETE
          : c._n > 2
            ? ACCESS_EXECUTE
            : ACCESS_CREATE;
  return (method !== CODE_POST && c._n < 2) || (method === CODE_GET && c._accept === FORMAT_LINK) || isAllowed(c, c._o, c._n < 2 ? 65535 : c._i, right);
}

function dispatch(c: Client): number {
  const method = c._code;
  let code;
  // Object 0 is nobody's to see (LwM2M 1.0.2 E.1), and the root is for the bootstrap server.
  if (!c._n || !c._o || method > CODE_DELETE) return c._n && !c._o ? CODE_UNAUTHORIZED : CODE_METHOD_NOT_ALLOWED;
  code = aim(c, c);
  if (code) return code;
  if (!FEATURE_OBJECT_READ && c._n < 2) return CODE_METHOD_NOT_ALLOWED;
  if (FEATURE_SERVERS && !isPermitted(c, method)) return CODE_UNAUTHORIZED;
  if (method === CODE_GET) {
    if (FEATURE_DISCOVER && c._accept === FORMAT_LINK) return putPayload(c, c, FORMAT_LINK, -1, c._block2);
    return FEATURE_OBSERVE && c._observe >= 0 ? observe(c) : read(c, c, -1);
  }
  if ((FEATURE_BLOCK1 || FEATURE_REGISTER_BLOCK1) && c._block1 >= 0) {
    // A body in blocks is never taken for a whole one.
    code = FEATURE_BLOCK1 ? takeBlock(c) : FEATURE_REGISTER_BLOCK1 ? CODE_BAD_OPTION : 0;
    if (code) return code;
  }
  if (FEATURE_WRITE && method === CODE_PUT) return put(c);
  if (method === CODE_POST) {
    if (FEATURE_EXECUTE && c._n > 2) return execute(c);
    if (FEATURE_WRITE && c._n === 2) return write(c, false);
    if (FEATURE_CREATE && c._n < 2) return create(c);
  }
  return FEATURE_CREATE && method === CODE_DELETE ? remove(c) : CODE_METHOD_NOT_ALLOWED;
}

/** Answers the request in c._b[0, end), whose options have been read. */
export function handleRequest(c: Client, end: number): void {
  let code = c._wrong;
  beginAnswer(c);
  // A datagram as long as the buffer has been cut, or may have been: ask for blocks.
  if (!code) code = end > LIMIT_DATAGRAM ? CODE_REQUEST_ENTITY_TOO_LARGE : dispatch(c);
  if (code >= CODE_BAD_REQUEST) {
    beginAnswer(c);
    if (FEATURE_BLOCK1 && code === CODE_REQUEST_ENTITY_TOO_LARGE) {
      if (c._block1 < 0) addUint(c, OPTION_BLOCK1, c._szx);
      addUint(c, OPTION_SIZE1, LIMIT_BODY);
    }
  } else if (FEATURE_BLOCK1 && c._block1 >= 0 && c._code > CODE_GET) addUint(c, OPTION_BLOCK1, c._block1);
  endAnswer(c, c._peer, code);
}
