/** Text that is cut and reassembled, and keeps the original position of each character. */
import type { SourceMap } from '../minify';

/** A text and the original offset of each character; -1 for new characters. */
export class Traced {
  constructor(
    readonly text: string,
    private readonly from: Int32Array,
  ) {}

  static original(code: string): Traced {
    return new Traced(code, Int32Array.from({ length: code.length }, (_, i) => i));
  }

  static join(parts: (Traced | string)[]): Traced {
    const text = parts.map((part) => (typeof part === 'string' ? part : part.text)).join('');
    const from = new Int32Array(text.length).fill(-1);
    let at = 0;
    for (const part of parts) {
      if (typeof part !== 'string') from.set(part.from, at);
      at += typeof part === 'string' ? part.length : part.text.length;
    }
    return new Traced(text, from);
  }

  slice(start: number, end: number): Traced {
    return new Traced(this.text.slice(start, end), this.from.subarray(start, end));
  }

  /** The part from `start` to `end` with all edits within it applied. */
  edit(start: number, end: number, edits: Edit[]): Traced {
    const parts: (Traced | string)[] = [];
    let at = start;
    for (const one of edits.filter((one) => one.start >= start && one.end <= end).sort((a, b) => a.start - b.start || a.end - b.end)) {
      if (one.start < at) continue;
      parts.push(this.slice(at, one.start), one.text);
      at = one.end;
    }
    return Traced.join([...parts, this.slice(at, end)]);
  }

  /** A source map to the original, with a segment for each word and sign: maps are combined by segments, and a minified script is one line. */
  mapTo(original: string): SourceMap {
    const starts = [0];
    for (let i = original.indexOf('\n'); i >= 0; i = original.indexOf('\n', i + 1)) starts.push(i + 1);
    let mappings = '';
    let line = 0;
    let lastLine = 0;
    let lastColumn = 0;
    let column = 0;
    let lastGenerated = 0;
    let fresh = true;
    for (let i = 0; i < this.text.length; i++) {
      const from = this.from[i]!;
      if (from >= 0 && (fresh || from !== this.from[i - 1]! + 1 || !(WORD.test(this.text[i]!) && WORD.test(this.text[i - 1]!)))) {
        while (line + 1 < starts.length && starts[line + 1]! <= from) line++;
        while (starts[line]! > from) line--;
        if (!fresh) mappings += ',';
        mappings += [column - lastGenerated, 0, line - lastLine, from - starts[line]! - lastColumn].map(encodeNumber).join('');
        [lastGenerated, lastLine, lastColumn, fresh] = [column, line, from - starts[line]!, false];
      }
      column++;
      if (this.text[i] === '\n') {
        mappings += ';';
        [column, lastGenerated, fresh] = [0, 0, true];
      }
    }
    return { version: 3, mappings, sources: [''], names: [] };
  }
}

const WORD = /[\w$]/;

/** Replaces the text from `start` to `end`. */
export interface Edit {
  start: number;
  end: number;
  text: Traced | string;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number in base64 VLQ. */
function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest ? digit | 32 : digit];
  } while (rest);
  return text;
}
