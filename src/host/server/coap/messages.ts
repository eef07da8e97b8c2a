/** The message layer (RFC 7252 section 4): reliability, duplicates, message ids. It does not interpret requests. */
import * as wire from '../../../device/wire/coap';
import type { Clock } from './clock';
import { Duplicates, hashOf, keepBytes } from './duplicates';
import { decodeMessage, emptyMessage, encodeMessage, isRequest, isResponse, type Message } from './message';
import type { Peer, Transport } from './transport';

/** RFC 7252 4.8: each first timeout is between ACK_TIMEOUT and 1.5 times that value. */
const ACK_RANDOM_FACTOR = 1.5;
/** RFC 7252 4.8.2: how long the id of a Non-confirmable message must not be reused. */
const NON_LIFETIME_MS = 145_000;
/** RFC 7252 5.2.2: an answer that takes longer is preceded by an empty acknowledgement. */
const PROCESSING_DELAY_MS = 1000;
/** Shortest interval between searches for idle peers. */
const SWEEP_MS = 60_000;

/** A message without type and id, which this layer adds. */
export type Draft = Pick<Message, 'code' | 'token' | 'options' | 'payload'>;

export interface Delivery {
  /** Milliseconds from the first transmission until `expired`. Default: as long as CoAP retransmits. */
  readonly timeout?: number;
  /** The peer did not acknowledge it within `timeout`. */
  expired?(): void;
  /** It was transmitted for the first time. */
  sent?(): void;
  /** The peer has acknowledged it. A piggybacked response was delivered before and may have ended the exchange. */
  acknowledged?(): void;
  /** The peer refused it with a Reset. */
  reset?(): void;
  /** The peer did not answer, despite retransmissions. */
  failed?(): void;
}

const NOBODY: Delivery = {};

export interface Upper {
  /** `respond` may be called once, immediately or later. */
  request(message: Message, from: Peer, respond: (answer: Draft) => void): void;
  /** Returns whether the response was expected; if not, the peer gets a Reset. */
  response(message: Message, from: Peer): boolean;
}

export interface MessageOptions {
  clock: Clock;
  /** Returns a number in [0, 1). */
  random: () => number;
  /** Number of messages remembered to detect duplicates. */
  maxSeen: number;
  /** Called for each datagram received or sent, including duplicates. */
  trace?: (incoming: boolean, datagram: Uint8Array, peer: Peer) => void;
}

/** A message passed to `confirm`, for `abandon`. */
export interface Outgoing {
  readonly peer: Peer;
  draft: Draft;
  delivery: Delivery;
  /** Undefined while it waits for its turn. */
  mid: number | undefined;
  stop: (() => void) | undefined;
}

interface PeerState {
  nextMid: number;
  /** NSTART = 1 (RFC 7252 4.7): the open message, followed by the waiting ones. */
  active?: Outgoing;
  queue: Outgoing[];
  lastUsed: number;
}

export class MessageLayer {
  readonly #peers = new Map<string, PeerState>();
  readonly #duplicates: Duplicates;
  #swept = 0;
  #commonMid: number;

  readonly transport: Transport;
  readonly upper: Upper;
  readonly options: MessageOptions;

  constructor(transport: Transport, upper: Upper, options: MessageOptions) {
    this.transport = transport;
    this.upper = upper;
    this.options = options;
    this.#duplicates = new Duplicates(options.maxSeen);
    this.#commonMid = Math.floor(options.random() * 65536);
  }

  /** Sends a Confirmable message when the peer's turn comes. */
  confirm(peer: Peer, draft: Draft, delivery: Delivery): Outgoing {
    const outgoing: Outgoing = { peer, draft, delivery, mid: undefined, stop: undefined };
    const state = this.#stateOf(peer);
    state.queue.push(outgoing);
    this.#next(peer, state);
    return outgoing;
  }

  /** Abandons a message passed to `confirm`: no further method of its delivery is called. */
  abandon(outgoing: Outgoing): void {
    outgoing.delivery = NOBODY;
    this.#finish(outgoing, true);
  }

  /** Sends a Non-confirmable message at once. */
  tell(peer: Peer, draft: Draft): void {
    const state = this.#peers.get(peer.key);
    // A lookup stores nothing: datagrams from forged addresses must not fill the memory.
    const mid = state ? this.#takeMid(state) : (this.#commonMid = (this.#commonMid + 1) % 65536);
    this.#send(encodeMessage({ ...draft, type: wire.TYPE_NON, mid }), peer);
  }

  receive(datagram: Uint8Array, from: Peer): void {
    this.options.trace?.(true, datagram, from);
    const message = decodeMessage(datagram);
    if ('malformed' in message) {
      if (message.reset) this.#send(encodeMessage(emptyMessage(wire.TYPE_RST, message.mid)), from);
    } else if (message.type === wire.TYPE_ACK || message.type === wire.TYPE_RST) this.#settle(message, from);
    else this.#arrive(message, from, hashOf(datagram));
  }

  /** Discards everything: timers are cancelled, waiting messages are neither sent nor reported. */
  clear(): void {
    for (const { active, queue } of this.#peers.values()) for (const outgoing of [active, ...queue]) outgoing?.stop?.();
    this.#peers.clear();
    this.#duplicates.clear();
  }

  #settle(message: Message, from: Peer): void {
    if (message.type === wire.TYPE_RST ? message.code !== wire.CODE_EMPTY : isRequest(message.code)) return;
    const outgoing = this.#peers.get(from.key)?.active;
    if (!outgoing || outgoing.mid !== message.mid) return;
    this.#finish(outgoing);
    if (message.type === wire.TYPE_RST) return outgoing.delivery.reset?.();
    if (isResponse(message.code)) this.upper.response(message, from);
    outgoing.delivery.acknowledged?.();
  }

