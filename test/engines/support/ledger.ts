/** JsVars in size.json. */
import { writeFileSync } from 'node:fs';
import { LEDGER_FILE, readLedger, type JsVars } from '../../../src/host/build/ledger';

/** More than 2 % above what size.json says is too much. */
const TOLERANCE = 1.02;

/**
 * Compares a measurement with size.json; returns what is wrong, or undefined. When WIXT_UPDATE is set it writes the measurement
 * down instead: `WIXT_UPDATE=1 npm run engines`, after a change that is meant.
 */
export function checkJsVars(board: string, jsvars: JsVars): string | undefined {
  const ledger = readLedger();
  if (process.env.WIXT_UPDATE) {
    ledger[board] = { ...ledger[board]!, jsvars };
    writeFileSync(LEDGER_FILE, JSON.stringify(ledger, null, 2) + '\n');
    return undefined;
  }
  const old = ledger[board]?.jsvars;
  for (const when of Object.keys(jsvars) as (keyof JsVars)[]) {
    const limit = old?.[when];
    if (limit && jsvars[when]! > limit * TOLERANCE) return `${board}: ${jsvars[when]} JsVars ${when}, and size.json has ${limit}`;
  }
  return undefined;
}
