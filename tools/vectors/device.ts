/** The device that steps of vectors talk to: the world of objects, what a vector needs beside it, and the server's side. */
import type { ClientOptions, Multiple, Value } from '../../src/device/index';
import { createBench, type Bench, type Sent } from '../../test/support/bench';
import { Dialogue } from '../../test/support/dialogue';
import { createStore, metaOf, tableOf, type Store } from '../../test/support/store';
import { createWorld, pattern, type World } from '../../test/support/world';
import { slotsOf, type Slots } from '../../test/support/slots';
import type { Context } from './types';
import { idsOf, toApi } from './values';

/** A resource that a vector wants. */
export interface Wish {
  path: string;
  /** As in the vectors; float when nothing is said. */
  type?: string;
  value?: Value | Multiple;
  /** "R", "W", "RW", "E"; what the table says when absent. */
  operations?: string;
}

const NAMES = ['none', 'string', 'integer', 'unsigned', 'float', 'boolean', 'opaque', 'time', 'objlnk', 'corelnk'];

function resourceText(store: Store, id: number): string | undefined {
  for (let i = 0; i < store.table.length; i += 2)
    if (store.table[i] === id) {
      const meta = store.table[i + 1]!;
      return `${meta & 16 ? 'R' : ''}${meta & 32 ? 'W' : ''}${meta & 64 ? 'E' : ''} ${NAMES[meta & 15]}${meta & 128 ? '*' : ''}`;
    }
  return undefined;
}

function setResource(store: Store, id: number, description: string): void {
  const resources: Record<number, string> = {};
  for (let i = 0; i < store.table.length; i += 2) resources[store.table[i]!] = resourceText(store, store.table[i]!)!.replace('E none', 'E');
  metaOf(description);
  store.table = tableOf({ ...resources, [id]: description });
}

const DEFAULTS: Record<string, Value> = {
  string: '', integer: 0, unsigned: 0, float: 0, boolean: false, opaque: new Uint8Array(0), time: 0, objlnk: '0:0', corelnk: '',
};

/** Makes `path` exist in the world with the type and value that are wished. */
export function ensure(world: World, { path, type, value, operations }: Wish): void {
  const [object, instance = 0, resource, resourceInstance] = idsOf(path) as [number, number?, number?, number?];
  if (object === 1 && !world.objects.some(({ id }) => id === 1)) return;
  let store = world.objects.find(({ id }) => id === object);
  if (!store) {
    store = createStore(object, {}, {}, { creatable: true });
    world.objects.push(store);
  }
  if (!store.instances.includes(instance)) {
    store.instances.push(instance);
    store.instances.sort((a, b) => a - b);
    store.values[instance] = {};
  }
  if (resource === undefined) return;
  const old = resourceText(store, resource);
  if (!old || type || operations) {
    const [oldOperations = 'RW', oldType = 'float'] = old?.split(' ') ?? [];
    const star = resourceInstance !== undefined || oldType.endsWith('*') ? '*' : '';
    setResource(store, resource, operations === 'E' ? 'E' : `${operations ?? oldOperations} ${type ?? oldType.replace('*', '')}${star}`);
  }
  const kind = resourceText(store, resource)!.split(' ')[1]!.replace('*', '');
  if (kind === 'none') return;
  const values = (store.values[instance] ??= {});
  const first = value ?? DEFAULTS[kind]!;
  if (resourceInstance !== undefined) {
    const all = (values[resource] ??= {}) as Record<number, Value>;
    if (value !== undefined || !(resourceInstance in all)) values[resource] = { ...all, [resourceInstance]: first as Value };
  } else if (value !== undefined || values[resource] === undefined) values[resource] = resourceText(store, resource)!.endsWith('*') ? [first as Value] : first;
}

export class Device {
  readonly world: World;
  readonly bench: Bench;
  readonly dialogue: Dialogue;
  readonly #context: Context;

  constructor(context: Context, { options = {}, wishes = [], world = createWorld() }: { options?: Partial<ClientOptions>; wishes?: Wish[]; world?: World } = {}) {
    this.#context = context;
    this.world = world;
    for (const wish of wishes) ensure(world, wish);
    this.bench = createBench(context.endpoint, world.objects, options);
    this.dialogue = new Dialogue(this.bench);
  }

  storeOf(path: string): Store | undefined {
    return this.world.objects.find(({ id }) => id === idsOf(path)[0]);
  }

  valueAt(path: string): Value | Multiple | undefined {
    const [, instance = 0, resource = 0, resourceInstance] = idsOf(path);
    const value = this.storeOf(path)?.values[instance]?.[resource];
    return resourceInstance === undefined || value === undefined ? value : (value as Record<number, Value>)[resourceInstance];
  }

  /** The type of a resource as the vectors spell it. */
  typeAt(path: string): string {
    const store = this.storeOf(path);
    return (store && resourceText(store, idsOf(path)[2]!)?.split(' ')[1]?.replace('*', '')) ?? 'string';
  }

  /** Changes a value as the application does and reports it to the client. Returns what the client sent at once. */
  set(path: string, value: Value): Sent[] {
    const [object, instance, resource, resourceInstance] = idsOf(path) as [number, number, number, number?];
    const values = this.storeOf(path)!.values[instance]!;
    if (resourceInstance === undefined) values[resource] = value;
    else values[resource] = { ...(values[resource] as Record<number, Value>), [resourceInstance]: value };
    return this.bench.changed(object, instance, resource);
  }

  /** A value of the same type that is not the one now. */
  another(path: string): Value {
    const now = this.valueAt(path);
    if (typeof now === 'number') return now + 1;
    if (typeof now === 'boolean') return !now;
    if (typeof now === 'string') return this.typeAt(path) === 'objlnk' ? (now === '1:0' ? '3:0' : '1:0') : now + '!';
    return (now as Uint8Array).map((byte) => byte ^ 0xff);
  }

  /** The application asks for an Update. */
  update(): void {
    this.#context.endpoint.core.update(this.bench.client, this.bench.now);
  }

  slots(): Slots {
    return slotsOf(this.bench.client, this.#context.endpoint, this.bench.now);
  }

  /** Does it still answer a Read? Returns the code. */
  alive(): string {
    return this.dialogue.get('/3/0/9').text;
  }
}

/** "46", "21.5", "true", '"text"', "150 bytes of 0x11": as a value for a resource of `type`. undefined for what is not understood. */
export function parseValue(text: string, type: string): Value | undefined {
  const bytes = /^(\d+) bytes?(?: of 0x([0-9a-f]{2})| \(byte i = 7\*i mod 256\))?$/i.exec(text.trim());
  if (bytes) return bytes[2] ? new Uint8Array(Number(bytes[1])).fill(parseInt(bytes[2], 16)) : pattern(Number(bytes[1]));
  const plain = text.trim().replace(/^["'](.*)["']$/, '$1');
  switch (type) {
    case 'boolean':
      return /^(true|1)$/.test(plain) ? true : /^(false|0)$/.test(plain) ? false : undefined;
    case 'opaque':
      return /^([0-9a-f]{2})*$/i.test(plain) ? toApi(['opaque', plain]) : undefined;
    case 'string':
    case 'objlnk':
    case 'corelnk':
      return plain;
    default:
      return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
  }
}
