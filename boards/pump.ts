/** The pump: one timer that drives a client, on every engine that has setTimeout. Between two deadlines the chip may sleep. */
import { changed, createClient, poll, receive, start, stop, update } from '../src/device/index';
import type { Account, Client, ClientOptions } from '../src/device/index';
import type { Clock } from '../src/device/hal/clock';
import type { Random } from '../src/device/hal/random';
import type { OpenUdp, Udp } from '../src/device/hal/udp';

/** What `connect` takes: the client's options, less what the board knows. */
export interface ConnectOptions extends Omit<ClientOptions, 'servers' | 'udp' | 'random'> {
  /** One server, coap://host[:port], and its lifetime in seconds; or all of them as `servers`. */
  server?: string;
  lifetime?: number;
  servers?: Account[];
  /** Local address and port; any when absent. */
  address?: string;
  port?: number;
}

/** A client that runs. */
export interface Device {
  client: Client;
  /** Says that a value has changed; a negative resource (instance) stands for any. */
  changed(object: number, instance: number, resource: number): void;
  /** Sends an Update to every server. */
  update(): void;
  /** De-registers (event "deregistered"), then closes the socket. */
  stop(): void;
}

interface Running extends Device {
  _udp: Udp;
  _clock: Clock;
  _timer: any;
  _stopping: boolean;
}

/** What `poll` says when there is nothing to wait for. */
const NEVER_MS = 2147483647;

function pump(d: Running): void {
  clearTimeout(d._timer);
  d._timer = 0;
  const now = d._clock();
  receive(d.client, now);
  const wait = poll(d.client, now);
  if (d._stopping && wait === NEVER_MS) d._udp.close();
  // A handler may have said meanwhile that there is more to do.
  else if (!d._timer) d._timer = setTimeout(pump, wait, d);
}

// Never at once: the caller may be a handler, and the client at work.
function wake(d: Running): void {
  clearTimeout(d._timer);
  d._timer = setTimeout(pump, 0, d);
}

function onReadable(this: Udp): void {
  pump(this.target as Running);
}

function sayChanged(this: Device, object: number, instance: number, resource: number): void {
  changed(this.client, object, instance, resource);
  wake(this as Running);
}

function sayUpdate(this: Device): void {
  update(this.client, (this as Running)._clock());
  wake(this as Running);
}

function sayStop(this: Device): void {
  (this as Running)._stopping = true;
  stop(this.client);
  wake(this as Running);
}

/** Makes a client on the board's adapters and starts it. Throws a string for a server URI that is none. */
export function run(o: ConnectOptions, openUdp: OpenUdp, clock: Clock, random: Random): Device {
  const d = { _clock: clock, _timer: 0, _stopping: false, changed: sayChanged, update: sayUpdate, stop: sayStop } as unknown as Running;
  const options = o as ConnectOptions & ClientOptions;
  if (o.server) options.servers = [{ uri: o.server, lifetime: o.lifetime }];
  options.random = random;
  options.udp = d._udp = openUdp({ target: d, onReadable: onReadable, address: o.address, port: o.port });
  d.client = createClient(options);
  start(d.client, clock());
  wake(d);
  return d;
}
