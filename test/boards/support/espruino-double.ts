/**
 * Espruino's `dgram` on Node, with the faults that were measured on it or stand in its source (network_linux.c, network_esp8266.c,
 * socketserver.c of Espruino 2v29), so that its adapter can be tested where there is no Espruino.
 */
import type { Socket } from 'node:dgram';
import { openBound } from '../../../src/host/sim/bound';
import { loadAdapter as load } from './adapter';

export interface Faults {
  /** linux: 528 bytes, what is longer is cut. esp8266: 260; up to 268 the rest comes as another datagram; above nothing comes. */
  network: 'linux' | 'esp8266';
  /** An empty datagram closes the socket. */
  emptyCloses: boolean;
}

const LARGEST = { linux: 528, esp8266: 260 };

export class Network {
  online = true;
  readonly faults: Faults;
  readonly sockets: EspruinoSocket[] = [];
  /** Answers of the name server; absent: none, as on Linux. */
  names?: Record<string, string>;

  constructor(faults: Faults) {
    this.faults = faults;
  }

  /** What `require` gives. */
  module(name: string): object {
    if (name === 'dgram') return { createSocket: () => new EspruinoSocket(this) };
    if (name !== 'Wifi' || !this.names) throw new Error(`Module ${name} not found`);
    let callback: ((address: string | null) => void) | undefined;
    return {
      // A second question takes the place of the first.
      getHostByName: (host: string, found: typeof callback) => {
        callback = found;
        setTimeout(() => {
          callback?.(this.names![host] ?? null);
          callback = undefined;
        }, 30);
      },
    };
  }

  /** Loses the network: every socket dies without a 'close'. */
  lose(): void {
    this.online = false;
    for (const socket of this.sockets) socket.kill();
  }
}

export class EspruinoSocket {
  /** There as long as the socket works. */
  sckt?: number;
  #network: Network;
  #socket?: Socket;
  #listeners: Record<string, ((...given: any[]) => void)[]> = {};
  #closed = false;
  /** Made without a network: it takes data and never sends it. */
  #orphan: boolean;

  constructor(network: Network) {
    this.#network = network;
    this.#orphan = !network.online;
    network.sockets.push(this);
  }

  on(event: string, listener: (...given: any[]) => void): void {
    (this.#listeners[event] ??= []).push(listener);
  }

  /** Events come from the idle loop, with the socket as this. */
  #queue(event: string, ...given: unknown[]): void {
    setImmediate(() => this.#listeners[event]?.forEach((listener) => listener.apply(this, given)));
  }

  bind(port: number): this {
    if (this.#orphan || !this.#network.online) return this;
    const { network, emptyCloses } = this.#network.faults;
    const largest = LARGEST[network];
    const socket = openBound(port);
    this.sckt = 5;
    this.#socket = socket;
    socket.on('error', () => this.fail());
    socket.on('message', (data, { address, port: from }) => {
      if (!data.length && network === 'linux') return emptyCloses ? this.fail() : undefined;
      const message = (part: Buffer, size: number) => this.#queue('message', part.toString('latin1'), { address, port: from, size });
      if (data.length <= largest) message(data, data.length);
      else if (network === 'linux') message(data.subarray(0, largest), largest);
      else if (data.length <= largest + 8) {
        message(data.subarray(0, largest), data.length);
        message(data.subarray(largest), data.length - largest);
      }
    });
    return this;
  }

  send(data: unknown, offset: number, length: number, port: number, address: string): void {
    if (!this.#network.online) return;
    if (this.#closed) throw new Error('This socket is closed');
    // An array is no string: an empty datagram goes out.
    const bytes = Buffer.from(typeof data === 'string' ? data.slice(offset, offset + length) : '', 'latin1');
    // A name that does not resolve, or no address at all: 0.0.0.0.
    const to = /^\d+\.\d+\.\d+\.\d+$/.test(address) ? address : '0.0.0.0';
    if (!this.#orphan && this.#socket && port) this.#socket.send(bytes, port, to, () => {});
  }

  close(): void {
    this.fail();
  }

  /** It closes; 'close' comes twice. */
  fail(): void {
    if (this.#closed) return;
    this.kill();
    this.#queue('close', false);
    this.#queue('close', false);
  }

  kill(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.sckt = undefined;
    this.#socket?.close();
  }
}

/** `E.toString` of a whole array is its memory, not a copy. Here the string is made when it is used: at once, as by `send`. */
const E = { toString: (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1') };

// Espruino's `set` takes the bytes of a string.
class Bytes extends Uint8Array {
  override set(data: ArrayLike<number> | string, offset?: number): void {
    super.set(typeof data === 'string' ? Buffer.from(data, 'latin1').subarray(0, this.length - (offset ?? 0)) : data, offset);
  }
}
export { Bytes };

/** The adapter's module as Espruino would load it. */
export function loadAdapter(network: Network): any {
  const modules = new Proxy({}, { getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }), get: (_, name: string) => network.module(name) });
  return load('udp-espruino', { globals: { E }, modules });
}
