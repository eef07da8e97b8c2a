/** Decodes OMA JSON payloads (LwM2M TS 1.0.2 section 6.4.4; Content-Format 11543, 1543 in drafts) to nodes. */
import { TextDecoder } from 'node:util';
import { CodecError, shorten } from '../errors';
import { readJson, type Read } from './lenient';
import type { Model, Node, ObjectInstance, Resource } from '../node';
import { pathText, takePath, type Path } from '../path';

interface Entry extends Read {
  path: number[];
}

const isRecord = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null && !Array.isArray(json);
const FIELDS = ['v', 'sv', 'bv', 'ov'];

function entriesOf(payload: Uint8Array, path: Path, model: Model): Entry[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new CodecError('a payload that is not JSON');
  }
  if (!isRecord(json) || !Array.isArray(json['e'])) throw new CodecError('JSON without "e", the array of values');
  const { bn = '' } = json;
  return (json['e'] as unknown[]).flatMap((entry) => {
    if (!isRecord(entry)) throw new CodecError('an entry of "e" that is not an object');
    const { n = '' } = entry;
    if (typeof bn !== 'string' || typeof n !== 'string') throw new CodecError('a name that is not a string');
    const field = FIELDS.find((name) => name in entry);
    const at = pathOf(bn, n, path);
    if (!at || path.some((id, level) => at[level] !== id)) throw new CodecError(`a value of "${shorten(`${bn}${n}`)}"`);
    // An object instance without resources has only a name.
    if (!field) return [];
    if (at.length < 3) throw new CodecError(`one value for ${pathText(at)}`);
    const type = model.resource(at[0]!, at[2]!)?.type;
    return [{ path: at, ...readJson(type === 'none' ? undefined : type, entry[field], field) }];
  });
}

/** Names follow the base name. Without a base path they are relative to the requested path. */
function pathOf(bn: string, n: string, path: Path): number[] | undefined {
  const joint = bn === '' || n === '' || bn.endsWith('/') || n.startsWith('/') ? '' : '/';
  const whole = `${bn}${joint}${n}`.replace(/\/\//g, '/').replace(/\/$/, '');
  return takePath(whole === '' ? pathText(path) : whole[0] === '/' ? whole : `${pathText(path)}/${whole}`);
}

function resourcesOf(entries: Entry[]): Resource[] {
  const byId = new Map<number, Entry[]>();
  for (const entry of entries) byId.set(entry.path[2]!, [...(byId.get(entry.path[2]!) ?? []), entry]);
  return [...byId].map(([id, [first, ...rest]]): Resource => {
    const { type, value, note } = first!;
    if (first!.path.length === 3) return { kind: 'singleResource', id, type, value, ...(note ? { note } : {}) };
    const all = [first!, ...rest];
    const odd = all.find((entry) => entry.type !== type);
    if (odd) throw new CodecError(`values of different types in resource ${id}`);
    return { kind: 'multiResource', id, type, values: new Map(all.map((entry) => [entry.path[3]!, entry.value])), ...(note ? { note } : {}) };
  });
}

/** Decodes the node at `path`. Throws CodecError. */
export function decodeOmaJson(payload: Uint8Array, path: Path, model: Model): Node {
  const entries = entriesOf(payload, path, model);
  const [object, instance, resource, resourceInstance] = path as [number, number?, number?, number?];
  if (instance === undefined) {
    const ids = [...new Set(entries.map((entry) => entry.path[1]!))].sort((a, b) => a - b);
    const instances = ids.map((id): ObjectInstance => ({ kind: 'instance', id, resources: resourcesOf(entries.filter((entry) => entry.path[1] === id)) }));
    return { kind: 'obj', id: object, instances };
  }
  if (resource === undefined) return { kind: 'instance', id: instance, resources: resourcesOf(entries) };
  if (resourceInstance === undefined) {
    const [found] = resourcesOf(entries);
    if (!found) throw new CodecError(`no value of resource ${resource}`);
    return found;
  }
  const [entry] = entries;
  if (!entry) throw new CodecError(`no value of resource instance ${resourceInstance}`);
  const { type, value, note } = entry;
  return { kind: 'resourceInstance', id: resourceInstance, type, value, ...(note ? { note } : {}) };
}
