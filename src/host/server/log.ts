/** The log of CoAP messages: keeps the newest and formats them on demand. */
import * as wire from '../../device/wire/coap';
import { codeText, decodeMessage, isRequest, type Malformed, type Message } from './coap/message';
import { blockOption, textOptions, uintOption } from './coap/options';
import { hostPort, type Peer } from './coap/transport';
import { decodeContent, formatName } from './formats/format';
import { COST_LOG_ENTRY, MAX_LOG_BYTES, MAX_LOG_TEXT } from './limits';
import type { Model, Node, Resource } from './node';
import { takePath } from './path';
import { RecentList } from './retained';
import { valueText, type Value } from './formats/value';

/** One message. The first nine fields are as in Leshan's demo. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  timestamp: number;
  incoming: boolean;
  /** CON, NON, ACK or RST. */
  type: string;
  /** "GET", "2.05", "EMPTY". */
  code: string;
  mId: number;
  /** Hexadecimal. */
  token: string;
  /** "Uri-Path: 3, 0 - Accept: 11542". */
  options?: string;
  /** Text, or "Hex:" and hexadecimal. */
  payload?: string;
  ep?: string;
  /** "127.0.0.1:5683". */
  peer: string;
  /** Path of the request, without the root path of the client. Responses have the path of their request. */
  path?: string;
  format?: string;
  /** Bytes of the datagram. */
  length: number;
  /** The decoded payload, one line for each value. */
  decoded?: string;
}

interface Kept {
  timestamp: number;
  incoming: boolean;
  peer: Peer;
  ep?: string;
  rootPath: string;
  datagram: Uint8Array;
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
/** Maximum number of requests whose paths are remembered for their responses and notifications, and maximum characters of a path. */
const MAX_TOKENS = 1000;
const MAX_PATH = 256;
/** Maximum bytes copied of a request. */
const MAX_COPIED = 64;

export interface LogOptions {
  /** Maximum number of messages. */
  capacity: number;
  /** Maximum bytes of all messages. */
  maxBytes?: number;
  model: (endpoint: string) => Model | undefined;
}

export class CoapLog {
  readonly #kept: RecentList<Kept>;
  /** Paths of open requests, by direction, peer and token, oldest first. */
  readonly #paths = new Map<string, string>();
  /** The newest requests; their paths are not yet in #paths. */
  readonly #asked: Kept[] = [];
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#kept = new RecentList(options.capacity, options.maxBytes ?? MAX_LOG_BYTES);
  }

  /** Bytes of the stored messages. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /**
   * Stores a message; the datagram must not change afterwards. Returns a function that formats it. `ep` is the client, if known.
   * Incoming messages are decoded on demand.
   */
  add(timestamp: number, incoming: boolean, datagram: Uint8Array, peer: Peer, ep: string | undefined, rootPath: string): () => LogEntry {
    const kept: Kept = { timestamp, incoming, peer, ep, rootPath, datagram };
    this.#kept.add(kept, datagram.length + COST_LOG_ENTRY);
    // Our requests are remembered for longer than they are kept: notifications may arrive for days.
    if (!incoming && isRequest(datagram[1]!)) this.#ask(kept);
    return () => {
      this.#takeAsked();
      const message = decodeMessage(datagram);
      if (incoming) this.#remember(this.#paths, kept, message);
      return this.#describe(kept, message, this.#paths);
    };
  }

  /** The newest messages, oldest first; those of one client if `ep` is given. */
  entries(ep?: string, count = this.#options.capacity): LogEntry[] {
    this.#takeAsked();
    const paths = new Map(this.#paths);
    const found: (() => LogEntry)[] = [];
    for (const kept of this.#kept.from(0)) {
      const message = decodeMessage(kept.datagram);
      this.#remember(paths, kept, message);
      const path = pathOf(paths, kept, message);
      if (ep === undefined || ownerOf(kept, message) === ep) found.push(() => this.#describe(kept, message, paths, path));
    }
    return found.slice(Math.max(0, found.length - count)).map((describe) => describe());
  }

  /** Copies a short request, because its datagram may be a view of a larger buffer. It is decoded on demand. */
  #ask(kept: Kept): void {
    const { datagram } = kept;
    if (datagram.length > MAX_COPIED) {
      this.#takeAsked();
      return this.#remember(this.#paths, kept, decodeMessage(datagram));
    }
    const { timestamp, incoming, peer, ep, rootPath } = kept;
    this.#asked.push({ timestamp, incoming, peer, ep, rootPath, datagram: new Uint8Array(datagram) });
    if (this.#asked.length === 2 * MAX_TOKENS) this.#asked.splice(0, MAX_TOKENS);
  }

  #takeAsked(): void {
    for (const kept of this.#asked) this.#remember(this.#paths, kept, decodeMessage(kept.datagram));
    this.#asked.length = 0;
  }

  #remember(paths: Map<string, string>, kept: Kept, message: Message | Malformed): void {
    if ('malformed' in message || !isRequest(message.code)) return;
    const { rootPath } = kept;
    const full = `/${textOptions(message, wire.OPTION_URI_PATH).join('/')}`;
    const path = rootPath !== '/' && full.startsWith(`${rootPath}/`) ? full.slice(rootPath.length) : full;
    const key = keyOf(kept, message);
    paths.delete(key);
    paths.set(key, path.slice(0, MAX_PATH));
    if (paths === this.#paths && paths.size > MAX_TOKENS) paths.delete(paths.keys().next().value!);
  }

  #describe(kept: Kept, message: Message | Malformed, paths: Map<string, string>, path = pathOf(paths, kept, message)): LogEntry {
    const { timestamp, incoming, peer, datagram } = kept;
    const ep = ownerOf(kept, message);
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

  /** Single blocks of a larger payload are not decoded. */
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

/** A key that a request shares with its responses: requester, responder and token. */
function keyOf({ incoming, peer }: Kept, { code, token }: Message): string {
  return `${incoming === isRequest(code) ? 'in' : 'out'} ${peer.key} ${Buffer.from(token).toString('hex')}`;
}

/** The path of a request; for a response the path of its request. */
function pathOf(paths: Map<string, string>, kept: Kept, message: Message | Malformed): string | undefined {
  return 'malformed' in message || message.code === wire.CODE_EMPTY ? undefined : paths.get(keyOf(kept, message));
}

/** The client of a message: a Register contains its name. */
function ownerOf({ ep }: Kept, message: Message | Malformed): string | undefined {
  if (ep !== undefined || 'malformed' in message) return ep;
  return textOptions(message, wire.OPTION_URI_QUERY)
    .find((part) => part.startsWith('ep='))
    ?.slice(3);
}

function payloadText(payload: Uint8Array): string | undefined {
  if (payload.length === 0) return undefined;
  const shown = Buffer.from(payload.subarray(0, MAX_LOG_TEXT));
  const more = payload.length > shown.length ? '…' : '';
  const text = shown.toString('latin1');
  return (/^[\x20-\x7e\r\n\t]*$/.test(text) ? text : `Hex:${shown.toString('hex')}`) + more;
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
    const texts = byName.get(name);
    if (texts) texts.push(text);
    else byName.set(name, [text]);
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
