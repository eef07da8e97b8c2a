/** size.json: what each bundle may weigh and what it weighed last. */
import { readFileSync } from 'node:fs';
import { inPackage } from './root';

/** JsVars in use on Espruino, as process.memory().usage says; null where nobody has measured. */
export interface JsVars {
  /** The module loaded from Storage. */
  loaded: number | null;
  /** The client made and registered. */
  registered: number | null;
  /** After 1,000 requests: must be what it was. */
  after1000: number | null;
}

/**
 * Bytes of heap in use on an engine with a heap of bytes and 32 bits: MicroQuickJS, with its code in flash; or JerryScript, which reads the
 * code into its heap, and tells the peak until then: garbage and what parsing takes included.
 */
export interface HeapBytes {
  loaded?: number;
  registered: number;
  after1000: number;
  /** With examples/sensor-node.ts: objects 0, 1, 3, 4, 6, 3303. */
  sensorNode?: number;
  /** The heap, stack and garbage included, in which all of that is possible. */
  smallest?: number;
}

/** Bytes of wixt.min.js. */
export interface LedgerRow {
  /** More is an error. */
  budget: number;
  /** What we would like it to be, where somebody said so. */
  aim?: number;
  minified: number;
  gzip: number;
  jsvars?: JsVars;
  heap?: HeapBytes;
}

export type Ledger = Record<string, LedgerRow>;

export const LEDGER_FILE = inPackage('size.json');

export function readLedger(file: string = LEDGER_FILE): Ledger {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The row after a measurement; a new one gets a budget of 2 % above it. */
export function updateRow(old: LedgerRow | undefined, { minified, gzip }: { minified: number; gzip: number }): LedgerRow {
  return { budget: Math.ceil((minified * 1.02) / 16) * 16, ...old, minified, gzip };
}

/** What is wrong with a measurement; undefined when it keeps the budget. */
export function checkBudget(name: string, row: LedgerRow | undefined, minified: number): string | undefined {
  if (!row) return `${name}: not in size.json yet: node tools/size.js --update`;
  if (minified > row.budget) return `${name}: ${minified} bytes, ${minified - row.budget} above its budget of ${row.budget}`;
  return undefined;
}
