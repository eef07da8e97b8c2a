/** Every short text, and the numbers at the limits, as text/plain: against the slow reference (LwM2M 1.0.2 6.4.1 and appendix C). */
import test from 'ava';
import * as reference from '../reference/value';
import { loadCore } from '../support/core';
import { REF_TYPES } from '../support/arbitraries';
import { TYPES } from '../support/store';
import { fromReference, toReference } from '../support/values';
import { encodeInto, encodeWindows } from '../../tools/vectors/buffers';

const { core } = await loadCore();

/** Reads a text between others that look as if they went on with it. */
function read(type: reference.RefType, text: string | Uint8Array, around = [0, 48, 61, 58, 45, 65]): reference.RefValue | undefined {
  const bytes = Buffer.from(text as string);
  const [first, ...rest] = around.map((fill) => {
    const b = new Uint8Array(bytes.length + 8).fill(fill);
    b.set(bytes, 4);
    return toReference(type, core.decodeText(TYPES[type]!, b, 4, 4 + bytes.length));
  });
  for (const one of rest) if (JSON.stringify(one, show) !== JSON.stringify(first, show)) throw new Error(`${type} ${String(text)}: what stands around a text is no part of it`);
  return first;
}

const show = (_: string, v: unknown): unknown => (typeof v === 'bigint' ? `${v}n` : v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v);

const write = (type: reference.RefType, v: reference.RefValue): string => {
  const expected = reference.encodeText(type, v);
  return Buffer.from(encodeWindows(expected.length + 12, (b, lo, hi, at) => core.encodeText(b, lo, hi, at, TYPES[type]!, fromReference(v)), [1, 2, 7])).toString();
};

/** The characters of numbers, links and base64, and their neighbours in ASCII. */
const SIGNS = '0159/:-+.eE=AZaz{@[` ,dfx\u0000';

test('6.4.1 (LwM2M): each text of up to three characters is a value of a type, or none', (t) => {
  const texts = ['', ...SIGNS];
  for (const a of SIGNS) for (const b of SIGNS) texts.push(a + b);
  for (const a of '01-+.:/e=Az') for (const b of '019-+.:/e=x') for (const c of '019:/.e=E-') texts.push(a + b + c);
  for (const type of REF_TYPES) for (const text of texts) t.deepEqual(read(type, text, [0, 48]), reference.decodeText(type, Buffer.from(text)), `${type} ${JSON.stringify(text)}`);
});

const LIMITS = [
  ...[0n, 7n, 8n, 15n, 16n, 31n, 32n, 52n, 53n, 62n, 63n, 64n].flatMap((bits) => [-2n, -1n, 0n, 1n, 2n].flatMap((by) => [2n ** bits + by, -(2n ** bits) + by])),
  10n ** 18n, 10n ** 19n, 10n ** 19n - 1n, 10n ** 20n, 10n ** 21n, 12345678901234567890n, 9999999999999999n, 2147483650n, 10000000000n, 1000000000000000n, 18014398509481984n, 1280n << 53n,
];

test('6.4.1 (LwM2M): an integer of 64 bits is read from its digits exactly, and none beyond', (t) => {
  for (const type of ['integer', 'unsigned', 'time'] as const)
    for (const v of LIMITS) for (const text of [`${v}`, `-${v}`, `0${v}`, `${v}0`, `${v}:`, `${v}/`, `${v}.`, `:${v}`, `-0${v}`, `+${v}`, ` ${v}`, `${v}-`]) t.deepEqual(read(type, text), reference.decodeText(type, Buffer.from(text)), `${type} ${text}`);
});

test('6.4.1 (LwM2M): an integer of 64 bits is written as its digits, in any window', (t) => {
  for (const v of LIMITS) {
    if (BigInt.asIntN(64, v) === v) for (const type of ['integer', 'time'] as const) t.is(write(type, v), `${v}`);
    if (BigInt.asUintN(64, v) === v) t.is(write('unsigned', v), `${v}`);
  }
});

test('6.4.1 (LwM2M): a float is read with a decimal fraction and exponent, and must be finite', (t) => {
  for (const text of [
    '1.5', '.5', '5.', '.', '-.5', '-5.', '-.', '1e5', '1E5', '1e+5', '1e-5', '1e', 'e1', '1e5.5', '1ee5', '1e5e5', '1.5.5', '--1', '-+1', '+1', '1+', '0x10', '0X1F', '0b1', '0o7', '1_0', '1d5', '1f5', 'Infinity', '-Infinity', 'NaN', 'nan',
    '1e308', '1e309', '-1e309', '1e400', '1e-400', '4.9e-324', '1.7976931348623157e308', '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '3.141592653589793', '0.1', '00.5', '1,5', '1/2', '1:2', '5:', '5/', '/5', ':5', ' 5', '5 ', '\t5', '5\n', '\u00a05', '5\u00a0', '\ufeff5', '5\ufeff', '1.0E+2', '-0.0', '.e5', '5.e5', '-.5e-5', '1e5-', '15\u00a0', '15\ufeff', '1.5\u2003', '15 ', '15\n', '15x', '1.5f', '10n', '15:', '15/', '1.5-', '.5:', '1e10:', '1e1 ', '-15\u00a0', '\u00a015', '1:5', '1/5', '9e9', '9E99',
  ]) t.deepEqual(read('float', text), reference.decodeText('float', Buffer.from(text)), JSON.stringify(text));
});