  #arrive(message: Message, from: Peer, hash: number): void {
    const now = this.options.clock.now();
    const key = `${from.key} ${message.mid}`;
    const before = this.#duplicates.find(key, hash, now);
    if (before) {
      if (before.answer) this.#send(before.answer, from);
      return;
    }
    const confirmable = message.type === wire.TYPE_CON;
    const seen = this.#duplicates.add(key, hash, now, confirmable ? wire.EXCHANGE_LIFETIME_MS : NON_LIFETIME_MS);
    const answer = (reply: Message): void => {
      const datagram = encodeMessage(reply);
      seen.answer = keepBytes(datagram);
      this.#send(datagram, from);
    };
    if (isRequest(message.code)) this.#serve(message, from, answer);
    else if (isResponse(message.code)) {
      const wanted = this.upper.response(message, from);
      if (!wanted) answer(emptyMessage(wire.TYPE_RST, message.mid));
      else if (confirmable) answer(emptyMessage(wire.TYPE_ACK, message.mid));
      // An empty Confirmable is a ping (RFC 7252 4.3). Messages of reserved classes are refused in the same way.
    } else if (confirmable) answer(emptyMessage(wire.TYPE_RST, message.mid));
  }

  #serve(message: Message, from: Peer, answer: (reply: Message) => void): void {
    const confirmable = message.type === wire.TYPE_CON;
    let responded = false;
    let acknowledged = false;
    const respond = (draft: Draft): void => {
      if (responded) return;
      responded = true;
      stop?.();
      if (!confirmable) this.tell(from, draft);
      else if (acknowledged) this.confirm(from, draft, {});
      else answer({ ...draft, type: wire.TYPE_ACK, mid: message.mid });
    };
    let stop: (() => void) | undefined;
    this.upper.request(message, from, respond);
    if (responded || !confirmable) return;
    stop = this.options.clock.after(PROCESSING_DELAY_MS, () => {
      acknowledged = true;
      answer(emptyMessage(wire.TYPE_ACK, message.mid));
    });
  }

  #stateOf(peer: Peer): PeerState {
    let state = this.#peers.get(peer.key);
    if (!state) {
      const now = this.options.clock.now();
      this.#sweep(now);
      state = { nextMid: Math.floor(this.options.random() * 65536), queue: [], lastUsed: now };
      this.#peers.set(peer.key, state);
    }
    return state;
  }

  #takeMid(state: PeerState): number {
    const mid = state.nextMid;
    state.nextMid = (mid + 1) % 65536;
    state.lastUsed = this.options.clock.now();
    return mid;
  }

  #next(peer: Peer, state: PeerState): void {
    if (state.active) return;
    const outgoing = state.queue.shift();
    if (!outgoing) return;
    state.active = outgoing;
    outgoing.mid = this.#takeMid(state);
    const { code, token, options, payload } = outgoing.draft;
    const datagram = encodeMessage({ type: wire.TYPE_CON, code, mid: outgoing.mid, token, options, payload });
    // Whole milliseconds: Node keeps a list of timers for each duration.
    const first = Math.round(wire.ACK_TIMEOUT_MS * (1 + (ACK_RANDOM_FACTOR - 1) * this.options.random()));
    this.#transmit(outgoing, datagram, first, wire.MAX_RETRANSMIT, outgoing.delivery.timeout ?? Infinity);
    outgoing.delivery.sent?.();
  }

  /** One timer for both: `timeout` until the retransmission, `rest` until the end of the exchange. */
  #transmit(outgoing: Outgoing, datagram: Uint8Array, timeout: number, left: number, rest: number): void {
    outgoing.stop = this.options.clock.after(Math.min(timeout, rest), () => {
      const expired = rest <= timeout;
      if (!expired && left > 0) return this.#transmit(outgoing, datagram, timeout * 2, left - 1, rest - timeout);
      const { delivery } = outgoing;
      this.#finish(outgoing);
      if (expired) delivery.expired?.();
      else delivery.failed?.();
    });
    this.#send(datagram, outgoing.peer);
  }

  /** Ends its turn, for whatever reason. */
  #finish(outgoing: Outgoing, givenUp = false): void {
    const { peer } = outgoing;
    outgoing.stop?.();
    outgoing.stop = undefined;
    const state = this.#peers.get(peer.key);
    if (!state) return;
    if (state.active === outgoing) {
      state.active = undefined;
      // When a client leaves, all its requests are abandoned at once: a waiting request must not become active in between.
      if (state.queue.length === 0) return;
      if (givenUp) queueMicrotask(() => this.#next(peer, state));
      else this.#next(peer, state);
    } else if (state.queue.length > 0) {
      const place = state.queue.indexOf(outgoing);
      if (place >= 0) state.queue.splice(place, 1);
    }
  }

  /** Deletes the state of an idle peer once its ids may be reused (RFC 7252 4.4). */
  #sweep(now: number): void {
    if (now - this.#swept < SWEEP_MS) return;
    this.#swept = now;
    for (const [key, { active, queue, lastUsed }] of this.#peers) {
      if (!active && queue.length === 0 && now - lastUsed >= wire.EXCHANGE_LIFETIME_MS) this.#peers.delete(key);
    }
  }

  #send(datagram: Uint8Array, to: Peer): void {
    this.options.trace?.(false, datagram, to);
    this.transport.send(datagram, to);
  }
}
