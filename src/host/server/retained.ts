/** The newest items of an endless series, bounded in number and bytes. */

/** A list whose oldest items go when there are too many, or too many bytes. Adding and taking are O(1) each. */
export class RecentList<T> {
  #items: { item: T; bytes: number }[] = [];
  /** Index in #items of the oldest. */
  #first = 0;
  #bytes = 0;
  #dropped = 0;
  readonly #maxItems: number;
  readonly #maxBytes: number;

  constructor(maxItems: number, maxBytes: number) {
    this.#maxItems = maxItems;
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#items.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number of items added before the oldest kept one. */
  get dropped(): number {
    return this.#dropped;
  }

  /** An item above all bytes is not kept, and nothing else is. */
  add(item: T, bytes: number): void {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    while (this.length > this.#maxItems || this.#bytes > this.#maxBytes) {
      const oldest = this.#items[this.#first]!;
      // let go now: the array is cut later
      this.#items[this.#first++] = undefined as never;
      this.#bytes -= oldest.bytes;
      this.#dropped++;
    }
    if (this.#first > 64 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }

  /** The items from the `n`th that was ever added on, oldest first. */
  from(n: number): T[] {
    return this.#items.slice(this.#first + Math.max(0, n - this.#dropped)).map(({ item }) => item);
  }
}

