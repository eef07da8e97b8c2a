/**
 * The device's table of an object: `[id0, meta0, id1, meta1, …]`, 16 bits each, in ascending order of ids, in the layout of
 * `src/device/formats/types.ts`.
 */
import {
  META_EXECUTE, META_MANDATORY, META_MULTIPLE, META_READ, META_WRITE,
  TYPE_BOOLEAN, TYPE_CORELNK, TYPE_FLOAT, TYPE_INTEGER, TYPE_NONE, TYPE_OBJLNK, TYPE_OPAQUE, TYPE_STRING, TYPE_TIME, TYPE_UNSIGNED,
} from '../../device/formats/types';
import type { ObjectDefinition, ResourceDefinition, ResourceType } from './definition';

const TYPE_CODES: Record<ResourceType, number> = {
  none: TYPE_NONE,
  string: TYPE_STRING,
  integer: TYPE_INTEGER,
  unsigned: TYPE_UNSIGNED,
  float: TYPE_FLOAT,
  boolean: TYPE_BOOLEAN,
  opaque: TYPE_OPAQUE,
  time: TYPE_TIME,
  objlnk: TYPE_OBJLNK,
  corelnk: TYPE_CORELNK,
};

/** The TYPE_… of `src/device/formats/types.ts` that selects the encoding of values. */
export function typeCode(type: ResourceType): number {
  return TYPE_CODES[type];
}

/** The 16 bits of metadata that a device has for a resource. */
export function encodeMeta(resource: ResourceDefinition): number {
  const { type, operations, multiple, mandatory } = resource;
  return typeCode(type) |
    (operations.includes('R') ? META_READ : 0) |
    (operations.includes('W') ? META_WRITE : 0) |
    (operations === 'E' ? META_EXECUTE : 0) |
    (multiple ? META_MULTIPLE : 0) |
    (mandatory ? META_MANDATORY : 0);
}

export function encodeTable(definition: ObjectDefinition): number[] {
  return definition.resources.flatMap(resource => [resource.id, encodeMeta(resource)]);
}
