/** Register, Update, De-register and keeping it so: LwM2M 1.0.2 sections 5.3 and 8.2.3. */
import { FEATURE_OBSERVE, FEATURE_REGISTER_BLOCK1, LIMIT_LOCATION } from '../features';
import { addString, EVENT_ACK, EVENT_RESPONSE, EVENT_TIMEOUT, openExchange } from '../coap/endpoint';
import { encodeBlock, offsetOf } from '../wire/block';
import {
  CODE_CHANGED,
  CODE_CONTENT,
  CODE_CONTINUE,
  CODE_CREATED,
  CODE_DELETE,
  CODE_POST,
  CODE_REQUEST_ENTITY_TOO_LARGE,
  FORMAT_LINK,
  OPTION_URI_PATH,
  putHeader,
  putOption,
  TYPE_CON,
} from '../wire/coap';
import { putInt } from '../wire/numbers';
import { CHANGED_OBJECTS, emit, SERVER_LIFETIME, STATE_LEAVING, STATE_REGISTERED, STATE_STOPPED, STATE_WAITING } from './model';
import type { Client, Server } from './model';
import { buildNotification, dropObservations, endObservation, pollObservation } from './notify';
import { putPayload } from './payload';
import { ABOUT_DEREGISTER, ABOUT_REGISTER, ABOUT_UPDATE, putQueries } from './queries';

/** First wait after a failed registration, doubled with each failure up to 68 minutes, for ever. */
const RETRY_MS = 4000;
const RETRY_DOUBLINGS = 10;
/** How long before its end a registration is renewed: MAX_TRANSMIT_WAIT (RFC 7252 4.8.2), so that every retransmission still counts. */
const MARGIN_S = 93;

/** Writes what the server at hand has open, the same bytes each time. False when there is nothing to say any more. */
export function build(c: Client): boolean {
  const s = c._peer;
  const about = s._exchange;
  if (FEATURE_OBSERVE && about < 0) return buildNotification(c);
  c._end = putInt(c._b, putHeader(c._b, TYPE_CON, 4, about === ABOUT_DEREGISTER ? CODE_DELETE : CODE_POST, s._mid), s._token, 4);
  c._last = 0;
  if (about === ABOUT_REGISTER) addString(c, OPTION_URI_PATH, 'rd');
  else
    for (let at = 0, n; at < s._locationEnd; ) {
      n = s._location[at];
      at++;
      c._end = putOption(c._b, c._end, OPTION_URI_PATH - c._last, n);
      c._last = OPTION_URI_PATH;
      for (n += at; at < n; at++) {
        c._b[c._end] = s._location[at];
        c._end++;
      }
    }
  if (about === ABOUT_REGISTER || (about === ABOUT_UPDATE && s._saying & CHANGED_OBJECTS)) putPayload(c, undefined, FORMAT_LINK, -1, s._block);
  else if (about === ABOUT_UPDATE) putQueries(c);
  return true;
}

function setDue(c: Client): void {
  const s = c._peer;
  const life = s._values[SERVER_LIFETIME] as number;
  s._due = c._now + (life > MARGIN_S * 2 ? life - MARGIN_S : life / 2) * 1000;
}

function open(c: Client, about: number): void {
  const s = c._peer;
  s._block = -1;
  s._saying = s._changed;
  s._changed = 0;
  openExchange(c, s, about);
}

/** Updates at the next poll, unless `s` is leaving. */
export function soon(c: Client, s: Server): void {
  if (s._state === STATE_REGISTERED) s._due = c._now;
}

/** Sends `s` back to registering, at once after a first failure, later and later after more. */
function retry(c: Client, code: number): void {
  const s = c._peer;
  s._state = STATE_WAITING;
  s._due = c._now + (RETRY_MS << s._failures) * (1 + c._random() / 2);
  if (s._failures < RETRY_DOUBLINGS) s._failures++;
  emit(c, 'error', s, code);
}

