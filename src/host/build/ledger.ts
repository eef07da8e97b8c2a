/** size.json: the budget and the last measurement of each bundle. */
import { readFileSync } from 'node:fs';
import { inPackage } from './root';

/** Operations whose memory is measured separately. */
export type OperationName =
  | 'register'
  | 'update'
  | 'read one'
  | 'read object'
  | 'write'
  | 'execute'
  | 'discover'
  | 'write-attributes'
  | 'observe'
  | 'notify'
  | 'create'
  | 'delete'
  | 'block1'
  | 'block2'
  | 'replace long'
  | 'object, long'
  | 'notify, long';

/** A measurement above it fails. */
export interface MemoryBudget {
  registered: number;
  after1000: number;
  peak?: number;
  sensorNode?: number;
}

/**
 * Memory in use on a small engine, with the test device of test/engines/live: JsVars on Espruino, as process.memory().usage reports them, engine and
 * socket included; bytes of heap on a 32-bit engine. That is MicroQuickJS, with its code in flash, or JerryScript, which reads the code into its heap
 * and reports the peak so far, garbage and the memory for parsing included. Undefined: not measured.
 */
export interface Memory {
  budget?: MemoryBudget;
  /** The bundle is loaded, with its functions in flash. */
  loaded?: number;
  /** The same with all functions in RAM: on Espruino their text is then in JsVars. */
  ram?: number;
  /** The client is created. */
  created?: number;
  registered: number;
  /** After the management session, including the data that a server has written. */
  managed?: number;
  /** After 1,000 more requests of all kinds: must be unchanged. */
  after1000: number;
  /** After 100 block-wise transfers, half of them in each direction: must be unchanged. */
  after100blocks?: number;
  /** The peak during a start and all operations. */
  peak?: number;
  /** Peak memory per operation, measured by shrinking the memory until the operation fails. */
  peaks?: Partial<Record<OperationName | 'start', number>>;
  /** With examples/sensor-node.ts: objects 0, 1, 3, 4, 6, 3303. */
  sensorNode?: number;
  /** The smallest heap, stack and garbage included, in which all operations succeed. */
  smallest?: number;
}

/** The cost of one more of something: bytes in flash, JsVars in use. */
export interface PlanRow {
  bytes: number;
  jsvars: number;
}

/** Bytes of wixt.min.js. */
export interface LedgerRow {
  /** A larger bundle is an error. */
  budget: number;
  /** The desired size, if there is one. */
  aim?: number;
  minified: number;
  gzip: number;
  jsvars?: Memory;
  heap?: Memory;
  /** The cost of parts of a user's program on this board. */
  plan?: Record<string, PlanRow>;
  /** Other builds of the same board; with instructions per task where these were counted (tools/instructions.js). */
  variants?: Record<string, Variant>;
  /** Instructions per task (tools/instructions.js). */
  work?: Record<string, number>;
  /** Size in bytes of the bundle on which a figure was measured that no test measures: shows when the figure is out of date. */
  measuredOn?: Partial<Record<FigureName, number>>;
}

/** Figures that only `npm run measure` produces. */
export type FigureName = 'plan' | 'variants' | 'work' | 'ram' | 'peaks';

/** Largest deviation of a published figure from the measured one, as a fraction. */
export const TOLERANCE = 0.02;
/** Largest distance of a budget above the last measurement, as a fraction: a higher budget would never fail. */
export const BUDGET_ROOM = 0.05;

const isNear = (published: number, measured: number, share: number): boolean => Math.abs(measured - published) <= Math.max(2, published * share);

/** Compares published figures with new measurements. Returns a description of the deviations; undefined if there are none. */
export function checkFigures<F extends object>(name: string, published: F | undefined, measured: F): string | undefined {
  for (const [what, value] of Object.entries(measured)) {
    const known = (published as Record<string, unknown> | undefined)?.[what];
    if (typeof value !== 'number' || typeof known !== 'number' || isNear(known, value, TOLERANCE)) continue;
    return `${name}: size.json says ${known} ${what}, and it is ${value}: npm run measure`;
  }
  return undefined;
}

