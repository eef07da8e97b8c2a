import test from 'ava';
import { FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../../../src/device/wire/coap';
import type { ResourceType } from '../../../src/host/objects/registry';
import { decodeArguments, encodeArguments, ArgumentsError } from '../../../src/host/server/management/arguments';
import { CodecError, InvalidRequestError } from '../../../src/host/server/errors';
import { decodeContent, encodeContent, formatName, parseFormat } from '../../../src/host/server/formats/format';
import { nodeFromJson, nodeToJson, parseJson } from '../../../src/host/server/http/json';
import { makeNode, type Input } from '../../../src/host/server/management/input';
import { readBytes, readJson, readText } from '../../../src/host/server/formats/lenient';
import { attributeText, decodeLinks, encodeLinks, LinkFormatError } from '../../../src/host/server/formats/link';
import type { Model, Node } from '../../../src/host/server/node';
import { parsePath, takePath } from '../../../src/host/server/path';
import { decodeUri, UriError } from '../../../src/host/server/uri';
import { bytes } from './support/wire';

/** Object 9: 1 integer, 2 string, 3 opaque, 4 float, 5 several integers, 6 executed; anything else is unknown. */
const TYPES: Record<number, ResourceType> = { 1: 'integer', 2: 'string', 3: 'opaque', 4: 'float', 5: 'integer', 6: 'none' };
const model: Model = { object: () => undefined, resource: (object, id) => (object === 9 && TYPES[id] ? ({ id, name: `r${id}`, operations: 'RW', multiple: id === 5, mandatory: false, type: TYPES[id] } as never) : undefined) };
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const tlv = (text: string, path: number[]): any => nodeToJson(decodeContent(FORMAT_TLV, bytes(text), path, model));
const json = (value: unknown, path: number[]): any => nodeToJson(decodeContent(11543, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), path, model));

test('TLV: a resource instance is one of its resource, bare or in it; another one, or another kind, is an error (LwM2M TS 1.0.2 6.4.3)', (t) => {
  t.like(tlv('4101 07'.replace(' ', ''), [9, 0, 5, 1]), { kind: 'resourceInstance', id: 1, value: '7' });
  t.like(tlv('8605 410007 410108'.replaceAll(' ', ''), [9, 0, 5, 1]), { kind: 'resourceInstance', id: 1, value: '8' });
  t.like(tlv('8605 410007 4001'.replaceAll(' ', '').replace('8605', '8505'), [9, 0, 5, 0]), { note: 'instance 1: an integer of 0 bytes, shown as bytes' });
  t.throws(() => tlv('8305410007', [9, 0, 5, 1]), { instanceOf: CodecError, message: 'no TLV of resource instance 1' });
  t.throws(() => tlv('c10507', [9, 0, 5, 1]), { instanceOf: CodecError, message: 'no TLV of resource instance 1' });
  t.throws(() => tlv('', [9, 0, 1]), { instanceOf: CodecError, message: 'no TLV of resource 1' });
  t.throws(() => tlv('c10207', [9, 0, 1]), { instanceOf: CodecError, message: 'a TLV of resource 2 instead of 1' });
  t.like(tlv('4101074102 08'.replace(' ', ''), [9, 0, 5]), { kind: 'multiResource', values: { 1: '7', 2: '8' } });
  t.throws(() => tlv('410107c10207', [9, 0, 5]), { instanceOf: CodecError });
  t.throws(() => tlv('410107', [9, 0]), { instanceOf: CodecError, message: 'a TLV of the wrong kind in an object instance' });
  t.throws(() => tlv('c101', [9, 0]), { instanceOf: CodecError, message: 'a truncated TLV' });
});

