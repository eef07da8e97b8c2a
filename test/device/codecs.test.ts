/** The codecs against slow versions of themselves (test/reference), on generated values. */
import test from 'ava';
import fc from 'fast-check';
import * as coap from '../reference/coap';
import * as tlv from '../reference/tlv';
import * as value from '../reference/value';
import { loadCore } from '../support/core';
import { MULTIPLE, TYPES } from '../support/store';
import { decodeFrom, encodeInto, encodeWindows } from '../../tools/vectors/buffers';
import { fromReference, toReference } from '../support/values';
import { bytesThatLookLike, codes, ids, messages, numbersInText, REF_TYPES, typedValue } from '../support/arbitraries';

const { core } = await loadCore();
const runs = { numRuns: Number(process.env.WIXT_RUNS ?? 300) };

const plain = (m: { type: number; code: number; mid: number; token: Iterable<number>; options: { number: number; value: Iterable<number> }[]; payload: Iterable<number> }): coap.RefMessage => ({
  type: m.type,
  code: m.code,
  mid: m.mid,
  token: [...m.token],
  options: m.options.map((option) => ({ number: option.number, value: [...option.value] })),
  payload: [...m.payload],
});

const result = (b: Uint8Array, end: number): coap.RefResult => {
  const m = core.decodeMessage(b, end);
  return typeof m === 'number' ? (m === -1 ? 'silent' : 'format') : plain(m);
};

/** A message by the codec; an error as what the reference calls it. */
const decode = (bytes: Uint8Array): coap.RefResult => decodeFrom(bytes, (b, at, end) => result(b.slice(at), end - at));

test('a message that is written by the reference is read as it was (RFC 7252 3)', (t) => {
  fc.assert(fc.property(messages, (m) => t.deepEqual(decode(Uint8Array.from(coap.encodeMessage(m))), m)), runs);
  t.pass();
});

test('a message is written as the reference does (RFC 7252 3)', (t) => {
  fc.assert(
    fc.property(messages, (m) => {
      const expected = coap.encodeMessage(m);
      const message = { ...m, token: Uint8Array.from(m.token), options: m.options.map((o) => ({ number: o.number, value: Uint8Array.from(o.value) })), payload: Uint8Array.from(m.payload) };
      t.deepEqual([...encodeInto(expected.length, (b, at) => at + core.encodeMessage(message, b.subarray(at)))], expected);
    }),
    runs,
  );
});

test('any bytes are the same message, or none, as for the reference (RFC 7252 3, 4.2)', (t) => {
  fc.assert(fc.property(bytesThatLookLike(messages.map(coap.encodeMessage)), (bytes) => t.deepEqual(decode(bytes), coap.decodeMessage(bytes))), runs);
  t.pass();
});

test('bytes that end where their buffer ends are the same message, or none (RFC 7252 3.1)', (t) => {
  const cut = [0xd0, 0x0d, 0xe0, 0xe000, 0x0e, 0x0e00, 0xdd00, 0xee0000];
  for (const tail of cut) {
    const bytes = Uint8Array.of(0x40, 1, 0, 7, ...(tail > 0xffff ? [tail >> 16] : []), ...(tail > 0xff ? [(tail >> 8) & 255] : []), tail & 255);
    t.is(result(bytes, bytes.length), 'format', `${tail.toString(16)}`);
  }
  fc.assert(fc.property(bytesThatLookLike(messages.map(coap.encodeMessage)), (bytes) => t.deepEqual(result(bytes, bytes.length), coap.decodeMessage(bytes))), runs);
});

test('block options are num, more and size (RFC 7959 2.2)', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1048575 }), fc.boolean(), fc.integer({ min: 0, max: 6 }), (num, more, szx) => {
      const size = 16 << szx;
      const v = core.encodeBlockValue(num, more, size);
      t.is(v, num * 16 + (more ? 8 : 0) + szx);
      t.deepEqual(core.decodeBlockValue(v), { num, more, size, offset: num * size });
    }),
    runs,
  );
});

