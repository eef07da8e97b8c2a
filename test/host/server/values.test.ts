import test from 'ava';
import type { ResourceType } from '../../../src/host/objects/registry';
import { CodecError, InvalidRequestError } from '../../../src/host/server/errors';
import { checkValue, decodeValue, encodeValue, parseText, valueFromJson, valueText, valueToJson, type Value } from '../../../src/host/server/formats/value';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

test('TLV: integers of 1 to 8 bytes are read, signed or not, and are exact up to 64 bits; other lengths are refused (LwM2M TS 1.0.2 appendix C)', (t) => {
  for (const [type, text, value] of [
    ['integer', '80', -128], ['integer', '7f', 127], ['integer', '8000', -32768], ['integer', 'ffffff', -1], ['integer', '800000000000', -(2 ** 47)], ['integer', '7fffffffffff', 2 ** 47 - 1],
    ['integer', 'ffffffffffffff', -1], ['integer', 'ffffffffffffffff', -1], ['integer', '001fffffffffffff', Number.MAX_SAFE_INTEGER], ['integer', '0020000000000000', 2n ** 53n],
    ['integer', 'ffe0000000000001', Number.MIN_SAFE_INTEGER], ['integer', 'ffe0000000000000', -(2n ** 53n)], ['integer', '8000000000000000', -(2n ** 63n)], ['time', 'ff', -1],
    ['unsigned', '80', 128], ['unsigned', 'ffffffffffff', 2 ** 48 - 1], ['unsigned', 'ffffffffffffff', 2n ** 56n - 1n], ['unsigned', 'ffffffffffffffff', 2n ** 64n - 1n],
  ] as [ResourceType, string, Value][]) t.is(decodeValue(type, bytes(text)), value, `${type} ${text}`);
  for (const type of ['integer', 'unsigned', 'time'] as const) for (const text of ['', '000000000000000000']) t.throws(() => decodeValue(type, bytes(text)), { instanceOf: CodecError, message: `an integer of ${text.length / 2} bytes` });
});

test('TLV: an integer is written in 1, 2, 4 or 8 bytes, as few as hold it with its sign (LwM2M TS 1.0.2 appendix C)', (t) => {
  for (const [value, text] of [
    [0, '00'], [127, '7f'], [128, '0080'], [-128, '80'], [-129, 'ff7f'], [32767, '7fff'], [32768, '00008000'], [-32768, '8000'], [-32769, 'ffff7fff'],
    [2 ** 31 - 1, '7fffffff'], [2 ** 31, '0000000080000000'], [-(2 ** 31), '80000000'], [-(2 ** 31) - 1, 'ffffffff7fffffff'], [2n ** 63n - 1n, '7fffffffffffffff'],
  ] as [Value, string][]) t.is(hex(encodeValue('integer', value)), text, String(value));
});

test('TLV: a boolean is one byte 0 or 1, a float 4 or 8 bytes, an object link 4; a float is written in 4 where nothing is lost (LwM2M TS 1.0.2 appendix C)', (t) => {
  t.is(decodeValue('boolean', bytes('00')), false);
  t.is(decodeValue('boolean', bytes('01')), true);
  for (const [type, text] of [['boolean', ''], ['boolean', '02'], ['boolean', 'ff'], ['boolean', '0001'], ['float', ''], ['float', '000000'], ['float', '0000000000'], ['objlnk', '000300'], ['objlnk', '0003000000']] as const)
    t.throws(() => decodeValue(type, bytes(text)), { instanceOf: CodecError }, `${type} ${text}`);
  t.is(decodeValue('float', bytes('3fc00000')), 1.5);
  t.is(decodeValue('float', bytes('3ff199999999999a')), 1.1);
  t.is(hex(encodeValue('float', 1.5)), '3fc00000');
  t.is(hex(encodeValue('float', 1.1)), '3ff199999999999a');
  t.is(hex(encodeValue('float', NaN)), '7fc00000');
  t.is(hex(encodeValue('float', -0)), '80000000');
  t.is(hex(encodeValue('boolean', true)), '01');
  t.is(hex(encodeValue('boolean', false)), '00');
  t.is(decodeValue('objlnk', bytes('fffe0102')), '65534:258');
  t.is(hex(encodeValue('objlnk', '65534:258')), 'fffe0102');
});

test('text: a boolean is 0 or 1, and true and false are understood; nothing else is (LwM2M TS 1.0.2 appendix C)', (t) => {
  t.is(valueText('boolean', true), '1');
  t.is(valueText('boolean', false), '0');
  for (const [text, value] of [['1', true], ['true', true], ['0', false], ['false', false]] as const) t.is(parseText('boolean', text), value, text);
  for (const text of ['', '2', 'TRUE', '01', ' 1']) t.throws(() => parseText('boolean', text), { instanceOf: CodecError });
});

test('what is refused is told with its first 60 characters', (t) => {
  const text = 'ab'.repeat(31);
  t.throws(() => parseText('boolean', text), { message: `"${text.slice(0, 60)}…" where 0 or 1 was expected` });
  t.throws(() => parseText('integer', text), { message: `"${text.slice(0, 60)}…" where a whole number was expected` });
  const refused = (json: unknown): string => t.throws(() => valueFromJson('boolean', json, '/3/0/1'), { instanceOf: InvalidRequestError })!.message;
  t.is(refused('x'.repeat(80)), `/3/0/1 is "${'x'.repeat(59)}…, but true or false is expected for the type boolean`);
  t.is(refused('no'), '/3/0/1 is "no", but true or false is expected for the type boolean');
  t.is(refused(undefined), '/3/0/1 is missing, but true or false is expected for the type boolean');
});

