/** The log of CoAP messages: the newest ones are kept, and put into words when somebody wants to see them. */
import * as wire from '../../device/wire/coap';
import { codeText, decodeMessage, isRequest, type Message } from './coap/message';
import { blockOption, textOptions, uintOption } from './coap/options';
import { hostPort, type Peer } from './coap/transport';
import { decodeContent, formatName } from './format';
import type { Model, Node, Resource } from './node';
import { takePath } from './path';
import { valueText, type Value } from './value';

/** One message, the first nine fields as in Leshan's demo. */
export interface LogEntry {
  /** milliseconds since 1970 */
  timestamp: number;
  incoming: boolean;
  /** CON, NON, ACK or RST */
  type: string;
  /** "GET", "2.05", "EMPTY" */
  code: string;
  mId: number;
  /** hexadecimal */
  token: string;
  /** "Uri-Path: 3, 0 - Accept: 11542" */
  options?: string;
  /** text, or "Hex:" and hexadecimal */
  payload?: string;
  ep?: string;
  /** "127.0.0.1:5683" */
  peer: string;
  /** of the request, also in its response; without the root path of the client */
  path?: string;
  format?: string;
  /** bytes of the datagram */
  length: number;
  /** what the payload means, a line for each value */
  decoded?: string;
}

interface Kept {
  timestamp: number;
  incoming: boolean;
  peer: Peer;
  ep?: string;
  datagram: Uint8Array;
  path?: string;
}

