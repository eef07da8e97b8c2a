/** The options of a message (RFC 7252 5.4, 5.10; RFC 7641 2; RFC 7959 2.1) into the client's record, read once. */
import { LIMIT_LOCATION } from '../features';
import { takeUint } from '../wire/numbers';
import { takeDigits } from '../wire/text';
import {
  CODE_BAD_OPTION,
  CODE_BAD_REQUEST,
  CODE_CREATED,
  CODE_PROXYING_NOT_SUPPORTED,
  OPTION_ACCEPT,
  OPTION_BLOCK1,
  OPTION_BLOCK2,
  OPTION_CONTENT_FORMAT,
  OPTION_LOCATION_PATH,
  OPTION_OBSERVE,
  OPTION_PROXY_SCHEME,
  OPTION_PROXY_URI,
  OPTION_URI_HOST,
  OPTION_URI_PATH,
  OPTION_URI_PORT,
  OPTION_URI_QUERY,
  takeOption,
} from '../wire/coap';
import type { Client, Server } from './model';

// An id is decimal, without sign or leading zero, up to 65534 (LwM2M 1.0.2 6.2: 65535 is reserved).
function takeSegment(c: Client, at: number): void {
  const n = c._length;
  const id = n < 6 && (n < 2 || c._b[at] !== 48) ? takeDigits(c._b, at, at + n) : -1;
  if (id < 0 || id > 65534) c._n = 8;
  if (!c._n) c._o = id;
  else if (c._n < 2) c._i = id;
  else if (c._n < 3) c._r = id;
  else c._m = id;
  c._n++;
}

// A path that does not fit is no path: a part of it would be another one.
function takeLocation(c: Client, s: Server, at: number): void {
  let i = s._locationEnd;
  const n = c._length;
  s._locationEnd = i + n < LIMIT_LOCATION ? i + n + 1 : LIMIT_LOCATION * 2;
  if (s._locationEnd > LIMIT_LOCATION) return;
  s._location[i] = n;
  for (const end = at + n; at < end; at++) s._location[++i] = c._b[at];
}

/**
 * Reads the options that start at `at` of the message in _b[0, end), from `s`. Returns 0, or the CoAP code of what is wrong; ERROR_FORMAT
 * (negative) for a message format error.
 */
export function takeOptions(c: Client, s: Server, at: number, end: number): number {
  const b = c._b;
  let wrong = 0;
  let value;
  let number;
  let v;
  c._n = c._query = c._number = 0;
  c._o = c._i = c._r = c._m = c._accept = c._format = c._observe = c._block1 = c._block2 = -1;
  for (;;) {
    number = c._number;
    value = takeOption(c, b, at, end);
    if (value <= 0) break;
    if (c._number === OPTION_URI_QUERY && !c._query) {
      c._query = at;
      c._beforeQuery = number;
    }
    number = c._number;
    at = value + c._length;
    v = c._length < 4 ? takeUint(b, value, c._length) : -1;
    if (number === OPTION_URI_PATH) takeSegment(c, value);
    else if (number === OPTION_LOCATION_PATH && c._code === CODE_CREATED) takeLocation(c, s, value);
    else if (number === OPTION_OBSERVE) c._observe = v;
    else if (number === OPTION_CONTENT_FORMAT) c._format = v;
    else if (number === OPTION_ACCEPT && c._accept < 0 && c._length < 3) c._accept = v;
    else if (number === OPTION_BLOCK2 && c._block2 < 0 && v >= 0) c._block2 = v;
    else if (number === OPTION_BLOCK1 && c._block1 < 0 && v >= 0) c._block1 = v;
    else if (number === OPTION_PROXY_URI || number === OPTION_PROXY_SCHEME) wrong = CODE_PROXYING_NOT_SUPPORTED;
    else if (number & 1 && number !== OPTION_URI_HOST && number !== OPTION_URI_PORT && number !== OPTION_URI_QUERY) wrong = CODE_BAD_OPTION;
  }
  c._at = c._length;
  c._to = end;
  c._payload = b;
  // Size exponent 7 is reserved (RFC 7959 2.2).
  return value || wrong || ((c._block1 >= 0 && (c._block1 & 7) > 6) || (c._block2 >= 0 && (c._block2 & 7) > 6) ? CODE_BAD_REQUEST : 0);
}
