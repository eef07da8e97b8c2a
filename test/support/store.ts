/** Objects for tests: values in a map, every call written down. They know nothing of what their resources mean. */
import type { Arguments, LwM2mObject, Multiple, Value } from '../../src/device/index';

/** Numbers as an object's table has them (LwM2M 1.0.2 appendix C), spelled here once more so that a test notices when they move. */
export const TYPES: Record<string, number> = { none: 0, string: 1, integer: 2, unsigned: 3, float: 4, boolean: 5, opaque: 6, time: 7, objlnk: 8, corelnk: 9 };
export const READ = 0x10;
export const WRITE = 0x20;
export const EXECUTE = 0x40;
export const MULTIPLE = 0x80;

/** `R integer`, `RW float*` (the star: several instances), `E`. */
export type Resources = Record<number, string>;

export function metaOf(text: string): number {
  const found = /^([RWE]+)(?: (\w+)(\*)?)?$/.exec(text);
  if (!found || TYPES[found[2] ?? 'none'] === undefined) throw new Error(`no resource is described by "${text}"`);
  const [, operations, type = 'none', star] = found;
  return [...operations!].reduce((sum, letter) => sum | { R: READ, W: WRITE, E: EXECUTE }[letter]!, TYPES[type]! | (star ? MULTIPLE : 0));
}

export function tableOf(resources: Resources): Uint16Array {
  const ids = Object.keys(resources).map(Number).sort((a, b) => a - b);
  return new Uint16Array(ids.flatMap((id) => [id, metaOf(resources[id]!)]));
}

export type Values = Record<number, Value | Multiple>;

/** Something that a handler was called for. */
export type Call =
  | { name: 'write'; instance: number; resource: number; value: Value | Multiple; replace: boolean }
  | { name: 'chunk'; instance: number; resource: number; data: string; offset: number; more: boolean }
  | { name: 'execute'; instance: number; resource: number; args: Arguments }
  | { name: 'create' | 'remove' | 'clear'; instance: number };

export interface Store extends LwM2mObject {
  values: Record<number, Values>;
  calls: Call[];
  /** What a handler shall answer to the next calls; 0 for success. */
  refuse: number;
}

export interface StoreOptions {
  version?: string;
  /** Create and Delete are possible. */
  creatable?: boolean;
  /** Opaque values arrive in pieces. */
  chunked?: boolean;
}

const isBytes = (v: Value | Multiple): v is Uint8Array => typeof v === 'object' && 'subarray' in v;

/** An object with these resources and instances. */
export function createStore(id: number, resources: Resources, instances: Record<number, Values>, options: StoreOptions = {}): Store {
  const table = tableOf(resources);
  const many = (resource: number): boolean => (resources[resource] ?? '').endsWith('*');
  const store: Store = {
    id,
    ...(options.version && { version: options.version }),
    table,
    instances: Object.keys(instances).map(Number).sort((a, b) => a - b),
    values: instances,
    calls: [],
    refuse: 0,
    read: (_o, instance, resource) => store.values[instance]?.[resource],
    write(_o, instance, resource, value, replace) {
      store.calls.push({ name: 'write', instance, resource, value, replace });
      if (store.refuse) return store.refuse;
      const all = (store.values[instance] ??= {});
      const old = all[resource];
      all[resource] = many(resource) && !replace && old !== undefined && !isBytes(old) ? { ...(old as object), ...(value as object) } : value;
      return 0;
    },
    execute(_o, instance, resource, args) {
      store.calls.push({ name: 'execute', instance, resource, args });
      return store.refuse;
    },
    clear(_o, instance) {
      store.calls.push({ name: 'clear', instance });
      for (const [resource, text] of Object.entries(resources)) if (/W/.test(text.split(' ')[0]!)) delete store.values[instance]?.[Number(resource)];
    },
  };
  if (options.creatable) {
    store.create = (_o, instance) => {
      store.calls.push({ name: 'create', instance });
      if (!store.refuse) store.values[instance] = {};
      return store.refuse;
    };
    store.remove = (_o, instance) => {
      store.calls.push({ name: 'remove', instance });
      if (!store.refuse) delete store.values[instance];
      return store.refuse;
    };
  }
  if (options.chunked)
    store.chunk = (_o, instance, resource, data, offset, more) => {
      store.calls.push({ name: 'chunk', instance, resource, data: Buffer.from(data).toString('hex'), offset, more });
      if (store.refuse) return store.refuse;
      const before = offset ? (store.values[instance]?.[resource] as Uint8Array) : new Uint8Array(0);
      const whole = new Uint8Array(offset + data.length);
      whole.set(before.subarray(0, offset));
      whole.set(data, offset);
      (store.values[instance] ??= {})[resource] = whole;
      return 0;
    };
  return store;
}
