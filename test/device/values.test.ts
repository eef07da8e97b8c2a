/** What the program gives as values: nothing malformed goes out (LwM2M 1.0.2 appendix C, 6.4; RFC 3629), each test named by the sentence that it holds. */
import test from 'ava';
import fc from 'fast-check';
import type { Bytes, Value } from '../../src/device/index';
import { decodeTlv, type RefItem } from '../reference/tlv';
import { loadCore } from '../support/core';
import { createDevice } from '../support/device';
import { textOf, TLV } from '../support/dialogue';
import { createStore, MULTIPLE, TYPES } from '../support/store';
import { encodeInto, encodeWindows } from '../../tools/vectors/buffers';
import { parse, text, toHex } from '../support/bench';
import { valuesOf } from '../reference/coap';

const { core } = await loadCore();
const runs = { numRuns: Number(process.env.WIXT_RUNS ?? 300) };

/** Texts with halves of surrogate pairs in any place. */
const halves = fc.array(fc.oneof(fc.constantFrom('\ud83d', '\ude00', '\ud800', '\udfff', '\udbff', '\udc00', 'a', 'é', '€', '\ud7ff', '\ue000', '\uffff', '😀'), fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 12 }).map((list) => list.join(''));

const utf8 = (s: string): number[] => [...Buffer.from(s, 'utf8')];

test('half a surrogate pair is U+FFFD, and the head of the TLV says as many bytes as there are (RFC 3629 3, WHATWG Encoding 8.2.2)', (t) => {
  fc.assert(
    fc.property(halves, (s) => {
      const expected = utf8(s);
      const n = expected.length;
      t.deepEqual([...encodeWindows(n, (b, lo, hi, at) => core.encodeValue(b, lo, hi, at, TYPES.string!, s), [1, 3, 16])], expected);
      t.deepEqual([...encodeWindows(n, (b, lo, hi, at) => core.encodeText(b, lo, hi, at, TYPES.string!, s), [1, 3, 16])], expected);
      const tlv = encodeInto(n + 6, (b, at) => core.encodeResource(b, at, at + n + 6, at, 7, TYPES.string!, s));
      t.deepEqual(decodeTlv(tlv), [{ kind: 'resource', id: 7, value: expected }]);
    }),
    runs,
  );
  t.is(toHex(utf8('ab\ud83d')), '6162efbfbd');
});

test('a text that ends in half a surrogate pair leaves the resources behind it whole', (t) => {
  const { dialogue, world } = createDevice();
  for (const [s, hex] of [['ab\ud83d', '6162efbfbd'], ['\ud83dab', 'efbfbd6162'], ['\ude00', 'efbfbd'], ['\ud83d\ud83d\ude00', 'efbfbdf09f9880']] as const) {
    world.device.values[0]![0] = s;
    const items = decodeTlv(dialogue.get('/3/0').payload)!;
    t.is(toHex(items[0]!.value!), hex);
    t.deepEqual(items.find(({ id }) => id === 9), { kind: 'resource', id: 9, value: [50] });
    t.is(toHex(dialogue.get('/3/0/0').payload), hex);
  }
});

test('the endpoint name and the telephone number go out as UTF-8 whatever they hold (RFC 3986 2.5)', (t) => {
  const { bench } = createDevice({ endpoint: 'n\ud83d', sms: '\ude00+49' }, false);
  bench.start();
  const queries = valuesOf(parse(bench.out[0]!.bytes), 15).map((value) => toHex(value));
  t.true(queries.includes(toHex(text('ep=n')) + 'efbfbd'), queries.join(' '));
  t.true(queries.includes(toHex(text('sms=')) + 'efbfbd' + toHex(text('+49'))));
});

test('the version of an object goes out as UTF-8 whatever it holds', (t) => {
  const { dialogue } = createDevice({ objects: [createStore(9, { 0: 'R string' }, { 0: { 0: 'x' } }, { version: '1.\ud83d' })] });
  t.is(textOf(dialogue.get('/9', { accept: 40 })), '</9>;ver=1.\ufffd,</9/0>,</9/0/0>');
});

/** A stream of `length` bytes that promises what it likes. */
const stream = (length: unknown): Bytes => ({ length: length as number, subarray: (from, to) => new Uint8Array(to - from) });

