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

/** The bits of _state that say when an observation had its last turn, or was asked to have one: by _turn of the client, round at 256. */
const TURNS = 1020;

/** A free slot, with every field that it will have: a property that comes later is an allocation. */
export function createObservation(): Observation {
  return { _server: undefined, _n: 0, _o: 0, _i: 0, _r: 0, _m: 0, _format: 0, _block2: 0, _sent: 0, _value: undefined, _state: 0 };
}

/** Ends an observation of the server at hand, with the notification of it that is under way, and tells the application. */
export function endObservation(c: Client, o: Observation): void {
  if (c._observations[-1 - c._peer._exchange] === o) c._peer._exchange = 0;
  o._server = undefined;
  o._state = 0;
  if (FEATURE_OBSERVE_EVENTS) emit(c, 'cancelled', pathOf(o));
}

/** Ends the observations of the server at hand: they do not outlive its registration (LwM2M 1.0.2 5.3.1). */
export function dropObservations(c: Client): void {
  for (let i = c._watched; i--; ) if (c._observations[i]._server === c._peer) endObservation(c, c._observations[i]);
}

/**
 * Answers a GET: with Observe 0 it starts an observation, with 1 it ends one. Endpoint and token say which (RFC 7641 4.1): a path may have
 * several, in other formats or blocks. When no slot is free it is a plain Read, unless the server has observed the same with another token:
 * servers that observe anew let go of the old token without a word.
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
      // That was a token which is given to another path: it is not waited for at the first.
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
      // Where code is loaded for a request, so is the room for an observation, which then stays.
      if (FEATURE_OVERLAYS || FEATURE_LAZY) c._observations.push(createObservation());
    }
    if (slot < 0 && older >= 0) {
      slot = older;
      endObservation(c, c._observations[slot]);
    }
  }
  const o = c._observations[slot];
  // The number rises with a renewal as well (RFC 7641 4.4).
  if (o) s._sequence = (s._sequence + 1) & 16777215;
  const code = read(c, c, o ? s._sequence : -1);
  if (code === CODE_CONTENT && o) {
    // A renewal does not take the place of a notification that is owed or under way: it may be a late copy, whose answer nobody takes. It goes
    // out anew, since what comes back for the old message id is of before (RFC 7252 4.2).
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

/** The application, or a server, has changed a value (`r` < 0: several), an instance (`i` < 0: several). Poll then decides what to notify. */
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

// Is the value now so far from the one last sent that the attributes ask for a notification?
function isDue(c: Client, o: Observation): boolean {
  if (aim(c, o) || !c._single) return true;
  const v = readValue(c._object, o) as number;
  const old = o._value as number;
  // The thresholds are for numbers: what is none, or gone, is told. Where one is not set, nothing is above, below or as far; lt is below gt where both are.
  if (FEATURE_ATTRIBUTES && c._attributes.length && typeof v === 'number') {
    const gt = attributeOf(c, o, 'gt')!;
    const lt = attributeOf(c, o, 'lt')!;
    const st = attributeOf(c, o, 'st')!;
    if (gt !== lt || st !== undefined) return v !== old && (v > gt !== old > gt || v < lt !== old < lt || (v > old ? v - old : old - v) >= st);
  }
  return v !== old || typeof v === 'object';
}

/**
 * Opens the notification whose turn it is at the server at hand: that which has waited longest, for a change, or since it was sent last where
 * pmax asks for it. So one of which pmax ends goes before all that has changed since it was sent, and nobody is passed over twice. Returns
 * when to look again, in ms, unless it opened one.
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
    // Without a change at the end of pmax; a maximum below the minimum is none (LwM2M 1.0.2 5.1.2).
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
 * Writes the notification that `s` has open. What changed since it was sent goes out under a new message id and number instead of
 * the old again (RFC 7641 4.5.2); an unchanged one is the same bytes.
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
  // A right to read that was taken away ends what it allowed (LwM2M 1.0.2 7.3).
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
  // An error ends the observation: it goes without an Observe option (RFC 7641 4.2).
  if (code !== CODE_CONTENT) c._end = 4 + tkl;
  c._b[1] = s._saying = code;
}
