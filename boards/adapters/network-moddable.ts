/** Moddable's Net (module "net") as Network. Values are read by name; there are no events. The router's address is not available. */
import type { Network, NetworkOptions } from '../../src/device/hal/network';
import { addressOf, channelOf, createWlan, link, macOf, rssiOf, textOf, unlink } from './wlan';
import type { Wlan } from './wlan';

/** The part of the module in use. */
export interface ModdableNet {
  get(name: string): unknown;
}

export interface ModdableNetworkOptions extends NetworkOptions {
  /** The module: import Net from "net". */
  net: ModdableNet;
}

interface Moddable extends Wlan {
  _net: ModdableNet;
}

function refresh(this: Network): void {
  const n = this as Moddable;
  const net = n._net;
  if (n._closed) return;
  n.MAC = macOf(net.get('MAC'));
  n.address = addressOf(net.get('IP'));
  if (n.address === undefined) return unlink(n, undefined);
  n.SSID = textOf(net.get('SSID'));
  n.BSSID = macOf(net.get('BSSID'));
  n.RSSI = rssiOf(net.get('RSSI'));
  n.channel = channelOf(net.get('CHANNEL'));
  link(n);
}

/** Opens the interface with its current state. `refresh` reads it again; `onChanged` is never called. */
export function openNetwork(options: ModdableNetworkOptions): Network {
  const n = createWlan(options, refresh) as Moddable;
  n._net = options.net;
  n.refresh!();
  return n;
}
