/** An adapter alone, for its conformance test in another process: opens sockets by number and answers with what JSON can say. */
import type { OpenUdp, Udp } from '../../../src/device/hal/udp';

interface Held {
  udp: Udp;
  count: number;
  nested: number;
  right: boolean;
}

/** The adapter, and how its engine writes bytes as text. Texts one after the other are the text of their bytes one after the other. */
interface Place {
  openUdp: OpenUdp;
  toText(b: Uint8Array): string;
  toBytes(text: string): Uint8Array;
}

const held: Held[] = [];
const state = { depth: 0, staged: '' };
const place = {} as Place;

/** Comes first. */
export function useAdapter(openUdp: OpenUdp, toText: Place['toText'], toBytes: Place['toBytes']): void {
  place.openUdp = openUdp;
  place.toText = toText;
  place.toBytes = toBytes;
}

function onReadable(this: Udp): void {
  const h = this.target as Held;
  h.count++;
  if (state.depth) h.nested++;
  if (this !== h.udp) h.right = false;
}

export function open(port: number | undefined): number {
  const h = { count: 0, nested: 0, right: true } as Held;
  state.depth++;
  h.udp = place.openUdp({ target: h, onReadable: onReadable, port: port });
  state.depth--;
  held.push(h);
  return held.length - 1;
}

/** The socket itself, for what only its adapter knows. */
export function socket(i: number): Udp {
  return held[i].udp;
}

export function read(i: number, size: number): { length?: number; data: string; address?: string; port?: number } {
  const into = new Uint8Array(size);
  const udp = held[i].udp;
  state.depth++;
  const length = udp.read(into);
  state.depth--;
  return { length: length, data: place.toText(into), address: udp.remoteAddress, port: udp.remotePort };
}

/** Appends to what the next write sends: as much as fits in what one call carries. */
export function stage(data: string): void {
  state.staged += data;
}

export function write(i: number, length: number, address: string, port: number): void {
  const b = place.toBytes(state.staged);
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
