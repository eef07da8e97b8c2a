/** Running programs on an Espruino for Linux. */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The engine that ESPRUINO_BIN names, or `espruino` on PATH; undefined when absent. */
export function findEspruino(): string | undefined {
  const named = process.env.ESPRUINO_BIN;
  const candidates = named ? [named] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'espruino'));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      // npm's `espruino`, which talks to boards, is a script, and no engine.
      return !/\.js$/.test(realpathSync(file));
    } catch {
      return false;
    }
  });
}

/**
 * Runs a program in a folder of its own (its flash, espruino.flash, is a file there), or in one that is kept, and returns what it printed. Standard input is a pipe that
 * neither gives data nor ends: at its end Espruino would read for ever. What runs longer than `limit` ms is killed.
 */
export async function runEspruino(binary: string, code: string, limit = 20000, kept?: string): Promise<string> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'wixt-espruino-'));
  try {
    writeFileSync(join(folder, 'program.js'), code);
    return await new Promise((resolve, reject) => {
      const child = spawn(binary, ['program.js'], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
      let output = '';
      const timer = setTimeout(() => child.kill('SIGKILL'), limit);
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => (output += data));
      child.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.on('close', () => {
        clearTimeout(timer);
        resolve(output);
      });
    });
  } finally {
    if (!kept) rmSync(folder, { recursive: true, force: true });
  }
}
