/** A client and our server on a rough network, and a book of what each of them saw. */
import type { Client, EventName, Udp } from '../../src/device/index';
import { loadDefaults } from '../../src/host/objects/registry';
import { makePeer, type Peer, type Transport } from '../../src/host/server/coap/transport';
import { LwM2mServer } from '../../src/host/server/server';
import { seeded } from '../support/bench';
import type { Core } from '../support/core';
import { createWorld, type World } from '../support/world';
import { Link, VirtualTime, type Faults } from './network';

const SERVER = '192.0.2.1';
const PORT = 5683;
const DEVICE = makePeer('192.0.2.7', 40_000, 0);
/** Any time will do; the server's clock counts from 1970. */
const EPOCH = 1_700_000_000_000;

const definitions = loadDefaults();

export class Scene {
  readonly time = new VirtualTime();
  readonly world: World = createWorld();
  readonly server: LwM2mServer;
  readonly client: Client;
  readonly up: Link;
  readonly down: Link;
  readonly events: { at: number; name: EventName; detail?: number | string }[] = [];
  registrations = 0;
  readonly faults: unknown[] = [];
  readonly #core: Core;
  readonly #inbox: Uint8Array[] = [];
  #stopTimer = (): void => {};

  constructor(core: Core, seed: number, faults: Faults, lifetime: number) {
    this.#core = core;
    let deliver: (datagram: Uint8Array, from: Peer) => void = () => {};
    this.up = new Link(this.time, seed * 4 + 1, faults, (datagram) => deliver(datagram, DEVICE));
    this.down = new Link(this.time, seed * 4 + 2, faults, (datagram) => {
      this.#inbox.push(datagram);
      this.#run(() => core.receive(this.client, this.time.now));
    });
    const transport: Transport = {
      start: async (onDatagram) => void (deliver = onDatagram),
      stop: async () => {},
      send: (datagram) => this.down.send(datagram),
      addresses: () => [{ address: SERVER, port: PORT }],
    };
    this.server = new LwM2mServer({
      objects: definitions,
      transport,
      clock: { now: () => EPOCH + this.time.now, after: (delay, run) => this.time.after(delay, run) },
      random: seeded(seed * 4 + 3),
    });
    this.server.events.on('registration', () => void this.registrations++);
    this.server.events.on('fault', (error) => void this.faults.push(error));
    const inbox = this.#inbox;
    const { up } = this;
    const udp: Udp = {
      remoteAddress: SERVER,
      remotePort: PORT,
      read(into) {
        const next = inbox.shift();
        if (!next) return undefined;
        into.set(next.subarray(0, into.length));
        return Math.min(next.length, into.length);
      },
      write: (data, length) => up.send(data.subarray(0, length)),
      close() {},
      resolve: () => SERVER,
    };
    this.client = core.createClient({
      endpoint: 'lossy',
      servers: [{ uri: `coap://${SERVER}`, ssid: 1, lifetime }],
      objects: this.world.objects,
      udp,
      random: seeded(seed * 4),
      onEvent: (_c, name, _ssid, detail) => void this.events.push({ at: this.time.now, name, detail }),
    });
  }

  /** Something of the client runs, and then what is due; its next deadline becomes an event. */
  #run(work: () => void): void {
    this.#stopTimer();
    work();
    const wait = this.#core.poll(this.client, this.time.now);
    this.#stopTimer = this.time.after(Math.max(wait, 1), () => this.#run(() => {}));
  }

  async start(): Promise<void> {
    await this.server.start();
    this.#run(() => this.#core.start(this.client, this.time.now));
  }

  /** The device's application sets a value of /3/0. */
  set(resource: number, value: number): void {
    this.world.device.values[0]![resource] = value;
    this.#run(() => this.#core.changed(this.client, 3, 0, resource));
  }

  /** The device's application stops the client. */
  leave(): void {
    this.#run(() => this.#core.stop(this.client));
  }

  count(name: EventName): number {
    return this.events.filter((event) => event.name === name).length;
  }

  /** Waits for a promise while time passes; at most `ms`. Rejects as it does. */
  async wait<T>(promise: Promise<T>, ms: number): Promise<T> {
    let result: { value: T } | { error: unknown } | undefined;
    promise.then(
      (value) => (result = { value }),
      (error: unknown) => (result = { error }),
    );
    await this.time.until(() => result !== undefined, this.time.now + ms);
    if (!result) throw new Error(`nothing came of it within ${ms / 1000} s`);
    if ('error' in result) throw result.error;
    return result.value;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
