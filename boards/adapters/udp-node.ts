/** Node's `dgram` as Udp. One socket for IPv4 and one for IPv6, each opened on first use, and reopened after an error. */
import { createSocket } from 'dgram';
import { lookup } from 'dns';
import { isIP, SocketAddress } from 'net';
import { networkInterfaces, platform } from 'os';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';

type Socket = ReturnType<typeof createSocket>;

/** Most datagrams that wait for `read`. The client reads them at once, so only a flood fills this; later ones are lost. */
const LIMIT_QUEUE = 64;

interface NodeUdp extends Udp {
  options: UdpOptions;
  /** By family, 4 and 6: the socket and its port. The server reaches us at that port, so a new socket uses it again. */
  sockets: Record<number, Socket | undefined>;
  ports: Record<number, number>;
  queue: { data: Uint8Array; address: string; port: number }[];
  /** By '@' and host: false during the look-up, then the answer until it is fetched. */
  found: Record<string, string | null | false | undefined>;
  closed: boolean;
}

export function openUdp(options: UdpOptions): Udp {
  const udp: NodeUdp = { options, target: options.target, sockets: {}, ports: {}, queue: [], found: {}, closed: false, read, write, close, resolve };
  // With a fixed address others may write first.
  if (options.address !== undefined || options.port !== undefined) openSocket(udp, isIP(options.address || '') || 4);
  return udp;
}

function notify(udp: NodeUdp): void {
  if (!udp.closed && udp.options.onReadable) udp.options.onReadable.call(udp);
}

function openSocket(udp: NodeUdp, family: number): Socket {
  const { address = '', port } = udp.options;
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', ipv6Only: family === 6 });
  let bound = false;
  udp.sockets[family] = socket;
  socket.on('message', (data, from) => {
    if (!data.length || udp.queue.length >= LIMIT_QUEUE) return;
    udp.queue.push({ data, address: from.address, port: from.port });
    notify(udp);
  });
  socket.on('listening', () => {
    bound = true;
    udp.ports[family] = socket.address().port;
  });
  socket.on('close', () => {
    if (udp.sockets[family] !== socket) return;
    udp.sockets[family] = undefined;
    // The next read opens another.
    notify(udp);
  });
  // An error closes it. After an error before it is bound (port in use, no IPv6) the next write tries again.
  socket.on('error', () => {
    if (!bound) udp.ports[family] = 0;
    socket.close();
  });
  socket.bind({ port: udp.ports[family] || port, address: isIP(address) === family ? address : undefined });
  return socket;
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const udp = this as NodeUdp;
  const next = udp.queue.shift();
  if (!next) {
    for (const family of [4, 6]) if (!udp.closed && udp.ports[family] && !udp.sockets[family]) openSocket(udp, family);
    return undefined;
  }
  into.set(next.data.subarray(0, into.length));
  udp.remoteAddress = next.address;
  udp.remotePort = next.port;
  return next.data.length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const udp = this as NodeUdp;
  const family = isIP(address);
  // Node sends later, when the socket is bound, so it needs a copy. Later errors are silent.
  if (!udp.closed && family && port > 0) (udp.sockets[family] || openSocket(udp, family)).send(data.slice(0, length), port, address, () => {});
}

function close(this: Udp): void {
  const udp = this as NodeUdp;
  udp.closed = true;
  udp.queue = [];
  for (const family of [4, 6]) {
    const socket = udp.sockets[family];
    udp.sockets[family] = undefined;
    if (socket) socket.close();
  }
}

// Returns the interface of `zone`, spelled as in sender addresses: by number on Windows, by name elsewhere (RFC 4007 11.2).
function spellZone(zone: string): string {
  const all = networkInterfaces();
  for (const name in all)
    for (const one of all[name]!) {
      const id = one.family === 'IPv6' ? '' + one.scopeid : '';
      if (zone === name || (id !== '0' && zone === id)) return platform() === 'win32' && id ? id : name;
    }
  return zone;
}

// Of the spellings of an IPv6 literal, use the one of sender addresses. Only link-local ones have a zone there, and an IPv4 address in an
// IPv6 one (RFC 4291 2.5.5.2) is reached by IPv4.
function spell(literal: string, family: number): string {
  if (family === 4) return literal;
  const [given, zone] = literal.split('%');
  const { address } = new SocketAddress({ address: given, family: 'ipv6' });
  if (isIP(address.slice(7)) === 4 && address.slice(0, 7) === '::ffff:') return address.slice(7);
  // fe80::/10.
  return zone && address.slice(0, 2) === 'fe' && '89ab'.indexOf(address.charAt(2)) >= 0 && address.charAt(3) !== ':' ? address + '%' + spellZone(zone) : address;
}

// A host that ends in a number must be an IPv4 address: the system's look-up would take 010.0.0.1 as octal, and 1 as 0.0.0.1 (RFC 3986 3.2.2, RFC 3696 2).
function endsInNumber(host: string): boolean {
  const name = host.charAt(host.length - 1) === '.' ? host.slice(0, host.length - 1) : host;
  const labels = name.split('.');
  const last = +labels[labels.length - 1];
  return last === last;
}

function resolve(this: Udp, host: string): string | null | undefined {
  const udp = this as NodeUdp;
  const family = isIP(host);
  if (family) return spell(host, family);
  if (endsInNumber(host)) return null;
  const key = '@' + host;
  const found = udp.found[key];
  if (found || found === null) {
    udp.found[key] = undefined;
    return found;
  }
  if (found === undefined) {
    udp.found[key] = false;
    lookup(host, (error, address) => {
      udp.found[key] = error || !isIP(address) ? null : spell(address, isIP(address));
      notify(udp);
    });
  }
  return undefined;
}
