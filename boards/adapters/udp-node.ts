/** Node's `dgram` as Udp. One socket for IPv4 and one for IPv6, each opened when it is needed first, and again after an error. */
import { createSocket } from 'dgram';
import { lookup } from 'dns';
import { isIP, SocketAddress } from 'net';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';

/** Datagrams that wait for `read` at most: the client reads them at once, so only a flood fills this. Later ones are lost. */
const LIMIT_QUEUE = 64;

interface NodeUdp extends Udp {
  options: UdpOptions;
  /** By family, 4 and 6. */
  sockets: Record<number, ReturnType<typeof createSocket> | undefined>;
  queue: { data: Uint8Array; address: string; port: number }[];
  /** By '@' and host: false while it is looked up, then the answer until it is fetched. */
  found: Record<string, string | null | false | undefined>;
  closed: boolean;
}

export function openUdp(options: UdpOptions): Udp {
  const udp: NodeUdp = { options, target: options.target, sockets: {}, queue: [], found: {}, closed: false, read, write, close, resolve };
  // Somebody may be the first to write to a fixed address.
  if (options.address !== undefined || options.port !== undefined) openSocket(udp, isIP(options.address || '') || 4);
  return udp;
}

function notify(udp: NodeUdp): void {
  if (!udp.closed && udp.options.onReadable) udp.options.onReadable.call(udp);
}

function openSocket(udp: NodeUdp, family: number): NonNullable<NodeUdp['sockets'][number]> {
  const { address = '', port } = udp.options;
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', ipv6Only: family === 6 });
  udp.sockets[family] = socket;
  socket.on('message', (data, from) => {
    if (!data.length || udp.queue.length >= LIMIT_QUEUE) return;
    udp.queue.push({ data, address: from.address, port: from.port });
    notify(udp);
  });
  // A socket with an error is given up; the next write opens another. A port that is taken, or a family that is not there: the same.
  socket.on('error', () => {
    if (udp.sockets[family] === socket) udp.sockets[family] = undefined;
    socket.close();
  });
  socket.on('close', () => {
    if (udp.sockets[family] === socket) udp.sockets[family] = undefined;
  });
  socket.bind({ port, address: isIP(address) === family ? address : undefined });
  return socket;
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const next = (this as NodeUdp).queue.shift();
  if (!next) return undefined;
  into.set(next.data.subarray(0, into.length));
  this.remoteAddress = next.address;
  this.remotePort = next.port;
  return next.data.length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const udp = this as NodeUdp;
  const family = isIP(address);
  // Node sends later, when the socket is bound: it needs a copy. What goes wrong then is the network's silence.
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

// An IPv6 literal has many spellings: the one that the system gives to senders. A zone is no part of that.
function spell(literal: string, family: number): string {
  const [address, zone] = literal.split('%');
  if (family === 4) return literal;
  return new SocketAddress({ address, family: 'ipv6' }).address + (zone ? '%' + zone : '');
}

function resolve(this: Udp, host: string): string | null | undefined {
  const udp = this as NodeUdp;
  const family = isIP(host);
  if (family) return spell(host, family);
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
