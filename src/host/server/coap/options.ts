/** Reads and makes options of a message (RFC 7252 section 5.10, RFC 7641, RFC 7959). */
import * as wire from '../../../device/wire/coap';
import { encodeBlock, offsetOf } from '../../../device/wire/block';
import type { Message, Option } from './message';

/** Number → [shortest, longest value in bytes, repeatable]: RFC 7252 table 4, RFC 7641 2, RFC 7959 2.1 and 4. */
const SHAPES = new Map<number, [number, number, boolean]>([
  [wire.OPTION_IF_MATCH, [0, 8, true]],
  [wire.OPTION_URI_HOST, [1, 255, false]],
  [wire.OPTION_ETAG, [1, 8, true]],
  [wire.OPTION_IF_NONE_MATCH, [0, 0, false]],
  [wire.OPTION_OBSERVE, [0, 3, false]],
  [wire.OPTION_URI_PORT, [0, 2, false]],
  [wire.OPTION_LOCATION_PATH, [0, 255, true]],
  [wire.OPTION_URI_PATH, [0, 255, true]],
  [wire.OPTION_CONTENT_FORMAT, [0, 2, false]],
  [wire.OPTION_MAX_AGE, [0, 4, false]],
  [wire.OPTION_URI_QUERY, [0, 255, true]],
  [wire.OPTION_ACCEPT, [0, 2, false]],
  [wire.OPTION_LOCATION_QUERY, [0, 255, true]],
  [wire.OPTION_BLOCK2, [0, 3, false]],
  [wire.OPTION_BLOCK1, [0, 3, false]],
  [wire.OPTION_SIZE2, [0, 4, false]],
  [wire.OPTION_PROXY_URI, [1, 1034, false]],
  [wire.OPTION_PROXY_SCHEME, [1, 255, false]],
  [wire.OPTION_SIZE1, [0, 4, false]],
]);

/** Odd numbers are critical (RFC 7252 5.4.6). */
export const isCritical = (number: number): boolean => number % 2 === 1;

/**
 * Drops elective options that are unknown, of a wrong length or wrongly repeated (RFC 7252 5.4.1, 5.4.3, 5.4.5). Returns the number of the first such
 * critical option, or of one that is not in `supported`; undefined if there is none.
 */
export function screenOptions(message: Message, supported: ReadonlySet<number>): number | undefined {
  const { options } = message;
  let bad: number | undefined;
  let before = -1;
  let kept = 0;
  for (const option of options) {
    const { number, value } = option;
    const shape = SHAPES.get(number);
    const fine = shape !== undefined && value.length >= shape[0] && value.length <= shape[1] && (shape[2] || number !== before);
    before = number;
    if (isCritical(number) && !(fine && supported.has(number))) bad ??= number;
    if (fine) options[kept++] = option;
  }
  if (kept < options.length) options.length = kept;
  return bad;
}

export function findOption(message: Message, number: number): Uint8Array | undefined {
  for (const option of message.options) if (option.number === number) return option.value;
  return undefined;
}

/** The unsigned integer in an option of at most 4 bytes; undefined if absent. */
export function uintOption(message: Message, number: number): number | undefined {
  const value = findOption(message, number);
  if (!value) return undefined;
  let sum = 0;
  for (let i = 0; i < value.length; i++) sum = sum * 256 + value[i]!;
  return sum;
}

/** Short options are nearly always ASCII: a call into Node would cost more than decoding them here. */
export function textOf(value: Uint8Array): string {
  let text = '';
  for (let i = 0; i < value.length; i++) {
    const byte = value[i]!;
    if (byte > 127 || i > 24) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8');
    text += String.fromCharCode(byte);
  }
  return text;
}

export function textOptions(message: Message, number: number): string[] {
  const texts: string[] = [];
  for (const option of message.options) if (option.number === number) texts.push(textOf(option.value));
  return texts;
}

export function makeUint(number: number, value: number): Option {
  let length = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) length++;
  const bytes = new Uint8Array(length);
  for (let rest = value; length > 0; rest = Math.floor(rest / 256)) bytes[--length] = rest % 256;
  return { number, value: bytes };
}

export function makeText(number: number, text: string): Option {
  return { number, value: Buffer.from(text, 'utf8') };
}

/** A decoded block option (RFC 7959 2.2). */
export interface Block {
  /** Offset of the block in bytes. */
  offset: number;
  more: boolean;
  /** `size` = 16 << szx; szx 7 is reserved. */
  szx: number;
}

export function blockOption(message: Message, number: number): Block | undefined {
  const value = uintOption(message, number);
  return value === undefined ? undefined : { offset: offsetOf(value), more: (value & 8) !== 0, szx: value & 7 };
}

export function makeBlock(number: number, block: Block): Option {
  return makeUint(number, encodeBlock(block.offset, block.more, block.szx));
}
