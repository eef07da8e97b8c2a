/** The probe: random programs through the build chain, on Espruino and on Node; both must print the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runInNewContext } from 'node:vm';
import { findEspruino, runEspruino } from '../espruino';
import { chainModule } from './chain';
import { generateProgram } from './generate';

const USAGE = 'usage: node tools/probe.js [--count 3000] [--seed 1] [--jobs N] [--show N]';

interface Program {
  n: number;
  code: string;
  expected: string;
}

function runOnNode(code: string): string {
  const exports: { run?: () => string } = {};
  runInNewContext(code, { exports, Uint8Array });
  return exports.run!();
}

/** A program between others: it must not disturb them, whatever it does. */
function wrap({ n, code }: Program): string {
  return `try{var e={};(function(exports){${code}\n})(e);print("@${n} "+e.run())}catch(x){print("@${n} !"+x)}\n`;
}

/** Runs programs in one process. Those that printed nothing are not in the answer. */
async function runTogether(binary: string, programs: Program[]): Promise<Map<number, string>> {
  const output = await runEspruino(binary, programs.map(wrap).join(''));
  return new Map([...output.matchAll(/^@(\d+) (.*)$/gm)].map((match) => [Number(match[1]), match[2].trimEnd()]));
}

async function countVariables(binary: string): Promise<number> {
  return Number(/\d+/.exec(await runEspruino(binary, 'print(process.memory().total)'))?.[0] ?? 0);
}

/** Where a program's numbers start and how far they are apart: several processes share the work. */
interface Share {
  count: number;
  seed: number;
  first: number;
  step: number;
}

/** Runs `count` programs on the engine and prints the differences. Returns how many passed and failed, and how many each rule refused. */
async function probe(binary: string, { count, seed, first, step }: Share): Promise<{ passed: number; failed: number; refused: Map<string, number> }> {
  // A build with a fixed number of variables holds one program at a time.
  const room = (await countVariables(binary)) < 20000 ? 0 : 80000;
  const refused = new Map<string, number>();
  let passed = 0;
  let failed = 0;
  let batch: Program[] = [];
  const fail = (n: number, why: string) => {
    failed++;
    console.log(`program ${n}: ${why} (node tools/probe.js --seed ${seed} --show ${n})`);
  };
  const flush = async () => {
    const results = await runTogether(binary, batch);
    for (const program of batch) {
      // What printed nothing may have been stopped by a neighbour.
      const result = results.get(program.n) ?? (await runTogether(binary, [program])).get(program.n);
      if (result === program.expected) passed++;
      else fail(program.n, `Node says ${program.expected}, Espruino ${result ?? 'nothing'}`);
    }
    batch = [];
  };
  for (let n = first; passed + failed + batch.length < count; n += step) {
    const { plain, small, findings } = await chainModule(programAt(n, seed));
    if (findings.length) {
      // The build would refuse it: another one takes its place.
      const rule = findings[0].split(':')[0];
      refused.set(rule, (refused.get(rule) ?? 0) + 1);
      continue;
    }
    const expected = runOnNode(plain);
    const minified = runOnNode(small);
    if (minified !== expected) {
      fail(n, `minified, Node says ${minified} and not ${expected}`);
      continue;
    }
    batch.push({ n, code: small, expected });
    if (batch.reduce((sum, { code }) => sum + code.length, 0) > room) await flush();
  }
  await flush();
  return { passed, failed, refused };
}

function programAt(n: number, seed: number): string {
  return generateProgram(Math.imul(n + seed * 100003, 2654435761) >>> 0);
}

/** Runs the work in `jobs` processes; each prints its results as a line of JSON. */
async function share(count: number, seed: number, jobs: number): Promise<{ passed: number; failed: number; refused: Map<string, number> }> {
  const total = { passed: 0, failed: 0, refused: new Map<string, number>() };
  const run = async (first: number) => {
    const own = Math.floor((count + first) / jobs);
    const line = ['--count', own, '--seed', seed, '--first', first, '--step', jobs].map(String);
    const child = spawn(process.execPath, [process.argv[1], ...line], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    await once(child, 'close');
    const lines = output.trimEnd().split('\n');
    const results = /^\{/.test(lines[lines.length - 1]) ? JSON.parse(lines.pop()!) : { passed: 0, failed: own, refused: [] };
    for (const text of lines) if (text) console.log(text);
    total.passed += results.passed;
    total.failed += results.failed;
    for (const [rule, times] of results.refused) total.refused.set(rule, (total.refused.get(rule) ?? 0) + times);
  };
  await Promise.all(Array.from({ length: jobs }, (_, first) => run(first)));
  return total;
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { count: text, seed: text, jobs: text, show: text, first: text, step: text } });
  const number = (value: string | undefined, fallback: number) => (value === undefined ? fallback : Number(value));
  const count = number(values.count, 3000);
  const seed = number(values.seed, 1);
  const jobs = Math.min(number(values.jobs, availableParallelism()), count);
  if (!(count > 0) || !(seed >= 0) || !(jobs > 0)) throw new Error(USAGE);
  if (values.show !== undefined) {
    const source = programAt(Number(values.show), seed);
    const { small, findings } = await chainModule(source);
    return console.log([source, small, ...findings].join('\n\n'));
  }
  const binary = findEspruino();
  if (!binary) {
    console.log('no Espruino: set ESPRUINO_BIN to a build for Linux, or put espruino on PATH');
    return console.log('0 passed, 0 failed, 1 skipped');
  }
  if (values.step !== undefined) {
    const { passed, failed, refused } = await probe(binary, { count, seed, first: Number(values.first), step: Number(values.step) });
    return console.log(JSON.stringify({ passed, failed, refused: [...refused] }));
  }
  const { passed, failed, refused } = await share(count, seed, jobs);
  const refusals = [...refused].map(([rule, times]) => `${rule} ${times}`).join(', ');
  console.log(`programs that the gate refused (others replaced them): ${refusals || 'none'}`);
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  if (failed) process.exitCode = 1;
}

await main();
