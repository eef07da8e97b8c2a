/** Tests that need something which is not everywhere. */
import type { ExecutionContext } from 'ava';

/** Says that the test cannot run here and why; the test must return after it. Counted as skipped, with its reason. */
export function skip(t: ExecutionContext<any>, reason: string): void {
  t.log(`skipped: ${reason}`);
  t.pass();
}
