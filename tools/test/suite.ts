/** Runs one suite of test files: node tools/suite.js unit|long|engines [ava's own arguments]. */
import { spawn } from 'node:child_process';
import { inPackage } from '../../src/host/build/root';
import { formatCounts } from './stages';
import { findMissing, formatEngines, listEngines, requiredOf, TapReader } from './tap';

const SUITES = ['unit', 'long', 'engines'];
const [suite = 'unit', ...rest] = process.argv.slice(2);
if (!SUITES.includes(suite)) {
  console.error(`no suite ${suite}; there are ${SUITES.join(', ')}`);
  process.exit(2);
}

/** Seconds that ava and its workers have to end after a signal. */
const PATIENCE_S = 5;

const child = spawn(process.execPath, [inPackage('node_modules/ava/entrypoints/cli.mjs'), '--tap', ...rest], {
  cwd: inPackage(),
  env: { ...process.env, WIXT_SUITE: suite },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const reader = new TapReader({ file: (name) => console.log(name), line: (text) => console.log(text) });
let output = '';
let errors = '';
let stopped: NodeJS.Signals | undefined;
child.stdout.setEncoding('utf8').on('data', (data: string) => {
  // Enough of it to explain a run without tests.
  if (output.length < 65536) output += data;
  reader.take(data);
});
child.stderr.on('data', (data) => (errors += data));

function close(code: number | null): void {
  const result = reader.end();
  if (stopped) {
    console.log(`stopped by ${stopped}: the counts are those of the ${result.tests} tests that had ended`);
    result.failed++;
  } else if (code !== 0 && !result.failed) {
    // Files without tests, and errors outside of any test.
    console.log((result.tests ? errors : output + errors).trim());
    if (result.tests || !/Couldn.t find any (files|tests)/.test(output + errors)) result.failed++;
  }
  // Of a part of the unit suite nothing is expected.
  if (process.env.WIXT_REQUIRE && (suite === 'engines' || !rest.length)) {
    for (const line of findMissing(result.engines, requiredOf(suite, process.env.WIXT_REQUIRE))) {
      console.log(line);
      result.failed++;
    }
  }
  const table = formatEngines(result.engines);
  if (table.length) console.log(['', ...table, ...listEngines(result.engines)].join('\n'));
  console.log(formatCounts(result));
  process.exit(result.failed ? 1 : 0);
}

child.on('close', close);
// A time limit of .ci/run arrives as SIGTERM: what is known is printed, not lost.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopped) return;
    stopped = signal;
    child.kill(signal);
    setTimeout(() => close(null), PATIENCE_S * 1000);
  });
}
