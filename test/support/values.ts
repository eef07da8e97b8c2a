/** Values of the device API to those of the reference codecs, where integers are bigint, and back. */
import type { Value } from '../../src/device/index';
import type { RefType, RefValue } from '../reference/value';

export function fromReference(v: RefValue): Value {
  if (typeof v !== 'bigint') return v as Value;
  if (v >= BigInt(Number.MIN_SAFE_INTEGER) && v <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(v);
  return Uint8Array.from(Buffer.from(BigInt.asUintN(64, v).toString(16).padStart(16, '0'), 'hex'));
}

export function toReference(type: RefType, v: Value | undefined): RefValue | undefined {
  if (v === undefined) return undefined;
  if (type !== 'integer' && type !== 'unsigned' && type !== 'time') return v as RefValue;
  if (typeof v !== 'object') return BigInt(v);
  const wide = BigInt('0x' + Buffer.from(v as Uint8Array).toString('hex'));
  return type === 'unsigned' ? wide : BigInt.asIntN(v.length * 8, wide);
}
