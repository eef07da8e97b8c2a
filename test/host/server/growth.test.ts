/**
 * What runs over input takes time in proportion to its length, and what is kept of it does not grow without end. Time is CPU time, of n and of
 * 4n: four times as much is right, sixteen times is quadratic. Memory is V8's heap after a collection, buffers included.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { loadDefaults, resource, definition } from '../../../src/host/objects/registry';
import { decodeArguments } from '../../../src/host/server/management/arguments';
import { readLinks } from '../../../src/host/server/registration/announced';
import { Assembly } from '../../../src/host/server/coap/assembly';
import { decodeMessage, encodeMessage, type Message } from '../../../src/host/server/coap/message';
import { makeBlock, makeUint, screenOptions } from '../../../src/host/server/coap/options';
import { makePeer } from '../../../src/host/server/coap/transport';
import { Expiry } from '../../../src/host/server/registration/expiry';
import { decodeContent, parseFormat } from '../../../src/host/server/formats/format';
import { Guard } from '../../../src/host/server/http/guard';
import { nodeFromJson, parseJson } from '../../../src/host/server/http/json';
import * as limits from '../../../src/host/server/limits';
import { decodeLinks } from '../../../src/host/server/formats/link';
import { CoapLog } from '../../../src/host/server/log';
import type { Model } from '../../../src/host/server/node';
import { takePath } from '../../../src/host/server/path';
import { RecentList } from '../../../src/host/server/retained';
import { decodeUri } from '../../../src/host/server/uri';
import { parseText, valueFromJson } from '../../../src/host/server/formats/value';
import { VirtualClock } from './support/clock';
import { startServer } from './support/server';
import { complete, device, pathOptions, queryOptions } from './support/wire';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const objects = loadDefaults();
const model: Model = { object: (id) => definition(objects, id), resource: (id, of) => resource(objects, id, of) };
const type = (name: string) => ({ object: () => undefined, resource: () => ({ type: name }) }) as unknown as Model;

const repeat = (text: string) => (n: number) => text.repeat(Math.ceil(n / text.length)).slice(0, n);
const many = (n: number, make: (i: number) => string): string => Array.from({ length: n }, (_, i) => make(i)).join(',');
/** What is refused counts as well as what is taken. */
const quiet =
  <T>(run: (input: T) => unknown) =>
  (input: T): void => {
    try {
      run(input);
    } catch {
      // refused
    }
  };

interface Case {
  name: string;
  n: number;
  make: (n: number) => any;
  run: (input: any) => unknown;
}

const links = (text: string): unknown => readLinks(decodeLinks(text, true));
const strict = (text: string): unknown => decodeLinks(text);
const option = (number: number, bytes: number) => (n: number) => encodeMessage(complete({ code: 2, options: Array.from({ length: n }, () => ({ number, value: Buffer.alloc(bytes, 'x') })) }));
const tlv = (n: number, item: (i: number) => number[]): Uint8Array => Buffer.concat(Array.from({ length: n }, (_, i) => Buffer.from(item(i))));
const request = (headers: Record<string, string>): any => ({ url: '/api/clients', method: 'GET', headers: { host: 'localhost', ...headers }, socket: { localPort: 1 } });
const guard = new Guard({ names: [], token: 'a-token-of-ours' });