test('TLV: what is executed or in no definition is bytes; instances may come without the object around them (LwM2M TS 1.0.2 6.4.3)', (t) => {
  t.like(tlv('c10607', [9, 0, 6]), { type: 'OPAQUE', value: '07' });
  t.like(tlv('c10807', [9, 0, 8]), { type: 'OPAQUE', value: '07' });
  t.like(tlv('c10107', [9]), { kind: 'obj', id: 9, instances: [{ id: 0, resources: [{ id: 1, value: '7' }] }] });
  t.like(tlv('', [9]), { kind: 'obj', instances: [] });
  t.like(tlv('', [9, 3]), { kind: 'instance', id: 3, resources: [] });
  t.like(tlv('0301c10107 c10108'.replace(' ', ''), [9]), { note: 'TLVs outside of the instances were left out', instances: [{ id: 1 }] });
  t.false('note' in tlv('0301c10107', [9]));
  t.like(tlv('0301c10107', [9, 1]), { kind: 'instance', id: 1, resources: [{ id: 1, value: '7' }] });
  t.false('note' in tlv('0301c10107', [9, 1]));
  t.like(tlv('0301c10107 0302c10108'.replace(' ', ''), [9, 2]), { id: 2, note: 'TLVs of others came with it and were left out', resources: [{ value: '8' }] });
  t.throws(() => tlv('0301c10107', [9, 2]), { instanceOf: CodecError, message: 'a TLV of object instance 1 instead of 2' });
  t.like(tlv('0301c10107', [9, 1, 1]), { value: '7' });
});

test('TLV: values of 7, 8, 255, 256 and 65536 bytes, ids 255, 256 and 65535, with and without an instance around them (LwM2M TS 1.0.2 6.4.3)', (t) => {
  for (const [length, id, head] of [[7, 3, 'c703'], [8, 3, 'c80308'], [255, 3, 'c803ff'], [256, 3, 'd0030100'], [65535, 3, 'd003ffff'], [65536, 3, 'd803010000'], [1, 255, 'c1ff'], [1, 256, 'e10100'], [256, 65535, 'f0ffff0100']] as const) {
    const node: Node = { kind: 'singleResource', id, type: 'opaque', value: new Uint8Array(length).fill(0xab) };
    const payload = encodeContent(FORMAT_TLV, node);
    t.is(hex(payload.subarray(0, payload.length - length)), head);
    t.is((tlv(hex(payload), [9, 0, id]) as { value: string }).value, 'ab'.repeat(length));
  }
  const instance: Node = { kind: 'instance', id: 7, resources: [{ kind: 'singleResource', id: 1, type: 'integer', value: 5 }] };
  t.is(hex(encodeContent(FORMAT_TLV, instance)), 'c10105');
  t.is(hex(encodeContent(FORMAT_TLV, instance, true)), '0307c10105');
  t.is(hex(encodeContent(FORMAT_TLV, { kind: 'instance', resources: instance.resources }, true)), 'c10105', 'the device chooses the id');
  t.is(hex(encodeContent(FORMAT_TLV, { kind: 'obj', id: 9, instances: [instance, { ...instance, id: 8 }] })), '0307c101050308c10105');
  t.is(hex(encodeContent(FORMAT_TLV, { kind: 'resourceInstance', id: 2, type: 'integer', value: 5 })), '410205');
});

test('OMA JSON: names count from the base name or from the path that was asked for (LwM2M TS 1.0.2 6.4.4)', (t) => {
  const one = (record: object, path: number[]): unknown => json(record, path).value;
  for (const [record, path] of [
    [{ bn: '/9/0/1', e: [{ v: 7 }] }, [9, 0, 1]], [{ bn: '/9/0/1', e: [{ n: '', v: 7 }] }, [9, 0, 1]], [{ bn: '/9/0/', e: [{ n: '1', v: 7 }] }, [9, 0, 1]], [{ bn: '/9/0', e: [{ n: '1', v: 7 }] }, [9, 0, 1]], [{ bn: '/9/0', e: [{ n: '/1', v: 7 }] }, [9, 0, 1]],
    [{ bn: '/9/0/', e: [{ n: '/1', v: 7 }] }, [9, 0, 1]], [{ bn: '/9/0/1/', e: [{ v: 7 }] }, [9, 0, 1]], [{ e: [{ v: 7 }] }, [9, 0, 1]], [{ e: [{ n: '/9/0/1', v: 7 }] }, [9, 0, 1]], [{ e: [{ n: '3', v: 7 }] }, [9, 0, 5, 3].slice(0, 3)],
  ] as [object, number[]][]) t.is(one(record, path) ?? json(record, path).values[3], '7', JSON.stringify(record));
  t.like(json({ e: [{ n: '1', v: 7 }, { n: '5/0', v: 1 }, { n: '5/1', v: 2 }] }, [9, 0]), { kind: 'instance', id: 0, resources: [{ id: 1, value: '7' }, { id: 5, values: { 0: '1', 1: '2' } }] });
  t.like(json({ e: [{ n: '2/1', v: 7 }, { n: '0/1', v: 8 }, { n: '10' }] }, [9]), { kind: 'obj', id: 9, instances: [{ id: 0, resources: [{ value: '8' }] }, { id: 2, resources: [{ value: '7' }] }] });
  t.like(json({ e: [{ n: '1', v: 8 }] }, [9, 0, 5]), { kind: 'multiResource' });
  t.like(json({ e: [{ v: 8 }] }, [9, 0, 5, 1]), { kind: 'resourceInstance', id: 1, value: '8' });
  t.like(json({ e: [{ bv: true }] }, [9, 0, 8]), { type: 'BOOLEAN', value: true });
});

