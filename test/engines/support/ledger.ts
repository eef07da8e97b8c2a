/** Memory in size.json. */
import { writeFileSync } from 'node:fs';
import { LEDGER_FILE, readLedger, type HeapBytes, type JsVars, type LedgerRow } from '../../../src/host/build/ledger';

/** More than 2 % above what size.json says is too much. */
const TOLERANCE = 1.02;

/** Whether measurements are written down, and not compared: `WIXT_UPDATE=1 npm run engines`, after a change that is meant. */
export const UPDATES = !!process.env.WIXT_UPDATE;

function check(board: string, what: 'jsvars' | 'heap', unit: string, measured: JsVars | HeapBytes): string | undefined {
  const ledger = readLedger();
  if (UPDATES) {
    ledger[board] = { ...(ledger[board] as LedgerRow), [what]: measured };
    writeFileSync(LEDGER_FILE, JSON.stringify(ledger, null, 2) + '\n');
    return undefined;
  }
  const old = ledger[board]?.[what] as Record<string, number> | undefined;
  for (const [when, value] of Object.entries(measured)) {
    const limit = old?.[when];
    if (limit && value > limit * TOLERANCE) return `${board}: ${value} ${unit} ${when}, and size.json has ${limit}`;
  }
  return undefined;
}

/** Compares a measurement with size.json; returns what is wrong, or undefined. */
export function checkJsVars(board: string, jsvars: JsVars): string | undefined {
  return check(board, 'jsvars', 'JsVars', jsvars);
}

/** The same for bytes of heap. */
export function checkHeap(board: string, heap: HeapBytes): string | undefined {
  return check(board, 'heap', 'bytes of heap', heap);
}

/** The heap that a board must do with, in bytes: by size.json, with its tolerance; `aim` where nothing was measured. */
export function heapLimit(board: string, aim: number): number {
  const known = readLedger()[board]?.heap?.smallest;
  return known ? Math.floor(known * TOLERANCE) : aim;
}
