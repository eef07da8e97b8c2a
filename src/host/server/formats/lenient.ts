/** Lenient decoding of values: deviations with a clear meaning are accepted with a note; anything else stays as received. */
import type { ResourceType } from '../../objects/registry';
import { CodecError, shorten } from '../errors';
import { checkValue, copyOf, decodeUtf8, decodeValue, describeText, parseText, type Value } from './value';

/** A value and its type. `note` says why the type differs from the definition, or how the value deviates. */
export interface Read {
  type: ResourceType;
  value: Value;
  note?: string;
}

/** LwM2M TS 1.0.2 table C-1: an Integer in TLV has 1, 2, 4 or 8 bytes. Other lengths are accepted: the number is clear. */
const isWhole = (type: ResourceType): boolean => type === 'integer' || type === 'unsigned' || type === 'time';

/** The value field of a TLV. */
export function readBytes(type: ResourceType, bytes: Uint8Array): Read {
  let value: Value;
  try {
    value = decodeValue(type, bytes);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { type: 'opaque', value: copyOf(bytes), note: `${error.message}, shown as bytes` };
  }
  const { length } = bytes;
  if (isWhole(type) && length !== 1 && length !== 2 && length !== 4 && length !== 8) return { type, value, note: `an integer of ${length} bytes` };
  return { type, value };
}

/** A payload of text/plain. */
export function readText(type: ResourceType, payload: Uint8Array): Read {
  let text: string;
  try {
    text = decodeUtf8(payload);
  } catch {
    return { type: 'opaque', value: payload, note: 'a text that is not UTF-8, shown as bytes' };
  }
  if (type === 'string' || type === 'none') return { type: 'string', value: text };
  const exact = takeText(type, text);
  if (exact !== undefined) return { type, value: exact };
  // From printf("…\n"), and from buffers sent with their terminator.
  const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n\0]+$/g, '');
  const value = trimmed === text || trimmed === '' ? undefined : takeText(type, trimmed);
  if (value !== undefined) return { type, value, note: 'white space around the value' };
  return { type: 'string', value: text, note: `${JSON.stringify(shorten(text))} where ${describeText(type)} was expected` };
}

function takeText(type: ResourceType, text: string): Value | undefined {
  if (type === 'float' && /^[+-]?(?:nan|inf(?:inity)?)$/i.test(text)) return /nan/i.test(text) ? NaN : text[0] === '-' ? -Infinity : Infinity;
  try {
    return parseText(type, text);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** A value of JSON (LwM2M TS 1.0.2 section 6.4.4): a number in v, text in sv, a boolean in bv, a link in ov. */
export function readJson(type: ResourceType | undefined, json: unknown, field: string): Read {
  const said: ResourceType = field === 'bv' ? 'boolean' : field === 'ov' ? 'objlnk' : typeof json === 'number' ? 'float' : 'string';
  const wanted = type ?? said;
  if (isWhole(wanted) && typeof json === 'number' && Number.isInteger(json) && !Number.isSafeInteger(json))
    return { type: 'float', value: json, note: 'a whole number beyond 2^53 in JSON, of which the last digits are not certain' };
  const value = wanted === 'opaque' && typeof json === 'string' ? takeText('opaque', json) : checkValue(wanted, json);
  if (value !== undefined) return { type: wanted, value };
  if (typeof json === 'number') return { type: 'float', value: json, note: `a number where ${describeText(wanted)} was expected` };
  if (typeof json === 'boolean') return { type: 'boolean', value: json, note: `a boolean where ${describeText(wanted)} was expected` };
  if (typeof json !== 'string') throw new CodecError(`${shorten(JSON.stringify(json) ?? 'nothing')} for a value`);
  const number = wanted === 'float' || isWhole(wanted) ? takeText(wanted, json) : undefined;
  if (number !== undefined) return { type: wanted, value: number, note: 'a number as text' };
  return { type: 'string', value: json, note: `${JSON.stringify(shorten(json))} where ${describeText(wanted)} was expected` };
}
