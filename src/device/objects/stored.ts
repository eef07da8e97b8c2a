/** Objects whose values lie in RAM, or are asked for when somebody reads them: the plain way to make an object. */
import { FEATURE_CREATE, FEATURE_EXECUTE, FEATURE_MULTIPLE, FEATURE_WRITE, LIMIT_INSTANCES } from '../features';
import { findMeta, handlersOf } from '../lwm2m/model';
import type { Arguments, Handlers, LwM2mObject } from '../lwm2m/model';
import { CODE_BAD_REQUEST, CODE_INTERNAL_SERVER_ERROR, CODE_NOT_FOUND } from '../wire/coap';
import { META_EXECUTE, META_MANDATORY, META_MULTIPLE, META_READ, META_WRITE } from '../formats/types';
import type { Multiple, Value } from '../formats/value';
import type { Teller } from './poll';
import type { InstancesOf, ResourcesOf, Unknown, Valued, ValueOf } from './typed';

/** What a generated module's `model()` gives: a new one for each object that is made. */
export interface Model<T = Unknown> {
  /** Object id. */
  id: number;
  /** Version, where it is not 1.0. */
  version?: string;
  /** [resource id, META_… | TYPE_…] pairs, ids ascending. */
  table: Uint16Array;
  /** For the compiler alone: what is known of the resources. */
  types?: T;
}

/** What stands under a resource of which nothing is known: see `ResourceOf`. */
export type Resource = Value | Multiple | ((given?: any) => any);

/** By resource id. */
export interface Resources {
  [resource: number]: Resource;
}

/** By instance id. */
export interface Instances {
  [instance: number]: Resources;
}

/** What servers may do with a stored object beyond reading and writing it. */
export interface StoredOptions<T = Unknown> {
  /**
   * Servers may create and delete instances. A new one starts with the resources that the function gives, or with none; the
   * object then has every resource of its model that holds a value, and of the executable ones those that are given.
   */
  create?: true | ((instance: number) => ResourcesOf<T>);
  /** A server writes a value, right for the type and, of several, all that there will be. A CoAP code refuses it. */
  onWrite?(instance: number, resource: number, value: Value | Multiple): number | void;
  /** A server has deleted an instance. */
  onRemove?(instance: number): void;
}

export interface StoredObject<T = Unknown> extends LwM2mObject {
  _values: Instances;
  _options: StoredOptions;
  /** For the compiler alone. */
  types?: T;
}

export function readStored(o: LwM2mObject, instance: number, resource: number): Value | Multiple | undefined {
  const v = (o as StoredObject)._values[instance][resource];
  return typeof v === 'function' ? v() : v;
}

function store(o: StoredObject, instance: number, resource: number, v: Value | Multiple): void {
  const all = o._values[instance];
  const f = all[resource];
  if (typeof f === 'function') f(v);
  else all[resource] = v;
}

export function writeStored(o: LwM2mObject, instance: number, resource: number, v: Value | Multiple, replace: boolean): number {
  const s = o as StoredObject;
  const options = s._options;
  let code: number | void = 0;
  if (FEATURE_MULTIPLE && findMeta(s.table, resource) & META_MULTIPLE) {
    // What comes, over what there is. It is a new list: whoever notifies compares with the old one.
    const all = v as { [instance: string]: Value };
    const old = replace ? {} : (readStored(s, instance, resource) as { [instance: string]: Value });
    let n = 0;
    let k;
    for (k in old) if (all[k] === undefined) all[k] = old[k];
    for (k in all) if (++n > LIMIT_INSTANCES) return CODE_INTERNAL_SERVER_ERROR;
  }
  if (options.onWrite) code = options.onWrite(instance, resource, v);
  if (!code) store(s, instance, resource, v);
  return code || 0;
}

// What a Replace does not give again is gone, if it may be (LwM2M 1.0.2 5.4.3). What a function answers for is not ours to forget.
export function clearStored(o: LwM2mObject, instance: number): void {
  const all = (o as StoredObject)._values[instance];
  const t = o.table;
  for (let i = 0; i < t.length; i += 2)
    if ((t[i + 1] & (META_WRITE | META_MANDATORY)) === META_WRITE && typeof all[t[i]] !== 'function') delete all[t[i]];
}

