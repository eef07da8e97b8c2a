/** Strings as UTF-8. On engines whose strings are bytes (FEATURE_UNICODE off) they already are. */
import { FEATURE_UNICODE } from '../features';
import type { Window } from './numbers';

/** Writes one byte where the window shows it. Returns at + 1. */
export function putByte(w: Window, at: number, v: number): number {
  if (at >= w._lo && at < w._hi) w._b[at] = v;
  return at + 1;
}

/** Bytes of `s` as UTF-8. */
export function sizeString(s: string): number {
  let n = s.length;
  if (FEATURE_UNICODE)
    for (let i = s.length, x; i--; ) {
      x = s.charCodeAt(i);
      // A surrogate pair is 4 bytes: 2 for each half.
      if (x > 127) n += x > 2047 && (x < 55296 || x > 57343) ? 2 : 1;
    }
  return n;
}

/** Writes `s` as UTF-8. Returns the offset behind. */
export function putString(w: Window, at: number, s: string): number {
  const n = s.length;
  if (!FEATURE_UNICODE) {
    // Espruino: `set` takes the bytes of a string, a fortieth of the work of a loop.
    const from = at < w._lo ? w._lo - at : 0;
    const to = at + n > w._hi ? w._hi - at : n;
    if (from < to) w._b.set(s.slice(from, to) as unknown as Uint8Array, at + from);
    return at + n;
  }
  const inside = at >= w._lo && at + n * 3 <= w._hi;
  for (let i = 0, x, y; i < n; i++) {
    x = s.charCodeAt(i);
    if (FEATURE_UNICODE && x > 127) {
      if (x > 2047) {
        y = x < 55296 || x > 57343 ? 0 : x < 56320 ? s.charCodeAt(++i) : 1;
        if (y) {
          // Half a pair has no UTF-8: two question marks keep the length that sizeString promised.
          if (y < 56320 || y > 57343 || y !== y) {
            at = putByte(w, at, 63);
            at = putByte(w, at, 63);
            if (y > 1) i--;
            continue;
          }
          x = (x << 10) + y - 56613888;
          at = putByte(w, at, (x >> 18) | 240);
          at = putByte(w, at, ((x >> 12) & 63) | 128);
        } else at = putByte(w, at, (x >> 12) | 224);
        at = putByte(w, at, ((x >> 6) & 63) | 128);
      } else at = putByte(w, at, (x >> 6) | 192);
      x = (x & 63) | 128;
    }
    if (inside) {
      w._b[at] = x;
      at++;
    } else at = putByte(w, at, x);
  }
  return at;
}

/** Writes the decimal digits of an integer from 0 to 2^53 - 1. Returns the offset behind. */
export function putDigits(w: Window, at: number, v: number): number {
  if (v > 9) at = putDigits(w, at, Math.floor(v / 10));
  return putByte(w, at, (v % 10) + 48);
}

/** The string in [at, end), or undefined when it is not UTF-8 (RFC 3629). */
export function takeString(b: Uint8Array, at: number, end: number): string | undefined {
  let s = '';
  if (!FEATURE_UNICODE) {
    // In pieces: each argument takes a JsVar while it lasts.
    for (let piece; at < end; at += 16) {
      piece = String.fromCharCode.apply(null, b.subarray(at, at + 16 < end ? at + 16 : end) as unknown as number[]);
      s += piece;
    }
    return s;
  }
  for (let x, n; at < end; at++) {
    x = b[at];
    if (FEATURE_UNICODE && x > 127) {
      n = x < 194 || x > 244 ? 9 : x < 224 ? 1 : x < 240 ? 2 : 3;
      if (n > 3 || at + n >= end) return undefined;
      x &= 63 >> n;
      // An overlong form, half a surrogate pair, or more than U+10FFFF shows in the second byte.
      if (n > 1 && ((x << 6) | (b[at + 1] & 63)) < (n > 2 ? 16 : 32)) return undefined;
      for (; n; n--) {
        if (b[++at] >> 6 !== 2) return undefined;
        x = (x << 6) | (b[at] & 63);
      }
      if ((x > 55295 && x < 57344) || x > 1114111) return undefined;
      if (x > 65535) {
        s += String.fromCharCode((x >> 10) + 55232);
        x = (x & 1023) | 56320;
      }
    }
    s += String.fromCharCode(x);
  }
  return s;
}
