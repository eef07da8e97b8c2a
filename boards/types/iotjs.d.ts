/** What IoT.js has beside the language, as far as wixt and small programs need it (IoT.js 1.0, commit 02599f3). */

declare function setTimeout<A extends unknown[]>(callback: (...given: A) => void, ms: number, ...given: A): object;
declare function setInterval<A extends unknown[]>(callback: (...given: A) => void, ms: number, ...given: A): object;
declare function clearTimeout(timer: object | 0): void;
declare function clearInterval(timer: object | 0): void;
declare function require(module: string): any;

declare const console: { log(...values: unknown[]): void; error(...values: unknown[]): void };

declare const process: { readonly platform: string; readonly env: { [name: string]: string }; exit(code?: number): void };

/** Bytes that no index reaches. */
declare class Buffer {
  constructor(size: number | string | number[] | Buffer);
  static from(bytes: ArrayBuffer, offset?: number, length?: number): Buffer;
  readonly length: number;
  /** Throws a RangeError outside of the buffer, unless `noAssert`. */
  readUInt8(offset: number, noAssert?: boolean): number;
  writeUInt8(value: number, offset: number, noAssert?: boolean): number;
  /** A copy. */
  slice(start?: number, end?: number): Buffer;
  /** UTF-8 up to the first 0, unless told otherwise. */
  toString(encoding?: 'hex' | 'base64'): string;
}

declare module 'dgram' {
  /** IPv4 only. */
  interface Socket {
    on(event: 'message', callback: (data: Buffer, from: { address: string; port: number; size: number }) => void): this;
    on(event: 'listening' | 'close', callback: () => void): this;
    on(event: 'error', callback: (error: Error) => void): this;
    bind(port: number, address?: string): this;
    /** Throws for an invalid port, and after `close`. */
    send(data: Buffer, offset: number, length: number, port: number, address: string, sent?: (error: Error | null) => void): void;
    address(): { address: string; port: number };
    /** Throws when it is closed. */
    close(): this;
  }
  function createSocket(type: 'udp4'): Socket;
}

declare module 'dns' {
  function lookup(host: string, family: 4, found: (error: Error | null, address: string) => void): void;
}

declare module 'fs' {
  function openSync(path: string, flags: string): number;
  function readSync(fd: number, buffer: Buffer, offset: number, length: number, position?: number): number;
  function closeSync(fd: number): void;
}
