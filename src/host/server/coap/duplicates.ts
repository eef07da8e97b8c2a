/** Which messages came already, and what they were answered (RFC 7252 section 4.5). */

export interface Seen {
  /** milliseconds since 1970: until then the same id from the same peer means the same message */
  until: number;
  hash: number;
  /** the datagram that answered it, to be sent again */
  answer?: Uint8Array;
}

/** FNV-1a. A retransmission is byte for byte the same; another message with the same id comes from a device that restarted. */
export function hashOf(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
}

export class Duplicates {
  /** in the order of arrival */
  readonly #seen = new Map<string, Seen>();
  readonly #limit: number;

  /** `limit`: messages remembered; the oldest ones go first */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The earlier arrival of the same message. */
  find(key: string, hash: number, now: number): Seen | undefined {
    const before = this.#seen.get(key);
    return before && before.hash === hash && before.until > now ? before : undefined;
  }

  add(key: string, hash: number, now: number, lifetime: number): Seen {
    for (const [oldest, { until }] of this.#seen) {
      if (until > now && this.#seen.size < this.#limit) break;
      this.#seen.delete(oldest);
    }
    const seen: Seen = { until: now + lifetime, hash };
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    return seen;
  }

  clear(): void {
    this.#seen.clear();
  }
}
