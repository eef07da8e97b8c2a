/**
 * The process in which the changes are tried, started by main.ts: `runner.ts JOB`. It writes a line of JSON for each thing it knows
 * to standard output: what each test passes, then what became of each change.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { Test } from './ava';
import { instrument } from './sites';

export interface Job {
  /** [absolute path, name for people and first id], of the sources. */
  files: [string, { name: string; base: number }][];
  /** Absolute paths of test files. */
  tests: string[];
  /** Ids to try, in this order; all that tests pass when absent: only the passes are told then. */
  ids?: number[];
  /** Id → places of the tests that pass it, from an earlier run. */
  passes?: Record<number, number[]>;
  constants: number[];
  /** A regular expression: titles of tests that do not run. */
  withoutTitles?: string;
  /** FEATURE_ switches of the sources. */
  switches: Record<string, boolean>;
  /** Ms; tests that take longer are left out. */
  slow: number;
  /** Where to write what each test passes. */
  out: string;
}

/** More rounds of loops than any test needs, since a test began. */
const LAPS = 20_000_000;
/** Ms that a test may take: twenty times what it took without a change, and at least this. */
const LEAST_MS = 2000;

const job = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Job;
const say = (line: object): void => void writeSync(1, JSON.stringify(line) + '\n');

let active = -1;
let passed: Set<number> | undefined;
let laps = 0;
const constants = new Map<number, (on: boolean) => void>();
Object.assign(globalThis, {
  __mutant(id: number): boolean {
    passed?.add(id);
    return id === active;
  },
  __lap(): void {
    if (++laps > LAPS) {
      laps = 0;
      throw new Error('an endless loop');
    }
  },
  __constant(id: number, set: (on: boolean) => void): void {
    constants.set(id, set);
  },
});

const options: ts.CompilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
const sources = job.files.map(([path, { name, base }]) => {
  const { code } = instrument(readFileSync(path, 'utf8'), name, base, job.switches);
  return [pathToFileURL(path).href, ts.transpileModule(code, { compilerOptions: options }).outputText];
});
const shim = new URL('./ava.ts', import.meta.url).href;
register(new URL('./hooks.mjs', import.meta.url), { data: { sources, ava: shim } });
const { tests: found, begin, runTest } = (await import(shim)) as typeof import('./ava');
for (const file of job.tests) await import(pathToFileURL(file).href);
const without = job.withoutTitles === undefined ? undefined : new RegExp(job.withoutTitles);
const tests = found.filter(({ title }) => !without?.test(title));
await begin();
// What tests print is not asked for.
for (const stream of [process.stdout, process.stderr]) stream.write = (() => true) as typeof stream.write;

const took: number[] = [];
const attempt = async (one: Test, limit: number): Promise<string | undefined> => {
  laps = 0;
  try {
    await runTest(one, limit);
  } catch (error) {
    return String((error as Error)?.message ?? error).split('\n')[0] || 'failed';
  }
  return undefined;
};

if (!job.ids) {
  const passes: Record<number, number[]> = {};
  for (let k = 0; k < tests.length; k++) {
    passed = new Set();
    const start = process.hrtime.bigint();
    const wrong = await attempt(tests[k]!, 120_000);
    took[k] = Number(process.hrtime.bigint() - start) / 1e6;
    if (wrong) say({ broken: tests[k]!.title, wrong });
    else for (const id of passed) (passes[id] ??= []).push(k);
  }
  // Too much for a pipe at once.
  writeFileSync(job.out, JSON.stringify({ passes, took, titles: tests.map(({ title }) => title) }));
  say({ done: true });
} else {
  const { passes = {} } = job;
  const times = JSON.parse(process.env.WIXT_TOOK!) as number[];
  const byTime = (list: number[]): number[] => [...list].sort((a, b) => times[a]! - times[b]!);
  const all = byTime(tests.map((_, k) => k).filter((k) => times[k]! <= job.slow));
  for (const id of job.ids) {
    say({ id, begun: true });
    const set = constants.get(id);
    active = set ? -1 : id;
    set?.(true);
    let noticed: string | undefined;
    for (const k of set ? all : byTime(passes[id] ?? [])) {
      const wrong = await attempt(tests[k]!, Math.max(LEAST_MS, times[k]! * 20));
      if (!wrong) continue;
      noticed = `${tests[k]!.title}: ${wrong}`;
      break;
    }
    set?.(false);
    active = -1;
    say({ id, noticed: noticed ?? false });
  }
}
process.exit(0);