test('OMA JSON: what is no array of values below the path is an error (LwM2M TS 1.0.2 6.4.4)', (t) => {
  for (const [given, path, message] of [
    ['{', [9], 'a payload that is not JSON'], ['[]', [9], 'JSON without "e", the array of values'], ['null', [9], 'JSON without "e", the array of values'], ['5', [9], 'JSON without "e", the array of values'], [{ e: {} }, [9], 'JSON without "e", the array of values'],
    [{ e: [5] }, [9], 'an entry of "e" that is not an object'], [{ e: [null] }, [9], 'an entry of "e" that is not an object'], [{ e: [[]] }, [9], 'an entry of "e" that is not an object'], [{ e: [{ n: 5, v: 1 }] }, [9], 'a name that is not a string'], [{ bn: 5, e: [{ v: 1 }] }, [9], 'a name that is not a string'],
    [{ e: [{ n: '/8/0/1', v: 1 }] }, [9], 'a value of "/8/0/1"'], [{ e: [{ n: 'x', v: 1 }] }, [9], 'a value of "x"'], [{ e: [{ n: '/9/1/1', v: 1 }] }, [9, 0], 'a value of "/9/1/1"'], [{ e: [{ n: `/${'x'.repeat(50)}`, v: 1 }] }, [9], `a value of "/${'x'.repeat(50)}"`],
    [{ e: [{ v: 1 }] }, [9, 0], 'one value for /9/0'], [{ e: [{ n: '5/0', v: 1 }, { n: '5/1', sv: 'x' }] }, [9, 0], 'values of different types in resource 5'],
    [{ e: [] }, [9, 0, 1], 'no value of resource 1'], [{ e: [] }, [9, 0, 5, 1], 'no value of resource instance 1'],
  ] as [unknown, number[], string][]) t.throws(() => json(given, path), { instanceOf: CodecError, message }, JSON.stringify(given));
  t.like(json({ e: [] }, [9, 4]), { kind: 'instance', id: 4, resources: [] });
});

test('values that are nearly right are read with a note; white space counts in a string only', (t) => {
  const text = (type: ResourceType, value: string): unknown => readText(type, Buffer.from(value));
  t.deepEqual(text('integer', ' 5\r\n'), { type: 'integer', value: 5, note: 'white space around the value' });
  t.deepEqual(text('integer', '5\0\0'), { type: 'integer', value: 5, note: 'white space around the value' });
  t.deepEqual(text('string', ' a '), { type: 'string', value: ' a ' });
  t.deepEqual(text('none', ' a '), { type: 'string', value: ' a ' });
  t.deepEqual(text('opaque', ' '), { type: 'string', value: ' ', note: '" " where base64 was expected' });
  t.deepEqual(text('integer', ''), { type: 'string', value: '', note: '"" where a whole number was expected' });
  t.deepEqual(text('integer', 'x'.repeat(50)), { type: 'string', value: 'x'.repeat(50), note: `"${'x'.repeat(50)}" where a whole number was expected` });
  for (const [said, value] of [['NaN', NaN], ['nan', NaN], ['inf', Infinity], ['+INF', Infinity], ['-inf', -Infinity], ['-Infinity', -Infinity]] as const) t.deepEqual(text('float', said), { type: 'float', value });
  t.like(text('integer', 'nan'), { type: 'string' });
  t.like(text('float', 'infinit'), { type: 'string' });
  for (const length of [1, 2, 4, 8]) t.is(readBytes('integer', new Uint8Array(length)).note, undefined);
  for (const length of [3, 5, 6, 7]) for (const type of ['integer', 'unsigned', 'time'] as const) t.is(readBytes(type, new Uint8Array(length)).note, `an integer of ${length} bytes`);
  t.is(readBytes('string', new Uint8Array(3)).note, undefined);
});

