/** Engines that run a script and print. */
import { execFile, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findNative, type Native, type NativeName } from './native';
import { patient } from '../../support/patience';

export interface ScriptEngine {
  name: string;
  binary: string;
  version: string;
  /** What stands before the file names on its command line. */
  options?: string[];
  /** It runs one file, and takes the others for arguments. */
  single?: boolean;
}

interface Candidate {
  /** The variable that may name it, and the command on PATH. */
  variable: string;
  command?: string;
  /** What makes it say its version. */
  version?: string[];
  /** Where to get it otherwise. */
  native?: NativeName[];
  options?: string[];
  single?: boolean;
}

const ENGINES = {
  duktape: { variable: 'DUK_BIN', command: 'duk', version: ['-e', 'print(Duktape.version)'] },
  jerryscript: { variable: 'JERRY_BIN', command: 'jerry', version: ['--version'] },
  // With 54 KB of heap: 48, and room for the platform's stand-in.
  'jerryscript-small': { variable: 'JERRY_SMALL', command: 'jerry-small', version: ['--version'] },
  mquickjs: { variable: 'MQUICKJS_BIN', native: ['mquickjs', 'mquickjs-64'], options: ['--heap', '500000000'] },
  quickjs: { variable: 'QUICKJS_BIN', command: 'qjs', version: ['--help'], native: ['quickjs'], options: ['--script'], single: true },
  xs: { variable: 'XS_BIN', native: ['xs', 'xs-64'] },
} satisfies Record<string, Candidate>;

export type ScriptEngineName = keyof typeof ENGINES;
/** Those with room for any script. */
export const SCRIPT_ENGINES = (Object.keys(ENGINES) as ScriptEngineName[]).filter((name) => name !== 'jerryscript-small');

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first number with points in what a command prints: "20700" is Duktape's way to write 2.7.0. */
function readVersion(binary: string, given: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(binary, given, { timeout: patient(10000) }, (_, out, errors) => {
      const [found] = /\d+(\.\d+)+|\d{5}/.exec(out + errors) ?? ['unknown'];
      resolve(/^\d{5}$/.test(found) ? `${+found.slice(0, 1)}.${+found.slice(1, 3)}.${+found.slice(3)}` : found);
    });
  });
}

/** The engine, or a sentence that says what is missing. What can be had by name is fetched and built, which takes its time once. */
export async function findScriptEngine(name: ScriptEngineName): Promise<ScriptEngine | string> {
  const { variable, command, version, native = [], options, single }: Candidate = ENGINES[name];
  const named = process.env[variable];
  const folders = command ? (process.env.PATH ?? '').split(delimiter) : [];
  const candidates = named ? [named] : folders.map((folder) => join(folder, command!));
  const binary = candidates.find(isExecutable);
  const rest = { name, options, single };
  if (binary) return { ...rest, binary, version: await readVersion(binary, version ?? ['--version']) };
  let missing = `no ${name}: ${variable} names none${command ? `, and there is no ${command} on PATH` : ''}`;
  for (const one of native) {
    const found: Native | string = await findNative(one);
    if (typeof found !== 'string') return { ...rest, ...found };
    missing += `; ${found}`;
  }
  return missing;
}

/** Runs scripts one after the other in one engine and returns what they printed. Rejects with that when it ends badly or takes longer than `limit` ms. */
export async function runScripts({ name, binary, options = [], single }: ScriptEngine, scripts: string[], limit = 60000): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `wixt-${name}-`));
  try {
    const files = (single ? [scripts.join('\n')] : scripts).map((code, i) => {
      const file = join(folder, `${i}.js`);
      writeFileSync(file, code);
      return file;
    });
    return await new Promise((resolve, reject) => {
      const child = spawn(binary, [...options, ...files], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      const timer = setTimeout(() => child.kill('SIGKILL'), patient(limit));
      child.stdout.on('data', (data) => (output += data));
      child.stderr.on('data', (data) => (output += data));
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (code !== 0) reject(new Error(`${name} ended with ${code ?? signal}:\n${output.slice(-2000)}`));
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
