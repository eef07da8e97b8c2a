/** Looks up definitions: for the server, the console and the commands. */
import { compareDefinitions, type ObjectDefinition, type ResourceDefinition } from './definition';
import { objectNames, resourceConstants } from './names';
import { loadShipped } from './shipped';

export type { ObjectDefinition, Operations, ResourceDefinition, ResourceType } from './definition';
export { typeCode } from './table';

/** The object version assumed for a client that announces none (LwM2M TS 1.0.2 §6.2.3). */
const DEFAULT_VERSION = '1.0';

export interface Registry {
  /** By object id: every known version, ascending. */
  versions: Map<number, ObjectDefinition[]>;
  /** Object ids by folded name: see {@link resolvePath}. */
  names: Map<string, number>;
}

/** Compares names by letters and digits only, ignoring case, white space and dashes: `LwM2M Server`, `lwm2m-server`, `LWM2M_SERVER` are equal. */
function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Creates a registry. Of two definitions of the same version, the later one in the list is used: so users' own objects can replace shipped ones. */
export function createRegistry(definitions: ObjectDefinition[]): Registry {
  const latest = new Map<string, ObjectDefinition>();
  for (const definition of definitions) latest.set(`${definition.id} ${definition.version}`, definition);
  const sorted = [...latest.values()].sort(compareDefinitions);
  const versions = new Map<number, ObjectDefinition[]>();
  for (const definition of sorted) {
    const known = versions.get(definition.id);
    if (known === undefined) versions.set(definition.id, [definition]);
    else known.push(definition);
  }
  const names = new Map<string, number>();
  const generated = objectNames([...versions.values()].map(known => known[known.length - 1]));
  // A shared name goes to the lowest id, as in the generated namespaces; these come first so that `Location3336` reaches the other one.
  for (const [id, { namespace }] of generated) names.set(fold(namespace), id);
  for (const { id, name } of sorted) if (!names.has(fold(name))) names.set(fold(name), id);
  return { versions, names: names };
}

/** The objects that wixt ships, in every version it knows. @throws Problem if the installed file is damaged */
export function loadDefaults(): Registry {
  return createRegistry(loadShipped());
}

/**
 * Versions of the objects that the enabler itself defines, by the enabler's version: the default for clients that announce none
 * (LwM2M TS 1.1.1 Core sections 6.2.1 and 7.2, appendix E; TS 1.2 Core appendix E). The default is 1.0.
 */
const CORE_VERSIONS: Record<string, Record<number, string>> = {
  '1.1': { 0: '1.1', 1: '1.1', 3: '1.1', 4: '1.2' },
  '1.2': { 0: '1.2', 1: '1.2', 2: '1.1', 3: '1.2', 4: '1.3', 5: '1.1', 21: '2.0' },
};

/** The version of an object assumed for a client of LwM2M `lwm2m` ("1.0", "1.1", …) that announces none. */
export function impliedVersion(objectId: number, lwm2m: string): string {
  if (lwm2m === '1.0') return DEFAULT_VERSION;
  const minor = Number(/^1\.(\d+)$/.exec(lwm2m)?.[1] ?? 0);
  return (minor > 0 ? CORE_VERSIONS[minor === 1 ? '1.1' : '1.2']![objectId] : undefined) ?? DEFAULT_VERSION;
}

/**
 * The object's definition in the version that a client announced (`ver=` in its registration, default 1.0); the newest known version if that one is
 * unknown.
 */
export function definition(registry: Registry, objectId: number, version = DEFAULT_VERSION): ObjectDefinition | undefined {
  const known = registry.versions.get(objectId);
  return known?.find(candidate => candidate.version === version) ?? known?.at(-1);
}

/** The resource's definition in the version of {@link definition}, or in the newest other version that has it. */
export function resource(registry: Registry, objectId: number, resourceId: number, version?: string): ResourceDefinition | undefined {
  const own = definition(registry, objectId, version);
  if (own === undefined) return undefined;
  const found = resourcesOf(own).get(resourceId);
  if (found !== undefined) return found;
  const known = registry.versions.get(objectId)!;
  for (let i = known.length - 1; i >= 0; i--) {
    const other = resourcesOf(known[i]).get(resourceId);
    if (other !== undefined) return other;
  }
  return undefined;
}

/** Resources by id: a server looks up each resource that it reads. */
const byId = new WeakMap<ObjectDefinition, Map<number, ResourceDefinition>>();

function resourcesOf(one: ObjectDefinition): Map<number, ResourceDefinition> {
  let resources = byId.get(one);
  if (resources === undefined) {
    // If two resources have the same id, the first is used.
    resources = new Map(one.resources.toReversed().map(resource => [resource.id, resource]));
    byId.set(one, resources);
  }
  return resources;
}

/** Ids from the object down: `[3]`, `[3, 0]`, `[3, 0, 6]` or, with a resource instance, `[3, 0, 6, 1]`. */
export type Path = number[];

export type Resolved = { path: Path, error?: undefined; } | { path?: undefined, error: string; };

function takeId(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
}

function resolveResource(registry: Registry, objectId: number, text: string, version?: string): number | undefined {
  const wanted = fold(text);
  const candidates = [definition(registry, objectId, version), ...(registry.versions.get(objectId) ?? []).toReversed()];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const constants = resourceConstants(candidate.resources);
    const found = candidate.resources.find(({ id, name }) => fold(constants.get(id)!) === wanted || fold(name) === wanted);
    if (found !== undefined) return found.id;
  }
  return undefined;
}

/**
 * Reads a path of ids or names, with or without a leading slash: `/3/0/0`, `Device/0/Manufacturer`, `temperature/0/sensor-value`. An object is named
 * by the registry's name, with or without "LwM2M", or by its generated namespace; a resource by its name or constant.
 * @returns the ids, or a sentence that says what is unknown
 */
export function resolvePath(registry: Registry, text: string, version?: string): Resolved {
  const parts = text.trim().replace(/^\//, '').replace(/\/$/, '').split('/');
  if (parts[0] === '' || parts.length > 4) {
    return { error: `"${text}" is not a path; write object/instance/resource, for example Device/0/Manufacturer or /3/0/0` };
  }
  const path: Path = [];
  for (const [level, part] of parts.entries()) {
    const id = takeId(part) ??
      (level === 0 ? registry.names.get(fold(part)) : level === 2 ? resolveResource(registry, path[0], part, version) : undefined);
    if (id === undefined) {
      return {
        error: level === 0 ? `there is no object "${part}"; wixt objects --list shows the names, and an id always works`
          : level === 2 ? `object ${path[0]}${nameSuffix(definition(registry, path[0], version))} has no resource "${part}"; an id always works`
          : `"${part}" in "${text}" is not an instance; write a number from 0 to 65534`,
      };
    }
    path.push(id);
  }
  return { path };
}

function nameSuffix(known: { name: string; } | undefined): string {
  return known === undefined ? '' : ` (${known.name})`;
}

/** The path in words: `[3, 0, 0]` → `Device/0/Manufacturer`. Ids without a known name stay. The inverse is {@link resolvePath}. */
export function describePath(registry: Registry, path: Path, version?: string): string {
  return path.map((id, level) => {
    const known = level === 0 ? definition(registry, id, version) : level === 2 ? resource(registry, path[0], id, version) : undefined;
    return known === undefined || registry.names.get(fold(known.name)) !== id && level === 0 ? id : known.name.replaceAll('/', '-');
  }).join('/');
}
