/**
 * One CoAP endpoint over one datagram socket: peers, matching, retransmission, duplicates (RFC 7252 section 4).
 * It knows peers and exchanges, not contents: it reports events to the layer above, which decides what to send.
 */
import { FEATURE_CREATE, FEATURE_EXECUTE, FEATURE_WRITE, LIMIT_DATAGRAM, LIMIT_DUPLICATES, LIMIT_MIDS } from '../features';
import type { Udp } from '../hal/udp';
import type { Window } from '../wire/numbers';
import { putInt, takeUint } from '../wire/numbers';
import {
  ACK_TIMEOUT_MS,
  CODE_EMPTY,
  CODE_GET,
  decodeHeader,
  ERROR_NOT_COAP,
  EXCHANGE_LIFETIME_MS,
  MAX_RETRANSMIT,
  NON_LIFETIME_MS,
  putHeader,
  putOption,
  TYPE_ACK,
  TYPE_CON,
  TYPE_NON,
  TYPE_RST,
} from '../wire/coap';
import type { Message, Option } from '../wire/coap';
import { putString, sizeString } from '../wire/string';

/**
 * A server, and the one exchange that we may have open with it (NSTART = 1, RFC 7252 4.7). State of an open exchange:
 * `_tries` 0: send now; `_timeout` > 0: await the ACK, resend at `_deadline`; `_timeout` 0: acknowledged, await the response until `_deadline`.
 */
export interface Peer {
  /** Address literal and port; '' for an unknown address. */
  _address: string;
  _port: number;
  /** Index among the peers, below 127: the duplicate memory has seven bits for it. */
  _place: number;
  /** Purpose of our open request, for the layer above; 0 for none. */
  _exchange: number;
  _mid: number;
  /** Four bytes. Kept after the exchange, so that a duplicate response is acknowledged again. */
  _token: number;
  /** When to retransmit or give up, in ms. */
  _deadline: number;
  /** The current time-out, in ms; 0 once the request is acknowledged. */
  _timeout: number;
  _tries: number;
}

/** The endpoint. It is also the window that encoders write through, and the cursor and message of the decoder. */
export interface Endpoint extends Window, Message, Option {
  _udp: Udp;
  _peers: Peer[];
  /** Uniform in [0, 1). */
  _random: () => number;
  /** Time of the current call, in ms. */
  _now: number;
  /** Message id of our last message. */
  _lastMid: number;
  /** Answered requests by message id: see `repeatAnswer`. */
  _duplicates: Uint16Array;
  /** Its next slot. */
  _slot: number;
  /** The current peer. */
  _peer: Peer;
  /** Offset of the options of the received message. */
  _at: number;
  /** End of the message being written, and the number of its last option. */
  _end: number;
  _last: number;
}

/** Ignored, or fully handled here. */
export const EVENT_NONE = 0;
/** A request to answer. */
export const EVENT_REQUEST = 1;
/** The peer's exchange has ended: by a response, an acknowledged notification, a Reset, or without an answer. */
export const EVENT_RESPONSE = 2;
export const EVENT_ACK = 3;
export const EVENT_RESET = 4;
export const EVENT_TIMEOUT = 5;

/** Whether any request must not run twice. */
const REMEMBERS = FEATURE_WRITE || FEATURE_EXECUTE || FEATURE_CREATE;
// Layout of the duplicate memory, in words: a ring of LIMIT_MIDS message ids, then peer and answer of each, then its time. Then
// LIMIT_DUPLICATES slots for answers with options: 32 * place in the ring + length, and the options.
/** 512 * (peer + 1), plus 256 when the answer has options, plus its code; 0 for a free place. */
const ANSWERS = LIMIT_MIDS;
/** When it was answered, in seconds. */
const TIMES = LIMIT_MIDS * 2;
const OPTIONS = LIMIT_MIDS * 3;
/** The longest answer to anything but a GET has 17 bytes of options: Location-Path of two segments of 5 digits (12), Block1 (5). */
const SLOT = 10;

/** Allocates all buffers. */
export function initEndpoint(e: Endpoint, udp: Udp, random: () => number): void {
  e._udp = udp;
  e._random = random;
  // One buffer for both directions: an answer overwrites its request. The token stays in place, the options have been read, and the
  // payload has been used before the answer's options are written. The 16 extra bytes are scratch behind the window, and let a decoder
  // read past a truncated datagram.
  e._b = new Uint8Array(LIMIT_DATAGRAM + 16);
  if (REMEMBERS) e._duplicates = new Uint16Array(OPTIONS + LIMIT_DUPLICATES * SLOT);
  e._slot = e._now = e._number = 0;
  e._lastMid = Math.floor(random() * 65536);
  e._peers = [];
}

