/** The conformance suite on XS, over the UDP class of test/engines/native/xs. */
import { conformance } from '../boards/conformance';
import { buildCode } from './support/bundle';
import { holdRemote } from './support/subject';
import { findXs, startXs } from './support/xs';

conformance('udp-moddable on XS', async () => {
  const engine = await findXs();
  if (typeof engine === 'string') return engine;
  const firmware = startXs(engine, { udp: await buildCode('moddable', 'test/engines/udp-moddable'), main: 'import * as U from "udp";globalThis.U=U;' }, { lines: true, stack: 2000 });
  return {
    open: async ({ port }) => holdRemote(firmware, await firmware.evaluate(`U.open(${port})`)),
    largest: 1400,
    longer: 'told',
    ipv6: false,
    names: true,
    version: engine.version,
    localPort: 'adapter',
    breaks: 'told',
    end: () => firmware.stop(),
  };
}, 'xs');
