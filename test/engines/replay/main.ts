/** Plays what test/engines/support/recorder.ts has written down, and says where the core does something else here. */
import * as core from '../../bundle/main';

interface Held {
  [name: string]: any;
}

const known: Held = {};
const state = { record: [] as any[], args: [] as any[], asked: [] as any[], next: 0, wrong: '' };

/** Characters of long texts that are handled together: XS walks a text from its start for each of them, and other engines copy it for each that is added. */
const PIECE = 256;

function toHex(b: Uint8Array): string {
  let s = '';
  for (let at = 0; at < b.length; at += PIECE) {
    let piece = '';
    for (let i = at; i < b.length && i < at + PIECE; i++) piece = piece + (b[i] < 16 ? '0' : '') + b[i].toString(16);
    s = s + piece;
  }
  return s;
}

function fromHex(s: string): Uint8Array {
  const length = s.length;
  const b = new Uint8Array(length / 2);
  for (let at = 0; at < length; at += PIECE) {
    const piece = s.substring(at, at + PIECE);
    const end = at + PIECE < length ? PIECE : length - at;
    for (let i = 0; i < end; i += 2) b[(at + i) / 2] = parseInt(piece.charAt(i) + piece.charAt(i + 1), 16);
  }
  return b;
}

/** A value as a text that is the same on every engine: keys sorted, kinds marked. */
function show(v: any): string {
  let k;
  let s = '';
  if (v === null || typeof v === 'boolean' || typeof v === 'string') return JSON.stringify(v);
  if (typeof v !== 'object') return v === 0 && 1 / v < 0 ? '-0' : String(v);
  if (v.number !== undefined && known[v.number] === v) return '#' + v.number;
  if (v.BYTES_PER_ELEMENT) return 'x' + toHex(v);
  const keys: string[] = [];
  for (k in v) if (typeof v[k] !== 'function') keys.push(k);
  keys.sort();
  for (k = 0; k < keys.length; k++) s = s + (s ? ',' : '') + keys[k] + ':' + show(v[keys[k]]);
  return '{' + s + '}';
}

function unpack(p: any): any {
  let k;
  if (p === null || typeof p !== 'object') return p;
  if (p.u) return undefined;
  if (p.n) return p.n === '-0' ? -0 : Number(p.n);
  if (p.x !== undefined) return fromHex(p.x);
  if (p.r !== undefined) return known[p.r];
  if (p.a) {
    const list: any[] = [];
    for (k = 0; k < p.a.length; k++) list.push(unpack(p.a[k]));
    return list;
  }
  const o: Held = {};
  for (k in p.o) o[k] = unpack(p.o[k]);
  return o;
}

function complain(what: string): void {
  if (!state.wrong) state.wrong = what;
}

/** The core asks `who` something: it must be what it asked when this was recorded. Returns the record. */
function ask(who: number, method: string, args: any[]): any[] {
  const expected = state.asked[state.next];
  state.next++;
  let here = who + '.' + method;
  let there = expected ? expected[0] + '.' + expected[1] : 'nothing';
  for (let i = 0; i < args.length; i++) {
    here = here + ' ' + show(args[i]);
    if (expected) there = there + ' ' + show(unpack(expected[2][i]));
  }
  if (here !== there) {
    complain('asks ' + here + ' and not ' + there);
    return [who, method, [], { u: 1 }, '', '', 0];
  }
  return expected;
}

function handler(o: Held, name: string): (...given: any[]) => any {
  return function () {
    const args: any[] = [];
    for (let i = 1; i < arguments.length; i++) args.push(arguments[i]);
    return unpack(ask(o.number, name, args)[3]);
  };
}

function makeObject(shape: Held): Held {
  const o: Held = known[shape.number] || { number: shape.number };
  known[shape.number] = o;
  setShape(o, shape);
  for (let i = 0; i < shape.has.length; i++) o[shape.has[i]] = handler(o, shape.has[i]);
  return o;
}

function setShape(o: Held, shape: Held): void {
  o.id = shape.id;
  o.version = shape.version;
  o.table = new Uint16Array(shape.table);
  o.instances = shape.instances.slice();
}

function makeSocket(): Held {
  const udp: Held = {};
  udp.read = function (into: Uint8Array) {
    const record = ask(-1, 'read', []);
    into.set(fromHex(record[4]));
    udp.remoteAddress = record[5];
    udp.remotePort = record[6];
    return unpack(record[3]);
  };
  udp.write = function (data: Uint8Array, length: number, address: string, port: number) {
    ask(-1, 'write', [data.subarray(0, length), address, port]);
  };
  udp.resolve = function (host: string) {
    return unpack(ask(-1, 'resolve', [host])[3]);
  };
  udp.close = function () {
    // Nothing to close.
  };
  return udp;
}

function makeClient(args: any[]): any {
  const options = unpack(args[1]);
  options.objects = [];
  for (let i = 0; i < args[2].length; i++) options.objects.push(makeObject(args[2][i]));
  options.udp = makeSocket();
  options.random = function () {
    return unpack(ask(-2, 'random', [])[3]);
  };
  if (args[3])
    options.onEvent = function () {
      const given: any[] = [];
      for (let i = 1; i < arguments.length; i++) given.push(arguments[i]);
      ask(-3, 'onEvent', given);
    };
  if (args[4] >= 0) {
    const access: Held = { number: args[4] };
    known[args[4]] = access;
    access.rights = handler(access, 'rights');
    access.created = handler(access, 'created');
    access.removed = handler(access, 'removed');
    options.access = access;
  }
  const c = core.createClient(options);
  (c as unknown as Held).number = args[0];
  known[args[0]] = c;
  return 0;
}

/** Makes the call of `state.record` with `state.args`. */
function makeCall(): string {
  const record = state.record;
  if (record[0] === 'createClient') return show(makeClient(record[1]));
  for (let i = 0; i < record[1].length; i++) state.args.push(unpack(record[1][i]));
  return show((core as Held)[record[0]].apply(undefined, state.args));
}

/** No variables: terser may give a `catch` the name of one, and MicroQuickJS takes no two. */
function tryCall(): string {
  try {
    return makeCall();
  } catch (e) {
    return 'threw';
  }
}

/** Plays a record. Returns '' when everything was as recorded, else what was not. */
export function play(record: any[]): string {
  const name = record[0];
  const args: any[] = [];
  state.record = record;
  state.args = args;
  state.asked = record[2];
  state.next = 0;
  state.wrong = '';
  if (name === '=') {
    setShape(known[record[1][0]], record[1][1]);
    return '';
  }
  const result = tryCall();
  const expected = record[3] && record[3].t ? 'threw' : show(unpack(record[3]));
  if (result !== expected) complain('returns ' + result + ' and not ' + expected);
  if (state.next < state.asked.length) complain('does not ask ' + JSON.stringify(state.asked[state.next]));
  for (let k = 0, n = 0; k < args.length; k++)
    if (args[k] && args[k].BYTES_PER_ELEMENT && n < record[4].length) {
      if (show(args[k]) !== show(unpack(record[4][n]))) complain('leaves ' + show(args[k]) + ' and not ' + show(unpack(record[4][n])));
      n++;
    }
  return state.wrong && name + ': ' + state.wrong;
}