export function nextMid(e: Endpoint): number {
  e._lastMid = (e._lastMid + 1) & 65535;
  return e._lastMid;
}

/** Sends the message in _b. */
export function send(e: Endpoint, p: Peer): void {
  e._udp.write(e._b, e._end, p._address, p._port);
}

/** Adds an option with an unsigned integer below 2^24. Call in ascending order of option numbers. */
export function addUint(e: Endpoint, number: number, v: number): void {
  const n = v < 256 ? (v ? 1 : 0) : v > 65535 ? 3 : 2;
  const delta = number - e._last;
  let at = e._end;
  e._last = number;
  if (n < 2 && delta < 13) {
    e._b[at++] = (delta << 4) | n;
    if (n) e._b[at++] = v;
  } else at = putInt(e._b, putOption(e._b, at, delta, n), v, n);
  e._end = at;
}

/** Adds an option with a string. Omits one that does not fit; `_end` then exceeds the longest message. */
export function addString(e: Endpoint, number: number, s: string): void {
  const n = sizeString(s);
  e._hi = LIMIT_DATAGRAM;
  if (e._end < e._hi) {
    e._end = putOption(e._b, e._end, number - e._last, n);
    e._last = number;
  }
  e._lo = 0;
  e._end = putString(e, e._end, s);
}

/** Starts the answer to the request in _b: header and token; the code follows later. */
export function beginAnswer(e: Endpoint): void {
  const n = e._tkl;
  // An acknowledgement has the message id of the request, which is still in place.
  if (e._type === TYPE_CON) e._b[0] = 96 | n;
  else putHeader(e._b, TYPE_NON, n, 0, nextMid(e));
  e._end = n + 4;
  e._last = 0;
}

/** Gives the exchange of `p` a new message id and token. */
export function renewExchange(e: Endpoint, p: Peer): void {
  p._mid = nextMid(e);
  // Notifications keep it, so that a duplicate response to the last request is recognized.
  if (p._exchange > 0) p._token = Math.floor(e._random() * 4294967296);
}

/** Opens an exchange with `p`, which has none. It is due at once: the next poll calls `transmit`. */
export function openExchange(e: Endpoint, p: Peer, about: number): void {
  p._exchange = about;
  renewExchange(e, p);
  p._tries = 0;
  p._timeout = ACK_TIMEOUT_MS * (1 + e._random() / 2);
  p._deadline = e._now;
}

/** Whether the exchange of `p` has ended without an answer. */
export function isOver(e: Endpoint, p: Peer): boolean {
  return p._deadline <= e._now && (!p._timeout || p._tries > MAX_RETRANSMIT);
}

/** Sends the request of `p` in _b, and sets `p._deadline` for its retransmission (RFC 7252 4.2). */
export function transmit(e: Endpoint, p: Peer): void {
  p._tries++;
  p._deadline = e._now + p._timeout;
  p._timeout *= 2;
  send(e, p);
}

/**
 * Sets the code of the answer in _b and sends it. Answers to all methods but GET are kept for duplicates: a GET may run twice
 * (RFC 7252 4.5), and its answer may be large.
 */
export function endAnswer(e: Endpoint, p: Peer, code: number): void {
  const b = e._b;
  b[1] = code;
  if (REMEMBERS && e._code > CODE_GET) {
    const d = e._duplicates;
    const i = e._slot;
    const from = e._tkl + 4;
    const n = e._end - from;
    let at = OPTIONS + (i % LIMIT_DUPLICATES) * SLOT;
    d[i] = e._mid;
    d[i + ANSWERS] = (p._place + 1) * 512 + (n && 256) + code;
    d[i + TIMES] = e._now / 1000;
    if (n) d[at] = i * 32 + n;
    for (let k = 0; k < n; k += 2) d[++at] = b[from + k] * 256 + b[from + k + 1];
    e._slot = (i + 1) % LIMIT_MIDS;
  }
  send(e, p);
}

/** Acknowledges the response in _b, and leaves its options and payload intact. */
export function acknowledge(e: Endpoint, p: Peer): void {
  e._tkl = 0;
  e._end = putHeader(e._b, TYPE_ACK, 0, CODE_EMPTY, e._mid);
  endAnswer(e, p, CODE_EMPTY);
}

