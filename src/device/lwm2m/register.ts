/** Register, Update, De-register and keeping it so: LwM2M 1.0.2 sections 5.3 and 8.2.3. ARCHITECTURE.md has it as a table. */
import { FEATURE_OBSERVE, FEATURE_REGISTER_BLOCK1 } from '../features';
import { addString, EVENT_ACK, EVENT_RESPONSE, EVENT_TIMEOUT, openExchange, renewExchange } from '../coap/endpoint';
import { encodeBlock, offsetOf } from '../wire/block';
import {
  CODE_CHANGED,
  CODE_CONTENT,
  CODE_CONTINUE,
  CODE_CREATED,
  CODE_DELETE,
  CODE_POST,
  CODE_REQUEST_ENTITY_TOO_LARGE,
  CODE_SERVICE_UNAVAILABLE,
  CODE_TOO_MANY_REQUESTS,
  FORMAT_LINK,
  OPTION_URI_PATH,
  putHeader,
  TYPE_CON,
} from '../wire/coap';
import { putInt } from '../wire/numbers';
import { CHANGED_LIFETIME, CHANGED_NOTHING, CHANGED_OBJECTS, emit, SERVER_LIFETIME, STATE_LEAVING, STATE_REGISTERED, STATE_STOPPED, STATE_WAITING } from './model';
import type { Client, Server } from './model';
import { buildNotification, dropObservations, endObservation, pollObservations } from './notify';
import { putPayload } from './payload';
import { ABOUT_DEREGISTER, ABOUT_REGISTER, ABOUT_UPDATE, putQueries } from './queries';

/** First wait after a failed registration, doubled with each failure up to 68 minutes, for ever. */
const RETRY_S = 4;
const RETRY_DOUBLINGS = 10;
/** How long before its end a registration is renewed: MAX_TRANSMIT_WAIT (RFC 7252 4.8.2), so that every retransmission still counts. */
const MARGIN_S = 93;

// The message of `s` says all that has changed, from its first byte on.
function say(s: Server): void {
  s._saying |= s._changed;
  s._changed = 0;
  s._told = s._values[SERVER_LIFETIME] as number;
  s._block = -1;
}

/**
 * Writes what the server at hand has open, the same bytes each time. What has changed since goes out under a new message id and token
 * instead (RFC 7252 4.4: one message id, one message).
 */
export function build(c: Client): void {
  const s = c._peer;
  const about = s._exchange;
  if (FEATURE_OBSERVE && about < 0) return buildNotification(c);
  if (about < ABOUT_DEREGISTER && (s._tries || s._block >= 0) && s._changed > CHANGED_NOTHING) {
    say(s);
    renewExchange(c, s);
  }
  c._end = putInt(c._b, putHeader(c._b, TYPE_CON, 4, about === ABOUT_DEREGISTER ? CODE_DELETE : CODE_POST, s._mid), s._token, 4);
  c._last = 0;
  if (about === ABOUT_REGISTER) {
    s._locationEnd = 0;
    addString(c, OPTION_URI_PATH, 'rd');
  } else {
    c._b.set(s._location.subarray(0, s._locationEnd), c._end);
    c._end += s._locationEnd;
    c._last = OPTION_URI_PATH;
  }
  if (about === ABOUT_REGISTER || (about === ABOUT_UPDATE && s._saying & CHANGED_OBJECTS)) putPayload(c, undefined, FORMAT_LINK, -1, s._block);
  else if (about === ABOUT_UPDATE) putQueries(c);
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
function retry(c: Client, code: number, age: number): void {
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
function finish(c: Client): void {
  const s = c._peer;
  s._state = s._due < Infinity ? STATE_WAITING : STATE_STOPPED;
  s._address = '';
  s._failures = s._locationEnd = 0;
  emit(c, 'deregistered');
}

/** The end of the exchange of the server at hand: what ended it is an EVENT_…. */
export function handleResponse(c: Client, event: number): void {
  const s = c._peer;
  const about = s._exchange;
  let code = 0;
  if (FEATURE_OBSERVE && about < 0) {
    if (event !== EVENT_ACK || s._saying !== CODE_CONTENT) endObservation(c, c._observations[-1 - about]);
  } else if (event === EVENT_RESPONSE) {
    // A response that can't be understood is none (RFC 7252 5.4.1).
    code = c._wrong ? 0 : c._code;
    if (FEATURE_REGISTER_BLOCK1 && (code === CODE_CONTINUE || code === CODE_REQUEST_ENTITY_TOO_LARGE)) {
      // The next block, or the first again in the smaller size that the server asks for (RFC 7959 2.5, 2.9.3).
      const block = s._block < 0 ? c._szx : s._block;
      const szx = block & 7;
      // 7 for none: above all sizes.
      const wanted = c._block1 & 7;
      const next = code === CODE_CONTINUE ? encodeBlock(offsetOf(block) + (16 << szx), false, wanted < szx ? wanted : szx) : wanted < szx ? wanted : -1;
      if (next >= 0) {
        s._block = next;
        openExchange(c, s, about);
        return;
      }
    }
  }
  s._exchange = 0;
  const busy = code === CODE_SERVICE_UNAVAILABLE || code === CODE_TOO_MANY_REQUESTS;
  if (about === ABOUT_DEREGISTER) finish(c);
  // What a Register that was stopped has brought is for pollServer to take back.
  else if (s._state !== STATE_LEAVING && (about > 0 || event === EVENT_TIMEOUT)) {
    if (about === ABOUT_REGISTER ? code === CODE_CREATED && s._locationEnd > 0 : code === CODE_CHANGED) {
      const life = s._values[SERVER_LIFETIME] as number;
      s._state = STATE_REGISTERED;
      s._failures = 0;
      s._due += (life > MARGIN_S * 2 ? life - MARGIN_S : life / 2) * 1000;
      emit(c, about === ABOUT_REGISTER ? 'registered' : 'updated');
    } else if (about === ABOUT_REGISTER || busy) retry(c, code, busy ? c._maxAge : 0);
    else {
      // 4.04 says that the server has forgotten us, silence that it may have: register anew (LwM2M 1.0.2 5.3.2). After an observation that
      // ended in silence too: only then does the server observe anew (5.5.1).
      s._state = STATE_WAITING;
      s._due = c._now;
      emit(c, 'lost', code);
    }
  }
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
