/** Computes the size of a script in Espruino's Storage. */
import { tokenizer } from 'acorn';

/** Words and operators that Espruino stores as one byte (its jslex.h). Not `catch`, which its tools keep as text for older firmware. */
const TOKENS = new Set(
  (
    '== === != !== <= << <<= >= >> >>> >>= >>>= += -= ++ -- *= /= %= &= && |= || ^= => ' +
    'if else do while for break continue function return var let const this throw try finally true false null undefined new in instanceof ' +
    'switch case default delete typeof void debugger class extends super static of'
  ).split(' '),
);
/** After these, a minus is the sign of a number. */
const BEFORE_SIGN = new Set([',', '(', ':', '?', '=']);

/** Bytes of a script as Espruino's tools store it: words, strings and integers as tokens, for firmware from 2v26 on. */
export function countTokens(code: string): number {
  let bytes = 0;
  let depth = 0;
  let end = 0;
  let [last, beforeLast] = ['', ''];
  /** Whether the last token was a word or a number in letters, which must be separated from the next one. */
  let open = false;
  for (const token of tokenizer(code, { ecmaVersion: 2020 })) {
    const text = code.slice(token.start, token.end);
    const word = token.type.label === 'name' || token.type.keyword !== undefined;
    if (!depth && code.slice(end, token.start).includes('\n')) bytes++;
    if (/^[([{]$/.test(text)) depth++;
    if (/^[)\]}]$/.test(text)) depth--;
    const { value } = token as unknown as { value: unknown };
    if (token.type.label === 'string' && /^[\0-\xff]*$/.test(value as string)) {
      const { length } = value as string;
      bytes += length ? length + (length < 256 ? 2 : 3) : text.length;
      open = false;
    } else if (token.type.label === 'num') {
      const signed = last === '-' && BEFORE_SIGN.has(beforeLast) ? -(value as number) : (value as number);
      const short = Number.isInteger(signed) && signed >= -32768 && signed < 32768;
      if (short) bytes += (signed ? (signed >= -128 && signed < 128 ? 2 : 3) : 1) - (last === '-' && BEFORE_SIGN.has(beforeLast) ? 1 : 0);
      else bytes += text.length + (open && !Number.isInteger(signed) ? 1 : 0);
      open = true;
    } else if (TOKENS.has(text)) {
      bytes++;
      open = false;
    } else {
      bytes += text.length + (word && open ? 1 : 0);
      open = word;
    }
    [beforeLast, last] = [last, text];
    end = token.end;
  }
  return bytes;
}

/** Bytes that Storage needs for a file besides its content. The content is padded to a multiple of 8. */
const HEAD = 32;

/** Bytes of Storage for a file of this length. */
export function storedBytes(length: number): number {
  return Math.ceil(length / 8) * 8 + HEAD;
}