// Repeats the answer to message e._mid of `p` if it was answered before, and returns whether it was. A request whose answer was forgotten gets
// none, as it must not run twice (RFC 7252 4.5). A message id older than EXCHANGE_LIFETIME or NON_LIFETIME belonged to another message (4.4).
function repeatAnswer(e: Endpoint, p: Peer): boolean {
  const b = e._b;
  const d = e._duplicates;
  const mid = e._mid;
  let x;
  let at;
  for (let i = LIMIT_MIDS; i--; )
    if (d[i] === mid) {
      x = d[i + ANSWERS];
      // An acknowledged message was a response, an answered one a request.
      if (
        x >> 9 === p._place + 1 &&
        (x & 255) > 0 === e._code < 32 &&
        ((e._now / 1000 - d[i + TIMES]) & 65535) < (e._type ? NON_LIFETIME_MS / 1000 : EXCHANGE_LIFETIME_MS / 1000)
      ) {
        at = OPTIONS + (i % LIMIT_DUPLICATES) * SLOT;
        if (!(x & 255)) e._tkl = 0;
        beginAnswer(e);
        b[1] = x;
        if (x & 256) {
          if (d[at] >> 5 !== i) return true;
          i = e._end;
          e._end += d[at] & 31;
          for (; i < e._end; i += 2) {
            b[i] = d[++at] >> 8;
            b[i + 1] = d[at];
          }
        }
        send(e, p);
        return true;
      }
    }
  return false;
}

/** Handles an Empty message (ping, acknowledgement, Reset), or rejects a malformed one, with a Reset if it is Confirmable (RFC 7252 4.2). */
export function receiveEmpty(e: Endpoint, p: Peer): number {
  if (e._type === TYPE_CON) {
    e._end = putHeader(e._b, TYPE_RST, 0, CODE_EMPTY, e._mid);
    send(e, p);
  } else if (e._type > TYPE_NON && e._code === CODE_EMPTY && p._exchange && e._mid === p._mid) {
    if (e._type === TYPE_RST) return EVENT_RESET;
    if (p._exchange < 0) return EVENT_ACK;
    // A separate response will follow.
    p._timeout = 0;
    p._deadline = e._now + EXCHANGE_LIFETIME_MS;
  }
  return EVENT_NONE;
}

/**
 * Handles the datagram _b[0, end) from `_udp`'s remote address: sets `_peer` and, for a request or response, `_at`. Returns an EVENT_….
 * Datagrams from unknown addresses are dropped.
 */
export function receiveDatagram(e: Endpoint, end: number): number {
  const udp = e._udp;
  // Usually the peer that sent the last one.
  let p = e._peer;
  let i = -1;
  while (!p || p._port !== udp.remotePort || p._address !== udp.remoteAddress) {
    if (i < 0) i = e._peers.length;
    if (!i) return EVENT_NONE;
    p = e._peers[--i];
  }
  e._peer = p;
  // A truncated datagram still has its header: the layer above answers that it is too large.
  const b = e._b;
  const at = decodeHeader(e, b, end);
  const code = e._code;
  // Malformed messages are rejected: with a Reset if Confirmable, else silently (RFC 7252 4.2, 4.3).
  if (at < 0 && (at === ERROR_NOT_COAP || e._type)) return EVENT_NONE;
  e._at = at;
  // Codes 0.01 to 0.31 are requests; 2, 4 and 5 are the classes of responses: the bits of 52.
  if (at > 0 && code > 0 && code < 32 && e._type < TYPE_ACK) return REMEMBERS && code > CODE_GET && repeatAnswer(e, p) ? EVENT_NONE : EVENT_REQUEST;
  if (at > 0 && (52 >> (code >> 5)) & 1) {
    if (REMEMBERS && !e._type && repeatAnswer(e, p)) return EVENT_NONE;
    if (e._tkl === 4 && takeUint(b, 4, 4) === p._token && (e._type !== TYPE_ACK || e._mid === p._mid)) {
      if (p._exchange > 0) return EVENT_RESPONSE;
      // A duplicate of a response that we no longer await.
      if (!REMEMBERS && !e._type) acknowledge(e, p);
      if (!REMEMBERS) return EVENT_NONE;
    }
  }
  return receiveEmpty(e, p);
}
