/** Object 2, Access Control, and the rights that it grants: LwM2M 1.0.2 section 7.3 and E.3. It applies only with several servers. */
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

/** As an object instance id: the right to create instances. As an owner: only the bootstrap server. */
export const MAX_ID = 65535;
const EVERYTHING = ACCESS_READ + ACCESS_WRITE + ACCESS_EXECUTE + ACCESS_DELETE;

/** The rights on an instance; with instance MAX_ID, the right to create instances of the object. */
export interface AccessEntry {
  /** Id of the object. */
  object: number;
  /** Id of the instance; MAX_ID for the right to create instances. */
  instance: number;
  /** Short server id. The owner may change this entry, and has all rights unless the list restricts them. */
  owner: number;
  /** ACCESS_… bits by short server id; at 0 those of servers that are not in the list. */
  acl?: { [ssid: number]: number };
}

/** Serves both as the client's `access` and as one of its `objects`. */
export interface AccessControlObject extends StoredObject<Types>, Access, Later {}

// Returns the instance id of an instance's entry, or -1.
function findEntry(o: AccessControlObject, object: number, instance: number): number {
  for (let k = o.instances.length; k--; ) {
    const all = o._values[o.instances[k]];
    if (all[OBJECT_ID] === object && all[OBJECT_INSTANCE_ID] === instance) return o.instances[k];
  }
  return -1;
}

// 7.3.2.1. Instances of this object have no entries of their own: every server may read them, their owner may change them.
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
  // Ids ascend: the first gap is free.
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

/** Returns an entry for each instance of `objects`: `owner` has all rights, all other servers have `others` (ACCESS_…). */
export function entriesOf(objects: LwM2mObject[], owner: number, others: number): AccessEntry[] {
  const entries: AccessEntry[] = [];
  for (let k = 0; k < objects.length; k++)
    for (let i = 0; i < objects[k].instances.length; i++)
      entries.push({ object: objects[k].id, instance: objects[k].instances[i], owner: owner, acl: { 0: others } });
  return entries;
}

/**
 * Creates the object. No server may access an instance without an entry, so each instance of the other objects needs one: a server's
 * account (object 1) one that the server owns, any other one as `entriesOf` returns. Each object in which servers may create
 * instances needs one with MAX_ID.
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
  // With all resources, even if no entry has a list yet.
  o.table = table;
  o.rights = rights;
  o.created = created;
  o.removed = removed;
  return o;
}