/** Invalid values by type, and those that are invalid for every type. */
const NONE: unknown[] = [null, Symbol('x'), 5n, () => 5, {}, new Date(0), /x/];
const WRONG: Record<string, unknown[]> = {
  string: [5, true, Uint8Array.of(1), ['a'], NaN],
  integer: ['5', 'full', '', true, 1.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 60), 1e300, [5], Uint8Array.of(1), new Uint8Array(9), stream(7)],
  unsigned: [-1, -0.5, '5', 2 ** 53, NaN, false, new Uint8Array(4)],
  float: ['1.5', NaN, Infinity, -Infinity, true, [1.5], new Uint8Array(8), new Float32Array(8)],
  boolean: [0, 1, 'true', '', Uint8Array.of(1), NaN],
  opaque: ['abc', 5, true, [1, 2], new ArrayBuffer(3), stream(-1), stream(NaN), stream(1.5), stream('3'), stream(2 ** 24), { length: 3 }],
  time: [1.5, '2026', NaN, true, new Date(5), Infinity],
  objlnk: ['3:x', '3', ':', '3:', ':0', '3:65536', '65536:0', '-1:0', '3:0:1', '03:0', ' 3:0', '3:0 ', '0x3:0', '3.5:0', 'NaN:NaN', '1e1:0', 3, true, Uint8Array.of(0, 3, 0, 0)],
  corelnk: [5, true, Uint8Array.of(1)],
};

/** An object with a resource of each type, single and multiple, and a good neighbour behind each. */
const KINDS = Object.keys(WRONG);
const single = (type: string) => 10 + KINDS.indexOf(type) * 4;
const RESOURCES = Object.fromEntries(KINDS.flatMap((type) => [[single(type), `R ${type}`], [single(type) + 1, 'R integer'], [single(type) + 2, `R ${type}*`], [single(type) + 3, 'R string']]));
const GOOD: Record<string, Value> = { string: 'text', integer: -5, unsigned: 5, float: 1.5, boolean: true, opaque: Uint8Array.of(1, 2), time: 9, objlnk: '3:0', corelnk: '</3>' };

function createTyped() {
  const values = Object.fromEntries(KINDS.flatMap((type): [number, Value | Value[]][] => [[single(type), GOOD[type]!], [single(type) + 1, 300], [single(type) + 2, [GOOD[type]!]], [single(type) + 3, 'neighbour']]));
  const store = createStore(900, RESOURCES, { 0: values });
  return { ...createDevice({ objects: [store] }), values: store.values[0]! as Record<number, unknown> };
}

for (const type of KINDS)
  test(`${type}: what is no value of the type is absent, everything else stays, and the program hears its path (appendix C)`, (t) => {
    const { dialogue, bench, values } = createTyped();
    const id = single(type);
    const whole = dialogue.getAll('/900/0', 64);
    const expected = decodeTlv(whole.payload)!;
    t.is(expected.length, KINDS.length * 4);
    for (const wrong of [...NONE, ...WRONG[type]!]) {
      const title = `${type}: ${typeof wrong === 'object' ? Object.prototype.toString.call(wrong) : String(wrong)}`;
      const bad = [[id, wrong], [id + 2, wrong], [id + 2, [GOOD[type], wrong]], [id + 2, { 3: wrong }], [id + 2, [GOOD[type], undefined]]] as [number, unknown][];
      for (const [resource, v] of bad) {
        const good = values[resource];
        // Lists, records and streams of nothing are no instances at all, and so is an empty list of them.
        if (resource === id + 2 && typeof v === 'object' && v !== null && !Object.keys(v).length && !('subarray' in v) && !(v as { length?: number }).length) continue;
        if (resource === id + 2 && v === wrong && Array.isArray(v) && v.every((one) => typeof one === typeof GOOD[type])) continue;
        // Bytes are a list of numbers: right where the type is one of numbers.
        if (resource === id + 2 && ArrayBuffer.isView(v) && ['integer', 'unsigned', 'float', 'time'].includes(type)) continue;
        values[resource] = v;
        bench.events.length = 0;
        t.deepEqual(decodeTlv(dialogue.getAll('/900/0', 1024).payload), expected.filter((item: RefItem) => item.id !== resource), title);
        t.true(bench.events.length > 0 && bench.events.every(({ name, detail }) => name === 'error' && detail === `/900/0/${resource}`), title);
        bench.events.length = 0;
        for (const accept of [undefined, 0, TLV, 42]) {
          const answer = dialogue.get(`/900/0/${resource}`, { accept });
          t.true(answer.text === '4.04' || answer.text === '4.06', `${title} ${accept} ${answer.text}`);
          t.is(answer.payload.length, 0);
        }
        if (resource === id + 2) for (const one of [0, 1, 3]) t.is(dialogue.get(`/900/0/${resource}/${one}`).text, '4.04', title);
        t.false(textOf(dialogue.get(`/900/0/${resource}`, { accept: 40 })).includes('undefined'), title);
        t.notRegex(textOf(dialogue.getAll('/900/0', 1024, { accept: 40 })), new RegExp(`</900/0/${resource}>`), title);
        t.true(bench.events.length > 0, title);
        values[resource] = good;
      }
    }
    t.deepEqual(dialogue.getAll('/900/0', 1024).payload, whole.payload);
  });

