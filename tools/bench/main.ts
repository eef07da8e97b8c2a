/** What the benchmark calls, built like a board's bundle: the engine, and its codecs by themselves. */
import { beginAnswer, endAnswer } from '../../src/device/coap/endpoint';
import type { Endpoint, Peer } from '../../src/device/coap/endpoint';
import { findMeta } from '../../src/device/lwm2m/model';
import type { Client, LwM2mObject } from '../../src/device/lwm2m/model';
import { putInstance } from '../../src/device/lwm2m/management/payload';
import { takeOptions } from '../../src/device/lwm2m/request';
import { addUint } from '../../src/device/coap/endpoint';
import { CODE_CONTENT, decodeHeader, FORMAT_TLV, OPTION_CONTENT_FORMAT } from '../../src/device/wire/coap';
import { takeTlv, TLV_MULTIPLE } from '../../src/device/formats/tlv';
import { META_TYPE } from '../../src/device/formats/types';
import { takeValue } from '../../src/device/formats/value';
import type { Value } from '../../src/device/formats/value';

export { createClient, poll, receive, start } from '../../src/device/lwm2m/client';

/** Writes instance 0 of `o` as TLV from byte 0 of the client's transmit buffer. Returns its length. */
export function encodeTlv(c: Client, o: LwM2mObject): number {
  c._lo = 0;
  c._hi = c._b.length - 16;
  return putInstance(c, 0, o, 0);
}

/** Decodes the resources in b[0, end) into `values`, by the types of `table`. */
export function decodeTlv(c: Client, table: Uint16Array, b: Uint8Array, end: number, values: { [id: number]: unknown }): void {
  let next;
  let id;
  let type;
  for (let at = 0; at < end; at = next) {
    next = takeTlv(c, b, at, end);
    id = c._id;
    type = findMeta(table, id) & META_TYPE;
    if (c._kind === TLV_MULTIPLE) {
      const several: { [id: number]: Value | undefined } = {};
      for (at = c._value; at < next; ) {
        at = takeTlv(c, b, at, next);
        several[c._id] = takeValue(type, b, c._value, at);
      }
      values[id] = several;
    } else values[id] = takeValue(type, b, c._value, next);
  }
}

/** Reads the request b[0, end), all options. Returns its code; what it said is in the client's record. */
export function decodeRequest(c: Client, b: Uint8Array, end: number): number {
  c._b.set(b);
  c._at = decodeHeader(c, c._b, end);
  takeOptions(c, end);
  return c._code;
}

/** Writes header, token and Content-Format of the answer to the request read last, and copies the payload. Returns the length. */
export function encodeAnswer(c: Client, payload: Uint8Array): number {
  beginAnswer(c);
  addUint(c, OPTION_CONTENT_FORMAT, FORMAT_TLV);
  c._b[1] = CODE_CONTENT;
  c._b[c._end] = 255;
  c._b.set(payload, c._end + 1);
  return c._end + 1 + payload.length;
}

/** Sends what has been written: for a count of bytes. */
export function sendAnswer(c: Client): void {
  endAnswer(c as Endpoint, c._servers[0] as Peer, CODE_CONTENT);
}
