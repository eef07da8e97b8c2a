/**
 * The codecs with public names, for tests: what `wixt build` makes of the same sources can then be called by its parts. It goes
 * through the same chain as a board's bundle, and runs where those run.
 */
import { encodeBlock, offsetOf, szxOf } from '../../src/device/wire/block';
import { addUint } from '../../src/device/coap/endpoint';
import type { Endpoint } from '../../src/device/coap/endpoint';
import { decodeHeader, putHeader, putOption, takeOption } from '../../src/device/wire/coap';
import type { Message, Option } from '../../src/device/wire/coap';
import type { Bytes, Window } from '../../src/device/wire/numbers';
import { takeBytes, takeUint } from '../../src/device/wire/numbers';
import { takeArguments } from '../../src/device/lwm2m/management/execute';
import type { Arguments } from '../../src/device/lwm2m/model';
import { putText, takeText } from '../../src/device/formats/text';
import { putTlv, sizeTlv, takeTlv, TLV_RESOURCE, TLV_RESOURCE_INSTANCE } from '../../src/device/formats/tlv';
import type { Tlv } from '../../src/device/formats/tlv';
import { META_MULTIPLE, META_TYPE } from '../../src/device/formats/types';
import { takeUri } from '../../src/device/wire/uri';
import type { Authority } from '../../src/device/wire/uri';
import { putMultiple, putOne, sizeValue, takeValue } from '../../src/device/formats/value';
import type { Multiple, Value } from '../../src/device/formats/value';

export * from '../../src/device/index';

/** An option of a message, in the order of the datagram. */
export interface CodecOption {
  number: number;
  value: Uint8Array;
}

/** A CoAP message, taken apart. */
export interface CodecMessage {
  type: number;
  code: number;
  mid: number;
  token: Uint8Array;
  options: CodecOption[];
  payload: Uint8Array;
}

/** Reads the datagram b[0, end); `b` may go on behind it. Returns a negative ERROR_… for what is no message. */
export function decodeMessage(b: Uint8Array, end: number): CodecMessage | number {
  const m = { _number: 0 } as Message & Option;
  const options: CodecOption[] = [];
  let at = decodeHeader(m, b, end);
  let from;
  if (at < 0) return at;
  const token = takeBytes(b, 4, at);
  for (;;) {
    from = takeOption(m, b, at, end);
    if (from <= 0) break;
    at = from + m._length;
    options.push({ number: m._number, value: takeBytes(b, from, at) });
  }
  if (from < 0) return from;
  return { type: m._type, code: m._code, mid: m._mid, token: token, options: options, payload: takeBytes(b, m._length, end) };
}

/** Writes `m` from b[0] on. Returns its length. */
export function encodeMessage(m: CodecMessage, b: Uint8Array): number {
  let at = putHeader(b, m.type, m.token.length, m.code, m.mid);
  let last = 0;
  b.set(m.token, at);
  at += m.token.length;
  for (let i = 0; i < m.options.length; i++) {
    at = putOption(b, at, m.options[i].number - last, m.options[i].value.length);
    last = m.options[i].number;
    b.set(m.options[i].value, at);
    at += m.options[i].value.length;
  }
  if (m.payload.length) {
    b[at] = 255;
    b.set(m.payload, at + 1);
    at += 1 + m.payload.length;
  }
  return at;
}

/** Writes an option with an unsigned integer below 2^24, as the endpoint does. Returns the offset behind. */
export function encodeUint(b: Uint8Array, at: number, delta: number, v: number): number {
  const e = { _b: b, _end: at, _last: 0 } as unknown as Endpoint;
  addUint(e, delta, v);
  return e._end;
}

export function decodeUint(b: Uint8Array, at: number, n: number): number {
  return takeUint(b, at, n);
}

/** The value of a block option, as a number, for block `num` of `size` bytes. */
export function encodeBlockValue(num: number, more: boolean, size: number): number {
  return encodeBlock(num * size, more, szxOf(size));
}

export function decodeBlockValue(v: number): { num: number; more: boolean; size: number; offset: number } {
  return { num: v >> 4, more: (v & 8) > 0, size: 16 << (v & 7), offset: offsetOf(v) };
}

/** Where an encoder writes: b[lo, hi), with 16 bytes of scratch from `hi` on. */
function windowOf(b: Uint8Array, lo: number, hi: number): Window {
  return { _b: b, _lo: lo, _hi: hi };
}

/** Writes a resource as TLV. Returns the offset behind, inside the window or not. */
export function encodeResource(b: Uint8Array, lo: number, hi: number, at: number, id: number, meta: number, v: Value | Multiple): number {
  const w = windowOf(b, lo, hi);
  return meta & META_MULTIPLE ? putMultiple(w, at, id, meta & META_TYPE, v as Multiple) : putOne(w, at, TLV_RESOURCE, id, meta & META_TYPE, v as Value);
}

export function encodeResourceInstance(b: Uint8Array, lo: number, hi: number, at: number, id: number, meta: number, v: Value): number {
  return putOne(windowOf(b, lo, hi), at, TLV_RESOURCE_INSTANCE, id, meta & META_TYPE, v);
}

/** Writes the head of a TLV item whose value has `n` bytes. Returns the offset behind. */
export function encodeHead(b: Uint8Array, lo: number, hi: number, at: number, kind: number, id: number, n: number): number {
  return putTlv(windowOf(b, lo, hi), at, kind, id, n);
}

/** One TLV item: its value is b[value, end). */
export interface CodecTlv {
  kind: number;
  id: number;
  value: number;
  end: number;
}

/** Reads the item at `at`; undefined when it is cut. */
export function decodeItem(b: Uint8Array, at: number, end: number): CodecTlv | undefined {
  const t = {} as Tlv;
  end = takeTlv(t, b, at, end);
  return end < 0 ? undefined : { kind: t._kind, id: t._id, value: t._value, end: end };
}

export function decodeValue(type: number, b: Uint8Array, at: number, end: number): Value | undefined {
  return takeValue(type, b, at, end);
}

export function encodeValue(b: Uint8Array, lo: number, hi: number, at: number, type: number, v: Value): number {
  const n = sizeValue(type, v);
  // Behind a head that the window does not show.
  return n < 0 ? at : putOne(windowOf(b, lo > at ? lo : at, hi), at - (sizeTlv(0, n) - n), TLV_RESOURCE, 0, type, v);
}

export function decodeText(type: number, b: Uint8Array, at: number, end: number): Value | undefined {
  return takeText(type, b, at, end);
}

/** Returns the offset behind, -1 for what has no text. */
export function encodeText(b: Uint8Array, lo: number, hi: number, at: number, type: number, v: Value): number {
  return putText(windowOf(b, lo, hi), at, type, v);
}

/** Host and port of a server's URI; undefined when the URI is invalid. */
export function decodeServerUri(uri: string): { host: string; port: number } | undefined {
  const a = {} as Authority;
  return takeUri(a, uri) ? { host: a._host, port: a._port } : undefined;
}

export function decodeArguments(b: Uint8Array, at: number, end: number): Arguments | undefined {
  return takeArguments(b, at, end);
}

export type { Bytes };
