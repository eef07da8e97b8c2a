/**
 * Short names for internal properties. A property that starts with an underscore is internal and gets a short name from mangle.json; every other name
 * is public and stays. The names are the same for all boards, so that modules built at different times fit together. They have at most four
 * characters: Espruino stores that many in one JsVar.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'acorn';
import { walk, type Node } from './gate/tree';

/** Long name → short name. */
export type NameTable = Record<string, string>;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$';
const TAIL = ALPHABET + '0123456789';

/** Internal properties: `_field`, not `__proto__`. */
export const INTERNAL = /^_[A-Za-z]/;

/**
 * Replaces the underscore of the library's internal properties between the compiler and the minifier: a letter that no program uses (Latin letter
 * dental click). So a user's `_id` is not confused with the library's, and no column of a source map moves.
 */
export const MARK = '\u01c0';
/** Marked internal properties. */
export const MARKED = new RegExp(`^${MARK}`);

/** The module's text with the library's internal properties marked. */
export function markInternals(code: string): string {
  const program = parse(code, { ecmaVersion: 2022, sourceType: 'module' }) as Node;
  const text = code.split('');
  walk(program, (node) => {
    const key = node.type === 'MemberExpression' ? node.property : node.type === 'Property' ? node.key : null;
    if (!key) return;
    const [name, at] = key.type === 'Identifier' && !node.computed ? [key.name, key.start] : key.type === 'Literal' && typeof key.value === 'string' ? [key.value, key.start + 1] : ['', 0];
    if (INTERNAL.test(name)) text[at] = MARK;
  });
  return text.join('');
}

/** The short names by marked property name. */
export function markNames(table: NameTable): NameTable {
  return Object.fromEntries(Object.entries(table).map(([name, short]) => [MARK + name.slice(1), short]));
}

/** Counts each property in code whose library part is marked: under its name in the sources, without properties of the same name in a program. */
export function countMarked(code: string): Map<string, number> {
  const counts = [...countProperties(code)].filter(([name]) => !INTERNAL.test(name));
  return new Map(counts.map(([name, count]) => [name.replace(MARKED, '_'), count]));
}

/** Names that objects have from the engine (`on` and `emit` exist on every object of Espruino), and reserved words. */
function builtinNames(): Set<string> {
  const names = new Set('on emit removeListener removeAllListeners clone do if in for new try var'.split(' '));
  const sources: object[] = [
    Object, Function, Array, String, Number, Boolean, Math, JSON, ArrayBuffer, Uint8Array, Float64Array, Date, Error,
  ].flatMap((value) => [value, (value as { prototype?: object }).prototype ?? value]);
  for (const source of sources) for (const name of Object.getOwnPropertyNames(source)) names.add(name);
  return names;
}

/** Counts every property name in a JavaScript program. */
export function countProperties(code: string, counts: Map<string, number> = new Map()): Map<string, number> {
  const program = parse(code, { ecmaVersion: 2022, sourceType: 'module', allowReturnOutsideFunction: true }) as Node;
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  walk(program, (node) => {
    const key = node.type === 'MemberExpression' ? node.property : node.type === 'Property' ? node.key : null;
    if (!key) return;
    if (key.type === 'Identifier' && !node.computed) add(key.name);
    else if (key.type === 'Literal' && typeof key.value === 'string') add(key.value);
  });
  return counts;
}

/** The n-th short name: a, b, … aa, ab, … */
function shortName(n: number): string {
  if (n < ALPHABET.length) return ALPHABET[n];
  n -= ALPHABET.length;
  if (n < ALPHABET.length * TAIL.length) return ALPHABET[Math.floor(n / TAIL.length)] + TAIL[n % TAIL.length];
  n -= ALPHABET.length * TAIL.length;
  return shortName(ALPHABET.length + Math.floor(n / TAIL.length)) + TAIL[n % TAIL.length];
}

/**
 * A table with a name for every internal property of `counts`. Names in `known` stay, unless the code has a public property of that name. New
 * properties get the shortest free names, the most used first. Public names of `counts` and the engines' names are never assigned.
 */
export function assignNames(counts: Map<string, number>, known: NameTable): NameTable {
  const taken = builtinNames();
  for (const name of counts.keys()) if (!INTERNAL.test(name)) taken.add(name);
  const table = Object.fromEntries(Object.entries(known).filter(([, short]) => !taken.has(short)));
  for (const short of Object.values(known)) taken.add(short);
  const fresh = [...counts].filter(([name]) => INTERNAL.test(name) && !Object.hasOwn(table, name));
  fresh.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  let n = 0;
  for (const [long] of fresh) {
    let short;
    do short = shortName(n++);
    while (taken.has(short));
    table[long] = short;
  }
  return table;
}

export function readNames(file: string): NameTable {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

/** Writes the table, sorted, if it differs from the file. */
export function writeNames(file: string, table: NameTable): void {
  const sorted = Object.fromEntries(Object.entries(table).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
  const text = JSON.stringify(sorted, null, 1) + '\n';
  let old = '';
  try {
    old = readFileSync(file, 'utf8');
  } catch {
    // The file does not exist yet.
  }
  if (old !== text) writeFileSync(file, text);
}
