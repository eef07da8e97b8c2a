/** Provides setInterval in programs for engines that lack it. */
import type { Plugin } from 'rollup';
import type { Engine } from './engines';
import { inPackage } from './root';

const INTERVAL = inPackage('boards', 'adapters', 'interval.ts');

/** A list with the adapter's file; empty if the engine has intervals of its own. */
export function intervalFiles({ intervals }: Engine): string[] {
  return intervals === false ? [INTERVAL] : [];
}

/** Replaces setInterval and clearInterval in a program by the adapter's. Programs that do not call them pay nothing. */
export function provideInterval(engine: Engine, isProgram: (id: string) => boolean): Plugin {
  return {
    name: 'wixt-interval',
    // At the end of the module, so that all positions in it stay the same.
    transform: (code, id) =>
      intervalFiles(engine).length && isProgram(id) && /\b(set|clear)Interval\b/.test(code)
        ? { code: `${code}\nimport { startInterval as setInterval, endInterval as clearInterval } from ${JSON.stringify(INTERVAL)};\n`, map: null }
        : null,
  };
}
