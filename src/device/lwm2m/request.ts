/** Reads the options of a message (RFC 7252 5.4, 5.10; RFC 7641 2; RFC 7959 2.1) once, into the client's record. */
import { FEATURE_BLOCK1, FEATURE_BLOCK2, FEATURE_REGISTER_BLOCK1, LIMIT_LOCATION } from '../features';
import { takeUint } from '../wire/numbers';
import {
  CODE_BAD_OPTION,
  CODE_BAD_REQUEST,
  CODE_CREATED,
  CODE_PROXYING_NOT_SUPPORTED,
  ERROR_FORMAT,
  OPTION_ACCEPT,
  OPTION_BLOCK1,
  OPTION_BLOCK2,
  OPTION_CONTENT_FORMAT,
  OPTION_LOCATION_PATH,
  OPTION_MAX_AGE,
  OPTION_OBSERVE,
  OPTION_PROXY_SCHEME,
  OPTION_PROXY_URI,
  OPTION_URI_HOST,
  OPTION_URI_PATH,
  OPTION_URI_PORT,
  OPTION_URI_QUERY,
  putOption,
  takeOption,
} from '../wire/coap';
import type { Client } from './model';

/**
 * Reads the options from c._at on of the message _b[0, end) from `c._peer`. Returns 0, the CoAP code of an error, or ERROR_FORMAT (negative)
 * for a message format error.
 */
export function takeOptions(c: Client, end: number): number {
  const b = c._b;
  let at = c._at;
  let number = 0;
  let ids = 0;
  let wrong = 0;
  let n;
  let v;
  c._query = 0;
  // Drop the path of a rejected response.
  if (c._code === CODE_CREATED) c._peer._locationEnd = 0;
  c._o = c._accept = c._format = c._observe = c._block1 = c._block2 = -1;
  c._maxAge = 60;
  c._payload = b;
  c._to = end;
  while (at < end && b[at] !== 255) {
    v = b[at];
    n = v & 15;
    if (n < 13 && v < 208) {
      // Most options are short: without a call here, a Read takes a fifth fewer instructions on Espruino.
      number += v >> 4;
      at++;
    } else {
      c._number = number;
      at = takeOption(c, b, at, end);
      if (at < 0) return at;
      n = c._length;
      number = c._number;
    }
    if (number === OPTION_URI_PATH) {
      for (;;) {
        // An id is decimal without sign or leading zero, at most 65534 (LwM2M 1.0.2 6.2: 65535 is reserved). Most have one digit.
        v = b[at] - 48;
        if (n !== 1 || v < 0 || v > 9) {
          if (n < 2 || v < 1 || v > 9) v = 99999;
          for (n += at; ++at < n; ) v = b[at] > 47 && b[at] < 58 ? v * 10 + b[at] - 48 : 99999;
          at = n;
          if (v > 65534) ids = 8;
        } else at++;
        if (!ids) c._o = v;
        else if (ids < 2) c._i = v;
        else if (ids < 3) c._r = v;
        else c._m = v;
        ids++;
        // Usually the next option has another number and is short.
        n = b[at];
        if (at >= end || n > 12) break;
        at++;
      }
      n = 0;
    } else {
      v = n > 3 ? -1 : n > 1 ? takeUint(b, at, n) : n ? b[at] : 0;
      // Ignore an elective option that is repeated or has an invalid length (RFC 7252 5.4.3, 5.4.5).
      if (number === OPTION_CONTENT_FORMAT) c._format = c._format < 0 && n < 3 ? v : c._format;
      else if (number === OPTION_ACCEPT && c._accept < 0 && n < 3) c._accept = v;
      else if (number === OPTION_OBSERVE) c._observe = c._observe < 0 ? v : c._observe;
      else {
        // Rare options: Espruino skips a block faster than a chain of conditions.
        const s = c._peer;
        if (FEATURE_BLOCK2 && number === OPTION_BLOCK2 && c._block2 < 0 && v >= 0) c._block2 = v;
        else if ((FEATURE_BLOCK1 || FEATURE_REGISTER_BLOCK1) && number === OPTION_BLOCK1 && c._block1 < 0 && v >= 0) c._block1 = v;
        else if (number === OPTION_LOCATION_PATH && c._code === CODE_CREATED) {
          // Drop a path that does not fit: its beginning would be another path.
          v = s._locationEnd;
          if (v < 0 || v + n + 2 > LIMIT_LOCATION) s._locationEnd = -1;
          else for (v = putOption(s._location, v, v ? 0 : OPTION_URI_PATH, n), s._locationEnd = v + n; n; n--) s._location[v++] = b[at++];
        } else if (number === OPTION_URI_QUERY) {
          if (!c._query) {
            c._query = at;
            c._queryLength = n;
          }
        } else if (number === OPTION_MAX_AGE) c._maxAge = n > 2 ? 65535 : v;
        else if (number === OPTION_PROXY_URI || number === OPTION_PROXY_SCHEME) wrong = CODE_PROXYING_NOT_SUPPORTED;
        else if (number & 1 && number !== OPTION_URI_HOST && number !== OPTION_URI_PORT) wrong = CODE_BAD_OPTION;
        // Size exponent 7 is reserved (RFC 7959 2.2).
        if ((FEATURE_BLOCK1 || FEATURE_BLOCK2 || FEATURE_REGISTER_BLOCK1) && !wrong && (number === OPTION_BLOCK2 || number === OPTION_BLOCK1) && (v & 7) > 6) wrong = CODE_BAD_REQUEST;
      }
    }
    at += n;
  }
  // The payload marker, which must not be followed by an empty payload.
  if (at < end && ++at === end) return ERROR_FORMAT;
  c._n = ids;
  c._at = at;
  return at > end || number > 65535 ? ERROR_FORMAT : wrong;
}
