/**
 * `npm run mutate`: changes the sources in one small place at a time (a comparison turned, one off by one, a condition dropped,
 * another response code, a statement gone) and runs the tests that pass there. A change that no test notices is a rule without a test.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { inPackage } from '../../src/host/build/root';
import { listSources } from '../../src/host/build/sources';
import type { Job } from './runner';
import * as features from '../../src/device/features';
import { instrument, type Site } from './sites';

const USAGE = `usage: npm run mutate -- [--part NAME] [--sample N [--seed S]] [--file PART_OF_PATH] [--again FILE] [--slow MS] [--limit MS] [--at-least PERCENT] [--all]
  --part NAME     device or server; both when it is absent
  --sample N      N changes of each part, chosen by --seed (1), instead of all
  --file TEXT     only in sources whose path has TEXT in it
  --again FILE    only what that output of an earlier run calls unnoticed
  --slow MS       leave out tests that take longer (2000)
  --limit MS      of tests for one change, the quick ones first (6000)
  --at-least P    fail below P percent of all (92), those with a reason counted as noticed
  --all           list what was noticed, too`;

interface Part {
  sources: string[];
  /** Sources without a change; of the server, the command, which its tests start as a process. */
  without: RegExp;
  tests: string[];
  /** Test files that start processes, which do not see the change, that measure memory and CPU time, which the switches change, or that take minutes. */
  withoutTests?: RegExp;
  /** Titles of tests that take many seconds. */
  withoutTitles?: RegExp;
}

const PARTS: Record<string, Part> = {
  device: { sources: ['src/device'], without: /\/generated\/|\/hal\/|features\.ts$|index\.ts$/, tests: ['test/device', 'tools/mutate/vectors.test.ts', 'test/compat'], withoutTests: /\/explorer\.test\.ts$/, withoutTitles: /^(2\.5: a body that never rests|what a program says of its objects compiles|no observation waits for more than a round|7959 2\.4: (an ETag does not come back|numbers that move)|tlv\.json)/ },
  server: { sources: ['src/host/server'], without: /(index|run)\.ts$/, tests: ['test/host/server', 'test/compat'], withoutTests: /\/(command|growth)\.test\.ts$/, withoutTitles: /^(a head that does not come|damaged registrations|10,000 forged)/ },
};

/** Changes that may go unnoticed: `FILE: CHANGE` → the reason. */
const REASONS_FILE = inPackage('tools', 'mutate', 'unnoticed.json');

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        part: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string', default: '1' }, file: { type: 'string', default: '' }, again: { type: 'string' }, slow: { type: 'string', default: '2000' }, limit: { type: 'string', default: '6000' }, 'at-least': { type: 'string', default: '92' }, all: { type: 'boolean' }, help: { type: 'boolean' },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    if (values.part !== undefined && !PARTS[values.part]) throw new Error(`no part ${values.part}; there are ${Object.keys(PARTS).join(', ')}`);
    for (const name of ['sample', 'seed', 'slow', 'limit', 'at-least'] as const) if (values[name] !== undefined && !(Number(values[name]) >= 0)) throw new Error(`--${name} takes a number`);
    return values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

type Line = { id: number; begun?: true; noticed?: string | false } | { broken: string; wrong: string } | { done: true; passes: Record<number, number[]>; took: number[]; waited: number[]; rounds: number[]; titles: string[] };

/** Runs a job; `onLine` hears each line. Resolves with the id that was under way when the process died, or ended itself since that took too long: the change counts as noticed. */
function runJob(job: Omit<Job, 'out'>, onLine: (line: Line) => void): Promise<number | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-mutate-'));
  const file = join(folder, 'job.json');
  const out = join(folder, 'passes.json');
  writeFileSync(file, JSON.stringify({ ...job, out }));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import=tsx', inPackage('tools', 'mutate', 'runner.ts'), file], {
      cwd: inPackage(),
      env: { ...process.env, WIXT_RUNS: '20' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let under: number | undefined;
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as Line;
      if ('begun' in line) {
        under = line.id;
      } else {
        if ('id' in line) under = undefined;
        onLine('done' in line ? { ...line, ...JSON.parse(readFileSync(out, 'utf8')) } : line);
      }
    });
    child.on('close', () => {
      rmSync(folder, { recursive: true, force: true });
      resolve(under);
    });
  });
}

/** Murmur3's last step over a sum of characters: the same for the same text. */
function hash(text: string): number {
  let h = 0;
  for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x5bd1e995) + k;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** `n` of the sites, those with the lowest hash of seed, file and change: an edit of a source changes the sample where it was made, and nowhere else. */
function sample(list: Site[], n: number, seed: number): Site[] {
  const met = new Map<string, number>();
  const ranked = list.map((site): [number, Site] => {
    const count = (met.get(keyOf(site)) ?? 0) + 1;
    met.set(keyOf(site), count);
    return [hash(`${seed} ${keyOf(site)} ${count}`), site];
  });
  return ranked.sort(([a], [b]) => a - b).slice(0, n).map(([, site]) => site);
}

const keyOf = (site: Site): string => `${site.file}: ${site.what}`;

interface Outcome {
  tried: number;
  noticed: number;
  /** Not noticed, with a reason in REASONS_FILE. */
  explained: number;
  /** The tests ran, and passed without any change. */
  sound: boolean;
}

