/** Networks as their systems tell of them: what test/vectors/network.json does not say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openNetwork as openEspruino } from '../../boards/adapters/network-espruino';
import { openNetwork as openKaluma } from '../../boards/adapters/network-kaluma';
import { openNetwork as openModdable } from '../../boards/adapters/network-moddable';
import { openNetwork as openNode } from '../../boards/adapters/network-node';
import type { Network } from '../../src/device/hal/network';

/** A Wifi of Espruino whose answers change. */
function espruinoWifi(said: Record<string, any>) {
  const heard: Record<string, ((details?: any) => void)[]> = {};
  return {
    heard,
    getStatus: () => said.status,
    getDetails: () => said.details,
    getIP: () => said.ip,
    scan: (callback: (list: any) => void) => callback(said.scan),
    on: (event: string, callback: (details?: any) => void) => void (heard[event] ??= []).push(callback),
    removeListener: (event: string, callback: (details?: any) => void) => void (heard[event] = heard[event]!.filter((one) => one !== callback)),
  };
}

const IP = { ip: '192.0.2.4', netmask: '255.255.255.0', gw: '192.0.2.1', mac: '02:00:5E:00:53:01' };

test('Espruino: changes are told once, from events, and never from a method', (t) => {
  const said: Record<string, any> = { status: { station: 'off' }, ip: { mac: IP.mac } };
  const wifi = espruinoWifi(said);
  const told: unknown[] = [];
  const network = openEspruino({ wifi, target: 'mine', onChanged() { told.push([this.target, this.connection, this.address]); } });
  t.deepEqual([network.connection, network.reason, network.MAC, told.length], [0, 'off', '02:00:5e:00:53:01', 0]);
  Object.assign(said, { status: { station: 'connected', ssid: 'a', rssi: -50 }, ip: IP });
  for (const callback of wifi.heard.connected!) callback({ ip: IP.ip });
  for (const callback of wifi.heard.connected!) callback({ ip: IP.ip });
  t.deepEqual(told, [['mine', 2, '192.0.2.4']]);
  t.like(network, { bearer: 21, RSSI: -50, gateway: '192.0.2.1', reason: undefined });
  Object.assign(said, { status: { station: 'no_ap_found', ssid: 'a', rssi: 31 } });
  network.refresh!();
  t.is(told.length, 1);
  t.like(network, { connection: 0, address: undefined, gateway: undefined, SSID: undefined, RSSI: undefined, bearer: undefined, MAC: '02:00:5e:00:53:01', reason: 'no_ap_found' });
  for (const callback of wifi.heard.disconnected!) callback();
  t.deepEqual(told[1], ['mine', 0, undefined]);
  const late = wifi.heard.connected![0]!;
  network.close();
  network.close();
  t.deepEqual(wifi.heard, { connected: [], disconnected: [] });
  Object.assign(said, { status: { station: 'connected' }, ip: IP });
  late({ ip: IP.ip });
  network.refresh!();
  t.is(network.connection, 0);
  t.is(told.length, 2);
});

test('Espruino: what cannot be is not known: 31 dBm, addresses of zeros, channel 0', (t) => {
  for (const rssi of [31, 0, 10, -128, NaN, '-50', null]) {
    const network = openEspruino({ wifi: espruinoWifi({ status: { station: 'connected', ssid: '', bssid: '00:00:00:00:00:00', rssi, channel: 0 }, ip: { ip: '0.0.0.0', netmask: '0.0.0.0', gw: '0.0.0.0' } }) });
    t.like(network, { connection: 1, address: undefined, netmask: undefined, gateway: undefined, RSSI: undefined, channel: undefined, BSSID: undefined, SSID: undefined });
  }
});

test('Espruino: a scan is made where it is wanted and nothing else tells the strength, and of other networks nothing is taken', (t) => {
  const other = { ssid: 'other', mac: '02:00:00:00:00:01', rssi: -20, channel: 1 };
  const said: Record<string, any> = { status: { station: 'connected', ssid: 'mine' }, ip: IP, scan: [null, other, { ssid: 'mine', mac: '02:00:00:00:00:02', rssi: 31, channel: 2 }] };
  const network = openEspruino({ wifi: espruinoWifi(said), scan: true });
  network.refresh!();
  t.deepEqual([network.RSSI, network.BSSID], [undefined, undefined]);
  said.scan.push({ ssid: 'mine', mac: '02:00:00:00:00:0A', rssi: -70, channel: 3 });
  network.refresh!();
  t.deepEqual([network.RSSI, network.BSSID, network.channel], [-70, '02:00:00:00:00:0a', 3]);
  said.status.bssid = '02:00:00:00:00:0B';
  for (const list of [said.scan, null, []]) {
    said.scan = list;
    network.refresh!();
    t.deepEqual([network.RSSI, network.BSSID], [undefined, '02:00:00:00:00:0b']);
  }
  const still = openEspruino({ wifi: espruinoWifi({ ...said, status: { station: 'connected', ssid: 'mine' }, scan: [{ ssid: 'mine', rssi: -30 }] }) });
  still.refresh!();
  t.is(still.RSSI, undefined);
});

