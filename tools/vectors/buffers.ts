/** Encoders into a buffer full of 0xa5, decoders in front of different bytes: nothing outside may be touched, nor matter. */
import { fail, same } from './check';

const FILL = 0xa5;
const SCRATCH = 16;
const FRONT = 32;

/** Bytes that an encoder wrote: `write` gets a buffer and where to begin, and returns the offset behind. */
export function encodeInto(room: number, write: (b: Uint8Array, at: number) => number): Uint8Array {
  const b = new Uint8Array(FRONT + room + SCRATCH).fill(FILL);
  const end = write(b, FRONT);
  if (end < 0) return new Uint8Array(0);
  if (end > FRONT + room) fail(`${end - FRONT} bytes were written where ${room} were expected at most`);
  checkUntouched(b, 0, FRONT, 'in front of');
  checkUntouched(b, end, FRONT + room, 'behind');
  return b.slice(FRONT, end);
}

function checkUntouched(b: Uint8Array, from: number, to: number, where: string): void {
  for (let i = from; i < to; i++) if (b[i] !== FILL) fail(`a byte ${where} the encoding was touched (offset ${i - FRONT})`);
}

export type WindowWriter = (b: Uint8Array, lo: number, hi: number, at: number) => number;

/**
 * What a windowed encoder writes, whole and in every window of several sizes: a window shows just its part of the whole, and
 * nothing outside it is touched but the scratch behind it. Returns the whole.
 */
export function encodeWindows(room: number, write: WindowWriter, sizes = [1, 16, 64, 1024]): Uint8Array {
  const whole = encodeInto(room, (b, at) => write(b, at, FRONT + room, at));
  for (const size of sizes)
    for (let from = 0; from < whole.length; from += size) {
      const b = new Uint8Array(FRONT + size + SCRATCH + 16).fill(FILL);
      const end = write(b, FRONT, FRONT + size, FRONT - from);
      same(end - FRONT + from, whole.length, `length by the window of ${size} bytes at ${from}`);
      same(b.slice(FRONT, FRONT + Math.min(size, whole.length - from)), whole.slice(from, from + size), `window of ${size} bytes at ${from}`);
      checkUntouched(b, 0, FRONT, 'in front of');
      checkUntouched(b, FRONT + size + SCRATCH, b.length, 'behind');
    }
  return whole;
}

/** Decodes bytes with zeroes, ones and other bytes behind them; the results must be the same. Returns one of them. */
export function decodeFrom<T>(bytes: Uint8Array, read: (b: Uint8Array, at: number, end: number) => T): T {
  const results = [0, 0xff, FILL].map((fill) => {
    const b = new Uint8Array(bytes.length + FRONT + SCRATCH).fill(fill);
    b.set(bytes, FRONT);
    return read(b, FRONT, FRONT + bytes.length);
  });
  for (const result of results) same(result, results[0], 'what stands behind the end changed the result');
  return results[0]!;
}

/** Every truncation, at most 300 of them. */
export function truncations(bytes: Uint8Array): Uint8Array[] {
  const step = Math.ceil(bytes.length / 300) || 1;
  const cuts: Uint8Array[] = [];
  for (let n = 0; n < bytes.length; n += step) cuts.push(bytes.slice(0, n));
  return cuts;
}
