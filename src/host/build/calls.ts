/**
 * How often each function of the core is called in normal operation, as recorded by tools/calls.js: calls.json, `module#function` → calls. The build
 * leaves frequently called functions alone and makes the rest small. Functions that are not listed (of an adapter or a program) have no known count.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Pair } from './inline/index';
import { inPackage } from './root';

/** `module#function` → calls during the session; 0 for a function that exists and was never called. */
export type CallTable = Record<string, number>;

export const CALLS_FILE = inPackage('calls.json');

export function readCalls(file: string = CALLS_FILE): CallTable {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Writes the table, sorted, one function per line. */
export function writeCalls(table: CallTable, file: string = CALLS_FILE): void {
  const sorted = Object.fromEntries(Object.entries(table).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
  writeFileSync(file, JSON.stringify(sorted, null, 1) + '\n');
}

/** A function with fewer characters costs less inlined than as a call, in any caller. */
const SHORT = 60;

/**
 * Whether to inline a function into its only caller on an engine that reads a function's text each time it runs, including skipped parts: if it is
 * called as often as its caller, if neither is called in normal operation, or if it is short.
 */
export function isWorthItsText(calls: CallTable, { length }: Pair, name: string, caller: string): boolean {
  const [own, outer] = [calls[name], calls[caller]];
  if (length <= SHORT) return true;
  if (own === undefined || outer === undefined) return false;
  return own >= outer;
}
