/** OMA TLV payloads (LwM2M TS 1.0.2 section 6.4.3) to nodes and back. */
import { putTlv, sizeTlv, takeTlv, TLV_MULTIPLE, TLV_OBJECT_INSTANCE, TLV_RESOURCE, TLV_RESOURCE_INSTANCE } from '../../device/wire/tlv';
import { CodecError } from './errors';
import type { Model, Node, ObjectInstance, Resource } from './node';
import type { Path } from './path';
import { decodeValue, encodeValue } from './value';

interface Item {
  kind: number;
  id: number;
  value: Uint8Array;
}

function takeItems(payload: Uint8Array): Item[] {
  const items: Item[] = [];
  // takeTlv may look 6 bytes past the end
  const b = new Uint8Array(payload.length + 8);
  b.set(payload);
  const head = { _kind: 0, _id: 0, _value: 0 };
  for (let at = 0; at < payload.length; ) {
    at = takeTlv(head, b, at, payload.length);
    if (at < 0) throw new CodecError('a TLV that is cut');
    items.push({ kind: head._kind, id: head._id, value: b.slice(head._value, at) });
  }
  return items;
}

function takeOnly(value: Uint8Array, kind: number, inside: string): Item[] {
  const items = takeItems(value);
  if (items.some((item) => item.kind !== kind)) throw new CodecError(`a TLV of the wrong kind in ${inside}`);
  return items;
}

function resourceOf(item: Item, object: number, model: Model): Resource {
  // as Leshan does: what no definition knows is bytes
  const definition = model.resource(object, item.id);
  const type = definition && definition.type !== 'none' ? definition.type : 'opaque';
  const where = <T>(decode: () => T): T => {
    try {
      return decode();
    } catch (error) {
      if (error instanceof CodecError) error.message = `resource ${item.id} of object ${object} has ${error.message}`;
      throw error;
    }
  };
  if (item.kind === TLV_RESOURCE) return { kind: 'singleResource', id: item.id, type, value: where(() => decodeValue(type, item.value)) };
  const instances = takeOnly(item.value, TLV_RESOURCE_INSTANCE, 'a resource with several instances');
  return { kind: 'multiResource', id: item.id, type, values: new Map(instances.map(({ id, value }) => [id, where(() => decodeValue(type, value))])) };
}

function resourcesOf(items: Item[], object: number, model: Model): Resource[] {
  if (items.some(({ kind }) => kind !== TLV_RESOURCE && kind !== TLV_MULTIPLE)) throw new CodecError('a TLV of the wrong kind in an object instance');
  return items.map((item) => resourceOf(item, object, model));
}

/** The node at `path`. Throws CodecError. */
export function decodeTlv(payload: Uint8Array, path: Path, model: Model): Node {
  const [object, instance, resource, resourceInstance] = path as [number, number?, number?, number?];
  const items = takeItems(payload);
  const wrapped = items.length > 0 && items.every(({ kind }) => kind === TLV_OBJECT_INSTANCE);
  if (instance === undefined) {
    const instances =
      wrapped || items.length === 0
        ? items.map((item): ObjectInstance => ({ kind: 'instance', id: item.id, resources: resourcesOf(takeItems(item.value), object, model) }))
        : // some devices leave the instance out where there can be one only
          [{ kind: 'instance', id: 0, resources: resourcesOf(items, object, model) } satisfies ObjectInstance];
    return { kind: 'obj', id: object, instances };
  }
  const inside = wrapped ? items.filter(({ id }) => id === instance).flatMap(({ value }) => takeItems(value)) : items;
  if (resource === undefined) return { kind: 'instance', id: instance, resources: resourcesOf(inside, object, model) };

  // resource instances may come without the resource around them
  const bare = inside.length > 0 && inside.every(({ kind }) => kind === TLV_RESOURCE_INSTANCE);
  const found = bare
    ? { kind: TLV_MULTIPLE, id: resource, value: payload }
    : inside.find(({ id, kind }) => id === resource && (kind === TLV_RESOURCE || kind === TLV_MULTIPLE));
  if (!found) throw new CodecError(`no TLV of resource ${resource}`);
  const node = resourceOf(found, object, model);
  if (resourceInstance === undefined) return node;
  const value = node.kind === 'multiResource' ? node.values.get(resourceInstance) : undefined;
  if (value === undefined) throw new CodecError(`no TLV of resource instance ${resourceInstance}`);
  return { kind: 'resourceInstance', id: resourceInstance, type: node.type, value };
}

function putItem(kind: number, id: number, value: Uint8Array): Uint8Array {
  const size = sizeTlv(id, value.length);
  const b = new Uint8Array(size + 16);
  b.set(value, putTlv({ _b: b, _lo: 0, _hi: size }, 0, kind, id, value.length));
  return b.subarray(0, size);
}

/** A node as the payload of a Write or Create: an instance with an id is wrapped when `wrap` says so. */
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
