/**
 * Moddable's UDP class, timers and look-up on Node, call for call as in its sources (Moddable-OpenSource/moddable, commit 48ee02d: modules/io/socket,
 * modules/io/system, modules/base/timer), with ECMA-419's `onError` in addition. The adapter is tested on it, and `wixt sim` runs it.
 */
import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIPv4 } from 'node:net';
import { openBound } from './bound';
import type { Surroundings } from './surroundings';

interface Options {
  port?: number;
  target?: unknown;
  onReadable?: (this: ModdableUdp, count: number) => void;
  onError?: (this: ModdableUdp) => void;
}

type Packet = ArrayBuffer & { address: string; port: number };

/** The behaviour of Moddable's host objects after `close`. */
function closed(): never {
  throw new SyntaxError('invalid host object');
}

export class ModdableUdp {
  readonly target: unknown;
  readonly #onError: Options['onError'];
  readonly #packets: Packet[] = [];
  #socket: Socket | undefined;

  constructor({ port = 0, target, onReadable, onError }: Options) {
    if (!(port >= 0 && port <= 65535)) throw new RangeError('invalid port');
    this.target = target;
    this.#onError = onError;
    const socket = openBound(port);
    this.#socket = socket;
    let pending = false;
    socket.on('message', (data, { address, port: from }) => {
      this.#packets.push(Object.assign(new Uint8Array(data).buffer, { address, port: from }) as Packet);
      // One call for all datagrams that arrived before it, like lwIP's message to the machine.
      if (pending || !onReadable) return;
      pending = true;
      setImmediate(() => {
        pending = false;
        if (this.#socket === socket && this.#packets.length) onReadable.call(this, this.#packets.length);
      });
    });
    socket.on('error', () => this.fail());
  }

  read(): Packet | undefined {
    if (!this.#socket) closed();
    return this.#packets.shift();
  }

  write(data: ArrayBuffer | Uint8Array, address: string, port: number): void {
    if (!this.#socket) closed();
    if (!isIPv4(address)) throw new RangeError('invalid IP address');
    if (!port || /^(0|255)\./.test(address)) throw new Error('UDP send failed');
    this.#socket!.send(Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data), port, address, () => {});
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** ECMA-419: an error that ends the socket. */
  fail(): void {
    if (this.#socket) this.#onError?.call(this);
  }
}
Object.freeze(ModdableUdp.prototype);

/** `System`, which modules/io/manifest.json makes global. A timer's callback receives the timer. */
const System = {
  setTimeout(callback: (timer: object) => void, ms: number) {
    const timer: object = setTimeout(() => callback(timer), ms);
    return timer;
  },
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
  setInterval(callback: (timer: object) => void, ms: number) {
    const timer: object = setInterval(() => callback(timer), ms);
    return timer;
  },
  clearInterval: (timer: NodeJS.Timeout) => clearInterval(timer),
  resolve: (name: string, found: (name: string, address?: string) => void) =>
    lookup(name, 4, (error, address) => found(name, error ? undefined : address)),
};

/** Moddable's SDK, as far as a bundle needs it. Globals that it lacks are hidden. */
export function emulateModdable(): Surroundings {
  const hidden = { setTimeout: undefined, clearTimeout: undefined, setInterval: undefined, clearInterval: undefined, Buffer: undefined, process: undefined };
  const globals = { ...hidden, System, trace: (...values: unknown[]) => void process.stderr.write(values.join('') + '\n') };
  return { globals, modules: { 'embedded:io/socket/udp': { default: ModdableUdp } } };
}
