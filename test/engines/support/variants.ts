/** linux-espruino in its ways to be built, and what each gives: as a module, as a boot script, with overlays. */
import type { Variant } from '../../../src/host/build/ledger';
import { inPackage } from '../../../src/host/build/root';
import { startEspruino, type DeviceOptions } from './device';
import { countInstructions } from './instructions';
import { startServer } from './session';
import { findPeaks } from './squeeze';
import { espruinoStarter } from './squeeze-espruino';

const WITH_OVERLAYS = inPackage('test', 'engines', 'live', 'linux-overlays');
const WAYS: Record<string, Pick<DeviceOptions, 'board' | 'script'>> = {
  'a module, and a program': { board: 'linux-espruino' },
  'one boot script': { board: 'linux-espruino', script: true },
  'one boot script with overlays': { board: WITH_OVERLAYS },
};

/** Measures each; a sentence when there is no engine. Instructions are counted where there is valgrind, and ESPRUINO_MM names an engine that is like a board. */
export async function measureVariants(): Promise<Record<string, Variant> | string> {
  const variants: Record<string, Variant> = {};
  for (const [name, way] of Object.entries(WAYS)) {
    const { server, uri } = await startServer();
    try {
      const device = await startEspruino({ ...way, server: uri, endpoint: 'variant' });
      if (typeof device === 'string') return device;
      const [loaded, registered] = [await device.usage('loaded'), await device.usage('registered')];
      await device.stop();
      const above = await findPeaks({ board: way.board, long: 700, start: espruinoStarter(way.board, undefined, way.script) }, 2500 - registered, 2);
      if (typeof above === 'string') return above;
      // Instructions are those of the library, whatever the script around it: a module and a script have the same.
      const work = process.env.ESPRUINO_MM ? await countInstructions(way.board) : undefined;
      variants[name] = { loaded, registered, peak: registered + Math.max(...Object.values(above)), ...(typeof work === 'object' && { work }) };
    } finally {
      await server.stop();
    }
  }
  return variants;
}
