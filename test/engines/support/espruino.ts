/** Finding an Espruino for Linux, and running programs on it as a board does: from Storage, at boot. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findNative } from './native';
import { Running } from './process';
import { patient } from '../../support/patience';

export interface Engine {
  binary: string;
  /** "2v29.277" */
  version: string;
  /** JsVars in all. A build for Linux that makes them as it needs them has no number worth asking for. */
  variables: number;
}

/** Where an engine may be: the variable that names it, then names on PATH. */
function listCandidates(variables?: number): string[] {
  const names = variables ? [`espruino-${variables}`, 'espruino'] : ['espruino'];
  const named = [variables ? process.env[`ESPRUINO_${variables}`] : undefined, process.env.ESPRUINO_BIN];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...named.filter((file): file is string => !!file), ...paths].filter(isExecutable);
}

/** A program; npm's `espruino`, which talks to boards, is a script, and no engine. */
function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return !/\.js$/.test(realpathSync(file));
  } catch {
    return false;
  }
}

const known = new Map<string, Promise<Engine | undefined>>();

function inspect(binary: string): Promise<Engine | undefined> {
  if (!known.has(binary)) {
    const read = async () => {
      const { output } = await runCode({ binary }, 'print("@"+process.memory().total+" "+process.version)');
      const found = /^@(\d+) (\S+)/m.exec(output);
      return found ? { binary, variables: Number(found[1]), version: found[2]! } : undefined;
    };
    known.set(binary, read());
  }
  return known.get(binary)!;
}

/**
 * An Espruino, with that number of JsVars if one is given (only then do its variables take the room that they take on a board), or
 * with more when `rather` any than none; a sentence that names what is missing otherwise.
 */
export async function findEngine(variables?: number, rather = false): Promise<Engine | string> {
  const candidates = listCandidates(variables);
  for (const binary of candidates) {
    const engine = await inspect(binary);
    if (engine && (!variables || engine.variables === variables)) return engine;
  }
  if (variables && rather) {
    for (const binary of [...candidates, ...listCandidates()]) {
      const engine = await inspect(binary);
      if (engine && engine.variables > variables) return engine;
    }
  }
  if (!variables) return 'no Espruino: ESPRUINO_BIN names none, and there is none on PATH';
  const others = candidates.length ? `; of those there are, none has that many (${candidates.join(', ')})` : '';
  return `no Espruino with ${variables} variables: set ESPRUINO_${variables} to a 32-bit build${others}`;
}

/** The environment in which an engine looks at its serial ports often; a sentence that says why it will be slow there. */
export async function findHaste({ binary }: Pick<Engine, 'binary'>): Promise<{ LD_PRELOAD: string } | string> {
  // Of an ELF file, the class: 1 for 32 bits.
  const haste = await findNative(readFileSync(binary)[4] === 1 ? 'haste' : 'haste-64');
  return typeof haste === 'string' ? haste : { LD_PRELOAD: haste.binary };
}

export interface RunOptions {
  /** Files for its Storage, byte for byte. `.bootcde` is what a board runs when it starts. */
  storage?: Record<string, string | Uint8Array>;
  /** What runs before the engine, e.g. valgrind and its options. */
  under?: string[];
  env?: Record<string, string>;
  /** Answers `evaluate`, through a socket of its own (its console would not do: it loses what is typed while a program works). */
  remote?: boolean;
}

/** An Espruino that runs. */
export class Espruino extends Running {
  /** Where its `remote` listens. */
  remotePort?: number;
  /** As many digits always, so that a question takes as many variables always. */
  #asked = 10000;

