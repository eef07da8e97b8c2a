/**
 * The functions of a firmware around MicroQuickJS as Udp: IPv4. A datagram from the same sender as the last one allocates nothing: the
 * firmware writes it into our buffer, and the sender as six bytes, which become text only when they change.
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';

interface MquickjsUdp extends Udp {
  onReadable?: (this: Udp) => void;
  /** Number of the socket; negative for none. */
  _socket: number;
  /** The local port, chosen by us, so that the server still reaches us through a new socket. */
  _port: number;
  _fixed?: number;
  _closed?: boolean;
  /** Senders of the last datagram and of the one before: address and port, 6 bytes each. */
  _sender: Uint8Array;
}

/** Ports to try, as some may be in use. */
const TRIES = 3;

function notify(this: MquickjsUdp): void {
  if (this._closed) return;
  if (this.onReadable) this.onReadable();
}

// Returns the socket, opened if there is none; negative on failure.
function open(u: MquickjsUdp): number {
  for (let tries = TRIES; tries && u._socket < 0 && !u._closed; tries--) {
    u._socket = udp.open(notify, u, u._port);
    // The port is in use: try the next, unless it was configured.
    if (u._socket < 0 && !u._fixed) u._port = 49152 + ((u._port + 1) % 16384);
  }
  return u._socket;
}

function readSender(u: MquickjsUdp): void {
  const a = u._sender;
  if (a[0] !== a[6] || a[1] !== a[7] || a[2] !== a[8] || a[3] !== a[9] || !u.remoteAddress) u.remoteAddress = a[0] + '.' + a[1] + '.' + a[2] + '.' + a[3];
  for (let i = 0; i < 4; i++) a[6 + i] = a[i];
  u.remotePort = a[4] * 256 + a[5];
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const u = this as MquickjsUdp;
  // Skip empty datagrams.
  let length = 0;
  while (!length && u._socket >= 0) length = udp.receive(u._socket, into, into.length, u._sender);
  if (length === -2) {
    udp.close(u._socket);
    u._socket = -1;
    open(u);
  }
  if (length <= 0) return undefined;
  readSender(u);
  return length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const socket = open(this as MquickjsUdp);
  if (socket >= 0) udp.send(socket, data, length, address, port);
}

function close(this: Udp): void {
  const u = this as MquickjsUdp;
  u._closed = true;
  if (u._socket >= 0) udp.close(u._socket);
  u._socket = -1;
}

function resolve(this: Udp, host: string): string | null | undefined {
  const last = host.charCodeAt(host.length - 1);
  if (host.indexOf(':') >= 0) return null;
  // No name ends in a digit (RFC 3696 2).
  if (last > 47 && last < 58) return host;
  // The end of a look-up is reported to open sockets only.
  open(this as MquickjsUdp);
  return udp.resolve ? udp.resolve(host) : null;
}

export function openUdp(options: UdpOptions): Udp {
  return {
    target: options.target,
    onReadable: options.onReadable,
    _socket: -1,
    _port: options.port || 49152 + Math.floor((options.random || Math.random)() * 16384),
    _fixed: options.port,
    _sender: new Uint8Array(12),
    read: read,
    write: write,
    close: close,
    resolve: resolve,
  } as unknown as Udp;
}
