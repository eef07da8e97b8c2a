/** RFC 7959 2.2: a block option's value is num << 4 | more << 3 | szx; its blocks have 16 << szx bytes. */

/** The value of a block option for the block that starts at byte `offset`. */
export function encodeBlock(offset: number, more: boolean, szx: number): number {
  return (offset / (16 << szx)) * 16 + (more ? 8 : 0) + szx;
}

/** The offset in bytes at which block `v` starts. */
export function offsetOf(v: number): number {
  return (v >> 4) * (16 << (v & 7));
}

/** The size exponent of the largest block of at most `size` ≥ 16 bytes, at most 6. */
export function szxOf(size: number): number {
  let szx = 0;
  while (szx < 6 && 32 << szx <= size) szx++;
  return szx;
}
