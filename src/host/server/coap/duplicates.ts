/** Received messages and their answers (RFC 7252 section 4.5). */

export interface Seen {
  /** Milliseconds since 1970. Until then the same id from the same peer denotes the same message. */
  until: number;
  hash: number;
  /** Its answer, for retransmission. */
  answer?: Uint8Array;
}

/** FNV-1a. A retransmission is identical in every byte; another message with the same id comes from a device that restarted. */
export function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

/**
 * Copies bytes for storage. Encoded messages are views of Node's pool, and a view keeps all 8 KB alive; an array of at most 64 bytes needs no
 * separate memory.
 */
export function keepBytes(datagram: Uint8Array): Uint8Array {
  return new Uint8Array(datagram);
}

/**
 * Two generations: new messages go to the younger one. When it is full or old, it becomes the elder, and the old elder is dropped. So the cost per
 * message is constant: nothing is searched, and nothing is deleted individually.
 */
export class Duplicates {
  #younger = new Map<string, Seen>();
  #elder = new Map<string, Seen>();
  /** Start of the younger generation, and the longest lifetime so far. */
  #began = 0;
  #lifetime = 0;
  readonly #limit: number;

  /** `limit`: maximum number of messages; at least the newest half of that is always remembered. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Number of remembered messages. */
  get size(): number {
    return this.#younger.size + this.#elder.size;
  }

  /** Finds an earlier copy of the same message. */
  find(key: string, hash: number, now: number): Seen | undefined {
    const before = this.#younger.get(key) ?? this.#elder.get(key);
    return before && before.hash === hash && before.until > now ? before : undefined;
  }

  add(key: string, hash: number, now: number, lifetime: number): Seen {
    if (this.#younger.size >= this.#limit >> 1 || now - this.#began >= this.#lifetime) {
      // Expired messages are not moved to the elder generation.
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
