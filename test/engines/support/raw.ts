/** A server that is played message by message: what a test says goes out as it is, late, twice or not at all. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeMessage, encodeMessage, type RefMessage } from '../../reference/coap';
import { blockOption, pathOptions, uintOption } from '../../support/bench';

export type Heard = RefMessage & { from: RemoteInfo };

export interface Asked {
  observe?: number;
  accept?: number;
  format?: number;
  /** [number, more, size] */
  block1?: [number, boolean, number];
  block2?: [number, boolean, number];
  payload?: Iterable<number>;
  token?: number[];
  mid?: number;
}

export const GET = 1;
export const POST = 2;
export const PUT = 3;
export const CON = 0;
export const DELETE = 4;
export const ACK = 2;
export const RST = 3;

export class RawServer {
  readonly #socket: Socket;
  /** Received datagrams not yet taken, oldest first. */
  readonly #heard: Heard[] = [];
  #device?: RemoteInfo;
  #mid = 0x3000;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (datagram, from) => {
      const m = decodeMessage(datagram);
      if (typeof m !== 'string') this.#heard.push({ ...m, from });
    });
  }

  static async open(): Promise<RawServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RawServer(socket);
  }

  get uri(): string {
    return `coap://127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  /** Takes the first message that `test` likes. Throws when none comes within `ms`. */
  async take(what: string, test: (m: Heard) => boolean, ms = 15_000): Promise<Heard> {
    for (const end = Date.now() + ms; ; await wait(5)) {
      const at = this.#heard.findIndex(test);
      if (at >= 0) return this.#heard.splice(at, 1)[0]!;
      if (Date.now() > end) throw new Error(`${what} did not come; heard: ${this.#heard.map(({ type, code, mid }) => `type ${type} code ${code} mid ${mid}`).join(', ') || 'nothing'}`);
    }
  }

  /** What the device says by itself within `ms`; [] for silence. */
  async listen(ms: number): Promise<Heard[]> {
    await wait(ms);
    return this.#heard.splice(0);
  }

  say(message: Partial<RefMessage>): void {
    const bytes = Uint8Array.from(encodeMessage({ type: 0, code: 0, mid: 0, token: [], options: [], payload: [], ...message }));
    this.#socket.send(bytes, this.#device!.port, this.#device!.address);
  }

  /** An empty message for one that came: an acknowledgement or a Reset. */
  empty(type: number, { mid }: Pick<RefMessage, 'mid'>): void {
    this.say({ type, mid });
  }

  /** Answers a request of the device. */
  answer(request: Heard, code: number, options: RefMessage['options'] = []): void {
    this.#device = request.from;
    this.say({ type: ACK, code, mid: request.mid, token: request.token, options });
  }

  /** Takes the Register that comes, and accepts it at `/rd/NAME`. */
  async register(name = 'a'): Promise<Heard> {
    const request = await this.take('a Register', ({ code, options }) => code === POST && options.filter(({ number }) => number === 11).length === 1, 30_000);
    this.answer(request, 65, pathOptions(`/rd/${name}`, 8));
    return request;
  }

  /** A request, as it is said: to say it again is a copy of it. */
  request(method: number, path: string, { observe, accept, format, block1, block2, payload = [], token, mid }: Asked = {}): RefMessage {
    const options = [
      ...(observe === undefined ? [] : [uintOption(6, observe)]),
      ...pathOptions(path),
      ...(format === undefined ? [] : [uintOption(12, format)]),
      ...(accept === undefined ? [] : [uintOption(17, accept)]),
      ...(block2 ? [blockOption(23, ...block2)] : []),
      ...(block1 ? [blockOption(27, ...block1)] : []),
    ];
    this.#mid++;
    return { type: 0, code: method, mid: mid ?? this.#mid, token: token ?? [0xee, this.#mid & 255], options, payload: [...payload] };
  }

  /** Asks, and takes the answer. */
  async ask(method: number, path: string, asked: Asked = {}): Promise<Heard> {
    return this.repeat(this.request(method, path, asked));
  }

  async repeat(request: RefMessage): Promise<Heard> {
    this.say(request);
    return this.take(`an answer to message ${request.mid}`, ({ type, mid }) => type >= ACK && mid === request.mid);
  }

  /** Takes a notification, of the observation with that token if one is given. */
  notification(token?: number[], ms?: number): Promise<Heard> {
    return this.take(`a notification of ${token ?? 'any token'}`, (m) => m.type === 0 && m.code === 69 && (!token || `${m.token}` === `${token}`), ms);
  }
}
