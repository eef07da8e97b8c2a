/** OMA TLV: structure and values by the codecs, and the same bytes in Write, Create and Read of a whole client. */
import type { Multiple, Value } from '../../../src/device/index';
import { createBench, toHex } from '../../../test/support/bench';
import type { Core } from '../../../test/support/core';
import { Dialogue, METHODS, TLV } from '../../../test/support/dialogue';
import { createStore, MULTIPLE, type Resources, type Store, type Values } from '../../../test/support/store';
import { decodeFrom, encodeWindows, truncations } from '../buffers';
import { Device } from '../device';
import { fail, ok, same, Skip } from '../check';
import type { Context, Run, Vector } from '../types';
import { fromApi, idsOf, isMultiple, normal, toApi, typeNumber, type TypedValue } from '../values';

const KINDS: Record<number, string> = { 0: 'obj_instance', 64: 'res_instance', 128: 'multi_resource', 192: 'resource' };
const NESTED = ['obj_instance', 'multi_resource'];

interface Item {
  type: string;
  id: number;
  value?: string;
  children?: Item[];
}

export function bytesOf(vector: Vector): Uint8Array {
  if (typeof vector.hex === 'string') return Uint8Array.from(Buffer.from(vector.hex, 'hex'));
  if (!Array.isArray(vector.hex_concat)) throw new Skip('it has neither hex nor hex_concat');
  const parts = vector.hex_concat.map((part: string | { repeat: string; times: number }) => (typeof part === 'string' ? part : part.repeat.repeat(part.times)));
  return Uint8Array.from(Buffer.from(parts.join(''), 'hex'));
}

/** undefined for what is malformed. */
function readTree(core: Core, b: Uint8Array, at: number, end: number): Item[] | undefined {
  const items: Item[] = [];
  while (at < end) {
    const item = core.decodeItem(b, at, end);
    if (!item) return undefined;
    ok(item.value <= item.end && item.end <= end && item.value > at, `an item of ${at}..${end} that lies at ${item.value}..${item.end}`);
    const type = KINDS[item.kind]!;
    const children = NESTED.includes(type) ? readTree(core, b, item.value, item.end) : undefined;
    if (NESTED.includes(type) && !children) return undefined;
    items.push(children ? { type, id: item.id, children } : { type, id: item.id, value: toHex(b.subarray(item.value, item.end)) });
    at = item.end;
  }
  return items;
}

/** Absolute path → the bytes there, hex; of things without a value null. */
function flatten(items: Item[], path: number[]): Map<string, string | null> {
  const found = new Map<string, string | null>();
  const visit = (item: Item, at: number[]): void => {
    if (item.type === 'obj_instance' && at.length > 1) return item.children!.forEach((child) => visit(child, at.slice(0, 1).concat(item.id)));
    const here = item.type === 'res_instance' && at.length === 4 ? at : [...at.slice(0, item.type === 'res_instance' ? 3 : item.type === 'obj_instance' ? 1 : 2), item.id];
    if (!item.children) found.set('/' + here.join('/'), item.value!);
    else if (item.children.length) item.children.forEach((child) => visit(child, here));
    else found.set('/' + here.join('/'), null);
  };
  for (const item of items) visit(item, path);
  return found;
}

function checkDecode({ codecs }: Context, vector: Vector, bytes: Uint8Array): void {
  const tree = decodeFrom(bytes, (b, at, end) => readTree(codecs.core, b, at, end));
  ok(tree, 'the codec takes it for malformed');
  if (vector.tlv) same(tree, vector.tlv, 'structure');
  const found = flatten(tree, idsOf(vector.path));
  const expected = Object.entries(vector.values as Record<string, TypedValue>);
  same([...found.keys()].sort(), expected.map(([path]) => path).sort(), 'paths');
  for (const [path, typed] of expected) {
    const hex = found.get(path)!;
    if (typed[0].startsWith('empty')) same(hex, null, path);
    else {
      ok(hex !== null, `${path} has no value`);
      const value = decodeFrom(Uint8Array.from(Buffer.from(hex, 'hex')), (b, at, end) => codecs.core.decodeValue(typeNumber(typed[0]), b, at, end));
      same(fromApi(typed[0], value), normal(typed), path);
    }
  }
}

