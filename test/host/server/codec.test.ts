import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../../../src/device/wire/coap';
import { loadDefaults, resource } from '../../../src/host/objects/registry';
import { CodecError, InvalidRequestError } from '../../../src/host/server/errors';
import { decodeContent, encodeContent, parseFormat } from '../../../src/host/server/formats/format';
import { nodeFromJson, nodeToJson } from '../../../src/host/server/http/json';
import { makeNode } from '../../../src/host/server/management/input';
import type { Model, Node } from '../../../src/host/server/node';
import { takePath } from '../../../src/host/server/path';
import { valueFromJson, valueText, valueToJson, type Value } from '../../../src/host/server/formats/value';

const vectors = (name: string): any[] => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')).vectors;
const objects = loadDefaults();
const model: Model = { object: () => undefined, resource: (object, id) => resource(objects, object, id) };

/** {"/3/0/9": ["integer", "100"]} of a node: values as text, so that numbers of any size compare. */
function flatten(node: Node, path: number[]): Record<string, [string, string]> {
  const shown = (value: Value): string => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value));
  const at = `/${path.join('/')}`;
  switch (node.kind) {
    case 'obj':
      return Object.assign(
        {},
        ...node.instances.map((instance) =>
          instance.resources.length ? flatten(instance, [...path, instance.id!]) : { [`${at}/${instance.id}`]: ['empty', 'null'] },
        ),
      );
    case 'instance':
      return Object.assign({}, ...node.resources.map((child) => flatten(child, [...path, child.id])));
    case 'multiResource':
      if (node.values.size === 0) return { [at]: ['empty_multi', 'null'] };
      return Object.fromEntries([...node.values].map(([id, value]) => [`${at}/${id}`, [node.type, shown(value)]]));
    default:
      return { [at]: [node.type, shown(node.value)] };
  }
}

const expected = (values: Record<string, [string, unknown, number?]>): Record<string, [string, string]> =>
  Object.fromEntries(
    Object.entries(values).map(([path, [type, value, times]]) => [path, times ? ['opaque', String(value).repeat(times)] : [type, String(value)]]),
  );

