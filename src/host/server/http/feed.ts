/** What happens, as Leshan's demo tells it: a stream of server-sent events, and a list for those who ask now and then. */
import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { LwM2mServer } from '../server';
import { InvalidRequestError } from '../errors';
import { nodeToJson, registrationToJson, updateToJson } from './json';

export interface FeedEvent {
  /** 0 for the first event since the start */
  n: number;
  /** milliseconds since 1970 */
  t: number;
  type: string;
  ep: string;
  data: unknown;
}

interface Listener {
  ep: string | undefined;
  response: ServerResponse;
}

const MAX_KEPT = 10_000;
/** A reader that lags this many bytes behind is dropped; a browser comes back by itself. */
const MAX_BACKLOG = 4 << 20;
/** Proxies close connections that are silent for a minute. */
const KEEP_ALIVE_MS = 25_000;

export class Feed {
  readonly #server: LwM2mServer;
  readonly #listeners = new Set<Listener>();
  readonly #kept: FeedEvent[] = [];
  #next = 0;
  readonly #onLog = (entry: { ep?: string }): void => this.#broadcast('COAPLOG', entry.ep, entry);
  readonly #keepAlive: NodeJS.Timeout;

  constructor(server: LwM2mServer) {
    this.#server = server;
    const { events } = server;
    events.on('registration', (registration) => this.#tell('REGISTRATION', registration.endpoint, registrationToJson(registration)));
    events.on('updated', (registration, _before, changes) => this.#tell('UPDATED', registration.endpoint, updateToJson(registration, changes)));
    events.on('deregistration', (registration, reason) =>
      this.#tell('DEREGISTRATION', registration.endpoint, { ...registrationToJson(registration), reason }),
    );
    events.on('notification', ({ registration: { endpoint }, path, content }) =>
      this.#tell('NOTIFICATION', endpoint, { ep: endpoint, kind: 'single', res: path, val: nodeToJson(content) }),
    );
    events.on('observationError', ({ endpoint, path }, error) =>
      this.#tell('OBSERVATION_ERROR', endpoint, { ep: endpoint, res: path, error: error.message }),
    );
    this.#keepAlive = setInterval(() => this.#listeners.forEach(({ response }) => response.write(': \n\n')), KEEP_ALIVE_MS).unref();
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#keepAlive);
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
    this.#server.events.off('coaplog', this.#onLog);
  }

  register(app: FastifyInstance): void {
    app.get<{ Querystring: { ep?: string } }>('/api/event', (request, reply) => {
      reply.hijack();
      this.#add(request.query.ep, reply.raw);
    });
    app.get<{ Querystring: { since?: string } }>('/api/events', (request) => {
      const { since = '0' } = request.query;
      if (!/^\d{1,15}$/.test(since)) throw new InvalidRequestError(`since=${since} is not the number of an event`);
      return this.#kept.filter(({ n }) => n >= Number(since));
    });
    app.get<{ Querystring: { ep?: string; count?: string } }>('/api/coaplog', (request) => {
      const { ep, count = '200' } = request.query;
      if (!/^\d{1,6}$/.test(count)) throw new InvalidRequestError(`count=${count} is not a number of messages`);
      return this.#server.log.entries(ep, Number(count));
    });
  }

  #add(ep: string | undefined, response: ServerResponse): void {
    const listener = { ep, response };
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write(': the events of wixt\n\n');
    // a reader that is gone is told of by 'close'
    response.on('error', () => {});
    response.on('close', () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#server.events.off('coaplog', this.#onLog);
    });
    // putting messages into words costs; nobody pays while nobody listens
    if (this.#listeners.size === 0) this.#server.events.on('coaplog', this.#onLog);
    this.#listeners.add(listener);
  }

  #tell(type: string, ep: string, data: unknown): void {
    this.#kept.push({ n: this.#next++, t: Date.now(), type, ep, data });
    if (this.#kept.length > MAX_KEPT * 1.2) this.#kept.splice(0, this.#kept.length - MAX_KEPT);
    this.#broadcast(type, ep, data);
  }

  #broadcast(type: string, ep: string | undefined, data: unknown): void {
    if (this.#listeners.size === 0) return;
    const text = `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const { ep: wanted, response } of this.#listeners) {
      if (wanted !== undefined && wanted !== ep) continue;
      if (response.writableLength > MAX_BACKLOG) response.destroy();
      else response.write(text);
    }
  }
}
