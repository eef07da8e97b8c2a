/** npm run vectors -- FILE…: what passed, what failed, what was skipped and why. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '../../src/host/problem';
import { inPackage, showPath } from '../../src/host/build/root';
import { loadContext, readVectors, runFile, type Outcome, type Report } from './run';

const USAGE = `usage: npm run vectors -- [--sources] [--quiet] [FILE…]
  FILE       files of test vectors; those of test/vectors when none is given
  --sources  run on the sources instead of the bundle (dist/host/wixt.min.js, made by npm run build)
  --quiet    leave out what passed as tolerated and the reasons of what was skipped`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { sources: { type: 'boolean', default: false }, quiet: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
  } catch (error) {
    throw new Problem([(error as Error).message.replace(/\.? To specify a positional.*$/s, ''), USAGE], 2);
  }
}

const count = (outcomes: Outcome[], status: Outcome['status']): number => outcomes.filter((one) => one.status === status).length;
const summary = (outcomes: Outcome[]): string => `${count(outcomes, 'passed')} passed, ${count(outcomes, 'failed')} failed, ${count(outcomes, 'skipped')} skipped`;

function print({ file, outcomes }: Report, quiet: boolean): void {
  const tolerated = outcomes.filter((one) => one.tolerated);
  console.log(`${showPath(file)}: ${summary(outcomes)}${tolerated.length ? ` (${tolerated.length} of the passed by a tolerated answer)` : ''}`);
  for (const { id, why } of outcomes.filter(({ status }) => status === 'failed')) console.log(`  failed ${id}: ${why}`);
  if (quiet) return;
  for (const { id, why } of tolerated) console.log(`  tolerated ${id}: ${why}`);
  // One line for each reason.
  const reasons = new Map<string, string[]>();
  for (const { id, why = '' } of outcomes.filter(({ status }) => status === 'skipped')) reasons.set(why, [...(reasons.get(why) ?? []), id]);
  for (const [why, ids] of reasons) console.log(`  skipped ${ids.length > 6 ? `${ids.slice(0, 6).join(', ')} and ${ids.length - 6} more` : ids.join(', ')}: ${why}`);
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(USAGE);
  const folder = inPackage('test', 'vectors');
  // npm changes to the package's folder; names are meant from where npm was called.
  const named = positionals.map((name) => (existsSync(name) ? name : resolve(process.env.INIT_CWD ?? '.', name)));
  const files = named.length ? named : readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name));
  for (const file of files) readVectors(file);
  const context = await loadContext(values.sources ? 'sources' : 'board');
  const all: Outcome[] = [];
  for (const file of files) {
    const report = runFile(file, context);
    print(report, values.quiet);
    all.push(...report.outcomes);
  }
  console.log(summary(all));
  if (count(all, 'failed')) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  for (const line of error.lines) console.error(line);
  process.exitCode = error.exitCode;
}
