/** Converts OMA TLV payloads (LwM2M TS 1.0.2 section 6.4.3) to nodes and back. */
import { putTlv, sizeTlv, takeTlv, TLV_MULTIPLE, TLV_OBJECT_INSTANCE, TLV_RESOURCE, TLV_RESOURCE_INSTANCE } from '../../../device/formats/tlv';
import { CodecError } from '../errors';
import type { Model, Node, ObjectInstance, Resource } from '../node';
import type { Path } from '../path';
import { readBytes } from './lenient';
import { copyOf, encodeValue } from './value';

interface Item {
  kind: number;
  id: number;
  value: Uint8Array;
}

// Reused by each call.
const head = { _kind: 0, _id: 0, _value: 0 };
const tail = new Uint8Array(16);

/** The values are views of the payload. */
function takeItems(payload: Uint8Array): Item[] {
  const items: Item[] = [];
  const end = payload.length;
  for (let at = 0; at < end; ) {
    // takeTlv may read 6 bytes past the end.
    let b = payload;
    let shift = 0;
    if (end - at < 8) {
      b = tail.fill(0);
      shift = at;
      for (let i = at; i < end; i++) b[i - at] = payload[i]!;
    }
    const next = takeTlv(head, b, at - shift, end - shift);
    if (next < 0) throw new CodecError('a truncated TLV');
    items.push({ kind: head._kind, id: head._id, value: payload.subarray(head._value + shift, next + shift) });
    at = next + shift;
  }
  return items;
}

function takeOnly(value: Uint8Array, kind: number, inside: string): Item[] {
  const items = takeItems(value);
  if (items.some((item) => item.kind !== kind)) throw new CodecError(`a TLV of the wrong kind in ${inside}`);
  return items;
}

function resourceOf(item: Item, object: number, model: Model): Resource {
  // As in Leshan: resources without a definition are opaque.
  const definition = model.resource(object, item.id);
  const type = definition && definition.type !== 'none' ? definition.type : 'opaque';
  const { id, value: bytes } = item;
  if (item.kind === TLV_RESOURCE) {
    const { type: found, value, note } = readBytes(type, bytes);
    return note === undefined ? { kind: 'singleResource', id, type: found, value } : { kind: 'singleResource', id, type: found, value, note };
  }
  let instances: Item[];
  try {
    instances = takeOnly(bytes, TLV_RESOURCE_INSTANCE, 'a resource with several instances');
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { kind: 'singleResource', id, type: 'opaque', value: copyOf(bytes), note: `${error.message}, shown as bytes` };
  }
  const read = instances.map((instance) => ({ id: instance.id, bytes: instance.value, ...readBytes(type, instance.value) }));
  const odd = read.find(({ note }) => note !== undefined);
  // All instances of a resource have one type: if one cannot be decoded, all are shown as bytes.
  const bare = read.some((one) => one.type !== type);
  const values = new Map(read.map((one) => [one.id, bare ? copyOf(one.bytes) : one.value]));
  return { kind: 'multiResource', id, type: bare ? 'opaque' : type, values, ...(odd ? { note: `instance ${odd.id}: ${odd.note}` } : {}) };
}

/** The resources of an instance, and a note about omitted items. */
function insideOf(items: Item[], object: number, model: Model): { resources: Resource[]; note?: string } {
  const resources: Resource[] = [];
  for (const item of items) if (item.kind === TLV_RESOURCE || item.kind === TLV_MULTIPLE) resources.push(resourceOf(item, object, model));
  if (resources.length === items.length) return { resources };
  if (resources.length === 0) throw new CodecError('a TLV of the wrong kind in an object instance');
  return { resources, note: `${items.length - resources.length} TLVs that are no resources were left out` };
}

