/**
 * Measures what size.json has, and writes the manual's tables anew. What fails a budget here is the budget's matter: without --budgets those stay.
 * The machine should do nothing else meanwhile. It takes twenty minutes; ESPRUINO_1700, ESPRUINO_2500, JERRY_SMALL, ESPRUINO_MM as for `npm run engines`.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LEDGER_FILE, readLedger, type FigureName, type LedgerRow } from '../../src/host/build/ledger';
import { inPackage } from '../../src/host/build/root';
import { DOCS, findStale } from '../docs/generate';
import { countInstructions } from '../../test/engines/support/instructions';
import { measureVariants } from '../../test/engines/support/variants';
import { measurePlan } from '../../test/engines/support/plan';
import { measureRam } from '../../test/engines/support/ram';

/** Test files that write down what they measure, where WIXT_UPDATE says so. */
const TESTS = ['live', 'rak8212', 'wifi', 'live-mquickjs', 'live-xs', 'live-jerry'].map((name) => `test/engines/${name}.test.ts`);

function run(script: string, given: string[], env: Record<string, string> = {}): void {
  console.log(`\n== ${script} ${given.join(' ')}`);
  const { status } = spawnSync(process.execPath, [inPackage(script), ...given], { cwd: inPackage(), stdio: 'inherit', env: { ...process.env, ...env } });
  if (status) process.exitCode = 1;
}

function note(board: string, figure: FigureName, more: (row: LedgerRow) => Partial<LedgerRow>): void {
  const ledger = readLedger();
  const row = ledger[board]!;
  ledger[board] = { ...row, ...more(row), measuredOn: { ...row.measuredOn, [figure]: row.minified } };
  writeFileSync(LEDGER_FILE, JSON.stringify(ledger, null, 2) + '\n');
}

/** Measures and writes the result down, or prints why there is no result. */
async function keep<R>(what: string, measure: () => Promise<R | string>, save: (result: R) => void): Promise<void> {
  console.log(`\n== ${what}`);
  try {
    const result = await measure();
    if (typeof result === 'string') console.log(`skipped: ${result}`);
    else save(result);
  } catch (error) {
    console.log(`failed: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

/** Instructions are worth publishing where Storage is in memory, as on a board. */
async function countWork(board: string): Promise<Record<string, number> | string> {
  return process.env.ESPRUINO_MM ? countInstructions(board) : 'ESPRUINO_MM names no Espruino whose Storage is mapped into memory';
}

/** Writes the pages of the manual whose figures differ. */
async function writeTables(): Promise<void> {
  for (const [page, text] of await findStale()) writeFileSync(join(DOCS, page), text);
}

const { values } = parseArgs({ options: { budgets: { type: 'boolean' }, tables: { type: 'boolean' } } });
if (!values.tables) {
  run('node_modules/rollup/dist/bin/rollup', ['-c', '--silent']);
  run('tools/size.js', ['--update', ...(values.budgets ? ['--budgets'] : [])]);
  run('node_modules/ava/entrypoints/cli.mjs', ['--verbose', '--concurrency', '1', ...TESTS], { WIXT_UPDATE: values.budgets ? 'budgets' : '1', WIXT_SUITE: 'engines' });
  await keep('functions in RAM', () => measureRam('linux-espruino'), (more) => note('linux-espruino', 'ram', ({ jsvars }) => ({ jsvars: { ...jsvars!, ram: jsvars!.loaded! + more } })));
  await keep('parts of a program on esp8266', () => measurePlan('esp8266'), (plan) => note('esp8266', 'plan', () => ({ plan })));
  for (const board of ['linux-espruino', 'esp8266']) await keep(`instructions on ${board}`, () => countWork(board), (work) => note(board, 'work', () => ({ work })));
  await keep('overlays', () => measureVariants(), (variants) => note('linux-espruino', 'variants', () => ({ variants })));
}
await writeTables();
console.log(`\nthe manual's tables are as size.json says${values.tables ? '' : '; look at git diff'}`);