const TYPES = ['CON', 'NON', 'ACK', 'RST'];
const METHODS = ['EMPTY', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'];
const OPTIONS: Record<number, [string, 'uint' | 'text' | 'hex' | 'block']> = {
  [wire.OPTION_URI_HOST]: ['Uri-Host', 'text'],
  [wire.OPTION_ETAG]: ['ETag', 'hex'],
  [wire.OPTION_OBSERVE]: ['Observe', 'uint'],
  [wire.OPTION_URI_PORT]: ['Uri-Port', 'uint'],
  [wire.OPTION_LOCATION_PATH]: ['Location-Path', 'text'],
  [wire.OPTION_URI_PATH]: ['Uri-Path', 'text'],
  [wire.OPTION_CONTENT_FORMAT]: ['Content-Format', 'uint'],
  [wire.OPTION_MAX_AGE]: ['Max-Age', 'uint'],
  [wire.OPTION_URI_QUERY]: ['Uri-Query', 'text'],
  [wire.OPTION_ACCEPT]: ['Accept', 'uint'],
  [wire.OPTION_BLOCK2]: ['Block2', 'block'],
  [wire.OPTION_BLOCK1]: ['Block1', 'block'],
  [wire.OPTION_SIZE2]: ['Size2', 'uint'],
  [wire.OPTION_SIZE1]: ['Size1', 'uint'],
};
const MAX_TOKENS = 1000;

export interface LogOptions {
  /** messages kept */
  capacity: number;
  model: (endpoint: string) => Model | undefined;
}

export class CoapLog {
  readonly #kept: Kept[] = [];
  /** path of the requests under way, by peer and token, oldest first */
  readonly #paths = new Map<string, string>();
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Keeps a message; returns what puts it into words. `ep` is whose it is, where that is known. */
  add(timestamp: number, incoming: boolean, datagram: Uint8Array, peer: Peer, ep: string | undefined, rootPath: string): () => LogEntry {
    const message = decodeMessage(datagram);
    const kept: Kept = { timestamp, incoming, peer, ep, datagram: Uint8Array.from(datagram) };
    if (!('malformed' in message)) {
      kept.path = this.#correlate(message, peer, rootPath);
      kept.ep ??= textOptions(message, wire.OPTION_URI_QUERY)
        .find((part) => part.startsWith('ep='))
        ?.slice(3);
    }
    this.#kept.push(kept);
    // in batches: shifting a long list for each message is slow
    if (this.#kept.length > this.#options.capacity * 1.5) this.#kept.splice(0, this.#kept.length - this.#options.capacity);
    return () => this.#describe(kept);
  }

  /** The newest messages, oldest first; of one client, if `ep` is given. */
  entries(ep?: string, count = this.#options.capacity): LogEntry[] {
    const wanted = ep === undefined ? this.#kept : this.#kept.filter((kept) => kept.ep === ep);
    return wanted.slice(-Math.min(count, this.#options.capacity)).map((kept) => this.#describe(kept));
  }

  #correlate(message: Message, peer: Peer, rootPath: string): string | undefined {
    const key = `${peer.key} ${Buffer.from(message.token).toString('hex')}`;
    if (!isRequest(message.code)) return message.code === wire.CODE_EMPTY ? undefined : this.#paths.get(key);
    const full = `/${textOptions(message, wire.OPTION_URI_PATH).join('/')}`;
    const path = rootPath !== '/' && full.startsWith(`${rootPath}/`) ? full.slice(rootPath.length) : full;
    this.#paths.delete(key);
    this.#paths.set(key, path);
    if (this.#paths.size > MAX_TOKENS) this.#paths.delete(this.#paths.keys().next().value!);
    return path;
  }

  #describe({ timestamp, incoming, peer, ep, datagram, path }: Kept): LogEntry {
    const message = decodeMessage(datagram);
    const where = { timestamp, incoming, ep, peer: hostPort(peer), length: datagram.length };
    if ('malformed' in message) {
      return { ...where, type: '?', code: 'MALFORMED', mId: message.mid, token: '', options: message.malformed, payload: payloadText(datagram) };
    }
    const format = uintOption(message, wire.OPTION_CONTENT_FORMAT);
    return {
      ...where,
      type: TYPES[message.type],
      code: message.code < 8 ? METHODS[message.code] : codeText(message.code),
      mId: message.mid,
      token: Buffer.from(message.token).toString('hex'),
      options: optionsText(message) || undefined,
      payload: payloadText(message.payload),
      path,
      format: format === undefined ? undefined : formatName(format),
      decoded: this.#decode(message, format, path, ep),
    };
  }

  /** Blocks of a larger payload stay as they are. */
  #decode(message: Message, format: number | undefined, path: string | undefined, ep: string | undefined): string | undefined {
    const model = ep === undefined ? undefined : this.#options.model(ep);
    const ids = path === undefined ? undefined : takePath(path);
    const piece = blockOption(message, wire.OPTION_BLOCK1) ?? blockOption(message, wire.OPTION_BLOCK2);
    if (!model || !ids?.length || format !== wire.FORMAT_TLV || message.payload.length === 0 || (piece && (piece.more || piece.offset > 0)))
      return undefined;
    try {
      return nodeLines(decodeContent(format, message.payload, ids, model), ids, model).join('\n');
    } catch (error) {
      return `cannot be read: ${(error as Error).message}`;
    }
  }
}

function payloadText(payload: Uint8Array): string | undefined {
  if (payload.length === 0) return undefined;
  const text = Buffer.from(payload).toString('latin1');
  return /^[\x20-\x7e\r\n\t]*$/.test(text) ? text : `Hex:${Buffer.from(payload).toString('hex')}`;
}

function optionsText(message: Message): string {
  const byName = new Map<string, string[]>();
  for (const { number, value } of message.options) {
    const [name, kind] = OPTIONS[number] ?? [`Unknown (${number})`, 'hex'];
    const uint = value.length > 6 ? 0 : value.reduce((sum, byte) => sum * 256 + byte, 0);
    const text =
      kind === 'text'
        ? Buffer.from(value).toString('utf8')
        : kind === 'hex'
          ? `0x${Buffer.from(value).toString('hex')}`
          : kind === 'block'
            ? `${uint >> 4}/${(uint >> 3) & 1}/${16 << (uint & 7)}`
            : String(uint);
    byName.set(name, [...(byName.get(name) ?? []), text]);
  }
  return [...byName].map(([name, values]) => `${name}: ${values.join(', ')}`).join(' - ');
}

function nodeLines(node: Node, path: readonly number[], model: Model): string[] {
  const label = (resource: number): string => model.resource(path[0], resource)?.name ?? 'unknown';
  const shown = (type: Resource['type'], value: Value): string =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : valueText(type, value);
  switch (node.kind) {
    case 'obj':
      return node.instances.flatMap((instance) => [`instance ${instance.id}`, ...nodeLines(instance, path, model)]);
    case 'instance':
      return node.resources.flatMap((resource) => nodeLines(resource, path, model));
    case 'multiResource':
      return [`${node.id} ${label(node.id)} = ${[...node.values].map(([id, value]) => `${id}: ${shown(node.type, value)}`).join(', ')}`];
    case 'resourceInstance':
      return [`${node.id} = ${shown(node.type, node.value)}`];
    default:
      return [`${node.id} ${label(node.id)} = ${shown(node.type, node.value)}`];
  }
}
