/** Create and Delete: LwM2M 1.0.2 sections 5.4.6 and 5.4.7. */
import { FEATURE_ATTRIBUTES, LIMIT_INSTANCES } from '../../features';
import { addString } from '../../coap/endpoint';
import {
  CODE_BAD_REQUEST,
  CODE_CREATED,
  CODE_DELETED,
  CODE_INTERNAL_SERVER_ERROR,
  CODE_METHOD_NOT_ALLOWED,
  CODE_UNSUPPORTED_CONTENT_FORMAT,
  FORMAT_TLV,
  OPTION_LOCATION_PATH,
} from '../../wire/coap';
import { takeTlv, TLV_OBJECT_INSTANCE } from '../../formats/tlv';
import { META_MANDATORY, META_WRITE } from '../../formats/types';
import { CHANGED_OBJECTS, handlersOf, SERVER_SSID } from '../model';
import type { Client, LwM2mObject } from '../model';
import { changed } from '../reporting/notify';
import { applyTlv, MODE_CHECK, MODE_REPLACE } from './write';

// Announces new and deleted instances: to all servers by an Update, to observers by a notification.
function announce(c: Client, o: LwM2mObject, id: number): void {
  for (let i = c._servers.length; i--; ) c._servers[i]._changed |= CHANGED_OBJECTS;
  changed(c, o.id, id, -1);
}

/** Adds instance `id` to the object's ascending list, unless it exists. The application calls it for instances that it creates. */
export function addInstance(c: Client, o: LwM2mObject, id: number): void {
  const list = o.instances;
  let i = 0;
  while (list[i] < id) i++;
  if (list[i] === id) return;
  list.splice(i, 0, id);
  announce(c, o, id);
}

/** Removes instance `id` from the object's list, and ends its observations. */
export function removeInstance(c: Client, o: LwM2mObject, id: number): void {
  const i = o.instances.indexOf(id);
  if (i < 0) return;
  o.instances.splice(i, 1);
  // Its observers get a last notification, 4.04, from poll; its attributes are deleted.
  if (FEATURE_ATTRIBUTES) for (let k = c._attributes.length; k--; ) if (c._attributes[k]._n > 1 && c._attributes[k]._o === o.id && c._attributes[k]._i === id) c._attributes.splice(k, 1);
  announce(c, o, id);
}

/** Answers a Create. Returns the code. */
export function create(c: Client): number {
  const s = c._peer;
  const o = c._object;
  const handlers = handlersOf(o);
  const list = o.instances;
  let at = c._at;
  let id = 0;
  let code;
  if (!handlers.create) return CODE_METHOD_NOT_ALLOWED;
  if (list.length >= LIMIT_INSTANCES) return CODE_INTERNAL_SERVER_ERROR;
  if (c._format >= 0 && c._format !== FORMAT_TLV && at < c._to) return CODE_UNSUPPORTED_CONTENT_FORMAT;
  while (list.indexOf(id) >= 0) id++;
  if (at < c._to) {
    code = takeTlv(c, c._payload, at, c._to);
    if (code > 0 && c._kind === TLV_OBJECT_INSTANCE) {
      id = c._id;
      at = c._value;
      // Exactly one instance, which must not exist.
      if (code !== c._to || id > 65534 || list.indexOf(id) >= 0) return CODE_BAD_REQUEST;
    }
  }
  code = applyTlv(c, id, at, MODE_CHECK);
  if (code) return code;
  // Every mandatory writable resource must be present (LwM2M 1.0.2 8.2.4).
  for (let k = 0; k < o.table.length; k += 2) {
    let next = at;
    let found = (o.table[k + 1] & (META_MANDATORY | META_WRITE)) !== (META_MANDATORY | META_WRITE);
    while (!found && next < c._to) {
      next = takeTlv(c, c._payload, next, c._to);
      found = c._id === o.table[k];
    }
    if (!found) return CODE_BAD_REQUEST;
  }
  code = handlers.create(o, id);
  if (code) return code;
  addInstance(c, o, id);
  code = applyTlv(c, id, at, MODE_REPLACE);
  if (code) {
    if (handlers.remove) handlers.remove(o, id);
    removeInstance(c, o, id);
    return code;
  }
  if (c._access) c._access.created(c._access, o.id, id, s._values[SERVER_SSID] as number);
  addString(c, OPTION_LOCATION_PATH, '' + o.id);
  addString(c, OPTION_LOCATION_PATH, '' + id);
  return CODE_CREATED;
}

/** Answers a Delete. Returns the code. */
export function remove(c: Client): number {
  const o = c._object;
  const handlers = handlersOf(o);
  let code;
  if (c._n !== 2 || !handlers.remove) return CODE_METHOD_NOT_ALLOWED;
  code = handlers.remove(o, c._i);
  if (code) return code;
  removeInstance(c, o, c._i);
  if (c._access) c._access.removed(c._access, o.id, c._i);
  return CODE_DELETED;
}
