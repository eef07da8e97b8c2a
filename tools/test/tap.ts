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
}

/**
 * Counts tests. A test that finds at run time that it cannot run logs `skipped: reason` (test/support/skip.ts) and passes; it
 * counts as skipped here.
 */
export function readTap(text: string): TapResult {
  const result: TapResult = { passed: 0, failed: 0, skipped: 0, skips: [], measured: [], faults: [], tests: 0 };
  let title = '';
  let state: 'passed' | 'failed' | 'skipped' | 'outside' = 'outside';
  for (const line of text.split('\n')) {
    const point = /^(not )?ok \d+ - (.*?)(?: # (SKIP|TODO)\b.*)?$/.exec(line);
    if (point) {
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
    const reason = /^#\s+skipped: (.*)$/.exec(line);
    if (reason && state === 'passed') {
      state = 'skipped';
      result.passed--;
      result.skipped++;
      result.skips.push(`${title}: ${reason[1]}`);
    } else if (/^\d+\.\.\d+$/.test(line)) state = 'outside';
    else if (state === 'failed') result.faults.push(line);
  }
  return result;
}
