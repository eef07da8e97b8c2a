/**
 * Definition of an LwM2M object on the host: names, types, units, ranges, operations (LwM2M TS 1.0.2, appendix D and the OMA XML schema).
 * The device carries only the table that `table.ts` makes of it.
 */
import { Problem } from '../problem';

/** The data types of LwM2M TS 1.1 appendix C, in the order of the device tables' codes; `none` is that of an executable resource. */
export const RESOURCE_TYPES = [
  'none', 'string', 'integer', 'unsigned', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'corelnk',
] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** `''`: only a bootstrap server reaches the resource. */
export const OPERATIONS = ['R', 'W', 'RW', 'E', ''] as const;
export type Operations = (typeof OPERATIONS)[number];

/** 65535 is reserved: it means "no object" and "no instance" in object links. */
export const MAX_ID = 65534;

export interface ResourceDefinition {
  /** 0 to {@link MAX_ID}. */
  id: number;
  name: string;
  type: ResourceType;
  operations: Operations;
  multiple: boolean;
  mandatory: boolean;
  /** As the registry spells it (SenML units, RFC 8428 §12.1, mostly): `Cel`, `%`, `s`. */
  units?: string;
  /** As the registry spells it: `0..100`, `0-7`, `16,32,48`, `0..255 bytes`. */
  range?: string;
  /** The registry's own words, line by line. */
  description?: string;
}

export interface ObjectDefinition {
  id: number;
  name: string;
  /** The object's version; `1.0` if the registry does not state it. */
  version: string;
  /** The lowest LwM2M version that the object needs. */
  lwm2m: string;
  urn: string;
  multiple: boolean;
  mandatory: boolean;
  /** Year and holder, if the definition is under the OMA registry's BSD-3-Clause licence (see NOTICE). */
  copyright?: string;
  /** The registry's own words, line by line. */
  description?: string;
  /** A second description, which the schema provides for remarks. */
  description2?: string;
  /** In ascending order of their ids. */
  resources: ResourceDefinition[];
}

/** Compares `major.minor` numerically: 1.10 comes after 1.9. */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

export function isVersion(text: string): boolean {
  return /^\d{1,5}\.\d{1,5}$/.test(text);
}

/** Orders by id, then by version. */
export function compareDefinitions(a: ObjectDefinition, b: ObjectDefinition): number {
  return a.id - b.id || compareVersions(a.version, b.version);
}

/** A definition and the file that it was read from, for messages. */
export interface SourcedDefinition {
  definition: ObjectDefinition;
  file: string;
}

/** The machine-readable part of a definition: without prose, which varies between copies of the registry. */
function withoutProse(definition: ObjectDefinition): string {
  return JSON.stringify(definition, (key, value) => /^(description2?|copyright)$/.test(key) ? undefined : value);
}

/**
 * Sorts and merges definitions from several files. The same object and version may occur twice if both say the same (the registry keeps its newest
 * version in two places).
 * @throws Problem if two files define one version of an object differently
 */
export function mergeDefinitions(sources: SourcedDefinition[]): ObjectDefinition[] {
  const found = new Map<string, SourcedDefinition>();
  const problems: string[] = [];
  for (const source of sources) {
    const { definition, file } = source;
    const key = `${definition.id} ${definition.version}`;
    const earlier = found.get(key);
    if (earlier === undefined) found.set(key, source);
    else if (withoutProse(earlier.definition) !== withoutProse(definition)) {
      problems.push(`${file}: object ${definition.id} version ${definition.version} is already defined, differently, by ${earlier.file}; ` +
        'leave one of the two out, or raise its ObjectVersion');
    }
  }
  if (problems.length > 0) throw new Problem(problems);
  return [...found.values()].map(source => source.definition).sort(compareDefinitions);
}
