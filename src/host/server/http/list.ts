/**
 * GET /api/clients: all, or a page of those that match.
 *
 *   endpoint=NAME  names that begin so    q=TEXT  in the name or the address, in any case    address=ADDRESS  with or without port
 *   object=3303    that have the object   sort=registered|endpoint|updated, with - before it the other way round
 *   limit=100      a page; the header Link has the address of the next page (after=); X-Total-Count counts all matches
 *
 * A page costs one walk through the clients, however many pages there are. Without limit= all go out as they are made, in pieces.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { hostPort } from '../coap/transport';
import { InvalidRequestError, shorten } from '../errors';
import { MAX_PAGE } from '../limits';
import type { Registration, Registry } from '../registration/registry';
import type { LwM2mServer } from '../server';
import { registrationText } from './json';
import { one, type Query } from './query';

type Key = string | number;
/** The position of an item in the order. Ties are resolved by the order of registration. */
type Place = [key: Key, number: number];

interface Wanted {
  matches: ((registration: Registration) => boolean) | undefined;
  /** `undefined`: in the order of registration. */
  key: ((registration: Registration) => Key) | undefined;
  descending: boolean;
  limit: number | undefined;
  after: Place | undefined;
}

const KEYS = new Map<string, ((registration: Registration) => Key) | undefined>([
  ['registered', undefined],
  ['endpoint', ({ endpoint }) => endpoint],
  ['updated', ({ updatedAt }) => updatedAt],
]);

/** Registrations converted to JSON before other work gets its turn. */
const PIECE = 100;

function whole(query: Query, name: string, least: number, most: number): number | undefined {
  const text = one(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
    throw new InvalidRequestError(`${name}=${shorten(text)} is not a number from ${least} to ${most}`);
  return Number(text);
}

function readAfter(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  try {
    const [key, number] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if ((typeof key === 'string' || typeof key === 'number') && typeof number === 'number') return [key, number];
  } catch {
    // Reported below.
  }
  throw new InvalidRequestError(`after=${shorten(text)} is not from the Link of an earlier page`);
}

function readMatches(query: Query): Wanted['matches'] {
  const tests: ((registration: Registration) => boolean)[] = [];
  const prefix = one(query, 'endpoint');
  if (prefix !== undefined) tests.push(({ endpoint }) => endpoint.startsWith(prefix));
  const text = one(query, 'q')?.toLowerCase();
  if (text !== undefined) tests.push(({ endpoint, peer }) => endpoint.toLowerCase().includes(text) || hostPort(peer).includes(text));
  const address = one(query, 'address')?.toLowerCase();
  if (address !== undefined) tests.push(({ peer }) => peer.address === address || hostPort(peer) === address);
  const object = whole(query, 'object', 0, 65534);
  // A text search finds the candidates; only these are parsed.
  if (object !== undefined) tests.push(({ announced }) => announced.text.includes(String(object)) && announced.objects.has(object));
  return tests.length === 0 ? undefined : (registration) => tests.every((test) => test(registration));
}

function readWanted(query: Query): Wanted {
  const sort = one(query, 'sort') ?? 'registered';
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  if (!KEYS.has(name)) throw new InvalidRequestError(`sort=${shorten(sort)} is none of ${[...KEYS.keys()].join(', ')}, or one of them behind -`);
  const key = KEYS.get(name);
  const after = readAfter(one(query, 'after'));
  if (after && typeof after[0] !== (name === 'endpoint' ? 'string' : 'number'))
    throw new InvalidRequestError(`after=${shorten(one(query, 'after')!)} is from pages in another order`);
  return { matches: readMatches(query), key, descending, limit: whole(query, 'limit', 1, MAX_PAGE), after };
}

/** Returns the page, the number of matches, and the place of the last item if others follow. */
export function takePage(registry: Registry, query: Query): { page: Registration[]; total: number; next: string | undefined } {
  const { matches, key, descending, limit = Infinity, after } = readWanted(query);
  const placeOf = (registration: Registration): Place => [key ? key(registration) : registration.number, registration.number];
  const compare = (a: Place, b: Place): number => (descending ? -1 : 1) * (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]);
  let found: { registration: Registration; place: Place }[] = [];
  const sorted = !key && !descending;
  /** Keeps the first items. It runs only now and then, so that the cost of a walk stays linear. */
  const cut = (): void => {
    if (!sorted) found.sort((a, b) => compare(a.place, b.place));
    if (found.length > limit + 1) found = found.slice(0, limit + 1);
  };
  let total = 0;
  for (const registration of registry.each()) {
    if (matches && !matches(registration)) continue;
    total++;
    if (sorted && found.length > limit) {
      if (matches) continue;
      total = registry.size;
      break;
    }
    const place = placeOf(registration);
    if (after && compare(place, after) <= 0) continue;
    found.push({ registration, place });
    if (!sorted && found.length >= 2 * (limit + 1)) cut();
  }
  cut();
  const page = found.slice(0, limit);
  const next = found.length > limit ? Buffer.from(JSON.stringify(page.at(-1)!.place)).toString('base64url') : undefined;
  return { page: page.map(({ registration }) => registration), total, next };
}

/** A JSON array in pieces. The next piece is made when the reader is ready. */
function* piecesOf(registrations: Iterable<Registration>): Generator<string> {
  let text = '[';
  let n = 0;
  for (const registration of registrations) {
    text += (n++ === 0 ? '' : ',') + registrationText(registration);
    if (n % PIECE !== 0) continue;
    yield text;
    text = '';
  }
  yield `${text}]`;
}

/** Lets the event loop run between two pieces, so that devices are served meanwhile. */
async function* paced(registrations: Iterable<Registration>): AsyncGenerator<string> {
  for (const piece of piecesOf(registrations)) {
    yield piece;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function registerList(app: FastifyInstance, { registry }: LwM2mServer): void {
  app.get<{ Querystring: Query }>('/api/clients', ({ query, url }, reply): FastifyReply => {
    reply.type('application/json; charset=utf-8');
    const plain = Object.keys(query).length === 0;
    const { page, total, next } = plain ? { page: undefined, total: registry.size, next: undefined } : takePage(registry, query);
    reply.header('x-total-count', total);
    if (next !== undefined) {
      const further = new URLSearchParams(url.slice(url.indexOf('?')));
      further.set('after', next);
      reply.header('link', `</api/clients?${further}>; rel="next"`);
    }
    return reply.send(Readable.from(paced(page ?? registry.each()), { objectMode: false, highWaterMark: 64 << 10 }));
  });
}
