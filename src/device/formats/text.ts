/** Single values as text/plain (Content-Format 0): LwM2M 1.0.2 section 6.4.1 and appendix C. */
import { FEATURE_BASE64, FEATURE_RARE_TYPES, FEATURE_WIDE_TEXT } from '../features';
import { putByte } from '../wire/numbers';
import type { Bytes, Window } from '../wire/numbers';
import { putDigits, putString, takeString } from '../wire/string';
import { TYPE_BOOLEAN, TYPE_FLOAT, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_STRING, TYPE_TEXT, TYPE_UNSIGNED } from './types';
import type { Value } from './value';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Writes base64, standard alphabet, padded (RFC 4648 4). Returns the offset behind. */
export function putBase64(w: Window, at: number, v: Bytes): number {
  const n = v.length;
  const b = v.subarray(0, n);
  for (let i = 0, k, x; i < n; i += 3) {
    x = (b[i] << 16) | (b[i + 1] << 8) | b[i + 2];
    for (k = 0; k < 4; k++) at = putByte(w, at, i + k > n ? 61 : ALPHABET.charCodeAt((x >> (18 - 6 * k)) & 63));
  }
  return at;
}

/** Returns the bytes of the base64 text in [at, end), or undefined when it is not padded base64. */
export function takeBase64(b: Uint8Array, at: number, end: number): Uint8Array | undefined {
  const n = end - at;
  const pad = n && b[end - 1] === 61 ? (b[end - 2] === 61 ? 2 : 1) : 0;
  let x = 0;
  let bits = 0;
  let i = 0;
  let d;
  if (n & 3) return undefined;
  const v = new Uint8Array((n / 4) * 3 - pad);
  for (end -= pad; at < end; at++) {
    d = ALPHABET.indexOf(takeString(b, at, at + 1)!);
    if (d < 0) return undefined;
    x = (x << 6) | d;
    bits += 6;
    if (bits > 7) {
      bits -= 8;
      v[i] = x >> bits;
      i++;
    }
  }
  return v;
}

// Multiplies the digits `v`, in `base`, by `factor` and adds `x`. Returns the carry. In base 256 by -1: two's complement.
function scale(v: Uint8Array, base: number, factor: number, x: number): number {
  for (let i = v.length; i; ) {
    i--;
    x += v[i] * factor;
    v[i] = x % base;
    x = Math.floor(x / base);
  }
  return x;
}

// Writes an integer beyond double precision, given as bytes.
function putWide(w: Window, at: number, type: number, v: Bytes): number {
  const b = v.subarray(0, 8);
  const digits = new Uint8Array(20);
  const minus = type !== TYPE_UNSIGNED && b[0] > 127 ? 1 : 0;
  let i;
  if (minus) at = putByte(w, at, 45);
  for (i = 0; i < 8; i++) scale(digits, 10, 256, minus ? 255 - b[i] : b[i]);
  scale(digits, 10, 1, minus);
  i = 0;
  while (i < 19 && !digits[i]) i++;
  for (; i < 20; i++) at = putByte(w, at, digits[i] + 48);
  return at;
}

// Returns the bytes of the integer in the text [at, end), or undefined when it is not an integer of 64 bits.
function takeWide(type: number, b: Uint8Array, at: number, end: number): Uint8Array | undefined {
  const v = new Uint8Array(8);
  const minus = b[at] === 45;
  if (minus) at++;
  if (at >= end) return undefined;
  for (; at < end; at++) if (b[at] < 48 || b[at] > 57 || scale(v, 256, 10, b[at] - 48)) return undefined;
  if (minus) scale(v, 256, -1, 0);
  return minus !== (type !== TYPE_UNSIGNED && v[0] > 127) ? undefined : v;
}

// Rewrites a number without its exponent: some servers do not read exponents.
function expand(s: string): string {
  const e = s.indexOf('e');
  const dot = s.indexOf('.');
  const from = s.charCodeAt(0) === 45 ? 1 : 0;
  let digits = s.slice(from, e).replace('.', '');
  // Digits before the point.
  let whole = +s.slice(e + 1) + (dot < 0 ? e : dot) - from;
  for (; whole < 1; whole++) digits = '0' + digits;
  while (digits.length < whole) digits += '0';
  return s.slice(0, from) + digits.slice(0, whole) + (whole < digits.length ? '.' + digits.slice(whole) : '');
}

/** Writes `v`. Returns the offset behind. */
export function putText(w: Window, at: number, type: number, v: Value): number {
  if ((FEATURE_WIDE_TEXT || FEATURE_BASE64) && typeof v === 'object') return FEATURE_WIDE_TEXT && !(FEATURE_BASE64 && type === TYPE_OPAQUE) ? putWide(w, at, type, v) : putBase64(w, at, v);
  if (type === TYPE_BOOLEAN) v = v ? 1 : 0;
  // Engines print large integers with an exponent, or rounded. Espruino throws when a long string is compared with a number.
  if (typeof v === 'number' && v > 2147483647 && v < 9007199254740992 && v === Math.floor(v)) return putDigits(w, at, v);
  let s = '' + v;
  if (FEATURE_WIDE_TEXT && type === TYPE_FLOAT && s.indexOf('e') > 0) s = expand(s);
  return putString(w, at, s);
}

/** Returns the decimal number in [at, end), digits only; -1 for anything else and above 2^53 - 1. */
export function takeDigits(b: Uint8Array, at: number, end: number): number {
  let v = at < end ? 0 : -1;
  for (; at < end && v >= 0; at++) {
    v = b[at] > 47 && b[at] < 58 ? v * 10 + (b[at] - 48) : -1;
    if (v > 9007199254740991) v = -1;
  }
  return v;
}

/** Returns the decimal number in the text [at, end), with fraction and exponent if `float`; undefined for anything else. */
export function takeNumber(b: Uint8Array, at: number, end: number, float: boolean): number | undefined {
  const minus = b[at] === 45;
  const from = minus ? at + 1 : at;
  let v = takeDigits(b, from, end);
  // Refuse what Number() adds: Infinity, 0x…, blanks (some are UTF-8), a second sign.
  if (v < 0)
    v = !float || from >= end || b[from] > 57 || b[from] < 46 || b[end - 1] > 57 || b[end - 1] < 46 || (b[from + 1] > 57 && (b[from + 1] | 32) !== 101) ? NaN : +takeString(b, from, end)!;
  return v - v !== 0 ? undefined : minus ? -v : v;
}

/** Returns the value in the text [at, end), or undefined when it is not of this type. */
export function takeText(type: number, b: Uint8Array, at: number, end: number): Value | undefined {
  let v: number | undefined;
  if ((type & TYPE_TEXT) === TYPE_STRING) return takeString(b, at, end);
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
  if (type === TYPE_BOOLEAN) return end - at === 1 && v! < 2 ? v! > 0 : undefined;
  if (FEATURE_WIDE_TEXT && v === undefined && type !== TYPE_FLOAT) return takeWide(type, b, at, end);
  return type === TYPE_UNSIGNED && v! < 0 ? undefined : v;
}
