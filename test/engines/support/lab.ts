/** A board's bundle with the test device on a real Espruino, whose clock is a number, whose socket is a list, and whose memory can be taken away. */
import { readFileSync } from 'node:fs';
import { inPackage } from '../../../src/host/build/root';
import { decodeMessage, type RefMessage } from '../../reference/coap';
import { build, pathOptions } from '../../support/bench';
import { startEspruino, type RunningDevice } from './device';

/** What was asked for, and what came of it. */
export interface Exchange {
  answer?: RefMessage;
  /** Everything else that was sent meanwhile. */
  others: RefMessage[];
}

export class Lab {
  readonly device: RunningDevice;
  /** Virtual time since the start, ms. */
  now = 0;
  #mid = 0x4000;

  private constructor(device: RunningDevice) {
    this.device = device;
  }

  /** A sentence when there is no engine. The caller stops it. `free` leaves the program's start so many variables and no more. */
  static async start(board: string, { lifetime, free = 0 }: { lifetime?: number; free?: number } = {}): Promise<Lab | string> {
    const before = readFileSync(inPackage('test', 'engines', 'lab', 'before.js'), 'utf8') + (free ? `starve(${free});\n` : '');
    const device = await startEspruino({ board, server: 'coap://192.0.2.1', endpoint: 'lab', lifetime, before, remote: true });
    return typeof device === 'string' ? device : new Lab(device);
  }

  /** As `Espruino.evaluate`. */
  run(code: string): Promise<any> {
    return this.device.espruino.evaluate(code);
  }

  /** The datagrams in what `out()` says. Throws for one that is no message. */
  static parse(out: string): RefMessage[] {
    return out.split(' ').filter(Boolean).map((text) => {
      const m = decodeMessage(Uint8Array.from(Buffer.from(text, 'base64')));
      if (typeof m === 'string') throw new Error(`the client sent what is no CoAP message: ${text}`);
      return m;
    });
  }

  /** Lets time pass; returns what was sent. */
  async pass(ms: number): Promise<RefMessage[]> {
    this.now += ms;
    return Lab.parse(await this.run(`pass(${ms}),out()`));
  }

  /** The datagram of a request, with the next message id. */
  request(code: number, path: string, rest: Partial<RefMessage> = {}): Uint8Array {
    // Above 1,023, where each takes as many variables as any other.
    this.#mid = this.#mid === 0xffff ? 0x4000 : this.#mid + 1;
    const options = [...pathOptions(path), ...(rest.options ?? [])].sort((a, b) => a.number - b.number);
    return build({ code, mid: this.#mid, token: [0x51, 0x52], ...rest, options });
  }

  /** The code that gives a datagram. */
  static giving(datagram: Uint8Array): string {
    return `give("${Buffer.from(datagram).toString('base64')}")`;
  }

  async give(datagram: Uint8Array): Promise<RefMessage[]> {
    return Lab.parse(await this.run(`${Lab.giving(datagram)},pass(0),out()`));
  }

  /** Gives a request and finds its answer. */
  async ask(code: number, path: string, rest: Partial<RefMessage> = {}): Promise<Exchange> {
    const datagram = this.request(code, path, rest);
    return this.sort(await this.give(datagram), datagram);
  }

  /** The answer to a request among what was sent. */
  sort(sent: RefMessage[], request: Uint8Array): Exchange {
    const mid = request[2]! * 256 + request[3]!;
    const answer = sent.find((m) => m.type === 2 && m.mid === mid);
    return { answer, others: sent.filter((m) => m !== answer) };
  }

  /** Acknowledges the client's requests and notifications; a registration is at /rd/1. Returns what the client sent then. */
  async settle(sent: RefMessage[]): Promise<RefMessage[]> {
    const more: RefMessage[] = [];
    for (const m of sent) {
      if (m.type !== 0) continue;
      const { mid, token } = m;
      const location = pathOptions('/rd/1', 8);
      if (m.code === 2 && m.payload.length && m.options.some(({ value }) => Buffer.from(value).toString().startsWith('ep='))) more.push(...(await this.give(build({ type: 2, code: 0x41, mid, token, options: location }))));
      else if (m.code === 2) more.push(...(await this.give(build({ type: 2, code: 0x44, mid, token }))));
      else if (m.code >= 64) more.push(...(await this.give(build({ type: 2, mid }))));
    }
    return more;
  }

  /** Lets it register. */
  async register(): Promise<void> {
    await this.settle(await this.pass(10));
    await this.pass(1000);
  }

  /** JsVars in use, by the engine's account, after a collection. */
  usage(): Promise<number> {
    return this.run('process.memory().usage');
  }

  stop(): Promise<void> {
    return this.device.stop();
  }
}
