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

/**
 * Counts tests. A test that finds at run time that it cannot run logs `skipped: reason` (test/support/skip.ts) and passes; it
 * counts as skipped here.
 */
export function readTap(text: string): TapResult {
  const result: TapResult = { passed: 0, failed: 0, skipped: 0, skips: [], measured: [], faults: [], tests: 0, engines: new Map() };
  let title = '';
  let state: 'passed' | 'failed' | 'skipped' | 'outside' = 'outside';
  /** The engines of the test whose lines are read. */
  let engines: EngineResult[] = [];
  const count = (): void => {
    if (state !== 'outside') for (const engine of engines) engine[state]++;
    engines = [];
  };
  for (const line of text.split('\n')) {
    const point = /^(not )?ok \d+ - (.*?)(?: # (SKIP|TODO)\b.*)?$/.exec(line);
    if (point) {
      count();
      title = point[2];
      state = point[3] ? 'skipped' : point[1] ? 'failed' : 'passed';
      result[state]++;
      result.tests++;
      if (point[3]) result.skips.push(`${title}: ${point[3] === 'TODO' ? 'not written yet' : 'switched off in the test file'}`);
      if (state === 'failed') result.faults.push(line);
      continue;
    }
    const measured = /^#\s+measured: (.*)$/.exec(line);
    if (measured) result.measured.push(`${title}: ${measured[1]}`);
    const engine = /^#\s+engine: (\S+) (.*)$/.exec(line);
    if (engine) {
      const [, name, version] = engine;
      if (!result.engines.has(name)) result.engines.set(name, { versions: new Set(), reasons: new Set(), passed: 0, failed: 0, skipped: 0 });
      const found = result.engines.get(name)!;
      if (version !== '-') found.versions.add(version);
      if (!engines.includes(found)) engines.push(found);
    }
    const reason = /^#\s+skipped: (.*)$/.exec(line);
    if (reason && state === 'passed') {
      state = 'skipped';
      result.passed--;
      result.skipped++;
      result.skips.push(`${title}: ${reason[1]}`);
      for (const one of engines) one.reasons.add(reason[1]);
    } else if (/^\d+\.\.\d+$/.test(line)) {
      count();
      state = 'outside';
    } else if (state === 'failed') result.faults.push(line);
  }
  count();
  return result;
}
