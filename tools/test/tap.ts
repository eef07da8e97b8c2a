/** Reading what ava prints as TAP. */
import type { Counts } from './stages';

export interface TapResult extends Counts {
  /** `title: reason`, one for each test that did not run. */
  skips: string[];
  /** What tests measured, a line each: they log `measured: …`. */
  measured: string[];
  /** Everything about the tests that failed. */
  faults: string[];
  tests: number;
  /** By name, the engines on which tests ran, or for want of which they did not: they log `engine: NAME VERSION`, `-` for none. */
  engines: Map<string, EngineResult>;
}

export interface EngineResult extends Counts {
  versions: Set<string>;
  /** Why tests were skipped. */
  reasons: Set<string>;
}

/** The table of engines, a line each; empty when no test has named one. */
export function formatEngines(engines: TapResult['engines']): string[] {
  const rows = [...engines].map(([name, { versions, reasons, passed, failed, skipped }]) => {
    const counts = [passed, failed, skipped].map(String);
    return [name, [...versions].join('; ') || '-', ...counts, [...reasons].join('; ')];
  });
  if (!rows.length) return [];
  const table = [['engine', 'version', 'passed', 'failed', 'skipped', 'why'], ...rows.sort(([a], [b]) => (a < b ? -1 : 1))];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return table.map((row) => row.map((cell, i) => (i > 1 && i < 5 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ').trimEnd());
}

/** What `WIXT_REQUIRE` may name that the unit suite runs on; the other names are the engines suite's. */
const BROWSERS = ['chromium'];

/** The names of a list with commas, as WIXT_REQUIRE, that concern a suite. */
export function requiredOf(suite: string, required: string): string {
  if (suite === 'unit') return '';
  return required.split(',').filter((name) => BROWSERS.includes(name.trim()) === (suite === 'long')).join();
}

/** For the last lines of .ci/run: `engine: NAME VERSION` or `browser: …`, `-` for a missing one, with counts and reasons. */
export function listEngines(engines: TapResult['engines']): string[] {
  return [...engines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { versions, reasons, passed, failed, skipped }]) => {
    const why = reasons.size ? ` (${[...reasons].join('; ')})` : '';
    return `${BROWSERS.includes(name) ? 'browser' : 'engine'}: ${name} ${[...versions].join('; ') || '-'}: ${passed} passed, ${failed} failed, ${skipped} skipped${why}`;
  });
}

/** What the reader reports at once. */
export interface TapListener {
  /** The first test of a file: `device › observe`. Tests of several files may alternate. */
  file?(name: string): void;
  /** A line about a failed test, a skip or a measurement. */
  line?(text: string): void;
}

/**
 * Counts tests as they are reported. A test that finds at run time that it cannot run logs `skipped: reason` (test/support/skip.ts)
 * and passes; it counts as skipped here. `result` is right after each line that has been taken.
 */
export class TapReader {
  readonly result: TapResult = { passed: 0, failed: 0, skipped: 0, skips: [], measured: [], faults: [], tests: 0, engines: new Map() };
  #listener: TapListener;
  #rest = '';
  #title = '';
  #state: 'passed' | 'failed' | 'skipped' | 'outside' = 'outside';
  /** The engines of the test whose lines are read. */
  #engines: EngineResult[] = [];
  #files = new Set<string>();

  constructor(listener: TapListener = {}) {
    this.#listener = listener;
  }

  /** Takes output, cut anywhere. */
  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#read(line);
  }

  /** Takes what is left without a line end, and returns the result. */
  end(): TapResult {
    if (this.#rest) this.#read(this.#rest);
    this.#rest = '';
    this.#count();
    return this.result;
  }

  #count(): void {
    if (this.#state !== 'outside') for (const engine of this.#engines) engine[this.#state]++;
    this.#engines = [];
  }

  #fault(line: string): void {
    this.result.faults.push(line);
    this.#listener.line?.(line);
  }

  #skip(reason: string): void {
    this.result.skips.push(`${this.#title}: ${reason}`);
    this.#listener.line?.(`skipped: ${this.#title}: ${reason}`);
  }

  #read(line: string): void {
    const { result } = this;
    const point = /^(not )?ok \d+ - (.*?)(?: # (SKIP|TODO)\b.*)?$/.exec(line);
    if (point) {
      this.#count();
      this.#title = point[2]!;
      this.#state = point[3] ? 'skipped' : point[1] ? 'failed' : 'passed';
      result[this.#state]++;
      result.tests++;
      const file = this.#title.slice(0, Math.max(0, this.#title.lastIndexOf(' › ')));
      if (file && !this.#files.has(file)) {
        this.#files.add(file);
        this.#listener.file?.(file);
      }
      if (point[3]) this.#skip(point[3] === 'TODO' ? 'not written yet' : 'switched off in the test file');
      if (this.#state === 'failed') this.#fault(line);
      return;
    }
    const measured = /^#\s+measured: (.*)$/.exec(line);
    if (measured) {
      result.measured.push(`${this.#title}: ${measured[1]}`);
      this.#listener.line?.(`${this.#title}: ${measured[1]}`);
    }
    const engine = /^#\s+engine: (\S+) (.*)$/.exec(line);
    if (engine) {
      const [, name, version] = engine as unknown as [string, string, string];
      if (!result.engines.has(name)) result.engines.set(name, { versions: new Set(), reasons: new Set(), passed: 0, failed: 0, skipped: 0 });
      const found = result.engines.get(name)!;
      if (version !== '-') found.versions.add(version);
      if (!this.#engines.includes(found)) this.#engines.push(found);
    }
    const reason = /^#\s+skipped: (.*)$/.exec(line);
    if (reason && this.#state === 'passed') {
      this.#state = 'skipped';
      result.passed--;
      result.skipped++;
      this.#skip(reason[1]!);
      for (const one of this.#engines) one.reasons.add(reason[1]!);
    } else if (/^\d+\.\.\d+$/.test(line)) {
      this.#count();
      this.#state = 'outside';
    } else if (this.#state === 'failed') this.#fault(line);
  }
}

/** The result of a whole output. */
export function readTap(text: string): TapResult {
  const reader = new TapReader();
  reader.take(text);
  return reader.end();
}

/** The engines among `required` on which no test ran, each with the reason; `required` is a list with commas, as WIXT_REQUIRE. */
export function findMissing(engines: TapResult['engines'], required: string): string[] {
  const names = required.split(',').map((name) => name.trim()).filter((name) => name);
  return names.flatMap((name) => {
    const found = engines.get(name);
    if (found?.versions.size && found.passed + found.failed) return [];
    return [`WIXT_REQUIRE names ${name}, and no test ran on it: ${[...(found?.reasons ?? [])].join('; ') || 'no test of this suite uses it'}`];
  });
}