  /** Everything that it printed so far, without prompts and carriage returns. */
  override get output(): string {
    return super.output.replace(/\r|\x1b\[\d*[A-Z]/g, '').replace(/^>+/gm, '');
  }

  /**
   * The value of an expression, as JSON has it (undefined: undefined), worked out while the program runs: `remote` must have been
   * part of it. At most 480 characters. Rejects with what is thrown, and when it is interrupted for want of memory.
   */
  async evaluate(expression: string): Promise<any> {
    const id = `@${++this.#asked}`;
    const from = this.output.length;
    const ask = createSocket('udp4');
    const send = () => ask.send(id + ' ' + expression, this.remotePort!, '127.0.0.1');
    send();
    // It may not listen yet.
    const again = setInterval(send, 1000);
    try {
      const [, kind, text, interrupted] = await this.waitFor(new RegExp(`^${id}([=!])(.*)\n|^Execution (Interrupted).*\n`, 'm'), 30000, Math.max(0, from - 10));
      if (interrupted || kind === '!') throw new Error(interrupted ?? text);
      return text === 'undefined' ? undefined : JSON.parse(text!);
    } finally {
      clearInterval(again);
      ask.close();
    }
  }

  /** Has the program's `relieve` called, until it says `answer`. */
  async relieve(answer: RegExp): Promise<void> {
    const from = this.mark();
    const ask = createSocket('udp4');
    const send = () => ask.send('-', this.remotePort!, '127.0.0.1');
    send();
    const again = setInterval(send, 1000);
    try {
      await this.waitFor(answer, 30000, from);
    } finally {
      clearInterval(again);
      ask.close();
    }
  }

  /** Errors that Espruino reports: uncaught errors, lack of memory. A port in use is not an error. */
  get complaints(): string[] {
    return this.output.split('\n').filter((line) => !/Socket bind failed/.test(line) && /Uncaught|OUT OF MEMORY|New interpreter error|Execution Interrupted|^(WARNING|ERROR):/.test(line));
  }
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'wixt-espruino-'));
}

// A build with few variables holds no file whole: it goes into Storage in pieces.
const WRITER = `function put(name,file,size){
var f=E.openFile(file,"r"),at=0,s;
while(at<size){s=f.read(256);if(!s||!s.length)break;require("Storage").write(name,s,at,size);at+=s.length}
f.close()}
`;

/** Writes the flash image of `folder` by the engine's own Storage. Throws with what it printed when that went wrong. */
async function writeStorage(binary: string, folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  let code = WRITER;
  let check = '';
  Object.entries(files).forEach(([name, content], i) => {
    const data = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    writeFileSync(join(folder, `file${i}`), data);
    code += `put(${JSON.stringify(name)},"file${i}",${data.length});\n`;
    check += `&&require("Storage").read(${JSON.stringify(name)}).length==${data.length}`;
  });
  writeFileSync(join(folder, 'writer.js'), `${code}print("@"+(1${check}));\n`);
  const { output } = await run(new Espruino(folder, [binary, 'writer.js'], {}, true), 60000);
  if (!/@(true|1)/.test(output)) throw new Error(`the flash image could not be written:\n${output}`);
}

// Waits for the end; kills what runs longer than `limit` ms.
async function run(espruino: Espruino, limit: number): Promise<Espruino> {
  const timer = setTimeout(() => void espruino.stop(), patient(limit));
  await espruino.ended;
  clearTimeout(timer);
  return espruino;
}

// Ten lines in front of the program: they cost some 80 JsVars. To give memory back must take as little as can be: `-` calls `relieve`.
const remoteCode = (port: number) =>
  'var R=require("dgram").createSocket("udp4");R.on("message",function(s){if(s=="-")return relieve();var n=s.indexOf(" "),i=s.substr(0,n);if(i==R.last)return;R.last=i;' +
  `try{print(i+"="+JSON.stringify(eval(s.substr(n+1))))}catch(e){print(i+"!"+e)}});R.bind(${port});\n`;

async function findPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Starts an engine as a board starts: Storage as given, then `.bootcde`. It ends when nothing is left to do. The caller stops it. */
export async function boot(engine: Pick<Engine, 'binary'>, { storage = {}, under = [], env, remote }: RunOptions): Promise<Espruino> {
  const folder = makeFolder();
  const remotePort = remote ? await findPort() : undefined;
  const files = remotePort ? { ...storage, '.bootcde': remoteCode(remotePort) + storage['.bootcde'] } : storage;
  await writeStorage(engine.binary, folder, files);
  const espruino = new Espruino(folder, [...under, engine.binary, '-e', ''], env);
  espruino.remotePort = remotePort;
  return espruino;
}

/** Runs a program from RAM, as far as it fits there, and returns what it printed. What runs longer than `limit` ms is killed. */
export async function runCode(engine: Pick<Engine, 'binary'>, code: string, limit = 20000): Promise<{ output: string; code: number }> {
  const folder = makeFolder();
  writeFileSync(join(folder, 'program.js'), code);
  const espruino = await run(new Espruino(folder, [engine.binary, 'program.js']), limit);
  return { output: espruino.output, code: espruino.code! };
}
