/** Values as TLV, CBOR-less binary and opaque carry them: LwM2M 1.0.2 appendix C, the type of the resource decides. */
import { FEATURE_RARE_TYPES, FEATURE_UNICODE } from '../features';
import { putBytes, putFloat, putInt, place, settle, sizeFloat, takeBytes, takeFloat, takeInt, takeUint } from './numbers';
import type { Bytes, Window } from './numbers';
import { putString, sizeString, takeString } from './string';
import { putTlv, sizeTlv, TLV_MULTIPLE, TLV_RESOURCE_INSTANCE } from './tlv';
import { TYPE_BOOLEAN, TYPE_FLOAT, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_STRING, TYPE_UNSIGNED, TYPE_CORELNK } from './types';

/**
 * One value: String and Corelnk a string; Integer, Unsigned, Float a number; Boolean a boolean; Time seconds since 1970; Objlnk
 * "object:instance"; Opaque bytes. An Integer or Unsigned beyond ±(2^53 - 1) is its eight bytes, big-endian: never rounded.
 */
export type Value = string | number | boolean | Bytes;

/** The values of a resource with several instances, by instance id. */
export type Multiple = Value[] | { [instance: string]: Value };

/** Is `type` written as text in every format? */
export function isString(type: number): boolean {
  return type === TYPE_STRING || (FEATURE_RARE_TYPES && type === TYPE_CORELNK);
}

/** Bytes of `v`. Integers take 1, 2, 4 or 8, one size more where the top bit of an unsigned one would be set, as Leshan reads those signed. */
export function sizeValue(type: number, v: Value): number {
  if (type === TYPE_FLOAT) return sizeFloat(v as number);
  if (type === TYPE_BOOLEAN) return 1;
  if (typeof v !== 'number') {
    if (isString(type)) return sizeString(v as string);
    if (FEATURE_RARE_TYPES) {
      if (type === TYPE_OBJLNK) return 4;
      if (typeof v === 'object') return v.length;
    }
  }
  if ((v as number) < 0) v = -1 - (v as number);
  return (v as number) < 128 ? 1 : (v as number) < 32768 ? 2 : (v as number) < 2147483648 ? 4 : 8;
}

/** Writes `v`, of which sizeValue said that it has `n` bytes. Returns the offset behind. */
export function putValue(w: Window, at: number, type: number, v: Value, n: number): number {
  if (isString(type)) return putString(w, at, v as string);
  if (FEATURE_RARE_TYPES && typeof v === 'object') return putBytes(w, at, v);
  const from = place(w, at, n);
  if (type === TYPE_FLOAT) putFloat(w._b, from, v as number, n);
  else if (FEATURE_RARE_TYPES && type === TYPE_OBJLNK) {
    putInt(w._b, from, parseInt(v as string, 10), 2);
    putInt(w._b, from + 2, parseInt((v as string).slice((v as string).indexOf(':') + 1), 10), 2);
  } else putInt(w._b, from, +(v as number), n);
  return settle(w, at, from, n);
}

/** The value in the bytes [at, end), or undefined when they are none of this type. */
export function takeValue(type: number, b: Uint8Array, at: number, end: number): Value | undefined {
  const n = end - at;
  let v: number;
  if (isString(type)) return takeString(b, at, end);
  if (FEATURE_RARE_TYPES && type === TYPE_OPAQUE) return takeBytes(b, at, end);
  if (type === TYPE_FLOAT) return n === 4 || n === 8 ? takeFloat(b, at, n) : undefined;
  if (type === TYPE_BOOLEAN) return n === 1 && b[at] < 2 ? b[at] > 0 : undefined;
  if (FEATURE_RARE_TYPES && type === TYPE_OBJLNK) return n === 4 ? takeUint(b, at, 2) + ':' + takeUint(b, at + 2, 2) : undefined;
  if (n !== 1 && n !== 2 && n !== 4 && n !== 8) return undefined;
  v = type === TYPE_UNSIGNED ? takeUint(b, at, n) : takeInt(b, at, n);
  return FEATURE_RARE_TYPES && (v > 9007199254740991 || v < -9007199254740991) ? takeBytes(b, at, end) : v;
}

/** Writes a value of a resource (TLV_RESOURCE) or resource instance (TLV_RESOURCE_INSTANCE) as TLV. Returns the offset behind. */
export function putOne(w: Window, at: number, kind: number, id: number, type: number, v: Value): number {
  const b = w._b;
  const text = !FEATURE_UNICODE && type === TYPE_STRING;
  const n = text ? (v as string).length : sizeValue(type, v);
  // Nearly always the head is short and all of it is inside: with the general way for everything Espruino needs 19.3 M instructions
  // for a Read of /3/0 (14 resources), so 11.3 M. Other engines do without, for the bytes.
  if (!FEATURE_UNICODE && at >= w._lo && at + n + 3 <= w._hi && n < 256 && id < 256) {
    b[at] = kind | (n < 8 ? n : 8);
    at++;
    b[at] = id;
    at++;
    if (n > 7) {
      b[at] = n;
      at++;
    }
    if (text) {
      b.set(v as unknown as Uint8Array, at);
      return at + n;
    }
    if (typeof v === 'number' && type !== TYPE_FLOAT) {
      if (n > 1) return putInt(b, at, v, n);
      b[at] = v;
      return at + 1;
    }
  } else if (at >= w._hi || at + n + 6 <= w._lo) return at + sizeTlv(id, n);
  else at = putTlv(w, at, kind, id, n);
  return putValue(w, at, type, v, n);
}

/** Writes a resource with several instances as TLV. Returns the offset behind. */
export function putMultiple(w: Window, at: number, id: number, type: number, v: Multiple): number {
  const list = v as Value[];
  const count = list.length;
  let n = 0;
  let size;
  let k;
  // Counting is a fifth of the time of for-in on V8, and most lists are arrays.
  if (count >= 0) {
    for (k = 0; k < count; k++) {
      size = sizeValue(type, list[k]);
      n += size < 8 && k < 256 ? size + 2 : sizeTlv(k, size);
    }
    at = putTlv(w, at, TLV_MULTIPLE, id, n);
    for (k = 0; k < count; k++) at = putOne(w, at, TLV_RESOURCE_INSTANCE, k, type, list[k]);
  } else {
    for (k in list) n += sizeTlv(+k, sizeValue(type, list[k]));
    at = putTlv(w, at, TLV_MULTIPLE, id, n);
    for (k in list) at = putOne(w, at, TLV_RESOURCE_INSTANCE, +k, type, list[k]);
  }
  return at;
}
