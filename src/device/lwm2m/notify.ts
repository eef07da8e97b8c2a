/** Observe, Notify and Cancel: RFC 7641, LwM2M 1.0.2 sections 5.1.2 and 5.5. */
import { FEATURE_ATTRIBUTES, FEATURE_BLOCK2, FEATURE_OBSERVE, FEATURE_OBSERVE_EVENTS, FEATURE_OVERLAYS, LIMIT_OBSERVATIONS } from '../features';
import { nextMid, openExchange } from '../coap/endpoint';
import { CODE_CONTENT, CODE_UNAUTHORIZED, putHeader, TYPE_CON } from '../wire/coap';
import { isAllowed } from './access';
import { ATTRIBUTE_GT, ATTRIBUTE_LT, ATTRIBUTE_PMAX, ATTRIBUTE_PMIN, ATTRIBUTE_ST, attributeOf, copyPath } from './attributes';
import { ACCESS_READ, emit, isSame, OBSERVATION_OWED, OBSERVATION_TOUCHED, pathOf, SERVER_PMAX, SERVER_PMIN } from './model';
import type { Client, Observation } from './model';
import { putPayload, readValue } from './payload';
import { chooseFormat, read } from './read';
import { aim } from './target';

/** A free slot, with every field that it will have: a property that comes later is an allocation. */
export function createObservation(): Observation {
  return { _server: undefined, _n: 0, _o: 0, _i: 0, _r: 0, _m: 0, _format: 0, _block2: 0, _sent: 0, _value: undefined, _state: 0 };
}

/** Ends an observation, and tells the application. */
export function endObservation(c: Client, o: Observation): void {
  const s = o._server!;
  o._server = undefined;
  if (FEATURE_OBSERVE_EVENTS) emit(c, 'cancelled', s, pathOf(o));
}

/** Ends the observations of the server at hand: they do not outlive its registration (LwM2M 1.0.2 5.3.1). */
export function dropObservations(c: Client): void {
  for (let i = c._watched; i--; ) if (c._observations[i]._server === c._peer) endObservation(c, c._observations[i]);
}

/** Answers a GET: with Observe 0 it starts an observation, with 1 it ends one. When no slot is free it is a plain Read (RFC 7641 4.1). */
export function observe(c: Client): number {
  const s = c._peer;
  let slot = -1;
  let free = -1;
  let code;
  let k;
  for (let i = c._watched; i--; ) {
    const x = c._observations[i];
    // The slot that is meant: the same token, or the same path, as LwM2M has one observation for a server and path.
    k = c._tokens[i * 9] === c._tkl ? c._tkl : -1;
    while (k > 0 && c._tokens[i * 9 + k] === c._b[k + 3]) k--;
    if (x._server === s && (!k || (x._n === c._n && isSame(x, c, x._n)))) slot = i;
    if (!x._server) free = i;
  }
  if (c._observe === 1 && slot >= 0) endObservation(c, c._observations[slot]);
  if (c._observe) return read(c, -1);
  if (slot < 0) slot = free;
  if (slot < 0 && c._watched < LIMIT_OBSERVATIONS) {
    slot = c._watched;
    c._watched++;
    // Where code is loaded for a request, so is the room for an observation, which then stays.
    if (FEATURE_OVERLAYS) c._observations.push(createObservation());
  }
  const o = slot < 0 ? undefined : c._observations[slot];
  code = read(c, o ? s._sequence : -1);
  if (code === CODE_CONTENT && o) {
    copyPath(o, c);
    o._server = s;
    c._tokens[slot * 9] = c._tkl;
    for (k = 0; k < c._tkl; k++) c._tokens[slot * 9 + 1 + k] = c._b[k + 4];
    o._format = c._accept;
    if (FEATURE_BLOCK2) o._block2 = c._block2 < 0 ? -1 : c._block2 & 7;
    o._state = 0;
    remember(c, o);
    if (FEATURE_OBSERVE_EVENTS && c._onEvent) emit(c, 'observed', s, pathOf(o));
  } else if (o && o._server) endObservation(c, o);
  return code;
}

function remember(c: Client, o: Observation): void {
  o._sent = c._now;
  o._value = c._single ? readValue(c._object, o) : undefined;
}

