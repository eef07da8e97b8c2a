/** A board's device on a real Espruino, with its own socket and its own timers, of which memory is taken away for a while. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeMessage, type RefMessage } from '../../reference/coap';
import { build, pathOptions } from '../../support/bench';
import { startEspruino, type RunningDevice } from './device';

const POST = 2;
/** After so many ms memory has become short, when it is told to. */
const BEGUN_MS = 8;

/*
 * Memory is taken by a native function of a timer's, which takes no room for a call, until exactly `n` variables are free while nothing
 * runs (18: what this function itself has in use while it counts). What took it is an argument of another timer's, and goes with that.
 */
const STARVE = 'function starve(n,m,b){b=new Array(Math.max(0,process.memory().free+18-n));setTimeout(Date.now,m,b);setTimeout(b.fill.bind(b,1),3)}\n';

export class Starved {
  readonly device: RunningDevice;
  /** What it sent by itself, oldest first: all of it was answered. */
  readonly told: RefMessage[] = [];
  /** Datagrams that are no messages. */
  readonly broken: string[] = [];
  readonly #socket: Socket;
  readonly #answers = new Map<number, RefMessage>();
  #mid = 0x4000;
  #port = 0;

  private constructor(device: RunningDevice, socket: Socket) {
    this.device = device;
    this.#socket = socket;
    socket.on('message', (data, { port }) => this.#take(data, port));
  }

  /** A device that has registered; a sentence when there is no engine with just the board's number of variables. The caller stops it. */
  static async start(board: string, lifetime: number): Promise<Starved | string> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const server = `coap://127.0.0.1:${socket.address().port}`;
    const device = await startEspruino({ board, server, endpoint: 'starved', lifetime, before: STARVE, remote: true });
    if (typeof device === 'string') {
      socket.close();
      return device;
    }
    const self = new Starved(device, socket);
    try {
      await device.event('registered');
    } catch (error) {
      // One that is left alone spins for ever.
      await self.stop();
      throw error;
    }
    return self;
  }

  #take(data: Buffer, port: number): void {
    const m = decodeMessage(data);
    this.#port = port;
    if (typeof m === 'string') {
      this.broken.push(`${m}: ${data.toString('hex')}`);
      return;
    }
    if (m.type === 2) {
      this.#answers.set(m.mid, m);
      return;
    }
    this.told.push(m);
    const { code, mid, token, options } = m;
    const registers = code === POST && options.some(({ value }) => Buffer.from(value).toString().startsWith('ep='));
    if (registers) this.send(build({ type: 2, code: 0x41, mid, token, options: pathOptions('/rd/1', 8) }));
    else this.send(build({ type: 2, mid, ...(code < 32 && { code: 0x44, token }) }));
  }

  get ended(): boolean {
    return this.device.espruino.code !== undefined;
  }

  send(datagram: Uint8Array): void {
    this.#socket.send(datagram, this.#port, '127.0.0.1');
  }

  /** The datagram of a request, with the next message id. */
  request(code: number, path: string, rest: Partial<RefMessage> = {}): Uint8Array {
    // Above 1,023, where each takes as many variables as any other.
    this.#mid = this.#mid === 0xffff ? 0x4000 : this.#mid + 1;
    const options = [...pathOptions(path), ...(rest.options ?? [])].sort((a, b) => a.number - b.number);
    return build({ code, mid: this.#mid, token: [0x51, 0x52], ...rest, options });
  }

  /** The answer to a datagram that was sent, if it comes within `limit` ms. */
  async answer(datagram: Uint8Array, limit: number): Promise<RefMessage | undefined> {
    const mid = datagram[2]! * 256 + datagram[3]!;
    for (const end = performance.now() + limit; !this.#answers.has(mid) && performance.now() < end && !this.ended; ) await wait(1);
    const answer = this.#answers.get(mid);
    this.#answers.delete(mid);
    return answer;
  }

  /** Sends a datagram as a server does that hears nothing: the same again, later and later. */
  async insist(datagram: Uint8Array): Promise<RefMessage | undefined> {
    for (let limit = 150; limit < 40000 && !this.ended; limit *= 2) {
      this.send(datagram);
      const answer = await this.answer(datagram, limit);
      if (answer) return answer;
    }
    return undefined;
  }

  ask(code: number, path: string, rest?: Partial<RefMessage>): Promise<RefMessage | undefined> {
    return this.insist(this.request(code, path, rest));
  }

  /** As `Espruino.evaluate`. */
  run(code: string): Promise<any> {
    return this.device.espruino.evaluate(code);
  }

  /** JsVars in use, after a collection. */
  usage(): Promise<number> {
    return this.run('process.memory().usage');
  }

  /** Leaves it so many variables and no more, from when this resolves until `ms` after it began: the time when that will be. */
  async starve(free: number, ms: number): Promise<number> {
    await this.run(`starve(${free},${ms})`);
    const end = performance.now() + ms;
    await wait(BEGUN_MS);
    return end;
  }

  async stop(): Promise<void> {
    await this.device.stop();
    this.#socket.close();
  }
}
