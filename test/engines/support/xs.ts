/** Programs on XS as Moddable's SDK runs them: modules whose byte code is in flash, a heap of its own, ECMA-419's UDP class. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inPackage } from '../../../src/host/build/root';
import type { Settings } from '../live/device';
import { buildApp, readBundle } from './device';
import { Firmware } from './firmware';
import { findNative, type Native } from './native';

/** Slots of the stack: enough for client and test device, as the SDK's 256 are not; docs/boards/moddable.md asks for more, for other programs. */
export const STACK = 448;

export interface XsOptions {
  /** Bytes of slots, chunks and stack together; as much as they want when absent. */
  heap?: number;
  /** Slots of the stack. */
  stack?: number;
  /** Whether it also runs the lines that it is given. */
  lines?: boolean;
}

/** Runs modules, the last of which is the program. UDP, as what belongs to the SDK, and `wixt` are preloaded. The caller stops it. */
export function startXs({ binary }: Native, modules: Record<string, string>, { heap, stack = STACK, lines }: XsOptions = {}): Firmware {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-xs-'));
  const files = Object.entries(modules).flatMap(([name, code], i) => {
    writeFileSync(join(folder, `${i}.js`), code);
    return [...(name === 'wixt' ? ['--preload'] : []), `${name}=${i}.js`];
  });
  const sizes = ['--stack', String(stack), ...(heap ? ['--heap', String(heap)] : [])];
  const udp = ['--preload', `embedded:io/socket/udp=${inPackage('test', 'engines', 'native', 'xs', 'udp.js')}`];
  return new Firmware(folder, [binary, ...sizes, ...(lines ? ['--stdin'] : []), ...udp, ...files]);
}

/** The board's bundle and the test device of test/engines/live, which registers there. */
export async function buildDevice(settings: Settings): Promise<Record<string, string>> {
  return { wixt: readBundle('moddable'), main: `var settings=${JSON.stringify(settings)};${await buildApp('moddable', 'test/engines/live/moddable.ts')}` };
}

/** XS with words of 32 bits, so that memory is as on a board; or a sentence. */
export const findXs = (): Promise<Native | string> => findNative('xs');
