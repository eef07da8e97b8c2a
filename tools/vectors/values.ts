/** `[type, value]` of the vectors to values of the device API and back. */
import type { Multiple, Value } from '../../src/device/index';
import { TYPES } from '../../test/support/store';
import { Skip } from './check';

export type TypedValue = [type: string, value: any, times?: number];

/** The number of a type as an object's table has it. */
export function typeNumber(type: string): number {
  const name = type === 'opaque_repeat' ? 'opaque' : type;
  if (TYPES[name] === undefined) throw new Skip(`values of the type ${type} are not known here`);
  return TYPES[name]!;
}

export const isBytes = (v: unknown): v is Uint8Array => typeof v === 'object' && v !== null && 'subarray' in v;

/** An integer beyond 2^53 stands as a decimal string in the vectors, and as eight bytes in the API. */
function integerOf(value: number | string): Value {
  const wide = BigInt(value);
  if (wide >= BigInt(Number.MIN_SAFE_INTEGER) && wide <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(wide);
  return Uint8Array.from(Buffer.from(BigInt.asUintN(64, wide).toString(16).padStart(16, '0'), 'hex'));
}

export function toApi([type, value, times]: TypedValue): Value {
  switch (type) {
    case 'opaque':
      return Uint8Array.from(Buffer.from(value, 'hex'));
    case 'opaque_repeat':
      return Uint8Array.from(Buffer.from((value as string).repeat(times!), 'hex'));
    case 'integer':
    case 'unsigned':
    case 'time':
      return Number.isInteger(value) || typeof value === 'string' ? integerOf(value) : value;
    case 'float':
      return typeof value === 'string' ? Number(value.replace(/^([+-]?)inf(inity)?$/i, '$1Infinity')) : value;
    default:
      return value;
  }
}

/** A value of the API as the vectors spell it, without its type. */
export function fromApi(type: string, v: unknown): unknown {
  if (!isBytes(v)) return v;
  const hex = Buffer.from(v).toString('hex');
  if (type === 'opaque' || type === 'opaque_repeat') return hex;
  const wide = BigInt('0x' + hex);
  return String(type === 'unsigned' ? wide : BigInt.asIntN(v.length * 8, wide));
}

/** How the vectors spell a value, made comparable: a repeated one written out, a whole number beyond 2^53 as text. */
export function normal(typed: TypedValue): unknown {
  return fromApi(typed[0], toApi(typed));
}

export const isMultiple = (v: Value | Multiple | undefined): v is Multiple => typeof v === 'object' && !isBytes(v);

export const idsOf = (path: string): number[] => path.split('/').filter(Boolean).map(Number);
