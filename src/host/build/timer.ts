/** The pump's timers on boards whose engine has others. */
import { existsSync } from 'node:fs';
import type { Plugin } from 'rollup';
import type { Board } from '../../../boards/board';
import { Problem } from '../problem';
import { inPackage, showPath } from './root';

const PUMP = inPackage('boards', 'pump.ts');

/** The file of a board's timer adapter, in a list; an empty one where the engine's own setTimeout serves. Throws a Problem when it is not there. */
export function timerFiles({ name, adapters }: Board): string[] {
  if (!adapters.timer) return [];
  const file = inPackage('boards', 'adapters', adapters.timer + '.ts');
  if (!existsSync(file)) throw new Problem(`board ${name}: adapters.timer: there is no ${showPath(file)}`);
  return [file];
}

/** What the pump calls setTimeout and clearTimeout becomes the adapter's setTimer and clearTimer. Boards without one pay nothing for it. */
export function provideTimer(board: Board): Plugin {
  const adapter = timerFiles(board).length ? `./adapters/${board.adapters.timer}` : undefined;
  return {
    name: 'wixt-timer',
    // At the end of the module, so that every place in it stays where it was.
    transform: (code, id) =>
      adapter && id === PUMP ? { code: `${code}\nimport { setTimer as setTimeout, clearTimer as clearTimeout } from '${adapter}';\n`, map: null } : null,
  };
}
