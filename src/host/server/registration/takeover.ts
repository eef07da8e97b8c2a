/**
 * Protects registrations. Without security anyone who knows an endpoint name could take it over, and anyone who saw a location could end the
 * registration. So a Register, Update or De-register from another address than the registration's waits until the old address was pinged (with an
 * empty Confirmable, RFC 7252 4.3). If it answers, the client has not moved, and the newcomer is refused. A client that moved, or whose NAT mapping
 * expired (LwM2M TS 1.0.2 5.3.2 allows its Update to come from another address), no longer answers there, and its request is accepted.
 */
import { ownerOf } from '../address';
import { hostPort, type Peer } from '../coap/transport';
import { MAX_PROBES, PROBE_MS } from '../limits';
import type { Registration, Registry } from './registry';

export interface TakeoverOptions {
  registry: Registry;
  /** `false`: no check, every request is accepted. */
  guard: boolean;
  /** Whether the peer answers at all. Never rejects. */
  ping: (peer: Peer, timeout: number) => Promise<boolean>;
  warn: (kind: string, message: string, endpoint?: string) => void;
}

/** `busy`: too many addresses are being pinged. */
export type Verdict = 'allowed' | 'refused' | 'busy';

/** One ping for all requests that arrive meanwhile. The first of them gets the name if it is free. */
interface Question {
  answered: Promise<boolean>;
  given: boolean;
}

export class Takeover {
  /** By registration id. */
  readonly #asked = new Map<string, Question>();
  readonly #options: TakeoverOptions;

  constructor(options: TakeoverOptions) {
    this.#options = options;
  }

  /** Whether `peer` may do `what` to the registration. Returns immediately if the address is the same. */
  judge(registration: Registration, peer: Peer, what: string): Verdict | Promise<Verdict> {
    const { endpoint } = registration;
    if (ownerOf(registration.peer.address) === ownerOf(peer.address)) return 'allowed';
    const { guard, registry, warn } = this.#options;
    const story = `"${endpoint}" is registered from ${hostPort(registration.peer)}; ${hostPort(peer)} sent a ${what}`;
    if (!guard) {
      warn('takeover', `${story}, which was allowed (--takeover allow)`, endpoint);
      return 'allowed';
    }
    const asked = this.#asked.get(registration.id) ?? this.#ask(registration);
    if (!asked) {
      warn('probes', `${story}, which was refused: ${MAX_PROBES} such cases are under way`, endpoint);
      return 'busy';
    }
    return asked.answered.then((answered): Verdict => {
      // The client may have sent something meanwhile.
      const alive = answered || asked.given || registry.byId(registration.id) !== registration;
      asked.given = true;
      if (alive) warn('takeover', `${story}, which was refused, because the first address still answers`, endpoint);
      else warn('moved', `${story}, which was allowed, because the first address no longer answers`, endpoint);
      return alive ? 'refused' : 'allowed';
    });
  }

  #ask({ id, peer }: Registration): Question | undefined {
    if (this.#asked.size >= MAX_PROBES) return undefined;
    const answered = this.#options.ping(peer, PROBE_MS).finally(() => this.#asked.delete(id));
    const question = { answered, given: false };
    this.#asked.set(id, question);
    return question;
  }
}
