/** Engines that run a script and print: Duktape, JerryScript. */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface ScriptEngine {
  name: string;
  binary: string;
}

/** Engine → the variable that may name it, the command on PATH, and what says its version. */
const ENGINES = {
  duktape: { variable: 'DUK_BIN', command: 'duk', version: 'print(Duktape.version)' },
  jerryscript: { variable: 'JERRY_BIN', command: 'jerry', version: 'print("")' },
};

export type ScriptEngineName = keyof typeof ENGINES;

/** The engine, or a sentence that says what is missing. */
export function findScriptEngine(name: ScriptEngineName): ScriptEngine | string {
  const { variable, command } = ENGINES[name];
  const named = process.env[variable];
  const candidates = named ? [named] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command));
  const binary = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return binary ? { name, binary } : `no ${name}: ${variable} names none, and there is no ${command} on PATH`;
}

/** Runs scripts one after the other in one engine and returns what they printed. Rejects with that when it ends badly or takes longer than `limit` ms. */
export async function runScripts({ name, binary }: ScriptEngine, scripts: string[], limit = 60000): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `wixt-${name}-`));
  try {
    const files = scripts.map((code, i) => {
      const file = join(folder, `${i}.js`);
      writeFileSync(file, code);
      return file;
    });
    return await new Promise((resolve, reject) => {
      const child = spawn(binary, files, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      const timer = setTimeout(() => child.kill('SIGKILL'), limit);
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => (output += data));
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(timer);
        if (code) reject(new Error(`${name} ended with ${code}:\n${output.slice(-2000)}`));
        else resolve(output);
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A CommonJS module as a statement that defines a global: engines without `require` have no modules. */
export function asGlobal(name: string, code: string): string {
  return `var ${name}=(function(exports){${code}\nreturn exports})({});\n`;
}
