/** What the tests use of ava, in this process: no files, no workers, no report. */
import assert from 'node:assert/strict';

export interface Test {
  title: string;
  run(t: Context): unknown;
}

type Args = unknown[];
interface Macro {
  exec(t: Context, ...given: Args): unknown;
  title?(given: string | undefined, ...rest: Args): string;
}

export const tests: Test[] = [];
const before: ((t: Context) => unknown)[] = [];
const beforeEach: ((t: Context) => unknown)[] = [];
const afterEach: ((t: Context) => unknown)[] = [];
const after: ((t: Context) => unknown)[] = [];

/** `like` of ava: what `expected` names is equal in `actual`. */
function matches(actual: any, expected: any): void {
  if (expected === null || typeof expected !== 'object') return assert.deepEqual(actual, expected);
  assert.ok(actual !== null && typeof actual === 'object', 'an object');
  for (const key of Object.keys(expected)) matches(actual[key], expected[key]);
}

function check(error: any, expected: any): void {
  if (typeof expected === 'function') assert.ok(error instanceof expected);
  if (!expected) return;
  if (expected.any !== true && !(error instanceof Error) && expected.message === undefined && expected.code === undefined) return;
  const { message, code, instanceOf, name } = expected;
  if (typeof message === 'string') assert.equal(error.message, message);
  else if (typeof message === 'function') assert.ok(message(error.message));
  else if (message) assert.match(error.message, message);
  if (code !== undefined) assert.equal(error.code, code);
  if (name !== undefined) assert.equal(error.name, name);
  if (instanceOf) assert.ok(error instanceof instanceOf);
}

export class Context {
  context: any = {};
  title = '';
  #teardowns: (() => unknown)[] = [];
  is = (a: unknown, b: unknown, m?: string): true => (Object.is(a, b) || assert.fail(m ?? `${String(a)} is not ${String(b)}`), true);
  not = (a: unknown, b: unknown): true => (assert.ok(!Object.is(a, b)), true);
  true = (a: unknown, m?: string): true => (a === true || assert.fail(m ?? 'not true'), true);
  false = (a: unknown, m?: string): true => (a === false || assert.fail(m ?? 'not false'), true);
  truthy = (a: unknown): true => (assert.ok(a), true);
  falsy = (a: unknown): true => (assert.ok(!a), true);
  deepEqual = (a: unknown, b: unknown): true => (assert.deepEqual(a, b), true);
  notDeepEqual = (a: unknown, b: unknown): true => (assert.notDeepEqual(a, b), true);
  like = (a: unknown, b: unknown): true => (matches(a, b), true);
  regex = (a: string, b: RegExp): true => (assert.match(a, b), true);
  notRegex = (a: string, b: RegExp): true => (assert.doesNotMatch(a, b), true);
  pass = (): true => true;
  fail = (m?: string): never => assert.fail(m ?? 'failed');
  log = (): void => {};
  timeout = (): void => {};
  plan = (): void => {};
  teardown = (f: () => unknown): void => void this.#teardowns.push(f);
  throws(f: () => unknown, expected?: unknown): any {
    try {
      f();
    } catch (error) {
      check(error, expected);
      return error;
    }
    return assert.fail('nothing thrown');
  }
  async throwsAsync(f: Promise<unknown> | (() => Promise<unknown>), expected?: unknown): Promise<any> {
    try {
      await (typeof f === 'function' ? f() : f);
    } catch (error) {
      check(error, expected);
      return error;
    }
    return assert.fail('not rejected');
  }
  notThrows = (f: () => unknown): void => void f();
  notThrowsAsync = async (f: Promise<unknown> | (() => Promise<unknown>)): Promise<void> => void (await (typeof f === 'function' ? f() : f));
  async end(): Promise<void> {
    for (const f of this.#teardowns.reverse()) await f();
  }
}

function add(...given: any[]): void {
  const title = typeof given[0] === 'string' ? given.shift() : undefined;
  const what: Macro | ((t: Context, ...rest: Args) => unknown) = given.shift();
  const macro = typeof what === 'function' ? { exec: what, title: (what as unknown as Macro).title } : what;
  tests.push({ title: macro.title?.(title, ...given) ?? title ?? '', run: (t) => macro.exec(t, ...given) });
}

const none = (): void => {};
const test = Object.assign(add, {
  serial: Object.assign(add, { skip: none }),
  skip: none,
  todo: none,
  macro: (f: unknown) => f,
  before: (f: any, g?: any) => void before.push(g ?? f),
  beforeEach: (f: any, g?: any) => void beforeEach.push(g ?? f),
  afterEach: Object.assign((f: any, g?: any) => void afterEach.push(g ?? f), { always: (f: any, g?: any) => void afterEach.push(g ?? f) }),
  after: Object.assign((f: any, g?: any) => void after.push(g ?? f), { always: (f: any, g?: any) => void after.push(g ?? f) }),
});
export default test;

/** Before the first test. */
export async function begin(): Promise<void> {
  for (const f of before) await f(new Context());
}

/** What a test is told that has not ended in time. */
export const TOO_LONG = 'took too long';

/** Runs one test within `limit` ms. Rejects with what is wrong. */
export async function runTest(one: Test, limit: number): Promise<void> {
  const t = new Context();
  t.title = one.title;
  let timer: NodeJS.Timeout | undefined;
  let stop: (error: Error) => void;
  const broken = new Promise<never>((_, reject) => {
    stop = reject;
    timer = setTimeout(() => reject(new Error(TOO_LONG)), limit);
  });
  broken.catch(() => {});
  const onStray = (error: unknown): void => stop(error instanceof Error ? error : new Error(String(error)));
  process.on('uncaughtException', onStray).on('unhandledRejection', onStray);
  try {
    for (const f of beforeEach) await f(t);
    await Promise.race([Promise.resolve(one.run(t)), broken]);
  } finally {
    clearTimeout(timer);
    for (const f of [...afterEach, () => t.end()]) {
      try {
        await Promise.race([f(t), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
      } catch {
        // The test has spoken.
      }
    }
    process.off('uncaughtException', onStray).off('unhandledRejection', onStray);
  }
}
