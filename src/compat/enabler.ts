/** Enablers: what the application's side of an object does; and the object that the engine sees of one. */
import { findMeta } from '../device/lwm2m/model';
import type { Arguments, LwM2mObject } from '../device/lwm2m/model';
import { CODE_BAD_REQUEST, CODE_CONTENT } from '../device/wire/coap';
import { META_MULTIPLE } from '../device/formats/types';
import type { Multiple, Value as CoreValue } from '../device/formats/value';
import type { ObjectDefinition } from './registry';
import { MethodNotAllowed } from './responses';
import type { Lwm2mResponse } from './responses';

/** What came with a request. */
export interface Payload {
  /** As text: a number in digits, arguments of an Execute as they stand in its payload. */
  string(): string;
  /** The value itself, right for the resource's type: several as an object by instance id; undefined for none. */
  value: CoreValue | Multiple | undefined;
}

/** A request as an enabler sees it. */
export interface Lwm2mRequest {
  /** "/3/0/14". */
  getPath(): string;
  /** The message, of which there is the payload alone. */
  getMessage(): {
    /** What came with the request. */
    payload: Payload;
  };
}

/** The functions that the engine calls. A resource of -1 is the instance as a whole. */
export interface ObjectEnabler {
  /** Read: answer `Content(value)`, or an error. */
  onRead(instanceId: number, resourceId: number, request: Lwm2mRequest): Lwm2mResponse;
  /** Write: the payload has the new value. */
  onWrite(instanceId: number, resourceId: number, request: Lwm2mRequest): Lwm2mResponse;
  /** Execute: the payload has the arguments. */
  onExecute(instanceId: number, resourceId: number, request: Lwm2mRequest): Lwm2mResponse;
  /** Create: called before the values are written. */
  onCreate(instanceId: number, resourceId: number, request: Lwm2mRequest): Lwm2mResponse;
  /** Delete. */
  onDelete(instanceId: number, request: Lwm2mRequest): Lwm2mResponse;
}

interface EnabledObject extends LwM2mObject {
  _enabler: ObjectEnabler;
}

/** What an object does that nobody has given an enabler. */
export function newNullEnabler(): ObjectEnabler {
  return { onRead: MethodNotAllowed, onWrite: MethodNotAllowed, onExecute: MethodNotAllowed, onCreate: MethodNotAllowed, onDelete: MethodNotAllowed };
}

function textOf(this: Payload): string {
  return this.value === undefined ? '' : '' + this.value;
}

/** The arguments of an Execute as they came: 0='a',1. */
function writeArguments(args: Arguments): string {
  let s = '';
  for (const digit in args) s += (s ? ',' : '') + digit + (args[digit] === null ? '' : "='" + args[digit] + "'");
  return s;
}

function requestOf(o: LwM2mObject, instance: number, resource: number, value?: CoreValue | Multiple): Lwm2mRequest {
  return {
    getPath: () => '/' + o.id + '/' + instance + (resource < 0 ? '' : '/' + resource),
    getMessage: () => ({ payload: { string: textOf, value: value } }),
  };
}

// 0 for success, as the engine wants it.
function codeOf(r: Lwm2mResponse): number {
  return r.code < CODE_BAD_REQUEST ? 0 : r.code;
}

function readEnabled(o: LwM2mObject, instance: number, resource: number): CoreValue | Multiple | undefined {
  const r = (o as EnabledObject)._enabler.onRead(instance, resource, requestOf(o, instance, resource));
  const several = findMeta(o.table, resource) & META_MULTIPLE;
  const v = r.code === CODE_CONTENT && r.value ? r.value.value : undefined;
  const list = typeof v === 'object' && !(v instanceof Uint8Array);
  o.refused = codeOf(r);
  if (v === undefined) return v;
  // Integer(5) stands for a list of one, and of a list where there is room for one the first counts.
  return several ? (list ? v : [v as CoreValue]) : list ? (v as CoreValue[])[0] : v;
}

function writeEnabled(o: LwM2mObject, instance: number, resource: number, v: CoreValue | Multiple): number {
  return codeOf((o as EnabledObject)._enabler.onWrite(instance, resource, requestOf(o, instance, resource, v)));
}

function executeEnabled(o: LwM2mObject, instance: number, resource: number, args: Arguments): number {
  return codeOf((o as EnabledObject)._enabler.onExecute(instance, resource, requestOf(o, instance, resource, writeArguments(args))));
}

function createEnabled(o: LwM2mObject, instance: number): number {
  return codeOf((o as EnabledObject)._enabler.onCreate(instance, -1, requestOf(o, instance, -1)));
}

function removeEnabled(o: LwM2mObject, instance: number): number {
  return codeOf((o as EnabledObject)._enabler.onDelete(instance, requestOf(o, instance, -1)));
}

/** The object of an enabler. Those of LwM2M that have just one instance (3 to 7) cannot be created or deleted by servers. */
export function makeObject(definition: ObjectDefinition, enabler: ObjectEnabler, instances: number[]): LwM2mObject {
  const o = definition as EnabledObject;
  o._enabler = enabler;
  o.instances = instances;
  o.read = readEnabled;
  o.write = writeEnabled;
  o.execute = executeEnabled;
  if (o.id < 3 || o.id > 7) {
    o.create = createEnabled;
    o.remove = removeEnabled;
  }
  return o;
}
