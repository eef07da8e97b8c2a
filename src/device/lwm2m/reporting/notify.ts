/** Observe, Notify and Cancel: RFC 7641, LwM2M 1.0.2 sections 5.1.2 and 5.5. */
import { FEATURE_ATTRIBUTES, FEATURE_BLOCK2, FEATURE_LAZY, FEATURE_OBSERVE, FEATURE_OBSERVE_EVENTS, FEATURE_OVERLAYS, LIMIT_OBSERVATIONS } from '../../features';
import { nextMid, openExchange } from '../../coap/endpoint';
import { CODE_CONTENT, CODE_UNAUTHORIZED, putHeader, TYPE_CON } from '../../wire/coap';
import { isAllowed } from '../access';
import { attributeOf } from '../management/attributes';
import { ACCESS_READ, emit, OBSERVATION_OWED, OBSERVATION_PENDING, OBSERVATION_TOUCHED, SERVER_PMAX, SERVER_PMIN } from '../model';
import type { Client, Observation } from '../model';
import { readValue } from '../management/payload';
import { read } from '../management/read';
import { aim } from '../target';
import { renew } from '../version';
import { copyPath, isAbove, pathOf } from '../path';

/** The bits of _state that hold when an observation had its last turn, or was queued for one: _turn of the client, modulo 256. */
const TURNS = 1020;

/** Returns a free slot. All fields exist now: adding one later allocates. */
export function createObservation(): Observation {
  return { _server: undefined, _n: 0, _o: 0, _i: 0, _r: 0, _m: 0, _format: 0, _block2: 0, _sent: 0, _value: undefined, _state: 0 };
}

/** Ends an observation of the current server with its open notification, and informs the application. */
export function endObservation(c: Client, o: Observation): void {
  if (c._observations[-1 - c._peer._exchange] === o) c._peer._exchange = 0;
  o._server = undefined;
  o._state = 0;
  if (FEATURE_OBSERVE_EVENTS) emit(c, 'cancelled', pathOf(o));
}

/** Ends the observations of the current server: they do not outlive its registration (LwM2M 1.0.2 5.3.1). */
export function dropObservations(c: Client): void {
  for (let i = c._watched; i--; ) if (c._observations[i]._server === c._peer) endObservation(c, c._observations[i]);
}

/**
 * Answers a GET: Observe 0 starts an observation, 1 ends one. Endpoint and token identify it (RFC 7641 4.1): a path may have several, in
 * different formats or block sizes. Without a free slot it is a plain Read, unless the server observes the same with another token:
 * servers that observe anew silently drop the old token.
 */
export function observe(c: Client): number {
  const s = c._peer;
  let slot = -1;
  let free = -1;
  let older = -1;
  let k;
  for (let i = c._watched; i--; ) {
    const x = c._observations[i];
    if (x._server === s) {
      k = c._tokens[i * 9] === c._tkl ? c._tkl : -1;
      while (k > 0 && c._tokens[i * 9 + k] === c._b[k + 3]) k--;
      if (x._n === c._n && isAbove(x, c)) {
        if (!k) slot = i;
        else if (x._format === c._accept && (older < 0 || x._sent < c._observations[older]._sent)) older = i;
      } else if (!k && !c._observe) endObservation(c, x);
      // The server reused its token for another path: end the old observation.
    }
    if (!x._server) free = i;
  }
  if (c._observe) {
    if (c._observe === 1 && slot >= 0) endObservation(c, c._observations[slot]);
    slot = -1;
  } else if (slot < 0) {
    slot = free;
    if (slot < 0 && c._watched < LIMIT_OBSERVATIONS) {
      slot = c._watched;
      c._watched++;
      // Where functions are loaded for a request, the slot is allocated then, too, and kept.
      if (FEATURE_OVERLAYS || FEATURE_LAZY) c._observations.push(createObservation());
    }
    if (slot < 0 && older >= 0) {
      slot = older;
      endObservation(c, c._observations[slot]);
    }
  }
  const o = c._observations[slot];
  // A renewal increments the number as well (RFC 7641 4.4).
  if (o) s._sequence = (s._sequence + 1) & 16777215;
  const code = read(c, c, o ? s._sequence : -1);
  if (code === CODE_CONTENT && o) {
    // A renewal does not replace a notification that is due or open: it may be a late duplicate whose answer nobody reads. The notification goes
    // out anew, since an answer to its old message id concerns the old state (RFC 7252 4.2).
    k = o._state & OBSERVATION_PENDING;
    if (c._observations[-1 - s._exchange] === o) {
      k = 1;
      s._exchange = 0;
    }
    copyPath(o, c);
    o._server = s;
    c._tokens[slot * 9] = c._tkl;
    c._tokens.set(c._b.subarray(4, 12), slot * 9 + 1);
    o._format = c._accept;
    if (FEATURE_BLOCK2) o._block2 = c._block2 < 0 ? -1 : c._block2 & 7;
    o._state = c._turn + (k ? OBSERVATION_OWED : 0);
    remember(c, o);
    if (FEATURE_OBSERVE_EVENTS && c._onEvent) emit(c, 'observed', pathOf(o));
  } else if (o && o._server) endObservation(c, o);
  return code;
}

