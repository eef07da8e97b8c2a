/** The client: created once, then driven by four functions. It holds no timer and reads no clock. */
import {
  FEATURE_BLOCK1,
  FEATURE_BLOCK2,
  FEATURE_LAZY,
  FEATURE_OBSERVE,
  FEATURE_OVERLAYS,
  FEATURE_PRELOAD,
  FEATURE_REGISTER_BLOCK1,
  FEATURE_SERVER_OBJECT,
  LIMIT_BLOCK,
  LIMIT_BODY,
  LIMIT_DATAGRAM,
  LIMIT_LOCATION,
  LIMIT_OBSERVATIONS,
} from '../features';
import { acknowledge, EVENT_ACK, EVENT_REQUEST, EVENT_RESPONSE, EVENT_TIMEOUT, initEndpoint, isOver, receiveDatagram, receiveEmpty, transmit } from '../coap/endpoint';
import { szxOf } from '../wire/block';
import { CODE_BAD_OPTION, CODE_REQUEST_ENTITY_TOO_LARGE, TYPE_CON, TYPE_NON } from '../wire/coap';
import { makeScratch } from '../wire/numbers';
import { takeUri } from '../wire/uri';
import { handleRequest } from './dispatch';
import { CHANGED_NOTHING, STATE_LEAVING, STATE_STOPPED, STATE_WAITING } from './model';
import type { Account, Attributes, Client, ClientOptions, Observation, Server, Transfer } from './model';
import { createObservation } from './reporting/notify';
import { leave, pollServer } from './registration/register';
import { takeOptions } from './request';
import { createServerObject, isPossible } from './server';
import { LIMIT_VERSIONS } from './version';
import { build, endExchange } from './exchange';

/** Releases the functions loaded for the operation that has ended. Inserted by the build (src/host/build/overlays.ts). */
declare function dropOverlays(): void;

function createServer(a: Account, index: number): Server {
  const s = {
    _exchange: 0,
    _state: STATE_STOPPED,
    _due: Infinity,
    _changed: 0,
    _address: '',
    _mid: 0,
    _token: 0,
    _deadline: 0,
    _timeout: 0,
    _tries: 0,
    _place: index,
    _instance: a.instance === undefined ? index : a.instance,
    _values: [a.ssid || index + 1, a.lifetime || 86400, a.pmin || 0, a.pmax || 0, 0, a.disable === undefined ? 86400 : a.disable, a.storing !== false, a.binding || 'U'],
    _failures: 0,
    _saying: 0,
    _told: 0,
    _location: new Uint8Array(LIMIT_LOCATION),
    _locationEnd: 0,
    _sequence: 1,
    _block: -1,
  } as unknown as Server;
  // There is no DTLS: refuse coaps:// rather than send plain.
  if (!takeUri(s, a.uri) || a.uri.charAt(4) !== ':') throw 'wixt: bad server URI ' + a.uri;
  if (FEATURE_SERVER_OBJECT) for (let r = 8; r--; ) if (!isPossible(r, s._values[r])) throw 'wixt: bad /1/' + s._instance + '/' + r + ': ' + s._values[r];
  return s;
}

/**
 * Creates a client with all of its memory. Throws a string for an invalid server URI, and for a binding, lifetime or period that a server
 * could not write either.
 */
export function createClient(options: ClientOptions): Client {
  const szx = FEATURE_BLOCK1 || FEATURE_BLOCK2 || FEATURE_REGISTER_BLOCK1 ? szxOf(options.block || LIMIT_BLOCK) : 0;
  // Espruino searches properties in creation order: those that every request needs come first.
  const c = {
    _n: 0,
    _b: undefined,
    _peer: undefined,
    _end: 0,
    _watched: 0,
    _servers: [] as Server[],
    _objects: [] as unknown[],
    _access: options.access,
    _onEvent: options.onEvent,
    _szx: szx,
    _plain: options.block || LIMIT_DATAGRAM,
    _total: -1,
    _sum: -1,
    _sms: options.sms,
    _turn: 0,
    _endpoint: options.endpoint,
    _observations: [] as Observation[],
    _attributes: [] as Attributes[],
  } as unknown as Client;
  let given = false;
  let i;
  if (FEATURE_PRELOAD) makeScratch();
  initEndpoint(c, options.udp, options.random);
  for (i = 0; i < options.servers.length; i++) {
    const s = createServer(options.servers[i], i);
    c._servers.push(s);
  }
  c._peers = c._servers;
  for (i = 0; i < options.objects.length; i++) {
    c._objects.push(options.objects[i]);
    if (options.objects[i].id === 1) given = true;
  }
  if (FEATURE_SERVER_OBJECT && !given) {
    const object = createServerObject(c);
    c._objects.unshift(object);
  }
  if (FEATURE_OBSERVE) {
    c._tokens = new Uint8Array(LIMIT_OBSERVATIONS * 9);
    if (!FEATURE_OVERLAYS && !FEATURE_LAZY) {
      for (i = 0; i < LIMIT_OBSERVATIONS; i++) {
        const observation = createObservation();
        c._observations.push(observation);
      }
    }
  }
  if (FEATURE_BLOCK2) c._versions = new Uint16Array(LIMIT_VERSIONS * 4 + 1);
  if (FEATURE_BLOCK1) c._transfer = { _server: undefined, _n: 0, _o: 0, _i: 0, _r: 0, _m: 0 } as Transfer;
  // Boards with least memory share one record for both.
  if (FEATURE_BLOCK1) c._pieces = FEATURE_OVERLAYS ? c._transfer : ({ _server: undefined, _n: 0, _o: 0, _i: 0, _r: 0, _m: 0 } as Transfer);
  if (FEATURE_BLOCK1 && !FEATURE_OVERLAYS && !FEATURE_LAZY) c._transfer._body = new Uint8Array(LIMIT_BODY);
  return c;
}

