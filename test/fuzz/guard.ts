/**
 * A buffer that notices what typed arrays keep quiet about: a write outside of it, which Duktape and MicroQuickJS do not forgive, and
 * a read outside of it, which gives no number. `slack`: bytes behind its end that code may read, and must then discard.
 */

export function guarded(b: Uint8Array, what: string, slack = 0): Uint8Array {
  return new Proxy(b, {
    get(target, key) {
      if (typeof key === 'string' && /^(-?\d+|NaN|undefined)$/.test(key) && !(key in target) && !(Number(key) >= 0 && Number(key) < target.length + slack)) throw new RangeError(`${what}[${key}] was read, it has ${target.length} bytes`);
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
    set(target, key, value) {
      if (typeof key === 'string' && !/^(0|[1-9]\d*)$/.test(key)) throw new RangeError(`${what}[${key}] was written`);
      if (Number(key) >= target.length) throw new RangeError(`${what}[${String(key)}] was written, it has ${target.length} bytes`);
      target[Number(key)] = value as number;
      return true;
    },
  });
}
