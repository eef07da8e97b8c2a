/**
 * A board with Kaluma as its console shows it: node --import tsx kaluma-board.ts [OPTIONS]. Written after Kaluma's repl.c, ymodem.c and prog.c
 * (1.2.1 and 1.3.0 do the same): prompt, echo, commands, YMODEM with its timeouts and its way to give up, the flash that ends a program with
 * a zero. The flash is a file in the current folder. The program runs in a process of its own, on what `wixt sim` gives it of Kaluma; the
 * console waits for it as a single thread would.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compileFunction, runInNewContext } from 'node:vm';
import { emulateKaluma } from '../../../src/host/sim/kaluma';
import { crc16 } from './crc16';

export interface KalumaOptions {
  version?: string;
  name?: string;
  /** Bytes for programs. */
  room?: number;
  /** A byte that is lost, one that is stored wrong, silence or the cable pulled in the third packet. */
  fault?: 'lost' | 'flipped' | 'silent' | 'unplugged';
}

const FILE = 'kaluma.flash';
const RED = '\x1b[31m';
const NORMAL = '\x1b[0m';

function print(text: string): void {
  process.stdout.write(Buffer.from(text, 'latin1'));
}

/** The process of a program: runs it, and answers when it is not busy. */
function runProgram(): void {
  const { globals, modules } = emulateKaluma();
  const show = (...words: unknown[]) => print(`\x1b[2K\r${NORMAL}${words.join(' ')}\r\n`);
  const names = { ...globals, console: { log: show, error: show }, print: (...words: unknown[]) => print(words.join(' ')), require: (id: string) => modules[id] };
  const complain = (error: unknown) => print(`${RED}${error}\r\n${NORMAL}${RED}  at usercode:1:1\r\n${NORMAL}`);
  process.on('uncaughtException', complain);
  process.on('message', (word) => process.send!(word));
  process.on('disconnect', () => process.exit());
  try {
    compileFunction(`'use strict';${readFileSync(FILE, 'utf8')}`, Object.keys(names))(...Object.values(names));
    process.send!('loaded');
  } catch (error) {
    complain(error);
    process.send!('ended', () => process.exit());
  }
}

class Board {
  readonly #options: KalumaOptions;
  #waiting: number[] = [];
  #busy = false;
  #program?: ChildProcess;
  #line = '';
  #echo = true;
  #transfer = false;
  #news = () => {};

