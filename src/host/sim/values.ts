/** Values in JSON: bytes as {"hex": "00ff"}, several values by instance id. */
import { META_MULTIPLE, META_TYPE, TYPE_BOOLEAN, TYPE_FLOAT, TYPE_INTEGER, TYPE_OPAQUE, TYPE_TIME, TYPE_UNSIGNED } from '../../device/formats/types';
import type { Value, Values } from './library';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A command cannot be executed. The sender gets the message. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/** Converts to JSON. An absent value becomes null. */
export function toJson(value: Values | undefined): Json {
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([instance, one]) => [instance, toJson(one)]));
}

function describe(type: number): string {
  if (type === TYPE_BOOLEAN) return 'true or false';
  if (type === TYPE_INTEGER || type === TYPE_UNSIGNED || type === TYPE_TIME) return 'a whole number';
  if (type === TYPE_FLOAT) return 'a number';
  return type === TYPE_OPAQUE ? 'bytes, as {"hex": "00ff"}' : 'a string';
}

function oneFromJson(json: Json, type: number): Value {
  const fits =
    type === TYPE_BOOLEAN ? typeof json === 'boolean'
    : type === TYPE_INTEGER || type === TYPE_TIME ? Number.isSafeInteger(json)
    : type === TYPE_UNSIGNED ? Number.isSafeInteger(json) && (json as number) >= 0
    : type === TYPE_FLOAT ? typeof json === 'number'
    : type !== TYPE_OPAQUE && typeof json === 'string';
  if (fits) return json as Value;
  const hex = json && typeof json === 'object' && !Array.isArray(json) ? json.hex : undefined;
  if (type === TYPE_OPAQUE && typeof hex === 'string' && /^([0-9a-f]{2})*$/i.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  throw new CommandError(`the value ${JSON.stringify(json)} is not ${describe(type)}`);
}

/** Converts JSON to the value of a resource with metadata `meta`. Throws CommandError. */
export function fromJson(json: Json, meta: number): Values {
  const type = meta & META_TYPE;
  if (!(meta & META_MULTIPLE)) return oneFromJson(json, type);
  if (typeof json !== 'object' || json === null) throw new CommandError('the resource has several values: give a list, or an object by instance id');
  const entries = Object.entries(json).map(([instance, one]) => {
    if (!/^(0|[1-9]\d{0,4})$/.test(instance) || +instance > 65534) throw new CommandError(`"${instance}" is not an instance id`);
    return [instance, oneFromJson(one, type)];
  });
  return Object.fromEntries(entries);
}
