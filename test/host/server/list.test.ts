/** GET /api/clients: all, pages, filters and orders. */
import test, { type ExecutionContext } from 'ava';
import { createLwM2mServer } from '../../../src/host/server/index';
import { Announced, AnnouncedCache } from '../../../src/host/server/registration/announced';
import { takePage } from '../../../src/host/server/http/list';
import type { Registry } from '../../../src/host/server/registration/registry';
import { makePeer } from '../../../src/host/server/coap/transport';

async function setUp(t: ExecutionContext, names: readonly string[] = []) {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], maxClients: 100_000 });
  await server.start();
  t.teardown(() => server.stop());
  const { registry } = server;
  const add = (name: string, address = '192.0.2.1', links = '</1/0>,</3/0>'): void =>
    void registry.register(name, makePeer(address, 5683, 0), '1.0', { announced: registry.announcements.take(links) }, {});
  for (const name of names) add(name);
  const get = async (query = '') => {
    const response = await fetch(`${server.httpUrl}/api/clients${query}`);
    const json = (await response.json()) as any;
    const next = /^<(\/api\/clients\?[^>]*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    return { status: response.status, json, names: Array.isArray(json) ? json.map(({ endpoint }) => endpoint) : [], total: response.headers.get('x-total-count'), next };
  };
  /** Reads all pages, one after another. */
  const pages = async (query: string): Promise<string[][]> => {
    const found: string[][] = [];
    for (let next: string | undefined = `/api/clients${query}`; next; ) {
      const page = await get(next.slice('/api/clients'.length));
      found.push(page.names);
      next = page.next;
    }
    return found;
  };
  return { server, registry, add, get, pages };
}

const NAMES = ['delta', 'alpha', 'echo', 'bravo', 'charlie'];

test('without a query all are there, as each of them by itself, in the order of registration', async (t) => {
  const { server, get, add } = await setUp(t);
  t.deepEqual(await get(), { status: 200, json: [], names: [], total: '0', next: undefined });
  for (const name of NAMES) add(name, '192.0.2.1', `</>;rt="oma.lwm2m";ct=11542,</3303>;ver=1.1,</3303/${name.length}>`);
  const { json, names, total, next } = await get();
  t.deepEqual([names, total, next], [NAMES, '5', undefined]);
  for (const client of json) t.deepEqual(client, (await (await fetch(`${server.httpUrl}/api/clients/${client.endpoint}`)).json()) as any);
  t.deepEqual(json[0].availableInstances, { 3303: [5] });
  t.deepEqual(json[0].objectLinks[1], { url: '/3303', attributes: { ver: '1.1' } });
});

test('pages: each client is on one page, in the order that was asked for, and the last page has no next', async (t) => {
  const { pages, get } = await setUp(t, NAMES);
  t.deepEqual(await pages('?limit=2'), [['delta', 'alpha'], ['echo', 'bravo'], ['charlie']]);
  t.deepEqual(await pages('?limit=5'), [NAMES]);
  t.deepEqual(await pages('?limit=1&sort=-registered'), NAMES.toReversed().map((name) => [name]));
  t.deepEqual(await pages('?limit=3&sort=endpoint'), [['alpha', 'bravo', 'charlie'], ['delta', 'echo']]);
  t.deepEqual(await pages('?limit=3&sort=-endpoint'), [['echo', 'delta', 'charlie'], ['bravo', 'alpha']]);
  t.deepEqual(await pages('?sort=endpoint'), [['alpha', 'bravo', 'charlie', 'delta', 'echo']]);
  t.deepEqual([(await get('?limit=2')).total, (await get('?limit=2&endpoint=e')).total], ['5', '1']);
});

test('sort=updated: who updated last comes last; equal times are in the order of registration', async (t) => {
  const { registry, pages } = await setUp(t, NAMES);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const alpha = registry.byEndpoint('alpha')!;
  registry.update(alpha, alpha.peer, {});
  const order = (await pages('?limit=2&sort=updated')).flat();
  t.is(order.at(-1), 'alpha');
  t.deepEqual(order.toSorted(), NAMES.toSorted());
  t.deepEqual((await pages('?limit=2&sort=-updated')).flat(), order.toReversed());
});

test('who leaves or comes between two pages takes nobody else from them', async (t) => {
  const { registry, get, add } = await setUp(t, NAMES);
  for (const sort of ['registered', 'endpoint']) {
    const first = await get(`?limit=2&sort=${sort}`);
    registry.remove(registry.byEndpoint(first.names[1])!, 'expired');
    add(`zulu-${sort}`);
    const second = await get(first.next!.slice('/api/clients'.length));
    t.false(second.names.includes(first.names[0]));
    t.is(second.names.length, 2);
    add(first.names[1]);
  }
});

