/** Meanings of an enumeration's values, extracted from the registry's prose: "0: off; 1: on", "0 = No error", one per line. */
import type { ResourceDefinition } from './definition';

/** Value → meaning, by ascending value. */
export type Meanings = Record<string, string>;

/** A line that begins with a value. */
const LINE = /^(\d{1,5})\s*(?:[:=.)]|\s[-–]\s)\s*(\S.*)$/;
/** A value within a line. */
const INLINE = /(?:^|[\s,;(])(\d{1,5})\s*[:=]\s*([^\s\d,;][^,;\n]*?)(?=\s*(?:[,;\n]|\.(?:\s|$)|\)?$))/g;

const tidy = (text: string) => text.replace(/[\s;,.]+$/, '');

/**
 * Accepts at least two values in ascending order, the first 0 or 1, with no value inside the meaning of another. Otherwise the numbers are not an
 * enumeration.
 */
function makeMeanings(entries: [number, string][]): Meanings | undefined {
  const [first] = entries;
  if (entries.length < 2 || first![0] > 1 || entries.some(([value], i) => i > 0 && value <= entries[i - 1]![0])) return undefined;
  if (entries.some(([, text]) => /\b\d+\s*[:=]/.test(text))) return undefined;
  return Object.fromEntries(entries.map(([value, text]) => [value, tidy(text)]));
}

function readLines(text: string): Meanings | undefined {
  return makeMeanings(text.split(/[\n;]/).flatMap(line => {
    const found = LINE.exec(line.trim());
    return found ? [[Number(found[1]), found[2]!] as [number, string]] : [];
  }));
}

function readInline(text: string): Meanings | undefined {
  return makeMeanings([...text.matchAll(INLINE)].map(([, value, meaning]) => [Number(value), meaning!] as [number, string]));
}

/** The meanings of an integer resource's values; undefined if it is not an enumeration, or not a clear one. */
export function findMeanings({ type, range, description }: ResourceDefinition): Meanings | undefined {
  if (type !== 'integer' && type !== 'unsigned') return undefined;
  for (const text of [range, description]) {
    const found = text === undefined ? undefined : readLines(text) ?? readInline(text);
    if (found) return found;
  }
  return undefined;
}
