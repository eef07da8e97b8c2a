/** A board with Espruino at the end of a serial line: expressions go there, values come back. */
import { accessSync, constants, statSync } from 'node:fs';
import { Problem } from '../problem';
import { loadTools, type Port, type Tools } from './tools';

export interface ConnectionOptions {
  /** /dev/ttyUSB0, /dev/cu.usbserial-1, COM3. */
  port: string;
  /** Bits a second. */
  baud: number;
}

/** Says how far it is; `done` of `total` bytes where that is known. */
export type Report = (text: string, done?: number, total?: number) => void;

/** Prints a line for each thing that is done; on a terminal, progress in one line. */
export function makeReport(print: (text: string) => void): Report {
  let shown = 0;
  return (text, done, total) => {
    if (done === undefined || !total) return print(text);
    const percent = Math.floor((done * 100) / total);
    if (process.stdout.isTTY) process.stdout.write(`\r${text}: ${percent} % of ${total} bytes${percent === 100 ? '\n' : ''}`);
    // In a file a line for each quarter will do.
    else if (percent === 100 || percent < shown || percent >= shown + 25) print(`${text}: ${percent} % of ${total} bytes`);
    else return;
    shown = percent === 100 ? 0 : percent;
  };
}

/** Opens a port for as long as `work` lasts. Nothing but `report` prints in that time: the tools tell all they do. Set WIXT_DEBUG to see it. */
export async function withConnection<T>(options: ConnectionOptions, work: (connection: Connection, report: Report) => Promise<T>): Promise<T> {
  const { log, warn, error, info } = console;
  const hear = (text: string) => void (process.env.WIXT_DEBUG && error(text));
  let connection: Connection | undefined;
  try {
    connection = await Connection.open(options, hear);
    return await work(connection, makeReport(log));
  } finally {
    await connection?.close();
    Object.assign(console, { log, warn, error, info });
  }
}

export class Connection {
  readonly #tools: Tools;
  readonly #port: string;
  readonly #baud: number;
  #serial?: Port;
  #opened = false;
  #hurried = false;
  #asked = 0;
  #heard = '';

  private constructor(tools: Tools, { port, baud }: ConnectionOptions) {
    this.#tools = tools;
    this.#port = port;
    this.#baud = baud;
  }

  /** Opens a port. Throws a Problem that says why it cannot be. */
  static async open(options: ConnectionOptions, hear: (text: string) => void): Promise<Connection> {
    const tools = await loadTools(hear);
    await checkPort(options.port, tools);
    const connection = new Connection(tools, options);
    await connection.#open();
    return connection;
  }

