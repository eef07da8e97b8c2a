/** Values in TLV and opaque payloads, encoded by the type of the resource: LwM2M 1.0.2 appendix C. */
import { FEATURE_BLOCK2, FEATURE_RARE_TYPES, FEATURE_UNICODE } from '../features';
import { place, putBytes, putFloat, putInt, settle, sizeFloat, takeBytes, takeFloat, takeUint } from '../wire/numbers';
import type { Bytes, Window } from '../wire/numbers';
import { putString, sizeString, takeString } from '../wire/string';
import { putTlv, sizeTlv, TLV_MULTIPLE, TLV_RESOURCE_INSTANCE } from './tlv';
import { TYPE_BOOLEAN, TYPE_FLOAT, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_STRING, TYPE_TEXT, TYPE_UNSIGNED } from './types';

/**
 * One value: String and Corelnk a string; Integer, Unsigned, Float a number; Boolean a boolean; Time seconds since 1970; Objlnk
 * "object:instance"; Opaque bytes. An Integer or Unsigned beyond ±(2^53 - 1) is its eight bytes, big-endian: never rounded.
 */
export type Value = string | number | boolean | Bytes;

/** The values of a resource with several instances, by instance id. */
export type Multiple = Value[] | { [instance: string]: Value };

/** Returns an object link "3:0" as 32 bits; -1 for anything else. */
function takeLink(s: string): number {
  const colon = s.indexOf(':');
  const object = +s.slice(0, colon);
  const instance = +s.slice(colon + 1);
  // Number() also accepts blanks, signs and hexadecimal. None of these is spelled as it prints.
  return (object & 65535) === object && (instance & 65535) === instance && object + ':' + instance === s ? object * 65536 + instance : -1;
}

/**
 * Returns the encoded length of `v` in bytes; -1 for anything that is not a value of this type. Integers take 1, 2, 4 or 8; an unsigned one takes
 * the next size when its top bit would be set, as Leshan reads it as signed.
 */
export function sizeValue(type: number, v: Value): number {
  const kind = typeof v;
  let x = v as number;
  if ((type & TYPE_TEXT) === TYPE_STRING) return kind === 'string' ? sizeString(v as string) : -1;
  if (type === TYPE_BOOLEAN) return kind === 'boolean' ? 1 : -1;
  if (FEATURE_RARE_TYPES) {
    if (type === TYPE_OBJLNK) return kind === 'string' && takeLink(v as string) >= 0 ? 4 : -1;
    if (kind === 'object' && v && type !== TYPE_FLOAT && (v as Bytes).subarray) {
      x = (v as Bytes).length;
      return x === 8 || (type === TYPE_OPAQUE && x >= 0 && x < 16777216 && x === Math.floor(x)) ? x : -1;
    }
  }
  if (kind !== 'number' || type === TYPE_OPAQUE) return -1;
  if (type === TYPE_FLOAT) return x - x === 0 ? sizeFloat(x) : -1;
  if (x !== Math.floor(x)) return -1;
  if (x < 0) x = type === TYPE_UNSIGNED ? Infinity : -1 - x;
  return x < 128 ? 1 : x < 32768 ? 2 : x < 2147483648 ? 4 : x < 9007199254740992 ? 8 : -1;
}

