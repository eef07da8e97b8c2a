/** Reads source maps: finds the source file of each byte of the output. */
import type { SourceMap } from './minify';

/** Applies from this offset of the code up to the next segment; source −1 if unknown. Lines and columns count from 0. */
export interface Segment {
  offset: number;
  source: number;
  line: number;
  column: number;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The numbers of one base64 VLQ group. */
function decodeNumbers(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    if (digit & 32) shift += 5;
    else {
      numbers.push(value & 1 ? -(value >> 1) : value >> 1);
      value = shift = 0;
    }
  }
  return numbers;
}

/** The segments of a map in the order of the code. */
export function decodeSegments(map: SourceMap, code: string): Segment[] {
  const segments: Segment[] = [];
  const state = [0, 0, 0, 0];
  let start = 0;
  for (const text of map.mappings.split(';')) {
    state[0] = 0;
    for (const group of text ? text.split(',') : []) {
      const numbers = decodeNumbers(group);
      for (let i = 0; i < 4 && i < numbers.length; i++) state[i] += numbers[i];
      const offset = start + state[0];
      segments.push({ offset, source: numbers.length > 1 ? state[1] : -1, line: state[2], column: state[3] });
    }
    start = code.indexOf('\n', start) + 1 || code.length;
  }
  return segments;
}

/** Bytes of (ASCII) code per source file of the map. Bytes without a source are under ''. The sum is the length of the code. */
export function countBytes(code: string, map: SourceMap): Map<string, number> {
  const bytes = new Map<string, number>();
  const add = (source: string, count: number) => count && bytes.set(source, (bytes.get(source) ?? 0) + count);
  const segments = decodeSegments(map, code);
  add('', segments.length ? segments[0].offset : code.length);
  segments.forEach((segment, i) => {
    const end = i + 1 < segments.length ? segments[i + 1].offset : code.length;
    add(map.sources[segment.source] ?? '', end - segment.offset);
  });
  return bytes;
}

/** `file:line` in the sources for an offset of the code; undefined if the map has no entry. */
export function findOrigin(code: string, map: SourceMap, at: number): string | undefined {
  let best: Segment | undefined;
  for (const segment of decodeSegments(map, code)) {
    if (segment.offset > at) break;
    if (segment.source >= 0) best = segment;
  }
  const source = best && map.sources[best.source];
  return source ? `${source}:${best!.line + 1}` : undefined;
}
