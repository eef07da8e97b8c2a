/** A request in progress, until its response or its end (RFC 7252 section 5.3). */
import { setMaxListeners } from 'node:events';
import type { Cancelable, Cancellation } from './cancellation';
import type { Clock } from './clock';
import { CanceledError, ResetError, TimeoutError } from './errors';
import type { Message } from './message';
import type { Delivery, Draft, MessageLayer, Outgoing } from './messages';
import { hostPort, type Peer } from './transport';

export interface ExchangeOptions {
  /** 4 random bytes by default. */
  token?: Uint8Array;
  /** Milliseconds from sending to TimeoutError. Default: as long as CoAP retransmits, or MAX_RESPONSE_WAIT_MS after an acknowledgement. */
  timeout?: number;
  accepts?: (message: Message) => boolean;
  /** Abandons the exchange with its reason: no further transmissions or retransmissions. */
  cancellation?: Cancellation;
  /** Cancels for the caller, with CanceledError, or with the signal's reason if that is an error. */
  signal?: AbortSignal;
}

/** Maximum time between acknowledgement and response if the caller sets none; CoAP defines no limit. */
const MAX_RESPONSE_WAIT_MS = 120_000;

/** Shared by all exchanges of an endpoint. */
export interface Surroundings {
  layer: MessageLayer;
  clock: Clock;
  /** Waiting exchanges, by token. */
  pending: Map<number, Exchange>;
}

/** An object with methods instead of closures, because there is one for each request. */
export class Exchange implements Delivery, Cancelable {
  readonly peer: Peer;
  readonly options: ExchangeOptions;
  /** Applied by the message layer until the acknowledgement. */
  readonly timeout: number | undefined;
  readonly #key: number;
  readonly #around: Surroundings;
  readonly #resolve: (message: Message) => void;
  readonly #reject: (error: Error) => void;
  #outgoing: Outgoing | undefined;
  #ended = false;
  /** Milliseconds since 1970. */
  #sentAt = 0;
  #stopTimer: (() => void) | undefined;
  #onAbort: (() => void) | undefined;

  constructor(
    peer: Peer,
    key: number,
    options: ExchangeOptions,
    around: Surroundings,
    resolve: (message: Message) => void,
    reject: (error: Error) => void,
  ) {
    this.peer = peer;
    this.options = options;
    this.timeout = options.timeout;
    this.#key = key;
    this.#around = around;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(draft: Draft): void {
    const { cancellation, signal } = this.options;
    this.#around.pending.set(this.#key, this);
    cancellation?.add(this);
    if (signal) {
      this.#onAbort = () => this.fail(reasonOf(signal));
      // A caller may cancel any number of requests at once.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', this.#onAbort);
    }
    this.#outgoing = this.#around.layer.confirm(this.peer, draft, this);
  }

  succeed(message: Message): void {
    this.#end();
    this.#resolve(message);
  }

  fail(error: Error): void {
    this.#end();
    this.#reject(error);
  }

  sent(): void {
    this.#sentAt = this.#around.clock.now();
  }

  /** The response is still expected: one in the acknowledgement would have ended the exchange. */
  acknowledged(): void {
    const { clock } = this.#around;
    const passed = Math.max(0, clock.now() - this.#sentAt);
    const left = this.timeout === undefined ? MAX_RESPONSE_WAIT_MS : Math.max(0, this.timeout - passed);
    this.#stopTimer = clock.after(left, () => this.expired());
  }

  reset(): void {
    this.fail(new ResetError(`${hostPort(this.peer)} refused the request with a Reset`));
  }

  failed(): void {
    this.fail(new TimeoutError(`${hostPort(this.peer)} did not acknowledge the request`));
  }

  expired(): void {
    const milliseconds = this.timeout ?? MAX_RESPONSE_WAIT_MS;
    this.fail(new TimeoutError(`no response from ${hostPort(this.peer)} within ${milliseconds / 1000} s`));
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { cancellation, signal } = this.options;
    const { layer, pending } = this.#around;
    this.#stopTimer?.();
    if (this.#outgoing) layer.abandon(this.#outgoing);
    cancellation?.delete(this);
    if (this.#onAbort) signal!.removeEventListener('abort', this.#onAbort);
    if (pending.get(this.#key) === this) pending.delete(this.#key);
  }
}

/** The reason of a caller's cancellation. */
export function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error && reason.name !== 'AbortError' ? reason : new CanceledError('the caller cancelled the request');
}
