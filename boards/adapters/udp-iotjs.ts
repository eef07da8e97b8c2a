/** IoT.js' `dgram` as Udp: IPv4 only. Its Buffer cannot be indexed: each byte read costs a call, and bytes are written as a whole. */
import { createSocket } from 'dgram';
import type { Socket } from 'dgram';
import { lookup } from 'dns';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { isLiteral, resolveName, type Names } from './names';
import { closeWaiting, deliver, notify, readWaiting, type WaitingUdp } from './waiting';

interface IotjsUdp extends WaitingUdp, Names {
  _socket?: Socket;
  /** Local address and port. The server reaches us at that port, so a new socket uses it again. */
  _local: string;
  _bound: number;
}

function nothing(): void {
  // Errors of a datagram are silent.
}

function open(u: IotjsUdp): Socket {
  const s = createSocket('udp4');
  let bound = false;
  u._socket = s;
  s.on('message', function (data, from) {
    if (u._data) return;
    const bytes = new Uint8Array(data.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = data.readUInt8(i, true);
    deliver(u, bytes, from.address, from.port);
  });
  s.on('listening', function () {
    bound = true;
    u._bound = s.address().port;
  });
  // An error closes it. After an error before it is bound (port in use) the next write tries again.
  s.on('error', function () {
    if (u._socket !== s) return;
    if (!bound) {
      u._bound = 0;
      u._socket = undefined;
    }
    s.close();
  });
  s.on('close', function () {
    if (u._socket !== s) return;
    u._socket = undefined;
    // The next read opens another.
    notify(u);
  });
  s.bind(u._bound, u._local);
  return s;
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const u = this as IotjsUdp;
  const length = readWaiting(u, into);
  if (length === undefined && u._bound && !u._socket && !u._closed) open(u);
  return length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const u = this as IotjsUdp;
  if (u._closed || !(port > 0) || !isLiteral(address)) return;
  (u._socket || open(u)).send(Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, length), 0, length, port, address, nothing);
}

function lookUp(u: IotjsUdp, host: string): void {
  lookup(host, 4, function (error, address) {
    u._found = error || !address ? null : address;
    notify(u);
  });
}

function resolve(this: Udp, host: string): string | null | undefined {
  return resolveName(this as IotjsUdp, host, lookUp);
}

export function openUdp(options: UdpOptions): Udp {
  const u = {
    target: options.target,
    onReadable: options.onReadable,
    _local: options.address || '0.0.0.0',
    _bound: options.port || 0,
    read: read,
    write: write,
    close: closeWaiting,
    resolve: resolve,
  } as unknown as IotjsUdp;
  // With a fixed port others may write first.
  if (u._bound) open(u);
  return u;
}
