/** The waiting datagram, for adapters whose engine delivers them one by one. One is enough: the client reads it when notified. */
import type { Udp } from '../../src/device/hal/udp';

export interface WaitingUdp extends Udp {
  onReadable?: (this: Udp) => void;
  _data?: Uint8Array;
  _address?: string;
  _port?: number;
  _closed?: boolean;
  /** The engine's socket, for adapters with one at a time. */
  _socket?: { close(): void };
}

/** Notifies the client. */
export function notify(u: WaitingUdp): void {
  if (u.onReadable && !u._closed) u.onReadable();
}

/** Takes a received datagram. While one waits, others are lost; empty ones are ignored. */
export function deliver(u: WaitingUdp, data: Uint8Array, address: string, port: number): void {
  if (u._data || u._closed || !data.length) return;
  u._data = data;
  u._address = address;
  u._port = port;
  notify(u);
}

/** Copies the datagram and frees its place. Returns its length, or undefined when none waits. */
export function readWaiting(u: WaitingUdp, into: Uint8Array): number | undefined {
  const data = u._data;
  if (!data) return undefined;
  u._data = undefined;
  into.set(data.length > into.length ? data.subarray(0, into.length) : data);
  u.remoteAddress = u._address;
  u.remotePort = u._port;
  return data.length;
}

/** Implements `close` for adapters with one socket at a time. */
export function closeWaiting(this: Udp): void {
  const u = this as WaitingUdp;
  const s = u._socket;
  u._closed = true;
  u._socket = u._data = undefined;
  if (s) s.close();
}
