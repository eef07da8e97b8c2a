/** The interface to a network, in the terms of ECMA-419 (network interface class pattern). Types only. */

/** 0: disconnected; 1: connecting; 2: connected, with an address. */
export type Connection = 0 | 1 | 2;

/**
 * The network that carries the datagrams: for Connectivity Monitoring (object 4), and for programs that wait for their network. The
 * system owns it: opening or closing this object switches nothing on or off.
 */
export interface Network {
  /** From the options: lets a callback find its owner without a closure. */
  target?: unknown;
  connection: Connection;
  /** The local address literal; undefined while there is none. */
  address?: string;
  /** Signal strength in dBm; undefined without a radio. */
  RSSI?: number;
  /**
   * A hint that ECMA-419 lacks: nothing is expected until the next write, so the radio may sleep. Datagrams that arrive anyway may be
   * lost.
   */
  idle?(): void;
  /** Closes it. Idempotent; no callback follows. */
  close(): void;
}

export interface NetworkOptions {
  /** Becomes the property `target`. */
  target?: unknown;
  /** `connection`, `address` or `RSSI` has changed. Never called from within a method. */
  onChanged?: (this: Network) => void;
}
