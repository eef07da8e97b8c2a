/** The options of a message (RFC 7252 5.4, 5.10; RFC 7641 2; RFC 7959 2.1) into the client's record, read once. */
import { FEATURE_BLOCK1, FEATURE_BLOCK2, FEATURE_REGISTER_BLOCK1, LIMIT_LOCATION } from '../features';
import { EVENT_REQUEST, EVENT_RESPONSE, receiveDatagram, receiveEmpty } from '../coap/endpoint';
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
  TYPE_NON,
} from '../wire/coap';
import type { Client } from './model';

/**
 * Reads the options from c._at on of the message in _b[0, end), from `c._peer`. Returns 0, or the CoAP code of what is wrong; ERROR_FORMAT
 * (negative) for a message format error.
 */
export function takeOptions(c: Client, end: number): number {
  const s = c._peer;
  const b = c._b;
  let at = c._at;
  let wrong = 0;
  let value;
  let number;
  let v;
  if (c._code === CODE_CREATED) s._locationEnd = 0;
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
    if (number === OPTION_URI_PATH) {
      // An id is decimal, without sign or leading zero, up to 65534 (LwM2M 1.0.2 6.2: 65535 is reserved).
      v = c._length < 6 && (c._length < 2 || b[value] !== 48) ? takeDigits(b, value, at) : -1;
      if (v < 0 || v > 65534) c._n = 8;
      if (!c._n) c._o = v;
      else if (c._n < 2) c._i = v;
      else if (c._n < 3) c._r = v;
      else c._m = v;
      c._n++;
    } else if (number === OPTION_LOCATION_PATH && c._code === CODE_CREATED) {
      // A path that does not fit is no path: a part of it would be another one.
      v = s._locationEnd;
      s._locationEnd = v + c._length < LIMIT_LOCATION ? v + c._length + 1 : LIMIT_LOCATION * 2;
      if (s._locationEnd <= LIMIT_LOCATION) for (s._location[v] = c._length; value < at; value++) s._location[++v] = b[value];
    }
    else if (number === OPTION_OBSERVE) c._observe = v;
    else if (number === OPTION_CONTENT_FORMAT) c._format = v;
    else if (number === OPTION_ACCEPT && c._accept < 0 && c._length < 3) c._accept = v;
    else if (FEATURE_BLOCK2 && number === OPTION_BLOCK2 && c._block2 < 0 && v >= 0) c._block2 = v;
    else if ((FEATURE_BLOCK1 || FEATURE_REGISTER_BLOCK1) && number === OPTION_BLOCK1 && c._block1 < 0 && v >= 0) c._block1 = v;
    else if (number === OPTION_PROXY_URI || number === OPTION_PROXY_SCHEME) wrong = CODE_PROXYING_NOT_SUPPORTED;
    else if (number & 1 && number !== OPTION_URI_HOST && number !== OPTION_URI_PORT && number !== OPTION_URI_QUERY) wrong = CODE_BAD_OPTION;
  }
  c._at = c._length;
  c._to = end;
  c._payload = b;
  // Size exponent 7 is reserved (RFC 7959 2.2).
  return value || wrong || ((c._block1 >= 0 && (c._block1 & 7) > 6) || (c._block2 >= 0 && (c._block2 & 7) > 6) ? CODE_BAD_REQUEST : 0);
}

/** Takes the datagram in _b[0, end). Returns an EVENT_…; of a request or response, every option has been read then. */
export function takeDatagram(c: Client, end: number): number {
  const event = receiveDatagram(c, end);
  if (event === EVENT_REQUEST || event === EVENT_RESPONSE) c._wrong = takeOptions(c, end);
  // A message format error, or an unknown critical option in a Non-confirmable message (RFC 7252 5.4.1), is rejected.
  if (event === EVENT_REQUEST && (c._wrong < 0 || (c._wrong === CODE_BAD_OPTION && c._type === TYPE_NON))) return receiveEmpty(c, c._peer);
  return event;
}
