/** setInterval in programs for engines that lack it. */
import type { Plugin } from 'rollup';
import type { Engine } from './engines';
import { inPackage } from './root';

const INTERVAL = inPackage('boards', 'adapters', 'interval.ts');

/** The file of the adapter, in a list; an empty one where the engine has intervals of its own. */
export function intervalFiles({ intervals }: Engine): string[] {
  return intervals === false ? [INTERVAL] : [];
}

/** What a program calls setInterval and clearInterval becomes the adapter's. What does not call them pays nothing. */
export function provideInterval(engine: Engine, isProgram: (id: string) => boolean): Plugin {
  return {
    name: 'wixt-interval',
    // At the end of the module, so that every place in it stays where it was.
    transform: (code, id) =>
      intervalFiles(engine).length && isProgram(id) && /\b(set|clear)Interval\b/.test(code)
        ? { code: `${code}\nimport { startInterval as setInterval, endInterval as clearInterval } from ${JSON.stringify(INTERVAL)};\n`, map: null }
        : null,
  };
}
