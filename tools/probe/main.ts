/** The probe: random programs through the build chain, on Espruino and on Node; both must print the same. */
import { parseArgs } from 'node:util';
import { runInNewContext } from 'node:vm';
import { findEspruino, runEspruino } from '../espruino';
import { chainModule } from './chain';
import { generateProgram } from './generate';

const USAGE = 'usage: node tools/probe.js [--count 3000] [--seed 1] [--show N]';

interface Program {
  seed: number;
  code: string;
  expected: string;
}

function runOnNode(code: string): string {
  const exports: { run?: () => string } = {};
  runInNewContext(code, { exports, Uint8Array });
  return exports.run!();
}

/** A program between others: it must not disturb them, whatever it does. */
function wrap({ seed, code }: Program): string {
  return `try{var e={};(function(exports){${code}\n})(e);print("@${seed} "+e.run())}catch(x){print("@${seed} !"+x)}\n`;
}

/** Runs programs in one process. Those that printed nothing are not in the answer. */
async function runTogether(binary: string, programs: Program[]): Promise<Map<number, string>> {
  const output = await runEspruino(binary, programs.map(wrap).join(''));
  return new Map([...output.matchAll(/^@(\d+) (.*)$/gm)].map((match) => [Number(match[1]), match[2].trimEnd()]));
}

async function countVariables(binary: string): Promise<number> {
  return Number(/\d+/.exec(await runEspruino(binary, 'print(process.memory().total)'))?.[0] ?? 0);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' }, show: { type: 'string' } },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  if (!(count > 0) || !(seed >= 0)) throw new Error(USAGE);
  const programAt = (n: number) => generateProgram(Math.imul(n + seed * 100003, 2654435761) >>> 0);
  if (values.show !== undefined) {
    const source = programAt(Number(values.show));
    const { small, findings } = await chainModule(source);
    return console.log([source, small, ...findings].join('\n\n'));
  }
  const binary = findEspruino();
  if (!binary) {
    console.log('no Espruino: set ESPRUINO_BIN to a build for Linux, or put espruino on PATH');
    return console.log('0 passed, 0 failed, 1 skipped');
  }
  // A build with a fixed number of variables holds one program at a time.
  const room = (await countVariables(binary)) < 20000 ? 0 : 80000;
  let passed = 0;
  let failed = 0;
  let batch: Program[] = [];
  const refused = new Map<string, number>();
  const fail = (n: number, why: string) => {
    failed++;
    console.log(`program ${n}: ${why} (node tools/probe.js --seed ${seed} --show ${n})`);
  };
  const flush = async () => {
    const results = await runTogether(binary, batch);
    for (const program of batch) {
      // What printed nothing may have been stopped by a neighbour.
      const result = results.get(program.seed) ?? (await runTogether(binary, [program])).get(program.seed);
      if (result === program.expected) passed++;
      else fail(program.seed, `Node says ${program.expected}, Espruino ${result ?? 'nothing'}`);
    }
    batch = [];
  };
  for (let n = 0; passed + failed + batch.length < count; n++) {
    const { plain, small, findings } = await chainModule(programAt(n));
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
    batch.push({ seed: n, code: small, expected });
    if (batch.reduce((sum, { code }) => sum + code.length, 0) > room) await flush();
  }
  await flush();
  const refusals = [...refused].map(([rule, times]) => `${rule} ${times}`).join(', ');
  console.log(`programs that the gate refused, and others took their place: ${refusals || 'none'}`);
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  if (failed) process.exitCode = 1;
}

await main();