const CASES: Case[] = [
  ...[
    ['slashes as a root', (n: number) => `<${repeat('/')(n)}x>;rt="oma.lwm2m"`],
    ['slashes in a root', (n: number) => `</x${repeat('/')(n)}y>;rt="oma.lwm2m"`],
    ['instances of one object', (n: number) => many(n / 10, (i) => `</3/${i}>`)],
    ['objects', (n: number) => many(n / 10, (i) => `</${i}/0>`)],
    ['a root before many links', (n: number) => `</${repeat('r')(n)}>;rt="oma.lwm2m",${many(n / 10, (i) => `</${i}/0>`)}`],
    ['attributes', (n: number) => `</3>${many(n / 6, (i) => `;a${i}=1`).replaceAll(',', '')}`],
    ['attributes of one name', (n: number) => `</3>${repeat(';a=1')(n)}`],
    ['numbers as attributes', (n: number) => `</3>${many(n / 6, (i) => `;${i * 1000}`).replaceAll(',', '')}`],
    ['resource types', (n: number) => `</3>;rt="${repeat('a ')(n)}"`],
    ['escapes', (n: number) => `</3>;rt="${'\\"'.repeat(n / 2)}"`],
    ['a quote without an end', (n: number) => `</3>;a="${repeat('x')(n)}`],
    ['quotes without an end', (n: number) => repeat('</3>;a="')(n)],
    ['a path without an end', (n: number) => `<${repeat('/a')(n)}`],
    ['brackets', repeat('<')],
    ['open brackets and a quote', repeat('<a;"')],
    ['percent signs', (n: number) => `</${repeat('%')(n)}>`],
    ['schemes', (n: number) => `<${repeat('a+')(n)}>`],
    ['spaces', repeat(' ')],
    ['commas', repeat(' ,')],
    ['semicolons', (n: number) => `</3>${repeat('; ')(n)}`],
    ['digits as a path', (n: number) => `</${repeat('1')(n)}>`],
    ['ids as a path', (n: number) => `<${repeat('/1')(n)}>`],
    ['a version', (n: number) => `</3>;ver=${repeat('1.')(n)}`],
  ].flatMap(([name, make]): Case[] => [
    { name: `links: ${name}`, n: 10_000, make: make as (n: number) => string, run: links },
    { name: `links, strict: ${name}`, n: 10_000, make: make as (n: number) => string, run: strict },
  ]),
  ...['string', 'integer', 'unsigned', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'corelnk'].flatMap((kind): Case[] =>
    ['1', '1.', '+-', 'A', '1e', '-0', ' ', '</3>,', ':1', 'é'].flatMap((text): Case[] => [
      { name: `text of type ${kind}: ${text}`, n: 10_000, make: (n) => `${repeat(text)(n)}!`, run: (value) => parseText(kind as 'float', value) },
      { name: `JSON of type ${kind}: ${text}`, n: 10_000, make: (n) => `${repeat(text)(n)}!`, run: (value) => valueFromJson(kind as 'float', value, 'it') },
      { name: `payload of type ${kind}: ${text}`, n: 10_000, make: (n) => Buffer.from(`${repeat(text)(n)}!`), run: (value) => decodeContent(wire.FORMAT_TEXT, value, [1, 0, 0], type(kind)) },
    ]),
  ),
  { name: 'JSON: depth', n: 200_000, make: repeat('['), run: parseJson },
  { name: 'JSON: quotes', n: 200_000, make: repeat('"\\'), run: parseJson },
  { name: 'JSON: resources', n: 4000, make: (n) => `{"resources":[${many(n, (i) => `{"id":${i},"value":"1","type":"string"}`)}]}`, run: (text) => nodeFromJson([9999, 0], parseJson(text), model) },
  { name: 'JSON: values', n: 4000, make: (n) => `{"type":"string","values":{${many(n, (i) => `"${i}":"x"`)}}}`, run: (text) => nodeFromJson([9999, 0, 1], parseJson(text), model) },
  { name: 'JSON: keys', n: 4000, make: (n) => `{"type":"string",${many(n, (i) => `"k${i}":"x"`)},"value":"1"}`, run: (text) => nodeFromJson([9999, 0, 1], parseJson(text), model) },
  { name: 'TLV: resources', n: 4000, make: (n) => tlv(n, (i) => [0xe1, (i >> 8) & 255, i & 255, 1]), run: (bytes) => decodeContent(wire.FORMAT_TLV, bytes, [3, 0], model) },
  { name: 'TLV: unknown resources of one id', n: 4000, make: (n) => tlv(n, () => [0xc1, 200, 1]), run: (bytes) => decodeContent(wire.FORMAT_TLV, bytes, [3, 0, 9], model) },
  { name: 'TLV: instances', n: 4000, make: (n) => tlv(n, (i) => [0x23, (i >> 8) & 255, i & 255, 0xc1, 9, 1]), run: (bytes) => decodeContent(wire.FORMAT_TLV, bytes, [3], model) },
  { name: 'TLV: resource instances', n: 4000, make: (n) => tlv(n, (i) => [0x61, (i >> 8) & 255, i & 255, 1]), run: (bytes) => decodeContent(wire.FORMAT_TLV, bytes, [3, 0, 6], model) },
  { name: 'arguments', n: 10_000, make: (n) => `0='${repeat('x')(n)}'`, run: decodeArguments },
  { name: 'arguments without an end', n: 10_000, make: (n) => repeat("0='")(n), run: decodeArguments },
  { name: 'a format', n: 10_000, make: repeat('1'), run: parseFormat },
  { name: 'a path', n: 10_000, make: repeat('/1'), run: takePath },
  { name: 'a URI of dots', n: 10_000, make: (n) => `coap://h${repeat('/..')(n)}`, run: decodeUri },
  { name: 'a URI of slashes', n: 10_000, make: (n) => `coap://h${repeat('/')(n)}`, run: decodeUri },
  { name: 'a URI with a query', n: 10_000, make: (n) => `coap://h/?${repeat('&')(n)}`, run: decodeUri },
  { name: 'a URI with a host', n: 10_000, make: (n) => `coap://${repeat('[')(n)}`, run: decodeUri },
  { name: 'options of one number', n: 4000, make: option(wire.OPTION_URI_PATH, 1), run: (bytes) => screenOptions(decodeMessage(bytes) as Message, new Set([wire.OPTION_URI_PATH])) },
  { name: 'options that nobody knows', n: 4000, make: option(65_000, 0), run: (bytes) => screenOptions(decodeMessage(bytes) as Message, new Set()) },
  ...[wire.OPTION_URI_PATH, wire.OPTION_URI_QUERY, 65_000].map(
    (number): Case => ({
      name: `the log: options ${number}`,
      n: 4000,
      make: option(number, 1),
      run: (bytes) => {
        const log = new CoapLog({ capacity: 10, model: () => model });
        log.add(0, true, bytes, device, undefined, '/');
        return log.entries();
      },
    }),
  ),
  ...['host', 'authorization', 'cookie', 'origin', 'sec-fetch-site'].flatMap((header): Case[] =>
    ['1', ':1', '[', '; ', 'Bearer ', 'wixt-1=', '.', '/'].map((text) => ({ name: `the header ${header}: ${text}`, n: 10_000, make: (n) => request({ [header]: repeat(text)(n) }), run: (it) => guard.check(it) })),
  ),
  {
    name: 'pieces of a payload',
    n: 4000,
    make: (n) => n,
    run: (n: number) => {
      const body = new Assembly();
      for (let i = 0; i < n; i++) body.add(new Uint8Array(16));
      return body.take();
    },
  },
  {
    name: 'deadlines that move to and fro',
    n: 4000,
    make: (n) => n,
    run: (n: number) => {
      const expiry = new Expiry({ now: () => 0, after: () => () => {} }, () => {});
      for (let i = 0; i < 8 * n; i++) expiry.set(`${i % n}`, i % 16 < 8 ? 1e9 + i : 1e8 - i);
      for (let i = 0; i < n; i++) expiry.delete(`${i}`);
    },
  },
  {
    name: 'a list of the newest',
    n: 20_000,
    make: (n) => n,
    run: (n: number) => {
      const list = new RecentList<number>(n / 2, Infinity);
      for (let i = 0; i < 2 * n; i++) list.add(i, 1);
      return list.from(0);
    },
  },
];

