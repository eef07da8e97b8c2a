/** The server's side of a device, datagram by datagram: for what a proper server never sends. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { patient } from '../../support/patience';

export interface Datagram {
  data: Buffer;
  port: number;
}

export class RawServer {
  readonly #socket: Socket;
  readonly #got: Datagram[] = [];
  #mid = 1;
  /** Where the device was last. */
  port = 0;
  /** Registers that were answered. */
  registrations = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data, { port }) => {
      const code = data[1];
      // POST rd: registered at /rd/1. Any other request of the device: changed.
      const register = code === 2 && data.includes(Buffer.from('b27264', 'hex')) && !data.includes(Buffer.from('b272640131', 'hex'));
      if (register) this.registrations++;
      this.port = port;
      if (code! > 0 && code! < 32) {
        const answer = Buffer.concat([Buffer.from([0x60 | (data[0]! & 15), register ? 65 : 68]), data.subarray(2, 4 + (data[0]! & 15))]);
        socket.send(register ? Buffer.concat([answer, Buffer.from('8272640131', 'hex')]) : answer, port, '127.0.0.1');
      } else this.#got.push({ data, port });
    });
  }

  static async open(port = 0): Promise<RawServer> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new RawServer(socket);
  }

  get uri(): string {
    return `coap://127.0.0.1:${this.#socket.address().port}`;
  }

  /** Sends bytes as they are. */
  raw(data: Uint8Array): void {
    this.#socket.send(data, this.port, '127.0.0.1');
  }

  /** Asks (Confirmable), up to three times; resolves to code and payload. */
  async ask(code: number, options: string, payload?: Uint8Array): Promise<{ code: number; payload: Buffer }> {
    const mid = this.#mid++;
    const message = Buffer.concat([
      Buffer.from([0x41, code, mid >> 8, mid & 255, 0x55]),
      Buffer.from(options, 'hex'),
      payload ? Buffer.concat([Buffer.from([255]), payload]) : Buffer.alloc(0),
    ]);
    for (let attempt = 0; attempt < 3; attempt++) {
      this.raw(message);
      for (let ms = 0; ms < 1500; ms += 10) {
        const i = this.#got.findIndex(({ data }) => data.readUInt16BE(2) === mid);
        if (i >= 0) {
          const [{ data }] = this.#got.splice(i, 1) as [Datagram];
          const at = data.indexOf(255, 5);
          return { code: data[1]!, payload: at < 0 ? Buffer.alloc(0) : data.subarray(at + 1) };
        }
        await wait(10);
      }
    }
    throw new Error('no answer to three requests');
  }

  /** GET /3/0/9 as text. */
  readBattery(): Promise<{ code: number; payload: Buffer }> {
    return this.ask(1, 'b13301300139' + '60');
  }

  /** PUT of a text to /3/0/15, in one datagram however long. */
  writeZone(length: number): Promise<{ code: number; payload: Buffer }> {
    return this.ask(3, 'b1330130023135' + '10', Buffer.alloc(length, 97));
  }

  async registered(count = 1, limit = 15000): Promise<void> {
    for (let ms = 0; ms < patient(limit) && this.registrations < count; ms += 20) await wait(20);
    if (this.registrations < count) throw new Error(`${this.registrations} registrations in ${limit} ms`);
    // The device has to take the answer.
    await wait(100);
  }

  close(): void {
    this.#socket.close();
  }
}