/** Returns the value in the bytes [at, end), or undefined when they are not of this type. */
export function takeValue(type: number, b: Uint8Array, at: number, end: number): Value | undefined {
  const n = end - at;
  let v = type !== TYPE_UNSIGNED && b[at] > 127 ? -1 : 0;
  if ((type & TYPE_TEXT) === TYPE_STRING) return takeString(b, at, end);
  if (FEATURE_RARE_TYPES && type === TYPE_OPAQUE) return takeBytes(b, at, end);
  if (type === TYPE_FLOAT) {
    v = n === 4 || n === 8 ? takeFloat(b, at, n) : NaN;
    // As in text: NaN and infinities are not values.
    return v - v === 0 ? v : undefined;
  }
  if (type === TYPE_BOOLEAN) return n === 1 && b[at] < 2 ? b[at] > 0 : undefined;
  if (FEATURE_RARE_TYPES && type === TYPE_OBJLNK) return n === 4 ? takeUint(b, at, 2) + ':' + takeUint(b, at + 2, 2) : undefined;
  // Lengths 1, 2, 4 and 8.
  if (n < 1 || n > 8 || n & (n - 1)) return undefined;
  for (let i = at; i < end; i++) v = v * 256 + b[i];
  return FEATURE_RARE_TYPES && (v > 9007199254740991 || v < -9007199254740991) ? takeBytes(b, at, end) : v;
}

/** An offset outside every window: writing there only counts bytes. */
export const FAR = 1e9;

/** Writes a value of a resource (TLV_RESOURCE) or resource instance (TLV_RESOURCE_INSTANCE) as TLV. Returns the offset behind; writes nothing and returns `at` when `v` is not of its type. */
export function putOne(w: Window, at: number, kind: number, id: number, type: number, v: Value): number {
  const b = w._b;
  const text = !FEATURE_UNICODE && type === TYPE_STRING && typeof v === 'string';
  const n = text ? (v as string).length : sizeValue(type, v);
  if (n < 0) return at;
  if (FEATURE_BLOCK2 && w._sum! >= 0) {
    // Bytes of it behind the last block edge.
    let behind = (at + sizeTlv(id, n) - w._lo) & (w._hi - w._lo - 1);
    let x = behind && behind < n && at < FAR && typeof v === 'number' ? v : 0;
    if (type === TYPE_FLOAT) x *= 65536;
    else for (; behind && x; behind--) x = Math.floor(x / 256);
    w._sum = (w._sum! * 31 + n + x * 997) & 65535;
  }
  // The common case: a short head, all inside the window. Without this path Espruino needs 19.3 M instructions for a Read of /3/0
  // (14 resources), with it 11.3 M. Other engines omit it to save bytes.
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
  if (typeof v === 'string' && !(FEATURE_RARE_TYPES && type === TYPE_OBJLNK)) return putString(w, at, v);
  if (FEATURE_RARE_TYPES && typeof v === 'object') return putBytes(w, at, v);
  const from = place(w, at, n);
  if (type === TYPE_FLOAT) putFloat(b, from, v as number, n);
  else putInt(b, from, FEATURE_RARE_TYPES && type === TYPE_OBJLNK ? takeLink(v as string) : +(v as number), n);
  return settle(w, at, from, n);
}

/** Writes the instances of a multiple resource. Returns the offset behind; -1 when a value or an id is invalid. */
export function putInstances(w: Window, at: number, type: number, v: Multiple): number {
  const list = v as Value[];
  let from;
  let k;
  if (typeof v !== 'object' || !v) return -1;
  // On V8 counting takes a fifth of the time of for-in, and most lists are arrays.
  if (list.length >= 0)
    for (k = 0; k < list.length; k++) {
      from = at;
      at = putOne(w, at, TLV_RESOURCE_INSTANCE, k, type, list[k]);
      if (at === from || k > 65535) return -1;
    }
  else
    for (k in list) {
      from = at;
      at = putOne(w, at, TLV_RESOURCE_INSTANCE, +k, type, list[k]);
      if (at === from || '' + (+k & 65535) !== '' + k) return -1;
    }
  return at;
}

/** Writes a multiple resource as TLV. Returns the offset behind; writes nothing and returns `at` when a value or an id is invalid. */
export function putMultiple(w: Window, at: number, id: number, type: number, v: Multiple): number {
  const n = putInstances(w, FAR, type, v) - FAR;
  return n < 0 ? at : putInstances(w, putTlv(w, at, TLV_MULTIPLE, id, n), type, v);
}
