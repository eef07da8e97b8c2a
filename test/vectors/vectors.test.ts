import { readdirSync } from 'node:fs';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { loadContext, runFile } from '../../tools/vectors/run';

const folder = inPackage('test', 'vectors');
const files = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();

/** What is skipped, and why it may be. */
const SKIPPED: Record<string, [count: number, why: RegExp]> = {
  'blockwise.json': [1, /Read-Composite, which is not part of LwM2M 1\.0/],
  'badinput.json': [24, /bootstrap interface|security layer|Send is not part/],
};

/** Answers that are tolerated instead of expected: formats and composite operations of LwM2M 1.1 are refused as unknown. */
const TOLERATED: Record<string, number> = { 'badinput.json': 56 };

for (const where of ['sources', 'bundle'] as const)
  for (const file of files)
    test(`${file} on the ${where}`, async (t) => {
      const { outcomes } = runFile(`${folder}/${file}`, await loadContext(where));
      t.deepEqual(outcomes.filter(({ status }) => status === 'failed'), []);
      const skipped = outcomes.filter(({ status }) => status === 'skipped');
      const [count, why] = SKIPPED[file] ?? [0, /^$/];
      t.is(skipped.length, count);
      for (const one of skipped) t.regex(one.why ?? '', why, one.id);
      t.is(outcomes.filter(({ tolerated }) => tolerated).length, TOLERATED[file] ?? 0);
    });
