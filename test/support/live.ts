/** Real things on loopback: our server inside the test, `wixt` as a process. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { createLwM2mServer, type Node, type Registration, type Server } from '../../src/host/server/index';

const ROOT = new URL('../../', import.meta.url);

export interface Run {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  out(): string;
  errors(): string;
  /** Resolves when the output has `count` lines that match, with the last of them. */
  line(pattern: RegExp, count?: number): Promise<string>;
  /** Events printed so far, by --json. */
  events(): { event: string; [detail: string]: any }[];
  /** Resolves when there have been `count` such events, with the last of them. */
  event(name: string, count?: number): Promise<any>;
  /** Sends a command and waits for its result. */
  command(command: object): Promise<any>;
  ended: Promise<number | null>;
}

/** Starts Node on a script of the package. */
export function runNode(...line: string[]): Run {
  const child = spawn(process.execPath, line, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  let commands = 0;
  // Waiting callers check again after more output, and at its end.
  let news = () => {};
  let next = new Promise<void>((resolve) => (news = resolve));
  const wake = (): void => {
    news();
    next = new Promise((resolve) => (news = resolve));
  };
  child.stdout.on('data', (data) => {
    out += data;
    wake();
  });
  let closed = false;
  child.on('close', () => {
    closed = true;
    wake();
  });
  child.stderr.on('data', (data) => (errors += data));
  child.stdin.on('error', () => {});
  const lines = (): string[] => out.slice(0, out.lastIndexOf('\n') + 1).split('\n').slice(0, -1);
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (closed) throw new Error(`it has ended (${child.exitCode ?? child.signalCode}): ${out}${errors}`);
      await next;
    }
  };
  const events = (): { event: string; [detail: string]: any }[] => lines().map((line) => JSON.parse(line));
  const run: Run = {
    child,
    out: () => out,
    errors: () => errors,
    events,
    line: (pattern, count = 1) => until(() => lines().filter((line) => pattern.test(line))[count - 1]),
    event: (name, count = 1) => until(() => events().filter(({ event }) => event === name)[count - 1]),
    command(command) {
      const id = ++commands;
      child.stdin.write(JSON.stringify({ id, ...command }) + '\n');
      return until(() => events().find((one) => one.event === 'result' && one.id === id));
    },
    ended: once(child, 'close').then(([code]) => code),
  };
  return run;
}

/** `wixt`, as it was built, with a command line. */
export const runWixt = (...line: string[]): Run => runNode('bin/wixt.js', ...line);

/** Our server on free ports of 127.0.0.1. */
export interface Live {
  server: Server;
  /** coap://127.0.0.1:PORT */
  uri: string;
  /** Resolves when the endpoint has registered `count` times since the server started. */
  registered(endpoint: string, count?: number): Promise<Registration>;
}

export async function startLive(): Promise<Live> {
  const server = createLwM2mServer({ coapPort: 0, httpPort: false, hosts: ['127.0.0.1'] });
  await server.start();
  const seen: Registration[] = [];
  server.events.on('registration', (registration) => void seen.push(registration));
  return {
    server,
    uri: `coap://127.0.0.1:${server.coapAddresses[0]!.port}`,
    async registered(endpoint, count = 1) {
      for (;;) {
        const found = seen.filter((one) => one.endpoint === endpoint)[count - 1];
        if (found) return found;
        await once(server.events, 'registration');
      }
    },
  };
}

/** A node as plain values: by instance and resource id, integers as numbers. */
export function plain(node: Node | undefined): any {
  const one = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);
  if (!node) return undefined;
  if (node.kind === 'obj') return Object.fromEntries(node.instances.map((instance) => [instance.id, plain(instance)]));
  if (node.kind === 'instance') return Object.fromEntries(node.resources.map((resource) => [resource.id, plain(resource)]));
  if (node.kind === 'multiResource') return Object.fromEntries([...node.values].map(([id, value]) => [id, one(value)]));
  return one(node.value);
}

/** What the server reads at a path of a device, plain. */
export async function readPlain({ server }: Live, endpoint: string, path: string): Promise<any> {
  const answer = await server.read(endpoint, path);
  return plain(answer.content);
}
