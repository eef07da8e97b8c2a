/** Programs on MicroQuickJS: byte code in flash, a heap of fixed size, as a firmware would run them. */
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBoot } from './device';
import { findNative, type Native } from './native';
import { Running } from './process';

/** A firmware that runs. */
export class Firmware extends Running {
  #asked = 0;

  /** The value of an expression, as JSON has it, worked out while the program runs: it must read lines. Rejects with what is thrown. */
  async evaluate(expression: string): Promise<any> {
    const id = `@${++this.#asked}`;
    const from = this.mark();
    this.type(`try{print("${id}="+JSON.stringify(${expression}))}catch(e){print("${id}!"+e)}`);
    const [, kind, text] = await this.waitFor(new RegExp(`^${id}([=!])(.*)\\n`, 'm'), 30000, Math.max(0, from - 1));
    if (kind === '!') throw new Error(text);
    return text === 'undefined' ? undefined : JSON.parse(text!);
  }

  /** What went wrong by its own account. */
  get complaints(): string[] {
    return this.output.split('\n').filter((line) => /Uncaught|Error/.test(line));
  }
}

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
