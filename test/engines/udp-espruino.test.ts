/** The conformance suite on a real Espruino. */
import { conformance } from '../boards/conformance';
import { buildCode } from './support/bundle';
import { boot, findEngine } from './support/espruino';
import { holdRemote } from './support/subject';

conformance('udp-espruino on Espruino', async () => {
  const engine = await findEngine();
  if (typeof engine === 'string') return engine;
  const espruino = await boot(engine, { storage: { udp: await buildCode('linux-espruino', 'test/engines/udp'), '.bootcde': 'var U=require("udp");' }, remote: true });
  return {
    open: async ({ port }) => holdRemote(espruino, await espruino.evaluate(`U.open(${port})`)),
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
