/** The conformance suite on XS, over the UDP class of test/engines/native/xs. */
import { conformance } from '../boards/conformance';
import { buildCode } from './support/bundle';
import { driveFirmware } from './support/subject';
import { findXs, startXs } from './support/xs';

conformance('udp-moddable on XS', async () => {
  const engine = await findXs();
  if (typeof engine === 'string') return engine;
  const firmware = startXs(engine, { udp: await buildCode('moddable', 'test/engines/udp-moddable'), main: 'import * as U from "udp";globalThis.U=U;' }, { lines: true, stack: 2000 });
  return driveFirmware(firmware, engine.version);
}, 'xs');
