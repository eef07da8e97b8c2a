/** Runs one suite of test files: node tools/suite.js unit|engines [ava's own arguments]. */
import { spawn } from 'node:child_process';
import { inPackage } from '../../src/host/build/root';
import { formatCounts } from './stages';
import { formatEngines, readTap } from './tap';

const SUITES = ['unit', 'engines'];
const [suite = 'unit', ...rest] = process.argv.slice(2);
if (!SUITES.includes(suite)) {
  console.error(`no suite ${suite}; there are ${SUITES.join(', ')}`);
  process.exit(2);
}

const child = spawn(process.execPath, [inPackage('node_modules/ava/entrypoints/cli.mjs'), '--tap', ...rest], {
  cwd: inPackage(),
  env: { ...process.env, WIXT_SUITE: suite },
  stdio: ['ignore', 'pipe', 'pipe'],
});
let output = '';
let errors = '';
child.stdout.on('data', (data) => (output += data));
child.stderr.on('data', (data) => (errors += data));
child.on('close', (code) => {
  const result = readTap(output);
  for (const line of result.faults) console.log(line);
  for (const line of result.measured) console.log(line);
  for (const line of result.skips) console.log(`skipped: ${line}`);
  // Files without tests, and errors outside of any test.
  if (code !== 0 && !result.failed) {
    console.log((result.tests ? errors : output + errors).trim());
    if (result.tests || !/Couldn.t find any (files|tests)/.test(output + errors)) result.failed++;
  }
  const table = formatEngines(result.engines);
  if (table.length) console.log(['', ...table].join('\n'));
  console.log(formatCounts(result));
  process.exitCode = result.failed ? 1 : 0;
});
