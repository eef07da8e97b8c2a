/**
 * Espruino's `dgram` as Udp: IPv4 only, strings of bytes. What can go wrong with its sockets, and all of it does: an empty
 * datagram may close one ('close' comes twice); a lost network kills all of them in silence; one that is made without a network
 * never works and keeps in memory whatever it is given to send. The property `sckt` is there as long as a socket works.
 */
import { createSocket } from 'dgram';
import type { DatagramSocket } from 'dgram';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';

interface Socket extends DatagramSocket {
  sckt?: number;
  /** What has come and was not told yet. */
  dRcv?: string;
  udp: EspruinoUdp;
}

interface EspruinoUdp extends Udp {
  onReadable?: (this: Udp) => void;
  _needRoom?: () => void;
  _socket?: Socket;
  /** The local port; one of our own choice, so that the server still reaches us after the socket was made anew. */
  _port: number;
  _fixed?: number;
  /** What kind of socket, where it is another than Espruino's own. */
  _kind?: { type: 'udp4'; recvBufferSize: number };
  _closed?: boolean;
  /**
   * The datagram that waits, and its length where the network had it. One is enough: whoever hears of it reads it. One that is still there was
   * not read because memory ended: whoever reads is told again, or it would keep all others out.
   */
  _data?: string;
  _from: { address: string; port: number; size: number };
  /** Length of the rest of a datagram that was too long: ESP8266 gives it as another datagram. An empty one is nothing, too. */
  _rest: number;
  /** The host name that is looked up, how often we were asked for it, and what was found. */
  _host?: string;
  _asked: number;
  _found?: string | null;
}

/** Questions for the address of a name, one each 500 ms, until a look-up that has not ended counts as failed. */
const PATIENCE = 60;

function notify(u: EspruinoUdp): void {
  if (u.onReadable && !u._closed) u.onReadable();
}

function onMessage(this: Socket, data: string, from: EspruinoUdp['_from']): void {
  // Before anything else: what can't be answered is as good as lost, and will come again.
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
  // The read that follows makes another.
  if (this.udp._socket === this) notify(this.udp);
}

// The socket, made anew where it does not work. Undefined when there is no network.
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
      // The port is somebody else's: the next, unless it was asked for.
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
      // A datagram for which memory ended stays in there, and Espruino waits for its end for ever.
      s.dRcv = undefined;
      if (!s.sckt) open(u);
    }
    return undefined;
  }
  u._data = undefined;
  // `set` takes the bytes of a string, as nothing else does without a copy.
  into.set(data as unknown as Uint8Array);
  u.remoteAddress = u._from.address;
  u.remotePort = u._from.port;
  return u._from.size;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const u = this as EspruinoUdp;
  // `open` itself is seldom needed: see FEATURE_OVERLAYS.
  const s = u._socket && u._socket.sckt ? u._socket : open(u);
  // The whole of a buffer as a string is that buffer: no copy, which a view would cost.
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
    // No Wifi, nobody to ask.
    u._found = null;
  }
}

function resolve(this: Udp, host: string): string | null | undefined {
  const u = this as EspruinoUdp;
  const last = host.charCodeAt(host.length - 1);
  if (host.indexOf(':') >= 0) return null;
  // No name ends in a digit (RFC 3696 2).
  if (last > 47 && last < 58) return host;
  // One look-up at a time is all that Espruino can do.
  if (!u._host || (u._host !== host && u._found !== undefined)) lookUp(u, host);
  u._asked++;
  if (u._asked > PATIENCE) u._found = null;
  if (u._host !== host || u._found === undefined) return undefined;
  u._host = undefined;
  return u._found;
}

/** `longest`: bytes of the longest datagram that shall come in, where it is more than the 528 of Espruino's own choice; they are taken from its C stack. */
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
