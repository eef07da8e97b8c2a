/**
 * Writes down everything that passes between a test and the core: calls with their results, and what the core asks back while
 * they run (socket, handlers, randomness). test/engines/replay plays it to the same core on another engine.
 */

/** A JSON value that stands for any: {u} undefined, {n} a number that JSON lacks, {x} bytes, {a} array, {o} object, {r} somebody known, {f} a function. */
type Packed = unknown;

export type Record =
  /** name, arguments, what was asked back, result or {t} for what was thrown, typed arrays among the arguments as they were after. */
  [name: string, args: Packed[], asked: Asked[], result: Packed, after: Packed[]];

/** who, method, arguments, result. Of the socket's read: bytes, address, port. */
type Asked = [who: number, method: string, args: Packed[], result: Packed, ...more: Packed[]];

const HANDLERS = ['read', 'write', 'chunk', 'clear', 'execute', 'create', 'remove'];

export class Recorder {
  readonly records: Record[] = [];
  /** Calls that were not written down. */
  left = 0;
  #codecs = 0;
  /** Clients, objects and callbacks by number. */
  readonly #known = new Map<unknown, number>();
  /** By client: its objects, and how they were last. */
  readonly #objects = new Map<any, Map<any, string>>();
  #asked: Asked[] | undefined;

  /** The core, recorded. */
  wrap<T extends object>(core: T): T {
    const wrapped: any = { ...core };
    for (const [name, f] of Object.entries(core))
      if (typeof f === 'function') wrapped[name] = (...args: any[]) => (name === 'createClient' ? this.#create(f as any, args[0]) : this.#call(name, f as any, args));
    return wrapped;
  }

  #number(who: unknown): number {
    if (!this.#known.has(who)) this.#known.set(who, this.#known.size);
    return this.#known.get(who)!;
  }

  pack(v: any): Packed {
    if (v === undefined) return { u: 1 };
    if (typeof v === 'number' && (!Number.isFinite(v) || Object.is(v, -0))) return { n: Object.is(v, -0) ? '-0' : String(v) };
    if (v === null || typeof v !== 'object') return v;
    if (this.#known.has(v)) return { r: this.#known.get(v) };
    if (v instanceof Uint8Array || v instanceof Uint16Array) return { x: Buffer.from(v).toString('hex') };
    if (Array.isArray(v)) return { a: v.map((one) => this.pack(one)) };
    const o: any = {};
    for (const key of Object.keys(v).sort()) if (typeof v[key] !== 'function') o[key] = this.pack(v[key]);
    return { o };
  }

  #ask(who: number, method: string, args: any[], run: () => any, more: () => Packed[] = () => []): any {
    const packed = args.map((one) => this.pack(one));
    const result = run();
    this.#asked?.push([who, method, packed, this.pack(result), ...more()]);
    return result;
  }

  /** Tells of objects whose tables or instances a test has changed. */
  #sync(objects: Map<any, string>): void {
    for (const [o, old] of objects) {
      const now = this.#shape(o);
      if (now !== old) {
        objects.set(o, now);
        this.records.push(['=', [this.#number(o), JSON.parse(now)], [], 0, []]);
      }
    }
  }

  #shape(o: any): string {
    return JSON.stringify({ id: o.id, version: o.version, table: [...o.table], instances: o.instances, has: HANDLERS.filter((name) => o[name]) });
  }

  #create(make: (options: any) => any, given: any): any {
    const options = { ...given };
    const udp = given.udp;
    const socket: any = {
      read: (into: Uint8Array) =>
        this.#ask(-1, 'read', [], () => {
          const n = udp.read(into);
          socket.remoteAddress = udp.remoteAddress;
          socket.remotePort = udp.remotePort;
          return n;
        }, () => [Buffer.from(into).toString('hex').replace(/(00)+$/, ''), udp.remoteAddress, udp.remotePort]),
      write: (data: Uint8Array, length: number, address: string, port: number) =>
        this.#ask(-1, 'write', [data.slice(0, length), address, port], () => udp.write(data, length, address, port)),
      resolve: (host: string) => this.#ask(-1, 'resolve', [host], () => udp.resolve(host)),
      close: () => udp.close(),
    };
    options.udp = socket;
    options.random = () => this.#ask(-2, 'random', [], given.random);
    if (given.onEvent) options.onEvent = (_c: any, ...args: any[]) => this.#ask(-3, 'onEvent', args, () => given.onEvent(_c, ...args));
    const shapesNow = new Map<any, string>();
    const objects = given.objects.map((o: any) => {
      const number = this.#number(o);
      shapesNow.set(o, this.#shape(o));
      const proxy = new Proxy(o, {
        get: (target, name: string) =>
          HANDLERS.includes(name) && target[name] ? (_o: any, ...args: any[]) => this.#ask(number, name, args, () => target[name](target, ...args)) : target[name],
      });
      this.#known.set(proxy, number);
      return proxy;
    });
    options.objects = objects;
    let access;
    if (given.access) {
      access = this.#number(given.access);
      const proxied: any = {};
      for (const name of ['rights', 'created', 'removed'])
        proxied[name] = (_a: any, ...args: any[]) => this.#ask(access!, name, args, () => given.access[name](given.access, ...args));
      options.access = proxied;
    }
    const { udp: _u, random: _r, onEvent, access: _a, objects: _o, ...data } = given;
    const shapes = given.objects.map((o: any) => ({ number: this.#number(o), ...JSON.parse(this.#shape(o)) }));
    const asked: Asked[] = (this.#asked = []);
    let client;
    try {
      client = make(options);
      this.#objects.set(client, shapesNow);
      this.records.push(['createClient', [this.#number(client), this.pack(data), shapes, onEvent ? 1 : 0, access ?? -1], asked, 0, []]);
    } catch (error) {
      this.records.push(['createClient', [-1, this.pack(data), shapes, onEvent ? 1 : 0, access ?? -1], asked, { t: String(error) }, []]);
      throw error;
    } finally {
      this.#asked = undefined;
    }
    return client;
  }

  #call(name: string, f: (...args: any[]) => any, args: any[]): any {
    // Codecs are tried on large buffers, and in every window of them: too much to write down.
    if (/^(en|de)code/.test(name) && (++this.#codecs % (1 + Math.floor(this.#codecs / 2000)) || args.some((one) => one instanceof Uint8Array && one.length > 2048))) {
      this.left++;
      return f(...args);
    }
    const objects = this.#objects.get(args[0]) ?? new Map();
    this.#sync(objects);
    // A handler of a test may call the core: that is part of the call around it, and cannot be played.
    if (this.#asked) return f(...args);
    const packed = args.map((one) => this.pack(one));
    const asked: Asked[] = (this.#asked = []);
    let result;
    try {
      result = f(...args);
      this.records.push([name, packed, asked, this.pack(result), args.filter((one) => one instanceof Uint8Array).map((one) => this.pack(one))]);
    } catch (error) {
      this.records.push([name, packed, asked, { t: String(error) }, []]);
      throw error;
    } finally {
      this.#asked = undefined;
      // What the core itself has done to the instances is no news.
      for (const o of objects.keys()) objects.set(o, this.#shape(o));
    }
    return result;
  }
}
