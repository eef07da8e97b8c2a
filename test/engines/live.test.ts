/** Each Espruino board's bundle, loaded from Storage on an engine with the board's variables, registers with our server and is managed. */
import test from 'ava';
import { readBoard } from '../../src/host/build/boards';
import { startEspruino, type RunningDevice } from './support/device';
import { findEngine } from './support/espruino';
import { checkJsVars } from './support/ledger';
import { live, measureSession, ROUNDS } from './support/live';
import { measurePeaks } from './support/peaks';
import { espruinoStarter } from './support/squeeze-espruino';
import { onEngine, withoutEngine } from '../support/engine';

/** A number that grows above 1,023 gets a variable of its own: so many may, which by chance were below before. A leak is hundreds. */
const COUNTERS = 4;

const BOARDS: Record<string, { long: number; variables?: number; script?: boolean }> = {
  'linux-espruino': { long: 700 },
  esp8266: { long: 700 },
  // Of a JsVar's size the build with 100 more knows the same.
  'esp8266-4mb': { long: 700, variables: 1700 },
  // There is no build with as many: the nearest has a sixth, and no room for the library as a module.
  esp32: { long: 700, variables: 2500, script: true },
};

for (const [board, options] of Object.entries(BOARDS)) {
  test.serial(`${board}: registers, is managed, keeps to its budget of variables, needs no more after 1,000 requests and 100 transfers in blocks, de-registers`, async (t) => {
    const { variables } = (await readBoard(board)).board;
    const nearest = options.variables ? await findEngine(options.variables) : undefined;
    const engine = typeof nearest === 'string' ? undefined : nearest;
    let device: RunningDevice | string | undefined;
    const usage = await live(
      t,
      { board, long: options.long },
      async (settings) => (device = await startEspruino({ board, engine, script: options.script, ...settings })),
      (session, running) => measureSession(t, session, running, running.engine.variables === variables ? undefined : { requests: ROUNDS, transfers: 2 }),
    );
    if (typeof usage === 'string') return withoutEngine(t, 'espruino', usage);
    const ran = (device as RunningDevice).engine;
    onEngine(t, 'espruino', ran.version);
    const { loaded, created, registered, managed, after1000, after100blocks } = usage;
    const likeBoard = ran.variables === variables;
    t.log(
      `measured: JsVars${likeBoard ? '' : ` (on an engine with ${ran.variables}: not a board's)`}: ${loaded} loaded, ${created} created, ${registered} registered, ` +
        `${managed} before and ${after1000} after 1,000 requests, ${after100blocks} after ${likeBoard ? 100 : 2} transfers in blocks`,
    );
    t.true(after1000 <= managed + COUNTERS, `${managed} before, ${after1000} after 1,000 requests`);
    t.true(after100blocks <= managed + COUNTERS, `${managed} before, ${after100blocks} after transfers`);
    if (!likeBoard) return;
    const found = await measurePeaks(t, { board, long: options.long, start: espruinoStarter(board), what: 'jsvars', total: variables, step: 2 }, registered);
    t.is(checkJsVars(board, { ...usage, ...found }), undefined);
  });
}
