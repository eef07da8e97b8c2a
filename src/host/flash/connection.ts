/** A connection to a board with Espruino: sends expressions, returns their values. */
import { crc32 } from '../crc32';
import { Problem } from '../problem';
import { checkPort, explainPort, makeReport, type ConnectionOptions, type Port, type Report } from './port';
import { loadTools, type Tools } from './tools';

/** Opens a port while `work` runs. Output of the tools is suppressed meanwhile, unless WIXT_DEBUG is set; only `report` prints. */
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

  /** Opens a port. Throws a Problem that says why it cannot be opened. */
  static async open(options: ConnectionOptions, hear: (text: string) => void): Promise<Connection> {
    await checkPort(options.port, 'espruino');
    const tools = await loadTools(hear);
    const connection = new Connection(tools, options);
    await connection.#open();
    return connection;
  }

  #open(): Promise<void> {
    const { espruino, SerialPort } = this.#tools;
    const { Serial } = espruino.Core;
    return new Promise((resolve, reject) => {
      // Replaces the tools' own drivers, which know only ports that the system lists, and end the process on failure.
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
   * Evaluates an expression on the board. Returns its value; undefined if no answer came within `seconds` or if bytes were lost, as happens
   * while a program is busy. A question with lost bytes has no effect, so it may be repeated.
   */
  async ask(expression: string, seconds = 2): Promise<unknown> {
    if (!this.#opened) throw new Problem(`${this.#port}: the connection has ended: was the board unplugged?`);
    this.#heard = '';
    // Numbered: the answer to an earlier question may still arrive.
    const number = ++this.#asked;
    const answer = new RegExp(`<<\\s*(\\[${number},.*?\\])\\s*>>`, 's');
    const done = (result: string | undefined) => void (result !== undefined && (this.#heard += `<<${result}>>\n`));
    const checked = `(function(e,v){if((E.CRC32(e)>>>0)==${sum(expression)})return [v=JSON.stringify([eval(e)]),E.CRC32(v)>>>0]})(${JSON.stringify(expression)})`;
    this.#tools.espruino.Core.Utils.executeExpression(`[${number},${checked}]`, done, { minTimeout: seconds });
    // The tools wait for ever if a short expression gets no answer. Sending takes time, too.
    for (let left = 1500 + seconds * 1000 + checked.length * (this.#hurried ? 1 : 8); left > 0; left -= 25) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      const found = answer.exec(this.#heard);
      if (!found) continue;
      try {
        const [text, check] = JSON.parse(found[1]!)[1];
        if (check === sum(text)) return JSON.parse(text)[0] ?? undefined;
      } catch {
        // Bytes were lost, on the way there or back.
      }
      return undefined;
    }
    return undefined;
  }

  /** Like `ask`, up to `tries` times: the expression must be repeatable. Throws a Problem with the board's output if there is no answer. */
  async evaluate(expression: string, seconds = 2, tries = 4): Promise<any> {
    for (;;) {
      const value = await this.ask(expression, seconds);
      if (value !== undefined) return value;
      if (!--tries) throw new Problem(explainSilence(this.#heard, this.#port, this.#baud));
    }
  }

  /** What the board has printed since the last question. */
  get heard(): string {
    return this.#heard.replace(/\r|\x1b\[\d*[A-Z]|\x08/g, '');
  }

  /** Sends without pauses between bytes: for a line with flow control and a board without a running program. */
  hurry(): void {
    this.#hurried = true;
    this.#tools.espruino.Config.SERIAL_THROTTLE_SEND = 2;
    (this.#tools.espruino.Core.Serial as unknown as { setSlowWrite(on: boolean): void }).setSlowWrite(false);
  }

  /** Returns a program as Espruino's tokens, one byte in each character: shorter and faster. */
  tokenise(code: string, version: string): string {
    const { Config, Core, Plugins } = this.#tools.espruino;
    Config.PRETOKENISE = 1;
    // The set of tokens depends on the version.
    Core.Env.getBoardData().VERSION = version;
    return Plugins.Pretokenise.tokenise(code);
  }

  close(): Promise<void> {
    return new Promise((done) => (this.#opened ? this.#serial!.close(() => done()) : done()));
  }
}

function sum(text: string): number {
  return crc32(Buffer.from(text, 'latin1'));
}

/** Explains why there was no value, from the board's output. */
export function explainSilence(heard: string, port: string, baud: number, wanted: 'Espruino' | 'Kaluma' = 'Espruino'): string {
  const text = heard.replace(/\r|\x1b\[\d*[A-Z]/g, '');
  const fault = /(?:Uncaught|OUT OF MEMORY|LOW_MEMORY)[^\n]*/.exec(text);
  if (fault) return `${port}: the board reports: ${fault[0]}`;
  if (/<<\s*\[\d+,null\]\s*>>/.test(text)) return `${port}: bytes were lost on the way to the board: try again, another cable, or another speed (--baud)`;
  const other = /MicroPython|CircuitPython|Kaluma|NodeMCU/i.exec(text)?.[0] ?? (/^>>> /m.test(text) ? 'Python' : undefined);
  if (other && other !== wanted) return `${port}: this is ${other}, not ${wanted}: flash ${wanted}'s firmware first, or choose the right board`;
  if (text.trim().replace(/[^\x20-\x7e]/g, '').length)
    return `${port}: the answer at ${baud} baud is not from ${wanted}, or its console is on another port: ${JSON.stringify(text.trim().slice(-60))}`;
  return `${port}: no answer at ${baud} baud: check that the board is on, the port, and the speed (--baud)`;
}
