/** CoAP messages as records (RFC 7252 section 3). The wire layer handles the bytes; this module copies and interprets them. */
import * as wire from '../../../device/wire/coap';
import type { Peer } from './transport';

export interface Option {
  number: number;
  value: Uint8Array;
}

export interface Message {
  /** One of TYPE_CON, TYPE_NON, TYPE_ACK, TYPE_RST. */
  type: number;
  /** Code: class * 32 + detail. */
  code: number;
  mid: number;
  token: Uint8Array;
  /** In ascending order of their numbers; repeated options in the sender's order. */
  options: Option[];
  payload: Uint8Array;
}

export interface Request {
  code: number;
  options: Option[];
  payload?: Uint8Array;
}

export interface Response {
  code: number;
  options?: Option[];
  payload?: Uint8Array;
}

/** A complete incoming request. */
export interface Incoming extends Message {
  peer: Peer;
}

/** A datagram that is not a message. `reset`: it was Confirmable, so a Reset with `mid` answers it (RFC 7252 4.2); otherwise it is ignored. */
export interface Malformed {
  malformed: string;
  mid: number;
  reset: boolean;
}

export const NOTHING = new Uint8Array(0);

// Reused by each call.
const header = { _type: 0, _code: 0, _mid: 0, _tkl: 0 };
const cursor = { _number: 0, _length: 0 };

/** Decodes a datagram. The parts of the message are views of the datagram, which must not change. */
export function decodeMessage(datagram: Uint8Array): Message | Malformed {
  const end = datagram.length;
  const b = datagram;
  let at = wire.decodeHeader(header, b, end);
  const bad = (malformed: string): Malformed => ({ malformed, mid: header._mid, reset: header._type === wire.TYPE_CON });
  if (at === wire.ERROR_NOT_COAP) return { malformed: end < 4 ? 'shorter than a CoAP header' : 'not CoAP version 1', mid: 0, reset: false };
  if (at < 0) return bad(header._tkl > 8 ? 'reserved token length' : header._code === 0 ? 'empty message with content' : 'cut token');
  const token = at > 4 ? b.subarray(4, at) : NOTHING;
  const options: Option[] = [];
  cursor._number = 0;
  while ((at = wire.takeOption(cursor, b, at, end)) > 0) {
    options.push({ number: cursor._number, value: b.subarray(at, at + cursor._length) });
    at += cursor._length;
  }
  if (at < 0) return bad('broken option or empty payload behind its marker');
  return { type: header._type, code: header._code, mid: header._mid, token, options, payload: cursor._length < end ? b.subarray(cursor._length, end) : NOTHING };
}

/** Encodes a message. Options may be in any order; options with equal numbers keep theirs. */
export function encodeMessage(message: Message): Uint8Array {
  const { token, payload } = message;
  const options = inOrder(message.options) ? message.options : [...message.options].sort((a, b) => a.number - b.number);
  let size = 4 + token.length + (payload.length > 0 ? 1 + payload.length : 0);
  let before = 0;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]!;
    size += 1 + extended(option.number - before) + extended(option.value.length) + option.value.length;
    before = option.number;
  }
  // From Node's pool, which is much faster than a new array.
  const b = Buffer.allocUnsafe(size);
  let at = wire.putHeader(b, message.type, token.length, message.code, message.mid);
  at = putBytes(b, at, token);
  before = 0;
  for (let i = 0; i < options.length; i++) {
    const option = options[i]!;
    at = putBytes(b, wire.putOption(b, at, option.number - before, option.value.length), option.value);
    before = option.number;
  }
  if (payload.length > 0) {
    b[at] = 0xff;
    b.set(payload, at + 1);
  }
  return b;
}

/** Number of extension bytes for an option's delta or length (RFC 7252 3.1). */
const extended = (n: number): number => (n < 13 ? 0 : n < 269 ? 1 : 2);

/** Copies in a loop: tokens and options are too short for a call of `set`. Returns the end offset. */
function putBytes(b: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) b[at + i] = bytes[i]!;
  return at + bytes.length;
}

function inOrder(options: readonly Option[]): boolean {
  for (let i = 1; i < options.length; i++) if (options[i]!.number < options[i - 1]!.number) return false;
  return true;
}

export function emptyMessage(type: number, mid: number): Message {
  return { type, code: wire.CODE_EMPTY, mid, token: NOTHING, options: [], payload: NOTHING };
}

export const isRequest = (code: number): boolean => code > 0 && code < 32;
export const isResponse = (code: number): boolean => code >= 64 && code < 192;
export const isSuccess = (code: number): boolean => code >= 64 && code < 96;

/** "2.05" for 69. */
export function codeText(code: number): string {
  return `${code >> 5}.${String(code & 31).padStart(2, '0')}`;
}
