/** Register, Update, De-register and their timing: LwM2M 1.0.2 sections 5.3 and 8.2.3. ARCHITECTURE.md has a table. */
import { FEATURE_OBSERVE } from '../../features';
import { openExchange } from '../../coap/endpoint';
import { ABOUT_DEREGISTER, ABOUT_REGISTER, ABOUT_UPDATE, CHANGED_LIFETIME, emit, SERVER_LIFETIME, STATE_LEAVING, STATE_REGISTERED, STATE_STOPPED, STATE_WAITING } from '../model';
import type { Client, Server } from '../model';
import { dropObservations, pollObservations } from '../reporting/notify';

/** First wait after a failed registration, doubled with each failure up to 68 minutes. */
const RETRY_S = 4;
const RETRY_DOUBLINGS = 10;

// The message of `s` carries all changes, starting with its first block.
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
  // The server counts the lifetime from the first copy that it receives: so count from our first copy, not from the answer.
  if (about < ABOUT_DEREGISTER) s._due = c._now;
  openExchange(c, s, about);
}

// Schedules a retry, with a delay that grows with the failures; not before `age` seconds, if the current server asks for that (RFC 7252 5.9.3.4, RFC 8516).
export function retry(c: Client, code: number, age: number): void {
  const s = c._peer;
  let wait = RETRY_S << s._failures;
  if (age > wait) wait = age;
  s._due = c._now + wait * (1000 + c._random() * 500);
  // Its contents are still due. The server may know either lifetime, so send any that is written.
  s._changed |= s._saying;
  if (s._saying & CHANGED_LIFETIME) s._told = 0;
  if (s._failures < RETRY_DOUBLINGS) s._failures++;
  emit(c, 'error', code);
}

// Leaves the current server. Without an address it is an unknown sender, which gets no answer (E.2: all its messages are ignored).
export function finish(c: Client): void {
  const s = c._peer;
  s._state = s._due < Infinity ? STATE_WAITING : STATE_STOPPED;
  s._address = '';
  s._failures = s._locationEnd = 0;
  emit(c, 'deregistered');
}

/** De-registers `s`, to register again at `due` (ms; Infinity: never). A later call can only postpone `due`. */
export function leave(s: Server, due: number): void {
  if (s._state === STATE_LEAVING) {
    if (due > s._due) s._due = due;
  } else if (s._state) {
    // Await only an open Register: its Location-Path is needed to de-register.
    if (s._exchange !== ABOUT_REGISTER || !s._tries) s._exchange = 0;
    s._state = STATE_LEAVING;
    s._due = due;
  }
}

/** Opens the due exchange of the current server, which has none open. If none is due, returns when to look again, in ms. */
export function pollServer(c: Client): number {
  const s = c._peer;
  const state = s._state;
  let due = s._due;
  let address;
  if (state === STATE_REGISTERED) {
    // A server that asked us to wait gets nothing before `due`.
    if (due > c._now && (s._failures || !s._changed)) {
      const at = FEATURE_OBSERVE ? pollObservations(c) : due;
      return at < due ? at : due;
    }
    open(c, ABOUT_UPDATE);
  } else if (state === STATE_WAITING && due <= c._now) {
    // Resolve once for each registration: Espruino would look up a name, blocking, for every datagram.
    address = c._udp.resolve(s._host);
    if (address === undefined) return c._now + 500;
    if (address === null) retry(c, 0, 0);
    else {
      s._address = address;
      if (FEATURE_OBSERVE) dropObservations(c);
      // An event handler may have stopped the client.
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
