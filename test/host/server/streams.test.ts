/** Streams of events and pages of clients by themselves, without sockets: who gets what, who is cut off, and in which order. */
import { EventEmitter } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { AnnouncedCache } from '../../../src/host/server/registration/announced';
import { makePeer } from '../../../src/host/server/coap/transport';
import { Feed } from '../../../src/host/server/http/feed';
import { takePage } from '../../../src/host/server/http/list';
import { Operations } from '../../../src/host/server/http/operations';
import * as limits from '../../../src/host/server/limits';

/** What a reader of events is to the feed. */
class Reader extends EventEmitter {
  writableLength = 0;
  destroyed = false;
  ended = false;
  status = 0;
  headers: Record<string, string> = {};
  readonly got: string[] = [];
  writeHead(status: number, headers: Record<string, string>): void {
    this.status = status;
    this.headers = headers;
  }
  write(text: string): void {
    this.got.push(text);
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
  end(): void {
    this.ended = true;
  }
  /** Types and data of the events that came. */
  get events(): [string, any][] {
    return this.got.slice(1).map((text) => /^event: (\w+)\ndata: (.*)\n\n$/.exec(text)!).map(([, type, data]) => [type!, JSON.parse(data!)]);
  }
}

function start(t: ExecutionContext) {
  const events = new EventEmitter();
  const said: string[] = [];
  const routes = new Map<string, (request: any, reply: any) => any>();
  const log = { entries: (ep: string | undefined, count: number) => [ep, count] };
  const feed = new Feed({ events, log } as never, { warn: (kind: string, message: string) => said.push(`${kind}: ${message}`) } as never);
  t.teardown(() => feed.close());
  feed.register({ get: (path: string, handler: never) => routes.set(path, handler) } as never);
  const open = (ep?: string, ip = '192.0.2.1') => {
    const raw = new Reader();
    let status = 200;
    let headers: Record<string, string> = {};
    let body: any;
    const reply = {
      raw, hijack() {},
      code(code: number) { status = code; return reply; },
      header(name: string, value: string) { headers[name] = value; return reply; },
      send(what: unknown) { body = what; return reply; },
    };
    routes.get('/api/event')!({ query: ep === undefined ? {} : { ep }, ip }, reply);
    return { raw, status, headers, body };
  };
  return { events, said, feed, open, list: (query: object) => routes.get('/api/events')!({ query }, {}), coaplog: (query: object) => routes.get('/api/coaplog')!({ query }, {}) };
}

test('a stream begins with its head and a comment; events go to readers of all and of the client that they are about', (t) => {
  const { events, open } = start(t);
  const [all, mine, other] = [open().raw, open('d').raw, open('e').raw];
  t.is(all.status, 200);
  t.deepEqual(all.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  t.deepEqual(all.got, [': the events of wixt\n\n']);
  events.emit('warning', { message: 'one', endpoint: 'd' });
  events.emit('warning', { message: 'two' });
  events.emit('coaplog', { ep: 'e', mId: 7 });
  t.deepEqual(all.events, [['WARNING', { ep: 'd', message: 'one' }], ['WARNING', { message: 'two' }], ['COAPLOG', { ep: 'e', mId: 7 }]]);
  t.deepEqual(mine.events, [['WARNING', { ep: 'd', message: 'one' }]]);
  t.deepEqual(other.events, [['COAPLOG', { ep: 'e', mId: 7 }]]);
});

test('messages are put into words while somebody reads, and not before or after', (t) => {
  const { events, open } = start(t);
  t.is(events.listenerCount('coaplog'), 0);
  const one = open().raw;
  const two = open().raw;
  t.is(events.listenerCount('coaplog'), 1);
  one.emit('close');
  t.is(events.listenerCount('coaplog'), 1);
  two.emit('close');
  t.is(events.listenerCount('coaplog'), 0);
  t.notThrows(() => one.emit('error', new Error('gone')));
  const three = open().raw;
  t.is(events.listenerCount('coaplog'), 1);
  events.emit('coaplog', { ep: 'd' });
  t.deepEqual([one.events.length, three.events.length], [0, 1]);
});

test('when the server stops all streams end', (t) => {
  const { feed, events, open } = start(t);
  const readers = [open().raw, open('d').raw];
  feed.close();
  t.deepEqual(readers.map(({ ended }) => ended), [true, true]);
  t.is(events.listenerCount('coaplog'), 0);
});

test('a reader that lags behind by more than one may is cut off, with a sentence; others go on', (t) => {
  const { events, open, said } = start(t);
  const slow = open(undefined, '192.0.2.7').raw;
  const quick = open().raw;
  events.emit('warning', { message: 'x' });
  const length = slow.got[1]!.length;
  slow.writableLength = limits.MAX_BACKLOG_BYTES - length;
  events.emit('warning', { message: 'y' });
  t.is(slow.destroyed, false, 'exactly as much as it may');
  slow.writableLength = limits.MAX_BACKLOG_BYTES - length + 1;
  events.emit('warning', { message: 'z' });
  t.true(slow.destroyed);
  t.deepEqual([slow.events.length, quick.events.length], [2, 3]);
  t.is(said.length, 1);
  t.true(said[0]!.startsWith(`backlog: a reader of events at 192.0.2.7 was ${limits.MAX_BACKLOG_BYTES - length + 1} bytes behind`));
  events.emit('warning', { message: 'z' });
  t.deepEqual([slow.events.length, quick.events.length], [2, 4]);
});

test('when all readers together lag behind by more than they may, the one that lags most is cut off', (t) => {
  const { events, open } = start(t);
  const each = limits.MAX_BACKLOG_BYTES - 1000;
  const readers = Array.from({ length: Math.floor(limits.MAX_BACKLOGS_BYTES / each) }, (_, k) => open('nobody', `192.0.2.${k}`).raw);
  for (const reader of readers) reader.writableLength = each;
  const rest = open('nobody').raw;
  rest.writableLength = limits.MAX_BACKLOGS_BYTES - each * readers.length;
  events.emit('warning', { message: 'x' });
  t.deepEqual(readers.filter(({ destroyed }) => destroyed), []);
  for (const place of [3, readers.length - 1, 0]) {
    readers[place]!.writableLength += 1;
    events.emit('warning', { message: 'x' });
    t.deepEqual(readers.flatMap(({ destroyed }, k) => (destroyed ? [k] : [])), [place]);
    // Another one in its place.
    readers[place] = open('nobody', '192.0.2.99').raw;
    readers[place]!.writableLength = each;
  }
  t.false(rest.destroyed);
});

test('there are so many streams in all and for each address but this machine; the next one is 503, and may try again', (t) => {
  const { open, said } = start(t);
  const { MAX_STREAMS, MAX_STREAMS_PER_ADDRESS } = limits;
  const mine = Array.from({ length: MAX_STREAMS_PER_ADDRESS }, () => open(undefined, '192.0.2.1'));
  t.true(mine.every(({ status }) => status === 200));
  const refused = open(undefined, '192.0.2.1');
  t.is(refused.status, 503);
  t.is(refused.headers['retry-after'], '10');
  t.deepEqual(refused.body, { error: 'TooManyStreams', message: `192.0.2.1 has ${MAX_STREAMS_PER_ADDRESS} streams of events, which is the limit` });
  t.deepEqual(said, [`streams: 192.0.2.1 has ${MAX_STREAMS_PER_ADDRESS} streams of events, which is the limit; another one was refused`]);
  mine[0]!.raw.emit('close');
  t.is(open(undefined, '192.0.2.1').status, 200, 'one that closed has made room');
  for (let k = MAX_STREAMS_PER_ADDRESS; k < MAX_STREAMS; k++) t.is(open(undefined, '127.0.0.1').status, 200, `${k}`);
  const full = open(undefined, '127.0.0.1');
  t.is(full.status, 503);
  t.is(full.body.message, `there are ${MAX_STREAMS} streams of events, which is the limit`);
});

test('the list of events and the log are asked for by whole numbers', (t) => {
  const { events, list, coaplog } = start(t);
  for (const message of ['a', 'b', 'c']) events.emit('warning', { message });
  const numbers = (query: object): number[] => list(query).map(({ n }: any) => n);
  t.deepEqual([numbers({}), numbers({ since: '0' }), numbers({ since: '1' }), numbers({ since: '2' }), numbers({ since: '3' }), numbers({ since: '999999999999999' })], [[0, 1, 2], [0, 1, 2], [1, 2], [2], [], []]);
  for (const since of ['', '-1', '1.5', 'x', '1x', '1000000000000000']) t.throws(() => list({ since }), { message: `since=${since} is not the number of an event` });
  t.throws(() => list({ since: ['1', '2'] }), { message: 'since= is given twice' });
  t.deepEqual([coaplog({}), coaplog({ count: '7', ep: 'd' }), coaplog({ count: '999999' })], [[undefined, 200], ['d', 7], [undefined, 999999]]);
  for (const count of ['', '-1', 'x', '1000000', '1.0']) t.throws(() => coaplog({ count }), { message: `count=${count} is not a number of messages` });
});

test('pages in any order, of any length, with any filter, are the sorted list cut in pieces, as a slow reference says', (t) => {
  const announcements = new AnnouncedCache();
  const one = fc.record({ endpoint: fc.constantFrom('a', 'b', 'B', 'pump-1', 'pump-2', 'x'), updatedAt: fc.integer({ min: 0, max: 3 }), object: fc.constantFrom(3, 4, 33), host: fc.constantFrom('192.0.2.1', '192.0.2.10', '2001:db8::1') });
  const orders = ['registered', '-registered', 'endpoint', '-endpoint', 'updated', '-updated'];
  const filters = fc.record({ endpoint: fc.constantFrom('pump', 'a'), q: fc.constantFrom('B', '192.0.2.1', 'UMP'), address: fc.constantFrom('192.0.2.1', '[2001:db8::1]:5683'), object: fc.constantFrom('3', '33') }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 14 }), fc.constantFrom(...orders), fc.integer({ min: 1, max: 6 }), filters, (given, sort, limit, filter) => {
      const all = given.map(({ endpoint, updatedAt, object, host }, number) => ({ endpoint, updatedAt, number, peer: makePeer(host, 5683, 0), announced: announcements.take(`</${object}/0>`), object }));
      const registry = { size: all.length, each: () => all };
      const name = sort.replace('-', '') as 'registered' | 'endpoint' | 'updated';
      const key = (r: (typeof all)[number]) => (name === 'registered' ? r.number : name === 'endpoint' ? r.endpoint : r.updatedAt);
      const hostPort = (r: (typeof all)[number]) => (r.peer.address.includes(':') ? `[${r.peer.address}]:5683` : `${r.peer.address}:5683`);
      const expected = all
        .filter((r) => (filter.endpoint === undefined || r.endpoint.startsWith(filter.endpoint)) && (filter.object === undefined || `${r.object}` === filter.object))
        .filter((r) => filter.address === undefined || r.peer.address === filter.address || hostPort(r) === filter.address)
        .filter((r) => filter.q === undefined || r.endpoint.toLowerCase().includes(filter.q.toLowerCase()) || hostPort(r).includes(filter.q.toLowerCase()))
        .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.number - b.number));
      if (sort.startsWith('-')) expected.reverse();
      const found: number[][] = [];
      let after: string | undefined;
      do {
        const { page, total, next } = takePage(registry as never, { sort, limit: `${limit}`, ...filter, ...(after !== undefined && { after }) });
        t.is(total, expected.length);
        found.push(page.map(({ number }) => number));
        after = next;
      } while (after !== undefined && found.length < 20);
      const pieces = Array.from({ length: Math.max(1, Math.ceil(expected.length / limit)) }, (_, k) => expected.slice(k * limit, (k + 1) * limit).map(({ number }) => number));
      t.deepEqual(found, pieces);
      t.deepEqual(takePage(registry as never, { sort, ...filter }).page.map(({ number }) => number), expected.map(({ number }) => number));
    }),
    { numRuns: Number(process.env.WIXT_RUNS ?? 100) * 5 },
  );
  t.pass();
});