/** CPU time in microseconds. */
function timeOf(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/** The least of some runs, each repeated until it can be measured. */
function leastTimeOf(run: () => void): number {
  let times = 1;
  let used = timeOf(run);
  while (used < 4000 && times < 1 << 16) {
    times *= 2;
    used = timeOf(() => {
      for (let i = 0; i < times; i++) run();
    });
  }
  for (let round = 0; round < 3; round++) {
    // what others left behind is not ours to collect
    collect();
    used = Math.min(used, timeOf(() => {
      for (let i = 0; i < times; i++) run();
    }));
  }
  return used / times;
}

test('what runs over input takes time in proportion to its length', (t) => {
  const growths: string[] = [];
  for (const { name, n, make, run } of CASES) {
    const [short, long] = [make(n), make(4 * n)];
    const tame = quiet(run);
    // 16,000 squared, the least of what is tried here, takes more than 30 ms on any machine
    const once = timeOf(() => tame(long));
    if (once < 30_000) continue;
    const growth = (): number => leastTimeOf(() => tame(long)) / leastTimeOf(() => tame(short));
    // a busy machine may disturb one measurement, not three
    const found = [once > 500_000 ? once / leastTimeOf(() => tame(short)) : growth()];
    while (found.at(-1)! > 10 && found.length < 3 && once < 500_000) found.push(growth());
    if (found.at(-1)! > 10) growths.push(`${name}: ${found.map((value) => value.toFixed(1)).join(', ')}`);
  }
  t.deepEqual(growths, [], 'four times the input, and so many times the CPU time');
});

test('a registration costs the same with 2,000 and with 8,000 others, when the server is full', async (t) => {
  const costs: number[] = [];
  for (const maxClients of [2000, 8000]) {
    const { server, transport } = await startServer({ maxClients });
    let n = 0;
    const add = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const peer = makePeer(`10.${(n >> 14) & 255}.${(n >> 7) & 127}.${n & 127}`, 5683, 0);
        transport.say({ code: wire.CODE_POST, mid: n & 0xffff, options: [...pathOptions('/rd'), ...queryOptions(`ep=${n++}`)], payload: Buffer.from('</3/0>') }, peer);
        transport.sent.length = 0;
      }
    };
    add(2 * maxClients);
    let least = Infinity;
    for (let round = 0; round < 3; round++) {
      const start = process.cpuUsage();
      add(4000);
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, user + system);
    }
    costs.push(least);
    t.is(server.registry.size, maxClients);
    await server.stop();
  }
  t.true(costs[1]! < 2.5 * costs[0]!, `${costs.join(' and ')} µs for 4,000 registrations`);
});