/** Lists, one sentence each, the figures of a row that were measured on a bundle of another size, and the budgets that are too high to fail. */
export function findStale(name: string, row: LedgerRow): string[] {
  const found: string[] = [];
  for (const [what, bytes] of Object.entries(row.measuredOn ?? {})) {
    if (!isNear(bytes, row.minified, TOLERANCE)) found.push(`${name}: ${what} was measured on ${bytes} bytes, and the bundle has ${row.minified}: npm run measure`);
  }
  const pairs: [string, number | undefined, number | undefined][] = [['bytes', row.budget, row.minified]];
  for (const memory of [row.jsvars, row.heap]) for (const when of BUDGETED) pairs.push([when, memory?.budget?.[when], memory?.[when]]);
  for (const [when, budget, measured] of pairs) {
    if (budget === undefined) continue;
    if (measured === undefined) found.push(`${name}: there is a budget for ${when}, and nothing was measured`);
    else if (budget > measured * (1 + BUDGET_ROOM)) found.push(`${name}: the budget of ${budget} for ${when} is more than ${BUDGET_ROOM * 100} % above ${measured}`);
  }
  return found;
}

export interface Variant {
  loaded: number;
  registered: number;
  peak: number;
  work?: Record<string, number>;
}

export type Ledger = Record<string, LedgerRow>;

export const LEDGER_FILE = inPackage('size.json');

export function readLedger(file: string = LEDGER_FILE): Ledger {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The row after a measurement. A new row, or an old one if `renew` is set, gets a budget of 2 % above it. */
export function updateRow(old: LedgerRow | undefined, { minified, gzip }: { minified: number; gzip: number }, renew = false): LedgerRow {
  const budget = Math.ceil((minified * 1.02) / 16) * 16;
  return { budget, ...old, ...(renew && { budget }), minified, gzip };
}

/** Checks a measurement. Returns what is wrong; undefined if it is within the budget and equals the value in size.json. */
export function checkBudget(name: string, row: LedgerRow | undefined, minified: number, gzip?: number): string | undefined {
  if (!row) return `${name}: not in size.json yet: node tools/size.js --update`;
  if (minified > row.budget) return `${name}: ${minified} bytes, ${minified - row.budget} above its budget of ${row.budget}`;
  for (const [what, published, measured] of [['bytes', row.minified, minified], ['bytes by gzip', row.gzip, gzip ?? row.gzip]] as const) {
    if (!isNear(published, measured, TOLERANCE)) return `${name}: size.json says ${published} ${what}, and there are ${measured}: node tools/size.js --update`;
  }
  return undefined;
}

export const BUDGETED = ['registered', 'after1000', 'peak', 'sensorNode'] as const satisfies (keyof MemoryBudget)[];

/**
 * The row of a board after a measurement of its memory. Existing budgets stay; new ones are 2 % above the measurement. `renew` sets all of them anew.
 */
export function updateMemory(old: Memory | undefined, measured: Omit<Memory, 'budget'>, renew = false): Memory {
  const made = Object.fromEntries(BUDGETED.flatMap((when) => (measured[when] === undefined ? [] : [[when, Math.ceil(measured[when]! * 1.02)]]))) as unknown as MemoryBudget;
  return { budget: { ...made, ...(!renew && old?.budget) }, ...measured };
}

/** Checks a measurement in the given unit. Returns what is wrong; undefined if it is within the budget. */
export function checkMemory(name: string, unit: string, budget: MemoryBudget | undefined, measured: Partial<MemoryBudget>): string | undefined {
  if (!budget) return `${name}: no memory in size.json yet: npm run measure`;
  for (const [when, value] of Object.entries(measured)) {
    const limit = budget[when as keyof MemoryBudget];
    if (limit !== undefined && value > limit) return `${name}: ${value} ${unit} ${when}, ${value - limit} above the budget of ${limit}`;
  }
  return undefined;
}
