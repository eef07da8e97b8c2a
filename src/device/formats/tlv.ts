/** OMA TLV (Content-Format 11542): LwM2M 1.0.2 section 6.4.3. */
import { FEATURE_UNICODE } from '../features';
import { place, putInt, settle } from '../wire/numbers';
import type { Window } from '../wire/numbers';

export const TLV_OBJECT_INSTANCE = 0;
export const TLV_RESOURCE_INSTANCE = 64;
export const TLV_MULTIPLE = 128;
export const TLV_RESOURCE = 192;

/** One decoded head. */
export interface Tlv {
  /** One of TLV_…. */
  _kind: number;
  /** Identifier, 0 to 65535. */
  _id: number;
  /** Offset of the value. */
  _value: number;
}

/** Bytes of an item with identifier `id` and a value of `n` bytes. */
export function sizeTlv(id: number, n: number): number {
  return n + (id > 255 ? 3 : 2) + (n < 8 ? 0 : n < 256 ? 1 : n < 65536 ? 2 : 3);
}

/** Writes the head of an item whose value has `n` bytes. Returns the offset of the value. */
export function putTlv(w: Window, at: number, kind: number, id: number, n: number): number {
  const b = w._b;
  // On Espruino: 100 k instructions; the general path needs 250 k.
  if (!FEATURE_UNICODE && n < 256 && id < 256 && at >= w._lo && at + 3 <= w._hi) {
    b[at] = kind | (n < 8 ? n : 8);
    b[at + 1] = id;
    if (n < 8) return at + 2;
    b[at + 2] = n;
    return at + 3;
  }
  const size = sizeTlv(id, n) - n;
  const from = place(w, at, size);
  const i = putInt(b, from + 1, id, id > 255 ? 2 : 1);
  const more = from + size - i;
  b[from] = kind | (id > 255 ? 32 : 0) | (more ? more << 3 : n);
  putInt(b, i, n, more);
  return settle(w, at, from, size);
}

/** Reads the head at `at` of an item that must end by `end`. May read 6 bytes past `end`, which `b` must have. Returns the offset behind its value, or -1. */
export function takeTlv(t: Tlv, b: Uint8Array, at: number, end: number): number {
  const x = b[at];
  let more = (x >> 3) & 3;
  let n = more ? 0 : x & 7;
  t._kind = x & 192;
  at++;
  t._id = b[at];
  at++;
  if (x & 32) {
    t._id = (t._id << 8) | b[at];
    at++;
  }
  for (; more; more--) {
    n = (n << 8) | b[at];
    at++;
  }
  t._value = at;
  return at + n > end ? -1 : at + n;
}
