/** npm run fuzz: seeded changes to the corpus and the test vectors, target by target. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inPackage } from '../../src/host/build/root';
import type { Target } from '../../test/fuzz/target';
import { allTargets } from '../../test/fuzz/targets/index';
import { TARGETS, watch, type Outcome } from '../../test/fuzz/watch';
import { loadCore } from '../../test/support/core';

const USAGE = `usage: npm run fuzz -- [--seconds N] [--seed N] [--keep N] [--patience N] [TARGET…]
       npm run fuzz -- --input HEX[,HEX…] TARGET
  --seconds N  for each target (30); --seed N  what is tried (the day's number when absent)
  --keep N     add up to N inputs that were taken in new ways to test/fuzz/corpus
  --patience N what takes longer than that for one input hangs (20 seconds)
  --input      give these inputs to the target, one after the other
WIXT_CORE=bundle runs it on the minified bundle.`;

function fail(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { seconds: { type: 'string', default: '30' }, seed: { type: 'string' }, keep: { type: 'string', default: '0' }, patience: { type: 'string', default: '20' }, input: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const given = [values.seconds, values.seed ?? String(Math.floor(Date.now() / 86_400_000)), values.keep, values.patience];
const [seconds, seed, keep, patience] = given.map(Number) as [number, number, number, number];
if (!(seconds > 0) || !Number.isInteger(seed) || !(keep >= 0) || !(patience > 0)) fail('--seconds, --seed, --keep and --patience take numbers');
const all = allTargets(await loadCore());
const targets = positionals.length ? all.filter(({ name }) => positionals.includes(name)) : all;
const unknown = positionals.find((name) => !all.some((target) => target.name === name));
if (unknown) fail(`there is no target ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);

function report(target: Target, { message, stack, inputs }: NonNullable<Outcome['finding']>): void {
  console.log(`${target.name}, seed ${seed}: ${message.split('\n').slice(0, 6).join('\n  ')}`);
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 6);
  if (lines.length) console.log(lines.join('\n'));
  if (inputs.length) console.log(`  npm run fuzz -- --input ${inputs.join(',')} ${target.name}`);
}

let failed = 0;
for (const target of targets) {
  const request = { module: TARGETS, name: target.name, seed, milliseconds: seconds * 1000, inputs: values.input?.split(',') };
  const { inputs, ways, fresh, finding } = await watch(request, patience * 1000);
  if (!values.input) console.log(`${target.name.padEnd(9)} ${target.title}: ${inputs} inputs, taken in ${ways} ways, seed ${seed}`);
  if (finding) {
    failed++;
    report(target, finding);
  }
  if (keep && fresh.length) {
    // From all of the run, and small ones.
    const small = fresh.filter((input) => input.length <= 240);
    const chosen = small.filter((_, i) => i % Math.ceil(small.length / keep) === 0);
    appendFileSync(join(inPackage('test', 'fuzz', 'corpus'), `${target.name}.txt`), chosen.map((input) => `${input}\n`).join(''));
  }
}
console.log(`${targets.length - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
