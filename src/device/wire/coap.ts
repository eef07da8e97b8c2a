/** CoAP messages over UDP: RFC 7252 section 3. */

import { putInt } from './numbers';

/** Confirmable: the receiver acknowledges it (RFC 7252 4.2). */
export const TYPE_CON = 0;
/** Non-confirmable (RFC 7252 4.3). */
export const TYPE_NON = 1;
/** Acknowledgement, alone or with the response. */
export const TYPE_ACK = 2;
/** Reset: the receiver cannot process the message. */
export const TYPE_RST = 3;

// Codes: class * 32 + detail (RFC 7252 12.1).
/** 0.00: an Empty message. */
export const CODE_EMPTY = 0;
/** 0.01 GET: Read, Discover, Observe. */
export const CODE_GET = 1;
/** 0.02 POST: Create, Execute, partial Write, Register. */
export const CODE_POST = 2;
/** 0.03 PUT: Write, Write-Attributes. */
export const CODE_PUT = 3;
/** 0.04 DELETE. */
export const CODE_DELETE = 4;
/** 0.05 FETCH (RFC 8132). */
export const CODE_FETCH = 5;
/** 2.01 Created. */
export const CODE_CREATED = 65;
/** 2.02 Deleted. */
export const CODE_DELETED = 66;
/** 2.03 Valid. */
export const CODE_VALID = 67;
/** 2.04 Changed. */
export const CODE_CHANGED = 68;
/** 2.05 Content. */
export const CODE_CONTENT = 69;
/** 2.31 Continue (RFC 7959 2.9.1). */
export const CODE_CONTINUE = 95;
/** 4.00 Bad Request. */
export const CODE_BAD_REQUEST = 128;
/** 4.01 Unauthorized. */
export const CODE_UNAUTHORIZED = 129;
/** 4.02 Bad Option. */
export const CODE_BAD_OPTION = 130;
/** 4.03 Forbidden. */
export const CODE_FORBIDDEN = 131;
/** 4.04 Not Found. */
export const CODE_NOT_FOUND = 132;
/** 4.05 Method Not Allowed. */
export const CODE_METHOD_NOT_ALLOWED = 133;
/** 4.06 Not Acceptable. */
export const CODE_NOT_ACCEPTABLE = 134;
/** 4.08 Request Entity Incomplete (RFC 7959 2.9.2). */
export const CODE_REQUEST_ENTITY_INCOMPLETE = 136;
/** 4.12 Precondition Failed. */
export const CODE_PRECONDITION_FAILED = 140;
/** 4.13 Request Entity Too Large. */
export const CODE_REQUEST_ENTITY_TOO_LARGE = 141;
/** 4.15 Unsupported Content-Format. */
export const CODE_UNSUPPORTED_CONTENT_FORMAT = 143;
/** 4.29 Too Many Requests (RFC 8516). */
export const CODE_TOO_MANY_REQUESTS = 157;
/** 5.00 Internal Server Error. */
export const CODE_INTERNAL_SERVER_ERROR = 160;
/** 5.03 Service Unavailable. */
export const CODE_SERVICE_UNAVAILABLE = 163;
/** 5.05 Proxying Not Supported. */
export const CODE_PROXYING_NOT_SUPPORTED = 165;

// Options (RFC 7252 12.2).
/** If-Match. */
export const OPTION_IF_MATCH = 1;
/** Uri-Host. */
export const OPTION_URI_HOST = 3;
/** ETag. */
export const OPTION_ETAG = 4;
/** If-None-Match. */
export const OPTION_IF_NONE_MATCH = 5;
/** Observe (RFC 7641). */
export const OPTION_OBSERVE = 6;
/** Uri-Port. */
export const OPTION_URI_PORT = 7;
/** Location-Path. */
export const OPTION_LOCATION_PATH = 8;
/** Uri-Path: one segment. */
export const OPTION_URI_PATH = 11;
/** Content-Format. */
export const OPTION_CONTENT_FORMAT = 12;
/** Max-Age, in seconds. */
export const OPTION_MAX_AGE = 14;
/** Uri-Query: one argument. */
export const OPTION_URI_QUERY = 15;
/** Accept: the Content-Format asked for. */
export const OPTION_ACCEPT = 17;
/** Location-Query. */
export const OPTION_LOCATION_QUERY = 20;
/** Block2, of a response (RFC 7959 2.1). */
export const OPTION_BLOCK2 = 23;
/** Block1, of a request (RFC 7959 2.1). */
export const OPTION_BLOCK1 = 27;
/** Size2, in bytes (RFC 7959 4). */
export const OPTION_SIZE2 = 28;
/** Proxy-Uri. */
export const OPTION_PROXY_URI = 35;
/** Proxy-Scheme. */
export const OPTION_PROXY_SCHEME = 39;
/** Size1, in bytes (RFC 7252 5.10.9). */
export const OPTION_SIZE1 = 60;