/** The end of the exchange of the server at hand: what ended it is an EVENT_…. */
export function handleResponse(c: Client, event: number): void {
  const s = c._peer;
  const about = s._exchange;
  let code = 0;
  if (FEATURE_OBSERVE && about < 0) {
    // After no answer the server is to be asked whether it is there.
    const o = c._observations[-1 - about];
    if (o._server === s && (event !== EVENT_ACK || s._saying !== CODE_CONTENT)) endObservation(c, o);
    if (event === EVENT_TIMEOUT) soon(c, s);
  } else if (event === EVENT_RESPONSE) {
    // A response that can't be understood is none (RFC 7252 5.4.1).
    code = c._wrong ? 0 : c._code;
    if (FEATURE_REGISTER_BLOCK1 && (code === CODE_CONTINUE || code === CODE_REQUEST_ENTITY_TOO_LARGE)) {
      // The next block, or the first again in the smaller size that the server asks for (RFC 7959 2.5, 2.9.3).
      const szx = s._block < 0 ? c._szx : s._block & 7;
      const wanted = c._block1 < 0 ? 7 : c._block1 & 7;
      const next = code === CODE_CONTINUE ? encodeBlock((s._block < 0 ? 0 : offsetOf(s._block)) + (16 << szx), false, wanted < szx ? wanted : szx) : wanted < szx ? wanted : -1;
      if (next >= 0) {
        s._block = next;
        openExchange(c, s, about);
        return;
      }
    }
  }
  s._exchange = 0;
  if (about === ABOUT_DEREGISTER) {
    s._state = s._due < Infinity ? STATE_WAITING : STATE_STOPPED;
    emit(c, 'deregistered', s);
  } else if (about > 0 && s._state < STATE_LEAVING) {
    if (about === ABOUT_REGISTER ? code === CODE_CREATED && s._locationEnd && s._locationEnd <= LIMIT_LOCATION : code === CODE_CHANGED) {
      s._state = STATE_REGISTERED;
      s._failures = 0;
      setDue(c);
      emit(c, about === ABOUT_REGISTER ? 'registered' : 'updated', s);
    } else if (about === ABOUT_REGISTER) retry(c, code);
    else {
      // 4.04 says that the server has forgotten us, silence that it may have: register anew (LwM2M 1.0.2 5.3.2).
      emit(c, 'lost', s, code);
      s._state = STATE_WAITING;
      s._due = c._now;
    }
  }
}

/** De-registers `s`, to come back at `due` (ms; Infinity: to stay away). While it leaves, nothing brings it back before that. */
export function leave(c: Client, s: Server, due: number): void {
  if (s._state < STATE_LEAVING || due > s._due) s._due = due;
  if (s._state === STATE_REGISTERED) s._state = STATE_LEAVING;
  else if (s._state === STATE_WAITING && due === Infinity) {
    s._state = STATE_STOPPED;
    s._exchange = 0;
    emit(c, 'deregistered', s);
  }
}

/** Opens what is due at the server at hand, which has no exchange open. Returns when to look again, in ms, unless it opened one. */
export function pollServer(c: Client): number {
  const s = c._peer;
  const state = s._state;
  let due = s._due;
  let address;
  if (state === STATE_REGISTERED) {
    if (!s._changed && due > c._now) {
      if (FEATURE_OBSERVE)
        for (let k = 0, at; k < c._watched && !s._exchange; k++)
          if (c._observations[k]._server === s) {
            at = pollObservation(c, k);
            if (at < due) due = at;
          }
      return due;
    }
    open(c, ABOUT_UPDATE);
  } else if (state === STATE_LEAVING) {
    if (FEATURE_OBSERVE) dropObservations(c);
    open(c, ABOUT_DEREGISTER);
  } else if (state === STATE_WAITING && due <= c._now) {
    // Once for each registration: on Espruino a name is looked up, blocking, with every datagram.
    address = c._udp.resolve(s._host);
    if (address === undefined) return c._now + 500;
    if (address === null) retry(c, 0);
    else {
      s._address = address;
      s._locationEnd = 0;
      if (FEATURE_OBSERVE) dropObservations(c);
      open(c, ABOUT_REGISTER);
    }
  }
  return s._state === STATE_STOPPED ? Infinity : s._due;
}
