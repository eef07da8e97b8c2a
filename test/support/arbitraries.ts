/** What fast-check makes for the tests of the codecs. */
import fc from 'fast-check';
import type { RefMessage } from '../reference/coap';
import type { RefType, RefValue } from '../reference/value';

export const REF_TYPES: RefType[] = ['string', 'integer', 'unsigned', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'corelnk'];

/** A list of bytes. */
export const codes = (minLength: number, maxLength: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 255 }), { minLength, maxLength });

/** Ids of a path: often near where one byte ends. */
export const ids = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(127, 128, 255, 256, 65534), fc.integer({ min: 0, max: 65534 }));

const lengths = fc.constantFrom(0, 1, 7, 12, 13, 14, 40, 268, 269, 270, 300);

const option = fc.tuple(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(12, 13, 14, 268, 269, 270, 65535), fc.integer({ min: 0, max: 65535 })), lengths).chain(([number, n]) =>
  codes(n, n).map((value) => ({ number, value })),
);

/** Messages that are not Empty. */
export const messages: fc.Arbitrary<RefMessage> = fc
  .record({
    type: fc.integer({ min: 0, max: 3 }),
    code: fc.integer({ min: 1, max: 255 }),
    mid: fc.integer({ min: 0, max: 65535 }),
    token: codes(0, 8),
    options: fc.array(option, { maxLength: 6 }),
    payload: fc.oneof(codes(0, 0), codes(1, 60)),
  })
  .map((m) => ({ ...m, options: m.options.sort((a, b) => a.number - b.number) }));

/** Well-formed bytes with a few changes: cut, a byte more, a byte changed; and bytes without any form. */
export function bytesThatLookLike(formed: fc.Arbitrary<number[]>): fc.Arbitrary<Uint8Array> {
  const place = fc.integer({ min: 0, max: 400 });
  const byte = fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xc0, 0xff), fc.integer({ min: 0, max: 255 }));
  const change = fc.oneof(
    place.map((at) => (b: number[]) => b.slice(0, at % (b.length + 1))),
    fc.tuple(place, byte).map(([at, v]) => (b: number[]) => b.map((old, i) => (i === at % b.length ? v : old))),
    fc.tuple(place, byte).map(([at, v]) => (b: number[]) => [...b.slice(0, at % (b.length + 1)), v, ...b.slice(at % (b.length + 1))]),
  );
  const changed = fc.tuple(formed, fc.array(change, { maxLength: 3 })).map(([b, changes]) => Uint8Array.from(changes.reduce((now, one) => one(now), b)));
  return fc.oneof({ weight: 4, arbitrary: changed }, { weight: 1, arbitrary: codes(0, 24).map((b) => Uint8Array.from(b)) });
}

const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 12 })).filter((s) => s.isWellFormed());
const edges = [7, 8, 15, 16, 31, 32, 52, 53, 62, 63].flatMap((bits) => [2n ** BigInt(bits) - 1n, 2n ** BigInt(bits), -(2n ** BigInt(bits)), -(2n ** BigInt(bits)) - 1n]);
const signed = fc.oneof(fc.constantFrom(...edges.filter((v) => v === BigInt.asIntN(64, v))), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -300n, max: 300n }));
const unsigned = fc.oneof(fc.constantFrom(...edges.filter((v) => v >= 0n)), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 300n }));
const id16 = fc.integer({ min: 0, max: 65535 });

/** Floats whose text has no exponent, by JavaScript's rule. */
const hasPlainText = (v: number): boolean => !String(v).includes('e');

/** `inText`: what text/plain can say. */
export function typedValue(type: RefType, inText = false): fc.Arbitrary<RefValue> {
  switch (type) {
    case 'string':
    case 'corelnk':
      return text;
    case 'opaque':
      return fc.uint8Array({ maxLength: 70 }).map((b) => Uint8Array.from(b));
    case 'float': {
      const finite = { noNaN: true, noDefaultInfinity: true };
      const all = fc.oneof(fc.double(finite), fc.float(finite), fc.integer().map((v) => v / 100));
      return inText ? all.filter((v) => !Object.is(v, -0) && hasPlainText(v)) : all;
    }
    case 'boolean':
      return fc.boolean();
    case 'objlnk':
      return fc.tuple(id16, id16).map(([object, instance]) => `${object}:${instance}`);
    case 'unsigned':
      return unsigned;
    default:
      return signed;
  }
}

/** Texts made of what numbers are made of, and of what number parsers take beside it. */
export const numbersInText: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.constantFrom(
      '0', '1', '9', '42', '255', '65535', '65536', '-', '+', '.', 'e', 'E', ':', ' ', '\t', '\u00a0', '\ufeff', 'x', 'b', '_', 'n',
      'Infinity', 'NaN', ',', "'", '=', '9007199254740991', '9007199254740992', '18446744073709551615',
    ),
    { maxLength: 5 },
  )
  .map((parts) => Uint8Array.from(Buffer.from(parts.join(''))));
