/** Maps requests to operations, and answers them: LwM2M 1.0.2 sections 5.4, 5.5 and 8.2.4. */
import {
  FEATURE_ATTRIBUTES,
  FEATURE_BLOCK1,
  FEATURE_CREATE,
  FEATURE_DISCOVER,
  FEATURE_EXECUTE,
  FEATURE_OBJECT_READ,
  FEATURE_OBSERVE,
  FEATURE_REGISTER_BLOCK1,
  FEATURE_SERVERS,
  FEATURE_WRITE,
  LIMIT_BODY,
  LIMIT_DATAGRAM,
} from '../features';
import { addUint, beginAnswer, endAnswer } from '../coap/endpoint';
import {
  CODE_BAD_OPTION,
  CODE_BAD_REQUEST,
  CODE_CONTINUE,
  CODE_DELETE,
  CODE_GET,
  CODE_METHOD_NOT_ALLOWED,
  CODE_POST,
  CODE_PUT,
  CODE_REQUEST_ENTITY_TOO_LARGE,
  CODE_UNAUTHORIZED,
  FORMAT_LINK,
  OPTION_BLOCK1,
  OPTION_SIZE1,
} from '../wire/coap';
import { isAllowed } from './access';
import { writeAttributes } from './management/attributes';
import { create, remove } from './management/create';
import { execute } from './management/execute';
import { ACCESS_CREATE, ACCESS_DELETE, ACCESS_EXECUTE, ACCESS_READ, ACCESS_WRITE } from './model';
import type { Client } from './model';
import { observe } from './reporting/notify';
import { putPayload } from './management/payload';
import { read } from './management/read';
import { aim } from './target';
import { write } from './management/write';
import { TOO_LARGE, endBody, isChunked, takeBlock } from './transfer';

// Performs the operation of a complete request, selected by the right that it needs.
function operate(c: Client, right: number): number {
  if (FEATURE_WRITE && right === ACCESS_WRITE && c._n > 1) return write(c, c._code === CODE_PUT);
  if (FEATURE_EXECUTE && right === ACCESS_EXECUTE) return execute(c);
  if (FEATURE_CREATE && right > ACCESS_EXECUTE) return right < ACCESS_CREATE ? remove(c) : create(c);
  return CODE_METHOD_NOT_ALLOWED;
}

function dispatch(c: Client): number {
  const method = c._code;
  // A PUT with Uri-Query and without a payload is a Write-Attributes.
  const attributes = FEATURE_ATTRIBUTES && FEATURE_WRITE && method === CODE_PUT && c._query > 0 && c._format < 0 && c._at >= c._to;
  // The right that an operation needs (LwM2M 1.0.2 7.3.1).
  const right =
    method === CODE_GET || attributes
      ? ACCESS_READ
      : method === CODE_PUT || (method === CODE_POST && c._n === 2)
        ? ACCESS_WRITE
        : method === CODE_DELETE
          ? ACCESS_DELETE
          : c._n > 2
            ? ACCESS_EXECUTE
            : ACCESS_CREATE;
  let t;
  let code;
  // No server may access object 0 (LwM2M 1.0.2 E.1), and the root is for the bootstrap server.
  if (!c._n || !c._o || method > CODE_DELETE) return c._n && !c._o ? CODE_UNAUTHORIZED : CODE_METHOD_NOT_ALLOWED;
  code = aim(c, c);
  if (code) return code;
  if (!FEATURE_OBJECT_READ && c._n < 2) return CODE_METHOD_NOT_ALLOWED;
  // Discover needs no right, and a Read of an object shows only readable instances.
  if (FEATURE_SERVERS && (c._n > 1 || right === ACCESS_CREATE) && !(method === CODE_GET && c._accept === FORMAT_LINK) && !isAllowed(c, c._o, c._n < 2 ? 65535 : c._i, right)) return CODE_UNAUTHORIZED;
  // A datagram beyond the limit has been truncated, or may have been.
  if (c._to > LIMIT_DATAGRAM) return TOO_LARGE;
  if (method === CODE_GET) {
    if (FEATURE_DISCOVER && c._accept === FORMAT_LINK) return putPayload(c, c, FORMAT_LINK, -1, c._block2);
    return FEATURE_OBSERVE && c._observe >= 0 ? observe(c) : read(c, c, -1);
  }
  if (attributes) return writeAttributes(c);
  if (FEATURE_BLOCK1) {
    t = c._pieces;
    code = c._block1 > 7 || t._server ? takeBlock(c) : 0;
    if (code) return code;
    code = operate(c, right);
    if (c._block1 > 7) {
      // An assembled body starts at 0, which no payload in a datagram does. Espruino compares typed arrays by their texts.
      if (!c._at) t = c._transfer;
      // The body is kept until here: if memory runs out before, a retransmission of its last block still finds it.
      if (!(c._block1 & 8) || code >= CODE_BAD_REQUEST) endBody(t);
      else {
        t._length += c._to - c._at;
        code = CODE_CONTINUE;
      }
    }
    return code;
  }
  // Never take one block for a whole body.
  return FEATURE_REGISTER_BLOCK1 && c._block1 >= 0 ? CODE_BAD_OPTION : operate(c, right);
}

/** Answers the request in c._b after its options have been read. */
export function handleRequest(c: Client): void {
  const block = c._block1;
  let code = c._wrong;
  const szx = c._szx;
  beginAnswer(c);
  if (!code) code = dispatch(c);
  if (code >= CODE_BAD_REQUEST) beginAnswer(c);
  if (code < 0) {
    // Ask for blocks, or smaller ones (RFC 7959 2.9.3), and state the largest body of this resource (4).
    code = CODE_REQUEST_ENTITY_TOO_LARGE;
    if (FEATURE_BLOCK1) {
      if (c._to > LIMIT_DATAGRAM && (block < 0 || (block & 7) > szx)) addUint(c, OPTION_BLOCK1, szx);
      if (!isChunked(c)) addUint(c, OPTION_SIZE1, LIMIT_BODY);
    }
  } else if (FEATURE_BLOCK1 && block >= 0 && code < CODE_BAD_REQUEST && c._code > CODE_GET)
    // The first answer states the block size that we prefer (RFC 7959 2.3).
    addUint(c, OPTION_BLOCK1, block < 16 && (block & 7) > szx ? (block & 8) + szx : block);
  endAnswer(c, c._peer, code);
}
