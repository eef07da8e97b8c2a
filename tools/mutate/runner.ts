/**
 * The process in which the changes are tried, started by main.ts: `runner.ts JOB`. It writes a line of JSON for each thing it knows
 * to standard output: what each test passes, then what became of each change.
 */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import ts from 'typescript';
import type { Test } from './ava';
import { instrument } from './sites';

export interface Job {
  /** [absolute path, name for people and first id], of the sources. */
  files: [string, { name: string; base: number }][];
  /** Absolute paths of test files. */
  tests: string[];
  /** Ids to try, in this order. */
  ids: number[];
  /** Id → places of the tests that pass it, how many ms of CPU time each test takes, and how many of the clock, and rounds of loops; from an earlier run: without them this run finds out first. */
  passes?: Record<number, number[]>;
  took?: number[];
  waited?: number[];
  rounds?: number[];
  /** A regular expression: titles of tests that do not run. */
  withoutTitles?: string;
  /** FEATURE_ switches of the sources. */
  switches: Record<string, boolean>;
  /** Ms; tests that take longer are left out. */
  slow: number;
  /** Ms of tests for one change: who has not noticed it by then does not. */
  limit: number;
  /** Where to write what each test passes. */
  out: string;
}

/** Rounds of loops in a test: more than any needs without a change; with one, twenty times what it took without, and so many more. */
const LAPS = 20_000_000;
const LEAST_LAPS = 100_000;
/** Ms that a test may take: twenty times what it took without a change, and at least this. */
const LEAST_MS = 2000;
/** Seconds of CPU time for one change, after which the process ends itself. */
const LIMIT_S = 60;

const job = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Job;
const say = (line: object): void => void writeSync(1, JSON.stringify(line) + '\n');

let active = -1;
/** 1 for each id that the test under way passes. */
let passed: Uint8Array | undefined;
let laps = 0;
let mostLaps = LAPS;
const constants = new Map<number, (on: boolean) => void>();
Object.assign(globalThis, {
  __mutant(id: number): boolean {
    if (passed) passed[id] = 1;
    return id === active;
  },
  __lap(): void {
    if (++laps > mostLaps) {
      laps = 0;
      throw new Error('an endless loop');
    }
  },
  __constant(id: number, set: (on: boolean) => void): void {
    constants.set(id, set);
  },
});

const options: ts.CompilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
/** All sites. */
let count = 0;
const sources = job.files.map(([path, { name, base }]) => {
  const { code, sites } = instrument(readFileSync(path, 'utf8'), name, base, job.switches);
  count = base + sites.length;
  return [pathToFileURL(path).href, ts.transpileModule(code, { compilerOptions: options }).outputText];
});
const shim = new URL('./ava.ts', import.meta.url).href;
register(new URL('./hooks.mjs', import.meta.url), { data: { sources, ava: shim } });
const { tests: found, begin, runTest, TOO_LONG } = (await import(shim)) as typeof import('./ava');
for (const file of job.tests) await import(pathToFileURL(file).href);
const without = job.withoutTitles === undefined ? undefined : new RegExp(job.withoutTitles);
const tests = found.filter(({ title }) => !without?.test(title));
// The same cases each time: whether a change is noticed is no matter of luck.
fc.configureGlobal({ seed: 1 });
await begin();
// What tests print is not asked for.
for (const stream of [process.stdout, process.stderr]) stream.write = (() => true) as typeof stream.write;

const attempt = async (one: Test, limit: number): Promise<string | undefined> => {
  laps = 0;
  try {
    await runTest(one, limit);
  } catch (error) {
    return String((error as Error)?.message ?? error).split('\n')[0] || 'failed';
  }
  return undefined;
};

let { passes, took, waited, rounds } = job;
if (!passes || !took || !waited || !rounds) {
  passes = {};
  took = [];
  waited = [];
  rounds = [];
  for (let k = 0; k < tests.length; k++) {
    passed = new Uint8Array(count);
    const start = process.hrtime.bigint();
    const cpu = process.cpuUsage();
    const wrong = await attempt(tests[k]!, 120_000);
    const { user, system } = process.cpuUsage(cpu);
    waited[k] = Number(process.hrtime.bigint() - start) / 1e6;
    rounds[k] = laps;
    // A test that waits is tried late, but a busy machine makes none slow.
    took[k] = (user + system) / 1e3 + waited[k]! / 10;
    if (wrong) say({ broken: tests[k]!.title, wrong });
    else if (took[k]! <= job.slow) for (let id = 0; id < count; id++) if (passed[id]) (passes[id] ??= []).push(k);
  }
  passed = undefined;
  // Too much for a pipe at once.
  writeFileSync(job.out, JSON.stringify({ passes, took, waited, rounds, titles: tests.map(({ title }) => title) }));
  say({ done: true });
}

const times = took;
const durations = waited;
const roundsOf = rounds;
const byTime = (list: number[]): number[] => [...list].sort((a, b) => times[a]! - times[b]!);
const all = byTime(tests.map((_, k) => k).filter((k) => times[k]! <= job.slow));
/** Source → tests that noticed a change of it, the last first. */
const keen = new Map<string, number[]>();

/** The tests that see a change, in the order in which they are tried: those that noticed the last changes of that source, then the quick ones, as many as the limit lets in. */
function orderTests(id: number): number[] {
  const list = constants.has(id) ? all : byTime(passes![id] ?? []);
  const first = (keen.get(fileOf(id)) ?? []).filter((k) => list.includes(k));
  let rest = job.limit;
  return [...first, ...list.filter((k) => !first.includes(k))].filter((k) => (rest -= times[k]!) > 0);
}

const fileOf = (id: number): string => job.files.findLast(([, { base }]) => base <= id)![0];

// A loop that no count ends stops this thread, so another one looks.
const begun = new Float64Array(new SharedArrayBuffer(8));
const watch = `const { workerData: begun } = require('node:worker_threads');
setInterval(() => { const { user, system } = process.cpuUsage(); if (user + system - begun[0] > ${LIMIT_S}e6) process.kill(process.pid, 'SIGKILL'); }, 1000);`;
new Worker(watch, { eval: true, workerData: begun, execArgv: [] }).unref();

for (const id of job.ids) {
  const { user, system } = process.cpuUsage();
  begun[0] = user + system;
  say({ id, begun: true });
  const set = constants.get(id);
  active = set ? -1 : id;
  set?.(true);
  let noticed: string | undefined;
  for (const k of orderTests(id)) {
    const limit = Math.max(LEAST_MS, durations[k]! * 20);
    mostLaps = LEAST_LAPS + roundsOf[k]! * 20;
    let wrong = await attempt(tests[k]!, limit);
    if (wrong === TOO_LONG) {
      // On a busy machine a test takes long without any change, too.
      active = -1;
      set?.(false);
      const busy = await attempt(tests[k]!, limit);
      active = set ? -1 : id;
      set?.(true);
      if (busy) wrong = undefined;
    }
    if (!wrong) continue;
    noticed = `${tests[k]!.title}: ${wrong}`;
    keen.set(fileOf(id), [k, ...(keen.get(fileOf(id)) ?? []).filter((one) => one !== k)].slice(0, 12));
    break;
  }
  set?.(false);
  active = -1;
  say({ id, noticed: noticed ?? false });
}
process.exit(0);
