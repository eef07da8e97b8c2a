/** Object 1, LwM2M Server: the accounts as their servers see them (LwM2M 1.0.2 E.2). */
import { CODE_BAD_REQUEST } from '../wire/coap';
import { META_EXECUTE, META_MANDATORY, META_READ, META_WRITE, TYPE_BOOLEAN, TYPE_INTEGER, TYPE_STRING } from '../wire/types';
import type { Multiple, Value } from '../wire/value';
import { CHANGED_BINDING, CHANGED_LIFETIME, SERVER_BINDING, SERVER_DISABLE, SERVER_LIFETIME } from './model';
import type { Client, Handlers, LwM2mObject, Server } from './model';
import { leave, soon } from './register';

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
  // The bindings of LwM2M 1.0.2 5.3.1.1; periods from 0 on, a lifetime from 1 on.
  if (resource === SERVER_BINDING ? ' U UQ S SQ US UQS '.indexOf(' ' + v + ' ') < 0 : !((v as number) >= (resource === SERVER_LIFETIME ? 1 : 0))) return CODE_BAD_REQUEST;
  s._values[resource] = v as number;
  s._changed |= resource === SERVER_LIFETIME ? CHANGED_LIFETIME : resource === SERVER_BINDING ? CHANGED_BINDING : 0;
  return 0;
}

// 4 Disable, 8 Registration Update Trigger: both happen in poll, after the answer has gone.
function executeServer(o: LwM2mObject, instance: number, resource: number): void {
  const c = (o as ServerObject)._c;
  const s = serverOf(o, instance);
  if (resource > 4) soon(c, s);
  else leave(c, s, c._now + (s._values[SERVER_DISABLE] as number) * 1000);
}

const SERVER: Handlers = { read: readServer, write: writeServer, execute: executeServer };

function serverHandlers(): Handlers {
  return SERVER;
}

/** Object 1 of client `c`, which has its servers already. */
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