test('a page is asked for with numbers in their bounds, and with the place that the page before it named for that order', (t) => {
  const registry = { size: 0, each: () => [] } as never;
  const asked = (query: object): string => {
    try {
      takePage(registry, query as never);
      return 'good';
    } catch (error) {
      return (error as Error).message;
    }
  };
  for (const query of [{}, { limit: '1' }, { limit: `${limits.MAX_PAGE}` }, { object: '0' }, { object: '65534' }, { sort: 'endpoint' }, { sort: '-updated' }]) t.is(asked(query), 'good');
  for (const limit of ['0', `${limits.MAX_PAGE + 1}`, '-1', '1.5', 'x', '', '1000000000']) t.is(asked({ limit }), `limit=${limit} is not a number from 1 to ${limits.MAX_PAGE}`);
  for (const object of ['65535', '-1', 'x']) t.is(asked({ object }), `object=${object} is not a number from 0 to 65534`);
  for (const sort of ['', '-', 'name', '--endpoint']) t.is(asked({ sort }), `sort=${sort} is none of registered, endpoint, updated, or one of them behind -`);
  const place = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  t.is(asked({ after: place([1, 1]) }), 'good');
  t.is(asked({ after: place(['a', 1]), sort: 'endpoint' }), 'good');
  t.is(asked({ after: place([5, 1]), sort: '-updated' }), 'good');
  for (const after of ['x', place({}), place([1]), place([1, 'a']), place([null, 1]), place([true, 1])]) t.is(asked({ after }), `after=${after.slice(0, 40)} is not from the Link of an earlier page`);
  for (const [after, sort] of [[place(['a', 1]), 'registered'], [place(['a', 1]), 'updated'], [place([1, 1]), 'endpoint']] as const) t.is(asked({ after, sort }), `after=${after} is from pages in another order`);
});

