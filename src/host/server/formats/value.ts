/** Values of resources: types and encodings in TLV, text and JSON (LwM2M TS 1.0.2 section 6.4 and appendix C). */
import type { ResourceType } from '../../objects/registry';
import { CodecError, InvalidRequestError, shorten } from '../errors';
import { decodeLinks, LinkFormatError } from './link';

/**
 * string, corelnk: string · integer, unsigned: number, beyond ±2^53 bigint · float: number · boolean · opaque: Uint8Array ·
 * time: seconds since 1970 · objlnk: "3:0", "65535:65535" for none
 */
export type Value = string | number | bigint | boolean | Uint8Array;

const OBJLNK = /^(\d{1,5}):(\d{1,5})$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Maximum bytes of a text that is decoded here: it is nearly always ASCII, and a call into the engine would cost more. */
const MAX_SHORT = 32;

/** Decodes UTF-8. Throws CodecError if the bytes are not valid. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.length <= MAX_SHORT) {
    let text = '';
    let i = 0;
    for (; i < bytes.length && bytes[i]! < 128; i++) text += String.fromCharCode(bytes[i]!);
    if (i === bytes.length) return text;
  }
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CodecError('a text that is not UTF-8');
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Copies `bytes`, which are a view of a datagram. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

const simplify = (value: bigint): number | bigint => (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);

function decodeInteger(bytes: Uint8Array, signed: boolean): number | bigint {
  if (bytes.length > 0 && bytes.length < 7) {
    let sum = signed ? (bytes[0]! << 24) >> 24 : bytes[0]!;
    for (let i = 1; i < bytes.length; i++) sum = sum * 256 + bytes[i]!;
    return sum;
  }
  if (bytes.length === 0 || bytes.length > 8) throw new CodecError(`an integer of ${bytes.length} bytes`);
  const value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return simplify(signed ? BigInt.asIntN(bytes.length * 8, value) : value);
}

function encodeInteger(value: bigint): Uint8Array {
  const size = [8, 16, 32].find((bits) => BigInt.asIntN(bits, value) === value) ?? 64;
  // An unsigned value with the top bit set takes the next size, because Leshan reads all integers as signed.
  return Buffer.from(
    BigInt.asUintN(size, value)
      .toString(16)
      .padStart(size / 4, '0'),
    'hex',
  );
}

/** Decodes the value field of a TLV. Throws CodecError. */
export function decodeValue(type: ResourceType, bytes: Uint8Array): Value {
  switch (type) {
    case 'string':
    case 'corelnk':
      return decodeUtf8(bytes);
    case 'integer':
    case 'time':
      return decodeInteger(bytes, true);
    case 'unsigned':
      return decodeInteger(bytes, false);
    case 'float':
      if (bytes.length === 4) return viewOf(bytes).getFloat32(0);
      if (bytes.length === 8) return viewOf(bytes).getFloat64(0);
      throw new CodecError(`a float of ${bytes.length} bytes`);
    case 'boolean':
      if (bytes.length === 1 && bytes[0] < 2) return bytes[0] === 1;
      throw new CodecError('a boolean that is neither 0 nor 1');
    case 'objlnk':
      if (bytes.length === 4) return `${bytes[0]! * 256 + bytes[1]!}:${bytes[2]! * 256 + bytes[3]!}`;
      throw new CodecError(`an object link of ${bytes.length} bytes`);
    default:
      return copyOf(bytes);
  }
}

/** The inverse of decodeValue, in the shortest form. The value must match the type. */
export function encodeValue(type: ResourceType, value: Value): Uint8Array {
  switch (type) {
    case 'integer':
    case 'unsigned':
    case 'time':
      return encodeInteger(BigInt(value as number | bigint));
    case 'float': {
      const short = Object.is(Math.fround(value as number), value) || Number.isNaN(value);
      const bytes = Buffer.alloc(short ? 4 : 8);
      if (short) bytes.writeFloatBE(value as number);
      else bytes.writeDoubleBE(value as number);
      return bytes;
    }
    case 'boolean':
      return Uint8Array.of(value ? 1 : 0);
    case 'objlnk': {
      const [, object, instance] = OBJLNK.exec(value as string)!;
      return Uint8Array.of(Number(object) >> 8, Number(object), Number(instance) >> 8, Number(instance));
    }
    default:
      return typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array);
  }
}

/** A number's shortest decimal digits, without an exponent, which some devices cannot read. */
function decimal(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign, whole, fraction = '', exponent] = parts as unknown as [string, string, string, string | undefined, string];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  return sign + (point > 0 ? digits.padEnd(point, '0') : `0.${'0'.repeat(-point)}${digits}`);
}

/** Encodes a value as text/plain. */
export function valueText(type: ResourceType, value: Value): string {
  if (type === 'boolean') return value ? '1' : '0';
  if (type === 'float') return decimal(value as number);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);
}

