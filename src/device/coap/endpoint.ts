/**
 * One CoAP endpoint over one datagram socket: who speaks to whom, matching, retransmission, duplicates (RFC 7252 section 4).
 * It knows peers and exchanges, not what is said: it tells the layer above what has come, and that says what to send.
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
 * A server that we speak with, and the one exchange that we may have open with it (NSTART = 1, RFC 7252 4.7). Of an open exchange:
 * `_tries` 0: to be sent now; `_timeout` above 0: sent, retransmitted at `_deadline`; `_timeout` 0: acknowledged, its response awaited until `_deadline`.
 */
export interface Peer {
  /** Address literal and port. An unknown address is ''. */
  _address: string;
  _port: number;
  /** Its place among the peers, below 127: the memory of duplicates has seven bits for it. */
  _place: number;
  /** What our open request is about, for the layer above; 0 for none. */
  _exchange: number;
  _mid: number;
  /** Four bytes. Kept after the exchange, so that a response that comes twice is acknowledged twice. */
  _token: number;
  /** When to retransmit or give up, in ms. */
  _deadline: number;
  /** The time-out in use, in ms; 0 once the request is acknowledged and its response awaited. */
  _timeout: number;
  _tries: number;
}

/** The endpoint. It is also the window that encoders write through, and the cursor and message of the decoder. */
export interface Endpoint extends Window, Message, Option {
  _udp: Udp;
  _peers: Peer[];
  /** Uniform in [0, 1). */
  _random: () => number;
  /** Time of the call that is running, in ms. */
  _now: number;
  /** Message id of the last message that is ours. */
  _lastMid: number;
  /** What has been answered, by message id: see `repeatAnswer`. */
  _duplicates: Uint16Array;
  /** The place in it that is used next. */
  _slot: number;
  /** The peer at hand. */
  _peer: Peer;
  /** Where the options of the message that came start. */
  _at: number;
  /** Where the message that is being written ends, and the number of its last option. */
  _end: number;
  _last: number;
}

/** What a datagram was to us: nothing, or done with. */
export const EVENT_NONE = 0;
/** A request to answer. */
export const EVENT_REQUEST = 1;
/** The end of the peer's exchange: a response, a notification acknowledged, a Reset, no answer. */
export const EVENT_RESPONSE = 2;
export const EVENT_ACK = 3;
export const EVENT_RESET = 4;
export const EVENT_TIMEOUT = 5;

/** Is there any request that must not run twice? */
const REMEMBERS = FEATURE_WRITE || FEATURE_EXECUTE || FEATURE_CREATE;
// The memory of duplicates, in words: LIMIT_MIDS message ids in a ring, then for each whose it is and how it was answered, then when. Then
// LIMIT_DUPLICATES slots for the options of those answers that have some: 32 times the place in the ring and their length, and they.
/** 512 times the peer's place from 1 on, 256 more when the answer has options, and its code; 0 for none. */
const ANSWERS = LIMIT_MIDS;
/** Seconds. */
const TIMES = LIMIT_MIDS * 2;
const OPTIONS = LIMIT_MIDS * 3;
/** The longest answer to anything but a GET has 17 bytes of options: Location-Path of two segments of 5 digits (12), Block1 (5). */
const SLOT = 10;