test('whole numbers are taken as text, number or bigint within 64 bits, and a time like an integer', (t) => {
  for (const type of ['integer', 'time'] as const) {
    for (const [given, value] of [
      [0, 0], [-5, -5], [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], ['5', 5], ['+5', 5], ['-5', -5], ['999999999999999', 999999999999999], ['9007199254740991', Number.MAX_SAFE_INTEGER],
      ['-9007199254740991', Number.MIN_SAFE_INTEGER], ['9007199254740992', 2n ** 53n], ['-9223372036854775808', -(2n ** 63n)], ['9223372036854775807', 2n ** 63n - 1n], [7n, 7], [2n ** 60n, 2n ** 60n],
    ] as [unknown, Value][]) t.is(checkValue(type, given), value, `${type} ${given}`);
    for (const given of ['9223372036854775808', '-9223372036854775809', 2n ** 63n, -(2n ** 63n) - 1n, 1.5, 2 ** 53, NaN, Infinity, '', '1.5', '0x10', '1e3', ' 1', '0'.repeat(21), true, null, {}, ['5'], [5]])
      t.is(checkValue(type, given), undefined, `${type} ${String(given)}`);
  }
  t.is(checkValue('unsigned', '18446744073709551615'), 2n ** 64n - 1n);
  t.is(checkValue('unsigned', 0), 0);
  for (const given of ['18446744073709551616', '-1', -1, -1n]) t.is(checkValue('unsigned', given), undefined);
});

test('a value of another JavaScript type is none, and neither is an array around one', (t) => {
  for (const [type, given] of [
    ['string', 5], ['string', ['a']], ['corelnk', 5], ['corelnk', ['</3/0>']], ['corelnk', 'no links'], ['float', ['5']], ['float', '5x'], ['float', ''], ['float', '.'], ['float', true], ['float', 5n], ['boolean', 1], ['boolean', 'true'],
    ['opaque', '00'], ['opaque', [0]], ['objlnk', ['3:0']], ['objlnk', 3], ['none', 'a'],
  ] as [ResourceType, unknown][]) t.is(checkValue(type, given), undefined, `${type} ${String(given)}`);
  for (const [given, value] of [['5', 5], ['-.5e-1', -0.05], ['5.', 5], [5, 5]] as const) t.is(checkValue('float', given), value);
});

test('an object link holds ids up to 65535 (LwM2M TS 1.0.2 appendix C)', (t) => {
  t.is(checkValue('objlnk', '65535:65535'), '65535:65535');
  t.is(checkValue('objlnk', '00003:00'), '3:0');
  for (const text of ['65536:0', '0:65536', '3', '3:', ':0', '3:0:0', '-1:0', '000003:0']) t.is(checkValue('objlnk', text), undefined, text);
  t.is(valueFromJson('objlnk', { objectId: 65535, objectInstanceId: '0' }, '/x'), '65535:0');
  t.deepEqual(valueToJson('objlnk', '3:12'), { objectId: 3, objectInstanceId: 12 });
  for (const json of [{ objectId: [3], objectInstanceId: 0 }, { objectId: 3, objectInstanceId: [0] }, { objectId: 3 }, { objectId: 65536, objectInstanceId: 0 }, null, [3, 0]])
    t.throws(() => valueFromJson('objlnk', json, '/x'), { instanceOf: InvalidRequestError }, JSON.stringify(json));
});

test('JSON: a time is in milliseconds or ISO 8601, and whole seconds of it are kept', (t) => {
  for (const [json, value] of [
    [1500, 1], [0, 0], [-1, -1], ['1000', 1], ['-5000', -5], ['1970-01-01T00:00:02.900Z', 2], ['2025-01-01', 1735689600],
  ] as [unknown, number][]) t.is(valueFromJson('time', json, '/x'), value, String(json));
  for (const json of [true, null, {}, [1000], ['1000'], 'yesterday', '', NaN]) t.throws(() => valueFromJson('time', json, '/x'), { instanceOf: InvalidRequestError }, String(json));
  t.is(valueToJson('time', 2), 2000);
  t.is(valueToJson('time', 9007199254740), 9007199254740000);
  t.is(valueToJson('time', 9007199254741), '9007199254741000');
  t.is(valueToJson('time', 2n ** 60n), '1152921504606846976000');
  t.is(valueToJson('integer', 2), '2');
});

test('JSON: a number is finite, and opaque bytes are pairs of hexadecimal digits', (t) => {
  t.is(valueFromJson('float', '1e308', '/x'), 1e308);
  for (const json of ['1e309', '-1e309', NaN, Infinity]) t.throws(() => valueFromJson('float', json, '/x'), { instanceOf: InvalidRequestError });
  t.is(hex(valueFromJson('opaque', '00fFA0', '/x') as Uint8Array), '00ffa0');
  t.is(hex(valueFromJson('opaque', '', '/x') as Uint8Array), '');
  for (const json of ['0', '0g', ['00'], 0, null, bytes('00')]) t.throws(() => valueFromJson('opaque', json, '/x'), { instanceOf: InvalidRequestError }, String(json));
});

test('text: a float has no exponent, however large or small it is', (t) => {
  for (const [value, text] of [[1e21, `1${'0'.repeat(21)}`], [1.5e21, `15${'0'.repeat(20)}`], [-2.5e22, `-25${'0'.repeat(21)}`], [1e-7, '0.0000001'], [-1.25e-7, '-0.000000125'], [0.1, '0.1'], [1e20, `1${'0'.repeat(20)}`]] as const)
    t.is(valueText('float', value), text);
});
