/** Single values as text/plain (Content-Format 0): LwM2M 1.0.2 section 6.4.1 and appendix C. */
import { FEATURE_BASE64, FEATURE_RARE_TYPES } from '../features';
import type { Bytes, Window } from './numbers';
import { putByte, putDigits, putString, takeString } from './string';
import { TYPE_BOOLEAN, TYPE_FLOAT, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_UNSIGNED } from './types';
import { isString } from './value';
import type { Value } from './value';

function digitOf64(x: number): number {
  return x < 26 ? x + 65 : x < 52 ? x + 71 : x < 62 ? x - 4 : x < 63 ? 43 : 47;
}

function valueOf64(x: number): number {
  return x > 96 && x < 123 ? x - 71 : x > 64 && x < 91 ? x - 65 : x > 47 && x < 58 ? x + 4 : x === 43 ? 62 : x === 47 ? 63 : -1;
}

/** Writes base64, standard alphabet, padded (RFC 4648 4). Returns the offset behind. */
export function putBase64(w: Window, at: number, v: Bytes): number {
  const n = v.length;
  const b = v.subarray(0, n);
  for (let i = 0, x; i < n; i += 3) {
    x = (b[i] << 16) | ((i + 1 < n ? b[i + 1] : 0) << 8) | (i + 2 < n ? b[i + 2] : 0);
    at = putByte(w, at, digitOf64(x >> 18));
    at = putByte(w, at, digitOf64((x >> 12) & 63));
    at = putByte(w, at, i + 1 < n ? digitOf64((x >> 6) & 63) : 61);
    at = putByte(w, at, i + 2 < n ? digitOf64(x & 63) : 61);
  }
  return at;
}

/** The bytes that the base64 text in [at, end) stands for, or undefined when it is not padded base64. */
export function takeBase64(b: Uint8Array, at: number, end: number): Uint8Array | undefined {
  let n = end - at;
  let x = 0;
  let d;
  if (n & 3) return undefined;
  const pad = n && b[end - 1] === 61 ? (b[end - 2] === 61 ? 2 : 1) : 0;
  const v = new Uint8Array((n / 4) * 3 - pad);
  let i = 0;
  for (n = 1; at < end; n++) {
    d = at < end - pad ? valueOf64(b[at]) : 0;
    if (d < 0) return undefined;
    x = (x << 6) | d;
    if (!(n & 3))
      for (d = 16; d >= 0; d -= 8) {
        if (i < v.length) v[i] = x >> d;
        i++;
      }
    at++;
  }
  return v;
}

/** Writes `v`. Returns the offset behind, or -1 for what has no text: an integer that a double cannot hold. */
export function putText(w: Window, at: number, type: number, v: Value): number {
  if (FEATURE_RARE_TYPES && typeof v === 'object') return FEATURE_BASE64 && type === TYPE_OPAQUE ? putBase64(w, at, v) : -1;
  if (type === TYPE_BOOLEAN) v = v ? 1 : 0;
  return typeof v === 'number' && v >= 0 && v < 9007199254740992 && v === Math.floor(v) ? putDigits(w, at, v) : putString(w, at, '' + v);
}

// The decimal number in [at, end), digits only; -1 for anything else and above 2^53 - 1.
function takeDigits(b: Uint8Array, at: number, end: number): number {
  let v = at < end ? 0 : -1;
  for (; at < end && v >= 0; at++) {
    v = b[at] > 47 && b[at] < 58 ? v * 10 + b[at] - 48 : -1;
    if (v > 9007199254740991) v = -1;
  }
  return v;
}

/** The number in the text [at, end), decimal, with fraction and exponent where `float`; undefined for anything else. */
export function takeNumber(b: Uint8Array, at: number, end: number, float: boolean): number | undefined {
  const minus = b[at] === 45 && at < end ? 1 : 0;
  let v = takeDigits(b, at + minus, end);
  if (v >= 0) return minus ? -v : v;
  if (!float || at === end) return undefined;
  for (let i = at; i < end; i++) if ((b[i] < 48 || b[i] > 57) && b[i] !== 45 && b[i] !== 46 && (b[i] !== 43 || i === at) && (b[i] | 32) !== 101) return undefined;
  v = +takeString(b, at, end)!;
  return v - v === 0 ? v : undefined;
}

/** The value in the text [at, end), or undefined when it is none of this type. */
export function takeText(type: number, b: Uint8Array, at: number, end: number): Value | undefined {
  let v: number | undefined;
  if (isString(type)) return takeString(b, at, end);
  if (FEATURE_RARE_TYPES) {
    if (type === TYPE_OPAQUE) return FEATURE_BASE64 ? takeBase64(b, at, end) : undefined;
    if (type === TYPE_OBJLNK) {
      let i = at;
      while (i < end && b[i] !== 58) i++;
      v = takeDigits(b, at, i);
      i = takeDigits(b, i + 1, end);
      return v < 0 || i < 0 || v > 65535 || i > 65535 ? undefined : v + ':' + i;
    }
  }
  v = takeNumber(b, at, end, type === TYPE_FLOAT);
  if (type === TYPE_BOOLEAN) return v === 0 || v === 1 ? (end - at === 1 ? v > 0 : undefined) : undefined;
  return type === TYPE_UNSIGNED && v! < 0 ? undefined : v;
}
