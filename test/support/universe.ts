/**
 * One client, one server as the RFCs have it, the datagrams between them and a clock, all of it data: a universe can be copied, compared
 * and continued from any moment. What happens in it is an event by name; what must never happen throws.
 */
import type { Client, LwM2mObject, Udp } from '../../src/device/index';
import * as core from '../../src/device/index';
import { uintOption as optionOf, type RefMessage } from '../reference/coap';
import { build, parse, pathOptions, SERVER, text, uintOption } from './bench';
import { pathText, queryOf } from './server';
import { tableOf } from './store';

const [GET, POST, PUT, DELETE] = [1, 2, 3, 4];
const [CREATED, DELETED, CHANGED, CONTENT, NOT_FOUND, UNAVAILABLE] = [0x41, 0x42, 0x44, 0x45, 0x84, 0xa3];
const [ACK, RST] = [2, 3];
/** A small one would let a registration that was forgotten end by itself. */
export const LIFETIME = 3000;
const OTHER_LIFETIME = 2000;
const DISABLE_S = 40;
const MAX_AGE_S = 30;
const VALUE = '/3303/0/5700';
/** What has been on its way for so long is lost. */
const LATENCY_MS = 20_000;
/** A copy is on its way no longer than MAX_TRANSMIT_SPAN and MAX_LATENCY (RFC 7252 4.8.2). */
export const EXCHANGE_MS = 145_000;

interface Registration {
  location: string;
  lifetime: number;
  until: number;
  list: string;
}

/** What a server knows and has under way. */
export interface Model {
  registration: Registration | undefined;
  /** Token → the last number of the Observe option. */
  observations: Record<string, number>;
  /** The last two requests of the client by message id, with their answers: copies are answered by these. */
  answered: { mid: number; answer: Uint8Array }[];
  /** The last request, to send it once more, and when that was. */
  last: Uint8Array | undefined;
  lastAt: number;
  /** Counters of message ids, tokens and locations. */
  mid: number;
  tokens: number;
  locations: number;
}

interface Store extends LwM2mObject {
  values: Record<number, Record<number, number>>;
}

/** All of it. Between events it is complete: what is under way stands in it. */
export interface Universe {
  client: Client;
  device: Store;
  list: Store;
  sensor: Store;
  now: number;
  drawn: number;
  server: Model;
  /** On the way to the server, and to the client. */
  out: Uint8Array[];
  late: Uint8Array[];
  /** What is given to the client next. */
  arriving: Uint8Array | undefined;
  /** Executes that ran. */
  runs: number;
  /** The application wants to be registered. */
  wanted: boolean;
  /** The last thing that the application heard of its registration. */
  heard: string;
  /** De-registered without an answer: the server may not know. */
  unsaid: boolean;
  /** An Update was asked for. */
  asked: boolean;
  /** When the client spoke of its lifetime last. */
  spoke: number;
  /** What the server may have been told of lifetime and list: the last that it acknowledged first, then what was sent since. */
  lifetimes: number[];
  lists: string[];
  /** Message id of the request of the client that was seen last. */
  seen: number;
}

let at: Universe;

const udp = {
  remoteAddress: SERVER,
  remotePort: 5683,
  read(into: Uint8Array) {
    const datagram = at.arriving;
    at.arriving = undefined;
    if (datagram) into.set(datagram);
    return datagram?.length;
  },
  write: (data: Uint8Array, length: number) => void at.out.push(data.slice(0, length)),
  close() {},
  resolve: (host: string) => host,
} as unknown as Udp;

// Tokens count up from 1, so that states which differ by their tokens alone can be told to be the same.
const random = (): number => ++at.drawn / 4294967296;

function onEvent(_c: Client, name: string): void {
  if (name === 'deregistered' && at.server.registration) at.unsaid = true;
  if (name === 'registered') at.unsaid = false;
  if (!name.startsWith('obs') && name !== 'cancelled') at.heard = name;
}

const read = (o: LwM2mObject, instance: number, resource: number) => (o as Store).values[instance]?.[resource];
const execute = (): void => void at.runs++;
const store = (id: number, resources: Record<number, string>, values: Store['values']): Store => ({ id, table: tableOf(resources), instances: Object.keys(values).map(Number), values, read, execute });