test('filters: the beginning of a name, a text in name or address, an address, an object; together all of them count', async (t) => {
  const { add, get } = await setUp(t);
  add('pump-1', '192.0.2.1', '</3/0>,</3303/0>');
  add('pump-2', '192.0.2.10', '</3/0>,</33030/0>');
  add('Valve', '2001:db8::1', '</lwm2m>;rt="oma.lwm2m",</lwm2m/3303/1>');
  add('__proto__', '192.0.2.2', '');
  const names = async (query: string): Promise<string[]> => (await get(query)).names;
  t.deepEqual(await names('?endpoint=pump'), ['pump-1', 'pump-2']);
  t.deepEqual(await names('?endpoint=ump'), []);
  t.deepEqual(await names('?endpoint=__proto__'), ['__proto__']);
  t.deepEqual(await names('?q=UMP'), ['pump-1', 'pump-2']);
  t.deepEqual(await names('?q=valve'), ['Valve']);
  t.deepEqual(await names('?q=192.0.2.1'), ['pump-1', 'pump-2']);
  t.deepEqual(await names('?q=DB8'), ['Valve']);
  t.deepEqual(await names('?address=192.0.2.1'), ['pump-1']);
  t.deepEqual(await names('?address=192.0.2.1:5683'), ['pump-1']);
  t.deepEqual(await names('?address=[2001:DB8::1]:5683'), ['Valve']);
  t.deepEqual(await names('?object=3303'), ['pump-1', 'Valve']);
  t.deepEqual(await names('?object=3'), ['pump-1', 'pump-2']);
  t.deepEqual(await names('?object=3303&endpoint=pump'), ['pump-1']);
  t.deepEqual(await names('?object=3303&limit=1'), ['pump-1']);
  t.deepEqual(await names('?unknown=1'), ['pump-1', 'pump-2', 'Valve', '__proto__']);
});

test('a page that makes no sense is refused with a sentence', async (t) => {
  const { get } = await setUp(t, NAMES);
  const { next } = await get('?limit=2');
  const after = new URLSearchParams(next!.split('?')[1]).get('after')!;
  for (const [query, message] of [
    ['limit=0', /limit=0 is not a number from 1 to 10000/],
    ['limit=10001', /limit=10001/],
    ['limit=x', /limit=x/],
    ['object=65535', /object=65535 is not a number from 0 to 65534/],
    ['object=', /object=/],
    ['sort=age', /sort=age is none of registered, endpoint, updated/],
    ['sort=', /sort=/],
    ['sort=--endpoint', /sort=/],
    ['after=x', /after=x is not from the Link of an earlier page/],
    [`after=${Buffer.from('[null,1]').toString('base64url')}`, /after=/],
    [`after=${Buffer.from('[1,"1"]').toString('base64url')}`, /after=/],
    [`after=${Buffer.from('{}').toString('base64url')}`, /after=/],
    [`after=${after}&sort=endpoint`, /another order/],
  ] as const) {
    const { status, json } = await get(`?limit=2&${query}`.replace(/limit=2&(?=limit)/, ''));
    t.is(status, 400, query);
    t.regex(json.message, message, query);
  }
});

/** Counts how often registrations are looked at. */
function counted(registry: Registry): { registry: Registry; count: () => number } {
  let n = 0;
  return {
    count: () => n,
    registry: {
      get size() {
        return registry.size;
      },
      *each() {
        for (const registration of registry.each()) {
          n++;
          yield registration;
        }
      },
    } as unknown as Registry,
  };
}

test('a page costs at most one walk through the clients, and the first one no more than its length', async (t) => {
  const { registry } = await setUp(t, Array.from({ length: 5000 }, (_, i) => `c${i}`));
  for (const [query, most] of [
    [{ limit: '10' }, 12],
    [{ limit: '10', sort: 'endpoint' }, 5000],
    [{ limit: '10', q: 'c4' }, 5000],
  ] as const) {
    const it = counted(registry);
    t.is(takePage(it.registry, { ...query }).page.length, 10);
    t.true(it.count() <= most, `${it.count()}`);
  }
});

test('announcements that are alike are kept once, and taken apart again when they are no longer fresh', (t) => {
  const cache = new AnnouncedCache();
  const first = cache.take('</3/0>');
  t.is(cache.take('</3/0>'), first);
  t.true(first instanceof Announced);
  for (let i = 0; i < 1000; i++) cache.take(`</4/${i}>`);
  t.not(cache.take('</3/0>'), first);
  t.deepEqual([...first.objects.keys()], [3]);
  let made = 0;
  t.is(first.json(() => `${++made}`), '1');
  t.is(first.json(() => `${++made}`), '1');
});
