/** What became of some seeds, stored: the same seed must have the same life as long as nothing about the protocol changes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { inPackage } from '../../src/host/build/root';
import type { Outcome } from './life';

export type Outcomes = Record<string, Outcome>;

const FILE = inPackage('test', 'simulated', 'outcomes.json');

export function readOutcomes(): Outcomes {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Outcomes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** One line for each seed. */
export function writeOutcomes(outcomes: Outcomes): void {
  const lines = Object.entries(outcomes).map(([seed, outcome]) => ` ${JSON.stringify(seed)}: ${JSON.stringify(outcome)}`);
  writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
}

/** What is not as it was stored, a sentence each. */
export function checkOutcome(stored: Outcomes, seed: string, outcome: Outcome): string[] {
  const before = stored[seed];
  if (!before || JSON.stringify(before) === JSON.stringify(outcome)) return [];
  return [
    `seed ${seed} went another way than stored: ${JSON.stringify(outcome)} instead of ${JSON.stringify(before)}; if the client or the server now says something else ` +
      'on purpose: npm run loss -- --seeds 40 --seconds 0 --update',
  ];
}
