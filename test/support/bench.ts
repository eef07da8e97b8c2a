/** A client between fakes: a socket that is two arrays, a clock that is a number, and a server that the test plays. */
import type { Client, ClientOptions, EventName, LwM2mObject, Udp } from '../../src/device/index';
import { decodeMessage, encodeMessage, type RefMessage } from '../reference/coap';
import type { CoreUnderTest } from './core';

/** A datagram that the client sent. */
export interface Sent {
  /** Virtual time, ms. */
  at: number;
  bytes: Uint8Array;
  address: string;
  port: number;
}

export interface Bench {
  client: Client;
  now: number;
  /** Oldest first. */
  out: Sent[];
  events: { at: number; name: EventName; ssid: number; detail?: number | string }[];
  /** What host names resolve to: null for none now, undefined for later. */
  resolve: (host: string) => string | null | undefined;
  /** Gives a datagram to the client, polls, and returns what it sent since. */
  give(datagram: Uint8Array | string, address?: string, port?: number): Sent[];
  /** As a message instead of bytes. */
  say(message: Partial<RefMessage>, address?: string): Sent[];
  poll(): Sent[];
  /** Lets time pass, polling when the client wants it. Returns what it sent. */
  advance(ms: number): Sent[];
  /** Lets time pass until the client sends something, at most `ms`. */
  wait(ms: number): Sent[];
  start(): void;
  /** Answers each Register that waits; the registration is at /rd/1. */
  register(): void;
  /** The bench's `changed`: a value changed. */
  changed(object: number, instance: number, resource: number): Sent[];
}

export const SERVER = '192.0.2.1';
export const fromHex = (s: string): Uint8Array => new Uint8Array(Buffer.from(s.replace(/\s/g, ''), 'hex'));
export const toHex = (b: Iterable<number>): string => Buffer.from([...b]).toString('hex');

/** mulberry32: a generator with a seed. */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function parse(bytes: Uint8Array): RefMessage {
  const m = decodeMessage(bytes);
  if (typeof m === 'string') throw new Error(`the client sent what is no CoAP message: ${toHex(bytes)}`);
  return m;
}

export const build = (m: Partial<RefMessage>): Uint8Array =>
  Uint8Array.from(encodeMessage({ type: 0, code: 0, mid: 0, token: [], options: [], payload: [], ...m }));

export const text = (s: string): number[] => [...Buffer.from(s)];

/** Uri-Path options of "/3/0/9". */
export const pathOptions = (path: string, number = 11): RefMessage['options'] =>
  path.split('/').filter(Boolean).map((part) => ({ number, value: text(part) }));

export const uintOption = (number: number, v: number): { number: number; value: number[] } => {
  const value: number[] = [];
  for (; v > 0; v = Math.floor(v / 256)) value.unshift(v % 256);
  return { number, value };
};

export const blockOption = (number: number, num: number, more: boolean, size: number): { number: number; value: number[] } =>
  uintOption(number, num * 16 + (more ? 8 : 0) + Math.log2(size / 16));

export function createBench({ core }: Pick<CoreUnderTest, 'core'>, objects: LwM2mObject[], options: Partial<ClientOptions> = {}): Bench {
  const waiting: { bytes: Uint8Array; address: string; port: number }[] = [];
  const udp: Udp = {
    remoteAddress: undefined,
    remotePort: undefined,
    read(into) {
      const next = waiting.shift();
      if (!next) return undefined;
      udp.remoteAddress = next.address;
      udp.remotePort = next.port;
      into.set(next.bytes.subarray(0, into.length));
      return Math.min(next.bytes.length, into.length);
    },
    write: (data, length, address, port) => void bench.out.push({ at: bench.now, bytes: data.slice(0, length), address, port }),
    close() {},
    resolve: (host) => bench.resolve(host),
  };
  const since = (run: () => void): Sent[] => {
    const from = bench.out.length;
    run();
    return bench.out.slice(from);
  };
  const poll = (): number => core.poll(bench.client, bench.now);
  const pass = (end: number, enough: () => boolean): void => {
    for (let rounds = 0; ; rounds++) {
      const wait = poll();
      if (enough()) return;
      if (bench.now + wait > end) break;
      if (rounds > 1_000_000) throw new Error('the client wants to be called for ever without time passing');
      bench.now += Math.max(wait, 1);
    }
    bench.now = end;
  };
  const bench: Bench = {
    client: undefined as unknown as Client,
    now: 1000,
    out: [],
    events: [],
    resolve: (host) => host,
    give: (datagram, address = SERVER, port = 5683) =>
      since(() => {
        waiting.push({ bytes: typeof datagram === 'string' ? fromHex(datagram) : datagram, address, port });
        core.receive(bench.client, bench.now);
        poll();
      }),
    say: (message, address) => bench.give(build(message), address),
    poll: () => since(() => void poll()),
    advance: (ms) => since(() => pass(bench.now + ms, () => false)),
    wait(ms) {
      const from = bench.out.length;
      pass(bench.now + ms, () => bench.out.length > from);
      return bench.out.slice(from);
    },
    start() {
      core.start(bench.client, bench.now);
      poll();
    },
    register() {
      bench.start();
      for (const { bytes, address } of [...bench.out]) {
        const m = parse(bytes);
        bench.say({ type: 2, code: 0x41, mid: m.mid, token: m.token, options: pathOptions('/rd/1', 8) }, address);
      }
    },
    changed: (object, instance, resource) =>
      since(() => {
        core.changed(bench.client, object, instance, resource);
        poll();
      }),
  };
  bench.client = core.createClient({
    endpoint: 'test',
    servers: [{ uri: `coap://${SERVER}`, ssid: 1, lifetime: 86400 }],
    objects,
    udp,
    random: seeded(1),
    onEvent: (_c, name, ssid, detail) => void bench.events.push({ at: bench.now, name, ssid, detail }),
    ...options,
  });
  return bench;
}
