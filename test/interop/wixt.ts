/** Our server as a process, and its REST. */
import { existsSync } from 'node:fs';
import { LineProcess, root } from './process';
import { until } from './runner';

/** The command `wixt`: what has been built, or the sources when INTEROP_SOURCES is set (for work on them). */
export const wixt = process.env.INTEROP_SOURCES ? ['--import', 'tsx', `${root}src/host/cli.ts`] : [`${root}bin/wixt.js`];

/** Why the command cannot be run, or undefined. */
export const unbuilt = !existsSync(`${root}dist/lib/cli.js`) ? 'wixt is not built: run npm run build' : undefined;

/** What REST answers, in the manner of Leshan's demo. */
export interface Reply {
  status: string;
  content?: Content;
  objectLinks?: { url: string; attributes: Record<string, string | null> }[];
  location?: string;
  observed?: boolean;
  error?: string;
  message?: string;
  errormessage?: string;
}

export interface Content {
  kind: string;
  id: number;
  value?: unknown;
  values?: Record<string, unknown>;
  resources?: Content[];
  instances?: Content[];
}

export interface FeedEvent {
  n: number;
  type: string;
  ep: string;
  data: { res?: string; val?: Content; reason?: string; lifetime?: number; [more: string]: unknown };
}

export class WixtServer {
  private constructor(readonly process: LineProcess, readonly coapPort: number, readonly url: string) {}

  static async start(): Promise<WixtServer> {
    const child = new LineProcess('wixt server', process.execPath, [...wixt, 'server', '--coap-port', '0', '--http-port', '0', '--json']);
    const line = JSON.parse(await child.line('its ports', (text) => text.includes('"listening"'), 20_000)) as { console: string; coap: string[] };
    return new WixtServer(child, Number(line.coap[0]!.split(':').at(-1)), line.console);
  }

  async request(method: string, path: string, body?: unknown): Promise<Reply> {
    const text = typeof body === 'string';
    const response = await fetch(`${this.url}/api/clients/${path}`, { method, ...(body === undefined ? {} : { body: text ? body : JSON.stringify(body), headers: { 'content-type': text ? 'text/plain' : 'application/json' } }) });
    const raw = await response.text();
    return raw === '' ? { status: String(response.status) } : (JSON.parse(raw) as Reply);
  }

  async events(since = 0): Promise<FeedEvent[]> {
    return (await (await fetch(`${this.url}/api/events?since=${since}`)).json()) as FeedEvent[];
  }

  async mark(): Promise<number> {
    return (await this.events()).length;
  }

  async event(what: string, since: number, test: (event: FeedEvent) => boolean, ms = 10_000): Promise<FeedEvent> {
    return until(what, async () => (await this.events(since)).find(test), ms);
  }
}

/** All values below an answer's content, by path from `base` on. */
export function valuesOf(base: string, content: Content | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const visit = (path: string, node: Content): void => {
    if (node.value !== undefined) found[path] = node.value;
    for (const [id, value] of Object.entries(node.values ?? {})) found[`${path}/${id}`] = value;
    for (const child of [...(node.resources ?? []), ...(node.instances ?? [])]) visit(`${path}/${child.id}`, child);
  };
  if (content) visit(base, content);
  return found;
}
