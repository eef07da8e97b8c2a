/**
 * How often each function of the core is called in ordinary life, as tools/calls.js has recorded it: calls.json, `module#function` → calls.
 * The build spares what is called often, and makes the rest small. Where a build has a function that stands nowhere (an adapter's, a program's),
 * nothing is known of it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Pair } from './inline/index';
import { inPackage } from './root';

/** `module#function` → calls during the session; 0 for one that was there and never called. */
export type CallTable = Record<string, number>;

export const CALLS_FILE = inPackage('calls.json');

export function readCalls(file: string = CALLS_FILE): CallTable {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Writes the table, sorted, a function a line. */
export function writeCalls(table: CallTable, file: string = CALLS_FILE): void {
  const sorted = Object.fromEntries(Object.entries(table).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
  writeFileSync(file, JSON.stringify(sorted, null, 1) + '\n');
}

/** A function of so few characters costs less in its caller's text than a call of it, wherever it stands. */
const SHORT = 60;

/**
 * Whether a function belongs into its only caller on an engine that reads the text of a function whenever it runs, what it skips included: when it is
 * called as often, when neither is called in ordinary life, or when it is short.
 */
export function isWorthItsText(calls: CallTable, { length }: Pair, name: string, caller: string): boolean {
  const [own, outer] = [calls[name], calls[caller]];
  if (length <= SHORT) return true;
  if (own === undefined || outer === undefined) return false;
  return own >= outer;
}