/** An endpoint for `count` peers. Every buffer is made here. */
export function initEndpoint(e: Endpoint, udp: Udp, random: () => number): void {
  e._udp = udp;
  e._random = random;
  // One buffer for both ways: an answer is written over its request, whose token stands where the answer's token goes, whose
  // options have been read, and whose payload has been used when the answer's options come. 16 bytes more: scratch behind the
  // window, and room in which a decoder may look behind a cut datagram.
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

/** Sends what has been written to _b. */
export function send(e: Endpoint, p: Peer): void {
  e._udp.write(e._b, e._end, p._address, p._port);
}

/** Adds an option with an unsigned integer below 2^24; options come in ascending order. */
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

/** Adds an option with a string. One that does not fit is left out, and the message is then too long: `_end` tells. */
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

/** Starts the answer to the request in _b: header and token, the code to follow. */
export function beginAnswer(e: Endpoint): void {
  const n = e._tkl;
  // The message id of an acknowledgement is that of the request, which is still there.
  if (e._type === TYPE_CON) e._b[0] = 96 | n;
  else putHeader(e._b, TYPE_NON, n, 0, nextMid(e));
  e._end = n + 4;
  e._last = 0;
}

/** Gives the exchange of `p` a message id and a token of its own. */
export function renewExchange(e: Endpoint, p: Peer): void {
  p._mid = nextMid(e);
  // Kept by notifications, so that a response to the last request is known when it comes twice.
  if (p._exchange > 0) p._token = Math.floor(e._random() * 4294967296);
}

/** Opens an exchange with `p`, which has none. It is due at once: whoever polls calls `transmit`. */
export function openExchange(e: Endpoint, p: Peer, about: number): void {
  p._exchange = about;
  renewExchange(e, p);
  p._tries = 0;
  p._timeout = ACK_TIMEOUT_MS * (1 + e._random() / 2);
  p._deadline = e._now;
}

/** Has the exchange of `p` ended without an answer? */
export function isOver(e: Endpoint, p: Peer): boolean {
  return p._deadline <= e._now && (!p._timeout || p._tries > MAX_RETRANSMIT);
}

/** Sends the request of `p`, which is in _b, and says when to send it again, the same bytes (RFC 7252 4.2). */
export function transmit(e: Endpoint, p: Peer): void {
  p._tries++;
  p._deadline = e._now + p._timeout;
  p._timeout *= 2;
  send(e, p);
}

/**
 * Sends the answer in _b, of which the code is still to be set. The answer to anything but a GET is kept for duplicates: a GET may
 * run twice (RFC 7252 4.5), and its answer may be large.
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

/** Acknowledges the response in _b, whose options and payload stay. */
export function acknowledge(e: Endpoint, p: Peer): void {
  e._tkl = 0;
  e._end = putHeader(e._b, TYPE_ACK, 0, CODE_EMPTY, e._mid);
  endAnswer(e, p, CODE_EMPTY);
}

// Has message e._mid of `p` been answered? Then it is answered again, the same way; in silence when that has been forgotten, as it must not
// run twice (RFC 7252 4.5). A message id that is as old as EXCHANGE_LIFETIME, or NON_LIFETIME, was another message's (4.4).
function repeatAnswer(e: Endpoint, p: Peer): boolean {
  const b = e._b;
  const d = e._duplicates;
  const mid = e._mid;
  let x;
  let at;
  for (let i = LIMIT_MIDS; i--; )
    if (d[i] === mid) {
      x = d[i + ANSWERS];
      // What was acknowledged was a response, what was answered a request.
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

/** Takes an empty message (ping, acknowledgement, reset), or rejects one that can't be understood: a Reset where it is Confirmable (RFC 7252 4.2). */
export function receiveEmpty(e: Endpoint, p: Peer): number {
  if (e._type === TYPE_CON) {
    e._end = putHeader(e._b, TYPE_RST, 0, CODE_EMPTY, e._mid);
    send(e, p);
  } else if (e._type > TYPE_NON && e._code === CODE_EMPTY && p._exchange && e._mid === p._mid) {
    if (e._type === TYPE_RST) return EVENT_RESET;
    if (p._exchange < 0) return EVENT_ACK;
    // The response will come by itself.
    p._timeout = 0;
    p._deadline = e._now + EXCHANGE_LIFETIME_MS;
  }
  return EVENT_NONE;
}

/**
 * Takes the datagram _b[0, end) that `_udp` says who sent: sets `_peer` and, for a request or response, `_at`. Returns an EVENT_….
 * Whoever is no peer gets no answer.
 */
export function receiveDatagram(e: Endpoint, end: number): number {
  const udp = e._udp;
  // Mostly it is who spoke last.
  let p = e._peer;
  let i = -1;
  while (!p || p._port !== udp.remotePort || p._address !== udp.remoteAddress) {
    if (i < 0) i = e._peers.length;
    if (!i) return EVENT_NONE;
    p = e._peers[--i];
  }
  e._peer = p;
  // A datagram that was cut still has its header: it is answered as too large by the layer above.
  const b = e._b;
  const at = decodeHeader(e, b, end);
  const code = e._code;
  // What is wrong in itself is rejected: in silence, but for a Confirmable message (RFC 7252 4.2, 4.3).
  if (at < 0 && (at === ERROR_NOT_COAP || e._type)) return EVENT_NONE;
  e._at = at;
  // Codes 0.01 to 0.31 are requests; 2, 4 and 5 are the classes of responses: the bits of 52.
  if (at > 0 && code > 0 && code < 32 && e._type < TYPE_ACK) return REMEMBERS && code > CODE_GET && repeatAnswer(e, p) ? EVENT_NONE : EVENT_REQUEST;
  if (at > 0 && (52 >> (code >> 5)) & 1) {
    if (REMEMBERS && !e._type && repeatAnswer(e, p)) return EVENT_NONE;
    if (e._tkl === 4 && takeUint(b, 4, 4) === p._token && (e._type !== TYPE_ACK || e._mid === p._mid)) {
      if (p._exchange > 0) return EVENT_RESPONSE;
      // A copy of what is not remembered.
      if (!REMEMBERS && !e._type) acknowledge(e, p);
      if (!REMEMBERS) return EVENT_NONE;
    }
  }
  return receiveEmpty(e, p);
}
