/** One simulated board: runs a program on a library, observes it, and drives it as the application would. */
import { META_READ, META_WRITE } from '../../device/formats/types';
import type { ConnectOptions, Device, Library, LwM2mObject, Values } from './library';
import type { Program } from './program';
import { Problem } from '../problem';
import { CommandError, fromJson, toJson, type Json } from './values';
import { watchObject, type Handlers, type Report } from './watch';

/** Options that replace those of the program. */
export interface Wishes {
  server?: string | undefined;
  endpoint?: string | undefined;
  /** Seconds. */
  lifetime?: number | undefined;
}

/** How long to wait for the answer to the de-registration, in ms. */
const STOP_MS = 5000;
/** Time in ms that `stop` waits for the answer to a first Register: a server that registered the device gets a De-register. */
const FIRST_ANSWER_MS = 1000;
/** Time in ms after which a missing answer is reported: at the latest when CoAP retransmits for the second time (RFC 7252 4.8). */
const PATIENCE_MS = 4000;

/** A CoAP code as text: 4.04. */
const codeText = (code: number) => `${code >> 5}.${String(code & 31).padStart(2, '0')}`;

/** The ids of a path, `/3/0/9`. Throws CommandError. */
function parsePath(path: unknown, least: number, most: number): number[] {
  const ids = typeof path === 'string' && /^(\/(0|[1-9]\d{0,4}))+$/.test(path) ? path.slice(1).split('/').map(Number) : [];
  if (ids.length < least || ids.length > most || ids.some((id) => id > 65534))
    throw new CommandError(`"path" must be a text like ${'/3/0/9/1'.slice(0, least * 2)}${most > least ? ` to ${'/3/0/9/1'.slice(0, most * 2)}` : ''}`);
  return ids;
}

export class Simulator {
  readonly #program: Program;
  readonly #wishes: Wishes;
  readonly #report: Report;
  /** The program's last `connect`. */
  #device: Device | undefined;
  #objects: LwM2mObject[] = [];
  readonly #handlers = new WeakMap<LwM2mObject, Handlers>();
  /** Short ids of the servers where it is registered. */
  readonly #registered = new Set<number>();
  /** Called at each event. */
  #heard: (() => void) | undefined;
  /** Connected, and no event since. */
  #pending = false;
  #stopping = false;
  #impatient: NodeJS.Timeout | undefined;

  constructor(program: Program, wishes: Wishes, report: Report) {
    this.#program = program;
    this.#wishes = wishes;
    this.#report = report;
  }

  /** Runs the program. Throws what it throws. */
  start(): void {
    this.#program.run({ ...this.#program.library, connect: (options: ConnectOptions) => this.#connect(options) } as Library);
  }

  #connect(given: ConnectOptions): Device {
    const { server, endpoint, lifetime } = this.#wishes;
    const options = { ...given };
    if (endpoint !== undefined) options.endpoint = endpoint;
    if (options.servers) {
      // The command line has one server: it replaces the first.
      options.servers = options.servers.map((account, index) => ({
        ...account,
        ...(index === 0 && server !== undefined && { uri: server }),
        ...(lifetime !== undefined && { lifetime }),
      }));
    } else {
      if (server !== undefined) options.server = server;
      if (lifetime !== undefined) options.lifetime = lifetime;
    }
    for (const o of options.objects) if (!this.#handlers.has(o)) this.#handlers.set(o, watchObject(o, this.#report));
    this.#objects = options.objects;
    options.onEvent = (client, name, ssid, detail) => {
      this.#hear(name, ssid, detail, options);
      given.onEvent?.(client, name, ssid, detail);
    };
    if (!options.server && !options.servers?.length)
      throw new Problem("the program's connect names no server: write connect({ server: 'coap://HOST', … }), or use --server");
    this.#pending = true;
    this.#sayBegin(options);
    this.#device = this.#program.library.connect(options);
    if (this.#stopping) this.#device.stop();
    return this.#device;
  }

  /** Reports the servers to register at, and later a missing answer. */
  #sayBegin({ endpoint, server, servers = [] }: ConnectOptions): void {
    const uris = server ? [server] : servers.map(({ uri }) => uri);
    for (const uri of uris) this.#report('registering', { endpoint, server: uri });
    clearTimeout(this.#impatient);
    this.#impatient = setTimeout(() => {
      for (const uri of uris) if (this.#pending) this.#report('unanswered', { endpoint, server: uri, seconds: PATIENCE_MS / 1000 });
    }, PATIENCE_MS);
    this.#impatient.unref();
  }

