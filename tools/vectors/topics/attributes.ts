/** Write-Attributes and what they do: queries read back by Discover, timelines of notifications in virtual time. */
import { decodeLinks } from '../../../src/host/server/formats/link';
import { parse } from '../../../test/support/bench';
import { formatOf, observeOf, TLV, textOf } from '../../../test/support/dialogue';
import type { RefMessage } from '../../../test/reference/coap';
import { decodeTlv } from '../../../test/reference/tlv';
import { decodeValue } from '../../../test/reference/value';
import { Device } from '../device';
import { fail, ok, same, Skip } from '../check';
import type { Context, Run, Vector } from '../types';
import { idsOf } from '../values';

/** What LwM2M 1.0 and 1.1 know; later ones may be refused. */
const KNOWN = ['pmin', 'pmax', 'gt', 'lt', 'st', 'epmin', 'epmax'];
const LINK = 40;
/** Seconds that a notification may come late and early. */
const LATE_S = 0.5;
const EARLY_S = 0.1;

function checkKnown(names: string[]): void {
  for (const name of names) if (!KNOWN.includes(name)) throw new Skip(`the attribute ${name} is not one of LwM2M 1.0 or 1.1`);
}

/** The attributes that Discover shows at `path`, as numbers. */
function discover(device: Device, path: string): Record<string, number> {
  const answer = device.dialogue.getAll(path, 512, { accept: LINK });
  same(answer.text, '2.05', `Discover of ${path}`);
  const link = decodeLinks(textOf(answer))[0];
  return Object.fromEntries(Object.entries(link?.attributes ?? {}).filter(([name]) => KNOWN.includes(name)).map(([name, value]) => [name, Number(value)]));
}

function checkQuery(context: Context, vector: Vector): void {
  const { path, query } = vector as unknown as { path: string; query: string[] };
  const attrs = vector.attrs as Record<string, number | null> | null;
  const device = new Device(context, { wishes: idsOf(path).length > 1 ? [{ path }] : [] });
  device.bench.register();
  if (vector.op === 'reject' || !attrs) {
    same(device.dialogue.put(path, { query }).text, '4.00', 'Write-Attributes');
    return same(device.slots().attributes, [], 'attributes that are set');
  }
  checkKnown(Object.keys(attrs));
  // What is to be removed has to be there first; the numbers go together in any combination.
  const removed = Object.keys(attrs).filter((name) => attrs[name] === null);
  const before: Record<string, string> = { pmin: '1', pmax: '100', gt: '50', lt: '-50', st: '1', epmin: '1', epmax: '100' };
  if (removed.length) same(device.dialogue.put(path, { query: removed.map((name) => `${name}=${before[name]}`) }).text, '2.04', 'Write-Attributes of what is to be removed');
  same(device.dialogue.put(path, { query }).text, '2.04', 'Write-Attributes');
  const seen = discover(device, path);
  for (const [name, value] of Object.entries(attrs)) same(seen[name], value === null ? undefined : value, name);
  same(Object.keys(seen).sort(), Object.keys(attrs).filter((name) => attrs[name] !== null).sort(), 'attributes that Discover shows');
}

/** The number in a notification, by the reference codecs. */
function numberIn(m: RefMessage, type: 'float' | 'integer'): number {
  if (formatOf(m) !== TLV) return Number(textOf(m));
  const item = decodeTlv(m.payload)?.[0];
  return Number(decodeValue(type, Uint8Array.from(item?.value ?? [])));
}

function checkTimeline(context: Context, vector: Vector): void {
  const { attributes, initial, until } = vector as unknown as { attributes: Record<string, number>; initial: number; until: number };
  const changes = vector.changes as [number, number][];
  const expected = vector.notifications as [number, number][];
  const path: string = vector.path ?? '/3303/0/5700';
  checkKnown(Object.keys(attributes));
  const device = new Device(context, { wishes: [{ path, type: 'float', value: initial }] });
  device.bench.register();
  const { bench, dialogue } = device;
  const query = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  if (query.length) same(dialogue.put(path, { query }).text, '2.04', 'Write-Attributes');
  const answer = dialogue.get(path, { observe: 0, token: [1] });
  same([answer.text, numberIn(answer, 'float')], ['2.05', initial], 'answer to Observe');
  const start = bench.now;
  const seen: [number, number][] = [];
  const take = (sent: ReturnType<typeof bench.advance>): void => {
    for (const one of sent) {
      const m = parse(one.bytes);
      same(m.token, [1], 'token of a notification');
      same(m.code, 0x45, 'code of a notification');
    ok(observeOf(m) !== undefined, 'a notification has no Observe option');
      seen.push([(one.at - start) / 1000, numberIn(m, 'float')]);
      if (m.type === 0) take(bench.say({ type: 2, mid: m.mid }));
    }
  };
  // Notifications are acknowledged as soon as they come.
  const pass = (to: number): void => {
    while (bench.now < to) {
      const sent = bench.wait(to - bench.now);
      if (!sent.length) break;
      take(sent);
    }
  };
  for (const [at, value] of changes) {
    pass(start + at * 1000);
    take(device.set(path, value));
  }
  pass(start + until * 1000);
  const text = (list: [number, number][]): string => list.map(([at, value]) => `${value} at ${at} s`).join(', ') || 'none';
  const good = seen.length === expected.length && seen.every(([at, value], i) => value === expected[i]![1] && at >= expected[i]![0] - EARLY_S && at <= expected[i]![0] + LATE_S);
  if (!good) fail(`notifications: ${text(seen)} instead of ${text(expected)}`);
}

export const runAttributes: Run = (vector, context) => {
  if (Array.isArray(vector.query)) checkQuery(context, vector);
  else if (Array.isArray(vector.changes)) checkTimeline(context, vector);
  else throw new Skip('it has neither a query nor a timeline');
};