function executeStored(o: LwM2mObject, instance: number, resource: number, args: Arguments): number {
  const f = (o as StoredObject)._values[instance][resource];
  // An arrow function may return what it happened to compute: only an error is one.
  const code = typeof f === 'function' ? f(args) : CODE_NOT_FOUND;
  return (code as number) >= CODE_BAD_REQUEST ? (code as number) : 0;
}

function createStored(o: LwM2mObject, instance: number): void {
  const make = (o as StoredObject)._options.create;
  (o as StoredObject)._values[instance] = typeof make === 'function' ? (make(instance) as Resources) : {};
}

function removeStored(o: LwM2mObject, instance: number): void {
  const options = (o as StoredObject)._options;
  delete (o as StoredObject)._values[instance];
  if (options.onRemove) options.onRemove(instance);
}

const STORED: Handlers = {
  read: readStored,
  write: FEATURE_WRITE ? writeStored : undefined,
  clear: FEATURE_WRITE ? clearStored : undefined,
  execute: FEATURE_EXECUTE ? executeStored : undefined,
};
const CREATABLE: Handlers = {
  read: readStored,
  write: FEATURE_WRITE ? writeStored : undefined,
  clear: FEATURE_WRITE ? clearStored : undefined,
  execute: FEATURE_EXECUTE ? executeStored : undefined,
  create: createStored,
  remove: removeStored,
};

function storedHandlers(o: LwM2mObject): Handlers {
  return FEATURE_CREATE && (o as StoredObject)._options.create ? CREATABLE : STORED;
}

/**
 * Makes an object of what `model()` gives and the values at the start. It has those resources that some instance is given, and no
 * others: an object with little carries little.
 *
 * @example
 * ```ts
 * const dimmer = object(Dimmer.model(), { 0: { [Dimmer.LEVEL]: 50 } }, { onWrite: (_instance, _resource, value) => ((value as number) > 100 ? CODE_BAD_REQUEST : 0) });
 * ```
 */
export function object<T = Unknown>(model: Model<T>, instances: NoInfer<InstancesOf<T>>, options?: NoInfer<StoredOptions<T>>): StoredObject<T> {
  const o = model as unknown as StoredObject<T>;
  const t = model.table;
  const kept: number[] = [];
  let i;
  o._values = instances as Instances;
  o._options = (options || {}) as StoredOptions;
  o.instances = [];
  o.handlers = storedHandlers;
  for (i = 0; i < t.length; i += 2) {
    let given = !!o._options.create && !(t[i + 1] & META_EXECUTE);
    for (const k in instances) if (o._values[k][t[i]] !== undefined) given = true;
    if (given) {
      kept.push(t[i]);
      kept.push(t[i + 1]);
    }
  }
  o.table = new Uint16Array(kept);
  // Ids ascending: Espruino keeps keys in the order in which they came.
  for (const k in instances) {
    o.instances.push(+k);
    for (i = o.instances.length - 1; i && o.instances[i - 1] > +k; i--) o.instances[i] = o.instances[i - 1];
    o.instances[i] = +k;
  }
  return o;
}

/** The value of a resource now; undefined when there is none. */
export function get<T = Unknown, R extends keyof T = keyof T>(o: LwM2mObject & { types?: T }, instance: number, resource: R & number): ValueOf<T[R]> | undefined {
  return o.instances.indexOf(instance) < 0 || !(findMeta(o.table, resource) & META_READ) ? undefined : (handlersOf(o).read(o, instance, resource) as ValueOf<T[R]>);
}

/** The application has a new value: keeps it, and tells those who observe it. `d` is what `connect` returns. */
export function set<T, R extends Valued<T>>(d: Teller, o: StoredObject<T>, instance: number, resource: R & number, v: NoInfer<ValueOf<T[R]>>): void {
  if (!o._values[instance]) return;
  store(o as StoredObject, instance, resource, v as Value | Multiple);
  d.changed(o.id, instance, resource);
}
