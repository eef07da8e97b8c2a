/** Content-Formats: their names, and conversion of payloads to nodes and back. */
import { FORMAT_LINK, FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../../../device/wire/coap';
import { CodecError, InvalidRequestError, shorten } from '../errors';
import type { Model, Node } from '../node';
import type { Path } from '../path';
import { readText, type Read } from './lenient';
import { decodeOmaJson } from './oma-json';
import { decodeTlv, encodeTlv } from './tlv';
import { copyOf, valueText } from './value';

/** OMA JSON (LwM2M TS 1.0.2 table 20). */
const FORMAT_JSON = 11543;

interface Codec {
  decode(payload: Uint8Array, path: Path, model: Model): Node;
  /** `wrap`: an object instance is encoded with its id (Create). Without this method the format can only be read. */
  encode?(node: Node, wrap: boolean): Uint8Array;
}

/** Names as Leshan spells them, and the numbers of the CoAP Content-Formats registry. */
const NAMES: Record<string, number> = { TEXT: FORMAT_TEXT, LINK: FORMAT_LINK, OPAQUE: FORMAT_OPAQUE, TLV: FORMAT_TLV, JSON: FORMAT_JSON };

/** The numbers of the formats in drafts of LwM2M 1.0 and in the first clients. */
const DRAFTS: Record<number, number> = { 1541: FORMAT_TEXT, 1542: FORMAT_TLV, 1543: FORMAT_JSON, 1544: FORMAT_OPAQUE, 99: FORMAT_TLV, 100: FORMAT_JSON };

function single(path: Path, make: (objectId: number, resourceId: number) => Read): Node {
  if (path.length < 3) throw new CodecError(`one value for ${path.length === 1 ? 'a whole object' : 'a whole object instance'}`);
  const id = path[path.length - 1];
  const kind = path.length === 3 ? 'singleResource' : 'resourceInstance';
  const { type, value, note } = make(path[0], path[2]);
  return note === undefined ? { kind, id, type, value } : { kind, id, type, value, note };
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
      decode: (payload, path, model) => single(path, (object, resource) => readText(model.resource(object, resource)?.type ?? 'string', payload)),
      encode: (node) => Buffer.from(valueText(only(node).type, only(node).value), 'utf8'),
    },
  ],
  [
    FORMAT_OPAQUE,
    {
      decode: (payload, path) => single(path, () => ({ type: 'opaque', value: copyOf(payload) })),
      encode: (node) => {
        const { value } = only(node);
        if (value instanceof Uint8Array) return value;
        throw new InvalidRequestError('the format opaque carries values of the type opaque only');
      },
    },
  ],
  [FORMAT_JSON, { decode: decodeOmaJson }],
]);

export function formatName(format: number): string {
  return Object.keys(NAMES).find((name) => NAMES[name] === format) ?? String(format);
}

/** Converts "tlv", "TEXT" or "11542" to a number. Throws InvalidRequestError for an unsupported format. */
export function parseFormat(text: string): number {
  const format = NAMES[text.toUpperCase()] ?? (/^\d{1,5}$/.test(text) ? Number(text) : undefined);
  if (format !== undefined && CODECS.has(format)) return format;
  const known = [...CODECS.keys()].map((number) => `${formatName(number)} (${number})`);
  throw new InvalidRequestError(`the format "${shorten(text)}" is not known here; choose ${known.join(', ')}`);
}

/** Decodes a payload to a node. A missing Content-Format is guessed, because some clients send none. Throws CodecError. */
export function decodeContent(format: number | undefined, payload: Uint8Array, path: Path, model: Model): Node {
  if (format === undefined) return guess(payload, path, model);
  const known = format in DRAFTS ? DRAFTS[format]! : format;
  const codec = CODECS.get(known);
  if (!codec) throw new CodecError(`the Content-Format ${format}, which this server does not read`);
  const node = codec.decode(payload, path, model);
  return known === format ? node : { ...node, note: `Content-Format ${format} of a draft, read as ${formatName(known)}${node.note ? `; ${node.note}` : ''}` };
}

/** A single value is text, or bytes if it is opaque; TLV is also accepted. */
function guess(payload: Uint8Array, path: Path, model: Model): Node {
  const definition = path.length > 2 ? model.resource(path[0]!, path[2]!) : undefined;
  if (path.length < 3 || (definition?.multiple && path.length === 3)) return decodeTlv(payload, path, model);
  const node = CODECS.get(definition?.type === 'opaque' ? FORMAT_OPAQUE : FORMAT_TEXT)!.decode(payload, path, model);
  if (!node.note) return node;
  try {
    return { ...decodeTlv(payload, path, model), note: 'no Content-Format, read as TLV' };
  } catch (error) {
    if (error instanceof CodecError) return node;
    throw error;
  }
}

/** Throws InvalidRequestError if the format cannot represent the node. */
export function encodeContent(format: number, node: Node, wrap = false): Uint8Array {
  const { encode } = CODECS.get(format)!;
  if (!encode) throw new InvalidRequestError(`the format ${formatName(format)} is for reading only; use format=TLV to write`);
  return encode(node, wrap);
}
