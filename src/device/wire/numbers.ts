/** Numbers and bytes in big-endian order, and the window through which every encoder writes. */
import { FEATURE_PRELOAD } from '../features';

/**
 * The wanted part of an encoding. Encoders take virtual offsets and store only bytes in [_lo, _hi), so that any block of a
 * representation (RFC 7959) can be written without a buffer for the whole. The 16 bytes from _hi on are scratch.
 */
export interface Window {
  _b: Uint8Array;
  _lo: number;
  _hi: number;
  /**
   * For TLV in blocks: a checksum of the lengths of all values, and of the part of a number before a block edge that it crosses; absent or -1
   * when not needed. Values may change between blocks, and no client must assemble parts of two representations.
   */
  _sum?: number;
}

// Scratch for IEEE 754: eight bytes, meaningless between calls. Passing it through every encoder would cost a parameter each
// (one JsVar per function), and MicroQuickJS has no DataView.
let f64 = FEATURE_PRELOAD ? (undefined as unknown as Float64Array) : /*@__PURE__*/ new Float64Array(1);
let f32 = FEATURE_PRELOAD ? (undefined as unknown as Float32Array) : /*@__PURE__*/ new Float32Array(f64.buffer);
let f8 = FEATURE_PRELOAD ? (undefined as unknown as Uint8Array) : /*@__PURE__*/ new Uint8Array(f64.buffer);

/** FEATURE_PRELOAD: allocates the scratch of floats in RAM. Idempotent. */
export function makeScratch(): void {
  f64 = new Float64Array(1);
  f32 = new Float32Array(f64.buffer);
  f8 = new Uint8Array(f64.buffer);
}

/** Writes `v` in `n` bytes, two's complement; exact within ±2^53. Returns the offset behind. */
export function putInt(b: Uint8Array, at: number, v: number, n: number): number {
  if (n > 4) {
    at = putInt(b, at, Math.floor(v / 4294967296), n - 4);
    n = 4;
  }
  for (n *= 8; n; ) {
    n -= 8;
    b[at] = v >> n;
    at++;
  }
  return at;
}

/** The unsigned number in the `n` bytes from `at`; 0 for none. Exact below 2^53. */
export function takeUint(b: Uint8Array, at: number, n: number): number {
  let v = 0;
  for (n += at; at < n; at++) v = v * 256 + b[at];
  return v;
}

/** Bytes of the shortest TLV float (4 or 8) that holds the finite `v` exactly. */
export function sizeFloat(v: number): number {
  f32[0] = v;
  return f32[0] === v ? 4 : 8;
}

/** Writes `v` as IEEE 754 binary32 (`n` = 4) or binary64 (`n` = 8), big-endian. Returns the offset behind. */
export function putFloat(b: Uint8Array, at: number, v: number, n: number): number {
  if (n > 4) f64[0] = v;
  else f32[0] = v;
  while (n) {
    b[at] = f8[--n];
    at++;
  }
  return at;
}

/** The IEEE 754 number in the `n` bytes (4 or 8) from `at`. */
export function takeFloat(b: Uint8Array, at: number, n: number): number {
  const end = at + n;
  for (let i = n; at < end; at++) f8[--i] = b[at];
  return n > 4 ? f64[0] : f32[0];
}

/** Returns where to write `n` ≤ 16 bytes that belong at `at`: there, or the scratch when they are not all inside the window. */
export function place(w: Window, at: number, n: number): number {
  return at < w._lo || at + n > w._hi ? w._hi : at;
}

/** Writes one byte if it is inside the window. Returns at + 1. */
export function putByte(w: Window, at: number, v: number): number {
  if (at >= w._lo && at < w._hi) w._b[at] = v;
  return at + 1;
}

/** Copies what `place` staged at `from` into the window. Returns at + n. */
export function settle(w: Window, at: number, from: number, n: number): number {
  if (from === at) return at + n;
  for (n += at; at < n; from++) at = putByte(w, at, w._b[from]);
  return at;
}

/** Bytes with a length and access to any part: a Uint8Array, or a stream that produces them on demand. */
export interface Bytes {
  /** Number of bytes. */
  length: number;
  /** Returns bytes [from, to); valid until the next call. */
  subarray(from: number, to: number): Uint8Array;
}

/** Writes the part of `v` inside the window. Returns at + v.length. */
export function putBytes(w: Window, at: number, v: Bytes): number {
  const from = at < w._lo ? w._lo - at : 0;
  const to = at + v.length > w._hi ? w._hi - at : v.length;
  if (from < to) w._b.set(v.subarray(from, to), at + from);
  return at + v.length;
}

/** A copy of the bytes [at, end). */
export function takeBytes(b: Uint8Array, at: number, end: number): Uint8Array {
  const v = new Uint8Array(end - at);
  v.set(b.subarray(at, end));
  return v;
}
