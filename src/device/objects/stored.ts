/** Objects whose values are in RAM, or come from a function when read: the simple way to create an object. */
import { FEATURE_CREATE, FEATURE_EXECUTE, FEATURE_MULTIPLE, FEATURE_WRITE, LIMIT_INSTANCES } from '../features';
import { findMeta, handlersOf } from '../lwm2m/model';
import type { Arguments, Handlers, LwM2mObject } from '../lwm2m/model';
import { CODE_BAD_REQUEST, CODE_INTERNAL_SERVER_ERROR, CODE_NOT_FOUND } from '../wire/coap';
import { META_EXECUTE, META_MANDATORY, META_MULTIPLE, META_READ, META_WRITE } from '../formats/types';
import type { Multiple, Value } from '../formats/value';
import type { Teller } from './poll';
import type { InstancesOf, ResourcesOf, Unknown, Valued, ValueOf } from './typed';

/** Returned by a generated module's `model()`: a new one for each object. */
export interface Model<T = Unknown> {
  /** Object id. */
  id: number;
  /** Version, if it is not 1.0. */
  version?: string;
  /** [resource id, META_… | TYPE_…] pairs, ids ascending. */
  table: Uint16Array;
  /** For the compiler only: types of the resources. */
  types?: T;
}

/** A resource of unknown type: see `ResourceOf`. */
export type Resource = Value | Multiple | ((given?: any) => any);

/** Resources by id. */
export interface Resources {
  [resource: number]: Resource;
}

/** Instances by id. */
export interface Instances {
  [instance: number]: Resources;
}

/** Options of a stored object. */
export interface StoredOptions<T = Unknown> {
  /**
   * Lets servers create and delete instances. A new one starts with the resources that the function returns, or with none. The object
   * then has every resource of its model that has a value, and the executable ones that are given.
   */
  create?: true | ((instance: number) => ResourcesOf<T>);
  /** Called with the new value of a Write, of the resource's type; for a multiple resource with all instances. Return a CoAP code to refuse. */
  onWrite?(instance: number, resource: number, value: Value | Multiple): number | void;
  /** Called when a server has deleted an instance. */
  onRemove?(instance: number): void;
}

export interface StoredObject<T = Unknown> extends LwM2mObject {
  _values: Instances;
  _options: StoredOptions;
  /** For the compiler only. */
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
    // Merges new instances into the old ones. Returns a new list, as notifications compare it with the old one.
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

// A Replace deletes optional values that it does not contain (LwM2M 1.0.2 5.4.3). Values behind functions stay.
export function clearStored(o: LwM2mObject, instance: number): void {
  const all = (o as StoredObject)._values[instance];
  const t = o.table;
  for (let i = 0; i < t.length; i += 2)
    if ((t[i + 1] & (META_WRITE | META_MANDATORY)) === META_WRITE && typeof all[t[i]] !== 'function') delete all[t[i]];
}

function executeStored(o: LwM2mObject, instance: number, resource: number, args: Arguments): number {
  const f = (o as StoredObject)._values[instance][resource];
  // An arrow function may return any value: only error codes count.
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
 * Creates an object from a `model()` and initial values. It has only the resources that some instance is given: an object with few
 * resources stays small.
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
  // Sort ids: Espruino keeps keys in insertion order.
  for (const k in instances) {
    o.instances.push(+k);
    for (i = o.instances.length - 1; i && o.instances[i - 1] > +k; i--) o.instances[i] = o.instances[i - 1];
    o.instances[i] = +k;
  }
  return o;
}

/** Returns the current value of a resource; undefined when absent. */
export function get<T = Unknown, R extends keyof T = keyof T>(o: LwM2mObject & { types?: T }, instance: number, resource: R & number): ValueOf<T[R]> | undefined {
  return o.instances.indexOf(instance) < 0 || !(findMeta(o.table, resource) & META_READ) ? undefined : (handlersOf(o).read(o, instance, resource) as ValueOf<T[R]>);
}

/** Stores a new value of the application, and notifies its observers. `d` is what `connect` returns. */
export function set<T, R extends Valued<T>>(d: Teller, o: StoredObject<T>, instance: number, resource: R & number, v: NoInfer<ValueOf<T[R]>>): void {
  if (!o._values[instance]) return;
  store(o as StoredObject, instance, resource, v as Value | Multiple);
  d.changed(o.id, instance, resource);
}
