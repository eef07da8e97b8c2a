/** Measures every board and the rows that are no board; compares with size.json or brings it up to date. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listBoards, readBoard } from '../../src/host/build/boards';
import { checkBudget, LEDGER_FILE, readLedger, updateRow, type Ledger } from '../../src/host/build/ledger';
import { measureBoard, type Measurement } from '../../src/host/build/measure';
import { inPackage } from '../../src/host/build/root';

const USAGE = 'usage: node tools/size.js [--update [--budgets]] [--where NAME] [NAME…]';

/** Folders of everything that is measured. */
function findAll(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of [inPackage('boards'), inPackage('tools', 'size')]) {
    for (const name of listBoards(folder)) found.set(name, join(folder, name));
  }
  return found;
}

function printModules({ modules, minified }: Measurement): void {
  for (const { file, bytes } of modules) {
    console.log(`  ${String(bytes).padStart(6)}  ${((bytes * 100) / minified).toFixed(1).padStart(5)} %  ${file}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { update: { type: 'boolean' }, budgets: { type: 'boolean' }, where: { type: 'string' } },
    allowPositionals: true,
  });
  const all = findAll();
  const names = values.where ? [values.where] : positionals.length ? positionals : [...all.keys()];
  const unknown = names.find((name) => !all.has(name));
  if (unknown) throw new Error(`no ${unknown} among ${[...all.keys()].join(', ')}; ${USAGE}`);
  const ledger: Ledger = existsSync(LEDGER_FILE) ? readLedger() : {};
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of names) {
    const board = await readBoard(all.get(name)!);
    if (!existsSync(join(board.folder, 'main.ts'))) {
      counts.skipped++;
      console.log(`${name}: skipped, it has no main.ts yet`);
      continue;
    }
    const measured = await measureBoard(board);
    if (values.update) ledger[name] = updateRow(ledger[name], measured, values.budgets);
    const row = ledger[name];
    const fault = checkBudget(name, row, measured.minified, measured.gzip);
    counts[fault ? 'failed' : 'passed']++;
    const aim = row?.aim ? `, aim ${row.aim}` : '';
    const change = row && row.minified !== measured.minified ? `, ${signed(measured.minified - row.minified)} since size.json` : '';
    console.log(fault ?? `${name}: ${measured.minified} bytes of ${row.budget}${aim}, gzip ${measured.gzip}${change}`);
    if (values.where) printModules(measured);
  }
  if (values.update) {
    const sorted = Object.fromEntries(Object.keys(ledger).sort().map((name) => [name, ledger[name]]));
    writeFileSync(LEDGER_FILE, JSON.stringify(sorted, null, 2) + '\n');
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed) process.exitCode = 1;
}

function signed(n: number): string {
  return (n > 0 ? '+' : '') + n;
}

await main().catch((error: Error & { lines?: string[] }) => {
  console.error((error.lines ?? [error.message]).join('\n'));
  process.exitCode = 1;
});
