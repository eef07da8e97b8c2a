/** On a real Espruino: what the protocol promises when messages come late, twice or not at all. */
import test from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import { prepareEspruino, startEspruino, type Prepared } from './support/device';
import { findEngine } from './support/espruino';
import { PROMISES } from './support/promises';
import { RawServer } from './support/raw';

/** Library and program as one script, on any engine: memory is a matter of the live tests. */
const BOARDS = ['linux-espruino', 'esp8266'];

const prepared = new Map<string, Promise<Prepared | string>>();

async function prepare(board: string): Promise<Prepared | string> {
  const engine = await findEngine();
  return typeof engine === 'string' ? engine : prepareEspruino({ board, engine, script: true });
}

for (const board of BOARDS)
  for (const [rule, run] of Object.entries(PROMISES))
    test.serial(`${board}: ${rule}`, async (t) => {
      if (!prepared.has(board)) prepared.set(board, prepare(board));
      const ready = await prepared.get(board)!;
      if (typeof ready === 'string') return withoutEngine(t, 'espruino', ready);
      onEngine(t, 'espruino', ready.engine.version);
      const server = await RawServer.open();
      const device = await startEspruino({ board, server: server.uri, endpoint: 'promises', lifetime: 300 }, ready);
      if (typeof device === 'string') return withoutEngine(t, 'espruino', device);
      try {
        await server.register();
        await device.event('registered');
        await run({ t, server, device });
        t.deepEqual(device.complaints, []);
      } finally {
        await device.stop();
        server.close();
      }
    });