function remember(c: Client, o: Observation): void {
  o._sent = c._now;
  o._value = c._single ? readValue(c._object, o) : undefined;
}

/** Marks a value (`r` < 0: several) of an instance (`i` < 0: several) as changed by the application or a server. `poll` then decides what to notify. */
export function changed(c: Client, o: number, i: number, r: number): void {
  if (FEATURE_BLOCK2) renew(c, o, i, r);
  if (FEATURE_OBSERVE)
    for (let k = 0; k < c._watched; k++) {
      const a = c._observations[k];
      if (a._server && a._o === o && (a._n < 2 || i < 0 || a._i === i) && (a._n < 3 || r < 0 || a._r === r)) {
        if (!(a._state & OBSERVATION_PENDING)) a._state = c._turn = (c._turn + 4) & TURNS;
        a._state |= OBSERVATION_TOUCHED;
      }
    }
}

// Whether the value differs enough from the last one sent for the attributes to require a notification.
function isDue(c: Client, o: Observation): boolean {
  if (aim(c, o) || !c._single) return true;
  const v = readValue(c._object, o) as number;
  const old = o._value as number;
  // Thresholds apply to numbers: any other value, or an absent one, is notified. An unset threshold never triggers; lt is below gt if both are set.
  if (FEATURE_ATTRIBUTES && c._attributes.length && typeof v === 'number') {
    const gt = attributeOf(c, o, 'gt')!;
    const lt = attributeOf(c, o, 'lt')!;
    const st = attributeOf(c, o, 'st')!;
    if (gt !== lt || st !== undefined) return v !== old && (v > gt !== old > gt || v < lt !== old < lt || (v > old ? v - old : old - v) >= st);
  }
  return v !== old || typeof v === 'object';
}

/**
 * Opens the next notification to the current server: the one that has waited longest, since its change, or since it was sent last if pmax
 * requires it. So one at the end of pmax precedes all that changed since it was sent, and none is passed over twice. If none is due,
 * returns when to look again, in ms.
 */
export function pollObservations(c: Client): number {
  const s = c._peer;
  let next = Infinity;
  let age = -1;
  let slot = 0;
  for (let k = 0; k < c._watched; k++) {
    const o = c._observations[k];
    if (o._server !== s) continue;
    let at = s._values[SERVER_PMIN] as number;
    let pmax = s._values[SERVER_PMAX] as number;
    if (FEATURE_ATTRIBUTES) {
      at = attributeOf(c, o, 'pmin', 0, at)!;
      pmax = attributeOf(c, o, 'pmax', 0, pmax)!;
    }
    if (o._state & OBSERVATION_TOUCHED) o._state = (o._state & TURNS) + (o._state & OBSERVATION_OWED || isDue(c, o) ? OBSERVATION_OWED : 0);
    // Without a change: at the end of pmax. A pmax below pmin is ignored (LwM2M 1.0.2 5.1.2).
    if (!(o._state & OBSERVATION_PENDING)) at = pmax && pmax >= at ? pmax : Infinity;
    at = o._sent + at * 1000;
    if (at > c._now) {
      if (at < next) next = at;
    } else {
      at = (c._turn + 3 - o._state) & TURNS;
      if (at > age) {
        age = at;
        slot = k;
      }
    }
  }
  if (age >= 0) {
    c._observations[slot]._state = c._turn = (c._turn + 4) & TURNS;
    openExchange(c, s, -1 - slot);
  }
  return next;
}

/**
 * Builds the current server's open notification. If its content has changed since it was sent, it gets a new message id and number (RFC 7641
 * 4.5.2); otherwise it is byte-identical.
 */
export function buildNotification(c: Client): void {
  const s = c._peer;
  const k = -1 - s._exchange;
  const o = c._observations[k];
  const tkl = c._tokens[k * 9];
  let code;
  if (!s._tries || o._state & OBSERVATION_PENDING) {
    if (s._tries) s._mid = nextMid(c);
    o._state &= TURNS;
    s._sequence = (s._sequence + 1) & 16777215;
  }
  // Losing the right to read ends the observation (LwM2M 1.0.2 7.3).
  code = aim(c, o) || (o._n < 2 || isAllowed(c, o._o, o._i, ACCESS_READ) ? 0 : CODE_UNAUTHORIZED);
  c._end = putHeader(c._b, TYPE_CON, tkl, CODE_CONTENT, s._mid) + tkl;
  c._b.set(c._tokens.subarray(k * 9 + 1, k * 9 + 9), 4);
  c._last = 0;
  if (!code) {
    remember(c, o);
    c._accept = o._format;
    c._block2 = o._block2;
    code = read(c, o, s._sequence);
  }
  // An error ends the observation, and has no Observe option (RFC 7641 4.2).
  if (code !== CODE_CONTENT) c._end = 4 + tkl;
  c._b[1] = s._saying = code;
}
