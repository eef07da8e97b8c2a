/** Memory in size.json. */
import { writeFileSync } from 'node:fs';
import { BUDGETED, checkFigures, checkMemory, LEDGER_FILE, readLedger, updateMemory, type LedgerRow, type Memory, type MemoryBudget } from '../../../src/host/build/ledger';

/**
 * Whether measurements are written down, and not compared: `npm run measure` does it, after a change that is meant. With "budgets" the budgets follow
 * what was measured.
 */
export const UPDATES = !!process.env.WIXT_UPDATE;

type Figures = Omit<Memory, 'budget'>;

function check(board: string, what: 'jsvars' | 'heap', unit: string, measured: Figures): string | undefined {
  const ledger = readLedger();
  const row = ledger[board] as LedgerRow | undefined;
  if (!UPDATES) {
    const held = Object.fromEntries(BUDGETED.flatMap((when) => (measured[when] === undefined ? [] : [[when, measured[when]]])));
    return checkMemory(board, unit, row?.[what]?.budget, held) ?? checkFigures(board, row?.[what], measured);
  }
  if (!row) throw new Error(`${board}: not in size.json yet: node tools/size.js --update`);
  row[what] = updateMemory(row[what], measured, process.env.WIXT_UPDATE === 'budgets');
  if (measured.peaks) row.measuredOn = { ...row.measuredOn, peaks: row.minified };
  writeFileSync(LEDGER_FILE, JSON.stringify(ledger, null, 2) + '\n');
  return undefined;
}

/** Compares a measurement with the budgets of size.json; returns what is wrong, or undefined. */
export function checkJsVars(board: string, jsvars: Figures): string | undefined {
  return check(board, 'jsvars', 'JsVars', jsvars);
}

/** The same for bytes of heap. */
export function checkHeap(board: string, heap: Figures): string | undefined {
  return check(board, 'heap', 'bytes of heap', heap);
}

/** The budgets of a board's memory. */
export function budgetOf(board: string, what: 'jsvars' | 'heap'): MemoryBudget | undefined {
  return readLedger()[board]?.[what]?.budget;
}

/** The heap that a board must do with, in bytes: 2 % above what size.json has; `aim` where nothing was measured. */
export function heapLimit(board: string, aim: number): number {
  const known = readLedger()[board]?.heap?.smallest;
  return known ? Math.floor(known * 1.02) : aim;
}
