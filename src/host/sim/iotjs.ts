/**
 * IoT.js' `dgram`, `dns`, `Buffer` and `fs` on Node, call for call as in its sources (jerryscript-project/iotjs, commit 02599f3: src/js/dgram.js,
 * buffer.js, dns.js), as far as a bundle needs them. The adapter is tested on it, and `wixt sim` runs it.
 */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { EventEmitter } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Surroundings } from './surroundings';

/** Bytes that cannot be accessed by index. */
export class IotjsBuffer {
  readonly length: number;
  readonly #bytes: Buffer;

  constructor(subject: number | string | number[] | IotjsBuffer) {
    if (subject instanceof IotjsBuffer) this.#bytes = Buffer.from(subject.#bytes);
    else if (typeof subject === 'number') this.#bytes = Buffer.alloc(subject > 0 ? subject >>> 0 : 0);
    else if (typeof subject === 'string' || Array.isArray(subject)) this.#bytes = Buffer.from(subject as string);
    else throw new TypeError('Bad arguments: Buffer(string|number|Buffer|Array)');
    this.length = this.#bytes.length;
  }

  /** A copy of a part of an ArrayBuffer; otherwise as the constructor. A typed array is neither. */
  static from(value: unknown, offset = 0, length?: number): IotjsBuffer {
    if (!(value instanceof ArrayBuffer)) return new IotjsBuffer(value as string);
    const rest = value.byteLength - offset;
    if (offset < 0 || rest < 0) throw new RangeError("'offset' is out of bounds");
    if (length !== undefined && length > rest) throw new RangeError("'length' is out of bounds");
    return wrapBytes(new Uint8Array(value, offset, length ?? rest));
  }

  /** The bytes as C code accesses them. */
  static bytesOf(buffer: IotjsBuffer): Buffer {
    return buffer.#bytes;
  }

  readUInt8(offset: number, noAssert?: boolean): number {
    offset >>>= 0;
    if (!noAssert && offset + 1 > this.length) throw new RangeError('index out of range');
    return this.#bytes[offset] ?? 0;
  }

  writeUInt8(value: number, offset: number, noAssert?: boolean): number {
    if (!noAssert && (value > 255 || value < 0)) throw new TypeError('value is out of bounds');
    if (!noAssert && offset + 1 > this.length) throw new RangeError('index out of range');
    this.#bytes[offset >>> 0] = value & 255;
    return offset + 1;
  }

  slice(start?: number, end?: number): IotjsBuffer {
    return wrapBytes(this.#bytes.subarray(start, end));
  }

  toString(encoding?: string): string {
    if (encoding === 'hex' || encoding === 'base64') return this.#bytes.toString(encoding);
    const end = this.#bytes.indexOf(0);
    const bytes = end < 0 ? this.#bytes : this.#bytes.subarray(0, end);
    if (!Buffer.from(bytes.toString()).equals(bytes)) throw new TypeError('Invalid UTF-8 string');
    return bytes.toString();
  }
}

function wrapBytes(bytes: Uint8Array): IotjsBuffer {
  return new IotjsBuffer([...bytes]);
}

/** A socket: an event emitter that throws for an error without a listener. */
export class IotjsSocket extends EventEmitter {
  #socket: Socket | undefined = createSocket('udp4');
  #state: 'unbound' | 'binding' | 'bound' = 'unbound';
  #queue: (() => void)[] | undefined;

  constructor(type: unknown, limit: number) {
    super();
    if (type !== 'udp4') throw new Error('Bad socket type specified. Valid types are: udp4');
    this.#socket!.on('message', (data, { address, family, port }) => {
      // Longer datagrams are truncated silently.
      const part = wrapBytes(data.subarray(0, limit));
      this.emit('message', part, { address, family, port, size: part.length });
    });
  }

  #check(): Socket {
    if (!this.#socket) throw new Error('Not running');
    return this.#socket;
  }

  bind(port: number, address?: string): this {
    const socket = this.#check();
    if (this.#state !== 'unbound') throw new Error('Socket is already bound');
    this.#state = 'binding';
    socket.on('error', (error) => {
      this.emit('error', error);
      if (this.#state === 'binding') this.#state = 'unbound';
    });
    socket.bind(port | 0, address || '0.0.0.0', () => {
      this.#state = 'bound';
      this.emit('listening');
      const queue = this.#queue ?? [];
      this.#queue = undefined;
      for (const one of queue) one();
    });
    return this;
  }

  send(buffer: IotjsBuffer | string, offset: number, length: number, port: number, address: string, callback?: (error: Error | null) => void): void {
    if (!(buffer instanceof IotjsBuffer) && typeof buffer !== 'string') throw new TypeError('First argument must be a buffer or string');
    const part = new IotjsBuffer(buffer as string).slice(offset >>> 0, (offset >>> 0) + (length >>> 0));
    port >>>= 0;
    if (port === 0 || port > 65535) throw new RangeError('Port should be > 0 and < 65536');
    this.#check();
    if (this.#state === 'unbound') this.bind(0);
    const go = () => {
      if (!this.#socket) return;
      lookup(address || '0.0.0.0', 4, (error, ip) => {
        if (error && !callback) this.emit('error', error);
        else if (error) callback!(error);
        else this.#socket?.send(IotjsBuffer.bytesOf(part), port, ip, (failed) => callback?.(failed ?? null));
      });
    };
    if (this.#state === 'bound') go();
    else (this.#queue ??= []).push(go);
  }

  address(): object {
    return this.#check().address();
  }

  close(): this {
    if (this.#queue) {
      this.#queue.push(() => this.close());
      return this;
    }
    this.#check().close();
    this.#socket = undefined;
    process.nextTick(() => this.emit('close'));
    return this;
  }
}

/** The modules. `limit`: maximum bytes read of a datagram. */
export function iotjsModules(limit: number): Record<string, object> {
  const read = (fd: number, buffer: IotjsBuffer, offset: number, length: number, position?: number) =>
    readSync(fd, IotjsBuffer.bytesOf(buffer), offset, length, position ?? null);
  return {
    dgram: { createSocket: (type: unknown) => new IotjsSocket(type, limit) },
    dns: { lookup },
    fs: { openSync, closeSync, readSync: read },
  };
}

/** IoT.js with typed arrays, as far as a bundle for it needs. */
export function emulateIotjs(): Surroundings {
  return { globals: { Buffer: IotjsBuffer }, modules: iotjsModules(65535) };
}
