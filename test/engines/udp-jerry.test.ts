/** The conformance suite on JerryScript, for the adapters of its platforms, inside the stand-ins of test/engines/jerry. */
import { conformance } from '../boards/conformance';
import { buildCode } from './support/bundle';
import { Jerry } from './support/jerry';
import { asGlobal, findScriptEngine } from './support/script';
import { holdRemote } from './support/subject';

for (const { board, platform, more, localPort, breaks } of [
  // Kaluma's radio is reset: all sockets disappear without notice.
  { board: 'pico-w', platform: 'kaluma', more: 'U.breakDown=function(){K.reset()};', localPort: 'engine', breaks: 'silent' },
  { board: 'iotjs', platform: 'iotjs', more: '', localPort: 'adapter', breaks: 'told' },
] as const) {
  conformance(`udp-${platform} on JerryScript`, async () => {
    const engine = await findScriptEngine('jerryscript');
    if (typeof engine === 'string') return engine;
    const jerry = await Jerry.start(engine.binary, platform, asGlobal('U', await buildCode(board, `test/engines/udp-${platform}`)) + more);
    return {
      open: async ({ port }) => holdRemote(jerry, await jerry.evaluate(`U.open(${port})`)),
      // The stand-in has room for 1,500.
      largest: 1200,
      longer: 'told',
      ipv6: false,
      names: true,
      version: engine.version,
      localPort,
      breaks,
      end: () => jerry.stop(),
    };
  }, 'jerryscript');
}
