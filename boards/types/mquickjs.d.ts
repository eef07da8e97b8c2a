/** What MicroQuickJS and the firmware around it give a program: boards/mquickjs/README.md. */

/** Calls back once after `ms` milliseconds, an argument handed over. Returns an id above 0. */
declare function setTimeout<A>(callback: (given: A) => void, ms: number, given: A): number;
declare function setTimeout(callback: () => void, ms: number): number;
declare function clearTimeout(id: number | undefined): void;
/** For programs: the build makes them of setTimeout, where they are used. */
declare function setInterval(callback: () => void, ms: number): object;
declare function clearInterval(interval: object | undefined): void;
/** For programs: the build makes print of it. */
declare const console: { log(...values: unknown[]): void };
declare function print(...values: unknown[]): void;

/** Milliseconds since the start: never set, never back. */
declare const performance: { now(): number };

/** Datagrams. IPv4. */
declare const udp: {
  /**
   * Opens a socket on a local port. Returns its number, or -1. `onReadable` is called on `self` when a datagram waits or the socket has
   * broken, never from inside a function of `udp`; then not again before `receive` was called.
   */
  open<T>(onReadable: (this: T) => void, self: T, port: number): number;
  /** Sends data[0, length). An error of the network is silence. */
  send(socket: number, data: Uint8Array, length: number, address: string, port: number): void;
  /** Length of the next datagram, as much of it as `room` allows in `into`, address and port in `sender` (6 bytes); -1: none waits; -2: the socket has broken. */
  receive(socket: number, into: Uint8Array, room: number, sender: Uint8Array): number;
  close(socket: number): void;
  /** Only where names can be looked up: the dotted address; undefined while it looks (`onReadable` of every socket comes then), null for none. */
  resolve?(host: string): string | null | undefined;
};
