/**
 * Kaluma's wifi as Network: it says which access point it is at; the signal strength comes from a scan alone, so `refresh` makes one where that is wanted. Its
 * address is the network device's.
 */
import type { Network, NetworkOptions } from '../../src/device/hal/network';
import { addressOf, createWlan, link, macOf, takeScan, tell, textOf, unlink } from './wlan';
import type { Seen, Wlan } from './wlan';

/** The network device, as far as it is used here. */
declare const __netdev: { ip: string; mac: string } | undefined;

/** What of the module is used. */
export interface KalumaWifi {
  getConnection(callback: (error: unknown, connection?: { ssid?: string; bssid?: string } | null) => void): void;
  scan?(callback: (error: unknown, list?: Seen[] | null) => void): void;
  on?(event: 'connected' | 'disconnected', callback: () => void): void;
}

export interface KalumaNetworkOptions extends NetworkOptions {
  /** The module's object: require('wifi'), or its new WiFi(). */
  wifi: KalumaWifi;
  /** `refresh` looks around for the signal strength. That takes seconds. */
  scan?: boolean;
}

interface Kaluma extends Wlan {
  _wifi: KalumaWifi;
  _scan: boolean;
  /** A method is on the stack: what comes back at once is not told. */
  _inside: boolean;
  _onConnection: (error: unknown, connection?: { ssid?: string; bssid?: string } | null) => void;
  _onScan: (error: unknown, list?: Seen[] | null) => void;
}

function refresh(this: Network): void {
  const n = this as Kaluma;
  if (n._closed) return;
  n._inside = true;
  n._wifi.getConnection(n._onConnection);
  n._inside = false;
}

function takeConnection(n: Kaluma, connection: { ssid?: string; bssid?: string } | null | undefined): void {
  const device = typeof __netdev === 'undefined' ? undefined : __netdev;
  const before = n.BSSID;
  if (device) n.MAC = macOf(device.mac);
  // Kaluma says so by null, or by an empty record.
  if (!connection || (!connection.ssid && !connection.bssid)) return unlink(n, undefined);
  n.SSID = textOf(connection.ssid);
  n.BSSID = macOf(connection.bssid);
  n.address = device ? addressOf(device.ip) : undefined;
  // Of another access point.
  if (n.BSSID !== before) n.RSSI = n.channel = undefined;
  link(n);
}

/** The interface as the system has it now. */
export function openNetwork(options: KalumaNetworkOptions): Network {
  const n = createWlan(options, refresh) as Kaluma;
  n._wifi = options.wifi;
  n._scan = !!options.scan;
  n._inside = false;
  // The module calls them without `this`.
  n._onConnection = function (error, connection) {
    if (n._closed) return;
    takeConnection(n, error ? undefined : connection);
    if (n._scan && n.linked && n._wifi.scan) n._wifi.scan(n._onScan);
    if (!n._inside) tell(n);
  };
  n._onScan = function (error, list) {
    if (n._closed) return;
    if (!error) takeScan(n, list);
    if (!n._inside) tell(n);
  };
  const ask = function () {
    if (!n._closed) n._wifi.getConnection(n._onConnection);
  };
  if (n._wifi.on) {
    n._wifi.on('connected', ask);
    n._wifi.on('disconnected', ask);
  }
  n.refresh!();
  n._told.connection = n.connection;
  n._told.address = n.address;
  n._told.RSSI = n.RSSI;
  return n;
}