type Scene = Pick<Awaited<ReturnType<typeof startServer>>, 'clock' | 'transport'>;

/**
 * Runs `flood` twice: what the first time brought may be a cache that fills; the second time nothing may come on top. Before each look the
 * messages that are remembered as duplicates are let go. Megabytes.
 */
async function grown({ clock, transport }: Scene, flood: () => void | Promise<void>): Promise<[first: number, second: number]> {
  const size = async (): Promise<number> => {
    await clock.advance(4 * wire.EXCHANGE_LIFETIME_MS);
    for (let mid = 0; mid < 2; mid++) transport.say({ code: wire.CODE_GET, mid });
    transport.sent.length = 0;
    collect();
    // buffers go in the turn behind the collection that found them
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  const before = await size();
  await flood();
  const between = await size();
  await flood();
  return [between - before, (await size()) - between];
}

async function bounded(t: ExecutionContext, scene: Scene, flood: () => void | Promise<void>, most: number): Promise<void> {
  const [first, second] = await grown(scene, flood);
  t.log(`${first.toFixed(1)} MB, and ${second.toFixed(1)} MB when it comes again`);
  t.true(first < most, `${first} MB`);
  t.true(second < Math.max(2, most / 10), `${second} MB when it comes again`);
}

test.serial('10,000 empty Updates of a device with 300 instances', async (t) => {
  const { server, ask, transport, clock } = await startServer();
  const { Feed } = await import('../../../src/host/server/http/feed');
  const feed = new Feed(server, server.warnings);
  t.teardown(() => feed.close());
  const register = (): string => `/rd/${Buffer.from(ask(wire.CODE_POST, '/rd', ['ep=a', 'lt=86400'], many(300, (i) => `</3303/${i}>;ver=1.1`)).options[1]!.value)}`;
  const location = register();
  await bounded(t, { clock, transport }, () => {
    for (let i = 0; i < 10_000; i++) t.is(ask(wire.CODE_POST, location).code, wire.CODE_CHANGED);
    transport.sent.length = 0;
  }, 30);
  t.true(feed.bytes <= limits.MAX_FEED_BYTES);
});

test.serial('one endpoint that registers 1,000 times with as many links as it may', async (t) => {
  const { server, ask, transport, clock } = await startServer();
  const { Feed } = await import('../../../src/host/server/http/feed');
  const feed = new Feed(server, server.warnings);
  t.teardown(() => feed.close());
  let n = 0;
  await bounded(t, { clock, transport }, () => {
    for (let i = 0; i < 1000; i++) t.is(ask(wire.CODE_POST, '/rd', ['ep=a'], `</1>;x="${String(n++).padEnd(limits.MAX_LINKS_BYTES - 9, 'x')}"`).code, wire.CODE_CREATED);
  }, 24);
});

test.serial('forged endpoints with as many links as they may, four times as many as there is room for', async (t) => {
  const maxClients = 1000;
  const { server, ask, transport, clock } = await startServer({ maxClients });
  let n = 0;
  await bounded(t, { clock, transport }, () => {
    for (let i = 0; i < 4 * maxClients; i++)
      ask(wire.CODE_POST, '/rd', [`ep=${n}`], `</1>;x="${String(n++).padEnd(i % 2 ? 10 : limits.MAX_LINKS_BYTES - 9, 'x')}"`, { from: makePeer(`10.1.${n >> 8}.${n & 255}`, 5683, 0) });
  }, (maxClients * limits.MAX_BYTES_PER_CLIENT * 2) / 2 ** 20 + 12);
  t.true(server.registry.bytes <= maxClients * limits.MAX_BYTES_PER_CLIENT);
});

test.serial('5,000 unfinished uploads', async (t) => {
  const { transport, clock } = await startServer();
  let n = 0;
  await bounded(t, { clock, transport }, () => {
    for (let i = 0; i < 5000; i++) {
      const options = [...pathOptions('/rd'), makeUint(wire.OPTION_CONTENT_FORMAT, 40), ...queryOptions(`ep=${n}`), makeBlock(wire.OPTION_BLOCK1, { offset: 0, more: true, szx: 6 })];
      transport.say({ code: wire.CODE_POST, mid: n & 0xffff, options, payload: Buffer.alloc(1024, 'x') }, makePeer('192.0.2.66', 1000 + (n++ % 60_000), 0));
    }
    transport.sent.length = 0;
  }, 12);
});

test.serial('the log: 3,000 datagrams of 60,000 bytes', async (t) => {
  const { server, transport, clock } = await startServer();
  let n = 0;
  await bounded(t, { clock, transport }, () => {
    for (let i = 0; i < 3000; i++) transport.say({ type: wire.TYPE_NON, code: wire.CODE_CONTENT, mid: n++ & 0xffff, token: Uint8Array.of(1), payload: Buffer.alloc(60_000) });
    transport.sent.length = 0;
  }, 8);
  t.true(server.log.bytes <= limits.MAX_LOG_BYTES);
});

test.serial('duplicates: 150,000 messages in one instant', async (t) => {
  const { transport, clock } = await startServer();
  let n = 0;
  await bounded(t, { clock, transport }, () => {
    for (let i = 0; i < 150_000; i++) {
      transport.deliver(encodeMessage(complete({ code: wire.CODE_GET, mid: n & 0xffff })), makePeer('192.0.2.7', (n++ >> 16) + 1000, 0));
      transport.sent.length = 0;
    }
  }, 80);
});

test.serial('deadlines that are set again and again leave no marks behind', async (t) => {
  const clock = new VirtualClock();
  const expired: string[] = [];
  const expiry = new Expiry(clock, (id) => expired.push(id));
  for (let i = 0; i < 100_000; i++) expiry.set('a', clock.now() + (i % 2 ? 1000 : 500));
  t.true(expiry.marks < 100);
  t.is(clock.pending, 1);
  await clock.advance(999);
  t.deepEqual(expired, []);
  await clock.advance(1);
  t.deepEqual(expired, ['a']);
});