for (const { id, path, values, op, canonical, ...vector } of vectors('tlv')) {
  const hex: string = vector.hex ?? vector.hex_concat.map((part: any) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join('');
  test(`TLV ${id}`, (t) => {
    const ids = takePath(path)!;
    // the vectors' own types, for resources that no shipped object has
    const typed: Model = {
      ...model,
      resource: (object, resourceId) => {
        const found = Object.entries<[string, unknown]>(values).find(
          ([at]) => at.split('/')[1] === String(object) && at.split('/')[3] === String(resourceId),
        );
        return found ? ({ id: resourceId, type: found[1][0].replace(/_.*/, '') } as any) : model.resource(object, resourceId);
      },
    };
    const node = decodeContent(FORMAT_TLV, Buffer.from(hex, 'hex'), ids, typed);
    t.deepEqual(flatten(node, ids), expected(values));
    if (op === 'both' && canonical !== false) t.is(Buffer.from(encodeContent(FORMAT_TLV, node)).toString('hex'), hex);
    t.deepEqual(flatten(decodeContent(FORMAT_TLV, encodeContent(FORMAT_TLV, node), ids, typed), ids), expected(values));
    for (let end = 0; end < Math.min(hex.length / 2, 400); end++) {
      try {
        decodeContent(FORMAT_TLV, Buffer.from(hex, 'hex').subarray(0, end), ids, typed);
      } catch (error) {
        t.true(error instanceof CodecError, String(error));
      }
    }
  });
}

for (const {
  id,
  path,
  text,
  value: [type, value],
  op,
} of vectors('text')) {
  test(`text ${id}`, (t) => {
    const ids = takePath(path)!;
    const node = decodeContent(FORMAT_TEXT, Buffer.from(text), ids, model);
    t.deepEqual(flatten(node, ids), { [path]: [type, String(value)] });
    if (op === 'both') t.is(Buffer.from(encodeContent(FORMAT_TEXT, node)).toString(), text);
  });
}

test('bytes that are no TLV, or do not fit the path, are a CodecError and nothing else', (t) => {
  const bytes = fc.array(fc.oneof(fc.constantFrom(0xc8, 0xc1, 0x86, 0x41, 0x08, 0x28, 0xff, 0, 6, 9), fc.integer({ min: 0, max: 255 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(bytes, fc.constantFrom([3], [3, 0], [3, 0, 9], [3, 0, 6], [3, 0, 6, 1]), (payload, path) => {
      try {
        nodeToJson(decodeContent(FORMAT_TLV, Uint8Array.from(payload), path, model));
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('a payload without a Content-Format is read as its path suggests', (t) => {
  t.like(decodeContent(undefined, Buffer.from('c10964', 'hex'), [3, 0], model), { kind: 'instance', resources: [{ id: 9, value: 100 }] });
  t.like(decodeContent(undefined, Buffer.from('100'), [3, 0, 9], model), { kind: 'singleResource', type: 'integer', value: 100 });
  t.throws(() => decodeContent(FORMAT_TEXT, Buffer.from('100'), [3, 0], model), { instanceOf: CodecError });
  t.throws(() => decodeContent(60, Buffer.from('100'), [3, 0], model), { instanceOf: CodecError });
});

test('integers beyond 2^53 stay exact in TLV, text and JSON', (t) => {
  for (const value of [2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 53n)]) {
    const node = nodeFromJson([3442, 0, 120], { id: 120, value: String(value), type: 'integer' }, model);
    t.is(nodeToJson(decodeContent(FORMAT_TLV, encodeContent(FORMAT_TLV, node), [3442, 0, 120], model))['value'], String(value));
    t.is(nodeToJson(decodeContent(FORMAT_TEXT, encodeContent(FORMAT_TEXT, node), [3442, 0, 120], model))['value'], String(value));
  }
  const most = nodeFromJson([3442, 0, 125], { id: 125, value: String(2n ** 64n - 1n) }, model);
  t.is(Buffer.from(encodeContent(FORMAT_TLV, most)).toString('hex'), 'c87d08ffffffffffffffff');
  t.throws(
    () => nodeFromJson([3442, 0, 120], { id: 120, value: 2 ** 53 }, model),
    { instanceOf: InvalidRequestError },
    'JSON has already rounded it',
  );
  t.throws(() => nodeFromJson([3442, 0, 120], { id: 120, value: String(2n ** 63n) }, model), { instanceOf: InvalidRequestError });
});

test('JSON values in the manner of Leshan, and back', (t) => {
  for (const [type, value, json] of [
    ['integer', -5, '-5'],
    ['float', 21.5, '21.5'],
    ['boolean', true, true],
    ['string', 'ü', 'ü'],
    ['time', 1367491215, 1367491215000],
    ['opaque', Uint8Array.of(1, 255), '01ff'],
    ['objlnk', '3:0', { objectId: 3, objectInstanceId: 0 }],
    ['corelnk', '</3/0>', '</3/0>'],
    ['unsigned', 7, '7'],
  ] as const) {
    t.deepEqual(valueToJson(type, value), json);
    t.deepEqual(valueFromJson(type, json, 'it'), value as any);
  }
  t.is(valueFromJson('time', '2013-05-02T10:40:15Z', 'it'), 1367491215);
  t.is(valueFromJson('objlnk', '3:0', 'it'), '3:0');
  t.is(valueFromJson('float', 1, 'it'), 1);
  for (const [type, json] of [
    ['integer', 1.5],
    ['integer', 'abc'],
    ['integer', ''],
    ['integer', null],
    ['float', 'NaN'],
    ['float', ''],
    ['boolean', 'true'],
    ['string', 5],
    ['time', 'yesterday'],
    ['time', ''],
    ['opaque', 'xyz'],
    ['opaque', '012'],
    ['objlnk', '3'],
    ['objlnk', { objectId: 70000, objectInstanceId: 0 }],
    ['objlnk', null],
    ['corelnk', 'hello'],
    ['unsigned', -1],
    ['integer', undefined],
  ] as const) {
    const error = t.throws(() => valueFromJson(type, json, '"value"'), { instanceOf: InvalidRequestError }, `${type} ${json}`);
    t.regex(error.message, /^"value" is .*expected for the type/);
  }
});

test('floats in text have no exponent', (t) => {
  for (const [value, text] of [
    [1e21, '1000000000000000000000'],
    [-1.5e-7, '-0.00000015'],
    [1.25e22, '12500000000000000000000'],
    [0.1, '0.1'],
    [5e-324, `0.${'0'.repeat(323)}5`],
  ] as const) {
    t.is(valueText('float', value), text);
    t.is(Number(text), value);
  }
});

test('bodies that do not fit are refused with a sentence', (t) => {
  for (const [path, json, why] of [
    [[3, 0, 14], null, /must be a JSON object/],
    [[3, 0, 14], [], /must be a JSON object/],
    [[3, 0, 14], { id: 15, value: 'x' }, /path's, 14/],
    [[3, 0, 14], { id: 14 }, /lacks "value"/],
    [[3, 0], { id: 0 }, /"resources"/],
    [[3, 0], { resources: [5] }, /at 0/],
    [[3, 0], { resources: [{ value: 1 }] }, /"id" is missing/],
    [[3, 0, 6], { values: 5 }, /"values"/],
    [[9999, 0, 1], { value: 5 }, /"type"/],
    [[9999, 0, 1], { value: 5, type: 'number' }, /"type"/],
    [[3, 0, 14], { id: 14, kind: 'instance', value: 5 }, /type string/],
    [[3, 0, 6, 1], { id: 1, values: {} }, /lacks "value"/],
    [[3, 0, 6], { values: { a: 1 } }, /"id"/],
  ] as const) {
    t.throws(() => nodeFromJson(path, json, model), { instanceOf: InvalidRequestError, message: why });
  }
  t.throws(() => encodeContent(FORMAT_TEXT, { kind: 'instance', resources: [] }), { instanceOf: InvalidRequestError });
  t.throws(() => encodeContent(FORMAT_OPAQUE, { kind: 'singleResource', id: 1, type: 'string', value: 'x' }), { instanceOf: InvalidRequestError });
  t.throws(() => parseFormat('xml'), { instanceOf: InvalidRequestError, message: /choose TLV/ });
  t.is(parseFormat('tlv'), FORMAT_TLV);
  t.is(parseFormat('11542'), FORMAT_TLV);
});

test('programs write plain values, and the definitions say what they are', (t) => {
  t.like(makeNode([3, 0, 14], '+01:00', model), { kind: 'singleResource', type: 'string', value: '+01:00' });
  t.deepEqual(makeNode([3, 0, 6], [1, 5], model), {
    kind: 'multiResource',
    id: 6,
    type: 'integer',
    values: new Map([
      [0, 1],
      [1, 5],
    ]),
  });
  t.deepEqual(makeNode([3, 0, 6], { 3: 1 }, model), { kind: 'multiResource', id: 6, type: 'integer', values: new Map([[3, 1]]) });
  t.deepEqual(makeNode([1, 0], { 1: 300, 6: true }, model), {
    kind: 'instance',
    id: 0,
    resources: [
      { kind: 'singleResource', id: 1, type: 'integer', value: 300 },
      { kind: 'singleResource', id: 6, type: 'boolean', value: true },
    ],
  });
  t.like(makeNode([3, 0, 6, 2], 5, model), { kind: 'resourceInstance', id: 2, value: 5 });
  for (const [path, input] of [
    [[3, 0, 14], 5],
    [[3, 0], 'x'],
    [[3, 0], [1]],
    [[9999, 0, 1], 5],
    [[3, 0, 6], { x: 1 }],
    [[3, 0, 6, 1], [1]],
  ] as const) {
    t.throws(() => makeNode(path, input as any, model), { instanceOf: InvalidRequestError });
  }
});
