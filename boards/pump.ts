/** The pump: one timer that drives a client, on every engine that has setTimeout. Between two deadlines the chip may sleep. */
import { changed, createClient, poll, receive, start, stop, update } from '../src/device/index';
import type { Account, Client, ClientOptions } from '../src/device/index';
import type { Clock } from '../src/device/hal/clock';
import type { Random } from '../src/device/hal/random';
import type { OpenUdp, Udp } from '../src/device/hal/udp';
import type { LwM2mObject } from '../src/device/index';
import { FEATURE_OVERLAYS, LIMIT_RESERVE } from '../src/device/features';
import { needRoom } from './room';
import { pollObjects } from '../src/device/objects/poll';

/** Lets go of the functions that were loaded for what has just been done: the build puts it there (src/host/build/overlays.ts). */
declare function dropOverlays(): void;

/** What `connect` takes: the client's options, less what the board knows. */
export interface ConnectOptions extends Omit<ClientOptions, 'servers' | 'udp' | 'random'> {
  /** The server, coap://host[:port]; give several as `servers`. */
  server?: string;
  /** Lifetime of the registration at `server`, in seconds, 4 to 2^32 - 1; 86400 when absent. */
  lifetime?: number;
  /** All servers, in place of `server` and `lifetime`. */
  servers?: Account[];
  /** Local address; any when absent. */
  address?: string;
  /** Local UDP port; any when absent. */
  port?: number;
  /** Puts an adapter over the board's own: one that counts, records, or loses datagrams. */
  wrapUdp?: (udp: Udp) => Udp;
}

/** A client that runs: what `connect` returns. */
export interface Device {
  /** The client itself, for the functions of the library. */
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
  _objects: LwM2mObject[];
  /** What the clock said last, and the client's own time, which starts at 0. */
  _said: number;
  _now: number;
  /** What `poll` answered last. */
  _wait: number;
  /** What wakes us next: at once, or for what comes before `_until`. Set anew whenever there is something else to wait for. */
  _timer: unknown;
  /** A timer that nothing but its end clears, 0 for none, and the client's time when it ends. */
  _far: unknown;
  _until: number;
  /** There is something to do, beside datagrams, at the next call. */
  _woken: boolean;
  _stopping: boolean;
}

/** What `poll` says when there is nothing to wait for. */
const NEVER_MS = 2147483647;
/** How late a timer may be, and how far the clock may go back by itself, before we believe that it was set. */
const LATE_MS = 60000;
const JITTER_MS = 1000;
/** Above this the wait is for a timer that nothing clears. */
const NEAR_MS = 4000;
/** When to go on after a handler threw, or memory was short. */
const AGAIN_MS = 4000;

/** The engine's, or those of the board's timer adapter: the build puts them here. */
declare function setTimeout(callback: (d: Running) => void, ms: number, d: Running): unknown;
declare function clearTimeout(timer: unknown): void;

/*
 * Somebody may set the clock, and a registration must be renewed in time all the same. Timers do not mind: one that was set for an hour ends when
 * an hour has passed. But each time that we are woken between, what the clock says is all we know, and a clock that was set back makes that too
 * little. So the far timer goes on while nearer ones come and go, and at its end at least the time that it was set for has passed.
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

// `heard`: a datagram is all that woke us.
function pump(d: Running, heard?: boolean): void {
  const said = d._clock();
  const due = !heard || d._woken;
  const far = d._far && d._until <= d._now + d._wait;
  let step = said - d._said;
  // Set forward: whatever was due counts as due. Set back: the same, unless the far timer knows better; a clock that trembles stands still.
  if (step > d._wait + LATE_MS || (step < -JITTER_MS && !far)) step = d._wait;
  else if (step < 0) step = 0;
  d._said = said;
  d._now += step;
  // The clock was set forward, and what the far timer was for is due by now.
  if (d._far && d._until <= d._now) {
    clearTimeout(d._far);
    d._far = 0;
  }
  // Espruino ends what runs out of memory, no `catch` helps: the next time must be set before, and before the old one goes.
  const old = d._timer;
  const timer = (d._timer = setTimeout(pump, AGAIN_MS, d));
  d._woken = true;
  clearTimeout(old);
  if (LIMIT_RESERVE) needRoom();
  // What was loaded when memory ended is still there.
  else if (FEATURE_OVERLAYS) dropOverlays();
  const received = receive(d.client, d._now);
  // A stranger's datagram changes nothing.
  if (received || due || step >= d._wait) {
    const wait = pollObjects(d._objects, d, d._now);
    // Engines cut parts of a ms off, and would come too early.
    d._wait = Math.ceil(poll(d.client, d._now));
    if (wait < d._wait) d._wait = wait;
    if (received > 1) d._wait = 0;
  } else d._wait = Math.ceil(d._wait - step);
  // Unless a handler said meanwhile that there is more to do.
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

// Never at once: the caller may be a handler, and the client at work.
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

/** Makes a client on the board's adapters and starts it. Throws a string for a server URI that is none. */
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
