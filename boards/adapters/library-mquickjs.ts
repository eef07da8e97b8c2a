/** Functions of the standard library that MicroQuickJS lacks and every other engine has. */

/** Typed arrays have no `set`. */
function set(this: Uint8Array, values: ArrayLike<number>, offset?: number): void {
  const n = values.length;
  const at = offset || 0;
  for (let i = 0; i < n; i++) this[at + i] = values[i];
}

/** Its `subarray` throws at the end of the buffer. */
function subarray(this: Uint8Array, from?: number, to?: number): Uint8Array {
  let start = from || 0;
  let end = to === undefined ? this.length : to;
  if (end > this.length) end = this.length;
  if (start > end) start = end;
  return new Uint8Array(this.buffer, this.byteOffset + start, end - start);
}

/** Adds them to Uint8Array only, as the client uses them on no other. Indices are integers from 0. */
export function completeLibrary(): void {
  Uint8Array.prototype.set = set;
  Uint8Array.prototype.subarray = subarray as typeof Uint8Array.prototype.subarray;
}