  constructor(options: KalumaOptions) {
    this.#options = options;
    process.stdin.on('data', (data: Buffer) => {
      // Ctrl+C ends what the program is doing, and what waits to be read is gone.
      const last = this.#transfer ? -1 : data.lastIndexOf(3);
      if (last >= 0) {
        this.#waiting = [];
        if (this.#busy) this.#program?.kill('SIGKILL');
      }
      this.#waiting.push(...data.subarray(last + 1));
      this.#news();
    });
  }

  /** Waits for the program to come to an end with what it does. */
  async #idle(): Promise<void> {
    if (!this.#program) return;
    this.#busy = true;
    this.#program.send('?', () => {});
    await Promise.race([once(this.#program, 'message'), once(this.#program, 'exit')]);
    this.#busy = false;
    if (this.#program.signalCode) print(`${RED}Aborted\r\n${NORMAL}`);
    if (this.#program.exitCode !== null || this.#program.signalCode) this.#program = undefined;
  }

  async #end(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    if (!program || program.exitCode !== null || program.signalCode) return;
    program.kill('SIGKILL');
    await once(program, 'exit');
  }

  async #load(): Promise<void> {
    await this.#end();
    if (!existsSync(FILE) || !readFileSync(FILE).length) return;
    this.#program = fork(fileURLToPath(import.meta.url), ['program'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [word] = await Promise.race([once(this.#program, 'message'), once(this.#program, 'exit')]);
    if (word !== 'loaded') await this.#end();
  }

  /** Reads `n` bytes; returns undefined when fewer arrive within `ms`, and keeps those. */
  async #take(count: number, ms = Infinity): Promise<number[] | undefined> {
    const end = Date.now() + ms;
    while (this.#waiting.length < count) {
      const left = end - Date.now();
      if (left <= 0) return undefined;
      await new Promise<void>((done) => {
        this.#news = done;
        if (left < Infinity) setTimeout(done, left);
      });
    }
    return this.#waiting.splice(0, count);
  }

  #prompt(): void {
    print(NORMAL);
    if (this.#echo) print(`\r\x1b7> ${this.#line}\x1b[H\x1b[900C\x1b[6n\x1b8\x1b[2C`);
  }

  async run(): Promise<void> {
    print(`   _____/ . \\   Welcome to Kaluma v${this.#options.version}\r\n\r\n`);
    await this.#load();
    this.#prompt();
    for (;;) {
      const [byte] = (await this.#take(1))!;
      await this.#idle();
      if (byte === 13) {
        if (this.#echo) print('\r\n');
        const line = this.#line;
        this.#line = '';
        if (line.startsWith('.')) await this.#command(line);
        else if (line) this.#evaluate(line);
        this.#prompt();
      } else if (this.#line.length < 1023) {
        this.#line += String.fromCharCode(byte!);
        if (this.#echo) print(String.fromCharCode(byte!));
      } else print(`${RED}REPL buffer overflow\r\n${NORMAL}`);
    }
  }

  #evaluate(line: string): void {
    const { version, name } = this.#options;
    try {
      const value = runInNewContext(line, { print, process: { version, arch: 'cortex-m0-plus', platform: 'rp2' }, board: { name } });
      print(typeof value === 'string' ? `\x1b[93m'${value}'${NORMAL}\r\n` : `${value}\r\n`);
    } catch (error) {
      print(`${RED}${error}\r\n${NORMAL}`);
    }
  }

  async #command(line: string): Promise<void> {
    const program = existsSync(FILE) ? readFileSync(FILE) : Buffer.alloc(0);
    switch (line) {
      case '.reset':
        await this.#end();
        return print('\r\nsoft reset\r\n');
      case '.load':
        return this.#load();
      case '.echo off':
      case '.echo on':
        this.#echo = line === '.echo on';
        return;
      case '.flash -e':
        writeFileSync(FILE, '');
        return print('Flash has erased\r\n');
      case '.flash -t':
        return print(`${this.#options.room}\r\n`);
      case '.flash -s':
        return print(`${program.length}\r\n`);
      case '.flash -r':
        return print(program.toString('latin1').replace(/\n/g, '\r\n') + '\r\n');
      case '.flash -w': {
        print("Transfer a file via YMODEM... (press 'a' to abort)\r\n");
        this.#transfer = true;
        const result = await this.#receive();
        this.#transfer = false;
        await sleep(500);
        return print(`\r\n${result}\r\n`);
      }
      default:
        print(`${RED}Unknown command: ${line}\r\n${NORMAL}`);
    }
  }

  /** Reads a packet: its number and data, or a control character; undefined for anything else, or after the time-out. */
  async #packet(): Promise<{ number: number; data: Buffer } | 'end' | 'abort' | undefined> {
    const [first] = (await this.#take(1, 1000)) ?? [];
    if (first === 4) return 'end';
    if (first === 0x41 || first === 0x61) return 'abort';
    if (first !== 1 && first !== 2) return undefined;
    const size = first === 1 ? 128 : 1024;
    const packet = await this.#take(size + 4, 1000);
    if (!packet) return undefined;
    const [number, complement] = packet as [number, number];
    const data = Buffer.from(packet.slice(2, 2 + size));
    const good = number === (complement ^ 255) && crc16(data) === packet[2 + size]! * 256 + packet[3 + size]!;
    return good ? { number, data } : undefined;
  }

  async #receive(): Promise<string> {
    const { room = 0, fault } = this.#options;
    let begun = false;
    let lost = false;
    let errors = 0;
    let received = 0;
    let left = 0;
    const pages: Buffer[] = [];
    for (;;) {
      if (received === 3 && fault === 'lost' && !lost) {
        lost = true;
        while (this.#waiting.length < 500) await sleep(10);
        this.#waiting.splice(100, 1);
      }
      if (received === 3 && fault === 'silent') await sleep(2 ** 30);
      if (received === 3 && fault === 'unplugged') {
        process.kill(process.ppid, 'SIGKILL');
        process.exit();
      }
      const packet = await this.#packet();
      if (packet === 'abort') {
        print('\x18\x18');
        return 'Aborted';
      }
      if (packet === undefined) {
        if (begun) errors++;
        print(errors > 5 ? '\x18\x18' : 'C');
        continue;
      }
      errors = 0;
      if (packet === 'end') {
        print('\x06');
        received = 0;
      } else if (packet.number !== (received & 255)) {
        print('\x15');
        received++;
      } else if (received++ > 0) {
        const data = packet.data.subarray(0, left);
        left -= data.length;
        pages.push(Buffer.from(data));
        const total = pages.reduce((sum, { length }) => sum + length, 0);
        if (total >= room) {
          print('\x18\x18');
          return 'Verification failed';
        }
        print('\x06');
      } else if (packet.data[0]) {
        const name = packet.data.indexOf(0);
        left = parseInt(packet.data.toString('latin1', name + 1), 10);
        begun = true;
        writeFileSync(FILE, '');
        // Erasing.
        await sleep(300);
        print('\x06C');
      } else {
        print('\x06');
        const program = Buffer.concat(pages);
        if (fault === 'flipped') program[2000]! ^= 1;
        writeFileSync(FILE, program);
        return 'Done';
      }
    }
  }
}

if (process.argv[2] === 'program') runProgram();
else {
  const board = new Board({ version: '1.2.1', name: 'pico-w', room: 512 * 1024, ...JSON.parse(process.argv[2] ?? '{}') });
  await board.run();
}