/** Decodes a text/plain payload. An undefined `type` is text. Throws CodecError. */
export function parseText(type: ResourceType, text: string): Value {
  switch (type) {
    case 'boolean':
      if (text === '1' || text === 'true') return true;
      if (text === '0' || text === 'false') return false;
      throw new CodecError(`"${shorten(text)}" where 0 or 1 was expected`);
    case 'opaque':
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(text)) throw new CodecError('a text that is not base64');
      return Uint8Array.from(Buffer.from(text, 'base64'));
    default: {
      const value = checkValue(type, text);
      if (value === undefined) throw new CodecError(`"${shorten(text)}" where ${describeText(type)} was expected`);
      return value;
    }
  }
}

/** Describes the text/plain form of a type (LwM2M TS 1.0.2 table C-2), for messages. */
export const describeText = (type: ResourceType): string =>
  ({ boolean: '0 or 1', opaque: 'base64', time: 'a time (whole seconds since 1970)', objlnk: 'a link such as 3:0' })[type as string] ??
  describe(type).replace(' (text or number, 64 bits)', '');

const describe = (type: ResourceType): string =>
  ({
    none: 'no value',
    string: 'a string',
    integer: 'a whole number (text or number, 64 bits)',
    unsigned: 'a whole number from 0 (text or number, 64 bits)',
    float: 'a number',
    boolean: 'true or false',
    opaque: 'hexadecimal text',
    time: 'a time (milliseconds since 1970, or ISO 8601 text)',
    objlnk: '{"objectId":…,"objectInstanceId":…} or "3:0"',
    corelnk: 'links such as "</3/0>"',
  })[type];

function integerOf(value: unknown, least: bigint, most: bigint): number | bigint | undefined {
  // The usual values, without the cost of BigInt.
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  const exact = typeof value === 'string' ? /^[+-]?\d{1,20}$/.test(value) : typeof value === 'bigint' || Number.isSafeInteger(value);
  if (!exact) return undefined;
  const whole = BigInt((value as string | number | bigint).toString().replace(/^\+/, ''));
  return whole >= least && whole <= most ? simplify(whole) : undefined;
}

/** Converts a value of any JavaScript type to `type`; undefined if that is impossible. Times are in seconds. */
export function checkValue(type: ResourceType, value: unknown): Value | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'corelnk':
      return typeof value === 'string' && isLinks(value) ? value : undefined;
    case 'integer':
    case 'time':
      return integerOf(value, -(2n ** 63n), 2n ** 63n - 1n);
    case 'unsigned':
      return integerOf(value, 0n, 2n ** 64n - 1n);
    case 'float': {
      const number = typeof value === 'string' && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : value;
      return typeof number === 'number' ? number : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'opaque':
      return value instanceof Uint8Array ? value : undefined;
    case 'objlnk': {
      const ids = typeof value === 'string' && OBJLNK.exec(value);
      return ids && Number(ids[1]) < 65536 && Number(ids[2]) < 65536 ? `${Number(ids[1])}:${Number(ids[2])}` : undefined;
    }
    default:
      return undefined;
  }
}

function isLinks(text: string): boolean {
  try {
    decodeLinks(text);
    return true;
  } catch (error) {
    if (error instanceof LinkFormatError) return false;
    throw error;
  }
}

/** Encodes a value in the JSON of Leshan's demo: integers and floats as text, times in milliseconds, opaque in hexadecimal. */
export function valueToJson(type: ResourceType, value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (type === 'time') return typeof value === 'number' && Number.isSafeInteger(value * 1000) ? value * 1000 : `${value}000`;
  if (type === 'objlnk') {
    const [objectId, objectInstanceId] = (value as string).split(':').map(Number);
    return { objectId, objectInstanceId };
  }
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
}

/** The inverse. Also accepts JSON numbers, ISO 8601 for times and "3:0" for links. Throws InvalidRequestError with `where` in its message. */
export function valueFromJson(type: ResourceType, json: unknown, where: string): Value {
  let value: unknown = json;
  if (type === 'opaque')
    value = typeof json === 'string' && /^(?:[0-9A-Fa-f]{2})*$/.test(json) ? Uint8Array.from(Buffer.from(json, 'hex')) : undefined;
  if (type === 'time') {
    const milliseconds = typeof json === 'string' && !/^-?\d+$/.test(json) ? Date.parse(json) : typeof json === 'object' ? NaN : Number(json);
    value = typeof json === 'string' || typeof json === 'number' ? Math.floor(milliseconds / 1000) : undefined;
  }
  if (type === 'objlnk' && typeof json === 'object' && json !== null) {
    const { objectId, objectInstanceId } = json as Record<string, unknown>;
    value = typeof objectId === 'object' || typeof objectInstanceId === 'object' ? undefined : `${objectId}:${objectInstanceId}`;
  }
  const checked = checkValue(type, value);
  if (checked === undefined || (typeof checked === 'number' && !Number.isFinite(checked))) {
    throw new InvalidRequestError(
      `${where} is ${shorten(JSON.stringify(json) ?? 'missing')}, but ${describe(type)} is expected for the type ${type}`,
    );
  }
  return checked;
}
