/** JsVars in size.json. */
import { writeFileSync } from 'node:fs';
import { LEDGER_FILE, readLedger, type JsVars } from '../../../src/host/build/ledger';

/** Puts a measurement into size.json when WIXT_UPDATE is set (npm run engines, with it, after a change that is meant); else nothing. */
export function recordJsVars(board: string, jsvars: JsVars): void {
  if (!process.env.WIXT_UPDATE) return;
  const ledger = readLedger();
  ledger[board] = { ...ledger[board]!, jsvars };
  writeFileSync(LEDGER_FILE, JSON.stringify(ledger, null, 2) + '\n');
}
