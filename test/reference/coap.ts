/**
 * CoAP messages (RFC 7252 section 3), the plain way: lists of numbers, one step for each sentence of the section. It shares no
 * line with the product and serves as its judge.
 */

export interface RefMessage {
  type: number;
  code: number;
  mid: number;
  token: number[];
  options: { number: number; value: number[] }[];
  payload: number[];
}

/** `silent`: no CoAP at all; `format`: a message format error. */
export type RefResult = RefMessage | 'silent' | 'format';

export function decodeMessage(datagram: Iterable<number>): RefResult {
  const bytes = [...datagram];
  if (bytes.length < 4) return 'silent';
  const first = bytes.shift()!;
  // "Implementations of this specification MUST set this field to 1. Messages with unknown version numbers MUST be silently ignored."
  if (first >= 128 || first < 64) return 'silent';
  const type = Math.floor(first / 16) % 4;
  const tokenLength = first % 16;
  const code = bytes.shift()!;
  const mid = bytes.shift()! * 256 + bytes.shift()!;
  // "Lengths 9-15 are reserved … and MUST be processed as a message format error."
  if (tokenLength > 8) return 'format';
  // 4.1: "An Empty message … The Token Length field MUST be set to 0 and bytes of data MUST NOT be present after the Message ID field."
  if (code === 0 && (tokenLength > 0 || bytes.length > 0)) return 'format';
  if (bytes.length < tokenLength) return 'format';
  const token = bytes.splice(0, tokenLength);
  const options: RefMessage['options'] = [];
  let number = 0;
  while (bytes.length > 0) {
    const head = bytes.shift()!;
    if (head === 0xff) {
      // "The presence of a marker followed by a zero-length payload MUST be processed as a message format error."
      if (bytes.length === 0) return 'format';
      return { type, code, mid, token, options, payload: bytes };
    }
    const delta = takeNibble(Math.floor(head / 16), bytes);
    if (delta === undefined) return 'format';
    const length = takeNibble(head % 16, bytes);
    if (length === undefined || length > bytes.length) return 'format';
    number += delta;
    // 3.1: the option number is a 16-bit registry's; a sum beyond it can name nothing.
    if (number > 65535) return 'format';
    options.push({ number, value: bytes.splice(0, length) });
  }
  return { type, code, mid, token, options, payload: [] };
}

function takeNibble(nibble: number, bytes: number[]): number | undefined {
  if (nibble === 15) return undefined;
  const extra = nibble === 13 ? 1 : nibble === 14 ? 2 : 0;
  if (bytes.length < extra) return undefined;
  const [high = 0, low = 0] = bytes.splice(0, extra);
  return extra === 0 ? nibble : extra === 1 ? high + 13 : high * 256 + low + 269;
}

export function encodeMessage(message: RefMessage): number[] {
  const out = [64 + message.type * 16 + message.token.length, message.code, Math.floor(message.mid / 256), message.mid % 256, ...message.token];
  let before = 0;
  for (const { number, value } of message.options) {
    const [delta, deltaMore] = makeNibble(number - before);
    const [length, lengthMore] = makeNibble(value.length);
    out.push(delta * 16 + length, ...deltaMore, ...lengthMore, ...value);
    before = number;
  }
  if (message.payload.length > 0) out.push(0xff, ...message.payload);
  return out;
}

function makeNibble(value: number): [number, number[]] {
  if (value < 13) return [value, []];
  if (value < 269) return [13, [value - 13]];
  return [14, [Math.floor((value - 269) / 256), (value - 269) % 256]];
}

/** A block option's value (RFC 7959 2.2). */
export function decodeBlock(value: number[]): { num: number; more: boolean; size: number } {
  const v = uintOf(value);
  return { num: Math.floor(v / 16), more: Math.floor(v / 8) % 2 === 1, size: 16 * 2 ** (v % 8) };
}

export const uintOf = (value: number[]): number => value.reduce((sum, byte) => sum * 256 + byte, 0);

export const valuesOf = (message: RefMessage, number: number): number[][] => message.options.filter((option) => option.number === number).map(({ value }) => value);

/** The unsigned integer in the first option of this number. */
export function uintOption(message: RefMessage, number: number): number | undefined {
  const value = valuesOf(message, number)[0];
  return value && uintOf(value);
}

export const codeText = (code: number): string => `${code >> 5}.${String(code & 31).padStart(2, '0')}`;
export const TYPE_NAMES = ['CON', 'NON', 'ACK', 'RST'];
