/** The pump: one timer that drives a client, on every engine that has setTimeout. The chip may sleep between two deadlines. */
import { changed, createClient, poll, receive, start, stop, update } from '../src/device/index';
import type { Account, Client, ClientOptions } from '../src/device/index';
import type { Clock } from '../src/device/hal/clock';
import type { Random } from '../src/device/hal/random';
import type { OpenUdp, Udp } from '../src/device/hal/udp';
import type { LwM2mObject } from '../src/device/index';
import { FEATURE_OVERLAYS, LIMIT_RESERVE } from '../src/device/features';
import { needRoom } from './room';
import { pollObjects } from '../src/device/objects/poll';

/** Releases the functions loaded for the operation that has ended. Inserted by the build (src/host/build/overlays.ts). */
declare function dropOverlays(): void;

/** Options of `connect`: the client's options without those that the board provides. */
export interface ConnectOptions extends Omit<ClientOptions, 'servers' | 'udp' | 'random'> {
  /** The server, coap://host[:port]; for several use `servers`. */
  server?: string;
  /** Lifetime of the registration at `server`, in seconds, 4 to 2^32 - 1; 86400 when absent. */
  lifetime?: number;
  /** All servers, instead of `server` and `lifetime`. */
  servers?: Account[];
  /** Local address; any when absent. */
  address?: string;
  /** Local UDP port; any when absent. */
  port?: number;
  /** Wraps the board's adapter, for example to count, record or lose datagrams. */
  wrapUdp?: (udp: Udp) => Udp;
}

/** A running client: what `connect` returns. */
export interface Device {
  /** The client itself, for the functions of the library. */
  client: Client;
  /** Reports a changed value; a negative resource (instance) means any. */
  changed(object: number, instance: number, resource: number): void;
  /** Sends an Update to every server. */
  update(): void;
  /** De-registers (event "deregistered"), then closes the socket. */
  stop(): void;
}

interface Running extends Device {
  _udp: Udp;
  _clock: Clock;
  _objects: LwM2mObject[];
  /** The last reading of the clock, and the client's own time, which starts at 0. */
  _said: number;
  _now: number;
  /** The last result of `poll`. */
  _wait: number;
  /** The timer that wakes us next: at once, or for a deadline before `_until`. Replaced whenever the deadline changes. */
  _timer: unknown;
  /** A timer that runs to its end, 0 for none, and the client's time when it ends. */
  _far: unknown;
  _until: number;
  /** The next call has work other than datagrams. */
  _woken: boolean;
  _stopping: boolean;
}

/** Result of `poll` when there is no deadline. */
const NEVER_MS = 2147483647;
/** Delay of a timer, and backward step of the clock, up to which the clock does not count as set. */
const LATE_MS = 60000;
const JITTER_MS = 1000;
/** Longer waits use the timer that runs to its end. */
const NEAR_MS = 4000;
/** Pause after a handler threw, or memory was short. */
const AGAIN_MS = 4000;

/** The engine's functions, or those of the board's timer adapter, which the build inserts. */
declare function setTimeout(callback: (d: Running) => void, ms: number, d: Running): unknown;
declare function clearTimeout(timer: unknown): void;

/*
 * A registration must be renewed in time even if the clock is set. Timers are not affected: a timer of an hour ends after an hour. But when
 * something else wakes us before, only the clock shows how much time has passed, and a clock that was set back shows too little. So the far
 * timer continues while nearer ones come and go: when it ends, at least its own time has passed.
 */
function onFar(d: Running): void {
  const said = d._clock();
  d._far = 0;
  if (d._until > d._now + said - d._said) {
    d._said = said;
    d._now = d._until;
  }
  pump(d);
}

// `heard`: only a datagram woke us.
function pump(d: Running, heard?: boolean): void {
  const said = d._clock();
  const due = !heard || d._woken;
  const far = d._far && d._until <= d._now + d._wait;
  let step = said - d._said;
  // Set forward: all deadlines count as reached. Set back: the same, unless the far timer shows otherwise. A small step back counts as no time.
  if (step > d._wait + LATE_MS || (step < -JITTER_MS && !far)) step = d._wait;
  else if (step < 0) step = 0;
  d._said = said;
  d._now += step;
  // The clock was set forward, and the deadline of the far timer has passed.
  if (d._far && d._until <= d._now) {
    clearTimeout(d._far);
    d._far = 0;
  }
  // Espruino aborts code that runs out of memory, and no `catch` helps: so set the next timer first, before the old one is cleared.
  const old = d._timer;
  const timer = (d._timer = setTimeout(pump, AGAIN_MS, d));
  d._woken = true;
  clearTimeout(old);
  if (LIMIT_RESERVE) needRoom();
  // Functions loaded when memory ran out are still in RAM.
  else if (FEATURE_OVERLAYS) dropOverlays();
  const received = receive(d.client, d._now);
  // A datagram from an unknown sender changes nothing.
  if (received || due || step >= d._wait) {
    const wait = pollObjects(d._objects, d, d._now);
    // Engines truncate fractions of a ms, and would wake us too early.
    d._wait = Math.ceil(poll(d.client, d._now));
    if (wait < d._wait) d._wait = wait;
    if (received > 1) d._wait = 0;
  } else d._wait = Math.ceil(d._wait - step);
  // Unless a handler has announced more work meanwhile.
  if (d._timer === timer) {
    clearTimeout(timer);
    d._timer = 0;
    d._woken = false;
    if (d._stopping && d._wait === NEVER_MS) {
      clearTimeout(d._far);
      d._udp.close();
    } else if (!d._far && d._wait > NEAR_MS) {
      d._until = d._now + d._wait;
      d._far = setTimeout(onFar, d._wait, d);
    } else if (!d._far || d._until > d._now + d._wait) d._timer = setTimeout(pump, d._wait, d);
  }
}

// Never immediately: the caller may be a handler inside the client.
function wake(d: Running): void {
  clearTimeout(d._timer);
  d._timer = setTimeout(pump, 0, d);
  d._woken = true;
}

function onReadable(this: Udp): void {
  pump(this.target as Running, true);
}

function sayChanged(this: Device, object: number, instance: number, resource: number): void {
  changed(this.client, object, instance, resource);
  wake(this as Running);
}

function sayUpdate(this: Device): void {
  update(this.client, (this as Running)._now);
  wake(this as Running);
}

function sayStop(this: Device): void {
  (this as Running)._stopping = true;
  stop(this.client);
  wake(this as Running);
}

/** Creates a client on the board's adapters and starts it. Throws a string for an invalid server URI. */
export function run(o: ConnectOptions, openUdp: OpenUdp, clock: Clock, random: Random): Device {
  const d = { _clock: clock, _objects: o.objects, _now: 0, _wait: 0, _timer: 0, _far: 0, _until: 0, _woken: true, changed: sayChanged, update: sayUpdate, stop: sayStop } as unknown as Running;
  const options = o as ConnectOptions & ClientOptions;
  if (o.server) options.servers = [{ uri: o.server, lifetime: o.lifetime }];
  if (!options.servers) throw 'wixt: connect without a server';
  options.random = random;
  d._udp = openUdp({ target: d, onReadable: onReadable, needRoom: LIMIT_RESERVE ? needRoom : undefined, address: o.address, port: o.port, random: random });
  if (o.wrapUdp) d._udp = o.wrapUdp(d._udp);
  options.udp = d._udp;
  d.client = createClient(options);
  d._said = clock();
  start(d.client, 0);
  wake(d);
  return d;
}
