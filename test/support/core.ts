/** What the tests run on: the sources, or the bundle that the build makes of them (WIXT_CORE=bundle). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The device core with its codecs under public names. */
export type Core = typeof import('../bundle/main');

export interface CoreUnderTest {
  core: Core;
  /** Where it comes from, for people. */
  title: string;
  /** The name that an internal property (`_observations`) has in it. */
  nameOf(name: string): string;
}

const require = createRequire(import.meta.url);

export async function loadBundle(): Promise<CoreUnderTest> {
  // The build loads TypeScript, rollup and terser: tests of the sources do without.
  const [{ buildTestBundle }, { NAMES_FILE }] = await Promise.all([import('./core-bundle'), import('../../src/host/build/bundle')]);
  const core = require(await buildTestBundle()) as Core;
  const names = JSON.parse(readFileSync(NAMES_FILE, 'utf8')) as Record<string, string>;
  return { core, title: 'the minified bundle', nameOf: (name) => names[name] ?? name };
}

export async function loadSources(): Promise<CoreUnderTest> {
  return { core: await import('../bundle/main'), title: 'the sources', nameOf: (name) => name };
}

/** As the environment says. */
export function loadCore(): Promise<CoreUnderTest> {
  return process.env.WIXT_CORE === 'bundle' ? loadBundle() : loadSources();
}
