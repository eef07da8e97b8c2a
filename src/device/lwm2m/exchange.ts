/** Our own exchanges, one at a time with each server: Register, Update, De-register and Confirmable notifications, from start to end. */
import { FEATURE_OBSERVE, FEATURE_REGISTER_BLOCK1 } from '../features';
import { addString, EVENT_ACK, EVENT_RESPONSE, EVENT_TIMEOUT, openExchange, renewExchange } from '../coap/endpoint';
import { encodeBlock, offsetOf } from '../wire/block';
import { CODE_CHANGED, CODE_CONTENT, CODE_CONTINUE, CODE_CREATED, CODE_DELETE, CODE_POST, CODE_REQUEST_ENTITY_TOO_LARGE, CODE_SERVICE_UNAVAILABLE, CODE_TOO_MANY_REQUESTS, FORMAT_LINK, OPTION_URI_PATH, putHeader, TYPE_CON } from '../wire/coap';
import { putInt } from '../wire/numbers';
import { ABOUT_DEREGISTER, ABOUT_REGISTER, ABOUT_UPDATE, CHANGED_NOTHING, CHANGED_OBJECTS, emit, SERVER_LIFETIME, STATE_LEAVING, STATE_REGISTERED, STATE_WAITING } from './model';
import type { Client } from './model';
import { buildNotification, endObservation } from './reporting/notify';
import { putPayload } from './management/payload';
import { putQueries } from './registration/queries';
import { finish, retry, say } from './registration/register';

/** How long before its end a registration is renewed: MAX_TRANSMIT_WAIT (RFC 7252 4.8.2), so that every retransmission can still succeed. */
const MARGIN_S = 93;

/**
 * Builds the current server's open exchange; byte-identical when repeated. Changed content gets a new message id and token instead
 * (RFC 7252 4.4: one message id, one message).
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

/** Ends the exchange of the current server by `event` (EVENT_…), or continues with its next block. A notification with Reset or without ACK ends its observation (RFC 7641 3.6, 4.5). */
export function endExchange(c: Client, event: number): void {
  const s = c._peer;
  const about = s._exchange;
  let code = 0;
  if (FEATURE_OBSERVE && about < 0) {
    if (event !== EVENT_ACK || s._saying !== CODE_CONTENT) endObservation(c, c._observations[-1 - about]);
  } else if (event === EVENT_RESPONSE) {
    // A response with errors counts as none (RFC 7252 5.4.1).
    code = c._wrong ? 0 : c._code;
    if (FEATURE_REGISTER_BLOCK1 && (code === CODE_CONTINUE || code === CODE_REQUEST_ENTITY_TOO_LARGE)) {
      // Send the next block, or the first again in the smaller size that the server asks for (RFC 7959 2.5, 2.9.3).
      const block = s._block < 0 ? c._szx : s._block;
      const szx = block & 7;
      // 7, above all sizes, when absent.
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
  // If the client was stopped during a Register, pollServer de-registers it.
  else if (s._state !== STATE_LEAVING && (about > 0 || event === EVENT_TIMEOUT)) {
    if (about === ABOUT_REGISTER ? code === CODE_CREATED && s._locationEnd > 0 : code === CODE_CHANGED) {
      const life = s._values[SERVER_LIFETIME] as number;
      s._state = STATE_REGISTERED;
      s._failures = 0;
      s._due += (life > MARGIN_S * 2 ? life - MARGIN_S : life / 2) * 1000;
      emit(c, about === ABOUT_REGISTER ? 'registered' : 'updated');
    } else if (about === ABOUT_REGISTER || busy) retry(c, code, busy ? c._maxAge : 0);
    else {
      // After a 4.04 the server has forgotten us, after silence it may have: register anew (LwM2M 1.0.2 5.3.2). The same after an observation that
      // ended in silence too: only then does the server observe anew (5.5.1).
      s._state = STATE_WAITING;
      s._due = c._now;
      emit(c, 'lost', code);
    }
  }
}