/** Decodes the node at `path`. Throws CodecError. */
export function decodeTlv(payload: Uint8Array, path: Path, model: Model): Node {
  const [object, instance, resource, resourceInstance] = path as [number, number?, number?, number?];
  const items = takeItems(payload);
  const instancesIn = items.filter(({ kind }) => kind === TLV_OBJECT_INSTANCE);
  const wrapped = instancesIn.length > 0;
  if (instance === undefined) {
    const instances =
      wrapped || items.length === 0
        ? instancesIn.map((item): ObjectInstance => ({ kind: 'instance', id: item.id, ...insideOf(takeItems(item.value), object, model) }))
        : // Some devices omit the instance of single-instance objects.
          [{ kind: 'instance', id: 0, ...insideOf(items, object, model) } satisfies ObjectInstance];
    const loose = wrapped && instancesIn.length < items.length ? { note: 'TLVs outside of the instances were left out' } : {};
    return { kind: 'obj', id: object, ...loose, instances };
  }
  const mine = instancesIn.filter(({ id }) => id === instance);
  if (wrapped && mine.length === 0) throw new CodecError(`a TLV of object instance ${instancesIn[0]!.id} instead of ${instance}`);
  const inside = wrapped ? mine.flatMap(({ value }) => takeItems(value)) : items;
  if (resource === undefined) {
    if (!wrapped) {
      const { resources, note } = insideOf(items, object, model);
      return note === undefined ? { kind: 'instance', id: instance, resources } : { kind: 'instance', id: instance, note, resources };
    }
    const others = mine.length < items.length ? { note: 'TLVs of others came with it and were left out' } : {};
    return { kind: 'instance', id: instance, ...others, ...insideOf(inside, object, model) };
  }

  // Resource instances may come without the enclosing resource.
  const bare = inside.length > 0 && inside.every(({ kind }) => kind === TLV_RESOURCE_INSTANCE);
  const found = bare
    ? { kind: TLV_MULTIPLE, id: resource, value: payload }
    : inside.find(({ id, kind }) => id === resource && (kind === TLV_RESOURCE || kind === TLV_MULTIPLE));
  if (!found) throw new CodecError(inside[0] ? `a TLV of resource ${inside[0].id} instead of ${resource}` : `no TLV of resource ${resource}`);
  const node = resourceOf(found, object, model);
  if (resourceInstance === undefined) return node;
  const value = node.kind === 'multiResource' ? node.values.get(resourceInstance) : undefined;
  if (value === undefined) throw new CodecError(`no TLV of resource instance ${resourceInstance}`);
  return { kind: 'resourceInstance', id: resourceInstance, type: node.type, value, ...(node.note ? { note: node.note } : {}) };
}

function putItem(kind: number, id: number, value: Uint8Array): Uint8Array {
  const size = sizeTlv(id, value.length);
  const b = new Uint8Array(size + 16);
  b.set(value, putTlv({ _b: b, _lo: 0, _hi: size }, 0, kind, id, value.length));
  return b.subarray(0, size);
}

/** Encodes a node as the payload of a Write or Create. `wrap`: an instance with an id is encoded with it. */
export function encodeTlv(node: Node, wrap = false): Uint8Array {
  switch (node.kind) {
    case 'obj':
      return Buffer.concat(node.instances.map((instance) => encodeTlv(instance, true)));
    case 'instance': {
      const inside = Buffer.concat(node.resources.map((resource) => encodeTlv(resource)));
      return wrap && node.id !== undefined ? putItem(TLV_OBJECT_INSTANCE, node.id, inside) : inside;
    }
    case 'multiResource':
      return putItem(
        TLV_MULTIPLE,
        node.id,
        Buffer.concat([...node.values].map(([id, value]) => putItem(TLV_RESOURCE_INSTANCE, id, encodeValue(node.type, value)))),
      );
    default:
      return putItem(node.kind === 'singleResource' ? TLV_RESOURCE : TLV_RESOURCE_INSTANCE, node.id, encodeValue(node.type, node.value));
  }
}