for (const type of REF_TYPES) {
  test(`${type}: the bytes of a value are those of the reference, in every window, and are read back (LwM2M 1.0.2 appendix C)`, (t) => {
    fc.assert(
      fc.property(typedValue(type), (v) => {
        const bytes = Uint8Array.from(value.encodeValue(type, v));
        const written = encodeWindows(bytes.length, (b, lo, hi, at) => core.encodeValue(b, lo, hi, at, TYPES[type]!, fromReference(v)), [1, 3, 16]);
        t.deepEqual([...written], [...bytes]);
        t.deepEqual(toReference(type, decodeFrom(bytes, (b, at, end) => core.decodeValue(TYPES[type]!, b, at, end))), v);
      }),
      runs,
    );
  });

  test(`${type}: any bytes are the same value, or none, as for the reference (LwM2M 1.0.2 appendix C)`, (t) => {
    fc.assert(
      fc.property(bytesThatLookLike(typedValue(type).map((v) => value.encodeValue(type, v))), (bytes) => {
        const seen = decodeFrom(bytes, (b, at, end) => core.decodeValue(TYPES[type]!, b, at, end));
        t.deepEqual(toReference(type, seen), value.decodeValue(type, bytes));
      }),
      runs,
    );
    t.pass();
  });

  test(`${type}: a value is written as text and read back (LwM2M 1.0.2 6.4.1)`, (t) => {
    fc.assert(
      fc.property(typedValue(type, true), (v) => {
        const text = value.encodeText(type, v);
        const written = encodeWindows(Buffer.byteLength(text), (b, lo, hi, at) => core.encodeText(b, lo, hi, at, TYPES[type]!, fromReference(v)), [1, 3, 16]);
        t.is(Buffer.from(written).toString(), text);
        t.deepEqual(toReference(type, decodeFrom(written, (b, at, end) => core.decodeText(TYPES[type]!, b, at, end))), v);
      }),
      runs,
    );
  });

  test(`${type}: any text is the same value, or none, as for the reference (LwM2M 1.0.2 6.4.1)`, (t) => {
    const texts = fc.oneof(bytesThatLookLike(typedValue(type, true).map((v) => [...Buffer.from(value.encodeText(type, v))])), numbersInText);
    fc.assert(
      fc.property(texts, (bytes) => {
        const seen = decodeFrom(bytes, (b, at, end) => core.decodeText(TYPES[type]!, b, at, end));
        t.deepEqual(toReference(type, seen), value.decodeText(type, bytes));
      }),
      { numRuns: runs.numRuns * 3 },
    );
    t.pass();
  });

  test(`${type}: a resource with several instances is the TLV of the reference, in every window (LwM2M 1.0.2 6.4.3)`, (t) => {
    fc.assert(
      fc.property(ids, fc.uniqueArray(fc.tuple(ids, typedValue(type)), { selector: ([id]) => id, maxLength: 12 }), (id, list) => {
        list.sort(([a], [b]) => a - b);
        const children = list.map(([one, v]) => ({ kind: 'res_instance' as const, id: one, value: value.encodeValue(type, v) }));
        const expected = tlv.encodeTlv([{ kind: 'multi_resource', id, children }]);
        const values = Object.fromEntries(list.map(([one, v]) => [one, fromReference(v)]));
        const written = encodeWindows(expected.length, (b, lo, hi, at) => core.encodeResource(b, lo, hi, at, id, TYPES[type]! | MULTIPLE, values), [1, 16, 64]);
        t.deepEqual([...written], expected);
      }),
      { numRuns: Math.ceil(runs.numRuns / 3) },
    );
  });
}

test('strings are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut', (t) => {
  const edges = [
    '7f', '80', 'c0', 'c1', 'c180', 'c27f', 'c280', 'c2c0', 'dfbf', 'e09f80', 'e09fbf', 'e0a080', 'ed9fbf', 'eda080', 'edbfbf', 'ee8080',
    'efbfbf', 'efbbbf', 'f08f8080', 'f08fbfbf', 'f0908080', 'f48fbfbf', 'f4908080', 'f5808080', 'f8808080', 'ff', 'e282', 'f09f98', '61c3',
    'c3', '00', '61e28261', 'f09f988061',
  ];
  for (const hex of edges) {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    t.is(decodeFrom(bytes, (b, at, end) => core.decodeValue(TYPES.string!, b, at, end)) as string | undefined, value.decodeUtf8(bytes), hex);
  }
});

const items: fc.Arbitrary<tlv.RefItem> = fc.letrec<{ item: tlv.RefItem; leaf: tlv.RefItem }>((tie) => ({
  leaf: fc.record({ kind: fc.constantFrom('resource' as const, 'res_instance' as const), id: fc.integer({ min: 0, max: 65535 }), value: codes(0, 300) }),
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ kind: fc.constantFrom('multi_resource' as const, 'obj_instance' as const), id: fc.integer({ min: 0, max: 65535 }), children: fc.array(tie('item'), { maxLength: 5 }) }),
  ),
})).item;

const KINDS: Record<number, tlv.RefKind> = { 0: 'obj_instance', 64: 'res_instance', 128: 'multi_resource', 192: 'resource' };

function readTree(b: Uint8Array, at: number, end: number): tlv.RefItem[] | undefined {
  const found: tlv.RefItem[] = [];
  while (at < end) {
    const one = core.decodeItem(b, at, end);
    if (!one) return undefined;
    const kind = KINDS[one.kind]!;
    if (kind === 'resource' || kind === 'res_instance') found.push({ kind, id: one.id, value: [...b.subarray(one.value, one.end)] });
    else {
      const children = readTree(b, one.value, one.end);
      if (!children) return undefined;
      found.push({ kind, id: one.id, children });
    }
    at = one.end;
  }
  return found;
}

test('heads of TLV are those of the reference, in every window (LwM2M 1.0.2 6.4.3)', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(0, 64, 128, 192), fc.integer({ min: 0, max: 65535 }), fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 16777215 })), (kind, id, n) => {
      const written = [...encodeWindows(6, (b, lo, hi, at) => core.encodeHead(b, lo, hi, at, kind, id, n), [1, 2, 3, 16])];
      const item: tlv.RefItem = { kind: KINDS[kind]!, id, value: new Array<number>(Math.min(n, 70_000)).fill(0) };
      if (n <= 70_000) t.deepEqual(written, tlv.encodeTlv([item]).slice(0, written.length));
      else t.deepEqual(written.slice(-3), [n >> 16, (n >> 8) & 255, n & 255]);
    }),
    { numRuns: 100 },
  );
  t.pass();
});

test('any bytes are the same tree of TLV, or none, as for the reference (LwM2M 1.0.2 6.4.3)', (t) => {
  fc.assert(
    fc.property(bytesThatLookLike(fc.array(items, { maxLength: 4 }).map(tlv.encodeTlv)), (bytes) => t.deepEqual(decodeFrom(bytes, readTree), tlv.decodeTlv(bytes))),
    runs,
  );
  t.pass();
});
