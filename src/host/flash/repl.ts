/**
 * A connection to Kaluma's console. The npm package `@kaluma/cli` opens the port (serialport 9) and sends programs (YMODEM). Its own
 * command is not used: it always exits with 0, waits for ever if the board is silent, and asks the board nothing.
 */
import { Problem } from '../problem';
import { requirePart } from './find';
import { checkPort, explainPort, type ConnectionOptions, type Port } from './port';

interface KalumaTools {
  SerialPort: { new (path: string, options: { baudRate: number }): Port };
  /** Sends a file to a board that waits for it. If the board aborts, it reports success with fewer bytes. */
  transfer(port: Port, name: string, content: Buffer, done: (error: unknown, result: Sent) => void, progress: (sent: Sent) => void): void;
}

interface Sent {
  writtenBytes: number;
}

/** Throws a Problem if the tools are missing or incomplete. */
function loadTools(): KalumaTools {
  return { SerialPort: requirePart('@kaluma/cli', 'serialport'), transfer: requirePart('@kaluma/cli', './lib/ymodem.js').transfer };
}

/** Ctrl+C: interrupts the program. */
const INTERRUPT = '\x03';

export class Repl {
  readonly #tools: KalumaTools;
  readonly #serial: Port;
  readonly port: string;
  #heard = '';
  #open = false;
  /** Wakes the waiting caller when data has arrived or the port has closed. */
  #wake = () => {};

  private constructor(tools: KalumaTools, { port, baud }: ConnectionOptions) {
    this.#tools = tools;
    this.port = port;
    this.#serial = new tools.SerialPort(port, { baudRate: baud });
  }

  /** Opens a port. Throws a Problem that says why it cannot be opened. */
  static async open(options: ConnectionOptions): Promise<Repl> {
    const tools = loadTools();
    await checkPort(options.port, '@kaluma/cli');
    const repl = new Repl(tools, options);
    const serial = repl.#serial;
    serial.on('data', (data) => {
      repl.#heard += data.toString('latin1');
      repl.#wake();
    });
    serial.on('close', () => {
      repl.#open = false;
      repl.#wake();
    });
    await new Promise<void>((done, fail) => {
      serial.on('open', done);
      serial.on('error', (error) => fail(explainPort(options.port, error.message)));
    });
    repl.#open = true;
    return repl;
  }

  /** What the board has printed since the last command, one byte in each character. */
  get heard(): string {
    return this.#heard;
  }

  tell(text: string): void {
    this.#checkOpen();
    this.#heard = '';
    this.#serial.write(Buffer.from(text, 'latin1'));
  }

  #checkOpen(): void {
    if (!this.#open) throw new Problem(`${this.port}: the connection has ended: was the board unplugged?`);
  }

  /** Sends a line and waits for output that matches. Returns undefined after `seconds`. */
  command(line: string, pattern: RegExp, seconds: number): Promise<RegExpExecArray | undefined> {
    this.tell(`${line}\r`);
    return this.until((heard) => pattern.exec(heard) ?? undefined, seconds);
  }

  /** Waits until `find` returns something for the output. Returns undefined after `seconds`. */
  async until<T>(find: (heard: string) => T | undefined, seconds: number): Promise<T | undefined> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const found = find(this.#heard);
      if (found !== undefined) return found;
      this.#checkOpen();
      const left = end - Date.now();
      if (left <= 0) return undefined;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left);
        this.#wake = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  }

  /** Interrupts what is under way: a partial line, a program, with `transfer` also an interrupted transfer. */
  async interrupt(transfer = false): Promise<void> {
    // This letter ends a transfer; otherwise it begins a line. Kaluma confirms after half a second.
    if (transfer) {
      this.tell('a');
      await this.until((heard) => (/Aborted/.test(heard) ? true : undefined), 1.5);
    }
    for (const text of [INTERRUPT, '\r']) {
      this.tell(text);
      await new Promise((done) => setTimeout(done, 150));
    }
  }

  /**
   * Sends a file to a board that waits for it. Returns the number of bytes that it accepted; undefined if it was silent for `seconds`,
   * the time that erasing its flash may take.
   */
  send(name: string, content: Buffer, progress: (done: number) => void, seconds: number): Promise<number | undefined> {
    return new Promise((done, fail) => {
      let timer: NodeJS.Timeout;
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(() => done(undefined), seconds * 1000);
      };
      wait();
      this.#wake = () => {
        if (this.#open) return;
        clearTimeout(timer);
        fail(new Problem(`${this.port}: the connection has ended: was the board unplugged?`));
      };
      this.#tools.transfer(
        this.#serial,
        name,
        content,
        (_, { writtenBytes }) => {
          clearTimeout(timer);
          done(writtenBytes);
        },
        ({ writtenBytes }) => {
          wait();
          progress(writtenBytes);
        },
      );
    });
  }

  close(): Promise<void> {
    return new Promise((done) => (this.#open ? this.#serial.close(() => done()) : done()));
  }
}
