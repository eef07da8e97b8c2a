/**
 * Kaluma's network device (`__netdev`, the Pico W's cyw43 and lwIP) as Udp: IPv4 only. A socket sends only to the address that it is
 * connected to, and does not report the sender of a datagram: so each peer has its own socket, and lwIP drops datagrams from all others.
 * lwIP chooses its local port. A reset of the radio silently removes all sockets; the next `write` creates another.
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { isLiteral, resolveName, type Names } from './names';
import { deliver, notify, readWaiting, type WaitingUdp } from './waiting';

type Netdev = NonNullable<typeof __netdev>;

interface Peer {
  fd: number;
  record: KalumaSocket;
  address: string;
  port: number;
}

interface KalumaUdp extends WaitingUdp, Names {
  /** The sockets, in the order of opening. */
  _peers: Peer[];
}

/** Most sockets that we use of Kaluma's 16; beyond, the oldest is closed. */
const LIMIT_PEERS = 4;
/** Characters converted at a time: the arguments of a call are on the heap. */
const PIECE = 64;

function netdev(): Netdev | undefined {
  return typeof __netdev === 'undefined' ? undefined : __netdev;
}

// Returns a connected socket; undefined without a network or host.
function connectTo(device: Netdev, host: string, port: number): Peer | undefined {
  let fd = -1;
  try {
    fd = device.socket('AF_INET', 'DGRAM');
    device.connect(fd, host, port);
    const record = device.get(fd);
    if (record && record.state) return { fd: fd, record: record, address: record.raddr, port: port };
  } catch (e) {
    // Not connected to a network, or the name is unknown.
  }
  if (fd >= 0) device.close(fd);
  return undefined;
}

function isOpen(device: Netdev, p: Peer): boolean {
  // After a reset another socket may have its number.
  return device.get(p.fd) === p.record;
}

function drop(device: Netdev, p: Peer): void {
  p.record.read_cb = undefined;
  if (isOpen(device, p)) device.close(p.fd);
}

function open(u: KalumaUdp, device: Netdev, address: string, port: number): Peer | undefined {
  for (let i = 0; i < u._peers.length; i++) {
    const p = u._peers[i];
    if (p.address === address && p.port === port) {
      if (isOpen(device, p)) return p;
      u._peers.splice(i, 1);
    }
  }
  const made = connectTo(device, address, port);
  if (made) {
    if (u._peers.length >= LIMIT_PEERS) drop(device, u._peers.shift()!);
    u._peers.push(made);
    made.record.read_cb = function (data) {
      deliver(u, data, address, port);
    };
  }
  return made;
}

function read(this: Udp, into: Uint8Array): number | undefined {
  return readWaiting(this as KalumaUdp, into);
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const u = this as KalumaUdp;
  const device = netdev();
  const p = device && !u._closed && port && isLiteral(address) && open(u, device, address, port);
  if (!p) return;
  let text = '';
  for (let at = 0; at < length; at += PIECE) {
    const end = at + PIECE < length ? at + PIECE : length;
    text += String.fromCharCode.apply(null, data.subarray(at, end) as unknown as number[]);
  }
  device!.write(p.fd, text);
}

function close(this: Udp): void {
  const u = this as KalumaUdp;
  const device = netdev();
  u._closed = true;
  u._data = undefined;
  while (device && u._peers.length) drop(device, u._peers.pop()!);
}

// Only `connect` looks up names, and blocks the program while datagrams arrive: so not within the client.
function lookUp(u: KalumaUdp, host: string): void {
  setTimeout(function () {
    const device = netdev();
    const p = device && connectTo(device, host, 9);
    u._found = p ? p.address : null;
    if (p) device!.close(p.fd);
    notify(u);
  }, 0);
}

function resolve(this: Udp, host: string): string | null | undefined {
  return resolveName(this as KalumaUdp, host, lookUp);
}

export function openUdp(options: UdpOptions): Udp {
  return {
    target: options.target,
    onReadable: options.onReadable,
    _peers: [],
    read: read,
    write: write,
    close: close,
    resolve: resolve,
  } as unknown as Udp;
}