test('ids of resource instances are 0 to 65535 in decimal: a list with another is absent (6.4.3)', (t) => {
  const { dialogue, bench, values } = createTyped();
  for (const list of [{ x: 5 }, { '-1': 5 }, { 65536: 5 }, { '1.5': 5 }, { '01': 5 }, { 0: 5, length: 1, x: 5 }, { '': 5 }, 'text', 5, null, true]) {
    values[single('integer') + 2] = list;
    // A list with a length has the instances that it counts.
    if (typeof list === 'object' && list && 'length' in list) t.deepEqual(decodeTlv(dialogue.get(`/900/0/${single('integer') + 2}`).payload)![0]!.children, [{ kind: 'res_instance', id: 0, value: [5] }]);
    else t.is(dialogue.get(`/900/0/${single('integer') + 2}`).text, '4.04', JSON.stringify(list));
  }
  values[single('integer') + 2] = { 0: 5, 65535: 6 };
  t.deepEqual(decodeTlv(dialogue.get(`/900/0/${single('integer') + 2}`).payload)![0]!.children!.map(({ id }) => id), [0, 65535]);
  t.true(bench.events.length > 0);
});

test('an observation of an invalid value gets 4.04, like one of a deleted value, and nothing else', (t) => {
  const { dialogue, bench, values } = createTyped();
  const id = single('float');
  dialogue.get(`/900/0/${id}`, { observe: 0 });
  values[id] = NaN;
  const [notification] = dialogue.take(...bench.changed(900, 0, id));
  t.is(notification!.code, 0x84);
  t.is(notification!.payload.length, 0);
  t.true(bench.events.some(({ name, detail }) => name === 'error' && detail === `/900/0/${id}`));
});

test('integers and times to ±(2^53 - 1) are numbers, beyond that eight bytes; both are read back', (t) => {
  for (const v of [9007199254740991, -9007199254740991, 0, 127, -128, Uint8Array.of(0x7f, 255, 255, 255, 255, 255, 255, 255)]) {
    const { dialogue, values } = createTyped();
    values[single('integer')] = v;
    const payload = dialogue.get(`/900/0/${single('integer')}`, { accept: TLV }).payload;
    const item = core.decodeItem(Uint8Array.from([...payload, 0, 0, 0, 0, 0, 0]), 0, payload.length)!;
    t.deepEqual(core.decodeValue(TYPES.integer!, Uint8Array.from(payload), item.value, item.end), v);
  }
});

test('any value of any type gives a TLV that is whole, or nothing', (t) => {
  const anything = fc.oneof(fc.anything({ withTypedArray: true, withSparseArray: true, withBigInt: true, withDate: true, withNullPrototype: true }), fc.double(), fc.maxSafeInteger(), halves, fc.uint8Array({ maxLength: 9 }), fc.boolean());
  fc.assert(
    fc.property(anything, fc.constantFrom(...KINDS), fc.boolean(), (v, type, many) => {
      if (v === undefined) return;
      const b = new Uint8Array(4096 + 16);
      const meta = TYPES[type]! | (many ? MULTIPLE : 0);
      const n = core.encodeResource(b, 0, 4096, 0, 300, meta, v as Value);
      const items = decodeTlv(b.subarray(0, n));
      t.truthy(items);
      t.true(items!.length === (n ? 1 : 0));
      for (let lo = 0; lo < n; lo += 16) t.is(core.encodeResource(new Uint8Array(4096 + 16), lo, lo + 16, 0, 300, meta, v as Value), n);
    }),
    { numRuns: runs.numRuns * 3 },
  );
});

test('a float that is NaN or infinite is no value: a Write of it is 4.00, and changes nothing (6.4.1 has no text for it)', (t) => {
  const { dialogue, world } = createDevice();
  for (const hex of ['7fc00000', '7f800000', 'ff800000', 'ffffffff', '7ff8000000000000', '7ff0000000000000', 'fff0000000000000'])
    t.is(dialogue.put('/3442/0/130', { format: TLV, payload: Buffer.from((hex.length > 8 ? 'c88208' : 'c482') + hex, 'hex') }).text, '4.00', hex);
  for (const s of ['NaN', 'Infinity', '-Infinity', '1e999']) t.is(dialogue.put('/3442/0/130', { format: 0, payload: text(s) }).text, '4.00', s);
  t.is(world.test.values[0]![130], 3.14159);
});
