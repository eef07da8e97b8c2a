/**
 * Espruino's `dgram` as Udp: IPv4 only, strings of bytes. Known faults of its sockets: an empty datagram may close one ('close' comes
 * twice); a lost network silently kills all of them; one created without a network never works and keeps everything to be sent in
 * memory. A working socket has the property `sckt`.
 */
import { createSocket } from 'dgram';
import type { DatagramSocket } from 'dgram';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';

interface Socket extends DatagramSocket {
  sckt?: number;
  /** Received, but not yet notified. */
  dRcv?: string;
  udp: EspruinoUdp;
}

interface EspruinoUdp extends Udp {
  onReadable?: (this: Udp) => void;
  _needRoom?: () => void;
  _socket?: Socket;
  /** The local port, chosen by us, so that the server still reaches us through a new socket. */
  _port: number;
  _fixed?: number;
  /** Type of the socket, if it is not Espruino's default. */
  _kind?: { type: 'udp4'; recvBufferSize: number };
  _closed?: boolean;
  /**
   * The waiting datagram, and its original length. One is enough: the client reads it when notified. If it is still there, memory ran out before
   * it was read: notify again, or it would keep all others out.
   */
  _data?: string;
  _from: { address: string; port: number; size: number };
  /** Length of the rest of a datagram that was too long, which ESP8266 delivers as another datagram. Empty ones are ignored, too. */
  _rest: number;
  /** The host name being looked up, the number of `resolve` calls, and the result. */
  _host?: string;
  _asked: number;
  _found?: string | null;
}

/** Calls of `resolve`, one each 500 ms, after which an unfinished look-up counts as failed. */
const PATIENCE = 60;

function notify(u: EspruinoUdp): void {
  if (u.onReadable && !u._closed) u.onReadable();
}

function onMessage(this: Socket, data: string, from: EspruinoUdp['_from']): void {
  // First of all: a datagram that cannot be answered is as good as lost, and will be sent again.
  const u = this.udp;
  if (u._needRoom) u._needRoom();
  const rest = u._rest;
  u._rest = from.size - data.length;
  if (data.length !== rest) {
    if (u._data === undefined) {
      u._data = data;
      u._from = from;
    }
    notify(u);
  }
}

function onClose(this: Socket): void {
  // The next read creates another.
  if (this.udp._socket === this) notify(this.udp);
}

// Returns the socket, replaced if it does not work; undefined without a network.
function open(u: EspruinoUdp): Socket | undefined {
  let s = u._socket;
  if (s && s.sckt) return s;
  u._socket = undefined;
  for (let tries = u._closed ? 0 : 3; tries; tries--)
    try {
      s = createSocket(u._kind || 'udp4') as Socket;
      s.udp = u;
      s.on('message', onMessage);
      s.on('close', onClose);
      s.bind(u._port);
      if (s.sckt) u._socket = s;
      tries = 1;
    } catch (e) {
      // The port is in use: try the next, unless it was configured.
      if (!u._fixed) u._port = 49152 + ((u._port + 1) % 16384);
    }
  return u._socket;
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const u = this as EspruinoUdp;
  const data = u._data;
  if (data === undefined) {
    const s = u._socket;
    if (s) {
      // A datagram for which memory ran out stays in it, and Espruino waits for its end for ever.
      s.dRcv = undefined;
      if (!s.sckt) open(u);
    }
    return undefined;
  }
  u._data = undefined;
  // Only `set` takes the bytes of a string without a copy.
  into.set(data as unknown as Uint8Array);
  u.remoteAddress = u._from.address;
  u.remotePort = u._from.port;
  return u._from.size;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const u = this as EspruinoUdp;
  // `open` itself is rarely needed: see FEATURE_OVERLAYS.
  const s = u._socket && u._socket.sckt ? u._socket : open(u);
  // A whole buffer becomes a string without a copy; a view would cost one.
  if (s) s.send(E.toString(data), 0, length, port, address);
}

function close(this: Udp): void {
  const u = this as EspruinoUdp;
  const s = u._socket;
  u._closed = true;
  u._socket = u._data = undefined;
  if (s && s.sckt) s.close();
}

function lookUp(u: EspruinoUdp, host: string): void {
  u._host = host;
  u._found = undefined;
  u._asked = 0;
  try {
    require('Wifi').getHostByName(host, function (address: string | null) {
      if (u._host !== host) return;
      u._found = address || null;
      notify(u);
    });
  } catch (e) {
    // Without the Wifi module there are no look-ups.
    u._found = null;
  }
}

function resolve(this: Udp, host: string): string | null | undefined {
  const u = this as EspruinoUdp;
  const last = host.charCodeAt(host.length - 1);
  if (host.indexOf(':') >= 0) return null;
  // No name ends in a digit (RFC 3696 2).
  if (last > 47 && last < 58) return host;
  // Espruino does one look-up at a time.
  if (!u._host || (u._host !== host && u._found !== undefined)) lookUp(u, host);
  u._asked++;
  if (u._asked > PATIENCE) u._found = null;
  if (u._host !== host || u._found === undefined) return undefined;
  u._host = undefined;
  return u._found;
}

/** Opens a socket. `longest`: longest datagram received, in bytes, if above Espruino's default of 528; the bytes are on its C stack. */
export function openUdp(options: UdpOptions, longest?: number): Udp {
  const u = {
    target: options.target,
    onReadable: options.onReadable,
    _needRoom: options.needRoom,
    _port: options.port || 49152 + Math.floor((options.random || Math.random)() * 16384),
    _fixed: options.port,
    _rest: 0,
    _asked: 0,
    read: read,
    write: write,
    close: close,
    resolve: resolve,
  } as unknown as EspruinoUdp;
  if (longest) u._kind = { type: 'udp4', recvBufferSize: longest + 8 };
  return u;
}