/** The client as it is switched on: nothing that it knew is left, its message ids begin elsewhere, and what was on its way is lost. */
function boot(): void {
  at.server.answered = [];
  at.out = [];
  at.late = [];
  at.server.last = undefined;
  at.client = core.createClient({
    endpoint: 'u',
    servers: [{ uri: `coap://${SERVER}`, ssid: 1, lifetime: LIFETIME, disable: DISABLE_S }],
    objects: [at.device, at.list, at.sensor],
    udp,
    random,
    onEvent,
  });
  at.wanted = true;
  at.heard = '';
  at.asked = false;
  core.start(at.client, at.now);
}

export function createUniverse(): Universe {
  at = {
    now: 1e9, drawn: 0, out: [], late: [], arriving: undefined, runs: 0, unsaid: false, spoke: 0, lifetimes: [], lists: [], seen: -1,
    device: store(3, { 4: 'E', 9: 'R integer' }, { 0: { 9: 50 } }),
    list: store(16, { 2: 'R integer' }, { 0: { 2: 1 } }),
    sensor: store(3303, { 5700: 'R integer' }, { 0: { 5700: 1 } }),
    server: { registration: undefined, observations: {}, answered: [], last: undefined, lastAt: 0, mid: 1, tokens: 0, locations: 0 },
  } as unknown as Universe;
  boot();
  poll(at);
  return at;
}

const listOf = ({ list }: Universe): string => ['</1/0>', '</3/0>', ...list.instances.map((id) => `</16/${id}>`), '</3303/0>'].join();
const lifetimeOf = ({ client }: Universe): number => (client._servers[0]!._values as number[])[1]!;

function fail(why: string): never {
  throw new Error(why);
}

/** What the client sends must be so, and an Update must say only what the server does not know. */
function check(m: RefMessage): void {
  if (m.code !== POST) return;
  const query = queryOf(m);
  const payload = Buffer.from(m.payload).toString();
  const lt = query.find((one) => one.startsWith('lt='))?.slice(3);
  const first = m.mid !== at.seen;
  at.seen = m.mid;
  if (payload && payload !== listOf(at)) fail(`the list is ${listOf(at)}, and it says ${payload}`);
  if (lt && +lt !== lifetimeOf(at)) fail(`the lifetime is ${lifetimeOf(at)}, and it says ${lt}`);
  if (pathText(m) !== '/rd') {
    if (first && lt && at.lifetimes.every((one) => one === +lt)) fail(`the server knows the lifetime ${lt}`);
    if (first && !lt && !payload && !at.asked && at.now - at.spoke < (OTHER_LIFETIME / 3) * 1000) fail('an Update that says nothing, and that nobody asked for');
  }
  if (first) at.asked = false;
  at.spoke = at.now;
  if (lt) at.lifetimes = [...at.lifetimes.filter((one) => one !== +lt), +lt];
  if (payload) at.lists = [...at.lists.filter((one) => one !== payload), payload];
}

/** Does what is due at the client, and looks at what it sends. Returns the ms until it wants to be called again. */
function poll(u: Universe): number {
  at = u;
  const before = u.out.length;
  const wait = core.poll(u.client, u.now);
  for (const datagram of u.out.slice(before)) check(parse(datagram));
  // Of what waits the older is lost.
  while (u.out.length > 2) u.out.shift();
  return wait;
}

function give(u: Universe, datagram: Uint8Array): Uint8Array[] {
  at = u;
  const before = u.out.length;
  u.arriving = datagram;
  core.receive(u.client, u.now);
  return u.out.splice(before);
}

const reply = ({ mid, token }: RefMessage, code: number, options: RefMessage['options'] = []): Uint8Array => build({ type: ACK, code, mid, token, options });

/** The server's answer to a datagram of the client, undefined when it has none; what it knows changes. */
function serve(u: Universe, datagram: Uint8Array): Uint8Array | undefined {
  const { server: s } = u;
  const m = parse(datagram);
  if (m.type !== 0) return undefined;
  const before = s.answered.find(({ mid }) => mid === m.mid);
  if (before) return before.answer;
  let answer: Uint8Array;
  const path = pathText(m);
  const token = Buffer.from(m.token).toString('hex');
  if (m.code >= 64) {
    // A notification: numbers of its observation rise (RFC 7641 4.4).
    const number = optionOf(m, 6);
    const known = token in s.observations;
    if (known && number !== undefined && number <= s.observations[token]!) fail(`number ${number} of a notification after ${s.observations[token]}`);
    if (known && number !== undefined) s.observations[token] = number;
    else delete s.observations[token];
    answer = build({ type: known ? ACK : RST, mid: m.mid });
  } else if (path === '/rd') {
    const location = `/rd/${++s.locations}`;
    const lifetime = +queryOf(m).find((one) => one.startsWith('lt='))!.slice(3);
    s.registration = { location, lifetime, until: u.now + lifetime * 1000, list: Buffer.from(m.payload).toString() };
    s.observations = {};
    answer = reply(m, CREATED, pathOptions(location, 8));
  } else if (s.registration?.location !== path) answer = reply(m, NOT_FOUND);
  else if (m.code === DELETE) {
    s.registration = undefined;
    s.observations = {};
    answer = reply(m, DELETED);
  } else {
    const lt = queryOf(m).find((one) => one.startsWith('lt='));
    if (lt) s.registration.lifetime = +lt.slice(3);
    if (m.payload.length) s.registration.list = Buffer.from(m.payload).toString();
    s.registration.until = u.now + s.registration.lifetime * 1000;
    answer = reply(m, CHANGED);
  }
  s.answered = [...s.answered.slice(-1), { mid: m.mid, answer }];
  return answer;
}

