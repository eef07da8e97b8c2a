/** Assembles payloads that arrive in pieces (RFC 7959): one growing buffer for each, and one budget for all in progress. */
import { NOTHING } from './message';

/** Limits the bytes that all transfers of one kind may hold together. */
export class Budget {
  #used = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Reserves `bytes` if they are free. Returns whether they were. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#limit) return false;
    this.#used += bytes;
    return true;
  }

  free(bytes: number): void {
    this.#used -= bytes;
  }
}

export class Assembly {
  #buffer: Uint8Array = NOTHING;
  #length = 0;
  readonly #budget: Budget | undefined;

  constructor(budget?: Budget) {
    this.#budget = budget;
  }

  /** Number of bytes received so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends a piece. Returns false, and changes nothing, if the budget has no room. */
  add(piece: Uint8Array): boolean {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) {
      // Doubled, so that many small pieces are not copied many times.
      const size = Math.max(length, 2 * this.#buffer.length, 256);
      if (this.#budget && !this.#budget.take(size - this.#buffer.length)) return false;
      const grown = new Uint8Array(size);
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = length;
    return true;
  }

  /** The bytes received so far. */
  take(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  /** Discards the bytes and releases their share of the budget. */
  clear(): void {
    this.#budget?.free(this.#buffer.length);
    this.#buffer = NOTHING;
    this.#length = 0;
  }
}
