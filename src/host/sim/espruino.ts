/**
 * Espruino's API on Node, as far as a bundle needs it: `dgram` with its peculiarities, `Wifi` for names, and `E`. Datagrams longer than the board's
 * limit are truncated, as there. It does not emulate the engine: `npm run engines` tests what only the engine gets wrong.
 */
import type { Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { crc32 } from '../crc32';
import { openBound } from './bound';
import type { Surroundings } from './surroundings';

type Listener = (this: EspruinoSocket, ...args: any[]) => void;

/** A socket like Espruino's: `sckt` exists while it works, datagrams are byte containers, and errors are a 'close'. */
class EspruinoSocket {
  sckt: number | undefined;
  #socket: Socket | undefined;
  readonly #limit: number;
  readonly #listeners = new Map<string, Listener>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  on(name: string, listener: Listener): void {
    this.#listeners.set(name, listener);
  }

  bind(port: number): void {
    const socket = openBound(port);
    this.#socket = socket;
    this.sckt = 1;
    const end = (failed: boolean) => {
      if (this.sckt === undefined) return;
      this.sckt = undefined;
      this.#tell('close', failed);
    };
    socket.on('message', (data, from) => {
      if (data.length) this.#tell('message', new Uint8Array(data.subarray(0, this.#limit)), { address: from.address, port: from.port, size: data.length });
    });
    socket.on('error', () => {
      end(true);
      socket.close();
    });
    socket.on('close', () => end(false));
  }

  send(data: Uint8Array, offset: number, length: number, port: number, address: string): void {
    if (this.sckt !== undefined) this.#socket!.send(data.slice(offset, offset + length), port, address, () => {});
  }

  close(): void {
    if (this.sckt === undefined) return;
    this.sckt = undefined;
    this.#socket!.close();
  }

  #tell(name: string, ...args: unknown[]): void {
    this.#listeners.get(name)?.apply(this, args);
  }
}

/** Espruino's `set` accepts a string as bytes. */
class Bytes extends Uint8Array {
  override set(data: ArrayLike<number> | string, offset?: number): void {
    super.set(typeof data === 'string' ? Buffer.from(data, 'latin1') : data, offset);
  }
}

/** `limit`: maximum bytes of a datagram on the board. */
export function emulateEspruino(limit: number): Surroundings {
  const files = new Map<string, unknown>();
  /** A file may be written in pieces; unwritten bytes are all ones. */
  const writeFile = (name: string, data: unknown, offset = 0, size = 0): boolean => {
    if (typeof data !== 'string') return !!files.set(name, data);
    const old = offset ? String(files.get(name)) : '\xff'.repeat(size || data.length);
    return !!files.set(name, old.slice(0, offset) + data + old.slice(offset + data.length));
  };
  const modules: Record<string, object> = {
    Storage: {
      read: (name: string) => files.get(name),
      write: writeFile,
      erase: (name: string) => void files.delete(name),
    },
    dgram: { createSocket: () => new EspruinoSocket(limit) },
    Wifi: {
      getHostByName: (host: string, found: (address: string | null) => void) =>
        void lookup(host, 4, (error, address) => found(error ? null : address)),
    },
  };
  // `dgram` and `set` use a string as bytes: a byte array serves as one.
  const E = {
    toString: (data: Uint8Array) => data,
    CRC32: (data: string) => crc32(Buffer.from(data, 'latin1')),
    srand: () => {},
    hwRand: () => Math.floor(Math.random() * 2 ** 32),
  };
  // Memory is never short here.
  const process = { memory: () => ({ free: Infinity }) };
  return { globals: { E, print: console.error, process, Uint8Array: Bytes }, modules };
}
