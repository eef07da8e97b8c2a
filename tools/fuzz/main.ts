/** npm run fuzz: seeded changes to the corpus and the test vectors, target by target. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inPackage } from '../../src/host/build/root';
import { parseInputs, replay, run, shrink, type Finding, type Target } from '../../test/fuzz/target';
import { allTargets } from '../../test/fuzz/targets/index';
import { loadCore } from '../../test/support/core';

const USAGE = `usage: npm run fuzz -- [--seconds N] [--seed N] [--keep N] [TARGET…]
       npm run fuzz -- --input HEX[,HEX…] TARGET
  --seconds N  for each target (30); --seed N  what is tried (the day's number when absent)
  --keep N     add up to N inputs that were taken in new ways to test/fuzz/corpus
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
      options: { seconds: { type: 'string', default: '30' }, seed: { type: 'string' }, keep: { type: 'string', default: '0' }, input: { type: 'string' }, help: { type: 'boolean', default: false } },
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
const [seconds, seed, keep] = [values.seconds, values.seed ?? String(Math.floor(Date.now() / 86_400_000)), values.keep].map(Number) as [number, number, number];
if (!(seconds > 0) || !Number.isInteger(seed) || !(keep >= 0)) fail('--seconds, --seed and --keep take numbers');
const under = await loadCore();
const all = allTargets(under);
const targets = positionals.length ? all.filter(({ name }) => positionals.includes(name)) : all;
const unknown = positionals.find((name) => !all.some((target) => target.name === name));
if (unknown) fail(`there is no target ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);

// A promise that nobody waits for is a finding as well.
let stray: Error | undefined;
process.on('unhandledRejection', (error) => (stray = error as Error));

function report(target: Target, { error, inputs }: Finding): void {
  console.log(`${target.name}: ${error.message.split('\n').slice(0, 6).join('\n  ')}`);
  console.log((error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 6).join('\n'));
  console.log(`  npm run fuzz -- --input ${inputs.join(',')} ${target.name}`);
}

let failed = 0;
for (const target of targets) {
  if (values.input !== undefined) {
    const finding = await replay(target, parseInputs(values.input.split(',')));
    if (finding) report(target, finding);
    failed += finding ? 1 : 0;
    continue;
  }
  const { inputs, ways, fresh, finding } = await run(target, { seed, milliseconds: seconds * 1000 });
  console.log(`${target.name.padEnd(9)} ${target.title}: ${inputs} inputs, taken in ${ways} ways, seed ${seed}`);
  if (finding) {
    failed++;
    // What hangs on the state of the generator is told as it is.
    report(target, (await replay(target, parseInputs(finding.inputs))) ? await shrink(target, finding) : finding);
  }
  if (keep && fresh.length) {
    // From all of the run, and small ones.
    const small = fresh.filter((input) => input.length <= 240);
    const chosen = small.filter((_, i) => i % Math.ceil(small.length / keep) === 0);
    appendFileSync(join(inPackage('test', 'fuzz', 'corpus'), `${target.name}.txt`), chosen.map((input) => `${input}\n`).join(''));
  }
}
if (stray) {
  failed++;
  console.log(`a promise was rejected, and nobody waited for it: ${stray.stack ?? stray.message}`);
}
console.log(`${targets.length - Math.min(failed, targets.length)} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
