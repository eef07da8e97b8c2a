/** The pump's timers on boards whose engine lacks setTimeout. */
import { existsSync } from 'node:fs';
import type { Plugin } from 'rollup';
import type { Board } from '../../../boards/board';
import { Problem } from '../problem';
import { inPackage, showPath } from './root';

const PUMP = inPackage('boards', 'pump.ts');

/** A list with the file of a board's timer adapter; empty if the engine's own setTimeout is used. Throws a Problem if the file is absent. */
export function timerFiles({ name, adapters }: Board): string[] {
  if (!adapters.timer) return [];
  const file = inPackage('boards', 'adapters', adapters.timer + '.ts');
  if (!existsSync(file)) throw new Problem(`board ${name}: adapters.timer: there is no ${showPath(file)}`);
  return [file];
}

/** Replaces setTimeout and clearTimeout in the pump by the adapter's setTimer and clearTimer. Boards without an adapter pay nothing. */
export function provideTimer(board: Board): Plugin {
  const adapter = timerFiles(board).length ? `./adapters/${board.adapters.timer}` : undefined;
  return {
    name: 'wixt-timer',
    // At the end of the module, so that all positions in it stay the same.
    transform: (code, id) =>
      adapter && id === PUMP ? { code: `${code}\nimport { setTimer as setTimeout, clearTimer as clearTimeout } from '${adapter}';\n`, map: null } : null,
  };
}