test('OMA JSON: the type that a value says counts where no definition has one; another one is told (LwM2M TS 1.0.2 6.4.4)', (t) => {
  for (const [type, value, field, expected] of [
    [undefined, 5, 'v', { type: 'float', value: 5 }], [undefined, 'a', 'sv', { type: 'string', value: 'a' }], [undefined, true, 'bv', { type: 'boolean', value: true }], [undefined, '3:0', 'ov', { type: 'objlnk', value: '3:0' }],
    ['integer', 5, 'v', { type: 'integer', value: 5 }], ['integer', '5', 'sv', { type: 'integer', value: 5 }], ['integer', 'x', 'sv', { type: 'string', value: 'x', note: '"x" where a whole number was expected' }],
    ['integer', 2 ** 53, 'v', { type: 'float', value: 2 ** 53, note: 'a whole number beyond 2^53 in JSON, of which the last digits are not certain' }], ['integer', 1.5, 'v', { type: 'float', value: 1.5, note: 'a number where a whole number was expected' }],
    ['float', 2 ** 53, 'v', { type: 'float', value: 2 ** 53 }], ['time', 2 ** 53 - 1, 'v', { type: 'time', value: 2 ** 53 - 1 }], ['string', true, 'bv', { type: 'boolean', value: true, note: 'a boolean where a string was expected' }], ['boolean', 'true', 'sv', { type: 'string', value: 'true', note: '"true" where 0 or 1 was expected' }],
    ['string', 5, 'v', { type: 'float', value: 5, note: 'a number where a string was expected' }], ['float', ' 5', 'sv', { type: 'string', value: ' 5', note: '" 5" where a number was expected' }], ['float', 'inf', 'sv', { type: 'float', value: Infinity, note: 'a number as text' }],
  ] as [ResourceType | undefined, unknown, string, object][]) t.deepEqual(readJson(type, value, field) as object, expected, JSON.stringify([type, value]));
  t.deepEqual(hex(readJson('opaque', 'AQI=', 'sv').value as Uint8Array), '0102');
  for (const value of [null, {}, []]) t.throws(() => readJson('string', value, 'v'), { instanceOf: CodecError, message: `${JSON.stringify(value)} for a value` });
});

test('formats have names and numbers; those that this server does not speak are refused with the ones that it does', (t) => {
  for (const [text, number] of [['TLV', 11542], ['tlv', 11542], ['11542', 11542], ['json', 11543], ['text', 0], ['0', 0], ['opaque', 42]] as const) t.is(parseFormat(text), number);
  for (const text of ['link', '40', '', ' 0', '0x0', '1e2', '000000', 'x'.repeat(50)]) t.throws(() => parseFormat(text), { instanceOf: InvalidRequestError, message: `the format "${text}" is not known here; choose TLV (11542), TEXT (0), OPAQUE (42), JSON (11543)` });
  t.deepEqual([0, 40, 42, 11542, 11543, 50].map(formatName), ['TEXT', 'LINK', 'OPAQUE', 'TLV', 'JSON', '50']);
  const one = (path: number[]): string => t.throws(() => decodeContent(FORMAT_TEXT, bytes('31'), path, model), { instanceOf: CodecError })!.message;
  t.is(one([9]), 'one value for a whole object');
  t.is(one([9, 0]), 'one value for a whole object instance');
  t.like(decodeContent(FORMAT_TEXT, bytes('31'), [9, 0, 5, 2], model), { kind: 'resourceInstance', id: 2, value: 1 });
  t.throws(() => decodeContent(60, bytes('31'), [9, 0, 1], model), { instanceOf: CodecError, message: 'the Content-Format 60, which this server does not read' });
  t.is((decodeContent(1542, bytes('c10107'), [9, 0, 1], model) as { note?: string }).note, 'Content-Format 1542 of a draft, read as TLV');
  t.is((decodeContent(1541, bytes('78'), [9, 0, 1], model) as { note?: string }).note, 'Content-Format 1541 of a draft, read as TEXT; "x" where a whole number was expected');
  const several: Node = { kind: 'multiResource', id: 5, type: 'integer', values: new Map([[0, 1]]) };
  t.throws(() => encodeContent(FORMAT_TEXT, several), { instanceOf: InvalidRequestError });
  t.throws(() => encodeContent(FORMAT_OPAQUE, { kind: 'singleResource', id: 1, type: 'integer', value: 1 }), { instanceOf: InvalidRequestError });
  t.throws(() => encodeContent(11543, several), { instanceOf: InvalidRequestError, message: 'the format JSON is for reading only; use format=TLV to write' });
  t.is(hex(encodeContent(FORMAT_OPAQUE, { kind: 'singleResource', id: 3, type: 'opaque', value: bytes('01') })), '01');
});

