/** Programs on MicroQuickJS: byte code in flash, a heap of fixed size, as a firmware would run them. */
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBoot } from './device';
import { Firmware } from './firmware';
import { findNative, type Native } from './native';
import { Running } from './process';

const makeFolder = () => mkdtempSync(join(tmpdir(), 'wixt-mquickjs-'));

/** Bytes of the code in flash for a script, and the firmware that runs it in a heap of `heap` bytes. Whoever starts it stops it. */
export async function startFirmware(engine: Native, script: string, { heap, lines = false }: { heap: number; lines?: boolean }): Promise<{ firmware: Firmware; flash: number }> {
  const folder = makeFolder();
  writeFileSync(join(folder, 'boot.js'), script);
  const compiler = new Running(folder, [engine.binary, '--compile', 'boot.bin', 'boot.js'], {}, true);
  if (await compiler.ended) throw new Error(`no byte code:\n${compiler.output}`);
  const { size } = statSync(join(folder, 'boot.bin'));
  return { firmware: new Firmware(folder, [engine.binary, '--heap', String(heap), ...(lines ? ['--stdin'] : []), 'boot.bin']), flash: size };
}

/** The script of the test device of test/engines/live, which registers there. */
export async function buildDevice(settings: { endpoint: string; server: string; lifetime: number }): Promise<string> {
  built ??= buildBoot('mquickjs', 'test/engines/live/mquickjs.ts');
  return `var settings=${JSON.stringify(settings)};\n${await built}`;
}

let built: Promise<string> | undefined;

/** MicroQuickJS with words of 32 bits, so that memory is as on a board; or a sentence. */
export const findMquickjs = (): Promise<Native | string> => findNative('mquickjs');