test('operations of one client, and of all, have a number; each that ends makes room, however it ends', async (t) => {
  const said: string[] = [];
  const operations = new Operations({ warn: (_kind: string, message: string, endpoint?: string) => said.push(`${message} [${endpoint}]`) } as never);
  const reply = () => {
    const headers: Record<string, unknown> = {};
    return { headers, raw: new EventEmitter(), header: (name: string, value: unknown) => void (headers[name] = value) };
  };
  const open: { done: () => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const run = (endpoint: string, to = reply()) => operations.run(endpoint, to as never, (signal) => new Promise<void>((done, fail) => open.push({ done, fail, signal })));
  const { MAX_OPERATIONS_PER_CLIENT: most, MAX_OPERATIONS: all } = limits;
  const running: Promise<unknown>[] = [];
  for (let k = 0; k < most; k++) {
    const to = reply();
    running.push(run('a', to));
    t.is(to.headers['x-operations-before'], k);
  }
  t.deepEqual(operations.queueOf('a'), { operations: most, limit: most });
  t.deepEqual(operations.queueOf('b'), { operations: 0, limit: most });
  await t.throwsAsync(run('a'), { name: 'BusyError', message: (text: string) => text.startsWith(`${most} operations on "a" are under way or wait`) });
  open[0]!.done();
  open[1]!.fail(new Error('failed'));
  await running[0];
  await t.throwsAsync(running[1]!, { message: 'failed' });
  t.is(operations.queueOf('a').operations, most - 2);
  running.push(run('a'), run('a'));
  for (let k = most; k < all; k++) running.push(run(`c${k}`));
  await t.throwsAsync(run('z'), { message: (text: string) => text.startsWith(`${all} operations are under way or wait`) });
  t.deepEqual(said.map((text) => text.replace(/,.*\[/, ' [')), [`${most} operations on "a" are under way or wait [a]`, `${all} operations are under way or wait [undefined]`]);
  for (const { done } of open) done();
  await Promise.allSettled(running);
  t.is(operations.queueOf('a').operations, 0);
  const gone = reply();
  const last = run('a', gone);
  const { signal, done } = open.at(-1)!;
  t.false(signal.aborted);
  gone.raw.emit('close');
  t.true(signal.aborted, 'whoever asked is gone');
  done();
  await last;
  t.is(gone.raw.listenerCount('close'), 0);
});
