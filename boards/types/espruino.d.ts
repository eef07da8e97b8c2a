/** What Espruino has and @types/espruino does not declare. */

/** Calls back after `ms` milliseconds, further arguments handed over. Returns an id above 0. */
declare function setTimeout<A extends unknown[]>(callback: (...given: A) => void, ms: number, ...given: A): number;
declare function setInterval<A extends unknown[]>(callback: (...given: A) => void, ms: number, ...given: A): number;
declare function require(module: string): any;

interface Serial {
  removeAllListeners(event?: string): void;
}

/** A software bus, at any pins. */
declare const I2C: { new (): I2C };
declare const OneWire: { new (pin: Pin): OneWire };

/** Pins of the boards with an STM32F4. */
declare const A2: Pin;
declare const A3: Pin;
declare const A13: Pin;
declare const A14: Pin;
declare const A15: Pin;
declare const B9: Pin;

declare namespace E {
  /** The bytes as a string: of a whole array the very memory, not a copy. */
  function toString(data: Uint8Array): string;
  /** Of the bytes of a string; may come out negative. */
  function CRC32(data: string): number;
  /** As if it were switched off and on. */
  function reboot(): void;
}

declare module 'dgram' {
  /** Strings are bytes: one character for each. */
  interface DatagramSocket {
    on(event: 'message', callback: (data: string, from: { address: string; port: number; size: number }) => void): void;
    on(event: 'close', callback: (hadError: boolean) => void): void;
    on(event: 'error', callback: (error: { code: number; message: string }) => void): void;
    bind(port: number, bound?: (socket: DatagramSocket) => void): void;
    send(data: string, port: number, address: string): void;
    send(data: string, offset: number, length: number, port: number, address: string): void;
    addMembership(group: string, address: string): void;
    close(): void;
  }
  /** `recvBufferSize`: the largest datagram is 8 bytes shorter; what is longer is cut in silence. */
  function createSocket(options: 'udp4' | { type: 'udp4'; reuseAddr?: boolean; recvBufferSize?: number }): DatagramSocket;
}

declare module 'Storage' {
  function read(name: string, offset?: number, length?: number): string | undefined;
  function write(name: string, data: string | ArrayBufferView, offset?: number, size?: number): boolean;
  function erase(name: string): void;
  function list(pattern?: RegExp): string[];
  function getFree(): number;
}

declare const console: { log(...values: unknown[]): void };

declare const process: {
  readonly version: string;
  readonly env: { readonly BOARD: string; readonly VERSION: string; readonly RAM: number; readonly FLASH: number };
  /** In JsVars; runs the garbage collector. */
  memory(): { free: number; usage: number; total: number; blocksize: number };
};
