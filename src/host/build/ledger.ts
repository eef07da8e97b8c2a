/** size.json: what each bundle may weigh and what it weighed last. */
import { readFileSync } from 'node:fs';
import { inPackage } from './root';

/** Whose memory is measured, one by one. */
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

/** What fails when it is more than that. */
export interface MemoryBudget {
  registered: number;
  after1000: number;
  peak?: number;
  sensorNode?: number;
}

/**
 * What is in use of a small engine's memory, with the test device of test/engines/live: JsVars on Espruino, as process.memory().usage says, engine and
 * socket included; bytes of heap on an engine with 32 bits: MicroQuickJS, with its code in flash, or JerryScript, which reads the code into its
 * heap, and tells the peak until then, garbage and what parsing takes included. Undefined is what nobody has measured.
 */
export interface Memory {
  budget?: MemoryBudget;
  /** The bundle loaded, its functions in flash. */
  loaded?: number;
  /** The same with all functions in RAM: on Espruino their text is in JsVars then. */
  ram?: number;
  /** The client made. */
  created?: number;
  registered: number;
  /** After the management session, with what a server has written. */
  managed?: number;
  /** After 1,000 requests of all kinds more: must be what it was. */
  after1000: number;
  /** After 100 transfers in blocks, half of them each way: must be what it was. */
  after100blocks?: number;
  /** At the worst moment of a start and all operations. */
  peak?: number;
  /** The least that may be in use at most while each of them is done. */
  peaks?: Partial<Record<OperationName | 'start', number>>;
  /** With examples/sensor-node.ts: objects 0, 1, 3, 4, 6, 3303. */
  sensorNode?: number;
  /** The heap, stack and garbage included, in which all of that is possible. */
  smallest?: number;
}

/** What one more of something costs: bytes in flash, JsVars in use. */
export interface PlanRow {
  bytes: number;
  jsvars: number;
}

/** Bytes of wixt.min.js. */
export interface LedgerRow {
  /** More is an error. */
  budget: number;
  /** What we would like it to be, where somebody said so. */
  aim?: number;
  minified: number;
  gzip: number;
  jsvars?: Memory;
  heap?: Memory;
  /** What parts of a person's program cost there. */
  plan?: Record<string, PlanRow>;
  /** The same board built otherwise; with instructions by work where they were counted (tools/instructions.js). */
  variants?: Record<string, Variant>;
  /** Instructions by work (tools/instructions.js). */
  work?: Record<string, number>;
  /** Bytes of the bundle on which a figure was measured that no test measures: they tell when it is out of date. */
  measuredOn?: Partial<Record<FigureName, number>>;
}

/** Figures that `npm run measure` alone makes. */
export type FigureName = 'plan' | 'variants' | 'work' | 'ram' | 'peaks';

/** How far a published figure may be from what is: a share of it. */
export const TOLERANCE = 0.02;
/** How far a budget may be above what was measured last; one further off would never fail. */
export const BUDGET_ROOM = 0.05;

const isNear = (published: number, measured: number, share: number): boolean => Math.abs(measured - published) <= Math.max(2, published * share);

/** What is wrong with published figures; undefined when each is near what has been measured now. */
export function checkFigures<F extends object>(name: string, published: F | undefined, measured: F): string | undefined {
  for (const [what, value] of Object.entries(measured)) {
    const known = (published as Record<string, unknown> | undefined)?.[what];
    if (typeof value !== 'number' || typeof known !== 'number' || isNear(known, value, TOLERANCE)) continue;
    return `${name}: size.json says ${known} ${what}, and it is ${value}: npm run measure`;
  }
  return undefined;
}

/** The figures of a row that were measured on a bundle of another size, and the budgets that are too far off to fail, a sentence each. */
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

/** The row after a measurement; a new one, and an old one when `renew` is set, gets a budget of 2 % above it. */
export function updateRow(old: LedgerRow | undefined, { minified, gzip }: { minified: number; gzip: number }, renew = false): LedgerRow {
  const budget = Math.ceil((minified * 1.02) / 16) * 16;
  return { budget, ...old, ...(renew && { budget }), minified, gzip };
}

/** What is wrong with a measurement; undefined when it keeps the budget, and is what size.json says. */
export function checkBudget(name: string, row: LedgerRow | undefined, minified: number, gzip?: number): string | undefined {
  if (!row) return `${name}: not in size.json yet: node tools/size.js --update`;
  if (minified > row.budget) return `${name}: ${minified} bytes, ${minified - row.budget} above its budget of ${row.budget}`;
  for (const [what, published, measured] of [['bytes', row.minified, minified], ['bytes by gzip', row.gzip, gzip ?? row.gzip]] as const) {
    if (!isNear(published, measured, TOLERANCE)) return `${name}: size.json says ${published} ${what}, and there are ${measured}: node tools/size.js --update`;
  }
  return undefined;
}

export const BUDGETED = ['registered', 'after1000', 'peak', 'sensorNode'] as const satisfies (keyof MemoryBudget)[];

/** The row of a board after a measurement of its memory. Budgets stay, or are made: 2 % above. `renew` makes all of them anew. */
export function updateMemory(old: Memory | undefined, measured: Omit<Memory, 'budget'>, renew = false): Memory {
  const made = Object.fromEntries(BUDGETED.flatMap((when) => (measured[when] === undefined ? [] : [[when, Math.ceil(measured[when]! * 1.02)]]))) as unknown as MemoryBudget;
  return { budget: { ...made, ...(!renew && old?.budget) }, ...measured };
}

/** What is wrong with a measurement, in such units; undefined when it keeps the budget. */
export function checkMemory(name: string, unit: string, budget: MemoryBudget | undefined, measured: Partial<MemoryBudget>): string | undefined {
  if (!budget) return `${name}: no memory in size.json yet: npm run measure`;
  for (const [when, value] of Object.entries(measured)) {
    const limit = budget[when as keyof MemoryBudget];
    if (limit !== undefined && value > limit) return `${name}: ${value} ${unit} ${when}, ${value - limit} above the budget of ${limit}`;
  }
  return undefined;
}