/** The vector's values as what an application holds: by instance and resource, with the table that fits. */
export interface Shape {
  object: number;
  resources: Resources;
  instances: Record<number, Values>;
  /** Instance and resource in the order of the vector. */
  order: { instance: number; resource: number }[];
  types: Record<number, string>;
}

export function shapeOf(values: Record<string, TypedValue>): Shape {
  const shape: Shape = { object: -1, resources: {}, instances: {}, order: [], types: {} };
  for (const [path, typed] of Object.entries(values)) {
    const [object, instance, resource, resourceInstance] = idsOf(path) as [number, number, number?, number?];
    shape.object = object;
    const here = (shape.instances[instance] ??= {});
    if (resource === undefined) continue;
    const many = resourceInstance !== undefined || typed[0] === 'empty_multi';
    const type = typed[0] === 'empty_multi' ? 'integer' : typed[0].replace('_repeat', '');
    typeNumber(type);
    shape.resources[resource] = `RW ${type}${many ? '*' : ''}`;
    shape.types[resource] = type;
    if (!(resource in here)) shape.order.push({ instance, resource });
    if (!many) here[resource] = toApi(typed);
    else if (resourceInstance !== undefined) ((here[resource] ??= {}) as Record<number, Value>)[resourceInstance] = toApi(typed);
    else here[resource] = {};
  }
  return shape;
}

/** The encoding by the codecs, in the vector's order. */
function encodeShape(core: Core, path: number[], shape: Shape, room: number): Uint8Array {
  const resource = (b: Uint8Array, lo: number, hi: number, at: number, instance: number, id: number): number => {
    const value = shape.instances[instance]![id]!;
    const meta = typeNumber(shape.types[id]!) | (isMultiple(value) ? MULTIPLE : 0);
    if (path.length < 4) return core.encodeResource(b, lo, hi, at, id, meta, value);
    return core.encodeResourceInstance(b, lo, hi, at, path[3]!, meta, (value as Record<number, Value>)[path[3]!]!);
  };
  const within = (b: Uint8Array, lo: number, hi: number, at: number, instance: number): number =>
    shape.order.filter((one) => one.instance === instance).reduce((end, one) => resource(b, lo, hi, end, instance, one.resource), at);
  return encodeWindows(room, (b, lo, hi, at) => {
    if (path.length > 1) return within(b, lo, hi, at, path[1]!);
    for (const instance of Object.keys(shape.instances).map(Number)) {
      const n = within(new Uint8Array(16), 0, 0, 0, instance);
      at = within(b, lo, hi, core.encodeHead(b, lo, hi, at, 0, instance, n), instance);
    }
    return at;
  });
}

function checkEncode(context: Context, vector: Vector, bytes: Uint8Array): void {
  const path = idsOf(vector.path);
  const encoded = encodeShape(context.codecs.core, path, shapeOf(vector.values), bytes.length + 64);
  if (vector.canonical === false) checkDecode(context, { ...vector, tlv: undefined }, encoded);
  else same(encoded, bytes, 'encoding');
}

const sizesFor = (bytes: number): number[] => (bytes > 4096 ? [512] : [1024, 256, 64, 16]);

/** Read of the path gives the same values, in blocks of every size. */
function checkRead(context: Context, vector: Vector, bytes: Uint8Array): void {
  const shape = shapeOf(vector.values);
  const store = createStore(shape.object, shape.resources, shape.instances);
  const bench = createBench(context.endpoint, [store]);
  bench.register();
  const dialogue = new Dialogue(bench);
  for (const size of sizesFor(bytes.length)) {
    const answer = dialogue.getAll(vector.path, size, { accept: TLV });
    same(answer.text, '2.05', `Read of ${vector.path}`);
    const payload = Uint8Array.from(answer.payload);
    // A client answers in ascending order of the resources; the vector may not.
    const ascending = shape.order.every(({ resource }, i) => !i || shape.order[i - 1]!.resource < resource || shape.order[i - 1]!.instance !== shape.order[i]!.instance);
    if (vector.canonical === false || !ascending) checkDecode(context, { ...vector, tlv: undefined }, payload);
    else same(payload, bytes, `Read in blocks of ${size}`);
  }
}

