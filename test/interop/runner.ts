/** Checks against real peers: each prints one line as it ends, and the last line of all counts them. */
import assert from 'node:assert/strict';
import { patient } from '../support/patience';

export { assert };

let passed = 0;
let failed = 0;
let skipped = 0;

/** Runs one check. A failure is printed and the run goes on. Returns whether it passed. */
export async function check(name: string, run: () => Promise<unknown> | unknown): Promise<boolean> {
  const start = Date.now();
  try {
    await run();
    passed++;
    console.log(`  ok       ${name} (${Date.now() - start} ms)`);
    return true;
  } catch (error) {
    failed++;
    const text = error instanceof assert.AssertionError ? `${error.message}\n${(error.stack ?? '').split('\n').find((line) => line.includes('test/interop') && !line.includes('runner')) ?? ''}` : String((error as Error).stack ?? error);
    console.log(`  FAILED   ${name} (${Date.now() - start} ms)\n${text.replace(/^/gm, '           ')}`);
    return false;
  }
}

/** Counts `name` as skipped, and says why. */
export function skip(name: string, reason: string): void {
  skipped++;
  console.log(`  skipped  ${name}: ${reason}`);
}

const peers = new Map<string, string>();

/** Notes whether a peer was found, for the last lines of .ci/run: what was found of it, or why it is missing. */
export function notePeer(name: string, found: string, missing?: string): void {
  peers.set(name, missing === undefined ? found : `- (${missing})`);
  if (missing !== undefined && (process.env.WIXT_REQUIRE ?? '').split(',').some((one) => one.trim() === name)) {
    failed++;
    console.log(`  FAILED   WIXT_REQUIRE names ${name}: ${missing}`);
  }
}

/** A heading, and what belongs to it. What it throws outside of a check is a failure of its own. */
export async function group(name: string, run: () => Promise<void>): Promise<void> {
  console.log(name);
  try {
    await run();
  } catch (error) {
    await check(name, () => {
      throw error;
    });
  }
}

/** Prints the counts. Returns the exit code. */
export function finish(): number {
  for (const [name, found] of peers) console.log(`peer: ${name} ${found}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed ? 1 : 0;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A period of the protocol on a clock of this machine, in ms: never shorter; longer where the machine is busy. */
export function expectPeriod(found: number, period: number): void {
  assert.ok(found > period - 500 && found < period + 15_000, `${found} ms instead of ${period}`);
}

/** Asks `test` again and again until it returns something that counts as true. Throws when that takes longer than `ms`. */
export async function until<T>(what: string, test: () => Promise<T> | T, ms = 10_000): Promise<NonNullable<T>> {
  const end = Date.now() + patient(ms);
  for (;;) {
    const result = await test();
    if (result) return result;
    if (Date.now() > end) throw new Error(`waited ${patient(ms)} ms for ${what}`);
    await sleep(10);
  }
}
