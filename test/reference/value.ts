/** Values in TLV and in text (LwM2M 1.0.2 appendix C), the plain way, with BigInt and DataView. Times are seconds. */

export type RefType = 'string' | 'integer' | 'unsigned' | 'float' | 'boolean' | 'opaque' | 'time' | 'objlnk' | 'corelnk';

/** Integers are bigint here, whatever their size. */
export type RefValue = string | bigint | number | boolean | Uint8Array;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeValue(type: RefType, bytes: Uint8Array): RefValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const n = bytes.length;
  switch (type) {
    case 'string':
    case 'corelnk':
      return decodeUtf8(bytes);
    case 'opaque':
      return Uint8Array.from(bytes);
    case 'float':
    {
      // As in text, which has neither: a value is a number, not infinite and not NaN.
      const value = n === 4 ? view.getFloat32(0) : n === 8 ? view.getFloat64(0) : NaN;
      return Number.isFinite(value) ? value : undefined;
    }
    case 'boolean':
      return n === 1 && bytes[0]! < 2 ? bytes[0] === 1 : undefined;
    case 'objlnk':
      return n === 4 ? `${view.getUint16(0)}:${view.getUint16(2)}` : undefined;
    default: {
      if (![1, 2, 4, 8].includes(n)) return undefined;
      const value = BigInt('0x' + Buffer.from(bytes).toString('hex'));
      return type === 'unsigned' ? value : BigInt.asIntN(n * 8, value);
    }
  }
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

export function encodeValue(type: RefType, value: RefValue): number[] {
  switch (type) {
    case 'string':
    case 'corelnk':
      return [...Buffer.from(value as string, 'utf8')];
    case 'opaque':
      return [...(value as Uint8Array)];
    case 'float': {
      const short = Math.fround(value as number) === value;
      const b = Buffer.alloc(short ? 4 : 8);
      if (short) b.writeFloatBE(value as number);
      else b.writeDoubleBE(value as number);
      return [...b];
    }
    case 'boolean':
      return [value ? 1 : 0];
    case 'objlnk':
      return (value as string).split(':').flatMap((id) => [Math.floor(Number(id) / 256), Number(id) % 256]);
    default: {
      // The smallest of 1, 2, 4, 8 bytes in which the number fits with a sign: for unsigned ones too, as Leshan reads those signed.
      const wide = BigInt(value as bigint);
      const size = [1, 2, 4].find((n) => BigInt.asIntN(n * 8, wide) === wide) ?? 8;
      const hex = BigInt.asUintN(size * 8, wide).toString(16).padStart(size * 2, '0');
      return [...Buffer.from(hex, 'hex')];
    }
  }
}

const INTEGER = /^-?[0-9]+$/;
const FLOAT = /^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** undefined for a text that is no value of the type. */
export function decodeText(type: RefType, bytes: Uint8Array): RefValue | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  switch (type) {
    case 'string':
    case 'corelnk':
      return text;
    case 'opaque':
      return BASE64.test(text) ? Uint8Array.from(Buffer.from(text, 'base64')) : undefined;
    case 'boolean':
      return text === '1' ? true : text === '0' ? false : undefined;
    case 'objlnk': {
      const found = /^([0-9]+):([0-9]+)$/.exec(text);
      return found && Number(found[1]) < 65536 && Number(found[2]) < 65536 ? `${Number(found[1])}:${Number(found[2])}` : undefined;
    }
    case 'float': {
      const value = Number(text);
      return FLOAT.test(text) && Number.isFinite(value) ? value : undefined;
    }
    default: {
      if (!INTEGER.test(text)) return undefined;
      const value = BigInt(text);
      const fits = type === 'unsigned' ? BigInt.asUintN(64, value) === value : BigInt.asIntN(64, value) === value;
      return fits ? value : undefined;
    }
  }
}

export function encodeText(type: RefType, value: RefValue): string {
  if (type === 'boolean') return value ? '1' : '0';
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : withoutExponent(String(value));
}

/** 1.5e-7 → 0.00000015. */
function withoutExponent(text: string): string {
  const parts = /^(-?)(\d)\.?(\d*)e([-+]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign, first, rest, power] = parts as unknown as [string, string, string, string, string];
  return Number(power) < 0 ? `${sign}0.${'0'.repeat(-power - 1)}${first}${rest}` : sign + first + rest.padEnd(Number(power), '0');
}
