/** Derives the names that users type from the registry's names. They do not depend on the order of the files. */
import type { ObjectDefinition, ResourceDefinition } from './definition';

/** The exports of every generated file besides its resources. */
const RESERVED_CONSTANTS = ['ID', 'VERSION'];

/** Splits a name into words: ASCII letters and digits stay, accents are removed, everything else separates words. */
function words(name: string): string[] {
  return name.normalize('NFKD').replace(/\p{M}/gu, '')
    .replace(/\((e?s)\)/gi, '$1')
    .split(/[^A-Za-z0-9]+/).filter(word => word !== '');
}

/** `LWM2M  Server URI` → `LWM2M_SERVER_URI`, `PkgName` → `PKG_NAME`, `pH` → `PH`, `4G Signal` → `R_4G_SIGNAL`; nothing usable → `R_<id>`. */
function constantName(name: string, id: number): string {
  // Two small letters before the capital: PkgName is split, LwM2M and pH are not.
  const text = words(name).join('_').replace(/([a-z]{2})([A-Z])/g, '$1_$2').toUpperCase();
  return text === '' ? `R_${id}` : /^\d/.test(text) ? `R_${text}` : text;
}

/**
 * One constant per resource, by ascending id. The lowest id keeps a name that several resources share; the others get `_<id>` appended,
 * as does a resource called ID or Version.
 */
export function resourceConstants(resources: ResourceDefinition[]): Map<number, string> {
  const natural = resources.map(resource => constantName(resource.name, resource.id));
  const result = new Map<number, string>();
  const used = new Set(RESERVED_CONSTANTS);
  resources.forEach((resource, index) => {
    let name = natural[index];
    while (used.has(name) || natural.indexOf(name) >= 0 && natural.indexOf(name) !== index) name += `_${resource.id}`;
    used.add(name);
    result.set(resource.id, name);
  });
  return result;
}

export interface ObjectNames {
  /** PascalCase, as exported by `index.ts`: `AccessControl`. */
  namespace: string;
  /** The file's name: `access-control`. */
  slug: string;
}

/** `LwM2M Access Control` → `AccessControl`, `LwM2M v1.1 Test Object` → `TestObject`, `On/Off switch` → `OnOffSwitch`; nothing usable → `Object<id>`. */
function namespaceName(name: string, id: number): string {
  const bare = name.replace(/^\s*lwm2m\b/i, ' ').replace(/\bv\d+(\.\d+)*\b/gi, ' ');
  const text = words(bare).map(word => word[0].toUpperCase() + word.slice(1)).join('');
  return text === '' ? `Object${id}` : /^\d/.test(text) ? `Object${text}` : text;
}

function slugName(namespace: string): string {
  return namespace.replace(/([a-z0-9])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2').toLowerCase();
}

/** Names of objects that are generated together; as with resources, the lowest id keeps a shared name and the others get theirs appended. */
export function objectNames(definitions: ObjectDefinition[]): Map<number, ObjectNames> {
  const result = new Map<number, ObjectNames>();
  const used = new Set(['index']);
  const sorted = [...definitions].sort((a, b) => a.id - b.id);
  const natural = sorted.map(({ name, id }) => namespaceName(name, id));
  sorted.forEach(({ id }, index) => {
    if (result.has(id)) return;
    let namespace = natural[index];
    let slug = slugName(namespace);
    while (used.has(slug) || used.has(namespace)) {
      namespace += id;
      slug += `-${id}`;
    }
    used.add(slug).add(namespace);
    result.set(id, { namespace, slug });
  });
  return result;
}