function valuesOf(store: Store, shape: Shape): unknown {
  const plain = (type: string, v: Value | Multiple | undefined): unknown =>
    isMultiple(v) ? Object.fromEntries(Object.entries(v).map(([id, one]) => [id, fromApi(type, one)])) : fromApi(type, v);
  return Object.entries(store.values).map(([instance, values]) => [instance, Object.entries(values).map(([id, v]) => [id, plain(shape.types[Number(id)]!, v)])]);
}

/** Write (or Create, for what stands at an object) gives the application the same values. Returns what sends a payload to a fresh client. */
function checkWrite(context: Context, vector: Vector, bytes: Uint8Array): void {
  const path = idsOf(vector.path);
  const shape = shapeOf(vector.values);
  const instances = Object.keys(shape.instances).map(Number);
  if (path.length > 3 || (path.length === 1 && instances.length !== 1)) return;
  const send = (payload: Uint8Array): { code: string; store: Store; dialogue: Dialogue } => {
    const large = payload.length > 1024;
    const empty = Object.fromEntries(path.length > 1 ? instances.map((id) => [id, {}]) : []);
    const store = createStore(shape.object, shape.resources, empty, { creatable: true, chunked: large });
    const bench = createBench(context.endpoint, [store]);
    bench.register();
    const dialogue = new Dialogue(bench);
    const answer = dialogue.sendAll(path.length === 3 ? METHODS.PUT : METHODS.POST, vector.path, payload, 512, { format: TLV });
    return { code: answer.text, store, dialogue };
  };
  const { code, store } = send(bytes);
  same(code, path.length === 1 ? '2.01' : '2.04', `Write of ${vector.path}`);
  same(valuesOf(store, shape), valuesOf({ values: shape.instances } as Store, shape), 'what the application got');
  for (const cut of truncations(bytes).filter((part) => part.length <= 1024).slice(0, 60)) {
    const after = send(cut);
    if (!/^[245]\.\d\d$/.test(after.code)) fail(`cut to ${cut.length} bytes it was answered ${after.code}`);
  }
}

/** Malformed: a Write of it is 4.00, and gives the application nothing. */
function checkReject(context: Context, vector: Vector): void {
  const device = new Device(context, { wishes: idsOf(vector.path).length > 1 ? [{ path: vector.path }] : [] });
  device.bench.register();
  const method = idsOf(vector.path).length === 3 ? METHODS.PUT : METHODS.POST;
  same(device.dialogue.sendAll(method, vector.path, bytesOf(vector), 512, { format: TLV }).text, '4.00', `Write of ${vector.path}`);
  same(device.storeOf(vector.path)?.calls, [], 'what the application got');
}

export const runTlv: Run = (vector, context) => {
  const { op } = vector;
  if ((op === 'reject' || vector.values === null) && typeof vector.path === 'string') return checkReject(context, vector);
  if (typeof vector.path !== 'string' || typeof vector.values !== 'object') throw new Skip('it has no path or no values');
  if (op !== 'both' && op !== 'decode' && op !== 'encode') throw new Skip(`the operation ${op} is not known for TLV`);
  const bytes = bytesOf(vector);
  if (op !== 'encode') {
    checkDecode(context, vector, bytes);
    for (const cut of truncations(bytes)) decodeFrom(cut, (b, at, end) => readTree(context.codecs.core, b, at, end));
    checkWrite(context, vector, bytes);
  }
  if (op !== 'decode') {
    checkEncode(context, vector, bytes);
    checkRead(context, vector, bytes);
  }
};
