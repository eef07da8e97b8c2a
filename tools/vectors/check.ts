/** How a vector ends other than by passing, and the comparisons that make it so. */

/** It ran, and the result is wrong. */
export class Failure extends Error {}

/** It did not run; the message is the reason. */
export class Skip extends Error {}

/** It ran; the result is tolerated, not preferred. */
export class Tolerated extends Error {}

export function fail(message: string): never {
  throw new Failure(message);
}

const show = (v: unknown): string => {
  const s = v instanceof Uint8Array ? Buffer.from(v).toString('hex') || '(nothing)' : typeof v === 'bigint' ? String(v) : typeof v === 'string' ? v : JSON.stringify(v);
  return s === undefined ? 'nothing' : s.length > 160 ? `${s.slice(0, 160)}… (${s.length})` : s;
};

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => Object.hasOwn(b, key) && isSame(value, (b as Record<string, unknown>)[key]));
}

/** Deeply, byte by byte, with NaN equal to itself and -0 not to 0. Throws a Failure. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!isSame(actual, expected)) fail(`${what}: ${show(actual)} instead of ${show(expected)}`);
}

export function ok(condition: unknown, message: string): asserts condition {
  if (!condition) fail(message);
}
