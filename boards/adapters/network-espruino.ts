/**
 * Espruino's Wifi (ESP8266, ESP32) as Network. Return values differ by chip and version: the ESP8266 has the signal strength in `getDetails`, the
 * ESP32 in `getStatus`; the event `connected` has `mask` or `netmask`.
 */
import type { Network, NetworkOptions } from '../../src/device/hal/network';
import { addressOf, channelOf, createWlan, link, macOf, rssiOf, takeScan, tell, textOf, unlink } from './wlan';
import type { Seen, Wlan } from './wlan';

/** The parts of the module in use. Each may be missing or return nothing. */
export interface EspruinoWifi {
  getStatus?(): { station?: string; ssid?: string; bssid?: string; channel?: number; rssi?: number } | undefined;
  getDetails?(): { status?: string; ssid?: string; bssid?: string; channel?: number; rssi?: number } | undefined;
  getIP?(): Addresses | undefined;
  scan?(callback: (list: Seen[] | null) => void): void;
  on(event: string, callback: (details?: Addresses) => void): void;
  removeListener?(event: string, callback: (details?: Addresses) => void): void;
}

interface Addresses {
  ip?: string;
  netmask?: string;
  mask?: string;
  gw?: string;
  mac?: string;
}

export interface EspruinoNetworkOptions extends NetworkOptions {
  /** The module: require('Wifi'). */
  wifi: EspruinoWifi;
  /** `refresh` scans if nothing else provides the signal strength. A scan takes seconds and moves the radio off its channel. */
  scan?: boolean;
}

interface Espruino extends Wlan {
  _wifi: EspruinoWifi;
  _scan: boolean;
  _onConnected: (details?: Addresses) => void;
  _onGone: () => void;
  _onScan: (list: Seen[] | null) => void;
}

function takeAddresses(n: Espruino, all: Addresses): void {
  n.address = addressOf(all.ip);
  n.netmask = addressOf(all.netmask || all.mask) || n.netmask;
  n.gateway = addressOf(all.gw) || n.gateway;
  n.MAC = macOf(all.mac) || n.MAC;
}

function read(n: Espruino): void {
  const wifi = n._wifi;
  const first = wifi.getStatus && wifi.getStatus();
  const second = wifi.getDetails && wifi.getDetails();
  const third = wifi.getIP && wifi.getIP();
  // These modules return nothing and only emit events.
  if (!first && !second && !third) return;
  const status = first || {};
  const details = second || {};
  const addresses = third || {};
  const state = textOf(status.station) || textOf(details.status);
  n.netmask = n.gateway = undefined;
  takeAddresses(n, addresses);
  if (state === undefined ? n.address === undefined : state.toLowerCase() !== 'connected') return unlink(n, state);
  const rssi = rssiOf(status.rssi);
  n.SSID = textOf(status.ssid) || textOf(details.ssid);
  n.BSSID = macOf(status.bssid) || macOf(details.bssid);
  n.channel = channelOf(status.channel) || channelOf(details.channel);
  n.RSSI = rssi === undefined ? rssiOf(details.rssi) : rssi;
  link(n);
}

function refresh(this: Network): void {
  const n = this as Espruino;
  if (n._closed) return;
  read(n);
  if (n._scan && n.linked && n.RSSI === undefined && n._wifi.scan) n._wifi.scan(n._onScan);
}

function closeEspruino(this: Network): void {
  const n = this as Espruino;
  if (n._closed) return;
  n._closed = true;
  if (n._wifi.removeListener) {
    n._wifi.removeListener('connected', n._onConnected);
    n._wifi.removeListener('disconnected', n._onGone);
  }
}

/** Opens the interface with its current state. */
export function openNetwork(options: EspruinoNetworkOptions): Network {
  const n = createWlan(options, refresh) as Espruino;
  n.close = closeEspruino;
  n._wifi = options.wifi;
  n._scan = !!options.scan;
  // The module calls them without `this`.
  n._onConnected = function (details?: Addresses) {
    if (n._closed) return;
    read(n);
    // The event's details are newer than the module's state.
    if (details && addressOf(details.ip)) {
      takeAddresses(n, details);
      link(n);
    }
    tell(n);
  };
  n._onGone = function () {
    if (n._closed) return;
    unlink(n, undefined);
    read(n);
    tell(n);
  };
  n._onScan = function (list) {
    if (n._closed) return;
    takeScan(n, list);
    tell(n);
  };
  n._wifi.on('connected', n._onConnected);
  n._wifi.on('disconnected', n._onGone);
  read(n);
  n._told.connection = n.connection;
  n._told.address = n.address;
  n._told.RSSI = n.RSSI;
  return n;
}
