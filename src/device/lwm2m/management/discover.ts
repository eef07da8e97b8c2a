/** Discover: LwM2M 1.0.2 section 5.4.2, in CoRE link format (RFC 6690). Links are built as strings: short, and freed soon. */
import { FEATURE_ATTRIBUTES, FEATURE_MULTIPLE } from '../../features';
import { putString } from '../../wire/string';
import { META_MULTIPLE, META_READ } from '../../formats/types';
import type { Multiple } from '../../formats/value';
import { putAttributes } from './attributes';
import { readRight } from './given';
import type { Client, LwM2mObject } from '../model';

function versionOf(o: LwM2mObject): string {
  return o.version ? '>;ver=' + o.version : '>';
}

function putResourceLink(c: Client, at: number, meta: number, first: boolean): number {
  let link = ',</' + c._o + '/' + c._i + '/' + c._r + '>';
  let v;
  let n = 0;
  // A resource that cannot be read exists if it is in the table; a readable one, if it has a value.
  if (meta & META_READ) {
    v = readRight(c, c._i, c._r, meta);
    if (v === undefined) return at;
    if (FEATURE_MULTIPLE && meta & META_MULTIPLE) {
      for (const k in v as Multiple) n += +k >= 0 ? 1 : 0;
      link += ';dim=' + n;
    }
  }
  at = putString(c, at, link);
  return FEATURE_ATTRIBUTES ? putAttributes(c, at, first ? c._n : 3, first) : at;
}

function putInstanceLinks(c: Client, at: number): number {
  const table = c._object.table;
  at = putString(c, at, ',</' + c._o + '/' + c._i + '>');
  if (FEATURE_ATTRIBUTES) at = putAttributes(c, at, 2, false);
  for (let k = 0; k < table.length; k += 2) {
    c._r = table[k];
    at = putResourceLink(c, at, table[k + 1], false);
  }
  return at;
}

/** Writes the links at and below the path of the request, with the current server's attributes. Returns the offset behind. */
export function putDiscovery(c: Client, at: number): number {
  const o = c._object;
  // The comma of the first link falls before the window.
  at--;
  if (c._n > 2) return putResourceLink(c, at, c._meta, true);
  if (c._n > 1) return putInstanceLinks(c, at);
  at = putString(c, at, ',</' + o.id + versionOf(o));
  if (FEATURE_ATTRIBUTES) at = putAttributes(c, at, 1, false);
  for (let k = 0; k < o.instances.length; k++) {
    c._i = o.instances[k];
    at = putInstanceLinks(c, at);
  }
  return at;
}

/** Writes the object list of Register: `</1/0>,</3/0>,…` without object 0; an object without instances as such. Returns the offset behind. */
export function putObjects(c: Client, at: number): number {
  // As above.
  at--;
  for (let k = 0; k < c._objects.length; k++) {
    const o = c._objects[k];
    const n = o.instances.length;
    if (!o.id) continue;
    if (!n || o.version) at = putString(c, at, ',</' + o.id + versionOf(o));
    for (let i = 0; i < n; i++) at = putString(c, at, ',</' + o.id + '/' + o.instances[i] + '>');
  }
  return at;
}