/** Registers with every server at the next `poll`; after `stop`, once the de-registration has ended. `now`: ms of a monotonic clock. */
export function start(c: Client, now: number): void {
  for (let i = 0; i < c._servers.length; i++) {
    const s = c._servers[i];
    if (s._due === Infinity) {
      s._due = now;
      if (s._state === STATE_STOPPED) s._state = STATE_WAITING;
    }
  }
}

/** Datagrams per call: a flood must leave time for the board's own work. */
const LIMIT_BURST = 16;

/**
 * Handles up to 16 waiting datagrams. Returns 0 when none of them changed anything, as unknown senders and duplicates do not. Otherwise call
 * `poll`; after 2 also call `receive` again soon: more may wait, and the adapter need not report them again.
 */
export function receive(c: Client, now: number): number {
  let left = LIMIT_BURST;
  let ours = 0;
  let end;
  let event;
  c._now = now;
  for (; left; left--) {
    end = c._udp.read(c._b);
    if (end === undefined) break;
    event = receiveDatagram(c, end);
    if (event && event < EVENT_ACK) {
      let wrong = takeOptions(c, end);
      // The options extend past our buffer: the request is too large.
      if (wrong < 0 && end > LIMIT_DATAGRAM) wrong = CODE_REQUEST_ENTITY_TOO_LARGE;
      c._wrong = wrong;
      // Reject a message format error, and an unknown critical option in a response or a Non-confirmable message (RFC 7252 5.4.1).
      if (wrong && (event === EVENT_RESPONSE || wrong < 0 || (wrong === CODE_BAD_OPTION && c._type === TYPE_NON))) event = receiveEmpty(c, c._peer);
      else if (event === EVENT_RESPONSE && c._type === TYPE_CON) acknowledge(c, c._peer);
    }
    // Release loaded functions before the next ones are loaded: see FEATURE_OVERLAYS.
    if (FEATURE_OVERLAYS) dropOverlays();
    if (event === EVENT_REQUEST) {
      // Servers that we are leaving get no answers (LwM2M 1.0.2 E.2, Disable), nor do those without an address: see `finish`.
      if (c._peer._state !== STATE_LEAVING) handleRequest(c);
    } else if (event) endExchange(c, event);
    if (event) ours = 1;
    if (FEATURE_OVERLAYS) dropOverlays();
  }
  return left ? ours : 2;
}

/** Does all due work. Returns the ms until the next call, at most 2^31 - 1; call earlier after `receive` or `changed`. */
export function poll(c: Client, now: number): number {
  const servers = c._servers;
  const count = servers.length;
  let next = 2147483647;
  let at;
  c._now = now;
  for (let i = 0; i < count; i++) {
    const s = servers[i];
    c._peer = s;
    if (s._exchange && isOver(c, s)) endExchange(c, EVENT_TIMEOUT);
    if (!s._exchange) at = pollServer(c);
    if (FEATURE_OVERLAYS) dropOverlays();
    if (s._exchange) {
      if (s._deadline <= now) {
        build(c);
        transmit(c, s);
        if (FEATURE_OVERLAYS) dropOverlays();
      }
      at = s._exchange ? s._deadline : now;
    }
    if (at! - now < next) next = at! - now;
  }
  return next > 0 ? next : 0;
}

/** De-registers from every server; the event "deregistered" follows for each. Continue to call `receive` and `poll`. */
export function stop(c: Client): void {
  for (let i = 0; i < c._servers.length; i++) leave(c._servers[i], Infinity);
}

/** Sends an Update to every server where we are registered, at the next `poll`; after a 5.03 not before its Max-Age has passed. */
export function update(c: Client, now: number): void {
  c._now = now;
  for (let i = 0; i < c._servers.length; i++) c._servers[i]._changed |= CHANGED_NOTHING;
}
