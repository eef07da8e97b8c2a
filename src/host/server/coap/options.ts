/** Reading and making options of a message (RFC 7252 section 5.10, RFC 7641, RFC 7959). */
import * as wire from '../../../device/wire/coap';
import { encodeBlock, offsetOf } from '../../../device/wire/block';
import type { Message, Option } from './message';

/** number → [shortest, longest value in bytes, repeatable]: RFC 7252 table 4, RFC 7641 2, RFC 7959 2.1 and 4 */
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
 * Drops elective options that are unknown, of a wrong length or repeated against their nature (RFC 7252 5.4.1, 5.4.3, 5.4.5).
 * Returns the number of the first critical option that is so, or is not among `supported`; undefined if all is well.
 */
export function screenOptions(message: Message, supported: ReadonlySet<number>): number | undefined {
  let bad: number | undefined;
  let before = -1;
  message.options = message.options.filter(({ number, value }) => {
    const shape = SHAPES.get(number);
    const fine = shape !== undefined && value.length >= shape[0] && value.length <= shape[1] && (shape[2] || number !== before);
    before = number;
    if (isCritical(number) && !(fine && supported.has(number))) bad ??= number;
    return fine;
  });
  return bad;
}

export function findOption(message: Message, number: number): Uint8Array | undefined {
  return message.options.find((option) => option.number === number)?.value;
}

/** The unsigned integer in an option of at most 4 bytes; undefined if absent. */
export function uintOption(message: Message, number: number): number | undefined {
  return findOption(message, number)?.reduce((sum, byte) => sum * 256 + byte, 0);
}

export function textOptions(message: Message, number: number): string[] {
  return message.options.filter((option) => option.number === number).map((option) => Buffer.from(option.value).toString('utf8'));
}

export function makeUint(number: number, value: number): Option {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return { number, value: Uint8Array.from(bytes) };
}

export function makeText(number: number, text: string): Option {
  return { number, value: Buffer.from(text, 'utf8') };
}

/** A block option taken apart (RFC 7959 2.2). */
export interface Block {
  /** where the block starts, in bytes */
  offset: number;
  more: boolean;
  /** size = 16 << szx; 7 is reserved */
  szx: number;
}

export function blockOption(message: Message, number: number): Block | undefined {
  const value = uintOption(message, number);
  return value === undefined ? undefined : { offset: offsetOf(value), more: (value & 8) !== 0, szx: value & 7 };
}

export function makeBlock(number: number, block: Block): Option {
  return makeUint(number, encodeBlock(block.offset, block.more, block.szx));
}
