/** The test vectors as a source of inputs. */
import { readFileSync } from 'node:fs';
import { inPackage } from '../../src/host/build/root';
import { fromHex } from './target';

type Vector = Record<string, unknown>;

export function vectorsOf(name: string): Vector[] {
  const data = JSON.parse(readFileSync(inPackage('test', 'vectors', `${name}.json`), 'utf8')) as { vectors?: Vector[]; cases?: Vector[] };
  return data.vectors ?? data.cases ?? [];
}

/** A field that is hexadecimal text, as bytes; nothing where it is missing. */
export const fieldOf = (name: string) => (vector: Vector): Uint8Array => fromHex(typeof vector[name] === 'string' ? (vector[name] as string) : '');

/** Every datagram that a device may get, of all files. */
export function datagrams(): Uint8Array[] {
  const found: string[] = [];
  for (const { datagram, sequence, repeat } of vectorsOf('badinput') as { datagram?: string; sequence?: string[]; repeat?: { datagram: string } }[]) {
    if (datagram !== undefined) found.push(datagram);
    found.push(...(sequence ?? []));
    if (repeat) found.push(repeat.datagram);
  }
  for (const name of ['blockwise', 'observe']) for (const vector of vectorsOf(name)) for (const step of (vector.steps as { in?: string }[] | undefined) ?? []) if (step.in) found.push(step.in);
  for (const vector of vectorsOf('coap')) found.push(vector.hex as string);
  return found.map(fromHex);
}
