/** Foreign peers other than Leshan, installed by name into the cache. */
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync } from 'node:fs';
import { cache, has, LineProcess, root, run } from '../process';
import { until } from '../runner';

const here = `${root}test/interop/peers/`;

/** Installs `name@version` from npm, with what it needs, without running any of its scripts. Returns why that cannot be, or undefined. */
export function prepareNpm(name: string, version: string): string | undefined {
  const folder = `${cache}npm/${name}`;
  if (existsSync(`${folder}/node_modules/${name}/package.json`)) return undefined;
  mkdirSync(folder, { recursive: true });
  try {
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--no-save', `${name}@${version}`]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** coap-node, a LwM2M client of 2016, by a program of ours around it. */
export function startCoapNode(port: number, endpoint: string): LineProcess {
  return new LineProcess('coap-node', process.execPath, [`${here}coap-node.cjs`, `${cache}npm/coap-node`, String(port), endpoint]);
}

/** The command line client of lwm2m-node-lib (AGPL: it is run, nothing of ours touches it), driven over its standard input. */
export function startNodeLib(): LineProcess {
  const folder = `${cache}npm/lwm2m-node-lib`;
  return new LineProcess('lwm2m-node-lib', process.execPath, [`${folder}/node_modules/lwm2m-node-lib/bin/iotagent-lwm2m-client.js`], { cwd: folder });
}

/** Installs aiocoap into a virtual environment. Returns why that cannot be, or undefined. */
export function prepareAiocoap(): string | undefined {
  const python = `${cache}python/bin/python`;
  if (existsSync(`${cache}python/aiocoap-0.4.17`)) return undefined;
  if (!has('python3')) return 'aiocoap needs python3 on PATH';
  try {
    run('python3', ['-m', 'venv', `${cache}python`]);
    run(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', 'aiocoap==0.4.17']);
    mkdirSync(`${cache}python/aiocoap-0.4.17`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export interface CoapRequest {
  method: string;
  uri: string;
  /** Hexadecimal. */
  payload?: string;
  content_format?: number;
  accept?: number;
  observe?: number;
  /** Number and size exponent of the one block wanted. */
  block2?: [number, number];
  /** Further options: number and value in hexadecimal. */
  options?: [number, string][];
  non?: boolean;
}

export interface CoapAnswer {
  n: number;
  /** "2.05", … */
  code: string;
  payload: string;
  format: number | null;
  location: string;
  observe: number | null;
  type: string;
  error?: string;
}

export interface CoapSeen {
  request: string;
  path: string;
  query: string[];
  payload: string;
  format: number | null;
  /** UDP port of the sender. */
  port: number;
}

/** A CoAP endpoint with aiocoap. */
export class Aiocoap {
  #n = 0;
  private constructor(readonly process: LineProcess, readonly port: number) {}

  static async start(role: 'server' | 'device'): Promise<Aiocoap> {
    const port = await freePort();
    const child = new LineProcess('aiocoap', `${cache}python/bin/python`, [`${here}aiocoap_peer.py`, role, String(port)]);
    await child.line('its start', (line) => line.includes('"ready"'), 20_000);
    return new Aiocoap(child, port);
  }

  get #told(): (CoapAnswer & CoapSeen)[] {
    return this.process.lines.map((line) => JSON.parse(line));
  }

  /** Sends a request; `all` finds what came in answer so far (an observation has several). */
  async ask(request: CoapRequest, ms = 15_000): Promise<CoapAnswer & { all: () => CoapAnswer[] }> {
    const n = ++this.#n;
    this.process.say(JSON.stringify({ n, ...request }));
    const all = () => this.#told.filter((line) => line.n === n);
    const first = await until(`an answer to ${request.method} ${request.uri}`, () => all()[0], ms);
    return { ...first, all };
  }

  /** The requests that it has got. */
  seen(): CoapSeen[] {
    return this.#told.filter((line) => line.request);
  }

  set(text: string): void {
    this.process.say(JSON.stringify({ set: text }));
  }

  async stop(): Promise<void> {
    this.process.child.stdin.end();
    await this.process.ended();
  }
}

/** A free UDP port. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
