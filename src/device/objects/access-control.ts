/** Object 2, Access Control, and the rights that it gives: LwM2M 1.0.2 section 7.3 and E.3. In force where there are several servers. */
import { ACCESS_CREATE, ACCESS_DELETE, ACCESS_EXECUTE, ACCESS_READ, ACCESS_WRITE } from '../lwm2m/model';
import type { Access, LwM2mObject } from '../lwm2m/model';
import { CODE_BAD_REQUEST } from '../wire/coap';
import type { Multiple, Value } from '../formats/value';
import { ACCESS_CONTROL_OWNER, ACL, ID, model, OBJECT_ID, OBJECT_INSTANCE_ID } from './generated/access-control';
import type { Types } from './generated/access-control';
import { NEVER_MS } from './poll';
import type { Later, Teller } from './poll';
import { object } from './stored';
import type { Instances, Resources, StoredObject } from './stored';

/** Object instance id that means creating instances, and owner that means nobody but the bootstrap server. */
export const MAX_ID = 65535;
const EVERYTHING = ACCESS_READ + ACCESS_WRITE + ACCESS_EXECUTE + ACCESS_DELETE;

/** Who may do what with an instance; with instance MAX_ID, who may create instances of the object. */
export interface AccessEntry {
  /** Id of the object. */
  object: number;
  /** Id of the instance; MAX_ID for the right to create instances. */
  instance: number;
  /** Short server id. The owner may change this entry, and may do everything unless the list says otherwise. */
  owner: number;
  /** ACCESS_… bits by short server id; at 0 the rights of those that are not in the list. */
  acl?: { [ssid: number]: number };
}

/** Both what the client asks (`access`) and what it shows (one of `objects`). */
export interface AccessControlObject extends StoredObject<Types>, Access, Later {}

// The entry of an instance, by its own instance id, or -1.
function findEntry(o: AccessControlObject, object: number, instance: number): number {
  for (let k = o.instances.length; k--; ) {
    const all = o._values[o.instances[k]];
    if (all[OBJECT_ID] === object && all[OBJECT_INSTANCE_ID] === instance) return o.instances[k];
  }
  return -1;
}

// 7.3.2.1. An instance of this object has no entry of its own: everybody may read it, its owner may change it.
function rights(a: Access, object: number, instance: number, ssid: number): number {
  const o = a as AccessControlObject;
  const all: Resources | undefined = o._values[object === ID ? instance : findEntry(o, object, instance)];
  const acl = all && (all[ACL] as { [ssid: number]: number } | undefined);
  const own = acl && acl[ssid];
  if (!all) return 0;
  if (object === ID) return all[ACCESS_CONTROL_OWNER] === ssid ? ACCESS_READ + ACCESS_WRITE : ACCESS_READ;
  if (instance === MAX_ID) return (own || 0) & ACCESS_CREATE;
  if (own !== undefined) return own & EVERYTHING;
  return all[ACCESS_CONTROL_OWNER] === ssid ? EVERYTHING : ((acl && acl[0]) || 0) & EVERYTHING;
}

function created(a: Access, object: number, instance: number, ssid: number): void {
  const o = a as AccessControlObject;
  const list = o.instances;
  const all: Resources = {};
  let id = 0;
  // Ids are ascending: the first that is not at its place is free.
  while (list[id] === id) id++;
  all[OBJECT_ID] = object;
  all[OBJECT_INSTANCE_ID] = instance;
  all[ACCESS_CONTROL_OWNER] = ssid;
  o._values[id] = all;
  list.splice(id, 0, id);
  o.poll = pollAccess;
}

function removed(a: Access, object: number, instance: number): void {
  const o = a as AccessControlObject;
  const id = findEntry(o, object, instance);
  if (id < 0) return;
  delete o._values[id];
  o.instances.splice(o.instances.indexOf(id), 1);
  o.poll = pollAccess;
}

function checkWrite(_instance: number, resource: number, v: Value | Multiple): number {
  if (resource === ACCESS_CONTROL_OWNER) return (v as number) > 0 && (v as number) <= MAX_ID ? 0 : CODE_BAD_REQUEST;
  for (const ssid in v as number[]) {
    const bits = (v as number[])[ssid];
    if (+ssid >= MAX_ID || !(bits >= 0 && bits <= EVERYTHING + ACCESS_CREATE)) return CODE_BAD_REQUEST;
  }
  return 0;
}

function pollAccess(o: LwM2mObject, d: Teller): number {
  (o as AccessControlObject).poll = undefined;
  d.changed(ID, -1, -1);
  return NEVER_MS;
}

/** An entry for each instance of `objects`: `owner` may do everything, all others what `others` says (ACCESS_…). */
export function entriesOf(objects: LwM2mObject[], owner: number, others: number): AccessEntry[] {
  const entries: AccessEntry[] = [];
  for (let k = 0; k < objects.length; k++)
    for (let i = 0; i < objects[k].instances.length; i++)
      entries.push({ object: objects[k].id, instance: objects[k].instances[i], owner: owner, acl: { 0: others } });
  return entries;
}

/**
 * Makes the object. What has no entry is closed to every server, so each instance of the other objects needs one: the account
 * of a server (object 1) one that it owns itself, any other as `entriesOf` makes them; and each object of which servers may
 * create instances one with MAX_ID.
 */
export function accessControl(entries: AccessEntry[]): AccessControlObject {
  const m = model();
  const table = m.table;
  const instances: Instances = {};
  for (let k = 0; k < entries.length; k++) {
    const all: Resources = {};
    all[OBJECT_ID] = entries[k].object;
    all[OBJECT_INSTANCE_ID] = entries[k].instance;
    all[ACCESS_CONTROL_OWNER] = entries[k].owner;
    if (entries[k].acl) all[ACL] = entries[k].acl!;
    instances[k] = all;
  }
  const o = object(m, instances, { onWrite: checkWrite }) as unknown as AccessControlObject;
  // All of it, also when no entry has a list yet.
  o.table = table;
  o.rights = rights;
  o.created = created;
  o.removed = removed;
  return o;
}
