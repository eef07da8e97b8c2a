/**
 * Access control of the HTTP side. Pages of other sites must not use it through a visitor's browser: neither by requests (the browser sends Origin
 * and Sec-Fetch-Site) nor by DNS rebinding (then Host is not one of our names). Requests from other machines need the token.
 */
import { shorten } from '../errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

export interface GuardOptions {
  /** Further host names of this server, besides localhost and the machine's own. */
  names: readonly string[];
  /** The token required for /api; undefined: none. */
  token: string | undefined;
}

export interface Denial {
  status: 401 | 403;
  error: 'Unauthorized' | 'Forbidden';
  message: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const forbid = (message: string): Denial => ({ status: 403, error: 'Forbidden', message });

export class Guard {
  readonly #names: ReadonlySet<string>;
  readonly #token: Buffer | undefined;
  /** The value of the cookie: not the token itself. */
  readonly #session: string;

  constructor({ names, token }: GuardOptions) {
    this.#names = new Set(['localhost', hostname(), `${hostname()}.local`, ...names].map((name) => name.toLowerCase().replace(/\.$/, '')));
    this.#token = token === undefined ? undefined : digest(token);
    this.#session = digest(`session ${token}`).toString('base64url');
  }

  /** Returns why the request is denied; undefined if it is allowed. */
  check(request: FastifyRequest): Denial | undefined {
    const { host, origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const named = this.#checkHost(host);
    if (named) return named;
    const api = isApi(request.url);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
      return forbid(`requests from pages of ${shorten(String(origin), 100)} are not allowed`);
    // "same-site" is another port of this host, or another name of its domain: not this server.
    if (api && (site === 'cross-site' || site === 'same-site')) return forbid('requests from pages of other sites are not allowed (Sec-Fetch-Site)');
    if (api && !this.#knows(request))
      return {
        status: 401,
        error: 'Unauthorized',
        message: 'this server asks for its token: open the address that it printed, or send "Authorization: Bearer TOKEN"',
      };
    return undefined;
  }

  /** Sets the cookie for a browser: EventSource cannot send our headers. */
  openSession(request: FastifyRequest, reply: FastifyReply): void {
    if (this.#token) reply.header('set-cookie', `${cookieName(request)}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`);
  }

  #checkHost(host: string | undefined): Denial | undefined {
    const [, address, plain] = /^(?:\[([^\]]{1,100})\]|([^:[\]]{1,253}))(?::\d{1,5})?$/.exec(host ?? '') ?? [];
    const name = (address ?? plain ?? '').toLowerCase().replace(/\.$/, '');
    if (address === undefined ? isIP(name) === 4 || this.#names.has(name) : isIP(address.split('%')[0]!) === 6) return undefined;
    return forbid(`the host name "${shorten(host ?? '', 100)}" is not this server's; --http-name NAME makes it one`);
  }

  #knows(request: FastifyRequest): boolean {
    if (!this.#token) return true;
    const [, given] = /^Bearer +(\S+) *$/i.exec((request.headers.authorization ?? '').slice(0, 1000)) ?? [];
    if (given !== undefined) return timingSafeEqual(digest(given), this.#token);
    const wanted = `${cookieName(request)}=`;
    const cookie = (request.headers.cookie ?? '').split(';').find((part) => part.trim().startsWith(wanted));
    return cookie !== undefined && timingSafeEqual(digest(cookie.trim().slice(wanted.length)), digest(this.#session));
  }
}

/** Cookies are shared between ports, so the name contains the port. */
const cookieName = (request: FastifyRequest): string => `wixt-${request.socket.localPort}`;

const isApi = (url: string): boolean => /^\/api(?:[/?]|$)/i.test(url);
