/** Keeps the newest items of an endless series, bounded in number and bytes. */

/** A list that drops its oldest items when there are too many items or bytes. Adding and removing are O(1). */
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

  /** Adds an item. An item larger than the whole list is not kept, and the list is emptied. */
  add(item: T, bytes: number): void {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    while (this.length > this.#maxItems || this.#bytes > this.#maxBytes) {
      const oldest = this.#items[this.#first]!;
      // Release the item now: the array is cut later.
      this.#items[this.#first++] = undefined as never;
      this.#bytes -= oldest.bytes;
      this.#dropped++;
    }
    if (this.#first > 64 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }

  /** All items from the `n`th ever added on, oldest first. */
  from(n: number): T[] {
    return this.#items.slice(this.#first + Math.max(0, n - this.#dropped)).map(({ item }) => item);
  }
}

