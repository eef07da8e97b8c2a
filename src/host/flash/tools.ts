/**
 * The npm package `espruino`, Espruino's own tools: found where the person has it. It is no dependency, since it brings native code for
 * Bluetooth and 48 MB that only flashing needs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { inPackage } from '../build/root';
import { Problem } from '../problem';

/** The version that the tests flash with. */
const TESTED = '0.1.67';

/** What we use of its globals. */
interface EspruinoGlobal {
  Config: Record<string, unknown>;
  Core: {
    Env: { getBoardData(): { VERSION?: string } };
    Serial: {
      devices: SerialDevice[];
      startListening(listener: (data: ArrayBuffer) => void): unknown;
      open(port: string, opened: (status: unknown) => void, closed: () => void): void;
      close(): void;
    };
    Utils: { executeExpression(expression: string, done: (result: string | undefined) => void, options?: { minTimeout?: number }): void };
  };
  Plugins: { Pretokenise: { tokenise(code: string): string } };
}

/** How the tools reach a port. */
export interface SerialDevice {
  name: string;
  getPorts(found: (ports: { path: string }[], all: boolean) => void): void;
  open(path: string, opened: (status: string | undefined) => void, received: (data: ArrayBuffer) => void, closed: () => void): void;
  write(data: string, written: () => void): void;
  close(closed?: () => void): void;
}

export interface Port {
  on(event: 'open' | 'close', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'data', listener: (data: Buffer) => void): void;
  write(data: Buffer, written: () => void): void;
  close(closed?: () => void): void;
}

/** The class of the npm package serialport, which the tools bring. */
export interface PortClass {
  new (options: { path: string; baudRate: number }): Port;
  list(): Promise<{ path: string; manufacturer?: string }[]>;
}

export interface Tools {
  espruino: EspruinoGlobal;
  SerialPort: PortClass;
}

/** Folders where npm may have put it: where ESPRUINO_TOOLS says, beside the project, beside wixt, and beside or below each folder of commands (npx, npm -g). */
function listFolders(): string[] {
  const above = [resolve(), inPackage()].flatMap((start) => {
    const found = [];
    for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) found.push(join(folder, 'node_modules', 'espruino'));
    return found;
  });
  const commands = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const named = process.env.ESPRUINO_TOOLS ? [join(process.env.ESPRUINO_TOOLS, 'node_modules', 'espruino')] : [];
  return [...named, ...above, ...commands.flatMap((folder) => ['../espruino', '../lib/node_modules/espruino', 'node_modules/espruino'].map((path) => join(folder, path)))];
}

/** The folder of the tools; undefined where there are none. An `espruino` on PATH may be the engine for Linux: that is none. */
export function findTools(): string | undefined {
  return listFolders().find((folder) => {
    const file = join(folder, 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'espruino' && existsSync(join(folder, 'index.js'));
  });
}

/**
 * Loads the tools. They speak through console.log: what they say goes to `hear` instead, from here on. Throws a Problem when they are not
 * there.
 */
export async function loadTools(hear: (text: string) => void): Promise<Tools> {
  const folder = findTools();
  if (!folder)
    throw new Problem(`the npm package espruino, which talks to the board, is not installed: npm install --save-dev espruino@${TESTED}, or --global`);
  const require = createRequire(join(folder, 'index.js'));
  let SerialPort: PortClass;
  try {
    SerialPort = require('serialport').SerialPort;
  } catch (error) {
    throw new Problem(
      `${folder} lacks the package serialport (${(error as Error).message.split('\n')[0]}): install espruino@${TESTED} with its optional dependencies`,
    );
  }
  for (const name of ['log', 'warn', 'error', 'info'] as const) console[name] = (...words: unknown[]) => hear(words.join(' '));
  await new Promise<void>((done) => require('./index.js').init(done));
  const espruino = (globalThis as unknown as { Espruino: EspruinoGlobal }).Espruino;
  // It would ask a web site for the board's description.
  espruino.Config.ENV_ON_CONNECT = false;
  return { espruino, SerialPort };
}
