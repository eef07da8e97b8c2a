/** The registered clients: their registrations and expiry. */
import { isLoopback, ownerOf } from '../address';
import { AnnouncedCache, type Announced, type AnnouncedObject } from './announced';
import type { Clock } from '../coap/clock';
import type { Peer } from '../coap/transport';
import { Crowd } from './crowd';
import { Expiry } from './expiry';
import { COST_REGISTRATION, MAX_BYTES_PER_CLIENT, MAX_LINKS_BYTES } from '../limits';
import type { Link } from '../formats/link';

export { readLinks, type AnnouncedObject } from './announced';

/** The content of a Register or Update. Absent fields were not sent. */
export interface Announcement {
  /** Seconds; 0 means unlimited. */
  lifetime?: number;
  binding?: string;
  queueMode?: boolean;
  sms?: string;
  announced?: Announced;
}

/** One registration. It is immutable: an Update creates another one with the same id. */
export interface Registration {
  /** The last part of its location, /rd/ID. */
  readonly id: string;
  /** Ascending in the order of registration. */
  readonly number: number;
  readonly endpoint: string;
  readonly peer: Peer;
  /** LwM2M version; "1.0" if the client sent none. */
  readonly version: string;
  /** Effective lifetime in seconds: the client's, up to the server's limit. */
  readonly lifetime: number;
  readonly binding: string;
  readonly queueMode: boolean;
  readonly sms?: string;
  readonly announced: Announced;
  /** "/" or the alternate path, which precedes each object's path. */
  readonly rootPath: string;
  /** As announced; parsed on demand. */
  readonly links: readonly Link[];
  /** Parsed on demand. */
  readonly objects: ReadonlyMap<number, AnnouncedObject>;
  /** Other parameters of the registration. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
  readonly updatedAt: number;
}

type Fields = Omit<Registration, 'links' | 'objects' | 'rootPath'>;

class Registered implements Registration {
  readonly id: string;
  readonly number: number;
  readonly endpoint: string;
  readonly peer: Peer;
  readonly version: string;
  readonly lifetime: number;
  readonly binding: string;
  readonly queueMode: boolean;
  readonly sms: string | undefined;
  readonly announced: Announced;
  readonly attributes: Readonly<Record<string, string>>;
  readonly registeredAt: number;
  readonly updatedAt: number;

  constructor(fields: Fields) {
    this.id = fields.id;
    this.number = fields.number;
    this.endpoint = fields.endpoint;
    this.peer = fields.peer;
    this.version = fields.version;
    this.lifetime = fields.lifetime;
    this.binding = fields.binding;
    this.queueMode = fields.queueMode;
    this.sms = fields.sms;
    this.announced = fields.announced;
    this.attributes = fields.attributes;
    this.registeredAt = fields.registeredAt;
    this.updatedAt = fields.updatedAt;
  }

  get rootPath(): string {
    return this.announced.rootPath;
  }

  get links(): readonly Link[] {
    return this.announced.links;
  }

  get objects(): ReadonlyMap<number, AnnouncedObject> {
    return this.announced.objects;
  }
}

/** `evicted`: it never sent an Update and was removed to make room. */
export type LeaveReason = 'deregistered' | 'expired' | 'replaced' | 'evicted' | 'stopped';

export interface RegistryEvents {
  registered(registration: Registration): void;
  updated(registration: Registration, before: Registration, changes: Announcement): void;
  left(registration: Registration, reason: LeaveReason): void;
  /** A limit was reached; `kind` is one of a few fixed words. */
  warn(kind: string, message: string, endpoint?: string): void;
}

export interface RegistryOptions {
  clock: Clock;
  random: () => number;
  /** Milliseconds that a registration outlives its lifetime: an Update may be on its way. */
  grace: number;
  maxClients: number;
  maxClientsPerAddress: number;
  /** Seconds. */
  maxLifetime: number;
}

/** LwM2M TS 1.0.2 5.3.1: the default of lt=. */
const DEFAULT_LIFETIME_S = 86400;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NO_ATTRIBUTES: Record<string, string> = Object.freeze({});

export class Registry {
  readonly #byEndpoint = new Map<string, Registration>();
  readonly #byId = new Map<string, Registration>();
  readonly #byPeer = new Map<string, Registration>();
  /** Address → number of its registrations. Those from this machine are not counted. */
  readonly #byAddress = new Map<string, number>();
  /** Ids of registrations without an Update or answer so far, by address: these may be forged. */
  readonly #unconfirmed = new Crowd();
  readonly #expiry: Expiry;
  readonly #options: RegistryOptions;
  readonly #events: RegistryEvents;
  #bytes = 0;
  #next = 1;