/** The application, or a server, has changed a value (`r` < 0: several), an instance (`i` < 0: several). Poll then decides what to notify. */
export function changed(c: Client, o: number, i: number, r: number): void {
  // Up to 1,023 a number takes no JsVar of its own, on any board.
  if (FEATURE_BLOCK2) c._version = (c._version + 1) & 1023 || 1;
  if (FEATURE_OBSERVE)
    for (let k = c._watched; k--; ) {
      const a = c._observations[k];
      if (a._o === o && (a._n < 2 || i < 0 || a._i === i) && (a._n < 3 || r < 0 || a._r === r)) a._state |= OBSERVATION_TOUCHED;
    }
}

// Is the value now so far from the one last sent that the attributes ask for a notification?
function isDue(c: Client, o: Observation): boolean {
  if (aim(c, o) || !c._single) return true;
  const v = readValue(c._object, o) as number;
  const old = o._value as number;
  if (FEATURE_ATTRIBUTES && c._attributes.length) {
    const gt = attributeOf(c, o, ATTRIBUTE_GT);
    const lt = attributeOf(c, o, ATTRIBUTE_LT);
    const st = attributeOf(c, o, ATTRIBUTE_ST);
    if (gt !== undefined || lt !== undefined || st !== undefined)
      return (gt !== undefined && v > gt !== old > gt) || (lt !== undefined && v < lt !== old < lt) || (st !== undefined && (v > old ? v - old : old - v) >= st);
  }
  return v !== old || typeof v === 'object';
}

/** Sends the notification of slot `k` when it is due, and says when to look again, in ms; Infinity for not before a change. */
export function pollObservation(c: Client, k: number): number {
  const s = c._peer;
  const o = c._observations[k];
  let pmin = attributeOf(c, o, ATTRIBUTE_PMIN);
  let pmax = attributeOf(c, o, ATTRIBUTE_PMAX);
  if (pmin === undefined) pmin = (s._values[SERVER_PMIN] as number);
  if (pmax === undefined) pmax = (s._values[SERVER_PMAX] as number);
  const last = o._sent + (pmax ? pmax * 1000 : Infinity);
  if (o._state & OBSERVATION_TOUCHED) o._state = o._state & OBSERVATION_OWED || isDue(c, o) ? OBSERVATION_OWED : 0;
  // A maximum below the minimum is no maximum (LwM2M 1.0.2 5.1.2).
  if (pmax >= pmin && last <= c._now) o._state = OBSERVATION_OWED;
  if (!o._state) return pmax >= pmin ? last : Infinity;
  pmin = o._sent + pmin * 1000;
  if (pmin > c._now) return pmin;
  o._state = 0;
  openExchange(c, s, -1 - k);
  return Infinity;
}

/**
 * Writes the notification that `s` has open. What changed since it was sent goes out under a new message id and number instead of
 * the old again (RFC 7641 4.5.2); an unchanged one is the same bytes. False when the observation has ended meanwhile.
 */
export function buildNotification(c: Client): boolean {
  const s = c._peer;
  const k = -1 - s._exchange;
  const o = c._observations[k];
  const tkl = c._tokens[k * 9];
  let code;
  if (o._server !== s) return false;
  if (!s._tries || o._state) {
    if (s._tries) s._mid = nextMid(c);
    o._state = 0;
    s._sequence = (s._sequence + 1) & 16777215;
  }
  // A right to read that was taken away ends what it allowed (LwM2M 1.0.2 7.3).
  code = aim(c, o) || (o._n < 2 || isAllowed(c, o._o, o._i, ACCESS_READ) ? 0 : CODE_UNAUTHORIZED);
  c._end = putHeader(c._b, TYPE_CON, tkl, CODE_CONTENT, s._mid) + tkl;
  for (let i = 0; i < tkl; i++) c._b[i + 4] = c._tokens[k * 9 + 1 + i];
  c._last = 0;
  if (!code) {
    remember(c, o);
    code = putPayload(c, o, chooseFormat(c, o._format), s._sequence, o._block2);
  }
  // An error ends the observation: it goes without an Observe option (RFC 7641 4.2).
  if (code !== CODE_CONTENT) c._end = 4 + tkl;
  c._b[1] = s._saying = code;
  return true;
}
