/** The seam to a network interface, in the words of ECMA-419 (network interface class pattern). Types only. */

/** Not on a network; on its way there; on it, and with an address. */
export type Connection = 0 | 1 | 2;

/**
 * What carries the datagrams: for Connectivity Monitoring (object 4), and for a program that waits for its network. The interface
 * is the system's: opening this one or closing it does not switch anything.
 */
export interface Network {
  /** Given back from the options, so that a callback finds its owner without a closure. */
  target?: unknown;
  connection: Connection;
  /** The address literal of this end; undefined while there is none. */
  address?: string;
  /** Signal strength in dBm; undefined where there is no radio. */
  RSSI?: number;
  /**
   * A hint, which ECMA-419 does not have: until the next write nothing will be received, so a radio may sleep. What arrives all
   * the same may be lost.
   */
  idle?(): void;
  /** Idempotent, and no callback comes after it. */
  close(): void;
}

export interface NetworkOptions {
  /** Becomes the property `target`. */
  target?: unknown;
  /** `connection`, `address` or `RSSI` is another. Never called from inside a method. */
  onChanged?: (this: Network) => void;
}