/** The server takes nothing of a datagram, and says so; also to its copies. */
function refuse(u: Universe, datagram: Uint8Array, answer: (m: RefMessage) => Uint8Array): void {
  const { server: s } = u;
  const m = parse(datagram);
  let said = s.answered.find(({ mid }) => mid === m.mid);
  if (!said) {
    said = { mid: m.mid, answer: answer(m) };
    s.answered = [...s.answered.slice(-1), said];
    if (m.code >= 64) delete s.observations[Buffer.from(m.token).toString('hex')];
  }
  arrive(u, said.answer);
}

/** An answer reaches the client, which then knows what the server knows. */
function arrive(u: Universe, answer: Uint8Array): void {
  const { code, token } = parse(answer);
  const current = u.client._servers[0]!;
  const open = token.length === 4 && current._exchange > 0 && Buffer.from(token).readUInt32BE(0) === current._token;
  u.out.push(...give(u, answer));
  if (open && (code === CREATED || code === CHANGED)) {
    u.lifetimes = u.lifetimes.slice(-1);
    u.lists = u.lists.slice(-1);
  }
}

/** A request of the server, which believes that the client is registered. Returns the answer; the server forgets what it learns is not so. */
function request(u: Universe, method: number, path: string, more: Partial<RefMessage> = {}): RefMessage | undefined {
  const s = u.server;
  s.last = build({ code: method, mid: s.mid++ & 0xffff, token: [9], ...more, options: [...(more.options ?? []).filter(({ number }) => number < 11), ...pathOptions(path), ...(more.options ?? []).filter(({ number }) => number > 11)] });
  s.lastAt = u.now;
  return answerOf(u, s.last);
}

function answerOf(u: Universe, datagram: Uint8Array): RefMessage | undefined {
  const sent = give(u, datagram).map((one) => parse(one));
  if (sent.length > 1) fail('two answers to one request');
  return sent[0];
}

const next = (u: Universe): Uint8Array => u.out.shift()!;
const waiting = (u: Universe): boolean => u.out.length > 0;
const isRegister = (u: Universe): boolean => waiting(u) && parse(u.out[0]!).code === POST;
const knows = (u: Universe): boolean => !!u.server.registration && u.server.registration.until > u.now;
const observing = (u: Universe): boolean => Object.keys(u.server.observations).length > 0;

function pass(u: Universe, ms: number): void {
  const end = u.now + ms;
  for (let wait = poll(u); u.now + wait <= end; wait = poll(u)) u.now += Math.max(wait, 1);
  u.now = end;
}

