/** Messages that have been received, and their answers (RFC 7252 section 4.5). */

export interface Seen {
  /** Milliseconds since 1970: until then the same id from the same peer means the same message. */
  until: number;
  hash: number;
  /** Its answer, to be sent again. */
  answer?: Uint8Array;
}

/** FNV-1a. A retransmission is byte for byte the same; another message with the same id comes from a device that restarted. */
export function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

/**
 * Copies bytes for storage. Encoded messages are views of Node's pool, and a view keeps all 8 KB alive; an array of at most 64 bytes needs
 * nothing beside it.
 */
export function keepBytes(datagram: Uint8Array): Uint8Array {
  return new Uint8Array(datagram);
}

/**
 * Two generations: new messages go to the younger one. When it is full or old, it becomes the elder, and the old elder is dropped. So a message
 * costs the same however many there were: nothing is looked for, and nothing is deleted one by one.
 */
export class Duplicates {
  #younger = new Map<string, Seen>();
  #elder = new Map<string, Seen>();
  /** When the younger generation began, and the longest lifetime so far. */
  #began = 0;
  #lifetime = 0;
  readonly #limit: number;

  /** `limit`: most messages remembered; at least the newest half of them always are. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Messages remembered. */
  get size(): number {
    return this.#younger.size + this.#elder.size;
  }

  /** The earlier arrival of the same message. */
  find(key: string, hash: number, now: number): Seen | undefined {
    const before = this.#younger.get(key) ?? this.#elder.get(key);
    return before && before.hash === hash && before.until > now ? before : undefined;
  }

  add(key: string, hash: number, now: number, lifetime: number): Seen {
    if (this.#younger.size >= this.#limit >> 1 || now - this.#began >= this.#lifetime) {
      // expired messages are not moved to the elder generation
      this.#elder = now - this.#began >= 2 * this.#lifetime ? new Map() : this.#younger;
      this.#younger = new Map();
      this.#began = now;
    }
    if (lifetime > this.#lifetime) this.#lifetime = lifetime;
    const seen: Seen = { until: now + lifetime, hash, answer: undefined };
    this.#younger.set(key, seen);
    return seen;
  }

  clear(): void {
    this.#younger.clear();
    this.#elder.clear();
  }
}
