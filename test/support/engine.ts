/** The lines from which `npm run engines` makes its table. */
import type { ExecutionContext } from 'ava';
import { skip } from './skip';

/** Says on which engine a test runs. Its count goes to that engine's line of the table. */
export function onEngine(t: ExecutionContext<any>, name: string, version: string): void {
  t.log(`engine: ${name} ${version}`);
}

/** Says that a test cannot run for want of its engine, and why; the test must return after it. */
export function withoutEngine(t: ExecutionContext<any>, name: string, reason: string): void {
  t.log(`engine: ${name} -`);
  skip(t, reason);
}
