/** Programs on MicroQuickJS: byte code in flash, a heap of fixed size, as a firmware would run them. */
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBoot } from './device';
import { Firmware } from './firmware';
import { findNative, type Native } from './native';
import { Running } from './process';
import type { Squeezable, Starter } from './squeeze';

const makeFolder = () => mkdtempSync(join(tmpdir(), 'wixt-mquickjs-'));

/** Bytes of the code in flash for a script, and the firmware that runs it in a heap of `heap` bytes. The caller stops it. */
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

/** Room for the device, and for what takes the room away. */
const SQUEEZED_HEAP = 128 * 1024;

class SqueezedFirmware implements Squeezable {
  readonly #firmware: Firmware;

  constructor(firmware: Firmware) {
    this.#firmware = firmware;
  }

  mark = () => this.#firmware.mark();
  event = (name: string, since?: number) => this.#firmware.event(name, since);
  stop = () => this.#firmware.stop();
  complaint = () => this.#firmware.waitFor(/Uncaught|Error/, 60000, this.mark()).catch(() => new Promise(() => {}));

  get complaints(): string[] {
    return this.#firmware.complaints;
  }

  async squeeze(limit: number): Promise<number> {
    const from = this.mark();
    // Later: what asks for it is garbage then.
    this.#firmware.type(`setTimeout(squeeze,5,${Math.max(0, SQUEEZED_HEAP - limit)})`);
    return Number((await this.#firmware.waitFor(/^~(\d+)\n/m, 2000, from))[1]);
  }

  async relieve(): Promise<void> {
    const from = this.mark();
    this.#firmware.type('relieve()');
    await this.#firmware.waitFor(/^~\n/m, 2000, from);
  }
}

// A line takes memory while it is read: these are there before.
const BALLAST = 'var held=0;function squeeze(n){var u=memory();held=new Uint8Array(n);print("~"+u)}function relieve(){held=0;print("~")}';

/** Starts the test device on MicroQuickJS. */
export const mquickjsStarter = (engine: Native): Starter => async (settings, limit) => {
  const { firmware } = await startFirmware(engine, await buildDevice(settings), { heap: limit ?? SQUEEZED_HEAP, lines: limit === undefined });
  if (limit === undefined) firmware.type(BALLAST);
  return new SqueezedFirmware(firmware);
};