test('without a Content-Format several values are TLV, one is text or bytes, and TLV where text makes no sense', (t) => {
  const guess = (text: string, path: number[]): any => nodeToJson(decodeContent(undefined, bytes(text), path, model));
  t.like(guess('c10107', [9, 0]), { kind: 'instance' });
  t.like(guess('8305410007', [9, 0, 5]), { kind: 'multiResource', values: { 0: '7' } });
  t.like(guess('37', [9, 0, 5, 0]), { kind: 'resourceInstance', value: '7' });
  t.like(guess('37', [9, 0, 1]), { value: '7' });
  t.like(guess('c10107', [9, 0, 1]), { value: '7', note: 'no Content-Format, read as TLV' });
  t.like(guess('c10307', [9, 0, 3]), { type: 'OPAQUE', value: 'c10307' });
  t.like(guess('78', [9, 0, 1]), { type: 'STRING', value: 'x', note: '"x" where a whole number was expected' });
  t.like(guess('78', [9, 0, 8]), { type: 'STRING', value: 'x' });
});

test('a program writes plain values by the definitions; ids are from 0 to 65535', (t) => {
  const make = (path: number[], input: unknown): Node => makeNode(path, input as Input, model);
  t.deepEqual(make([9, 0, 1], 5), { kind: 'singleResource', id: 1, type: 'integer', value: 5 });
  t.deepEqual(make([9, 0, 5], [7, 8]), { kind: 'multiResource', id: 5, type: 'integer', values: new Map([[0, 7], [1, 8]]) });
  t.deepEqual(make([9, 0, 5], new Map([[65535, 7]])), { kind: 'multiResource', id: 5, type: 'integer', values: new Map([[65535, 7]]) });
  t.deepEqual(make([9, 0, 5, 3], 7), { kind: 'resourceInstance', id: 3, type: 'integer', value: 7 });
  t.deepEqual(make([9, 0], { 1: 5 }), { kind: 'instance', id: 0, resources: [{ kind: 'singleResource', id: 1, type: 'integer', value: 5 }] });
  t.false('id' in make([9, -1], { 1: 5 }));
  t.deepEqual(make([9, 0, 3], bytes('01')), { kind: 'singleResource', id: 3, type: 'opaque', value: bytes('01') });
  const refused = (path: number[], input: unknown, message: string): void => void t.throws(() => make(path, input), { instanceOf: InvalidRequestError, message });
  refused([9, 0], [5], '/9/0 takes a record of values by resource id');
  refused([9, -1], 5, '/9 takes a record of values by resource id');
  refused([9, 0], bytes('01'), '/9/0 takes a record of values by resource id');
  refused([9, 0], new Map(), '/9/0 takes a record of values by resource id');
  refused([9, 0, 5, 3], [7], '/9/0/5/3 takes one value');
  refused([9, 0, 6], 5, 'resource 6 of object 9 has no value: it is executed');
  refused([9, 0, 8], 5, 'no definition tells the type of resource 8 of object 9; give a node with a type');
  refused([9, 0, 1], 'x', 'resource 1 of object 9 takes values of the type integer');
  refused([9, 0, 5], { 65536: 7 }, '"65536" is not an id from 0 to 65535');
  refused([9, 0, 5], { a: 7 }, '"a" is not an id from 0 to 65535');
  refused([9, 0, 5], new Map([[-1, 7]]), '"-1" is not an id from 0 to 65535');
  const node: Node = { kind: 'singleResource', id: 1, type: 'integer', value: 5 };
  t.is(make([9, 0, 1], node), node);
  refused([9, 0, 2], node, 'the body\'s id 1 is not the path\'s, 2');
  refused([9, 0], node, '/9/0 takes the kind instance, not singleResource');
  refused([9, 0, 1, 0], node, '/9/0/1/0 takes the kind resourceInstance, not singleResource');
  t.like(make([9, 0], { 1: node }), { resources: [node] });
});

