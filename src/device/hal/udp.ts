/** The interface between a client and a datagram socket, in the terms of ECMA-419 (UDP class pattern). Types only. */

/**
 * A datagram socket. It deviates from ECMA-419 in two points, both measured on Espruino: `remoteAddress` and `remotePort` are properties
 * of the socket, as a buffer cannot have any there, and `write` takes a length instead of a view, as a view costs a copy.
 */
export interface Udp {
  /** From the options: lets a callback find its owner without a closure. */
  target?: unknown;
  /** Sender's address literal of the datagram that `read` returned last. */
  remoteAddress?: string;
  /** Its port. */
  remotePort?: number;
  /**
   * Copies as much of the next datagram into `into` as fits. Returns its length in bytes, which exceeds `into.length` if the datagram was
   * truncated, unless the engine truncated it before; undefined when none waits. Empty datagrams are skipped.
   */
  read(into: Uint8Array): number | undefined;
  /**
   * Sends data[0, length) as one datagram, or loses it as a network may; `data` may be changed afterwards. `address` is a literal from
   * `remoteAddress` or `resolve`. Never throws: network errors are silent. Does nothing after `close`.
   */
  write(data: Uint8Array, length: number, address: string, port: number): void;
  /** Closes the socket for good. Idempotent; no callback follows. */
  close(): void;
  /**
   * Returns the address literal of `host`, spelled as in `remoteAddress`; undefined during the look-up (call again at the next poll);
   * null when it failed. The call after an answer starts a new look-up.
   */
  resolve(host: string): string | null | undefined;
}

/** How a socket is opened. */
export interface UdpOptions {
  /** Becomes the property `target` of the socket. */
  target?: unknown;
  /** A datagram waits, or a look-up has ended. Never called from within a method. */
  onReadable?: (this: Udp) => void;
  /** Called before accepting a datagram, where memory may be short; throws to drop it. */
  needRoom?: () => void;
  /** Local address; any when absent. */
  address?: string;
  /** Local port; any when absent. */
  port?: number;
  /**
   * The board's random numbers (hal/random), for adapters that choose the local port; Math.random when absent. On many boards that returns the
   * same numbers after each boot, and a server then mistakes old messages of the device for new ones.
   */
  random?: () => number;
}

/** Opens the socket of an adapter. */
export type OpenUdp = (options: UdpOptions) => Udp;
