/** OMA TLV (LwM2M 1.0.2 section 6.4.3), the plain way: a tree out of lists. */

export type RefKind = 'obj_instance' | 'res_instance' | 'multi_resource' | 'resource';

export interface RefItem {
  kind: RefKind;
  id: number;
  /** Of a kind that holds others: the items inside; else the value. */
  children?: RefItem[];
  value?: number[];
}

/** In the order of bits 7 and 6 of the type byte: 00, 01, 10, 11. */
const KINDS: RefKind[] = ['obj_instance', 'res_instance', 'multi_resource', 'resource'];
const HOLDS: RefKind[] = ['obj_instance', 'multi_resource'];

/** undefined for what is malformed at any level. */
export function decodeTlv(bytes: Iterable<number>): RefItem[] | undefined {
  const rest = [...bytes];
  const items: RefItem[] = [];
  while (rest.length > 0) {
    const type = rest.shift()!;
    const kind = KINDS[Math.floor(type / 64)]!;
    const id = takeNumber(rest, type & 0x20 ? 2 : 1);
    const lengthBytes = Math.floor(type / 8) % 4;
    const length = lengthBytes ? takeNumber(rest, lengthBytes) : type % 8;
    if (id === undefined || length === undefined || rest.length < length) return undefined;
    const value = rest.splice(0, length);
    const children = HOLDS.includes(kind) ? decodeTlv(value) : undefined;
    if (HOLDS.includes(kind) && !children) return undefined;
    items.push(children ? { kind, id, children } : { kind, id, value });
  }
  return items;
}

function takeNumber(bytes: number[], n: number): number | undefined {
  return bytes.length < n ? undefined : bytes.splice(0, n).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The shortest form of every head. */
export function encodeTlv(items: RefItem[]): number[] {
  return items.flatMap(({ kind, id, children, value }) => {
    const inside = children ? encodeTlv(children) : value!;
    const n = inside.length;
    const lengthBytes = n < 8 ? 0 : n < 256 ? 1 : n < 65536 ? 2 : 3;
    const type = KINDS.indexOf(kind) * 64 + (id > 255 ? 0x20 : 0) + (lengthBytes ? lengthBytes * 8 : n);
    return [type, ...bigEndian(id, id > 255 ? 2 : 1), ...bigEndian(n, lengthBytes), ...inside];
  });
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
}
