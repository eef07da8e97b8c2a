/** Moddable's UDP (ECMA-419 IO class) as Udp: IPv4 only. */
import UDP from 'embedded:io/socket/udp';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { isLiteral, resolveName, type Names } from './names';
import { closeWaiting, deliver, notify, readWaiting, type WaitingUdp } from './waiting';

interface ModdableUdp extends WaitingUdp, Names {
  _socket?: UDP;
  /** The local port, chosen by us unless configured, so that the server still reaches us through a new socket. */
  _bound: number;
  _random: () => number;
  _fixed?: number;
}

interface Socket extends UDP {
  target: ModdableUdp;
}

function onReadable(this: UDP, count: number): void {
  const u = (this as Socket).target;
  for (; count > 0; count--) {
    // It was closed meanwhile: reading would throw.
    const packet = u._socket === this && this.read();
    if (packet) deliver(u, new Uint8Array(packet), packet.address, packet.port);
  }
}

function onError(this: UDP): void {
  const u = (this as Socket).target;
  if (u._socket !== this) return;
  u._socket = undefined;
  this.close();
  // The next read opens another.
  notify(u);
}

function open(u: ModdableUdp): UDP | undefined {
  for (let tries = 3; tries && !u._socket && !u._closed; tries--)
    try {
      if (!u._bound) u._bound = u._fixed || 49152 + Math.floor(u._random() * 16384);
      u._socket = new UDP({ port: u._bound, target: u, onReadable: onReadable, onError: onError });
    } catch (e) {
      // The port is in use.
      u._bound = 0;
    }
  return u._socket;
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const u = this as ModdableUdp;
  const length = readWaiting(u, into);
  if (length === undefined && u._bound) open(u);
  return length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const s = port > 0 && isLiteral(address) && open(this as ModdableUdp);
  if (!s) return;
  try {
    s.write(data.subarray(0, length), address, port);
  } catch (e) {
    // A datagram that the network refuses is lost.
  }
}

function lookUp(u: ModdableUdp, host: string): void {
  System.resolve(host, function (_name, address) {
    u._found = address || null;
    notify(u);
  });
}

function resolve(this: Udp, host: string): string | null | undefined {
  return resolveName(this as ModdableUdp, host, lookUp);
}

export function openUdp(options: UdpOptions): Udp {
  return {
    target: options.target,
    onReadable: options.onReadable,
    _bound: 0,
    _random: options.random || Math.random,
    _fixed: options.port,
    read: read,
    write: write,
    close: closeWaiting,
    resolve: resolve,
  } as unknown as Udp;
}