  #open(): Promise<void> {
    const { espruino, SerialPort } = this.#tools;
    const { Serial } = espruino.Core;
    return new Promise((resolve, reject) => {
      // In place of the tools' own ways to a port, which know only those that the system lists, and end the process when one fails.
      Serial.devices.length = 0;
      Serial.devices.push({
        name: 'wixt',
        getPorts: (found) => found([{ path: this.#port }], true),
        open: (path, opened, received, closed) => {
          const port = (this.#serial = new SerialPort({ path, baudRate: this.#baud }));
          port.on('open', () => opened('open'));
          port.on('data', (data) => received(new Uint8Array(data).buffer));
          port.on('close', closed);
          port.on('error', (error) => reject(explainPort(this.#port, error.message)));
        },
        write: (data, written) => this.#serial!.write(Buffer.from(data, 'latin1'), written),
        close: (closed) => this.#serial!.close(closed),
      });
      Serial.startListening((data) => (this.#heard += Buffer.from(data).toString('latin1')));
      Serial.open(
        this.#port,
        (status) => {
          this.#opened = status !== undefined;
          if (this.#opened) resolve();
          else reject(explainPort(this.#port, ''));
        },
        () => {
          this.#opened = false;
        },
      );
    });
  }

  /**
   * The value of an expression, whose JSON the board prints; undefined when nothing came back for `seconds`. A program that is at work on the
   * board may make it lose what it is sent: ask once more.
   */
  async ask(expression: string, seconds = 2): Promise<unknown> {
    if (!this.#opened) throw new Problem(`${this.#port}: the connection has ended: was the board unplugged?`);
    this.#heard = '';
    // Numbered: an answer that nobody waited for any more may come now.
    const number = ++this.#asked;
    const answer = new RegExp(`<<\\s*(\\[${number},.*?\\])\\s*>>`, 's');
    const done = (result: string | undefined) => void (result !== undefined && (this.#heard += `<<${result}>>\n`));
    this.#tools.espruino.Core.Utils.executeExpression(`[${number},${expression}]`, done, { minTimeout: seconds });
    // The tools wait for ever when a short expression is not answered. Sending takes its time too.
    for (let left = 1500 + seconds * 1000 + expression.length * (this.#hurried ? 1 : 8); left > 0; left -= 25) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      const found = answer.exec(this.#heard);
      if (found) return JSON.parse(found[1]!)[1] ?? undefined;
    }
    return undefined;
  }

  /** As `ask`, up to `tries` times; throws a Problem when nothing came back, with what the board said in place of it. */
  async evaluate(expression: string, seconds = 2, tries = 1): Promise<any> {
    for (;;) {
      const value = await this.ask(expression, seconds);
      if (value !== undefined) return value;
      if (!--tries) throw new Problem(explainSilence(this.#heard, this.#port, this.#baud));
    }
  }

  /** What the board printed since it was asked last. */
  get heard(): string {
    return this.#heard.replace(/\r|\x1b\[\d*[A-Z]|\x08/g, '');
  }

  /** Spares the pauses between bytes: for a line that holds back what it cannot take, and a board that has nothing else to do. */
  hurry(): void {
    this.#hurried = true;
    this.#tools.espruino.Config.SERIAL_THROTTLE_SEND = 2;
    (this.#tools.espruino.Core.Serial as unknown as { setSlowWrite(on: boolean): void }).setSlowWrite(false);
  }

  /** A program with its words as Espruino's tokens, which is shorter and quicker: a byte in each character. */
  tokenise(code: string, version: string): string {
    const { Config, Core, Plugins } = this.#tools.espruino;
    Config.PRETOKENISE = 1;
    // What tokens it may use depends on it.
    Core.Env.getBoardData().VERSION = version;
    return Plugins.Pretokenise.tokenise(code);
  }

  close(): Promise<void> {
    return new Promise((done) => (this.#opened ? this.#serial!.close(() => done()) : done()));
  }
}

/** Throws a Problem when a port cannot be opened for a reason that can be seen from outside. */
async function checkPort(port: string, { SerialPort }: Tools): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    if (!statSync(port).isCharacterDevice()) throw new Problem(`--port ${port}: that is no serial port`);
  } catch (error) {
    if (error instanceof Problem) throw error;
    const others = (await SerialPort.list().catch(() => [])).filter(({ path }) => !/^\/dev\/ttyS\d+$/.test(path));
    const list = others.map(({ path, manufacturer }) => path + (manufacturer ? ` (${manufacturer})` : '')).join(', ');
    throw new Problem(`--port ${port}: there is no such port; ${list ? `there are ${list}` : 'no board is plugged in that this computer knows'}`);
  }
  try {
    accessSync(port, constants.R_OK | constants.W_OK);
  } catch {
    throw explainPort(port, 'permission');
  }
}

/** What the system says when it does not open a port, as a sentence. */
export function explainPort(port: string, message: string): Problem {
  if (/permission|EACCES|Access denied/i.test(message) && process.platform !== 'win32')
    return new Problem(`--port ${port}: you may not open it: on Linux, sudo usermod -a -G dialout $USER, and log in anew`);
  if (/lock|busy|temporarily unavailable|Access denied/i.test(message))
    return new Problem(`--port ${port}: another program has it open (the Web IDE, a terminal): close that`);
  return new Problem(`--port ${port}: it cannot be opened${message ? `: ${message.replace(/^(Error:? )+/, '')}` : ''}`);
}

/** Why there was no value, from what came instead of it. */
export function explainSilence(heard: string, port: string, baud: number): string {
  const text = heard.replace(/\r|\x1b\[\d*[A-Z]/g, '');
  const fault = /(?:Uncaught|OUT OF MEMORY|LOW_MEMORY)[^\n]*/.exec(text);
  if (fault) return `${port}: the board says: ${fault[0]}`;
  const other = /MicroPython|CircuitPython|Kaluma|NodeMCU/i.exec(text)?.[0] ?? (/^>>> /m.test(text) ? 'Python' : undefined);
  if (other) return `${port}: this is ${other}, not Espruino: flash Espruino's firmware first, or choose the board that it is`;
  if (text.trim().replace(/[^\x20-\x7e]/g, '').length)
    return `${port}: what answers at ${baud} baud is not Espruino, or its console is elsewhere: ${JSON.stringify(text.trim().slice(-60))}`;
  return `${port}: nothing answers at ${baud} baud: is the board on, is this its port, has it another speed (--baud)?`;
}
