/** Events in the format of Leshan's demo: as a stream of server-sent events, and as a list for polling. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { isLoopback, ownerOf } from '../address';
import { InvalidRequestError, shorten } from '../errors';
import * as limits from '../limits';
import type { Node } from '../node';
import type { Announcement, Registration } from '../registration/registry';
import { RecentList } from '../retained';
import type { LwM2mServer } from '../server';
import type { Warnings } from '../warnings';
import { leaveToJson, nodeToJson, registrationToJson, updateToJson } from './json';
import { one, type Query } from './query';

/** One entry of GET /api/events. */
export interface FeedEvent {
  /** 0 for the first event since the start. */
  n: number;
  /** Milliseconds since 1970. */
  t: number;
  type: string;
  ep: string | undefined;
  data: unknown;
}

/** A stored event. Its data is formatted on demand. */
interface Kept {
  t: number;
  type: string;
  ep: string | undefined;
  data: () => unknown;
}

interface Listener {
  ep: string | undefined;
  owner: string;
  response: ServerResponse;
}

/** Proxies close connections that are silent for a minute. */
const KEEP_ALIVE_MS = 25_000;

export class Feed {
  readonly #server: LwM2mServer;
  readonly #warnings: Warnings;
  readonly #listeners = new Set<Listener>();
  readonly #kept = new RecentList<Kept>(limits.MAX_EVENTS, limits.MAX_FEED_BYTES);
  readonly #onLog = (entry: { ep?: string }): void => this.#broadcast('COAPLOG', entry.ep, entry);
  readonly #keepAlive: NodeJS.Timeout;

  constructor(server: LwM2mServer, warnings: Warnings) {
    this.#server = server;
    this.#warnings = warnings;
    const { events } = server;
    events.on('registration', (registration) =>
      this.#tell('REGISTRATION', registration.endpoint, costOf(registration, true), () => registrationToJson(registration)),
    );
    events.on('updated', (registration, _before, changes: Announcement) =>
      this.#tell('UPDATED', registration.endpoint, costOf(registration, changes.announced !== undefined), () => updateToJson(registration, changes)),
    );
    events.on('deregistration', (registration, reason) =>
      this.#tell('DEREGISTRATION', registration.endpoint, costOf(registration, false), () => leaveToJson(registration, reason)),
    );
    events.on('notification', ({ registration: { endpoint }, path, content }) => {
      const bytes = sizeOf(content);
      const about = { ep: endpoint, kind: 'single', res: path };
      const small = bytes <= limits.MAX_EVENT_BYTES;
      const data = small
        ? () => ({ ...about, val: nodeToJson(content) })
        : () => ({ ...about, omitted: `the value takes ${bytes} bytes; events hold ${limits.MAX_EVENT_BYTES}` });
      this.#tell('NOTIFICATION', endpoint, small ? bytes : 0, data);
    });
    events.on('observationError', ({ endpoint, path }, error) =>
      this.#tell('OBSERVATION_ERROR', endpoint, error.message.length, () => ({ ep: endpoint, res: path, error: error.message })),
    );
    events.on('warning', ({ message, endpoint }) =>
      this.#tell('WARNING', endpoint, message.length, () => ({ ...(endpoint === undefined ? {} : { ep: endpoint }), message })),
    );
    this.#keepAlive = setInterval(() => this.#listeners.forEach(({ response }) => response.write(': \n\n')), KEEP_ALIVE_MS).unref();
  }