  /** Announcements of clients. */
  readonly announcements = new AnnouncedCache();

  constructor(options: RegistryOptions, events: RegistryEvents) {
    this.#options = options;
    this.#events = events;
    this.#expiry = new Expiry(options.clock, (id) => {
      const registration = this.#byId.get(id);
      if (registration) this.remove(registration, 'expired');
    });
  }

  get size(): number {
    return this.#byEndpoint.size;
  }

  /** Estimated memory of all registrations, rounded up generously. */
  get bytes(): number {
    return this.#bytes;
  }

  byEndpoint(endpoint: string): Registration | undefined {
    return this.#byEndpoint.get(endpoint);
  }

  byId(id: string): Registration | undefined {
    return this.#byId.get(id);
  }

  /** The client at this address and port. */
  byPeer(peer: Peer): Registration | undefined {
    return this.#byPeer.get(peer.key);
  }

  /** All registrations, in the order of registration. */
  all(): Registration[] {
    return [...this.#byEndpoint.values()];
  }

  /** Like all(), as an iterator. Registrations that are added or removed meanwhile may be included or not, but none twice. */
  each(): IterableIterator<Registration> {
    return this.#byEndpoint.values();
  }

  /** Registers a client and ends an earlier registration of the same endpoint. Returns undefined if there is no room. */
  register(endpoint: string, peer: Peer, version: string, said: Announcement, attributes: Record<string, string>): Registration | undefined {
    const now = this.#options.clock.now();
    const { lifetime = DEFAULT_LIFETIME_S, binding = 'U', queueMode = false, sms, announced = this.announcements.take('') } = said;
    const fields: Fields = {
      id: this.#makeId(),
      number: this.#next,
      endpoint,
      peer,
      version,
      lifetime: this.#limitLifetime(lifetime, endpoint),
      binding,
      queueMode,
      sms,
      announced,
      attributes: Object.keys(attributes).length === 0 ? NO_ATTRIBUTES : attributes,
      registeredAt: now,
      updatedAt: now,
    };
    const registration = new Registered(fields);
    const before = this.#byEndpoint.get(endpoint);
    const owner = ownerOf(peer.address);
    const wasConfirmed = before && !this.#unconfirmed.delete(before.id);
    if (!this.#makeRoom(registration, before)) {
      if (before && !wasConfirmed) this.#unconfirmed.add(ownerOf(before.peer.address), before.id);
      return undefined;
    }
    if (before) this.remove(before, 'replaced');
    this.#next++;
    this.#put(registration);
    // A client that was heard from that address is not forged.
    if (!wasConfirmed || ownerOf(before.peer.address) !== owner) this.#unconfirmed.add(owner, registration.id);
    this.#events.registered(registration);
    return registration;
  }

  /** Applies an Update. The address may have changed behind a NAT. Returns undefined if there is no room. */
  update(before: Registration, peer: Peer, said: Announcement): Registration | undefined {
    const registration = new Registered({
      id: before.id,
      number: before.number,
      endpoint: before.endpoint,
      version: before.version,
      attributes: before.attributes,
      registeredAt: before.registeredAt,
      lifetime: said.lifetime === undefined ? before.lifetime : this.#limitLifetime(said.lifetime, before.endpoint),
      binding: said.binding ?? before.binding,
      queueMode: said.queueMode ?? before.queueMode,
      sms: said.sms ?? before.sms,
      announced: said.announced ?? before.announced,
      peer,
      updatedAt: this.#options.clock.now(),
    });
    // Only the recipient of our answer knows the id.
    this.confirm(before);
    if (costOf(registration) > costOf(before) && !this.#makeRoom(registration, before)) return undefined;
    this.#take(before);
    this.#put(registration);
    this.#events.updated(registration, before, said);
    return registration;
  }

  /**
   * Adds or removes an instance as the client's answer indicates, until its next Update announces the change (LwM2M TS 1.0.2 5.3.2). The lifetime is
   * unchanged.
   */
  learn({ id }: Registration, object: number, instance: number, present: boolean): void {
    const before = this.#byId.get(id);
    if (!before) return;
    const text = before.announced.change(object, instance, present);
    if (text === before.announced.text || text.length > MAX_LINKS_BYTES) return;
    const { number, endpoint, peer, version, lifetime, binding, queueMode, sms, attributes, registeredAt, updatedAt } = before;
    const announced = this.announcements.take(text);
    const fields = { id, number, endpoint, peer, version, lifetime, binding, queueMode, sms, announced, attributes, registeredAt, updatedAt };
    const registration = new Registered(fields);
    // A client that answers is real, and must not be evicted by its own update.
    this.confirm(before);
    if (costOf(registration) > costOf(before) && !this.#makeRoom(registration, before)) return;
    this.#take(before);
    this.#put(registration);
    this.#events.updated(registration, before, { announced });
  }

  /** Records that the client has answered, so that it is among the last to be evicted. */
  confirm(registration: Registration): void {
    this.#unconfirmed.delete(registration.id);
  }

  remove(registration: Registration, reason: LeaveReason): void {
    this.#take(registration);
    this.#expiry.delete(registration.id);
    this.#unconfirmed.delete(registration.id);
    this.#byEndpoint.delete(registration.endpoint);
    this.#events.left(registration, reason);
  }

  /** Removes all registrations and timers. */
  clear(): void {
    for (const registration of this.all()) this.remove(registration, 'stopped');
  }

  /** Makes room for `registration`, which replaces `before`, by evicting registrations that were never updated. Returns whether there is room. */
  #makeRoom(registration: Registration, before: Registration | undefined): boolean {
    const { maxClients, maxClientsPerAddress } = this.#options;
    const { endpoint, peer } = registration;
    const owner = ownerOf(peer.address);
    const others = (this.#byAddress.get(owner) ?? 0) - (before && ownerOf(before.peer.address) === owner ? 1 : 0);
    if (others >= maxClientsPerAddress) {
      const message = `${peer.address} has ${others} registrations, which is the limit for one address (--max-clients-per-address)`;
      const oldest = this.#unconfirmed.oldestOf(owner);
      if (!oldest) {
        this.#events.warn('address', `${message}: "${endpoint}" was refused`, endpoint);
        return false;
      }
      this.#evict(oldest, 'address', message);
    }
    while (
      this.size - (before ? 1 : 0) >= maxClients ||
      this.#bytes + costOf(registration) - (before ? costOf(before) : 0) > maxClients * MAX_BYTES_PER_CLIENT
    ) {
      const message =
        this.size >= maxClients
          ? `the server is full with ${this.size} registrations (--max-clients)`
          : `the registrations take ${this.#bytes} bytes, which is the limit (--max-clients)`;
      const victim = this.#unconfirmed.victim();
      if (!victim) {
        this.#events.warn('full', `${message}: "${endpoint}" was refused`, endpoint);
        return false;
      }
      this.#evict(victim, 'evicted', message);
    }
    return true;
  }

  #evict(id: string, kind: string, message: string): void {
    const registration = this.#byId.get(id)!;
    this.#events.warn(kind, `${message}: "${registration.endpoint}", which never sent an Update, was removed`, registration.endpoint);
    this.remove(registration, 'evicted');
  }

  #limitLifetime(lifetime: number, endpoint: string): number {
    const { maxLifetime } = this.#options;
    if (lifetime > 0 && lifetime <= maxLifetime) return lifetime;
    const said = lifetime === 0 ? '0, which is for ever' : `${lifetime} s`;
    this.#events.warn('lifetime', `"${endpoint}" asked for a lifetime of ${said}; the limit of ${maxLifetime} s counts (--max-lifetime)`, endpoint);
    return maxLifetime;
  }

  #put(registration: Registration): void {
    const { id, endpoint, peer, lifetime } = registration;
    this.#byEndpoint.set(endpoint, registration);
    this.#byId.set(id, registration);
    this.#byPeer.set(peer.key, registration);
    this.#count(peer, 1);
    this.#bytes += costOf(registration);
    this.#expiry.set(id, registration.updatedAt + lifetime * 1000 + this.#options.grace);
  }

  #take(registration: Registration): void {
    const { id, peer } = registration;
    this.#byId.delete(id);
    if (this.#byPeer.get(peer.key)?.id === id) this.#byPeer.delete(peer.key);
    this.#count(peer, -1);
    this.#bytes -= costOf(registration);
  }

  #count({ address }: Peer, by: number): void {
    if (isLoopback(address)) return;
    const owner = ownerOf(address);
    const count = (this.#byAddress.get(owner) ?? 0) + by;
    if (count > 0) this.#byAddress.set(owner, count);
    else this.#byAddress.delete(owner);
  }

  /**
   * The id is short, because each Update contains it, and not guessable, because without security it is the only proof that an Update is legitimate.
   */
  #makeId(): string {
    for (;;) {
      const id = Array.from({ length: 8 }, () => DIGITS[Math.floor(this.#options.random() * DIGITS.length)]).join('');
      if (!this.#byId.has(id)) return id;
    }
  }
}

function costOf({ endpoint, announced, attributes, sms = '' }: Registration): number {
  let bytes = COST_REGISTRATION + endpoint.length * 2 + announced.text.length + sms.length;
  for (const name of Object.keys(attributes)) bytes += 2 * (name.length + attributes[name]!.length) + 64;
  return bytes;
}
