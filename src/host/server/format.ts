/** Content-Formats: their names, and payloads to nodes and back. */
import { FORMAT_LINK, FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../../device/wire/coap';
import { CodecError, InvalidRequestError } from './errors';
import type { Model, Node } from './node';
import type { Path } from './path';
import { decodeTlv, encodeTlv } from './tlv';
import { decodeUtf8, parseText, valueText } from './value';

interface Codec {
  decode(payload: Uint8Array, path: Path, model: Model): Node;
  /** `wrap`: an object instance is given with its id (Create) */
  encode(node: Node, wrap: boolean): Uint8Array;
}

/** names as Leshan spells them, and the numbers of the CoAP Content-Formats registry */
const NAMES: Record<string, number> = { TEXT: FORMAT_TEXT, LINK: FORMAT_LINK, OPAQUE: FORMAT_OPAQUE, TLV: FORMAT_TLV };

function single(path: Path, make: (objectId: number, resourceId: number) => Pick<Extract<Node, { value: unknown }>, 'type' | 'value'>): Node {
  if (path.length < 3) throw new CodecError(`one value for ${path.length === 1 ? 'a whole object' : 'a whole object instance'}`);
  const id = path[path.length - 1];
  return { kind: path.length === 3 ? 'singleResource' : 'resourceInstance', id, ...make(path[0], path[2]) };
}

function only(node: Node): Extract<Node, { value: unknown }> {
  if ('value' in node) return node;
  throw new InvalidRequestError('the formats text and opaque carry one value only; use format=TLV for several');
}

const CODECS = new Map<number, Codec>([
  [FORMAT_TLV, { decode: decodeTlv, encode: encodeTlv }],
  [
    FORMAT_TEXT,
    {
      decode: (payload, path, model) =>
        single(path, (object, resource) => {
          const type = model.resource(object, resource)?.type ?? 'string';
          return { type, value: parseText(type, decodeUtf8(payload)) };
        }),
      encode: (node) => Buffer.from(valueText(only(node).type, only(node).value), 'utf8'),
    },
  ],
  [
    FORMAT_OPAQUE,
    {
      decode: (payload, path) => single(path, () => ({ type: 'opaque', value: payload })),
      encode: (node) => {
        const { value } = only(node);
        if (value instanceof Uint8Array) return value;
        throw new InvalidRequestError('the format opaque carries values of the type opaque only');
      },
    },
  ],
]);

export function formatName(format: number): string {
  return Object.keys(NAMES).find((name) => NAMES[name] === format) ?? String(format);
}

/** "tlv", "TEXT", "11542" → its number. Throws InvalidRequestError for what this server cannot speak. */
export function parseFormat(text: string): number {
  const format = NAMES[text.toUpperCase()] ?? (/^\d{1,5}$/.test(text) ? Number(text) : undefined);
  if (format !== undefined && CODECS.has(format)) return format;
  const known = [...CODECS.keys()].map((number) => `${formatName(number)} (${number})`);
  throw new InvalidRequestError(`the format "${text.slice(0, 40)}" is not known here; choose ${known.join(', ')}`);
}

/** The node that a payload means. Without a Content-Format it is guessed, because some clients send none. Throws CodecError. */
export function decodeContent(format: number | undefined, payload: Uint8Array, path: Path, model: Model): Node {
  if (format === undefined) {
    const definition = path.length > 2 ? model.resource(path[0], path[2]) : undefined;
    if (path.length < 3 || (definition?.multiple && path.length === 3)) format = FORMAT_TLV;
    else format = definition?.type === 'opaque' ? FORMAT_OPAQUE : FORMAT_TEXT;
  }
  const codec = CODECS.get(format);
  if (!codec) throw new CodecError(`the Content-Format ${format}, which this server does not read`);
  return codec.decode(payload, path, model);
}

/** Throws InvalidRequestError where the format cannot carry the node. */
export function encodeContent(format: number, node: Node, wrap = false): Uint8Array {
  return CODECS.get(format)!.encode(node, wrap);
}
