/** The memory that a board's device needs at the worst moment, against size.json. */
import type { ExecutionContext } from 'ava';
import type { Memory } from '../../../src/host/build/ledger';
import { budgetOf, UPDATES } from './ledger';
import { findPeaks, holdPeak, type SqueezeOptions } from './squeeze';

export interface PeakOptions extends SqueezeOptions {
  what: 'jsvars' | 'heap';
  /** All that there is on the board; or more than it can need. */
  total: number;
  /** How exact. */
  step: number;
}

/**
 * With WIXT_UPDATE finds what is in use at the peak of each operation, on a board that has `registered` in use when it has registered. Without, does
 * each of them within the board's budget, and fails with the names of those that cannot be done.
 */
export async function measurePeaks(t: ExecutionContext<any>, { what, total, step, ...options }: PeakOptions, registered: number): Promise<Pick<Memory, 'peak' | 'peaks'>> {
  if (!UPDATES) {
    const budget = budgetOf(options.board, what)?.peak;
    if (budget !== undefined) t.deepEqual(await holdPeak(options, budget - registered), [], `${options.board}: what needs more at the peak than the budget of ${budget}`);
    return {};
  }
  const above = await findPeaks(options, total - registered, step);
  if (typeof above === 'string') throw new Error(above);
  const peaks = Object.fromEntries(Object.entries(above).map(([name, more]) => [name, registered + more]));
  return { peak: Math.max(...Object.values(peaks)), peaks };
}