test('JSON bodies: ids are from 0 to 65535, types those of the definitions, and what is missing is told', (t) => {
  const read = (path: number[], body: unknown): any => nodeFromJson(path, body, model);
  t.deepEqual(read([9, 0, 1], { id: 1, value: '5' }), { kind: 'singleResource', id: 1, type: 'integer', value: 5 });
  t.deepEqual(read([9, 0, 1], { value: 5, type: 'string' }), { kind: 'singleResource', id: 1, type: 'integer', value: 5 });
  t.deepEqual(read([9, 0, 8], { value: 5, type: 'UNSIGNED_INTEGER' }), { kind: 'singleResource', id: 8, type: 'unsigned', value: 5 });
  t.deepEqual(read([9, 0, 8], { value: '5', type: 'STRING' }).type, 'string');
  t.deepEqual(read([9, 0, 5], { values: { 0: 1, 65535: 2 } }), { kind: 'multiResource', id: 5, type: 'integer', values: new Map([[0, 1], [65535, 2]]) });
  t.deepEqual(read([9, 0, 5, 65535], { id: '65535', value: 2 }), { kind: 'resourceInstance', id: 65535, type: 'integer', value: 2 });
  t.deepEqual(read([9, 3], { resources: [{ id: 1, value: 5 }] }), { kind: 'instance', id: 3, resources: [{ kind: 'singleResource', id: 1, type: 'integer', value: 5 }] });
  t.false('id' in read([9, -1], { resources: [] }));
  t.is(read([9, -1], { id: 4, resources: [] }).id, 4);
  for (const [path, body, message] of [
    [[9, 0, 1], [], /^the body must be a JSON object/], [[9, 0, 1], null, /^the body must be/], [[9, 0, 1], { id: 1 }, 'resource 1 lacks "value" (or "values")'], [[9, 0, 5, 0], {}, 'the body for /9/0/5/0 lacks "value"'],
    [[9, 0], {}, 'the body of an instance needs "resources", an array'], [[9, 0], { resources: [{ id: 1, value: 1 }, 5] }, '"resources" has something else than an object at 1'], [[9, 0], { resources: [{ value: 1 }] }, '"id" is missing, but an id from 0 to 65535 is expected'],
    [[9, 0, 5], { kind: 'multiResource' }, '"values" of resource 5 must be an object of values by instance id'], [[9, 0, 5], { values: null }, '"values" of resource 5 must be an object of values by instance id'], [[9, 0, 5], { values: 5 }, '"values" of resource 5 must be an object of values by instance id'],
    [[9, 0, 5], { values: { 65536: 1 } }, /^"id" is 65536|^"id" is "65536"/], [[9, 0, 5], { values: { 0: 'x' } }, /^"values" of resource 5 at 0 is "x"/], [[9, 0, 1], { id: -1, value: 1 }, /^"id" is -1/], [[9, 0, 1], { id: 1.5, value: 1 }, /^"id" is 1.5/], [[9, 0, 1], { id: 65536, value: 1 }, /^"id" is 65536/],
    [[9, 0, 1], { id: '1x', value: 1 }, /^"id" is "1x"/], [[9, 0, 1], { id: 'x'.repeat(80), value: 1 }, new RegExp(`^"id" is "x{59}…, but`)], [[9, 0, 1], { id: 2, value: 'a' }, /is not the path's, 1/], [[9, 0, 6], { value: 1 }, 'resource 6 of object 9 has no value: it is executed, with POST /9/…/6'],
    [[9, 0, 8], { value: 1 }, /^resource 8 of object 9 is in no definition, so the body must say its "type"/], [[9, 0, 8], { value: 1, type: 'none' }, /^resource 8 of object 9 is in no definition/], [[9, 0, 8], { value: 1, type: 5 }, /^resource 8 of object 9 is in no definition/],
  ] as [number[], unknown, string | RegExp][]) t.throws(() => read(path, body), { instanceOf: InvalidRequestError, message }, JSON.stringify(body));
});

test('JSON is nested 16 levels deep at most, brackets in texts aside', (t) => {
  const deep = (n: number): string => '['.repeat(n) + ']'.repeat(n);
  t.notThrows(() => parseJson(deep(16)));
  t.throws(() => parseJson(deep(17)), { instanceOf: InvalidRequestError, message: 'the body is nested deeper than 16 levels' });
  t.throws(() => parseJson('{"a":'.repeat(17)), { message: /deeper/ });
  t.deepEqual(parseJson(`[${'[],'.repeat(20)}[]]`), Array.from({ length: 21 }, () => []));
  t.deepEqual(parseJson(`{"a":{},"b":{"c":[]}}`), { a: {}, b: { c: [] } });
  t.is(parseJson(`"${'['.repeat(20)}"`), '['.repeat(20));
  t.is(parseJson(`"\\"${'['.repeat(20)}"`), `"${'['.repeat(20)}`);
  t.throws(() => parseJson(`["\\\\", ${deep(16)}]`), { message: /deeper/ });
  t.throws(() => parseJson('{'), { instanceOf: InvalidRequestError, message: /^the body is no JSON: / });
});

test('paths have one to four ids from 0 to 65534, without zeros in front (LwM2M TS 1.0.2 6.2)', (t) => {
  for (const [text, ids] of [['/', []], ['', []], ['/0', [0]], ['/65534/0/1/65534', [65534, 0, 1, 65534]]] as const) t.deepEqual(takePath(text), [...ids]);
  for (const text of ['/65535', '/1/2/3/65535', '/01', '1', '/1/', '//1', '/1/2/3/4/5', '/-1', '/100000', '/a', '/1 ']) t.is(takePath(text), undefined, text);
  t.deepEqual(parsePath('/3/0', 'it', 1, 2), [3, 0]);
  t.throws(() => parsePath('/3/0/9', 'it', 1, 2), { instanceOf: InvalidRequestError, message: 'it takes a path /object or /object/instance of ids from 0 to 65534, not "/3/0/9"' });
  t.throws(() => parsePath('/3', 'it', 2, 3), { message: 'it takes a path /object/instance or /object/instance/resource of ids from 0 to 65534, not "/3"' });
  t.throws(() => parsePath(`/${'x'.repeat(80)}`, 'it', 4, 4), { message: `it takes a path /object/instance/resource/resource-instance of ids from 0 to 65534, not "/${'x'.repeat(59)}…"` });
});

test('the arguments of Execute are digits with values in single quotes (LwM2M TS 1.0.2 5.4.5)', (t) => {
  for (const [text, args] of [['', {}], ['5', { 5: null }], ["0='a',9", { 0: 'a', 9: null }], ["2=''", { 2: '' }], ["1='!#&(~]['", { 1: '!#&(~][' }]] as const) {
    t.deepEqual(decodeArguments(text), args as Record<string, string | null>);
    t.is(encodeArguments(args as Record<string, string | null>), text);
  }
  t.is(encodeArguments({ 9: null, 0: 'a' }), "0='a',9");
  for (const [text, message] of [
    ['x', 'a digit from 0 to 9 was expected at character 0'], ['5,', 'a digit from 0 to 9 was expected at character 2'], ['5,5', 'argument 5 is given twice'], ['5=a', 'the value of argument 5 must stand in single quotes'], ["5='a", 'the closing quote of argument 5 is missing'],
    ["5='a b'", 'argument 5 may hold printable ASCII only, without space, quotes and backslash'], ["5='a'6", '"," was expected at character 5'], ['55', '"," was expected at character 1'],
  ] as const) t.throws(() => decodeArguments(text), { instanceOf: ArgumentsError, message });
  for (const args of [{ a: null }, { 10: null }, { 1: 'a b' }, { 1: '"' }] as Record<string, string | null>[]) t.throws(() => encodeArguments(args), { instanceOf: ArgumentsError });
});

test('link-format: an error tells the character at which something else was expected (RFC 6690 2)', (t) => {
  for (const [text, message] of [
    ['/1', '"<" was expected at character 0, not "/"'], ['</1', '">" behind a path was expected at character 0, not "<"'], ['</1>x', '"," or ";" was expected at character 4, not "x"'], ['</1>,', 'a link behind "," was expected at character 5, where the text ends'],
    ['</1>;', 'the name of a parameter was expected at character 5, where the text ends'], ['</1>;a="b', 'a closing quote for the one was expected at character 7, not "\\""'], ['</1>;a=', 'a value was expected at character 7, where the text ends'],
    ['<1>', 'a path that begins with "/" was expected in <> at character 1'], ['</1>,<//x>', 'a path that begins with "/" was expected in <> at character 6'], ['</ >', 'a character that no path may have, at or behind character 1'],
  ] as const) t.throws(() => decodeLinks(text), { instanceOf: LinkFormatError, message });
  t.deepEqual(decodeLinks('</1>;a;b="c\\"d";a=2,<coap://h/x?y>'), [{ uri: '/1', attributes: { a: null, b: '"c\\"d"' } }, { uri: 'coap://h/x?y', attributes: {} }]);
  t.is(encodeLinks([{ uri: '/1', attributes: { a: null, b: '"c"' } }, { uri: '/2', attributes: {} }]), '</1>;a;b="c",</2>');
  const [link] = decodeLinks('</1>;a="x\\"y";B=z;c');
  t.deepEqual(['a', 'b', 'c', 'd'].map((name) => attributeText(link!, name)), ['x"y', 'z', undefined, undefined]);
});

test('link-format: what is mended is told', (t) => {
  const read = (text: string): unknown[] => {
    const notes: string[] = [];
    return [encodeLinks(decodeLinks(text, true, notes)), ...notes];
  };
  t.deepEqual(read('\ufeff</1>\0\0'), ['</1>', 'a byte order mark or zero bytes around the links']);
  t.deepEqual(read('</1>;ct=60 110'), ['</1>;ct="60 110"', 'the value of ct wants quotes']);
  t.deepEqual(read('</1>;ct=60 ;x'), ['</1>;ct=60;x']);
  t.deepEqual(read('</1>;x='), ['</1>;x', 'the parameter x has no value behind "="']);
  t.deepEqual(read('</1>;=5;y=1'), ['</1>;y=1', 'a parameter without a name was left out']);
  t.deepEqual(read('</1>;="5";y=1'), ['</1>;y=1', 'a parameter without a name was left out']);
  t.deepEqual(read('</1>;;,,</2>,'), ['</1>,</2>']);
  t.deepEqual(read('<1/0>,< /2 >'), ['</1/0>,</2>', 'the link <1/0> is read as </1/0>', 'the link < /2 > is read as </2>']);
  t.deepEqual(read('<123456/0>'), ['<123456/0>']);
  t.deepEqual(read(`< /${'x'.repeat(50)}>`), [`</${'x'.repeat(50)}>`, `the link < /${'x'.repeat(50)}> is read as </${'x'.repeat(50)}>`]);
  t.deepEqual(read(' </1> ; a = "b" , </2>'), ['</1>;a="b",</2>']);
  t.deepEqual(read(''), ['']);
});

test('a coap URI has a host, a port from 1 to 65535, and segments of at most 255 bytes (RFC 7252 6.4, 5.10)', (t) => {
  t.deepEqual(decodeUri('COAP://Host'), { scheme: 'coap', host: 'host', port: 5683, path: [], query: [] });
  t.deepEqual(decodeUri('coaps://[FD00::1]:1/a//b/?x=%26&y'), { scheme: 'coaps', host: 'fd00::1', port: 1, path: ['a', '', 'b', ''], query: ['x=&', 'y'] });
  t.is(decodeUri('coaps://h:').port, 5684);
  t.is(decodeUri('coap://h:65535/').port, 65535);
  t.deepEqual(decodeUri('coap://h/').path, []);
  t.deepEqual(decodeUri('coap://h/a/./b/../c/..').path, ['a', '']);
  t.deepEqual(decodeUri('coap://h/../a/.').path, ['a', '']);
  t.is(decodeUri(`coap://h/${'a'.repeat(255)}`).path[0]!.length, 255);
  t.is(decodeUri(`coap://h/?${'%41'.repeat(255)}`).query[0]!.length, 255);
  for (const [uri, message] of [
    ['h', /is not of the form/], ['http://h', 'the scheme "http" is neither coap nor coaps'], ['coap://h/#', 'a fragment (#…) has no place in a CoAP URI'], ['coap://', 'the host is missing'], ['coap://:1', 'the host is missing'], ['coap://[::1', /not host|not an IPv6/], ['coap://[x]', '"[x]" is not an IPv6 address in brackets'],
    ['coap://h:0', '"0" is not a port (1 to 65535)'], ['coap://h:65536', '"65536" is not a port (1 to 65535)'], ['coap://h:1x', '"1x" is not a port (1 to 65535)'], [`coap://h/${'a'.repeat(256)}`, 'the path segment is longer than 255 bytes'], [`coap://h/?${'a'.repeat(256)}`, 'the query is longer than 255 bytes'],
    ['coap://h/a b', 'the path segment "a b" has a character that must be written as %XX'], ['coap://h/%ff', 'the path segment "%ff" is not UTF-8'], ['coap://h/?a b', /^the query/],
  ] as const) t.throws(() => decodeUri(uri), { instanceOf: UriError, message }, uri);
});
