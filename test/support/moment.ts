/** Copies of a universe, and the differences between two moments. */
import { uintOption, type RefMessage } from '../reference/coap';
import { parse } from './bench';
import { pathText, queryOf } from './server';
import { EXCHANGE_MS, LIFETIME, type Universe } from './universe';

// Written before it is read, so that all may share it.
const SCRATCH = new Set(['_b', '_body', 'table', '_host', '_udp', 'udp']);

/** A copy that goes its own way. */
export function copy<T>(value: T, seen = new Map<unknown, unknown>()): T {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return (value as unknown as Uint8Array).slice() as T;
  const known = seen.get(value);
  if (known) return known as T;
  const to = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
  seen.set(value, to);
  for (const key of Object.keys(value)) {
    const part = (value as Record<string, unknown>)[key];
    to[key] = typeof part !== 'object' || SCRATCH.has(key) ? part : copy(part, seen);
  }
  return to as T;
}

// How the client stands to its server, but for what is told below in other words.
const ELSEWHERE = new Set(['_mid', '_token', '_deadline', '_timeout', '_tries', '_block', '_saying', '_location', '_sequence', '_host', '_values']);
const IGNORED = new Set(['_server', '_sent', '_sequence', '_value']);

function fields(record: Record<string, any>, without: Set<string>, now: number): string {
  let text = '';
  for (const key in record) {
    const value = record[key];
    if (without.has(key)) continue;
    text += (typeof value === 'number' && value > 5e8 && value < Infinity ? `@${Math.round(value - now)}` : value) + ' ';
  }
  return text;
}

/**
 * What decides how it goes on, as text: times from now on, message ids and tokens by what they belong to, values by whether they have been
 * told. The memory of duplicates is told by the age of the one request that may come again.
 */
export function keyOf(u: Universe): string {
  const c = u.client as unknown as Record<string, any>;
  const s = c._servers[0];
  const { server, now } = u;
  const current = u.sensor.values[0]![5700];
  const known = (m: RefMessage): boolean => server.answered.some(({ mid }) => mid === m.mid);
  const message = (datagram: Uint8Array): string => {
    const m = parse(datagram);
    const own = m.token.length === 4 ? Buffer.from(m.token).readUInt32BE(0) === s._token : m.token.length ? Buffer.from(m.token).toString('hex') in server.observations : '-';
    const number = m.code < 64 ? -1 : (uintOption(m, 6) ?? -1) === s._sequence;
    return [m.type, m.code, m.mid === s._mid, own, known(m), number, m.code < 32 && pathText(m) === '/rd', queryOf(m).filter((one) => one.startsWith('lt')), m.payload.length].join(' ');
  };
  const exchange = s._exchange ? [s._tries, Math.round(s._timeout), Math.round(s._deadline - now), s._saying, s._block, server.answered.some(({ mid }) => mid === s._mid), u.seen === s._mid] : [];
  const tokens = Object.keys(server.observations);
  const observations = (c._observations as Record<string, any>[]).map((o, k) =>
    o._server ? fields(o, IGNORED, now) + (o._value === current) + tokens.some((one) => one === Buffer.from(c._tokens.subarray(k * 9 + 1, k * 9 + 1 + c._tokens[k * 9])).toString('hex')) : '-',
  );
  const r = server.registration;
  const location = Buffer.from(s._location.subarray(0, Math.max(0, s._locationEnd))).toString('latin1').replace(/[^0-9]/g, '');
  return [
    fields(s, ELSEWHERE, now), s._values, exchange, observations, u.list.instances, u.out.map(message), u.late.map(message),
    r ? [r.lifetime, Math.round((r.until - now) / 10_000), r.list.length, r.location.split('/').at(-1) === location] : '',
    tokens.length, server.last && now - server.lastAt < EXCHANGE_MS ? [server.last[1], server.last.length, now - server.lastAt] : '',
    u.wanted, u.heard === 'updated' ? 'registered' : u.heard, u.unsaid, u.asked, now - u.spoke > (LIFETIME / 5) * 1000, u.lifetimes, u.lists.map(({ length }) => length),
  ].join('|');
}
