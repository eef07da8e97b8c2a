/** Each Espruino board's bundle, loaded from Storage on an engine with the board's variables, registers with our server and is managed. */
import test from 'ava';
import { readBoard } from '../../src/host/build/boards';
import { startEspruino } from './support/device';
import { findEngine } from './support/espruino';
import { manage, mix, startServer } from './support/session';
import { checkJsVars } from './support/ledger';
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
    const { server, uri } = await startServer();
    const { features, variables } = (await readBoard(board)).board;
    const nearest = options.variables ? await findEngine(options.variables) : undefined;
    const engine = typeof nearest === 'string' ? undefined : nearest;
    const device = await startEspruino({ board, server: uri, endpoint: board, engine, script: options.script });
    if (typeof device === 'string') {
      await server.stop();
      return withoutEngine(t, 'espruino', device);
    }
    onEngine(t, 'espruino', device.engine.version);
    try {
      const left = new Promise<string>((resolve) => server.events.once('deregistration', (_, reason) => resolve(reason)));
      await device.event('registered');
      const loaded = await device.usage('loaded');
      const registered = await device.usage('registered');
      await manage(t, server, device, board, { ...options, features });
      // A message id below 1,024 takes no JsVar of its own, one above does: the least of some readings is what stays in use.
      const measure = async () => {
        let least = Infinity;
        for (let i = 0; i < 6; i++) {
          const mark = device.mark();
          t.is((await server.execute(board, '/3303/0/5605')).code, 68);
          least = Math.min(least, await device.usage('now', mark));
        }
        return least;
      };
      // What an application keeps (values that were written) is there before and after.
      await mix(t, server, board, 30, features);
      const before = await measure();
      // Whole rounds, so that what a server has set is as it was.
      await mix(t, server, board, 1005, features);
      const after = await measure();
      const likeBoard = device.engine.variables === variables ? '' : ` (on an engine with ${device.engine.variables}: not a board's)`;
      t.log(`measured: JsVars${likeBoard}: ${loaded} loaded, ${registered} registered, ${before} before and ${after} after 1,000 requests`);
      // A number that grows above 1,023 gets a variable of its own: so many may.
      t.true(after <= before + (options.numbers ?? 0), `${before} before, ${after} after`);
      t.is((await server.execute(board, '/3/0/5')).code, 68);
      t.is(await left, 'deregistered');
      await device.event('deregistered');
      t.deepEqual(device.espruino.complaints, []);
      if (!likeBoard) t.is(checkJsVars(board, { loaded, registered: before, after1000: after }), undefined);
    } finally {
      await device.stop();
      await server.stop();
    }
  });
}
