/** A modem that speaks AT at the other end of a serial line, with the faults of such a line: what the simulated ones have in common. */
import type { Socket } from 'node:dgram';

export interface LineFaults {
  /** A number below 1 for each question; the same seed, the same faults. */
  random?: () => number;
  /** Of the answers, how many (0 to 1) come `lateMs` later. */
  late?: number;
  lateMs?: number;
  /** Of the bytes to the computer, how many are lost. */
  lost?: number;
  /** Of the answers, before how many there is noise. */
  noise?: number;
  /** How many bytes come at a time, where it is not all of an answer. */
  piece?: number;
  /** How long it takes until it is there. */
  bootMs?: number;
  /** Switched off until somebody switches it on. */
  off?: boolean;
}

/** Bytes that a command wants; `take` has them when they are there. */
interface Expected {
  left: number;
  parts: Buffer[];
  take: (data: Buffer) => void;
}

export abstract class Modem<Faults extends LineFaults> {
  /** What it was told, line by line. */
  readonly heard: string[] = [];
  /** Datagrams that it sent. */
  sent = 0;
  faults: Faults;
  /** Switched off: it hears nothing. */
  deaf: boolean;
  protected echo = true;
  /** The character that ends a command: a carriage return, or the line feed behind it. */
  protected readonly end: '\r' | '\n' = '\r';
  #output: (data: Buffer) => void = () => {};
  #line = '';
  #expected?: Expected;
  #timers = new Set<NodeJS.Timeout>();
  #ports = new Map<number, number>();

  constructor(faults: Faults) {
    this.faults = faults;
    this.deaf = !!faults.off;
  }

  /** Who hears it. */
  onOutput(output: (data: Buffer) => void): void {
    this.#output = output;
  }

  /** Obeys a command line. */
  protected abstract obey(line: string): void;

  protected after(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }

  #happens(share: number | undefined): boolean {
    return !!share && (this.faults.random ?? Math.random)() < share;
  }

  protected say(text: string | Buffer): void {
    const { late, lateMs = 0, lost, noise } = this.faults;
    let data = Buffer.from(text as string, 'latin1');
    if (lost) data = Buffer.from([...data].filter(() => !this.#happens(lost)));
    if (this.#happens(noise)) data = Buffer.concat([Buffer.from([0x80, 0xff, 0x2b, 0x51, 0x0d, 0x0a]), data]);
    const size = this.faults.piece ?? data.length;
    this.after(this.#happens(late) ? lateMs : 1, () => {
      for (let at = 0; at < data.length && !this.deaf; at += size) this.#output(data.subarray(at, at + size));
    });
  }

  /** An unsolicited result. */
  report(line: string): void {
    this.say(`\r\n${line}\r\n`);
  }

  protected answer(...lines: string[]): void {
    this.say(lines.map((line) => `\r\n${line}\r\n`).join(''));
  }

  /** The next `length` bytes from the computer are no commands. */
  protected expect(length: number, take: (data: Buffer) => void): void {
    this.#expected = { left: length, parts: [], take };
  }

  /** Bytes from the computer. */
  input(data: Buffer): void {
    if (this.deaf) return;
    for (let at = 0; at < data.length; at++) {
      const expected = this.#expected;
      if (expected) {
        const part = data.subarray(at, at + expected.left);
        expected.parts.push(part);
        expected.left -= part.length;
        at += part.length - 1;
        if (expected.left) continue;
        this.#expected = undefined;
        expected.take(Buffer.concat(expected.parts));
      } else if (data[at] === this.end.charCodeAt(0)) {
        const line = this.#line;
        this.#line = '';
        if (this.echo && line) this.say(line + '\r');
        this.heard.push(line);
        this.obey(line);
      } else if (data[at] !== 10 && data[at] !== 13 && this.#line.length < 1000) this.#line += String.fromCharCode(data[at]!);
    }
  }

  /**
   * A modem has all ports to itself, and its simulation has not (Espruino on Linux chooses the same port in each run): where another program has the
   * one that it is told, another stands for that from then on.
   */
  protected bind(socket: Socket, port: number, bound: () => void): void {
    const listening = () => {
      socket.off('error', another);
      this.#ports.set(port, socket.address().port);
      bound();
    };
    const another = () => socket.bind(0, '127.0.0.1', listening);
    socket.once('error', another);
    socket.bind(this.#ports.get(port) ?? port, '127.0.0.1', listening);
  }

  /** Forgets what it was about. */
  protected forget(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.echo = true;
    this.#line = '';
    this.#expected = undefined;
  }
}
