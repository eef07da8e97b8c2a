/** The datagram that waits to be read, for adapters whose engine hands them over one by one. One is enough: whoever hears of it reads it. */
import type { Udp } from '../../src/device/hal/udp';

export interface WaitingUdp extends Udp {
  onReadable?: (this: Udp) => void;
  _data?: Uint8Array;
  _address?: string;
  _port?: number;
  _closed?: boolean;
  /** The engine's own, where there is one at a time. */
  _socket?: { close(): void };
}

/** Says that there is something to hear. */
export function notify(u: WaitingUdp): void {
  if (u.onReadable && !u._closed) u.onReadable();
}

/** A datagram has come. While one waits, others are lost; an empty one is none. */
export function deliver(u: WaitingUdp, data: Uint8Array, address: string, port: number): void {
  if (u._data || u._closed || !data.length) return;
  u._data = data;
  u._address = address;
  u._port = port;
  notify(u);
}

/** Copies it and forgets it: its length, or undefined when there is none. */
export function readWaiting(u: WaitingUdp, into: Uint8Array): number | undefined {
  const data = u._data;
  if (!data) return undefined;
  u._data = undefined;
  into.set(data.length > into.length ? data.subarray(0, into.length) : data);
  u.remoteAddress = u._address;
  u.remotePort = u._port;
  return data.length;
}

/** `close` of adapters with one socket at a time. */
export function closeWaiting(this: Udp): void {
  const u = this as WaitingUdp;
  const s = u._socket;
  u._closed = true;
  u._socket = u._data = undefined;
  if (s) s.close();
}