test('6.4.1 (LwM2M): a float is written without an exponent, whatever its size', (t) => {
  for (const v of [1e21, 1.5e21, -1e21, 1.2345e25, -1.2345e25, 1.2345678901234567e22, 1e-7, 1.5e-7, -1.5e-7, 1.25e-10, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 1e-6, 1e20, 123456789012345680000, 2147483647, 2147483648, 2147483648.5, 4294967295, 4294967296.25, -2147483649, 9007199254740991, 9007199254740992, 0, 0.5, -0.5, 100, 1e15])
    t.is(write('float', v), reference.encodeText('float', v), `${v}`);
});

test('appendix C (LwM2M), RFC 4648 4: bytes are base64 with padding, and nothing else is', (t) => {
  for (const text of ['', '=', '==', '===', '====', 'A', 'AA', 'AAA', 'AA=', 'AA==', 'AAA=', 'AAAA', 'A===', 'A=A=', '=AAA', 'AA=A', 'AAAAA', 'AAAA=', 'AAAA==', 'AAAA====', 'AAAAAA==', 'AAAAAAA=', 'AAAA=AAA', 'AA==AAAA', 'A-A=', 'A_A=', 'A A=', 'AA\n=', '////', '++++', '/+9z', 'Zz09', 'AAA@', 'AA[A', 'A`AA', '{AAA', ',AAA', 'A.AA', 'AA:A', 'ÄAA', 'AAAÿ'])
    t.deepEqual(read('opaque', text), reference.decodeText('opaque', Buffer.from(text)), JSON.stringify(text));
  t.is(read('opaque', Uint8Array.of(65, 65, 65, 0xff)), undefined);
  for (let length = 0; length < 20; length++) {
    for (const value of [Uint8Array.from({ length }, (_, k) => 255 - k * 13), Uint8Array.from({ length }, (_, k) => k * 71), new Uint8Array(length).fill(255)]) {
      t.is(write('opaque', value), Buffer.from(value).toString('base64'));
      t.deepEqual(read('opaque', Buffer.from(value).toString('base64')), value);
    }
  }
});

test('appendix C (LwM2M): an object link is two numbers up to 65535 with a colon between', (t) => {
  for (const text of ['0:0', '65535:65535', '65536:0', '0:65536', '3:0', '03:00', '3', '3:', ':0', ':', '3:0:0', '3::0', '-1:0', '3:-1', '3.0:0', '3 :0', '3: 0', '3;0', '3/0', '3:0 ', '65535:0', '0:65535', '99999999999999999999:0', '0:9007199254740992', 'a:0', '0:a', '1e1:0'])
    t.deepEqual(read('objlnk', text), reference.decodeText('objlnk', Buffer.from(text)), JSON.stringify(text));
});

test('6.4.1 (LwM2M): a boolean is the character 0 or 1', (t) => {
  for (const text of ['', '0', '1', '2', '00', '01', '10', '-0', '-1', '1.', '0.5', 'true', '/', ':', '11', '.', '-']) t.deepEqual(read('boolean', text), reference.decodeText('boolean', Buffer.from(text)), JSON.stringify(text));
  t.is(write('boolean', true), '1');
  t.is(write('boolean', false), '0');
});

test('appendix C (LwM2M): bytes at the edge of each length are a value of a type, or none', (t) => {
  const heads = ['', '00', '01', '02', '7f', '80', 'ff', '0000', '0001', '00ff', '0100', '7fff', '8000', 'ffff', '000000', 'ffffff', '00000000', '00030000', '7fffffff', '80000000', 'ffffffff', '7f800000', 'ff800000', '7fc00000', '7f7fffff', '3f800000', '00000001', '0000000000', '000000000000', 'ffffffffffff', '00000000000000'];
  const wide = ['0000000000000000', '001fffffffffffff', '0020000000000000', '0020000000000001', '7fffffffffffffff', '8000000000000000', 'ffffffffffffffff', 'ffe0000000000001', 'ffe0000000000000', 'ffdfffffffffffff', '7ff0000000000000', 'fff0000000000000', '7ff8000000000000', '7fefffffffffffff', '3ff0000000000000', '000000000000000001', '00000000000000000000000000000000'];
  for (const type of REF_TYPES)
    for (const hex of [...heads, ...wide]) {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      for (const fill of [0, 1, 255]) {
        const b = new Uint8Array(bytes.length + 24).fill(fill);
        b.set(bytes, 8);
        t.deepEqual(toReference(type, core.decodeValue(TYPES[type]!, b, 8, 8 + bytes.length)), reference.decodeValue(type, bytes), `${type} ${hex} in ${fill}`);
      }
    }
});

test('appendix C (LwM2M): an integer takes 1, 2, 4 or 8 bytes, an unsigned one a size more where its top bit would be set', (t) => {
  for (const v of LIMITS) {
    for (const type of ['integer', 'time', 'unsigned'] as const) {
      if ((type === 'unsigned' ? BigInt.asUintN(64, v) : BigInt.asIntN(64, v)) !== v) continue;
      const bytes = reference.encodeValue(type, v);
      t.deepEqual([...encodeWindows(bytes.length + 12, (b, lo, hi, at) => core.encodeValue(b, lo, hi, at, TYPES[type]!, fromReference(v)), [1, 2, 3, 5, 16])], bytes, `${type} ${v}`);
    }
  }
  for (const v of [0, 1, -1, 0.5, 0.1, 1e38, 3.5e38, 1e-46, 16777216, 16777217, -0.25, 5e-324])
    t.deepEqual([...encodeInto(20, (b, at) => core.encodeValue(b, at, at + 20, at, TYPES.float!, v))], reference.encodeValue('float', v), `${v}`);
});
