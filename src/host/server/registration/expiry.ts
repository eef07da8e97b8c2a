/** Many deadlines under one timer: a binary heap. Postponing a deadline costs nothing until the earlier one is reached. */
import type { Clock } from '../coap/clock';

interface Mark {
  at: number;
  id: string;
}

export class Expiry {
  #heap: Mark[] = [];
  readonly #deadlines = new Map<string, number>();
  #armed: { at: number; stop: () => void } | undefined;
  readonly #clock: Clock;
  readonly #expired: (id: string) => void;

  constructor(clock: Clock, expired: (id: string) => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  /** `at`: milliseconds since 1970. */
  set(id: string, at: number): void {
    const before = this.#deadlines.get(id);
    this.#deadlines.set(id, at);
    // An entry that fires too early is queued again for the later deadline.
    if (before !== undefined && before <= at) return;
    this.#push({ at, id });
    // Deadlines that repeatedly move earlier leave stale entries.
    if (this.#heap.length > 64 && this.#heap.length > 2 * this.#deadlines.size) this.#rebuild();
    this.#arm();
  }

  delete(id: string): void {
    this.#deadlines.delete(id);
    if (this.#deadlines.size > 0) return;
    this.#heap = [];
    this.#arm();
  }

  /** Number of entries in the heap, for tests of growth. */
  get marks(): number {
    return this.#heap.length;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const [id, at] of this.#deadlines) this.#push({ at, id });
  }

  #arm(): void {
    const [next] = this.#heap;
    if (this.#armed && this.#armed.at === next?.at) return;
    this.#armed?.stop();
    this.#armed = next && { at: next.at, stop: this.#clock.after(Math.max(0, next.at - this.#clock.now()), () => this.#run()) };
  }

  #run(): void {
    this.#armed = undefined;
    const now = this.#clock.now();
    while (this.#heap.length > 0 && this.#heap[0]!.at <= now) {
      const { id } = this.#pop();
      const at = this.#deadlines.get(id);
      if (at === undefined) continue;
      if (at > now) this.#push({ at, id });
      else {
        this.#deadlines.delete(id);
        this.#expired(id);
      }
    }
    this.#arm();
  }

  #push(mark: Mark): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(mark);
    for (let parent = (at - 1) >> 1; at > 0 && heap[parent]!.at > mark.at; at = parent, parent = (at - 1) >> 1) heap[at] = heap[parent]!;
    heap[at] = mark;
  }

  #pop(): Mark {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
      if (heap[child]!.at >= last.at) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
