/** The interface to a network, in the terms of ECMA-419 (network interface class pattern). Types only. */

/** 0: disconnected; 1: connecting, or connected without an address; 2: connected, with an address. */
export type Connection = 0 | 1 | 2;

/**
 * The network that carries the datagrams: for Connectivity Monitoring (object 4), and for programs that wait for their network. The
 * system owns it: opening or closing this object switches nothing on or off. Unknown values are undefined; when the network is lost,
 * all of its values are, except `MAC`.
 */
export interface Network {
  /** From the options: lets a callback find its owner without a closure. */
  target?: unknown;
  connection: Connection;
  /** As in object 4 (/4/0/0): 0 GSM, 2 WCDMA, 6 LTE FDD, 7 NB-IoT, 21 WLAN, 41 Ethernet; undefined without a network. */
  bearer?: number;
  /** The local address literal; undefined while there is none. */
  address?: string;
  netmask?: string;
  /** The address literal of the next router. */
  gateway?: string;
  /** The interface's hardware address: lower-case hexadecimal bytes separated by colons. */
  MAC?: string;
  SSID?: string;
  /** The access point's hardware address, in the format of `MAC`. */
  BSSID?: string;
  channel?: number;
  /** Signal strength in dBm; undefined without a radio, or when the system reports an impossible value. */
  RSSI?: number;
  /** Signal quality in dB: RSRQ on LTE. */
  quality?: number;
  /** Cell identity, mobile country code and mobile network code, on a cellular network. */
  cell?: number;
  MCC?: number;
  MNC?: number;
  /** Why there is no network, in the system's own words. */
  reason?: string;
  /** Asks the system for values that change without an event, such as RSSI. Answers that take time are announced by `onChanged`. */
  refresh?(): void;
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