async function runPart(name: string, { sources, without, tests, withoutTests, withoutTitles }: Part): Promise<Outcome> {
  const reasons = existsSync(REASONS_FILE) ? (JSON.parse(readFileSync(REASONS_FILE, 'utf8')) as Record<string, string>) : {};
  const paths = sources.flatMap((folder) => listSources(inPackage(...folder.split('/')))).filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file) && !without.test(file)).sort();
  const switches = Object.fromEntries(Object.entries(features).filter((one): one is [string, boolean] => typeof one[1] === 'boolean'));
  const files: Job['files'] = [];
  let sites: Site[] = [];
  for (const path of paths) {
    const file = relative(inPackage(), path);
    files.push([path, { name: file, base: sites.length }]);
    sites = sites.concat(instrument(readFileSync(path, 'utf8'), file, sites.length, switches).sites);
  }
  const testFiles = tests.flatMap((one) => (one.endsWith('.ts') ? [inPackage(one)] : listSources(inPackage(...one.split('/'))))).filter((file) => file.endsWith('.test.ts') && !withoutTests?.test(file)).sort();
  const before = values.again === undefined ? undefined : readFileSync(values.again, 'utf8').split('\n');
  const isBefore = (site: Site): boolean => before!.some((line) => line.startsWith(`unnoticed  ${site.file}:`) && line.includes(` ${site.what}`));
  const eligible = sites.filter((site) => site.file.includes(values.file!) && (!before || isBefore(site)));
  const chosen = values.sample === undefined ? eligible : sample(eligible, Number(values.sample), Number(values.seed));
  const job: Omit<Job, 'out'> = { files, tests: testFiles, switches, ids: [], slow: Number(values.slow), limit: Number(values.limit), ...(withoutTitles && { withoutTitles: withoutTitles.source }) };
  let passes: Record<number, number[]> | undefined;
  let took: number[] | undefined;
  let waited: number[] | undefined;
  let rounds: number[] | undefined;
  let broken = 0;
  const results = new Map<number, string | false>();
  const byId = new Map(chosen.map((site) => [site.id, site]));
  let noticed = 0;
  let explained = 0;
  const settle = (id: number, result: string | false): void => {
    const site = byId.get(id)!;
    const reason = reasons[keyOf(site)];
    results.set(id, result);
    if (result) {
      noticed++;
      if (values.all) console.log(`noticed    ${site.file}:${site.line} ${site.what} (${result})`);
      return;
    }
    if (reason) explained++;
    console.log(`unnoticed  ${site.file}:${site.line} ${site.what}${passes?.[site.id] || site.constant ? '' : ' (no test passes it)'}${reason ? ` [${reason}]` : ''}`);
  };
  for (;;) {
    job.ids = chosen.map((site) => site.id).filter((id) => !results.has(id));
    if (!job.ids.length) break;
    const { ids } = job;
    const dead = await runJob({ ...job, ...(passes && { passes, took, waited, rounds }) }, (line) => {
      if ('broken' in line) {
        broken++;
        console.log(`without any change: ${line.broken}: ${line.wrong}`);
      } else if ('passes' in line) {
        ({ passes, took, waited, rounds } = line);
        // Tests that run through thousands of cases notice little that the others do not, and would be run for every change that goes unnoticed.
        if (values.all) for (const [k, ms] of took.entries()) if (ms > job.slow) console.log(`left out, ${Math.round(ms)} ms: ${line.titles[k]}`);
      } else if ('noticed' in line && line.noticed !== undefined) settle(line.id, line.noticed);
    });
    if (dead !== undefined) settle(dead, 'the process ended');
    else if (ids.every((id) => !results.has(id))) {
      console.log(`${name}: the runner ended without a word`);
      return { tried: chosen.length, noticed, explained, sound: false };
    }
  }
  for (const file of new Set(chosen.map((site) => site.file))) {
    const all = chosen.filter((site) => site.file === file);
    console.log(`${file}: ${all.filter(({ id }) => results.get(id)).length} of ${all.length} noticed`);
  }
  const outcome = { tried: chosen.length, noticed, explained, sound: !broken };
  sayOutcome(name, outcome);
  return outcome;
}

const percentOf = (n: number, { tried }: Outcome): number => (100 * n) / (tried || 1);
const sayOutcome = (name: string, outcome: Outcome): void =>
  console.log(`${name}: ${outcome.noticed} of ${outcome.tried} changes noticed, ${percentOf(outcome.noticed, outcome).toFixed(1)} %; ${outcome.explained} of the rest have a reason in ${relative(inPackage(), REASONS_FILE)}`);

const values = readArguments();
const all: Outcome = { tried: 0, noticed: 0, explained: 0, sound: true };
for (const [name, part] of Object.entries(PARTS)) {
  if (values.part && values.part !== name) continue;
  const one = await runPart(name, part);
  all.tried += one.tried;
  all.noticed += one.noticed;
  all.explained += one.explained;
  all.sound &&= one.sound;
}
if (!values.part) sayOutcome('together', all);
const enough = percentOf(all.noticed + all.explained, all) >= Number(values['at-least']);
if (!enough) console.log(`fewer than ${values['at-least']} % were noticed`);
const good = all.sound && enough;
console.log(good ? '1 passed, 0 failed' : '0 passed, 1 failed');
if (!good) process.exitCode = 1;
