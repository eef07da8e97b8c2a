/**
 * Kaluma's wifi as Network. It reports the current access point; the signal strength is only available from a scan, so `refresh` makes one if
 * requested. The address comes from the network device.
 */
import type { Network, NetworkOptions } from '../../src/device/hal/network';
import { addressOf, createWlan, link, macOf, takeScan, tell, textOf, unlink } from './wlan';
import type { Seen, Wlan } from './wlan';

/** The parts of the network device in use. */
declare const __netdev: { ip: string; mac: string } | undefined;

/** The parts of the module in use. */
export interface KalumaWifi {
  getConnection(callback: (error: unknown, connection?: { ssid?: string; bssid?: string } | null) => void): void;
  scan?(callback: (error: unknown, list?: Seen[] | null) => void): void;
  on?(event: 'connected' | 'disconnected', callback: () => void): void;
}

export interface KalumaNetworkOptions extends NetworkOptions {
  /** The module's object: require('wifi'), or its new WiFi(). */
  wifi: KalumaWifi;
  /** `refresh` scans for the signal strength. That takes seconds. */
  scan?: boolean;
}

interface Kaluma extends Wlan {
  _wifi: KalumaWifi;
  _scan: boolean;
  /** A method is on the stack: results that arrive at once are not reported. */
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
  // Kaluma indicates no connection by null or an empty record.
  if (!connection || (!connection.ssid && !connection.bssid)) return unlink(n, undefined);
  n.SSID = textOf(connection.ssid);
  n.BSSID = macOf(connection.bssid);
  n.address = device ? addressOf(device.ip) : undefined;
  // These values belonged to another access point.
  if (n.BSSID !== before) n.RSSI = n.channel = undefined;
  link(n);
}

/** Opens the interface with its current state. */
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
