import test from 'ava';
import { FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../../../src/device/wire/coap';
import { loadDefaults, resource } from '../../../src/host/objects/registry';
import { CodecError } from '../../../src/host/server/errors';
import { decodeContent, encodeContent, parseFormat } from '../../../src/host/server/formats/format';
import { nodeToJson } from '../../../src/host/server/http/json';
import type { Model } from '../../../src/host/server/node';
import type { ResourceType } from '../../../src/host/objects/registry';
import { bytes } from './support/wire';

const objects = loadDefaults();
const model: Model = { object: () => undefined, resource: (object, id) => resource(objects, object, id) };
const typed = (type: ResourceType, multiple = false): Model => ({ object: () => undefined, resource: (_, id) => ({ id, name: 'x', operations: 'RW', multiple, mandatory: false, type }) as never });
const tlv = (hex: string, path: number[], m = model): any => nodeToJson(decodeContent(FORMAT_TLV, bytes(hex), path, m));
const text = (value: string | Uint8Array, type: ResourceType): any => nodeToJson(decodeContent(FORMAT_TEXT, Buffer.from(value), [3442, 0, 1], typed(type)));
const JSON_FORMAT = 11543;
const json = (value: string, path: number[], m = model): any => nodeToJson(decodeContent(JSON_FORMAT, Buffer.from(value), path, m));

test('TLV: a resource that cannot be read is shown as bytes with a note, and the others as they are (LwM2M TS 1.0.2 6.4.3)', (t) => {
  t.deepEqual(tlv('c400 41434d45 c009 c10a0f', [3, 0]), {
    kind: 'instance',
    id: 0,
    resources: [
      { kind: 'singleResource', id: 0, type: 'STRING', value: 'ACME' },
      { kind: 'singleResource', id: 9, type: 'OPAQUE', value: '', note: 'an integer of 0 bytes, shown as bytes' },
      { kind: 'singleResource', id: 10, type: 'INTEGER', value: '15' },
    ],
  });
});

for (const [type, hex, shown, note] of [
  ['boolean', 'ff', 'ff', /a boolean that is neither 0 nor 1, shown as bytes/],
  ['boolean', '', '', /shown as bytes/],
  ['boolean', '0001', '0001', /shown as bytes/],
  ['string', 'c328', 'c328', /not UTF-8, shown as bytes/],
  ['corelnk', 'ff', 'ff', /not UTF-8, shown as bytes/],
  ['objlnk', '0003', '0003', /an object link of 2 bytes, shown as bytes/],
  ['objlnk', '000300000000', '000300000000', /an object link of 6 bytes/],
  ['float', '4248', '4248', /a float of 2 bytes, shown as bytes/],
  ['float', '', '', /a float of 0 bytes/],
  ['time', '', '', /an integer of 0 bytes, shown as bytes/],
  ['integer', '000000000000000001', '000000000000000001', /an integer of 9 bytes, shown as bytes/],
] as const) {
  test(`TLV: ${type} of ${hex || 'no bytes'} is bytes with a note`, (t) => {
    const head = `c${hex.length / 2 < 8 ? hex.length / 2 : 8}07${hex.length / 2 < 8 ? '' : (hex.length / 2).toString(16).padStart(2, '0')}`;
    const node = tlv(head + hex, [3442, 0, 7], typed(type));
    t.like(node, { kind: 'singleResource', id: 7, type: 'OPAQUE', value: shown });
    t.regex(node.note, note);
  });
}

for (const [type, hex, value] of [
  ['integer', '010000', '65536'],
  ['integer', 'ffffff', '-1'],
  ['integer', '800000', '-8388608'],
  ['unsigned', 'ffffff', '16777215'],
  ['integer', '0100000000', '4294967296'],
  ['integer', 'ffffffffff', '-1'],
  ['unsigned', '0100000000 00', '1099511627776'],
  ['integer', '01000000000000', '281474976710656'],
  ['integer', '80000000000000', '-36028797018963968'],
] as const) {
  test(`TLV: an ${type} of ${bytes(hex).length} bytes, ${hex}, is the number that it means, with a note`, (t) => {
    const { length } = bytes(hex);
    t.deepEqual(tlv(`c${length}07${hex}`, [3442, 0, 7], typed(type)), {
      kind: 'singleResource',
      id: 7,
      type: type === 'unsigned' ? 'UNSIGNED_INTEGER' : 'INTEGER',
      value,
      note: `an integer of ${length} bytes`,
    });
  });
}

for (const [hex, value] of [['80', '-128'], ['7f', '127'], ['8000', '-32768'], ['80000000', '-2147483648'], ['ffffffff', '-1'], ['8000000000000000', '-9223372036854775808']]) {
  test(`TLV: the Integer ${hex} is ${value}, without a note`, (t) => {
    const { length } = bytes(hex!);
    t.deepEqual(tlv(`c${length}07${length > 7 ? '08' : ''}${hex}`, [3442, 0, 7], typed('integer')), { kind: 'singleResource', id: 7, type: 'INTEGER', value });
  });
}

test('TLV: one instance of a resource that cannot be read makes bytes of its instances, and of nothing else', (t) => {
  t.deepEqual(tlv('8506 410001 4001 830b 410007', [3, 0]), {
    kind: 'instance',
    id: 0,
    resources: [
      { kind: 'multiResource', id: 6, type: 'OPAQUE', values: { 0: '01', 1: '' }, note: 'instance 1: an integer of 0 bytes, shown as bytes' },
      { kind: 'multiResource', id: 11, type: 'INTEGER', values: { 0: '7' } },
    ],
  });
});

test('TLV: what is no resource is left out of an instance with a note; a resource with broken insides is bytes', (t) => {
  t.deepEqual(tlv('4100 07 c10964', [3, 0]), {
    kind: 'instance',
    id: 0,
    resources: [{ kind: 'singleResource', id: 9, type: 'INTEGER', value: '100' }],
    note: '1 TLVs that are no resources were left out',
  });
  t.deepEqual(tlv('8306 480005 c10964', [3, 0]).resources, [
    { kind: 'singleResource', id: 6, type: 'OPAQUE', value: '480005', note: 'a truncated TLV, shown as bytes' },
    { kind: 'singleResource', id: 9, type: 'INTEGER', value: '100' },
  ]);
  t.like(tlv('8306 c10005 c10964', [3, 0]).resources[0], { type: 'OPAQUE', value: 'c10005', note: 'a TLV of the wrong kind in a resource with several instances, shown as bytes' });
});

test('TLV: an answer that is of another instance or resource is an error, and never an empty 200', (t) => {
  const fails = (hex: string, path: number[], message: RegExp): void => void t.throws(() => tlv(hex, path), { instanceOf: CodecError, message });
  fails('0300 c10964', [3, 1], /a TLV of object instance 0 instead of 1/);
  fails('0300 c10964', [3, 1, 9], /a TLV of object instance 0 instead of 1/);
  fails('c10a64', [3, 0, 9], /a TLV of resource 10 instead of 9/);
  fails('', [3, 0, 9], /no TLV of resource 9/);
  fails('8306 410001', [3, 0, 6, 1], /no TLV of resource instance 1/);
  fails('c10601', [3, 0, 6, 1], /no TLV of resource instance 1/);
});

test('TLV: other instances that come with the one that was asked for are left out, with a note', (t) => {
  t.deepEqual(tlv('0300c10964 0301c10932', [3, 1]), {
    kind: 'instance',
    id: 1,
    note: 'TLVs of others came with it and were left out',
    resources: [{ kind: 'singleResource', id: 9, type: 'INTEGER', value: '50' }],
  });
  t.like(tlv('0300c10964 0301c10932', [3, 1, 9]), { kind: 'singleResource', value: '50' });
  t.deepEqual(tlv('0301c10932 c10964', [3]), {
    kind: 'obj',
    id: 3,
    note: 'TLVs outside of the instances were left out',
    instances: [{ kind: 'instance', id: 1, resources: [{ kind: 'singleResource', id: 9, type: 'INTEGER', value: '50' }] }],
  });
  t.is(tlv('0301c10932', [3, 1]).note, undefined);
});

test('TLV: ids up to 65535 and lengths about 255 and 65535 are read and written (LwM2M TS 1.0.2 6.4.3)', (t) => {
  t.like(tlv('e1ffff07', [3, 0], typed('integer')), { resources: [{ id: 65535, value: '7' }] });
  for (const length of [0, 7, 8, 255, 256, 257, 65535, 65536]) {
    for (const id of [255, 256, 65535]) {
      const value = new Uint8Array(length).fill(7);
      const payload = encodeContent(FORMAT_TLV, { kind: 'singleResource', id, type: 'opaque', value });
      t.is(payload.length, length + (id > 255 ? 3 : 2) + (length < 8 ? 0 : length < 256 ? 1 : length < 65536 ? 2 : 3));
      t.like(tlv(Buffer.from(payload).toString('hex'), [1000, 0, id], typed('opaque')), { id, value: '07'.repeat(length) });
    }
  }
});

for (const [name, number] of [['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity], ['nan', NaN], ['inf', Infinity], ['-INF', -Infinity], ['+inf', Infinity]] as const) {
  test(`text: the float ${name} is ${number} in JSON's text`, (t) => {
    t.deepEqual(text(name, 'float'), { kind: 'singleResource', id: 1, type: 'FLOAT', value: String(number) });
  });
}
test('TLV: NaN and the infinities are their names in JSON', (t) => {
  for (const [hex, name] of [['7fc00000', 'NaN'], ['7f800000', 'Infinity'], ['ff800000', '-Infinity'], ['80000000', '0']]) t.is(tlv(`c407${hex}`, [3442, 0, 7], typed('float')).value, name);
});

for (const [type, given, shown] of [
  ['integer', '1.5', '"1.5" where a whole number was expected'],
  ['integer', '', '"" where a whole number was expected'],
  ['integer', '9223372036854775808', '"9223372036854775808" where a whole number was expected'],
  ['unsigned', '-1', '"-1" where a whole number from 0 was expected'],
  ['float', '12 V', '"12 V" where a number was expected'],
  ['boolean', '2', '"2" where 0 or 1 was expected'],
  ['time', '2013-05-02', '"2013-05-02" where a time (whole seconds since 1970) was expected'],
  ['objlnk', '3', '"3" where a link such as 3:0 was expected'],
  ['objlnk', '3:65536', '"3:65536" where a link such as 3:0 was expected'],
  ['opaque', 'no base64!', '"no base64!" where base64 was expected'],
  ['corelnk', 'hello', '"hello" where links such as "</3/0>" was expected'],
] as const) {
  test(`text: ${JSON.stringify(given)} of the type ${type} is shown as the text that it is, with a note`, (t) => {
    t.deepEqual(text(given, type), { kind: 'singleResource', id: 1, type: 'STRING', value: given, note: shown });
  });
}

test('text: white space around a value is no part of it, but of a string', (t) => {
  t.like(text('42\n', 'integer'), { type: 'INTEGER', value: '42', note: 'white space around the value' });
  t.like(text(' 21.5\r\n', 'float'), { type: 'FLOAT', value: '21.5', note: 'white space around the value' });
  t.like(text('1\0', 'boolean'), { type: 'BOOLEAN', value: true });
  t.deepEqual(text(' a\n', 'string'), { kind: 'singleResource', id: 1, type: 'STRING', value: ' a\n' });
  t.is(text(' ', 'integer').type, 'STRING');
  t.is(text('42', 'integer').note, undefined);
});

test('text: bytes that are no UTF-8 are bytes with a note', (t) => {
  t.deepEqual(text(bytes('c328'), 'string'), { kind: 'singleResource', id: 1, type: 'OPAQUE', value: 'c328', note: 'a text that is not UTF-8, shown as bytes' });
});

test('formats: the numbers of drafts are read as what they became, with a note', (t) => {
  const read = (format: number, payload: string | Uint8Array, path: number[]): any => nodeToJson(decodeContent(format, Buffer.from(payload), path, model));
  t.like(read(1541, '100', [3, 0, 9]), { value: '100', note: 'Content-Format 1541 of a draft, read as TEXT' });
  t.like(read(1542, bytes('c10964'), [3, 0, 9]), { value: '100', note: 'Content-Format 1542 of a draft, read as TLV' });
  t.like(read(99, bytes('c10964'), [3, 0]), { kind: 'instance', note: 'Content-Format 99 of a draft, read as TLV' });
  t.like(read(1543, '{"bn":"/3/0/","e":[{"n":"9","v":100}]}', [3, 0, 9]), { value: '100', note: 'Content-Format 1543 of a draft, read as JSON' });
  t.like(read(100, '{"e":[{"n":"9","v":100}]}', [3, 0]), { kind: 'instance', note: 'Content-Format 100 of a draft, read as JSON' });
  t.like(read(1544, bytes('ff'), [3, 0, 9]), { type: 'OPAQUE', value: 'ff', note: 'Content-Format 1544 of a draft, read as OPAQUE' });
  t.like(read(1541, '1.5', [3, 0, 9]), { type: 'STRING', note: 'Content-Format 1541 of a draft, read as TEXT; "1.5" where a whole number was expected' });
  for (const format of [98, 101, 1540, 1545, 60]) t.throws(() => read(format, '100', [3, 0, 9]), { instanceOf: CodecError, message: new RegExp(`Content-Format ${format}`) });
});

test('a payload without a Content-Format: text where that can be, else TLV, else text with a note', (t) => {
  const read = (payload: Uint8Array, path: number[], m = model): any => nodeToJson(decodeContent(undefined, payload, path, m));
  t.deepEqual(read(bytes('c10964'), [3, 0, 9]), { kind: 'singleResource', id: 9, type: 'INTEGER', value: '100', note: 'no Content-Format, read as TLV' });
  t.like(read(Buffer.from('1.5'), [3, 0, 9]), { type: 'STRING', value: '1.5' });
  t.like(read(bytes('c10964'), [3442, 0, 9], typed('opaque')), { type: 'OPAQUE', value: 'c10964' });
  t.like(read(bytes('8306410001'), [3, 0, 6]), { kind: 'multiResource', values: { 0: '1' } });
  t.throws(() => read(Buffer.from('hello'), [3, 0]), { instanceOf: CodecError });
});

test('OMA JSON: the examples of LwM2M TS 1.0.2 6.4.4', (t) => {
  t.deepEqual(json('{"bn":"/3/0/","e":[{"n":"0","sv":"ACME"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"9","v":100},{"n":"13","v":1367491215}]}', [3, 0]), {
    kind: 'instance',
    id: 0,
    resources: [
      { kind: 'singleResource', id: 0, type: 'STRING', value: 'ACME' },
      { kind: 'multiResource', id: 6, type: 'INTEGER', values: { 0: '1', 1: '5' } },
      { kind: 'singleResource', id: 9, type: 'INTEGER', value: '100' },
      { kind: 'singleResource', id: 13, type: 'TIME', value: 1367491215000 },
    ],
  });
  t.like(json('{"bn":"/3303/","e":[{"n":"1/5700","v":-4.25},{"n":"0/5700","v":21.5}]}', [3303]), { kind: 'obj', instances: [{ id: 0, resources: [{ value: '21.5' }] }, { id: 1 }] });
  t.like(json('{"e":[{"n":"/3/0/9","v":42}]}', [3, 0, 9]), { kind: 'singleResource', value: '42' });
  t.like(json('{"bn":"/3/0/6/","e":[{"n":"1","v":5}]}', [3, 0, 6, 1]), { kind: 'resourceInstance', id: 1, value: '5' });
  t.like(json('{"bn":"/3442/0/1","e":[{"sv":"+/8="}]}', [3442, 0, 1], typed('opaque')), { type: 'OPAQUE', value: 'fbff' });
  t.like(json('{"bn":"/3442/0/1","e":[{"ov":"3:0"}]}', [3442, 0, 1], typed('objlnk')), { type: 'OBJLNK', value: { objectId: 3, objectInstanceId: 0 } });
  t.like(json('{"bn":"/3442/0/1","e":[{"bv":true}]}', [3442, 0, 1], typed('boolean')), { type: 'BOOLEAN', value: true });
  t.like(json('{"bn":"/999/0/1","e":[{"v":1.5}]}', [999, 0, 1]), { type: 'FLOAT', value: '1.5' });
});

test('OMA JSON: a value of another type is shown as it came with a note; what is of another path is an error', (t) => {
  t.like(json('{"bn":"/3/0/9","e":[{"sv":"full"}]}', [3, 0, 9]), { type: 'STRING', value: 'full', note: '"full" where a whole number was expected' });
  t.like(json('{"bn":"/3/0/9","e":[{"sv":"42"}]}', [3, 0, 9]), { type: 'INTEGER', value: '42' });
  t.like(json('{"bn":"/3/0/9","e":[{"v":1.5}]}', [3, 0, 9]), { type: 'FLOAT', value: '1.5', note: 'a number where a whole number was expected' });
  t.like(json('{"bn":"/3/0/0","e":[{"bv":true}]}', [3, 0, 0]), { type: 'BOOLEAN', value: true, note: 'a boolean where a string was expected' });
  t.like(json('{"bn":"/3/0/9","e":[{"v":9007199254740993}]}', [3, 0, 9]), { type: 'FLOAT', note: 'a whole number beyond 2^53 in JSON, of which the last digits are not certain' });
  for (const bad of ['', '[]', '{}', '{"e":{}}', '{"e":[1]}', '{"bn":1,"e":[{"n":"9","v":1}]}', '{"bn":"/3/1/","e":[{"n":"9","v":1}]}', '{"bn":"/3/0","e":[{"v":1}]}', '{"bn":"/3/0/9","e":[{"v":null}]}', '{"bn":"/3/0/9","e":[]}', '{"bn":"x","e":[{"v":1}]}'])
    t.throws(() => json(bad, [3, 0, 9]), { instanceOf: CodecError }, bad);
});

test('the format JSON may be asked for and is for reading only', (t) => {
  t.is(parseFormat('json'), JSON_FORMAT);
  t.throws(() => encodeContent(JSON_FORMAT, { kind: 'singleResource', id: 9, type: 'integer', value: 1 }), { message: /JSON is for reading only; use format=TLV/ });
  t.like(nodeToJson(decodeContent(FORMAT_OPAQUE, bytes('ff'), [3, 0, 9], model)), { type: 'OPAQUE', value: 'ff' });
});
