/**
 * One CoAP endpoint over one datagram socket: who speaks to whom, matching, retransmission, duplicates (RFC 7252 section 4).
 * It knows peers and exchanges, not what is said: it tells the layer above what has come, and that says what to send.
 */
import { FEATURE_CREATE, FEATURE_EXECUTE, FEATURE_WRITE, LIMIT_DATAGRAM, LIMIT_DUPLICATES } from '../features';
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
  putHeader,
  putOption,
  TYPE_ACK,
  TYPE_CON,
  TYPE_NON,
  TYPE_RST,
} from '../wire/coap';
import type { Message, Option } from '../wire/coap';
import { putString, sizeString } from '../wire/string';

/** A server that we speak with, and the one exchange that we may have open with it (NSTART = 1, RFC 7252 4.7). */
export interface Peer {
  /** Address literal and port. An unknown address is ''. */
  _address: string;
  _port: number;
  /** Its place among the peers, below 256: the memory of duplicates has a byte for it. */
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
  /** Answers by message id, in a ring of slots: see `repeatAnswer`. */
  _duplicates: Uint8Array;
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
/** A slot: message id (low byte, high byte), peer (1), time in seconds (3), length (1), then the answer from its code on, without token. */
const SLOT = 32;

/** An endpoint for `count` peers. Every buffer is made here. */
export function initEndpoint(e: Endpoint, udp: Udp, random: () => number): void {
  e._udp = udp;
  e._random = random;
  // One buffer for both ways: an answer is written over its request, whose token stands where the answer's token goes, whose
  // options have been read, and whose payload has been used when the answer's options come. 16 bytes more: scratch behind the
  // window, and room in which a decoder may look behind a cut datagram.
  e._b = new Uint8Array(LIMIT_DATAGRAM + 16);
  if (REMEMBERS) e._duplicates = new Uint8Array(LIMIT_DUPLICATES * SLOT);
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

function sendEmpty(e: Endpoint, p: Peer, type: number): void {
  e._end = putHeader(e._b, type, 0, CODE_EMPTY, e._mid);
  send(e, p);
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
    const at = e._slot * SLOT;
    const from = e._tkl + 4;
    const n = e._end - from;
    const seconds = e._now / 1000;
    if (n < SLOT - 7) {
      d[at] = e._mid;
      d[at + 1] = e._mid >> 8;
      d[at + 2] = p._place;
      d[at + 3] = seconds >> 16;
      d[at + 4] = seconds >> 8;
      d[at + 5] = seconds;
      d[at + 6] = n + 1;
      d[at + 7] = code;
      for (let i = 0; i < n; i++) d[at + 8 + i] = b[from + i];
      e._slot = (e._slot + 1) % LIMIT_DUPLICATES;
    }
  }
  send(e, p);
}

// Repeats the answer to message id e._mid of `p`, if there is one. One as old as EXCHANGE_LIFETIME was to another message.
function repeatAnswer(e: Endpoint, p: Peer): boolean {
  const b = e._b;
  const d = e._duplicates;
  const low = b[3];
  let at = LIMIT_DUPLICATES * SLOT;
  do {
    at -= SLOT;
    while (at >= 0 && d[at] !== low) at -= SLOT;
    if (at < 0) return false;
  } while (
    d[at + 1] !== b[2] ||
    d[at + 2] !== p._place ||
    !d[at + 6] ||
    ((e._now / 1000 - takeUint(d, at + 3, 3)) & 16777215) >= EXCHANGE_LIFETIME_MS / 1000
  );
  beginAnswer(e);
  b[1] = d[at + 7];
  for (let k = 1; k < d[at + 6]; k++) {
    b[e._end] = d[at + 7 + k];
    e._end++;
  }
  send(e, p);
  return true;
}

function receiveResponse(e: Endpoint, p: Peer): number {
  const ours = e._tkl === 4 && takeUint(e._b, 4, 4) === p._token && (e._type !== TYPE_ACK || e._mid === p._mid);
  if (e._type === TYPE_CON) sendEmpty(e, p, ours ? TYPE_ACK : TYPE_RST);
  return ours && p._exchange > 0 ? EVENT_RESPONSE : EVENT_NONE;
}

/** Takes an empty message (ping, acknowledgement, reset), or rejects one that can't be understood: a Reset where it is Confirmable (RFC 7252 4.2). */
export function receiveEmpty(e: Endpoint, p: Peer): number {
  if (e._type === TYPE_CON) sendEmpty(e, p, TYPE_RST);
  else if (e._type > TYPE_NON && e._code === CODE_EMPTY && p._exchange && e._mid === p._mid) {
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
  const at = decodeHeader(e, e._b, end);
  const code = e._code;
  if (at === ERROR_NOT_COAP) return EVENT_NONE;
  e._at = at;
  // Codes 0.01 to 0.31 are requests; 2, 4 and 5 are the classes of responses.
  if (at > 0 && code && code < 32 && e._type < TYPE_ACK) return REMEMBERS && code > CODE_GET && repeatAnswer(e, p) ? EVENT_NONE : EVENT_REQUEST;
  return at > 0 && code > 63 && code < 192 && code >> 5 !== 3 ? receiveResponse(e, p) : receiveEmpty(e, p);
}
