/** Each Espruino board's bundle, loaded from Storage on an engine with the board's variables, registers with our server and is managed. */
import test from 'ava';
import { skip } from '../support/skip';
import { startEspruino } from './support/device';
import { manage, mix, startServer } from './support/session';
import { recordJsVars } from './support/ledger';

const BOARDS: Record<string, { long: number }> = {
  'linux-espruino': { long: 700 },
  // Its body buffer holds 256 bytes.
  esp8266: { long: 250 },
};

for (const [board, options] of Object.entries(BOARDS)) {
  test.serial(`${board}: registers, is managed, needs no more variables after 1,000 requests, de-registers`, async (t) => {
    t.timeout(120000);
    const { server, uri } = await startServer();
    const device = await startEspruino({ board, server: uri, endpoint: board });
    if (typeof device === 'string') {
      await server.stop();
      return skip(t, device);
    }
    try {
      const left = new Promise<string>((resolve) => server.events.once('deregistration', (_, reason) => resolve(reason)));
      await device.event('registered');
      const loaded = await device.usage('loaded');
      const registered = await device.usage('registered');
      await manage(t, server, device, board, options);
      const measure = async () => {
        const mark = device.mark();
        t.is((await server.execute(board, '/3303/0/5605')).code, 68);
        return device.usage('now', mark);
      };
      // What an application keeps (values that were written) is there before and after.
      await mix(t, server, board, 30);
      const before = await measure();
      await mix(t, server, board, 1000);
      const after = await measure();
      t.log(`measured: JsVars: ${loaded} loaded, ${registered} registered, ${before} before and ${after} after 1,000 requests`);
      t.is(after, before);
      t.is((await server.execute(board, '/3/0/5')).code, 68);
      t.is(await left, 'deregistered');
      await device.event('deregistered');
      t.deepEqual(device.espruino.complaints, []);
      recordJsVars(board, { loaded, registered: before, after1000: after });
    } finally {
      await device.stop();
      await server.stop();
    }
  });
}
