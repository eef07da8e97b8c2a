/** The conformance suite on MicroQuickJS, over the sockets of test/engines/native/mquickjs. */
import { conformance } from '../boards/conformance';
import { buildCode } from './support/bundle';
import { findMquickjs, startFirmware } from './support/mquickjs';
import { asGlobal } from './support/script';
import { holdRemote } from './support/subject';

conformance('udp-mquickjs on MicroQuickJS', async () => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return engine;
  const code = asGlobal('U', await buildCode('mquickjs', 'test/engines/udp-mquickjs'));
  const { firmware } = await startFirmware(engine, code, { heap: 1 << 20, lines: true });
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
}, 'mquickjs');
