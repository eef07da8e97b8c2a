/** Manages observations and delivers notifications fresh, in order and complete (RFC 7641, LwM2M TS 1.0.2 section 5.5). */
import * as wire from '../../../device/wire/coap';
import type { CoapEndpoint } from '../coap/endpoint';
import { isSuccess, type Message, type Request } from '../coap/message';
import { isNewer } from '../coap/observe';
import { makeUint, uintOption } from '../coap/options';
import { fetchRest, transfer, type TransferOptions } from '../coap/transfer';
import type { Registration } from '../registration/registry';

export interface Observation {
  readonly endpoint: string;
  readonly registrationId: string;
  /** "/3/0/9". */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Number of notifications so far. */
  count: number;
}

interface Entry extends Observation {
  registration: Registration;
  token: Uint8Array;
  request: Request;
  /** Number and arrival (seconds) of the newest notification. */
  newest?: { number: number; at: number };
}

export interface ObservationEvents {
  /** The path has a newer value. */
  notified(observation: Observation, registration: Registration, notification: Message): void;
  /** A notification could not be fetched completely. */
  failed(observation: Observation, error: unknown): void;
  /** The device ended the observation with this answer. */
  ended(observation: Observation, notification: Message): void;
}

export class Observations {
  /** Registration id → path → observation, so that an Update searches only its own client's. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #endpoint: CoapEndpoint;
  readonly #events: ObservationEvents;
  readonly #limits: Pick<TransferOptions, 'blockSize' | 'maxPayload'>;

  constructor(endpoint: CoapEndpoint, limits: Pick<TransferOptions, 'blockSize' | 'maxPayload'>, events: ObservationEvents) {
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#events = events;
  }

  of(registration: Registration): Observation[] {
    return this.#of(registration).map(({ endpoint, registrationId, path, since, count }) => ({ endpoint, registrationId, path, since, count }));
  }

  has(registration: Registration, path: string): boolean {
    return this.#find(registration.id, path) !== undefined;
  }

  /** Observes `path`; resolves with its current value. Observing again renews with the same token (RFC 7641 3.3.1). */
  async observe(registration: Registration, path: string, request: Request, options: Partial<TransferOptions>): Promise<Message> {
    const earlier = this.#find(registration.id, path);
    const token = earlier?.token ?? this.#endpoint.makeToken();
    const { clock } = this.#endpoint.options;
    const entry: Entry = {
      endpoint: registration.endpoint,
      registrationId: registration.id,
      registration,
      path,
      since: earlier?.since ?? clock.now(),
      count: earlier?.count ?? 0,
      token,
      request,
    };
    this.#keep(entry);
    // Before the request is sent, because a notification may overtake the response.
    this.#listen(entry);
    const withObserve = { ...request, options: [...request.options, makeUint(wire.OPTION_OBSERVE, 0)] };
    let observed = false;
    let answered = false;
    try {
      const first = await this.#endpoint.exchange(registration.peer, withObserve, { ...options, token });
      answered = true;
      const number = isSuccess(first.code) ? uintOption(first, wire.OPTION_OBSERVE) : undefined;
      observed = number !== undefined;
      // A notification that arrived meanwhile counts only if it is newer.
      if (number !== undefined && !entry.newest) entry.newest = { number, at: clock.now() / 1000 };
      return await fetchRest(this.#endpoint, registration.peer, request, first, { ...this.#limits, ...options });
    } finally {
      if (!observed && this.#find(registration.id, path) === entry) {
        // An unanswered renewal does not affect the existing observation.
        if (earlier && !answered) Object.assign(entry, { request: earlier.request, newest: entry.newest ?? earlier.newest });
        else this.#forget(entry);
      }
    }
  }

  /** Cancels the observation at the device: GET with Observe = 1 and the same token (RFC 7641 3.6). Returns undefined if there is none. */
  async cancel(registration: Registration, path: string, options: Partial<TransferOptions>): Promise<Message | undefined> {
    const entry = this.#find(registration.id, path);
    if (!entry) return undefined;
    const request = { ...entry.request, options: [...entry.request.options, makeUint(wire.OPTION_OBSERVE, 1)] };
    // A last notification may cross the request. Only a message without Observe is the response.
    const accepts = (message: Message): boolean => message.type === wire.TYPE_ACK || uintOption(message, wire.OPTION_OBSERVE) === undefined;
    const response = await transfer(this.#endpoint, registration.peer, request, { ...this.#limits, ...options, token: entry.token, accepts });
    if (isSuccess(response.code)) this.#forget(entry);
    return response;
  }

  /**
   * Forgets the observation at `path`, or all of them. The next notification is answered by a Reset, which ends it at the device. Returns the number
   * of forgotten observations.
   */
  drop(registration: Registration, path?: string): number {
    const gone = this.#of(registration).filter((entry) => path === undefined || entry.path === path);
    gone.forEach((entry) => this.#forget(entry));
    return gone.length;
  }

  /** After an Update the client's address may have changed. */
  move(registration: Registration): void {
    for (const entry of this.#of(registration)) {
      const moved = entry.registration.peer.key !== registration.peer.key;
      entry.registration = registration;
      if (moved) this.#listen(entry);
    }
  }

  #of({ id }: Registration): Entry[] {
    const mine = this.#entries.get(id);
    return mine ? [...mine.values()] : [];
  }

  #find(registrationId: string, path: string): Entry | undefined {
    return this.#entries.get(registrationId)?.get(path);
  }

  #keep(entry: Entry): void {
    const mine = this.#entries.get(entry.registrationId);
    if (mine) mine.set(entry.path, entry);
    else this.#entries.set(entry.registrationId, new Map([[entry.path, entry]]));
  }

  #forget(entry: Entry): void {
    const mine = this.#entries.get(entry.registrationId);
    mine?.delete(entry.path);
    if (mine?.size === 0) this.#entries.delete(entry.registrationId);
    this.#endpoint.release(entry.token);
  }

  #listen(entry: Entry): void {
    this.#endpoint.listen(entry.token, entry.registration.peer, (message) => this.#notify(entry, message));
  }

  #notify(entry: Entry, message: Message): void {
    const number = uintOption(message, wire.OPTION_OBSERVE);
    if (!isSuccess(message.code) || number === undefined) {
      // RFC 7641 4.2: an error ends the observation, as does a response without Observe.
      this.#forget(entry);
      return this.#events.ended(entry, message);
    }
    const at = this.#endpoint.options.clock.now() / 1000;
    const { newest } = entry;
    if (newest && !isNewer(newest.number, newest.at, number, at)) return;
    const mine = { number, at };
    entry.newest = mine;
    const { registration, request } = entry;
    fetchRest(this.#endpoint, registration.peer, request, message, { ...this.#limits })
      .then((whole) => {
        // A newer notification may have arrived during the transfer.
        if (entry.newest !== mine || this.#find(entry.registrationId, entry.path) !== entry) return;
        entry.count++;
        this.#events.notified(entry, entry.registration, whole);
      })
      .catch((error: unknown) => this.#events.failed(entry, error));
  }
}
