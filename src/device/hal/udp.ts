/** The seam between a client and a datagram socket, in the words of ECMA-419 (UDP class pattern). Types only. */

/**
 * A datagram socket. Two deviations from ECMA-419, both measured on Espruino: `remoteAddress` and `remotePort` are properties of
 * the socket, as a buffer cannot carry any there, and `write` takes the length instead of a view, as a view costs a copy.
 */
export interface Udp {
  /** Given back from the options, so that a callback finds its owner without a closure. */
  target?: unknown;
  /** Sender of the datagram that `read` returned last: an address literal. */
  remoteAddress?: string;
  /** The sender's port. */
  remotePort?: number;
  /**
   * Copies the next datagram into `into`, as much as fits. Returns its length in bytes, which is larger than `into.length` where
   * the datagram was cut, unless the engine has cut it before; undefined when there is none. An empty datagram is none.
   */
  read(into: Uint8Array): number | undefined;
  /**
   * Sends data[0, length) whole, or loses it as the network may; `data` may be changed afterwards. An address is a literal, from
   * `remoteAddress` or `resolve`. Never throws: an error of the network is silence. After `close` it does nothing.
   */
  write(data: Uint8Array, length: number, address: string, port: number): void;
  /** Ends it for good. Idempotent, and no callback comes after it. */
  close(): void;
  /**
   * The address literal of `host` as `remoteAddress` will spell it; undefined while it is being looked up (ask again at the
   * next poll), null when there is none now. The next call after an answer looks it up anew.
   */
  resolve(host: string): string | null | undefined;
}

/** How a socket is opened. */
export interface UdpOptions {
  /** Becomes the property `target` of the socket. */
  target?: unknown;
  /** A datagram waits, or a look-up has ended. Never called from inside a method. */
  onReadable?: (this: Udp) => void;
  /** Called before accepting a datagram, where memory may be short; throws to drop it. */
  needRoom?: () => void;
  /** Local address; any when absent. */
  address?: string;
  /** Local port; any when absent. */
  port?: number;
  /**
   * The board's random numbers (hal/random), for adapters that choose the local port themselves: Math.random when absent, which on many
   * boards gives the same at each boot, and then a server takes what the device said before for what it says now.
   */
  random?: () => number;
}

/** How an adapter's module makes its socket. */
export type OpenUdp = (options: UdpOptions) => Udp;
