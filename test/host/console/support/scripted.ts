/** A server that says what a test wants, so that the page alone is measured: the console's files, its REST interface and its events. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, extname, join, normalize } from 'node:path';
import { inPackage } from '../../../../src/host/build/root';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CONSOLE = inPackage('src', 'host', 'console');
const UPLOT = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.esm.js'));

export type Json = Record<string, unknown>;

export interface Reply {
  status?: number;
  json: unknown;
  headers?: Record<string, string>;
}

/** Method and path with query → the answer; undefined is 404. */
export type Script = (method: string, url: URL, body: string) => Reply | undefined;

/** A registration as REST sends it. */
export const registration = (endpoint: string, changes: Json = {}): Json => ({
  endpoint,
  registrationId: `id-${endpoint}`,
  registrationDate: Date.now(),
  lastUpdate: Date.now(),
  address: '192.0.2.1:5683',
  lwM2mVersion: '1.0',
  lifetime: 300,
  bindingMode: 'U',
  rootPath: '/',
  objectLinks: [{ url: '/3/0', attributes: {} }],
  secure: false,
  additionalRegistrationAttributes: {},
  queuemode: false,
  availableInstances: { 3: [0] },
  ...changes,
});

/** An Update that changes nothing but the time, as the event stream sends it. */
export const updated = (endpoint: string): Json => ({
  registration: { endpoint, registrationId: `id-${endpoint}`, lastUpdate: Date.now(), lifetime: 300, address: '192.0.2.1:5683' },
  update: { registrationId: `id-${endpoint}` },
});

export class ScriptedServer {
  /** What the list of clients holds. */
  clients: Json[] = [];
  /** Answers what this class does not know. */
  script: Script = () => undefined;
  /** Whether the stream of events is answered as `script` says. */
  refuseStreams: () => boolean = () => false;
  /** Every request to the REST interface: "GET /api/clients?limit=500". */
  readonly asked: string[] = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  #http: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get listeners(): number {
    return this.#streams.size;
  }

  /** Starts, at the same port as before where it was stopped. */
  async start(): Promise<void> {
    const http = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (data: string) => (body += data));
      request.on('end', () => void this.#answer(request.method!, new URL(request.url!, this.url), body, response));
    });
    this.#http = http;
    http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => http.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (http.address() as AddressInfo).port;
  }

  /** Ends all connections without a word. */
  async stop(): Promise<void> {
    this.#streams.clear();
    this.#sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.#http!.close(resolve));
  }

  /** Tells all listeners. */
  tell(event: string, data: unknown): void {
    for (const stream of this.#streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async #answer(method: string, url: URL, body: string, response: ServerResponse): Promise<void> {
    const { pathname } = url;
    if (!pathname.startsWith('/api/')) return this.#file(pathname, response);
    this.asked.push(`${method} ${pathname}${url.search}`);
    if (pathname === '/api/event' && !this.refuseStreams()) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': here\nretry: 200\n\n');
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      return undefined;
    }
    const { status = 200, json, headers = {} } = this.script(method, url, body) ?? this.#known(url) ?? { status: 404, json: { error: 'NotFound', message: 'nothing here' } };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(json === undefined ? '' : JSON.stringify(json));
    return undefined;
  }

  #known(url: URL): Reply | undefined {
    const { pathname, searchParams } = url;
    if (pathname === '/api/server') return { json: { name: 'wixt', version: '0', coap: ['coap://127.0.0.1:5683'] } };
    if (pathname === '/api/coaplog') return { json: [] };
    if (pathname.startsWith('/api/objectspecs/') || pathname.endsWith('/observations')) return { json: [] };
    if (pathname !== '/api/clients') return undefined;
    const limit = Number(searchParams.get('limit') ?? this.clients.length);
    const after = Number(searchParams.get('after') ?? 0);
    const more = after + limit < this.clients.length;
    const headers: Record<string, string> = more ? { link: `</api/clients?limit=${limit}&after=${after + limit}>; rel="next"` } : {};
    return { json: this.clients.slice(after, after + limit), headers };
  }

  async #file(pathname: string, response: ServerResponse): Promise<void> {
    const name = normalize(pathname === '/' ? '/index.html' : pathname);
    const path = name.startsWith('/uplot/') ? join(UPLOT, name.slice(7)) : join(CONSOLE, name);
    try {
      const data = await readFile(path);
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' });
      response.end(data);
    } catch {
      response.writeHead(404).end();
    }
  }
}
