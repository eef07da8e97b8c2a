/** What Kaluma on a Pico W has beside the language, as far as wixt and small programs need it (Kaluma 1.2, commit 10ae3fc). */

/** They hand no arguments on, and ids start at 0. Never clear a timer that is just being called: Kaluma frees it twice. */
declare function setTimeout(callback: () => void, ms: number): number;
declare function setInterval(callback: () => void, ms: number): number;
declare function clearTimeout(id: number): void;
declare function clearInterval(id: number): void;
declare function print(...values: unknown[]): void;
declare function require(module: string): any;

declare const console: { log(...values: unknown[]): void; error(...values: unknown[]): void };

declare const board: {
  name: string;
  led(pin: number): { on(): void; off(): void; toggle(): void };
  gpio(pin: number, mode?: number): { read(): number; write(value: number): void };
  adc(pin: number): { read(): number };
};

/** Keys and values that a restart leaves as they are. */
declare const storage: { getItem(key: string): string | null; setItem(key: string, value: string): void; removeItem(key: string): void };

/** A socket's record; the device calls its callbacks, without `this`. */
interface KalumaSocket {
  fd: number;
  /** 0 closed, 1 bound, 2 connected. */
  state: number;
  /** Address literals and ports of both ends. */
  laddr: string;
  lport: number;
  raddr: string;
  rport: number;
  /** Kaluma passes a second argument by mistake: what it is, nobody knows. */
  read_cb?: (data: Uint8Array) => void;
  close_cb?: () => void;
}

/** The network device (`global.__netdev`): file descriptors, 16 at most. Its methods set `errno`, and hand it to their callbacks. */
declare const __netdev:
  | {
      errno: number;
      ip: string;
      mac: string;
      /** Throws an Error while there is no network, or when all descriptors are taken. */
      socket(domain: 'AF_INET', protocol: 'DGRAM' | 'STREAM'): number;
      /** undefined for a descriptor that is not open. */
      get(fd: number): KalumaSocket | undefined;
      /** Looks a name up meanwhile, and the program waits; throws an Error where there is no such name. */
      connect(fd: number, host: string, port: number, callback?: (errno: number) => void): void;
      /** A string has a byte in each character. */
      write(fd: number, data: string, callback?: (errno: number) => void): void;
      close(fd: number, callback?: (errno: number) => void): void;
    }
  | undefined;

declare module 'rp2' {
  /** 128 bits from the chip's random number generator, as a BigInt. */
  export function randomBigInt(): object;
}

declare module 'wifi' {
  export class WiFi {
    /** Without connectInfo: the storage's WIFI_SSID and WIFI_PASSWORD. The program waits meanwhile, up to 30 s. */
    connect(callback: (error: Error | null) => void): void;
    connect(connectInfo: { ssid: string; password?: string }, callback: (error: Error | null) => void): void;
    on(event: 'associated' | 'connected' | 'disconnected', callback: () => void): void;
  }
}

declare module 'i2c' {
  /** A bus: 0 or 1. */
  export class I2C {
    constructor(bus: number, options?: { sda?: number; scl?: number; baudrate?: number });
    /** Bytes that were written; -1 when it failed (1.0), or an Error (1.1 on). `timeout` in ms. */
    write(data: Uint8Array, address: number, timeout?: number): number;
    read(length: number, address: number, timeout?: number): Uint8Array | null;
    close(): void;
  }
}
