/** Shared by the adapters of Wi-Fi stacks: a record of reported values, without impossible ones. */
import type { Network, NetworkOptions } from '../../src/device/hal/network';

export const WLAN = 21;

export interface Wlan extends Network {
  /** Connected to a network, with or without an address. */
  linked: boolean;
  onChanged?: (this: Network) => void;
  /** The values at the last callback. */
  _told: Told;
  _closed: boolean;
}

interface Told {
  connection: number;
  address?: string;
  RSSI?: number;
}

/** An entry of a scan: Espruino calls the access point's address `mac`, Kaluma `bssid`. */
export interface Seen {
  ssid?: string;
  mac?: string;
  bssid?: string;
  rssi?: number;
  channel?: number;
}

function close(this: Network): void {
  (this as Wlan)._closed = true;
}

/** Creates the record, before anything is known about the network. */
export function createWlan(options: NetworkOptions, refresh: (this: Network) => void): Wlan {
  return {
    target: options.target, onChanged: options.onChanged, connection: 0, linked: false, bearer: undefined, address: undefined, netmask: undefined, gateway: undefined, MAC: undefined, SSID: undefined,
    BSSID: undefined, channel: undefined, RSSI: undefined, reason: undefined, refresh: refresh, close: close, _told: { connection: 0, address: undefined, RSSI: undefined }, _closed: false,
  };
}

/** Returns a text that is not empty; otherwise undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

/** Returns an address literal; an address of zeros means that there is none. */
export function addressOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text === '0.0.0.0' || text === '::' ? undefined : text;
}

/** Returns a MAC address in lower case; an address of zeros means that there is none. */
export function macOf(value: unknown): string | undefined {
  const text = textOf(value);
  const small = text === undefined ? undefined : text.toLowerCase();
  return small === '00:00:00:00:00:00' ? undefined : small;
}

/**
 * Returns a signal strength in dBm. Values below what a receiver can detect, or above what a transmitter can send, are error codes (31 on ESP8266) or
 * unknown.
 */
export function rssiOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= -127 && value < 0 ? value : undefined;
}

export function channelOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 && value <= 233 ? value : undefined;
}

/** There is no network: clears all values except the interface's own address. */
export function unlink(n: Wlan, reason: string | undefined): void {
  n.linked = false;
  n.connection = 0;
  n.bearer = n.address = n.netmask = n.gateway = n.SSID = n.BSSID = n.channel = n.RSSI = undefined;
  n.reason = reason;
}

/** There is a network. */
export function link(n: Wlan): void {
  n.linked = true;
  n.connection = n.address === undefined ? 1 : 2;
  n.bearer = WLAN;
  n.reason = undefined;
}

/** Finds the current access point in the result of a scan: by its address if known, else the strongest one of its name. */
export function takeScan(n: Wlan, list: Seen[] | null | undefined): void {
  const known = n.BSSID;
  let best = -1000;
  if (!n.linked || !list || !list.length) return;
  for (let i = 0; i < list.length; i++) {
    const one = list[i] || {};
    const mac = macOf(one.mac || one.bssid);
    const rssi = rssiOf(one.rssi);
    if (known === undefined ? n.SSID !== undefined && one.ssid === n.SSID && rssi !== undefined && rssi > best : mac === known) {
      best = rssi === undefined ? best : rssi;
      n.BSSID = mac;
      n.RSSI = rssi;
      n.channel = channelOf(one.channel);
    }
  }
}

/** Calls `onChanged` if a value has changed. Only for use in callbacks of the system. */
export function tell(n: Wlan): void {
  const told = n._told;
  if (n._closed || (told.connection === n.connection && told.address === n.address && told.RSSI === n.RSSI)) return;
  told.connection = n.connection;
  told.address = n.address;
  told.RSSI = n.RSSI;
  if (n.onChanged) n.onChanged();
}