  #hear(given: string, ssid: number, detail: number | string | undefined, { endpoint, server, servers }: ConnectOptions): void {
    // The client gave up on a server that it had not reached: it sent no De-register.
    const name = given === 'deregistered' && !this.#registered.has(ssid) ? 'stopped' : given;
    if (name === 'registered') this.#registered.add(ssid);
    if (name === 'deregistered' || name === 'lost') this.#registered.delete(ssid);
    const uri = server ?? servers?.find((account, index) => (account.ssid ?? index + 1) === ssid)?.uri;
    const more: Record<string, Json> = {};
    if (uri !== undefined) more.server = uri;
    if (typeof detail === 'string') more.path = detail;
    else if (detail !== undefined) more.code = detail ? codeText(detail) : null;
    this.#report(name, { endpoint, ssid, ...more });
    this.#pending = false;
    this.#heard?.();
  }

  /** Resolves to true once `condition` holds after an event, to false after `ms`. */
  #until(condition: () => boolean, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (good: boolean) => {
        clearTimeout(timer);
        this.#heard = undefined;
        resolve(good);
      };
      const timer = setTimeout(() => end(false), ms);
      this.#heard = () => condition() && end(true);
      this.#heard();
    });
  }

  /** De-registers everywhere. Resolves to true if all servers with a registration have answered. */
  async stop(): Promise<boolean> {
    await this.#until(() => !this.#pending, FIRST_ANSWER_MS);
    this.#stopping = true;
    this.#device?.stop();
    return this.#until(() => !this.#registered.size, STOP_MS);
  }

  /** Runs a command as the application would. Returns its result. Throws CommandError. */
  command(command: { command?: unknown; path?: unknown; value?: Json }): Json | undefined {
    const { path, value } = command;
    switch (command.command) {
      case 'read':
        return this.#read(parsePath(path, 1, 4));
      case 'write':
        this.#write(parsePath(path, 2, 4), value);
        return undefined;
      case 'create':
        return this.#create(parsePath(path, 1, 2), value);
      case 'delete':
        this.#delete(parsePath(path, 2, 2));
        return undefined;
      case 'update':
        this.#connected().update();
        return undefined;
      default:
        throw new CommandError('"command" must be one of read, write, create, delete, update, stop');
    }
  }

  #connected(): Device {
    if (!this.#device) throw new CommandError('the program has not connected');
    return this.#device;
  }

  #object(id: number, instance?: number): LwM2mObject {
    const o = this.#objects.find((one) => one.id === id);
    if (!o) throw new CommandError(`the program has no object ${id}`);
    if (instance !== undefined && !o.instances.includes(instance)) throw new CommandError(`there is no instance /${id}/${instance}`);
    return o;
  }

  #meta(o: LwM2mObject, resource: number): number {
    for (let at = 0; at < o.table.length; at += 2) if (o.table[at] === resource) return o.table[at + 1]!;
    throw new CommandError(`the object ${o.id} has no resource ${resource} here`);
  }

  #read([id, instance, resource, item]: number[]): Json {
    const o = this.#object(id!, instance);
    const readInstance = (one: number) => {
      const ids = [...o.table].filter((_, at) => at % 2 === 0 && o.table[at + 1]! & META_READ);
      return Object.fromEntries(ids.map((r) => [r, o.read(o, one, r)]).filter(([, v]) => v !== undefined).map(([r, v]) => [r, toJson(v as Values)]));
    };
    if (instance === undefined) return Object.fromEntries(o.instances.map((one) => [one, readInstance(one)]));
    if (resource === undefined) return readInstance(instance);
    if (!(this.#meta(o, resource) & META_READ)) throw new CommandError(`/${id}/${instance}/${resource} cannot be read`);
    const json = toJson(o.read(o, instance, resource));
    return item === undefined ? json : ((json as Record<string, Json> | null)?.[item] ?? null);
  }

  #writeResource(o: LwM2mObject, instance: number, resource: number, values: Values, replace: boolean): void {
    const { write } = this.#handlers.get(o)!;
    // Only objects of plain values (with `clear`) accept values that servers may not write.
    if (!write || (!o.clear && !(this.#meta(o, resource) & META_WRITE)))
      throw new CommandError(`/${o.id}/${instance}/${resource} can only be changed by the program`);
    const code = write(o, instance, resource, values, replace);
    if (code) throw new CommandError(`the program refuses it (${codeText(code)})`);
    this.#connected().changed(o.id, instance, resource);
  }

  #write([id, instance, resource, item]: number[], value: Json | undefined): void {
    const o = this.#object(id!, instance);
    if (value === undefined) throw new CommandError('"value" is missing');
    if (resource === undefined) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CommandError('"value" of an instance must be an object by resource id');
      const writes = Object.entries(value).map(([r, v]) => [+r, fromJson(v, this.#meta(o, +r))] as const);
      for (const [r, v] of writes) this.#writeResource(o, instance!, r, v, true);
    } else {
      const meta = this.#meta(o, resource);
      this.#writeResource(o, instance!, resource, fromJson(item === undefined ? value : { [item]: value }, meta), item === undefined);
    }
  }

  #create([id, wish]: number[], value: Json | undefined): Json {
    const o = this.#object(id!);
    const { create } = this.#handlers.get(o)!;
    if (!create) throw new CommandError(`instances of ${id} cannot be created`);
    let instance = wish ?? 0;
    while (wish === undefined && o.instances.includes(instance)) instance++;
    if (o.instances.includes(instance)) throw new CommandError(`the instance /${id}/${instance} exists already`);
    const device = this.#connected();
    const code = create(o, instance);
    if (code) throw new CommandError(`the program refuses it (${codeText(code)})`);
    this.#program.library.addInstance(device.client, o, instance);
    device.changed(o.id, instance, -1);
    if (value !== undefined) this.#write([o.id, instance], value);
    return `/${id}/${instance}`;
  }

  #delete([id, instance]: number[]): void {
    const o = this.#object(id!, instance);
    const { remove } = this.#handlers.get(o)!;
    if (!remove) throw new CommandError(`instances of ${id} cannot be deleted`);
    const code = remove(o, instance!);
    if (code) throw new CommandError(`the program refuses it (${codeText(code)})`);
    const device = this.#connected();
    this.#program.library.removeInstance(device.client, o, instance!);
    device.changed(o.id, instance!, -1);
  }
}
