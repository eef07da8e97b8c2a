/** Object 1, LwM2M Server: how servers see their accounts (LwM2M 1.0.2 E.2). */
import { CODE_BAD_REQUEST } from '../wire/coap';
import { META_EXECUTE, META_MANDATORY, META_READ, META_WRITE, TYPE_BOOLEAN, TYPE_INTEGER, TYPE_STRING } from '../formats/types';
import type { Multiple, Value } from '../formats/value';
import { CHANGED_BINDING, CHANGED_LIFETIME, CHANGED_NOTHING, SERVER_BINDING, SERVER_DISABLE, SERVER_LIFETIME } from './model';
import type { Client, Handlers, LwM2mObject, Server } from './model';
import { leave } from './registration/register';

interface ServerObject extends LwM2mObject {
  _c: Client;
}

const RW_INTEGER = META_READ | META_WRITE | TYPE_INTEGER;

function serverOf(o: LwM2mObject, instance: number): Server {
  const list = (o as ServerObject)._c._servers;
  let i = list.length - 1;
  while (i && list[i]._instance !== instance) i--;
  return list[i];
}

function readServer(o: LwM2mObject, instance: number, resource: number): Value {
  return serverOf(o, instance)._values[resource];
}

function writeServer(o: LwM2mObject, instance: number, resource: number, v: Value | Multiple): number {
  const s = serverOf(o, instance);
  if (!isPossible(resource, v)) return CODE_BAD_REQUEST;
  // An Update carries only values that differ from those that the server knows (5.3.2). With two bindings a second change restores the first.
  if (resource === SERVER_LIFETIME) s._changed = v === s._told ? s._changed & ~CHANGED_LIFETIME : s._changed | CHANGED_LIFETIME;
  if (resource === SERVER_BINDING && v !== s._values[resource]) s._changed ^= CHANGED_BINDING;
  s._values[resource] = v as number;
  return 0;
}

/**
 * Whether `v` is valid for this resource of object 1. Bindings are those of UDP: queue mode needs nothing of a client that always listens
 * (LwM2M 1.0.2 8.3). Half of the shortest lifetime is ACK_TIMEOUT, which leaves time for an answer; Espruino prints at most 11 digits.
 */
export function isPossible(resource: number, v: unknown): boolean {
  return resource === SERVER_BINDING ? v === 'U' || v === 'UQ' : (v as number) >= (resource === SERVER_LIFETIME ? 4 : 0) && (v as number) <= 4294967295;
}

// 4 Disable, 8 Registration Update Trigger: poll performs both, after the answer has been sent.
function executeServer(o: LwM2mObject, instance: number, resource: number): void {
  const c = (o as ServerObject)._c;
  const s = serverOf(o, instance);
  if (resource > 4) s._changed |= CHANGED_NOTHING;
  else leave(s, c._now + (s._values[SERVER_DISABLE] as number) * 1000);
}

const SERVER: Handlers = { read: readServer, write: writeServer, execute: executeServer };

function serverHandlers(): Handlers {
  return SERVER;
}

/** Returns object 1 of client `c`, whose servers must exist. */
export function createServerObject(c: Client): LwM2mObject {
  const o: ServerObject = {
    _c: c,
    id: 1,
    table: new Uint16Array([
      0, META_READ | META_MANDATORY | TYPE_INTEGER,
      1, RW_INTEGER | META_MANDATORY,
      2, RW_INTEGER,
      3, RW_INTEGER,
      4, META_EXECUTE,
      5, RW_INTEGER,
      6, META_READ | META_WRITE | META_MANDATORY | TYPE_BOOLEAN,
      7, META_READ | META_WRITE | META_MANDATORY | TYPE_STRING,
      8, META_EXECUTE | META_MANDATORY,
    ]),
    instances: [],
    handlers: serverHandlers,
  };
  for (let i = 0; i < c._servers.length; i++) o.instances.push(c._servers[i]._instance);
  return o;
}
