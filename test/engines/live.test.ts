/** Each Espruino board's bundle, loaded from Storage on an engine with the board's variables, registers with our server and is managed. */
import test from 'ava';
import { readBoard } from '../../src/host/build/boards';
import { startEspruino, type RunningDevice } from './support/device';
import { findEngine } from './support/espruino';
import { checkJsVars } from './support/ledger';
import { live, measureSession } from './support/live';
import { onEngine, withoutEngine } from '../support/engine';

const BOARDS: Record<string, { long: number; variables?: number; script?: boolean; numbers?: number }> = {
  'linux-espruino': { long: 700 },
  esp8266: { long: 700 },
  'esp8266-4mb': { long: 700 },
  // There is no build with as many: the nearest has a sixth, and no room for the library as a module.
  esp32: { long: 700, variables: 2500, script: true, numbers: 1 },
};

for (const [board, options] of Object.entries(BOARDS)) {
  test.serial(`${board}: registers, is managed, needs no more variables after 1,000 requests, de-registers`, async (t) => {
    t.timeout(120000);
    const { variables } = (await readBoard(board)).board;
    const nearest = options.variables ? await findEngine(options.variables) : undefined;
    const engine = typeof nearest === 'string' ? undefined : nearest;
    let device: RunningDevice | string | undefined;
    const usage = await live(
      t,
      { board, long: options.long },
      async (settings) => (device = await startEspruino({ board, engine, script: options.script, ...settings })),
      (session, running) => measureSession(t, session, running),
    );
    if (typeof usage === 'string') return withoutEngine(t, 'espruino', usage);
    const ran = (device as RunningDevice).engine;
    onEngine(t, 'espruino', ran.version);
    const { loaded, registered, before, after1000 } = usage;
    const likeBoard = ran.variables === variables ? '' : ` (on an engine with ${ran.variables}: not a board's)`;
    t.log(`measured: JsVars${likeBoard}: ${loaded} loaded, ${registered} registered, ${before} before and ${after1000} after 1,000 requests`);
    // A number that grows above 1,023 gets a variable of its own: so many may.
    t.true(after1000 <= before + (options.numbers ?? 0), `${before} before, ${after1000} after`);
    if (!likeBoard) t.is(checkJsVars(board, { loaded, registered: before, after1000 }), undefined);
  });
}
