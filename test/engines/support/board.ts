/** An Espruino as a board at a serial port: its console on a pseudo-terminal, its flash in a folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inPackage } from '../../../src/host/build/root';
import { findTool } from '../../../src/host/flash/find';
import { findEngine } from './espruino';
import type { KalumaOptions } from './kaluma-board';

export interface SerialBoard {
  /** The name of the port. */
  port: string;
  /** Where its espruino.flash is. */
  folder: string;
  /** Takes the power away. */
  off(): Promise<void>;
  /** Takes the power away, if it has it, and gives it; the port may be another. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts something that talks at a port; a sentence when there is nothing here to do it with. The caller stops it. `lose`: each so manieth byte to it is lost, and from it. */
export async function startAtPort(command: string[], lose = 0): Promise<SerialBoard | string> {
  const folder = mkdtempSync(join(tmpdir(), 'wixt-board-'));
  let child: ChildProcess;
  let port = '';
  const start = async () => {
    child = spawn('python3', [inPackage('test/engines/support/serial_port.py'), ...command], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LOSE: String(lose) },
    });
    const [data] = await Promise.race([once(child.stdout!, 'data'), once(child, 'error').then(() => [undefined]), once(child, 'exit').then(() => [undefined])]);
    if (data) port = String(data).split('\n')[0]!;
    return !!data;
  };
  const end = async () => {
    child.stdin!.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  if (!(await start())) {
    rmSync(folder, { recursive: true });
    return 'no python3, whose module pty makes the pseudo-terminal';
  }
  return {
    get port() {
      return port;
    },
    folder,
    off: end,
    async restart() {
      await end();
      await start();
    },
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A board with Kaluma, whose flash is empty, and the tools that flash it. */
export async function startKaluma(options: KalumaOptions = {}): Promise<SerialBoard | string> {
  if (!findTool('@kaluma/cli')) return 'no npm package @kaluma/cli: npm install --prefix FOLDER @kaluma/cli@1.0.0, and WIXT_TOOLS=FOLDER';
  const load = pathToFileURL(inPackage('node_modules/tsx/dist/loader.mjs')).href;
  return startAtPort([process.execPath, '--import', load, inPackage('test/engines/support/kaluma-board.ts'), JSON.stringify(options)]);
}

/** An Espruino with that many variables, whose Storage is empty, and the tools that flash it; for `lose` see `startAtPort`. */
export async function startBoard(variables = 2500, lose = 0): Promise<SerialBoard | string> {
  const engine = await findEngine(variables);
  if (typeof engine === 'string') return engine;
  if (!findTool('espruino')) return 'no npm package espruino: npm install --prefix FOLDER espruino@0.1.67, and WIXT_TOOLS=FOLDER';
  return startAtPort([engine.binary], lose);
}