  /** Total bytes of the kept events. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#keepAlive);
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
    this.#server.events.off('coaplog', this.#onLog);
  }

  register(app: FastifyInstance): void {
    app.get<{ Querystring: Query }>('/api/event', (request, reply) => this.#open(request, reply));
    app.get<{ Querystring: Query }>('/api/events', ({ query }) => {
      const since = one(query, 'since') ?? '0';
      if (!/^\d{1,15}$/.test(since)) throw new InvalidRequestError(`since=${shorten(since)} is not the number of an event`);
      const first = Math.max(Number(since), this.#kept.dropped);
      return this.#kept.from(first).map(({ t, type, ep, data }, i): FeedEvent => ({ n: first + i, t, type, ep, data: data() }));
    });
    app.get<{ Querystring: Query }>('/api/coaplog', ({ query }) => {
      const ep = one(query, 'ep');
      const count = one(query, 'count') ?? '200';
      if (!/^\d{1,6}$/.test(count)) throw new InvalidRequestError(`count=${shorten(count)} is not a number of messages`);
      return this.#server.log.entries(ep, Number(count));
    });
  }

  #open(request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply): FastifyReply {
    const ep = one(request.query, 'ep');
    const owner = ownerOf(request.ip);
    const mine = [...this.#listeners].filter((listener) => listener.owner === owner).length;
    const full = this.#listeners.size >= limits.MAX_STREAMS;
    if (full || (mine >= limits.MAX_STREAMS_PER_ADDRESS && !isLoopback(request.ip))) {
      const message = full ? `there are ${limits.MAX_STREAMS} streams of events` : `${request.ip} has ${mine} streams of events`;
      this.#warnings.warn('streams', `${message}, which is the limit; another one was refused`);
      return reply.code(503).header('retry-after', '10').send({ error: 'TooManyStreams', message: `${message}, which is the limit` });
    }
    reply.hijack();
    this.#add({ ep, owner, response: reply.raw });
    return reply;
  }

  #add(listener: Listener): void {
    const { response } = listener;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write(': the events of wixt\n\n');
    // 'close' reports a reader that has left.
    response.on('error', () => {});
    response.on('close', () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#server.events.off('coaplog', this.#onLog);
    });
    // Messages are formatted only while there are listeners.
    if (this.#listeners.size === 0) this.#server.events.on('coaplog', this.#onLog);
    this.#listeners.add(listener);
  }

  #tell(type: string, ep: string | undefined, bytes: number, data: () => unknown): void {
    this.#kept.add({ t: Date.now(), type, ep, data }, limits.COST_EVENT + bytes);
    if (this.#listeners.size > 0) this.#broadcast(type, ep, data());
  }

  #broadcast(type: string, ep: string | undefined, data: unknown): void {
    const text = `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    let backlog = 0;
    let slowest: Listener | undefined;
    for (const listener of this.#listeners) {
      const { ep: wanted, response } = listener;
      if (wanted === undefined || wanted === ep) {
        if (response.writableLength + text.length > limits.MAX_BACKLOG_BYTES) this.#drop(listener);
        else response.write(text);
      }
      backlog += response.writableLength;
      if (!slowest || response.writableLength > slowest.response.writableLength) slowest = listener;
    }
    if (backlog > limits.MAX_BACKLOGS_BYTES && slowest) this.#drop(slowest);
  }

  /** Browsers reconnect by themselves. */
  #drop(listener: Listener): void {
    const { response, owner } = listener;
    const { writableLength } = response;
    this.#listeners.delete(listener);
    response.destroy();
    this.#warnings.warn('backlog', `a reader of events at ${owner} was ${writableLength} bytes behind, which is above the limit, and was disconnected`);
  }
}

/** Memory that an event about a registration keeps alive, in bytes. An Update without links shares the links with the registration itself. */
function costOf({ endpoint, announced, attributes }: Registration, links: boolean): number {
  if (!links) return endpoint.length * 2;
  return endpoint.length * 2 + announced.text.length + JSON.stringify(attributes).length * 2;
}

/** Approximate size of a value in memory. A byte array may be a view that keeps a whole datagram. */
function sizeOf(node: Node): number {
  const value = (held: unknown): number =>
    40 + (typeof held === 'string' ? held.length * 2 : held instanceof Uint8Array ? held.buffer.byteLength + 100 : 0);
  switch (node.kind) {
    case 'obj':
      return node.instances.reduce((sum, instance) => sum + sizeOf(instance), 100);
    case 'instance':
      return node.resources.reduce((sum, resource) => sum + sizeOf(resource), 100);
    case 'multiResource':
      return [...node.values.values()].reduce((sum: number, held) => sum + 60 + value(held), 200);
    default:
      return 100 + value(node.value);
  }
}