test('Espruino: a module that hands back nothing is heard by its events', (t) => {
  const wifi = espruinoWifi({});
  const network = openEspruino({ wifi });
  wifi.heard.connected![0]!({ ip: '192.0.2.9', mask: '255.255.0.0', gw: '192.0.2.1' });
  network.refresh!();
  t.like(network, { connection: 2, address: '192.0.2.9', netmask: '255.255.0.0', gateway: '192.0.2.1' });
  wifi.heard.disconnected![0]!();
  t.like(network, { connection: 0, address: undefined });
});

test('Kaluma: the strength is of the access point that it is at, and goes with it', (t) => {
  let connection: any = { ssid: 'a', bssid: '02:00:00:00:00:0A' };
  let error: unknown = null;
  const heard: Record<string, () => void> = {};
  const told: number[] = [];
  const network = openKaluma({
    scan: true,
    wifi: {
      getConnection: (callback) => callback(error, connection),
      scan: (callback) => callback(null, [{ ssid: 'a', bssid: '02:00:00:00:00:0a', rssi: -60, channel: 5 }]),
      on: (event, callback) => void (heard[event] = callback),
    },
    onChanged() { told.push(this.connection); },
  });
  t.like(network, { connection: 1, RSSI: -60, channel: 5, SSID: 'a', BSSID: '02:00:00:00:00:0a' });
  t.deepEqual(told, []);
  connection = { ssid: 'a', bssid: '02:00:00:00:00:0B' };
  network.refresh!();
  t.like(network, { RSSI: undefined, channel: undefined });
  for (const none of [null, undefined, {}, { ssid: '', bssid: '' }]) {
    connection = none;
    network.refresh!();
    t.like(network, { connection: 0, BSSID: undefined });
    connection = { ssid: 'a', bssid: '02:00:00:00:00:0A' };
    network.refresh!();
    t.is(network.connection, 1);
  }
  error = new Error('ENXIO');
  heard.disconnected!();
  t.deepEqual([network.connection, told], [0, [0]]);
  network.close();
  error = null;
  heard.connected!();
  network.refresh!();
  t.deepEqual([network.connection, told], [0, [0]]);
});

test('Moddable: asked anew it says what is now', (t) => {
  const said: Record<string, unknown> = { IP: '192.0.2.4', SSID: 'a', RSSI: -40, CHANNEL: 6, MAC: 'AA:BB:CC:00:00:01' };
  const network = openModdable({ net: { get: (name) => said[name] } });
  t.like(network, { connection: 2, RSSI: -40, MAC: 'aa:bb:cc:00:00:01' });
  said.IP = undefined;
  network.refresh!();
  t.like(network, { connection: 0, address: undefined, RSSI: undefined, SSID: undefined, MAC: 'aa:bb:cc:00:00:01' });
  said.IP = '192.0.2.5';
  network.close();
  network.refresh!();
  t.is(network.connection, 0);
});

test('Node: an interface, its router and its strength are what the kernel says', (t) => {
  const [name, entries] = Object.entries(networkInterfaces()).find(([, list]) => list?.some(({ internal }) => !internal)) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'wixt-network-'));
  try {
    t.like(openNode({ name: 'none9', tables: folder }), { connection: 0, reason: 'no interface none9', address: undefined });
    t.like(openNode({ name: 'lo', tables: folder }), { connection: 0, address: undefined });
    if (!name || !entries) return t.log('this computer has no interface but its own loop: nothing else to see');
    const { address } = entries.find(({ internal, family }) => !internal && family === 'IPv4') ?? entries.find(({ internal }) => !internal)!;
    t.like(openNode({ tables: folder }), { connection: 2, address, bearer: 41, gateway: undefined, RSSI: undefined });
    writeFileSync(join(folder, 'route'), `Iface\tDestination\tGateway\n${name}\t000200C0\t00000000\n${name}\t00000000\t010200C0\n`);
    writeFileSync(join(folder, 'wireless'), `Inter-| sta\n face | tus\n${name}: 0000   54.  -56.  -256        0\n`);
    const network: Network = openNode({ tables: folder });
    t.like(network, { address, bearer: 21, gateway: '192.0.2.1', RSSI: -56 });
    writeFileSync(join(folder, 'route'), `Iface\tDestination\tGateway\n${name}\t00000000\tnone\n`);
    writeFileSync(join(folder, 'wireless'), `${name}: 0000   54.  0.\n`);
    network.refresh!();
    t.like(network, { bearer: 21, gateway: undefined, RSSI: undefined });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
