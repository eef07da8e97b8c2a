/** Espruino's adapter alone, for its conformance test: opens sockets by number and answers with what JSON can say. */
import { openUdp } from '../../../boards/adapters/udp-espruino';
import type { Udp } from '../../../src/device/hal/udp';

interface Held {
  udp: Udp;
  count: number;
  nested: number;
  right: boolean;
}

const held: Held[] = [];
const state = { depth: 0, staged: '' };

function onReadable(this: Udp): void {
  const h = this.target as Held;
  h.count++;
  if (state.depth) h.nested++;
  if (this !== h.udp) h.right = false;
}

export function open(port: number | undefined): number {
  const h = { count: 0, nested: 0, right: true } as Held;
  state.depth++;
  h.udp = openUdp({ target: h, onReadable: onReadable, port: port });
  state.depth--;
  held.push(h);
  return held.length - 1;
}

export function read(i: number, size: number): { length?: number; data: string; address?: string; port?: number } {
  const into = new Uint8Array(size);
  const udp = held[i].udp;
  state.depth++;
  const length = udp.read(into);
  state.depth--;
  return { length: length, data: btoa(E.toString(into)), address: udp.remoteAddress, port: udp.remotePort };
}

/** Appends to what the next write sends: as much as a datagram to this program holds. */
export function stage(data: string): void {
  const more = atob(data);
  state.staged += more;
}

export function write(i: number, length: number, address: string, port: number): void {
  const b = new Uint8Array(E.toArrayBuffer(state.staged));
  state.staged = '';
  state.depth++;
  held[i].udp.write(b, length, address, port);
  state.depth--;
  for (let k = 0; k < b.length; k += 16) b[k] = 170;
}

export function resolve(i: number, host: string): { found?: string | null } {
  state.depth++;
  const found = held[i].udp.resolve(host);
  state.depth--;
  return { found: found };
}

export function close(i: number): void {
  state.depth++;
  held[i].udp.close();
  state.depth--;
}

export function calls(i: number): { count: number; nested: number; right: boolean } {
  const h = held[i];
  return { count: h.count, nested: h.nested, right: h.right };
}

/** The socket below closes. */
export function breakDown(i: number): void {
  (held[i].udp as any)._socket.close();
}