// Content-Formats (RFC 7252 12.3; OMA TS 1.0.2 6.4).
/** text/plain. */
export const FORMAT_TEXT = 0;
/** application/link-format (RFC 6690). */
export const FORMAT_LINK = 40;
/** application/octet-stream. */
export const FORMAT_OPAQUE = 42;
/** application/vnd.oma.lwm2m+tlv. */
export const FORMAT_TLV = 11542;

/** RFC 7252 4.8. */
export const ACK_TIMEOUT_MS = 2000;
export const MAX_RETRANSMIT = 4;
export const EXCHANGE_LIFETIME_MS = 247000;
export const NON_LIFETIME_MS = 145000;

/** Too short, or of another version: silently ignored (RFC 7252 3). */
export const ERROR_NOT_COAP = -1;
/** A message format error: a Confirmable message is answered with a Reset (RFC 7252 4.2). */
export const ERROR_FORMAT = -2;

/** The fixed header and the length of the token, which starts at offset 4. */
export interface Message {
  _type: number;
  _code: number;
  _mid: number;
  _tkl: number;
}

/** A cursor over options: number and value length of the option read last. */
export interface Option {
  _number: number;
  _length: number;
}

/** Reads the header of the datagram b[0, end) into `m`. Returns the offset of the first option, or a negative error. */
export function decodeHeader(m: Message, b: Uint8Array, end: number): number {
  const first = b[0];
  const n = first & 15;
  if (end < 4 || first >> 6 !== 1) return ERROR_NOT_COAP;
  m._type = (first >> 4) & 3;
  m._tkl = n;
  m._code = b[1];
  m._mid = (b[2] << 8) | b[3];
  return n > 8 || end < n + 4 || (end > 4 && !b[1]) ? ERROR_FORMAT : n + 4;
}

/** Writes the fixed header. Returns the offset of the token, 4. */
export function putHeader(b: Uint8Array, type: number, tkl: number, code: number, mid: number): number {
  b[0] = 64 | (type << 4) | tkl;
  b[1] = code;
  b[2] = mid >> 8;
  b[3] = mid;
  return 4;
}

/**
 * Reads the option at `at` in the message b[0, end) and advances the cursor `o`, which starts at number 0. Returns the offset of its
 * value; 0 behind the last option, with o._length at the payload (`end` without one); or ERROR_FORMAT.
 */
export function takeOption(o: Option, b: Uint8Array, at: number, end: number): number {
  if (at >= end) {
    o._length = end;
    return 0;
  }
  const x = b[at];
  let n = x >> 4;
  at++;
  if (x > 254) {
    o._length = at;
    return at < end ? 0 : ERROR_FORMAT;
  }
  // First the delta, then the length: a nibble, or the bytes that extend it. The reserved 15 becomes a value above both limits.
  for (let k = 0; k < 2; k++) {
    o._length = n < 13 ? n : n < 14 ? 13 + b[at] : n < 15 ? 269 + ((b[at] << 8) | b[at + 1]) : 99999;
    if (n > 12) at += n - 12;
    if (!k) o._number += o._length;
    n = x & 15;
  }
  // Bytes behind the buffer read as NaN, so an option there is not within `end` either.
  return o._number <= 65535 && at + o._length <= end ? at : ERROR_FORMAT;
}

// Writes the extension of `v` beyond its nibble: one byte from 13, two from 269. Returns the offset behind.
function putExtended(b: Uint8Array, at: number, v: number): number {
  return v < 13 ? at : v < 269 ? putInt(b, at, v - 13, 1) : putInt(b, at, v - 269, 2);
}

/** Writes the head of an option whose number is `delta` above the previous one and whose value has `n` bytes. Returns the offset of the value. */
export function putOption(b: Uint8Array, at: number, delta: number, n: number): number {
  b[at] = ((delta < 13 ? delta : delta < 269 ? 13 : 14) << 4) | (n < 13 ? n : n < 269 ? 13 : 14);
  return putExtended(b, putExtended(b, at + 1, delta), n);
}
