/** The HTTP side: REST, events and the console. */
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { dirname } from 'node:path';
import { shorten } from '../errors';
import { inPackage } from '../../build/root';
import { isLoopback, ownerOf } from '../address';
import { Budget } from '../coap/assembly';
import { hostPort } from '../coap/transport';
import * as limits from '../limits';
import type { LwM2mServer } from '../server';
import { registerClients } from './clients';
import { Feed } from './feed';
import { Guard } from './guard';

/** Error name → HTTP status. */
const STATUS: Record<string, number> = {
  UnknownClientError: 404,
  InvalidRequestError: 400,
  ArgumentsError: 400,
  TimeoutError: 504,
  ResetError: 502,
  InvalidResponseError: 502,
  CanceledError: 503,
  BusyError: 503,
};

const HEADERS = {
  // No content from other hosts, and no script that a device could inject.
  'content-security-policy': "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** Methods without a body. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface HttpOptions {
  host: string;
  port: number;
  /** Further host names of this server, besides localhost and the machine's own. */
  names: readonly string[];
  /** The token required for /api; undefined: none. */
  token: string | undefined;
}

export class HttpSide {
  readonly #app: FastifyInstance;
  readonly #feed: Feed;
  readonly #options: HttpOptions;
  readonly #connections = new Map<string, number>();
  /** Bytes of all request bodies in progress. */
  readonly #bodies = new Budget(limits.MAX_BODIES_BYTES);

  constructor(server: LwM2mServer, options: HttpOptions) {
    this.#options = options;
    const guard = new Guard(options);
    const refuse = (status: number, error: string, message: string, reply: FastifyReply): FastifyReply =>
      reply.code(status).headers(HEADERS).send({ error, message });
    const app = Fastify({
      bodyLimit: limits.MAX_BODY_BYTES,
      forceCloseConnections: true,
      requestTimeout: limits.REQUEST_MS,
      http: { headersTimeout: limits.HEAD_MS, connectionsCheckingInterval: limits.HEAD_MS / 2 },
      routerOptions: { maxParamLength: 2000, ignoreTrailingSlash: true },
      frameworkErrors: (error, request, reply) => void refuse(error.statusCode ?? 400, 'BadRequest', `${shorten(request.url, 100)}: ${error.message}`, reply),
    });
    this.#app = app;
    this.#feed = new Feed(server, server.warnings);
    this.#limitConnections(server);

    app.addHook('onRequest', async (request, reply) => {
      reply.headers(HEADERS);
      const denial = guard.check(request);
      if (denial?.status === 401) reply.header('www-authenticate', 'Bearer');
      if (denial) return refuse(denial.status, denial.error, denial.message, reply);
      if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
      const bytes = bodyBytes(request);
      if (bytes === 0) return undefined;
      if (!this.#bodies.take(bytes)) {
        server.warnings.warn('bodies', `the bodies of requests that are under way take ${this.#bodies.used} bytes; one of ${request.ip} was refused`);
        return refuse(503, 'Busy', 'too many large requests are under way; try again', reply.header('retry-after', '5'));
      }
      reply.raw.once('close', () => this.#bodies.free(bytes));
      return undefined;
    });
    // A reader that accepts nothing for this time is gone.
    app.addHook('onSend', async (_request, reply) => void reply.raw.setTimeout(limits.TAKE_MS));
    // Each route parses its body itself.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const known = STATUS[error.name] ?? error.statusCode;
      if (known === undefined) server.events.emit('fault', error);
      const status = known ?? 500;
      return reply
        .code(status)
        .send({
          error: status === 500 ? 'InternalError' : error.name,
          message: status === 500 ? 'internal error; see the output of the server' : error.message,
        });
    });
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send({ error: 'NotFound', message: `no resource at ${request.method} ${shorten(request.url, 200)}` }),
    );

    registerClients(app, server);
    this.#feed.register(app);
    const { version } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
    app.post('/api/session', (request, reply) => {
      guard.openSession(request, reply);
      return reply.code(204).send();
    });
    app.get('/api/server', () => ({ name: 'wixt', version, coap: server.coapAddresses.map((address) => `coap://${hostPort(address)}`) }));

    app.register(fastifyStatic, { root: inPackage('src', 'host', 'console'), prefix: '/' });
    const uplot = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.esm.js'));
    app.register(fastifyStatic, { root: uplot, prefix: '/uplot/', decorateReply: false });
  }

  /** Rejects with Node's error (`code`, `address`, `port`) if the port is not available. */
  async start(): Promise<void> {
    const { host, port } = this.#options;
    await this.#app.listen({ host, port });
  }

  /** "http://127.0.0.1:8080", once started; the loopback address if it listens on all addresses. */
  get url(): string {
    const { address, port } = this.#app.server.address() as AddressInfo;
    return `http://${hostPort({ address: address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address, port })}`;
  }

  async stop(): Promise<void> {
    this.#feed.close();
    await this.#app.close();
  }

  #limitConnections(server: LwM2mServer): void {
    const http = this.#app.server;
    http.maxConnections = limits.MAX_CONNECTIONS;
    http.on('drop', () => server.warnings.warn('connections', `there are ${limits.MAX_CONNECTIONS} HTTP connections, which is the limit; one was refused`));
    http.on('connection', (socket: Socket) => {
      const { remoteAddress = '' } = socket;
      if (isLoopback(remoteAddress)) return;
      const owner = ownerOf(remoteAddress);
      const count = (this.#connections.get(owner) ?? 0) + 1;
      this.#connections.set(owner, count);
      socket.once('close', () => {
        const left = this.#connections.get(owner)! - 1;
        if (left > 0) this.#connections.set(owner, left);
        else this.#connections.delete(owner);
      });
      if (count <= limits.MAX_CONNECTIONS_PER_ADDRESS) return;
      server.warnings.warn('connections', `${remoteAddress} has ${count - 1} HTTP connections, which is the limit for one address; one was refused`);
      socket.destroy();
    });
  }
}

/** Size of a request's body: as announced, or the maximum if it is not announced. */
function bodyBytes({ method, headers }: FastifyRequest): number {
  if (WITHOUT_BODY.has(method)) return 0;
  if (headers['transfer-encoding'] !== undefined) return limits.MAX_BODY_BYTES;
  return Math.min(Number(headers['content-length'] ?? 0) || 0, limits.MAX_BODY_BYTES);
}
