/**
 * Bundles on a real JerryScript, live. The bare engine has neither sockets nor timers, but it reads lines: a platform's interface
 * (test/engines/jerry) is typed in before the program, and this process gives it its datagrams and lets its timers ring.
 */
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minify } from 'terser';
import { inPackage } from '../../../src/host/build/root';
import { buildBoot } from './device';
import { Running } from './process';

export type PlatformName = 'kaluma' | 'iotjs';

/** What happened inside, by --mem-stats, in bytes of JerryScript's heap. */
export interface HeapStats {
  size: number;
  peak: number;
  peakByteCode: number;
}

const NO_MEMORY = /out of memory|Heap limit|ERR_OUT_OF_MEMORY|^Error: .*memory/im;

/** A JerryScript that runs a program. */
export class Jerry extends Running {
  readonly #sockets = new Map<string, Socket>();
  #read = 0;
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  /** The last socket that was closed is gone, and its port is free. */
  #closed: Promise<unknown> = Promise.resolve();
  /** Of the datagram that is going out, in hex. */
  #bytes = '';

  private constructor(binary: string) {
    super(mkdtempSync(join(tmpdir(), 'wixt-jerry-')), [binary, '--no-prompt', '--mem-stats']);
    void this.ended.then(() => this.#release());
  }

  /** Types in the platform and then the program, a line each. `tight`: garbage is collected after each event. The caller stops it. */
  static async start(binary: string, platform: PlatformName, program: string, tight = false): Promise<Jerry> {
    const jerry = new Jerry(binary);
    for (const name of ['host', platform]) await jerry.#load(readFileSync(inPackage('test', 'engines', 'jerry', `${name}.js`), 'utf8'));
    if (tight) jerry.type('gc();H.tight()');
    await jerry.#load(program);
    jerry.type('H.run()');
    return jerry;
  }

  async #load(code: string): Promise<void> {
    const { code: line } = await minify(code, { compress: false, mangle: false, format: { ascii_only: true } });
    if (line!.includes('\n')) throw new Error('a line break in a string');
    this.type(line!);
  }

  /** Does what stands in the lines that are new. */
  protected override heard(): void {
    const end = this.output.lastIndexOf('\n') + 1;
    const lines = this.output.slice(this.#read, end).split('\n');
    this.#read = end;
    let wait: number | undefined;
    for (const line of lines) {
      const [mark, what, fd, ...rest] = line.split(' ');
      if (mark === '~') wait = Number(what);
      else if (mark === '>') this.#serve(what!, fd!, rest);
    }
    if (wait === undefined) return;
    clearTimeout(this.#timer);
    if (wait >= 0) this.#timer = setTimeout(() => this.type('H.run()'), Math.min(wait + 1, 2 ** 31 - 1));
  }

  #serve(what: string, fd: string, rest: string[]): void {
    const old = this.#sockets.get(fd);
    if (what === 'open') {
      const socket = createSocket('udp4');
      this.#sockets.set(fd, socket);
      const tell = (port: number) => this.type(`H.run(function(){var s=H.sockets[${fd}];if(s&&s.bound)s.bound(${port})})`);
      socket.on('error', () => tell(0));
      socket.on('message', (data, { address, port }) => {
        if (this.#sockets.get(fd) === socket) this.#deliver(fd, data, address, port);
      });
      const bind = (port: number) => {
        if (this.#sockets.get(fd) === socket) socket.bind(port, () => tell(socket.address().port));
      };
      const port = Number(rest[0]);
      if (port) void this.#closed.then(() => bind(port));
      else bind(0);
    } else if (what === 'bytes') this.#bytes += fd;
    else if (what === 'send') {
      old?.send(Buffer.from(this.#bytes, 'hex'), Number(rest[1]), rest[0], () => {});
      this.#bytes = '';
    } else if (what === 'close') {
      this.#sockets.delete(fd);
      // What it was given to send goes out first.
      if (old) this.#closed = new Promise((resolve) => setTimeout(() => old.close(() => resolve(undefined)), 20));
    }
  }

  #deliver(fd: string, data: Buffer, address: string, port: number): void {
    for (let at = 0; at < data.length; at += 32) this.type(`H.bytes([${[...data.subarray(at, at + 32)]}])`);
    this.type(`H.come(${fd},[${address.split('.')}],${port})`);
  }

  #release(): void {
    clearTimeout(this.#timer);
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  /** The place in the output to wait from. */
  mark(): number {
    return this.output.length;
  }

  /** What follows the name of the next event after `since`: its detail. */
  async event(name: string, since = 0, limit = 30000): Promise<string> {
    return (await this.waitFor(new RegExp(`^! ${name} (.*)\\n`, 'm'), limit, since))[1]!;
  }

  /** The value of an expression, as JSON has it, worked out while the program runs. Rejects with what is thrown. */
  async evaluate(expression: string): Promise<any> {
    const id = `@${++this.#asked}`;
    const from = this.mark();
    this.type(`H.run(function(){try{print("${id}="+JSON.stringify(${expression}))}catch(e){print("${id}!"+e)}})`);
    const [, kind, text] = await this.waitFor(new RegExp(`^${id}([=!])(.*)\\n`, 'm'), 30000, Math.max(0, from - 1));
    if (kind === '!') throw new Error(text);
    return text === 'undefined' ? undefined : JSON.parse(text!);
  }

  /** What went wrong by its own account: uncaught errors, no memory. */
  get complaints(): string[] {
    return this.output.split('\n').filter((line) => /^Uncaught|Unhandled exception|Assertion/.test(line) || NO_MEMORY.test(line));
  }

  /** Ends it normally if possible, so that it reports its heap. */
  override async stop(): Promise<void> {
    this.close();
    const timer = setTimeout(() => void super.stop(), 5000);
    await this.ended;
    clearTimeout(timer);
  }

  /** How much heap it had, at its peak: once it was stopped. NaN when it did not end in peace. */
  get stats(): HeapStats {
    const bytes = (name: string) => Number(new RegExp(`^\\s*${name} = (\\d+) bytes`, 'm').exec(this.output)?.[1] ?? NaN);
    return { size: bytes('Heap size'), peak: bytes('Peak allocated'), peakByteCode: bytes('Peak allocated byte code data') };
  }
}

/** The script of the test device of test/engines/live for a board, which registers there. */
export async function buildJerry(board: string, settings: { endpoint: string; server: string; lifetime: number }): Promise<string> {
  return `var settings=${JSON.stringify(settings)};${await buildBoot(board, 'test/engines/live/jerry.ts')}`;
}