/** Every event: when it can happen, and what it does. The client polls after each. */
export const EVENTS: Record<string, [can: (u: Universe) => boolean, happen: (u: Universe) => void]> = {
  // The network, to the datagram that waits longest.
  deliver: [waiting, (u) => { const answer = serve(u, next(u)); if (answer) arrive(u, answer); }],
  lose: [waiting, (u) => void next(u)],
  'lose the answer': [waiting, (u) => void serve(u, next(u))],
  twice: [waiting, (u) => { const one = next(u); for (const answer of [serve(u, one), serve(u, one)]) if (answer) arrive(u, answer); }],
  'delay the answer': [(u) => waiting(u) && !u.late.length, (u) => { const answer = serve(u, next(u)); if (answer) u.late.push(answer); }],
  arrive: [(u) => u.late.length > 0, (u) => arrive(u, u.late.shift()!)],
  reset: [waiting, (u) => refuse(u, next(u), (m) => build({ type: RST, mid: m.mid }))],
  busy: [isRegister, (u) => { refuse(u, next(u), (m) => reply(m, UNAVAILABLE, [uintOption(14, MAX_AGE_S)])); u.asked = true; }],
  // The server.
  'restart the server': [knows, (u) => { u.server.registration = undefined; u.server.observations = {}; u.server.answered = []; u.out.length = 0; }],
  observe: [(u) => knows(u) && !observing(u), (u) => {
    const token = [0xa0, ++u.server.tokens & 255];
    const answer = request(u, GET, VALUE, { token, options: [uintOption(6, 0)] });
    const number = answer && optionOf(answer, 6);
    if (number !== undefined) u.server.observations[Buffer.from(token).toString('hex')] = number;
  }],
  cancel: [(u) => knows(u) && observing(u), (u) => {
    const [token] = Object.keys(u.server.observations);
    if (request(u, GET, VALUE, { token: [...Buffer.from(token!, 'hex')], options: [uintOption(6, 1)] })) u.server.observations = {};
  }],
  execute: [knows, (u) => { const runs = u.runs; const answer = request(u, POST, '/3/0/4'); if (u.runs - runs !== (answer ? 1 : 0)) fail('an Execute that is answered runs once, one that is not never'); }],
  'lifetime by the server': [knows, (u) => void request(u, PUT, '/1/0/1', { options: [uintOption(12, 0)], payload: text(String(lifetimeOf(u) === LIFETIME ? OTHER_LIFETIME : LIFETIME)) })],
  disable: [knows, (u) => void request(u, POST, '/1/0/4')],
  trigger: [knows, (u) => { if (request(u, POST, '/1/0/8')) u.asked = true; }],
  'repeat the request': [(u) => !!u.server.last && u.now - u.server.lastAt < EXCHANGE_MS, (u) => { const runs = u.runs; answerOf(u, u.server.last!); if (u.runs !== runs) fail('a copy of a request runs again'); }],
  // The application.
  update: [() => true, (u) => { core.update(u.client, u.now); u.asked = true; }],
  stop: [(u) => u.wanted, (u) => { core.stop(u.client); u.wanted = false; }],
  start: [(u) => !u.wanted, (u) => { core.start(u.client, u.now); u.wanted = true; }],
  change: [() => true, (u) => { u.sensor.values[0]![5700]!++; core.changed(u.client, 3303, 0, 5700); }],
  add: [() => true, (u) => { u.list.values[7] = { 2: 7 }; core.addInstance(u.client, u.list, 7); }],
  remove: [() => true, (u) => core.removeInstance(u.client, u.list, 7)],
  'restart the client': [() => true, boot],
  // Time: until the client wants to be called; and long enough for whatever is under way to end without an answer.
  time: [() => true, (u) => { const wait = poll(u); u.now += Math.max(wait, 1); if (wait > LATENCY_MS) u.out.length = u.late.length = 0; }],
  silence: [() => true, (u) => { pass(u, 100_000); u.out.length = u.late.length = 0; }],
};

export function happen(u: Universe, event: string): void {
  at = u;
  EVENTS[event]![1](u);
  poll(u);
}

/** From here on nothing is lost, for `ms`. */
export function settle(u: Universe, ms: number): void {
  const end = u.now + ms;
  at = u;
  for (;;) {
    let wait = poll(u);
    for (; u.late.length; wait = poll(u)) arrive(u, u.late.shift()!);
    while (u.out.length) {
      const answer = serve(u, next(u));
      if (answer) arrive(u, answer);
      wait = poll(u);
    }
    if (u.now + wait > end) break;
    u.now += Math.max(wait, 1);
    if (u.server.registration && u.server.registration.until <= u.now) u.server.registration = undefined;
  }
  u.now = end;
}

/** Is a Read answered? */
export function isReachable(u: Universe): boolean {
  return request(u, GET, '/3/0/9')?.code === CONTENT;
}

/** What the two sides believe, as text: undefined when they agree. The server's observations are tried by a change of the value. */
export function disagreement(u: Universe): string | undefined {
  const { registration } = u.server;
  if (!registration) return `the server knows of no registration; the client has heard "${u.heard}"`;
  if (registration.lifetime !== lifetimeOf(u)) return `the lifetime is ${lifetimeOf(u)}, and the server knows ${registration.lifetime}`;
  if (registration.list !== listOf(u)) return `the list is ${listOf(u)}, and the server knows ${registration.list}`;
  if (!isReachable(u)) return 'the server believes it registered, and a Read is not answered';
  const before = { ...u.server.observations };
  happen(u, 'change');
  settle(u, 5000);
  for (const token of Object.keys(before)) if (u.server.observations[token] === before[token]) return `observation ${token} is silent`;
  return undefined;
}
