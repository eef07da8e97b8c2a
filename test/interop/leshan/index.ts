/** Leshan from Maven Central: made ready in the cache, run as a server with a plain HTTP API (leshan/src), or as a client. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { writeModels } from '../models';
import { cache, has, LineProcess, root, run } from '../process';
import { until } from '../runner';

const folder = `${cache}leshan/`;
const sources = `${root}test/interop/leshan/`;

/** Fetches Leshan and compiles the lab, when that has not been done yet. Returns why that cannot be, or undefined. */
export function prepareLeshan(): string | undefined {
  for (const program of ['java', 'javac', 'mvn']) if (!has(program)) return `Leshan needs ${program} on PATH (JDK 17 and Maven)`;
  const files = readdirSync(`${sources}src`).map((name) => `${sources}src/${name}`);
  const stamp = createHash('sha256');
  for (const file of [`${sources}pom.xml`, ...files]) stamp.update(readFileSync(file));
  const wanted = stamp.digest('hex');
  mkdirSync(`${folder}models`, { recursive: true });
  writeModels(`${folder}models`);
  if (existsSync(`${folder}stamp`) && readFileSync(`${folder}stamp`, 'utf8') === wanted) return undefined;
  try {
    run('mvn', ['-q', '-B', '-f', `${sources}pom.xml`, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}lib`]);
    run('javac', ['-Xlint:-options', '-cp', `${folder}lib/*`, '-d', `${folder}classes`, ...files]);
  } catch (error) {
    return (error as Error).message;
  }
  writeFileSync(`${folder}stamp`, wanted);
  return undefined;
}

function start(name: string, args: string[]): LineProcess {
  const flags = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-Dsun.net.httpserver.nodelay=true', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  return new LineProcess(name, 'java', [...flags, '-cp', `${folder}classes:${folder}lib/*`, 'Lab', ...args, '--models', `${folder}models`]);
}

/** Program and arguments of a Leshan server for the load generator: with the JVM's own settings, since it shall be as fast as it can. */
export function loadCommand(): [string, string[]] {
  return ['java', ['-Xmx2g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', `${folder}classes:${folder}lib/*`, 'Lab', 'load', '--models', `${folder}models`]];
}

/** What the lab says of an answer. */
export interface Answer {
  /** As Leshan spells it: CONTENT, CHANGED, METHOD_NOT_ALLOWED, …; TIMEOUT. */
  status?: string;
  code?: number;
  error?: string;
  contentFormat?: number;
  /** Hexadecimal, as received. */
  payload?: string;
  /** SenML JSON. */
  content?: { bn?: string; n?: string; v?: number; vs?: string; vb?: boolean; vd?: string; vlo?: string }[];
  links?: string[];
  location?: string;
  observe?: number;
  cancelled?: number;
}

export interface LabEvent extends Answer {
  n: number;
  /** Milliseconds since 1970. */
  t: number;
  type: 'REGISTRATION' | 'UPDATED' | 'DEREGISTRATION' | 'NOTIFICATION' | 'NOTIFICATION_ERROR';
  endpoint: string;
  path?: string;
  expired?: boolean;
  again?: boolean;
  /** Of an Update: what it said. */
  lifetime?: number | null;
  binding?: string | null;
  objects?: boolean;
  registration?: Registration;
}

export interface Registration {
  endpoint: string;
  registrationId: string;
  port: number;
  version: string;
  lifetime: number;
  binding: string;
  queueMode: boolean;
  links: string[];
  objects: string;
}

export class LeshanServer {
  constructor(public process: LineProcess, readonly coapPort: number, readonly httpPort: number) {}

  get uri(): string {
    return `coap://127.0.0.1:${this.coapPort}`;
  }

  async request<T = Answer>(method: string, path: string, body?: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/${path}`, { method, body });
    return (await response.json()) as T;
  }

  async events(since = 0): Promise<LabEvent[]> {
    return this.request('GET', `events?since=${since}`);
  }

  /** The number of the next event. */
  async mark(): Promise<number> {
    return (await this.events()).length;
  }

  /** The first event from number `since` on that `test` likes. */
  async event(what: string, since: number, test: (event: LabEvent) => boolean, ms = 10_000): Promise<LabEvent> {
    return until(what, async () => (await this.events(since)).find(test), ms);
  }

  /** Loses everything, as in a crash. `restart` brings it back on the same ports. */
  crash(): Promise<void> {
    return this.process.kill();
  }

  async restart(): Promise<void> {
    this.process = (await startLeshan({ coap: this.coapPort, http: this.httpPort })).process;
  }

  client(endpoint: string): LeshanView {
    return new LeshanView(this, endpoint);
  }
}

/** One client as Leshan manages it. */
export class LeshanView {
  constructor(readonly server: LeshanServer, readonly endpoint: string) {}

  #send(method: string, path: string, body?: string): Promise<Answer> {
    return this.server.request(method, `clients/${this.endpoint}${path}`, body);
  }

  /** Its registration; undefined while the endpoint is not registered. */
  registration(): Promise<Registration> {
    return this.server.request('GET', `clients/${this.endpoint}`);
  }

  /** `timeout` in seconds, 30 unless given. */
  read = (path: string, format?: string, timeout = 30) => this.#send('GET', `${path}?timeout=${timeout}${format ? `&format=${format}` : ''}`);
  discover = (path: string) => this.#send('GET', `${path}/discover`);
  execute = (path: string, args?: string) => this.#send('POST', path, args);
  attributes = (path: string, query: string) => this.#send('PUT', `${path}/attributes?${query}`);
  delete = (path: string) => this.#send('DELETE', path);
  observe = (path: string, format?: string) => this.#send('POST', `${path}/observe${format ? `?format=${format}` : ''}`);
  /** Forgets the observation: the next notification is answered by a Reset. */
  forget = (path: string) => this.#send('DELETE', `${path}/observe`);
  cancel = (path: string) => this.#send('DELETE', `${path}/observe?active`);

  /** Writes resources (by name below `path`: "14", "6/0") of SenML types v, vs, vb, vd, vlo. */
  write(path: string, values: Record<string, object>, options: { format?: string; replace?: boolean; timeout?: number } = {}): Promise<Answer> {
    const query = new URLSearchParams({ format: options.format ?? 'TLV', replace: String(options.replace ?? true), timeout: String(options.timeout ?? 30) });
    return this.#send('PUT', `${path}?${query}`, senml(path, values));
  }

  create(object: number, values: Record<string, object>, instance?: number): Promise<Answer> {
    return this.#send('POST', `/${object}${instance === undefined ? '' : `?instance=${instance}`}`, senml(`/${object}/${instance ?? 0}`, values));
  }
}

function senml(path: string, values: Record<string, object>): string {
  const records = Object.entries(values).map(([n, value]) => ({ n: n && `/${n}`, ...value }));
  if (records[0]) Object.assign(records[0], { bn: path });
  return JSON.stringify(records);
}

/** Starts a Leshan server, on ports that the system chooses unless given. */
export async function startLeshan(options: { coap?: number; http?: number; block?: number } = {}): Promise<LeshanServer> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = start('Leshan server', ['server', ...args]);
  const ready = await child.line('READY', (line) => line.startsWith('READY'), 30_000);
  const [, coap, http] = ready.split(' ');
  return new LeshanServer(child, Number(coap), Number(http));
}

/** Starts a Leshan client. */
export async function startLeshanClient(url: string, name: string, lifetime = 300): Promise<LineProcess> {
  const child = start('Leshan client', ['client', '--url', url, '--name', name, '--lifetime', String(lifetime)]);
  await child.line('READY', (line) => line.startsWith('READY'), 30_000);
  return child;
}

/** The values of an answer, by path: exact, opaque ones as Uint8Array, object links as "object:instance". */
export function values(answer: Answer): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  let base = '';
  for (const { bn, n, v, vs, vb, vd, vlo } of answer.content ?? []) {
    base = bn ?? base;
    found[base + (n ?? '')] = vd !== undefined ? new Uint8Array(Buffer.from(vd, 'base64url')) : v ?? vs ?? vb ?? vlo;
  }
  return found;
}
