/** The seam between a client and a datagram socket, in the words of ECMA-419 (UDP class pattern). Types only. */

/**
 * A datagram socket. Two deviations from ECMA-419, both measured on Espruino: `remoteAddress` and `remotePort` are properties of
 * the socket, as a buffer cannot carry any there, and `write` takes the length instead of a view, as a view costs a copy.
 */
export interface Udp {
  /** Who sent the datagram that `read` returned last: address literal and port. */
  remoteAddress?: string;
  remotePort?: number;
  /**
   * Copies the next datagram into `into`, as much as fits. Returns its length in bytes, which is larger than `into.length` or
   * equal to it where the datagram was cut; undefined when there is none.
   */
  read(into: Uint8Array): number | undefined;
  /** Sends data[0, length) whole. An error of the network is silence: datagrams get lost. */
  write(data: Uint8Array, length: number, address: string, port: number): void;
  /** Idempotent. */
  close(): void;
  /**
   * The address literal of `host` as `remoteAddress` will spell it; undefined while it is being looked up (ask again at the
   * next poll), null when there is none now.
   */
  resolve(host: string): string | null | undefined;
}

export interface UdpOptions {
  /** Given back as `this.target`, so that a callback finds its owner without a closure. */
  target?: unknown;
  /** A datagram waits, or a look-up has ended. Never called from inside a method. */
  onReadable?: (this: Udp & { target?: unknown }) => void;
  /** Local address and port; any when absent. */
  address?: string;
  port?: number;
}
