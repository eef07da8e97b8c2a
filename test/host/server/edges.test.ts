/** Paths, cancellations, copies and events of the server at the limits that the specifications name, each test named by its rule. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { Cancellation } from '../../../src/host/server/coap/cancellation';
import { Duplicates, hashOf } from '../../../src/host/server/coap/duplicates';
import { InvalidRequestError } from '../../../src/host/server/errors';
import { Feed } from '../../../src/host/server/http/feed';
import { shorten } from '../../../src/host/server/errors';
import * as limits from '../../../src/host/server/limits';
import { takePath } from '../../../src/host/server/path';
import { RecentList } from '../../../src/host/server/retained';
import { Warnings } from '../../../src/host/server/warnings';
import { inPackage } from '../../../src/host/build/root';
import { boundsTable } from '../../../tools/docs/bounds';
import { startRest } from './support/rest';
import { settle, VirtualClock } from './support/clock';
import { startEndpoint } from './support/endpoint';
import { startObserving, startServer } from './support/server';
import { device } from './support/wire';

test('an operation takes paths of the depths that it has, and sends nothing for another (LwM2M TS 1.0.2 table 23)', async (t) => {
  const { server, transport, register } = await startServer();
  register('a', ['lt=86400'], '</1/0>,</3/0>,</3303/0>');
  transport.take();
  const paths = ['/', '/3', '/3/0', '/3/0/4', '/3/0/6/0', '/3/0/6/0/0'];
  const operations: [string, (path: string) => Promise<unknown>, number, number][] = [
    ['Read', (path) => server.read('a', path), 1, 4],
    ['Write', (path) => server.write('a', path, { kind: 'singleResource', id: 4, type: 'string', value: 'x' } as never), 2, 4],
    ['Execute', (path) => server.execute('a', path), 3, 3],
    ['Create', (path) => server.create('a', path, {}), 1, 2],
    ['Delete', (path) => server.delete('a', path), 2, 4],
    ['Discover', (path) => server.discover('a', path), 1, 3],
    ['Write-Attributes', (path) => server.writeAttributes('a', path, { pmin: '1' }), 1, 4],
    ['Observe', (path) => server.observe('a', path), 1, 4],
    ['Cancel', (path) => server.cancelObservation('a', path), 1, 4],
  ];
  for (const [name, run, least, most] of operations)
    for (const [depth, path] of paths.entries()) {
      let error: unknown;
      const running = run(path).catch((why: unknown) => (error = why));
      await settle();
      const refused = error instanceof InvalidRequestError && /takes a path/.test(error.message);
      t.is(refused, depth < least || depth > most, `${name} ${path}`);
      if (refused) t.is(transport.take().length, 0);
      if (refused) t.regex((error as Error).message, new RegExp(`^${name} takes a path /object`));
      void running;
      for (const message of transport.take()) if (message.type === wire.TYPE_CON) transport.say({ type: wire.TYPE_RST, mid: message.mid });
      await settle();
    }
});

test('an id is 0 to 65534 in decimal without zeros in front (LwM2M TS 1.0.2 6.2)', (t) => {
  for (const [text, ids] of [
    ['/0', [0]], ['/65534', [65534]], ['/65535', undefined], ['/65536', undefined], ['/99999', undefined], ['/100000', undefined], ['/655340', undefined], ['/00', undefined], ['/01', undefined], ['/0/0/0/0', [0, 0, 0, 0]], ['/0/0/0/0/0', undefined],
    ['//', undefined], ['/1/', undefined], ['1', undefined], ['/a', undefined], ['/1a', undefined], ['/-1', undefined], ['/1.', undefined], ['/:', undefined], ['/1/:', undefined], ['/9/10', [9, 10]], ['/1//2', undefined], ['', []], ['/', []], ['/12345/6', [12345, 6]], ['/ 1', undefined],
  ] as const) t.deepEqual(takePath(text), ids as number[] | undefined, text);
});

test('a request that is over is let go of by what could have ended it', async (t) => {
  class Counted extends Cancellation {
    waiting = new Set<unknown>();
    override add(one: never): void {
      this.waiting.add(one);
      super.add(one);
    }
    override delete(one: never): void {
      this.waiting.delete(one);
      super.delete(one);
    }
  }
  const { endpoint, transport, clock } = await startEndpoint();
  const cancellation = new Counted();
  const exchange = () => endpoint.exchange(device, { code: wire.CODE_GET, options: [], payload: new Uint8Array() }, { cancellation } as never);
  const answered = exchange();
  t.is(cancellation.waiting.size, 1);
  const [sent] = transport.take();
  transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: sent!.mid, token: sent!.token });
  await answered;
  t.is(cancellation.waiting.size, 0, 'answered');
  const silent = exchange();
  silent.catch(() => {});
  await clock.advance(300_000);
  await t.throwsAsync(silent);
  t.is(cancellation.waiting.size, 0, 'timed out');
  const ended = exchange();
  cancellation.cancel(new Error('left'));
  await t.throwsAsync(ended, { message: 'left' });
  t.is(cancellation.waiting.size, 0, 'cancelled');
});

test('a notification that overtakes the answer to Observe is newer where its number is (RFC 7641 3.4)', async (t) => {
  for (const [overtaking, later, told] of [[12, 13, ['21', '22']], [12, 11, ['21']], [12, 12, ['21']]] as const) {
    const { transport, request, observing, say, values } = await startObserving('/3303/0/5700');
    transport.say({ type: wire.TYPE_ACK, mid: request.mid });
    say(wire.TYPE_CON, 700, 10, '20');
    await observing;
    say(wire.TYPE_CON, 701, overtaking, '21');
    await settle();
    say(wire.TYPE_CON, 702, later, '22');
    await settle();
    t.deepEqual(values, [...told]);
  }
});

test('the hash of a message is FNV-1a of 32 bits (draft-eastlake-fnv, test vectors)', (t) => {
  for (const [text, hash] of [['', 0x811c9dc5], ['a', 0xe40c292c], ['b', 0xe70c2de5], ['foobar', 0xbf9cf968]] as const) t.is(hashOf(Buffer.from(text)), hash | 0, text);
});

test('a message counts as a copy within its lifetime, from the same peer, with the same bytes (RFC 7252 4.5)', (t) => {
  const seen = new Duplicates(4);
  const first = seen.add('a', 1, 1000, 247_000);
  t.is(seen.find('a', 1, 1000), first);
  t.is(seen.find('a', 1, 247_999), first);
  t.is(seen.find('a', 1, 248_000), undefined);
  t.is(seen.find('a', 2, 1000), undefined);
  t.is(seen.find('b', 1, 1000), undefined);
  for (let k = 0; k < 3; k++) seen.add(`c${k}`, 1, 1001, 145_000);
  t.is(seen.find('a', 1, 1002), first, 'half of the limit are remembered at least');
  t.is(seen.size, 4);
  seen.add('d', 1, 1003, 145_000);
  t.is(seen.find('a', 1, 1003), undefined);
  t.is(seen.size, 3);
  seen.clear();
  t.is(seen.size, 0);
});

test('a list of the newest gives them from any number on, and no byte above its limit stays', (t) => {
  const list = new RecentList<number>(5, 100);
  for (let k = 0; k < 5; k++) list.add(k, 20);
  t.deepEqual([list.length, list.bytes, list.dropped], [5, 100, 0]);
  list.add(5, 20);
  t.deepEqual([list.length, list.bytes, list.dropped], [5, 100, 1]);
  t.deepEqual([list.from(0), list.from(1), list.from(4), list.from(5), list.from(6)], [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [4, 5], [5], []]);
  list.add(6, 21);
  t.deepEqual([list.length, list.bytes, list.dropped], [4, 81, 3]);
  list.add(7, 101);
  t.deepEqual([list.length, list.bytes, list.dropped, list.from(0)], [0, 0, 8, []]);
  for (let k = 8; k < 400; k++) {
    list.add(k, 1);
    t.deepEqual(list.from(k - 1), k === 8 ? [8] : [k - 1, k], `${k}`);
    t.is(list.length, Math.min(5, k - 7));
  }
});

test('a warning is said at once, then no more than once in its time for each kind, with how many were not said', (t) => {
  const clock = new VirtualClock();
  let now = clock.now();
  const said: object[] = [];
  const warnings = new Warnings({ ...clock, now: () => now, after: () => () => {} }, (warning) => said.push(warning));
  warnings.warn('a', 'one', 'x');
  warnings.warn('b', 'two');
  now += limits.WARNING_MS - 1;
  warnings.warn('a', 'three');
  warnings.warn('a', 'four');
  now += 1;
  warnings.warn('a', 'five');
  now += limits.WARNING_MS;
  warnings.warn('a', 'six');
  t.deepEqual(said, [{ message: 'one', endpoint: 'x' }, { message: 'two' }, { message: 'five (and 2 more of this kind since it was last said)' }, { message: 'six' }]);
});

test('an event costs what it holds: its name, its links where it has some, its value, its message', (t) => {
  const events = new EventEmitter();
  const feed = new Feed({ events } as never, { warn() {} } as never);
  t.teardown(() => feed.close());
  const cost = (name: string, ...given: unknown[]): number => {
    const before = feed.bytes;
    events.emit(name, ...given);
    return feed.bytes - before - limits.COST_EVENT;
  };
  const registration = { endpoint: 'abc', announced: { text: '</3/0>,</4/0>' }, attributes: { x: '1' } };
  const attributes = JSON.stringify(registration.attributes).length * 2;
  t.is(cost('registration', registration), 6 + 13 + attributes);
  t.is(cost('updated', registration, registration, {}), 6);
  t.is(cost('updated', registration, registration, { announced: registration.announced }), 6 + 13 + attributes);
  t.is(cost('deregistration', registration, 'expired'), 6);
  t.is(cost('warning', { message: 'twelve chars' }), 12);
  t.is(cost('observationError', { endpoint: 'abc', path: '/3' }, new Error('four')), 4);
  const single = (value: unknown) => ({ kind: 'singleResource', id: 1, type: 'string', value });
  const value = (content: unknown) => cost('notification', { registration, path: '/3/0/1', content });
  const bytes = new Uint8Array(1000);
  const one = value(single(5));
  t.true(one > 0);
  t.is(value(single('x'.repeat(50))), one + 100, 'two bytes for each character');
  t.is(value(single(bytes)), one + 1100);
  t.is(value(single(bytes.subarray(0, 10))), one + 1100, 'a part holds the whole');
  const several = value({ kind: 'multiResource', id: 1, type: 'integer', values: new Map([[0, 1], [1, 2]]) });
  t.is(value({ kind: 'multiResource', id: 1, type: 'integer', values: new Map([[0, 1], [1, 2], [2, 3]]) }) - several, several - value({ kind: 'multiResource', id: 1, type: 'integer', values: new Map([[0, 1]]) }));
  t.true(several > one);
  const instance = value({ kind: 'instance', id: 0, resources: [single(5), single('x'.repeat(50))] });
  t.is(instance, 2 * one + 100 + 100);
  t.is(value({ kind: 'obj', id: 3, instances: [{ kind: 'instance', id: 0, resources: [single(5), single('x'.repeat(50))] }] }), instance + 100);
  t.is(value(single(new Uint8Array(limits.MAX_EVENT_BYTES))), 0, 'it is left out');
});

test('the bounds are those that the manual tells (docs/reference/server-limits.md)', (t) => {
  t.true(readFileSync(inPackage('docs', 'reference', 'server-limits.md'), 'utf8').includes(boundsTable().trim()));
});

test('the query of a Register has as many bytes as the limit says; one more is 4.13', async (t) => {
  const { server, ask } = await startServer();
  // A Uri-Query has 255 bytes at most (RFC 7252 5.10).
  const query = (bytes: number): string[] => ['ep=a', 'lt=60', ...['v', 'w', 'x', 'y'].map((name) => `${name}=${name.repeat(248)}`), `z=${'z'.repeat(bytes - 4 - 5 - 4 * 250 - 2)}`];
  t.is(query(1024).join('').length, 1024);
  t.is(ask(wire.CODE_POST, '/rd', query(limits.MAX_QUERY_BYTES + 1)).code, wire.CODE_REQUEST_ENTITY_TOO_LARGE);
  t.is(server.registry.size, 0);
  t.is(ask(wire.CODE_POST, '/rd', query(limits.MAX_QUERY_BYTES)).code, wire.CODE_CREATED);
  t.is(server.registry.size, 1);
});

test('each method of REST has its words behind a path, and any other is refused with what there is', async (t) => {
  const { ask, device } = await startRest(t);
  await device.register('d');
  for (const method of ['GET', 'PUT', 'POST', 'DELETE']) device.replies.set(`${method} /3/0/4`, { code: '4.05' });
  const words = { GET: ['discover'], PUT: ['attributes'], POST: ['observe'], DELETE: ['observe'] } as Record<string, string[]>;
  for (const [method, known] of Object.entries(words))
    for (const word of ['discover', 'attributes', 'observe', 'observations', 'queue', 'read']) {
      const { status, json } = await ask(method, `/api/clients/d/3/0/4/${word}${word === 'attributes' ? '?pmin=1' : ''}`);
      if (known.includes(word)) t.is(status, 200, `${method} ${word}`);
      else t.deepEqual([status, json.message.split(';')[1]], [400, ' there are GET …/discover, PUT …/attributes, POST and DELETE …/observe'], `${method} ${word}`);
    }
  t.deepEqual((await ask('GET', '/api/clients/d/observations')).json, []);
  t.deepEqual((await ask('GET', '/api/clients/d/queue')).json, { operations: 0, limit: limits.MAX_OPERATIONS_PER_CLIENT });
  for (const [method, path] of [['GET', '3/0/4'], ['PUT', '3/0/4/attributes?pmin=1'], ['POST', '3/0/4'], ['DELETE', '3/0']] as const) t.is((await ask(method, `/api/clients/nobody/${path}`)).status, 404, method);
  t.is((await ask('DELETE', '/api/clients/d/3/0/4/observe?active')).status, 404);
  t.is((await ask('DELETE', '/api/clients/d/3/0/4/observe')).status, 200);
});

test('an attribute is known by name, and its value by its shape (LwM2M TS 1.0.2 5.1.2)', async (t) => {
  const { ask, device } = await startRest(t);
  await device.register('d');
  device.replies.set('PUT /3/0/9', { code: '2.04' });
  const put = async (query: string) => {
    const { status, json } = await ask('PUT', `/api/clients/d/3/0/9/attributes${query}`);
    return status === 200 ? json.status : json.message;
  };
  for (const query of ['?pmin=5', '?pmax=4294967295', '?gt=-1.5', '?lt=0', '?st=0.25', '?pmin=', '?epmin=1&epmax=2', '?pmin=1&timeout=5']) t.is(await put(query), 'CHANGED(204)', query);
  t.deepEqual(device.asked.slice(-8).map(({ url }) => url.split('?')[1]), ['pmin=5', 'pmax=4294967295', 'gt=-1.5', 'lt=0', 'st=0.25', 'pmin', 'epmin=1&epmax=2', 'pmin=1']);
  const sent = device.asked.length;
  for (const name of ['pmin', 'pmax', 'epmin', 'epmax']) for (const value of ['-1', '1.5', 'x', '12345678901']) t.is(await put(`?${name}=${value}`), `the attribute ${name}=${value} is not a whole number from 0`);
  for (const name of ['gt', 'lt', 'st']) for (const value of ['x', '1.', '.5', '1e5', '--1', '-']) t.is(await put(`?${name}=${value}`), `the attribute ${name}=${value} is not a decimal number`);
  for (const query of ['', '?timeout=5']) t.regex(await put(query), /^no attribute is given; .*attributes\?pmin=5&pmax=60$/);
  t.regex(await put('?abc=1'), /^the attribute "abc" is not known; there are pmin, pmax, /);
  t.is(await put('?pmin=1&pmin=2'), 'pmin= is given twice');
  t.is(device.asked.length, sent);
});

test('a value that is read well has no note', async (t) => {
  const { server, transport, register } = await startServer();
  register('a', ['lt=86400']);
  transport.take();
  const reading = server.read('a', '/3303/0/5700');
  const [request] = transport.take();
  transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: request!.mid, token: request!.token, payload: Buffer.from('20') });
  const { content } = await reading;
  t.false('note' in content!);
});

test('a sentence quotes the beginning of what somebody sent, and cuts no character in two (Unicode 3.9)', (t) => {
  t.is(shorten('x'.repeat(60)), 'x'.repeat(60));
  t.is(shorten('x'.repeat(61)), `${'x'.repeat(60)}…`);
  t.is(shorten('', 0), '');
  t.is(shorten('abcd', 3), 'abc…');
  t.is(shorten('ab\u{1f600}', 3), 'ab…');
  t.is(shorten('a\u{1f600}b', 3), 'a\u{1f600}…');
  t.is(shorten('ab\uffffcd', 3), 'ab\uffff…');
});

test('the body of a Write is what its type says, with parameters, capitals and blanks or without (RFC 9110 8.3.1)', async (t) => {
  const { ask, device } = await startRest(t);
  await device.register('d');
  for (const path of ['/3/0/14', '/3/0/14/0']) device.replies.set(`PUT ${path}`, { code: '2.04' });
  const put = async (path: string, body: string | Buffer | undefined, type?: string) => {
    const { status, json } = await ask('PUT', `/api/clients/d/${path}`, body, type);
    return status === 200 ? device.asked.at(-1)!.payload.toString() : `${status} ${json.message}`;
  };
  for (const type of ['text/plain', 'Text/Plain', 'text/plain; charset=utf-8', 'text/plain;charset=utf-8; format=flowed']) t.is(await put('3/0/14', '+02:00', type), '+02:00', type);
  t.is(await put('3/0/14', Buffer.from([0xff]), 'text/plain'), '400 the body is a text that is not UTF-8');
  t.is(await put('3/0/14', 'x', 'image/png'), '400 the content type image/png is not supported; use application/json, text/plain or application/octet-stream');
  t.is(await put('3/0/14', 'x', 'x/'.padEnd(80, 'y')), `400 the content type ${'x/'.padEnd(60, 'y')}… is not supported; use application/json, text/plain or application/octet-stream`);
  t.is(await put('3/0/14', undefined), '400 the body is missing');
  t.regex(await put('3/0/14/0/1', 'x', 'text/plain'), /^400 Write takes a path \/object\/instance or .* not "\/3\/0\/14\/0\/1"$/);
  t.regex(await put('3', 'x', 'text/plain'), /^400 Write takes a path/);
});

test('a slash at the end of a path of REST is not part of it; a word behind it is', async (t) => {
  const { ask, device } = await startRest(t);
  await device.register('d');
  device.replies.set('GET /3/0/9', { code: '2.05', payload: '50' });
  device.replies.set('POST /3', { code: '2.01' });
  device.replies.set('POST /3/0/4', { code: '2.04' });
  for (const path of ['3/0/9', '3/0/9/', '3/0/9//', '3/0/9///']) t.is((await ask('GET', `/api/clients/d/${path}`)).status, 200, path);
  t.is((await ask('GET', '/api/clients/d/')).json.endpoint, 'd');
  t.is((await ask('GET', '/api/clients/d//')).status, 400);
  t.is((await ask('POST', '/api/clients/d/3')).json.status, 'CREATED(201)');
  t.regex((await ask('POST', '/api/clients/d/3/0/4/1')).json.message, /^POST \(Create, Execute\) takes a path/);
  t.is((await ask('POST', '/api/clients/d/')).status, 404);
  t.deepEqual((await ask('DELETE', '/api/clients/d/3/0/9/observe?active')).json, { error: 'NotFound', message: "no observation for path /3/0/9 for client 'd'" });
});
