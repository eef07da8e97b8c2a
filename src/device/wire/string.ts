/** Strings as UTF-8. On engines whose strings are bytes (FEATURE_UNICODE off) they already are. */
import { FEATURE_UNICODE } from '../features';
import { putByte } from './numbers';
import type { Window } from './numbers';

// An empty window: writing there only counts bytes.
const NOWHERE = { _lo: 0, _hi: 0 } as Window;

/** Bytes of `s` as UTF-8. */
export function sizeString(s: string): number {
  return FEATURE_UNICODE ? putString(NOWHERE, 0, s) : s.length;
}

/** Writes `s` as UTF-8. A lone surrogate becomes U+FFFD, as in every encoder of the web (WHATWG Encoding 8.2.2). Returns the offset behind. */
export function putString(w: Window, at: number, s: string): number {
  const n = s.length;
  if (!FEATURE_UNICODE) {
    // Espruino: `set` copies the bytes of a string, with a fortieth of the work of a loop.
    const from = at < w._lo ? w._lo - at : 0;
    const to = at + n > w._hi ? w._hi - at : n;
    if (from < to) w._b.set(s.slice(from, to) as unknown as Uint8Array, at + from);
    return at + n;
  }
  for (let i = 0, x, y, more; i < n; i++) {
    x = s.charCodeAt(i);
    if (x >> 11 === 27) {
      y = s.charCodeAt(i + 1);
      if (x < 56320 && y >> 10 === 55) {
        x = (x << 10) + y - 56613888;
        i++;
      } else x = 65533;
    }
    more = x > 65535 ? 3 : x > 2047 ? 2 : x > 127 ? 1 : 0;
    // The buffer drops the bits above a byte.
    at = putByte(w, at, more ? (32640 >> more) | (x >> (more * 6)) : x);
    while (more) {
      more--;
      at = putByte(w, at, ((x >> (more * 6)) & 63) | 128);
    }
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
    // In pieces: each argument costs a JsVar during the call.
    for (let piece; at < end; at += 16) {
      piece = String.fromCharCode.apply(null, b.subarray(at, at + 16 < end ? at + 16 : end) as unknown as number[]);
      s += piece;
    }
    return s;
  }
  for (let x, n, least; at < end; at++) {
    x = b[at];
    if (x > 127) {
      n = x < 224 ? 1 : x < 240 ? 2 : 3;
      // An overlong form is below this.
      least = 1 << (n < 2 ? 7 : n * 5 + 1);
      if (x < 192 || x > 247) return undefined;
      x &= 63 >> n;
      for (; n; n--) {
        if (b[++at] >> 6 !== 2) return undefined;
        x = (x << 6) | (b[at] & 63);
      }
      if (at >= end || x < least || x >> 11 === 27 || x > 1114111) return undefined;
      if (x > 65535) {
        s += String.fromCharCode((x >> 10) + 55232);
        x = (x & 1023) | 56320;
      }
    }
    s += String.fromCharCode(x);
  }
  return s;
}
