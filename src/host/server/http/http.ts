/** The HTTP side: REST, events and the console. */
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIP, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { inPackage } from '../../build/root';
import { hostPort } from '../coap/transport';
import type { LwM2mServer } from '../server';
import { registerClients } from './clients';
import { Feed } from './feed';

/** An opaque value of 1 MiB in hexadecimal, and room for what is around it. */
const BODY_LIMIT = 4 << 20;

/** error name → HTTP status */
const STATUS: Record<string, number> = {
  UnknownClientError: 404,
  InvalidRequestError: 400,
  ArgumentsError: 400,
  TimeoutError: 504,
  ResetError: 502,
  InvalidResponseError: 502,
  CanceledError: 503,
};

const HEADERS = {
  // nothing from elsewhere, and no script that a device could smuggle in
  'content-security-policy': "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

const LOOPBACK = /^(?:127\.|::1$|localhost$)/;

/**
 * Pages of other sites may not use this server through the person's browser: neither by sending requests (their Origin differs)
 * nor by giving their own name our address (then the Host is a name that is not ours; known where only this machine may call).
 */
function refusal(local: boolean, method: string, host: string | undefined, origin: string | undefined): string | undefined {
  const name = host
    ?.replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (local && (name === undefined || (isIP(name) === 0 && name !== 'localhost' && name !== hostname().toLowerCase())))
    return `the host name "${name}" is not this server's`;
  if (method === 'GET' || method === 'HEAD' || origin === undefined) return undefined;
  return origin.replace(/^https?:\/\//, '') === host ? undefined : `requests from pages of ${origin} are not allowed`;
}

export class HttpSide {
  readonly #app: FastifyInstance;
  readonly #feed: Feed;
  #local = true;

  constructor(server: LwM2mServer) {
    const app = Fastify({ bodyLimit: BODY_LIMIT, forceCloseConnections: true, routerOptions: { maxParamLength: 2000, ignoreTrailingSlash: true } });
    this.#app = app;
    this.#feed = new Feed(server);

    app.addHook('onRequest', async (request, reply) => {
      reply.headers(HEADERS);
      const reason = refusal(this.#local, request.method, request.headers.host, request.headers.origin);
      if (reason) return reply.code(403).send({ error: 'Forbidden', message: reason });
      if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
      return undefined;
    });
    // each route decides for itself what its body is
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      const known = STATUS[error.name] ?? error.statusCode;
      if (known === undefined) server.events.emit('fault', error);
      const status = known ?? 500;
      return reply
        .code(status)
        .send({
          error: status === 500 ? 'InternalError' : error.name,
          message: status === 500 ? 'this server failed; its output says more' : error.message,
        });
    });
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send({ error: 'NotFound', message: `there is nothing at ${request.method} ${request.url.slice(0, 200)}` }),
    );

    registerClients(app, server);
    this.#feed.register(app);
    const { version } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));
    app.get('/api/server', () => ({ name: 'wixt', version, coap: server.coapAddresses.map((address) => `coap://${hostPort(address)}`) }));

    app.register(fastifyStatic, { root: inPackage('src', 'host', 'console'), prefix: '/' });
    const uplot = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.esm.js'));
    app.register(fastifyStatic, { root: uplot, prefix: '/uplot/', decorateReply: false });
  }

  /** Rejects with Node's error (`code`, `address`, `port`) where the port cannot be had. */
  async start(host: string, port: number): Promise<void> {
    this.#local = LOOPBACK.test(host);
    await this.#app.listen({ host, port });
  }

  /** "http://127.0.0.1:8080", once started; for a person on this machine where it listens everywhere. */
  get url(): string {
    const { address, port } = this.#app.server.address() as AddressInfo;
    return `http://${hostPort({ address: address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address, port })}`;
  }

  async stop(): Promise<void> {
    this.#feed.close();
    await this.#app.close();
  }
}
