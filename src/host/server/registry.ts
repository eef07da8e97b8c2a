/** Who is registered: the clients, what they said of themselves, and when they are forgotten. */
import type { Clock } from './coap/clock';
import type { Peer } from './coap/transport';
import { attributeText, type Link } from './link';
import { takePath } from './path';

/** What a client says when it registers or updates; absent: not said. */
export interface Announcement {
  lifetime?: number;
  binding?: string;
  queueMode?: boolean;
  sms?: string;
  links?: Link[];
}

export interface AnnouncedObject {
  /** as announced by ver=, undefined where nothing was */
  version?: string;
  /** ids, ascending */
  instances: number[];
}

/** One registration. Never changed: an Update makes another one with the same id. */
export interface Registration {
  /** the last part of its location, /rd/ID */
  readonly id: string;
  readonly endpoint: string;
  readonly peer: Peer;
  /** LwM2M version: "1.0" where the client said none */
  readonly version: string;
  /** seconds; 0 for ever */
  readonly lifetime: number;
  readonly binding: string;
  readonly queueMode: boolean;
  readonly sms?: string;
  /** "/" or the alternate path, which goes before each object's path */
  readonly rootPath: string;
  /** as announced */
  readonly links: readonly Link[];
  readonly objects: ReadonlyMap<number, AnnouncedObject>;
  /** other parameters of the registration */
  readonly attributes: Readonly<Record<string, string>>;
  /** milliseconds since 1970 */
  readonly registeredAt: number;
  readonly updatedAt: number;
}

export type LeaveReason = 'deregistered' | 'expired' | 'replaced' | 'stopped';

export interface RegistryEvents {
  registered(registration: Registration): void;
  updated(registration: Registration, before: Registration, changes: Announcement): void;
  left(registration: Registration, reason: LeaveReason): void;
}

export interface RegistryOptions {
  clock: Clock;
  random: () => number;
  /** how long a registration outlives its lifetime, in milliseconds: an Update may be on its way */
  grace: number;
  maxClients: number;
}

/** LwM2M TS 1.0.2 5.3.1: what is meant where lt= is missing */
const DEFAULT_LIFETIME_S = 86400;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The root path and the objects in links (LwM2M TS 1.0.2 5.3.1 and 6.4.1 of its transport part). What is no LwM2M path is left aside. */
export function readLinks(links: readonly Link[]): Pick<Registration, 'rootPath' | 'objects'> {
  const root = links.find((link) => attributeText(link, 'rt')?.split(' ').includes('oma.lwm2m'));
  const rootPath = root ? `/${root.uri.replace(/^\/+|\/+$/g, '')}` : '/';
  const prefix = rootPath === '/' ? '' : rootPath;
  const objects = new Map<number, AnnouncedObject>();
  for (const link of links) {
    const path = link.uri.startsWith(`${prefix}/`) ? takePath(link.uri.slice(prefix.length).replace(/\/$/, '')) : undefined;
    if (!path || path.length < 1 || path.length > 2) continue;
    const object = objects.get(path[0]) ?? { instances: [] };
    objects.set(path[0], object);
    if (path.length === 2 && !object.instances.includes(path[1])) object.instances.push(path[1]);
    const version = attributeText(link, 'ver');
    if (version !== undefined && /^\d{1,5}\.\d{1,5}$/.test(version)) object.version = version;
  }
  for (const object of objects.values()) object.instances.sort((a, b) => a - b);
  return { rootPath, objects: new Map([...objects].sort(([a], [b]) => a - b)) };
}

export class Registry {
  readonly #byEndpoint = new Map<string, Registration>();
  readonly #byId = new Map<string, Registration>();
  readonly #byPeer = new Map<string, Registration>();
  /** by id: what stops the expiry */
  readonly #expiry = new Map<string, () => void>();
  readonly #options: RegistryOptions;
  readonly #events: RegistryEvents;

  constructor(options: RegistryOptions, events: RegistryEvents) {
    this.#options = options;
    this.#events = events;
  }

  get size(): number {
    return this.#byEndpoint.size;
  }

  byEndpoint(endpoint: string): Registration | undefined {
    return this.#byEndpoint.get(endpoint);
  }

  byId(id: string): Registration | undefined {
    return this.#byId.get(id);
  }

  /** The client that speaks from there. */
  byPeer(peer: Peer): Registration | undefined {
    return this.#byPeer.get(peer.key);
  }

  /** In the order of registration. */
  all(): Registration[] {
    return [...this.#byEndpoint.values()];
  }

  /** Takes a client in; the same endpoint's earlier registration ends. Returns undefined when there is no room. */
  register(endpoint: string, peer: Peer, version: string, said: Announcement, attributes: Record<string, string>): Registration | undefined {
    const before = this.#byEndpoint.get(endpoint);
    if (!before && this.size >= this.#options.maxClients) return undefined;
    if (before) this.remove(before, 'replaced');
    const now = this.#options.clock.now();
    const { lifetime = DEFAULT_LIFETIME_S, binding = 'U', queueMode = false, sms, links = [] } = said;
    const registration: Registration = {
      id: this.#makeId(),
      endpoint,
      peer,
      version,
      lifetime,
      binding,
      queueMode,
      sms,
      links,
      ...readLinks(links),
      attributes,
      registeredAt: now,
      updatedAt: now,
    };
    this.#put(registration);
    this.#events.registered(registration);
    return registration;
  }

  /** What an Update says takes the place of what was; a NAT may have moved the client. */
  update(before: Registration, peer: Peer, said: Announcement): Registration {
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    const registration: Registration = {
      ...before,
      ...given,
      ...(said.links ? readLinks(said.links) : {}),
      peer,
      updatedAt: this.#options.clock.now(),
    };
    this.#take(before);
    this.#put(registration);
    this.#events.updated(registration, before, said);
    return registration;
  }

  remove(registration: Registration, reason: LeaveReason): void {
    this.#take(registration);
    this.#byEndpoint.delete(registration.endpoint);
    this.#events.left(registration, reason);
  }

  /** All leave; no timer remains. */
  clear(): void {
    for (const registration of this.all()) this.remove(registration, 'stopped');
  }

  #put(registration: Registration): void {
    const { id, endpoint, peer, lifetime } = registration;
    this.#byEndpoint.set(endpoint, registration);
    this.#byId.set(id, registration);
    this.#byPeer.set(peer.key, registration);
    if (lifetime > 0)
      this.#expiry.set(
        id,
        this.#options.clock.after(lifetime * 1000 + this.#options.grace, () => this.remove(registration, 'expired')),
      );
  }

  #take({ id, peer }: Registration): void {
    this.#expiry.get(id)?.();
    this.#expiry.delete(id);
    this.#byId.delete(id);
    if (this.#byPeer.get(peer.key)?.id === id) this.#byPeer.delete(peer.key);
  }

  /** Short, because it travels with each Update; not guessable, because without security it is all that proves an Update right. */
  #makeId(): string {
    for (;;) {
      const id = Array.from({ length: 8 }, () => DIGITS[Math.floor(this.#options.random() * DIGITS.length)]).join('');
      if (!this.#byId.has(id)) return id;
    }
  }
}
