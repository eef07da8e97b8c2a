/** Strings as UTF-8. On engines whose strings are bytes (FEATURE_UNICODE off) they already are. */
import { FEATURE_UNICODE } from '../features';
import type { Window } from './numbers';

/** Writes one byte where the window shows it. Returns at + 1. */
export function putByte(w: Window, at: number, v: number): number {
  if (at >= w._lo && at < w._hi) w._b[at] = v;
  return at + 1;
}

/** The character that starts at `i`, which is not ASCII, as its code point. Half a surrogate pair has no UTF-8: it is U+FFFD, as for every encoder of the web (WHATWG Encoding 8.2.2). */
function takeCharacter(s: string, i: number): number {
  const x = s.charCodeAt(i);
  const y = s.charCodeAt(i + 1);
  return x >> 11 !== 27 ? x : x < 56320 && y >> 10 === 55 ? (x << 10) + y - 56613888 : 65533;
}

/** Bytes of `s` as UTF-8. */
export function sizeString(s: string): number {
  let n = s.length;
  if (FEATURE_UNICODE)
    for (let i = 0, x; i < s.length; i++) {
      x = s.charCodeAt(i);
      if (x > 127) {
        // Both halves of a pair are counted already.
        n += x > 2047 ? 2 : 1;
        if (takeCharacter(s, i) > 65535) i++;
      }
    }
  return n;
}

/** Writes `s` as UTF-8, as many bytes as sizeString says. Returns the offset behind. */
export function putString(w: Window, at: number, s: string): number {
  const n = s.length;
  if (!FEATURE_UNICODE) {
    // Espruino: `set` takes the bytes of a string, a fortieth of the work of a loop.
    const from = at < w._lo ? w._lo - at : 0;
    const to = at + n > w._hi ? w._hi - at : n;
    if (from < to) w._b.set(s.slice(from, to) as unknown as Uint8Array, at + from);
    return at + n;
  }
  for (let i = 0, x; i < n; i++) {
    x = s.charCodeAt(i);
    if (x > 127) {
      x = takeCharacter(s, i);
      if (x > 65535) {
        i++;
        at = putByte(w, at, (x >> 18) | 240);
        at = putByte(w, at, ((x >> 12) & 63) | 128);
      } else if (x > 2047) at = putByte(w, at, (x >> 12) | 224);
      at = putByte(w, at, x > 2047 ? ((x >> 6) & 63) | 128 : (x >> 6) | 192);
      x = (x & 63) | 128;
    }
    at = putByte(w, at, x);
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
