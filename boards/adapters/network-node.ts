/** A computer's network interface as Network, from Node's `os` and, on Linux, from the kernel's tables in /proc/net. There are no events. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Network, NetworkOptions } from '../../src/device/hal/network';
import { addressOf, createWlan, link, macOf, rssiOf, unlink } from './wlan';
import type { Wlan } from './wlan';

const ETHERNET = 41;

export interface NodeNetworkOptions extends NetworkOptions {
  /** The interface's name, such as `eth0`. Default: the interface of the default route, else the first with an address. */
  name?: string;
  /** The folder of the kernel's tables. Default: /proc/net. */
  tables?: string;
}

interface Host extends Wlan {
  _name?: string;
  _tables: string;
}

/** The lines of a table; an empty list if the table is absent. */
function readTable(n: Host, name: string): string[] {
  try {
    return readFileSync(`${n._tables}/${name}`, 'latin1').split('\n');
  } catch {
    return [];
  }
}

/** Interface and router of the default route: eight hexadecimal digits, the last byte first. */
function findRoute(n: Host): { name: string; gateway?: string } | undefined {
  for (const line of readTable(n, 'route').slice(1)) {
    const [name, destination, gateway = ''] = line.trim().split(/\s+/);
    if (!name || destination !== '00000000' || (n._name && name !== n._name)) continue;
    const bytes = gateway.match(/^[0-9a-f]{8}$/i) ? [6, 4, 2, 0].map((at) => parseInt(gateway.slice(at, at + 2), 16)) : [];
    return { name, gateway: addressOf(bytes.join('.')) };
  }
  return undefined;
}

/** Finds the signal of a radio interface in dBm: "wlan0: 0000   54.  -56.  -256 …". */
function findSignal(n: Host, name: string): { radio: boolean; rssi?: number } {
  const line = readTable(n, 'wireless').find((one) => one.trim().startsWith(`${name}:`));
  return line ? { radio: true, rssi: rssiOf(Number.parseFloat(line.trim().split(/\s+/)[3] ?? '')) } : { radio: false };
}

function refresh(this: Network): void {
  const n = this as Host;
  if (n._closed) return;
  const all = networkInterfaces();
  const route = findRoute(n);
  const names = [n._name ?? route?.name, ...(n._name ? [] : Object.keys(all))].filter((name) => name !== undefined);
  const found = names.map((name) => ({ name, entry: all[name]?.find(({ internal, family }) => !internal && family === 'IPv4') ?? all[name]?.find(({ internal }) => !internal) })).find(({ entry }) => entry);
  if (!found?.entry) return unlink(n, n._name && !all[n._name] ? `no interface ${n._name}` : undefined);
  const { radio, rssi } = findSignal(n, found.name);
  n.address = addressOf(found.entry.address);
  n.netmask = addressOf(found.entry.netmask);
  n.MAC = macOf(found.entry.mac);
  n.gateway = route?.name === found.name ? route.gateway : undefined;
  n.RSSI = rssi;
  link(n);
  if (!radio) n.bearer = ETHERNET;
}

/** Opens the interface with its current state. `refresh` reads it again; `onChanged` is never called. */
export function openNetwork(options: NodeNetworkOptions): Network {
  const n = createWlan(options, refresh) as Host;
  n._name = options.name;
  n._tables = options.tables ?? '/proc/net';
  n.refresh!();
  return n;
}
