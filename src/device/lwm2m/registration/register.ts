/** Register, Update, De-register and keeping it so: LwM2M 1.0.2 sections 5.3 and 8.2.3. ARCHITECTURE.md has it as a table. */
import { FEATURE_OBSERVE } from '../../features';
import { openExchange } from '../../coap/endpoint';
import { ABOUT_DEREGISTER, ABOUT_REGISTER, ABOUT_UPDATE, CHANGED_LIFETIME, emit, SERVER_LIFETIME, STATE_LEAVING, STATE_REGISTERED, STATE_STOPPED, STATE_WAITING } from '../model';
import type { Client, Server } from '../model';
import { dropObservations, pollObservations } from '../reporting/notify';

/** First wait after a failed registration, doubled with each failure up to 68 minutes, for ever. */
const RETRY_S = 4;
const RETRY_DOUBLINGS = 10;

// The message of `s` says all that has changed, from its first byte on.
export function say(s: Server): void {
  s._saying |= s._changed;
  s._changed = 0;
  s._told = s._values[SERVER_LIFETIME] as number;
  s._block = -1;
}

function open(c: Client, about: number): void {
  const s = c._peer;
  s._saying = 0;
  say(s);
  // A server counts the lifetime from when it hears of us, which may be the first copy: so do we, and not from its answer.
  if (about < ABOUT_DEREGISTER) s._due = c._now;
  openExchange(c, s, about);
}

// Tries again, after the first failure soon, later and later after more; not before `age` seconds, as the server at hand wants it (RFC 7252 5.9.3.4, RFC 8516).
export function retry(c: Client, code: number, age: number): void {
  const s = c._peer;
  let wait = RETRY_S << s._failures;
  if (age > wait) wait = age;
  s._due = c._now + wait * (1000 + c._random() * 500);
  // What it would have said is still to be said; which lifetime the server knows is uncertain, and any that is written is told.
  s._changed |= s._saying;
  if (s._saying & CHANGED_LIFETIME) s._told = 0;
  if (s._failures < RETRY_DOUBLINGS) s._failures++;
  emit(c, 'error', code);
}

// The server at hand is left. Without an address it is a stranger, who gets no answer (E.2: all its messages are ignored).
export function finish(c: Client): void {
  const s = c._peer;
  s._state = s._due < Infinity ? STATE_WAITING : STATE_STOPPED;
  s._address = '';
  s._failures = s._locationEnd = 0;
  emit(c, 'deregistered');
}

/** De-registers `s`, to come back at `due` (ms; Infinity: to stay away). While it leaves, nothing brings it back before that. */
export function leave(s: Server, due: number): void {
  if (s._state === STATE_LEAVING) {
    if (due > s._due) s._due = due;
  } else if (s._state) {
    // What a Register brings must be known before it can be taken back; nothing else is waited for.
    if (s._exchange !== ABOUT_REGISTER || !s._tries) s._exchange = 0;
    s._state = STATE_LEAVING;
    s._due = due;
  }
}

/** Opens what is due at the server at hand, which has no exchange open. Returns when to look again, in ms, unless it opened one. */
export function pollServer(c: Client): number {
  const s = c._peer;
  const state = s._state;
  let due = s._due;
  let address;
  if (state === STATE_REGISTERED) {
    // A server that has put us off hears nothing before `due`.
    if (due > c._now && (s._failures || !s._changed)) {
      const at = FEATURE_OBSERVE ? pollObservations(c) : due;
      return at < due ? at : due;
    }
    open(c, ABOUT_UPDATE);
  } else if (state === STATE_WAITING && due <= c._now) {
    // Once for each registration: on Espruino a name is looked up, blocking, with every datagram.
    address = c._udp.resolve(s._host);
    if (address === undefined) return c._now + 500;
    if (address === null) retry(c, 0, 0);
    else {
      s._address = address;
      if (FEATURE_OBSERVE) dropObservations(c);
      // An event may have made the application stop.
      if (s._state === state) open(c, ABOUT_REGISTER);
    }
  }
  if (s._state === STATE_LEAVING) {
    if (FEATURE_OBSERVE) dropObservations(c);
    if (s._locationEnd > 0) open(c, ABOUT_DEREGISTER);
    else finish(c);
  }
  return s._due;
}
