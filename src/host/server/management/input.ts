/** Converts a program's values to nodes. Types come from the definitions. */
import { InvalidRequestError } from '../errors';
import type { Model, MultiResource, Node, Resource, ResourceInstance } from '../node';
import { pathText as plainText, type Path } from '../path';
import { checkValue, type Value } from '../formats/value';

/** A value · values by resource instance · a record of these by resource id · a complete node. */
export type Input = Value | Node | readonly Value[] | Map<number, Value> | { [id: number]: Input };

/** The text of a path. An instance whose id the device chooses has a negative id here, which is left out. */
const pathText = (path: Path): string => plainText(path.filter((id) => id >= 0));

const isNode = (input: unknown): input is Node => typeof input === 'object' && input !== null && typeof (input as Node).kind === 'string';

/** Throws InvalidRequestError. */
export function makeNode(path: Path, input: Input, model: Model): Node {
  if (isNode(input)) return checkKind(path, input);
  const [object, , resource] = path as [number, number, number?, number?];
  if (resource === undefined) {
    if (typeof input !== 'object' || input instanceof Uint8Array || Array.isArray(input) || input instanceof Map) {
      throw new InvalidRequestError(`${pathText(path)} takes a record of values by resource id`);
    }
    const resources = Object.entries(input).map(([id, value]) => makeResource(object, takeId(id), value as Input, model));
    return { kind: 'instance', ...(path[1] < 0 ? {} : { id: path[1] }), resources };
  }
  const made = makeResource(object, resource, input, model);
  if (path.length < 4) return made;
  if (made.kind !== 'singleResource') throw new InvalidRequestError(`${pathText(path)} takes one value`);
  return { ...made, kind: 'resourceInstance', id: path[3] } satisfies ResourceInstance;
}

function makeResource(object: number, id: number, input: Input, model: Model): Resource {
  if (isNode(input)) return checkKind([object, 0, id], input) as Resource;
  const type = model.resource(object, id)?.type;
  if (type === 'none') throw new InvalidRequestError(`resource ${id} of object ${object} has no value: it is executed`);
  if (!type)
    throw new InvalidRequestError(`no definition tells the type of resource ${id} of object ${object}; give a node with a type`);
  const check = (value: unknown): Value => {
    const checked = checkValue(type, value);
    if (checked === undefined) throw new InvalidRequestError(`resource ${id} of object ${object} takes values of the type ${type}`);
    return checked;
  };
  if (typeof input !== 'object' || input instanceof Uint8Array) return { kind: 'singleResource', id, type, value: check(input) };
  const entries: [string | number, unknown][] = input instanceof Map ? [...input] : Object.entries(input);
  return {
    kind: 'multiResource',
    id,
    type,
    values: new Map(entries.map(([key, value]) => [takeId(String(key)), check(value)])),
  } satisfies MultiResource;
}

function takeId(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new InvalidRequestError(`"${text}" is not an id from 0 to 65535`);
  return Number(text);
}

/** Checks that the node is of the path's kind and has its id. Throws InvalidRequestError. */
export function checkKind<N extends Node>(path: Path, node: N): N {
  const kinds = [['obj'], ['instance'], ['singleResource', 'multiResource'], ['resourceInstance']][path.length - 1];
  if (!kinds.includes(node.kind)) throw new InvalidRequestError(`${pathText(path)} takes the kind ${kinds.join(' or ')}, not ${node.kind}`);
  const id = path[path.length - 1];
  if (id >= 0 && node.id !== undefined && node.id !== id) throw new InvalidRequestError(`the body's id ${node.id} is not the path's, ${id}`);
  return node;
}
