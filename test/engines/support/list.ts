/**
 * A socket that is a list, for programs without a network. It becomes part of what runs on the engine under test, so it is written like
 * device code; what a program does with datagrams that go out is its own.
 */
import type { Udp } from '../../../src/device/index';

/** The list is never longer than one. */
const list: { waiting: Uint8Array | undefined } = { waiting: undefined };

/** A datagram arrives: it is what the socket reads next. */
export function arrive(datagram: Uint8Array): void {
  list.waiting = datagram;
}

function readDatagram(this: Udp, into: Uint8Array): number | undefined {
  const d = list.waiting;
  if (!d) return undefined;
  list.waiting = undefined;
  into.set(d);
  return d.length;
}

function nothing(): void {
  // A socket that is a list has nothing to close.
}

function same(host: string): string {
  return host;
}

/** The socket; everything comes from 192.0.2.1, port 5683. */
export function makeUdp(write: Udp['write']): Udp {
  list.waiting = undefined;
  return { remoteAddress: '192.0.2.1', remotePort: 5683, read: readDatagram, write: write, close: nothing, resolve: same } as Udp;
}
