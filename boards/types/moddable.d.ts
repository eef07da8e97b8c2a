/** What Moddable's SDK has beside the language, as far as wixt and small programs need it (ECMA-419 I/O; SDK of June 2026, commit 48ee02d). */

/** Prints as it is, without an end of line. */
declare function trace(...values: unknown[]): void;
/** For programs: the build makes System.setTimeout and the like of them, which hand no arguments on. */
declare function setTimeout(callback: () => void, ms: number): object;
declare function setInterval(callback: () => void, ms: number): object;
declare function clearTimeout(timer: object): void;
declare function clearInterval(timer: object): void;
/** For programs: the build makes trace of it. */
declare const console: { log(...values: unknown[]): void };

/** modules/io/manifest.json puts it there. */
declare const System: {
  setTimeout(callback: () => void, ms: number): object;
  clearTimeout(timer: object): void;
  setInterval(callback: () => void, ms: number): object;
  clearInterval(timer: object): void;
  /** `address` is undefined for a name that does not resolve. */
  resolve(name: string, found: (name: string, address?: string) => void): void;
  restart?(): void;
};

declare module 'embedded:io/socket/udp' {
  interface Options {
    port?: number;
    target?: unknown;
    /** `count`: datagrams that wait. */
    onReadable?: (this: UDP, count: number) => void;
    onError?: (this: UDP) => void;
  }
  /** ECMA-419's UDP IO class. IPv4 only. */
  class UDP {
    /** Throws when the port is taken, or there is no room. */
    constructor(options: Options);
    /** Returns undefined when there is none. */
    read(): (ArrayBuffer & { address: string; port: number }) | undefined;
    /** Throws for an address that is no literal, and what the network refuses. */
    write(data: ArrayBuffer | Uint8Array, address: string, port: number): void;
    close(): void;
  }
  export default UDP;
}

declare module 'embedded:io/i2c' {
  /** ECMA-419's I2C IO class. */
  class I2C {
    constructor(options: { data?: number; clock?: number; hz?: number; address: number });
    /** Throws when the device does not acknowledge. */
    write(data: ArrayBuffer | Uint8Array, stop?: boolean): void;
    /** Into a buffer. Throws when the device does not acknowledge. */
    read(into: Uint8Array, stop?: boolean): void;
    close(): void;
  }
  export default I2C;
}
