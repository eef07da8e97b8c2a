/** The conformance suite on a real Espruino. */
import { conformance, type Subject } from '../boards/conformance';
import { buildCode } from './support/bundle';
import { boot, findEngine, type Espruino } from './support/espruino';

/** A socket in the other process. */
function hold(espruino: Espruino, i: number): Subject {
  const run = (name: string, ...given: unknown[]) => espruino.evaluate(`U.${name}(${given.map((one) => JSON.stringify(one)).join(',')})`);
  const call = (name: string, ...given: unknown[]) => run(name, i, ...given);
  return {
    async read(size) {
      const { data, ...rest } = await call('read', size);
      return { ...rest, bytes: [...Buffer.from(data, 'base64')] };
    },
    async write(bytes, length, address, port) {
      for (let at = 0; at < bytes.length; at += 300) await run('stage', Buffer.from(bytes.slice(at, at + 300)).toString('base64'));
      await call('write', length, address, port);
    },
    close: () => call('close'),
    resolve: async (host) => (await call('resolve', host)).found,
    calls: () => call('calls'),
    breakDown: () => call('breakDown'),
  };
}

conformance('udp-espruino on Espruino', async () => {
  const engine = await findEngine();
  if (typeof engine === 'string') return engine;
  const espruino = await boot(engine, { storage: { udp: await buildCode('linux-espruino', 'test/engines/udp'), '.bootcde': 'var U=require("udp");' }, remote: true });
  return {
    open: async ({ port }) => hold(espruino, await espruino.evaluate(`U.open(${port})`)),
    largest: 528,
    longer: 'cut',
    ipv6: false,
    names: false,
    version: engine.version,
    localPort: 'adapter',
    breaks: 'told',
    end: () => espruino.stop(),
  };
}, 'espruino');
