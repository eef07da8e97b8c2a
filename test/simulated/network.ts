/** Virtual time, and a network that loses, doubles and delays datagrams: everything that happens follows from a seed. */
import { seeded } from '../support/bench';

export interface Faults {
  /** Of each datagram, each way. */
  loss: number;
  duplicates: number;
  /** Longest delay, ms: what overtakes what follows from it. */
  delay: number;
}

export const ROUGH: Faults = { loss: 0.3, duplicates: 0.1, delay: 300 };

/** For real time, which has none to lose: nearly everything arrives within a few attempts. */
export const MILD: Faults = { loss: 0.1, duplicates: 0.1, delay: 100 };

interface Event {
  at: number;
  /** Events of the same time run in the order in which they were set. */
  order: number;
  run: () => void;
}

/** Lets every promise that can go on do so: nothing here waits for anything but other promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class VirtualTime {
  /** ms */
  now = 0;
  #order = 0;
  /** Ascending by time and order. */
  readonly #events: Event[] = [];

  /** Returns what takes the event back. */
  after(delay: number, run: () => void): () => void {
    const event: Event = { at: this.now + delay, order: this.#order++, run };
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#events[middle]!.at <= event.at) low = middle + 1;
      else high = middle;
    }
    this.#events.splice(low, 0, event);
    return () => {
      const at = this.#events.indexOf(event);
      if (at >= 0) this.#events.splice(at, 1);
    };
  }

  /** Lets time pass until `done` says so, or until `limit` (ms). Returns whether it did. */
  async until(done: () => boolean, limit: number): Promise<boolean> {
    await settle();
    while (!done()) {
      const next = this.#events[0];
      if (!next || next.at > limit) {
        this.now = Math.max(this.now, limit);
        return done();
      }
      this.#events.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
      await settle();
    }
    return true;
  }

  async pass(ms: number): Promise<void> {
    await this.until(() => false, this.now + ms);
  }
}

/** One direction of a network. */
export class Link {
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #deliver: (datagram: Uint8Array) => void;
  faults: Faults;
  sent = 0;
  lost = 0;
  doubled = 0;

  constructor(time: VirtualTime, seed: number, faults: Faults, deliver: (datagram: Uint8Array) => void) {
    this.#time = time;
    this.#random = seeded(seed);
    this.faults = faults;
    this.#deliver = deliver;
  }

  /** As the sender's buffer is now. */
  send(datagram: Uint8Array): void {
    const copy = datagram.slice();
    this.sent++;
    const { loss, duplicates, delay } = this.faults;
    // Always the same draws, so that one datagram's fate is not another's.
    const [fate, twice, first, second] = [this.#random(), this.#random(), this.#random(), this.#random()];
    if (fate < loss) this.lost++;
    else this.#time.after(first * delay, () => this.#deliver(copy));
    if (twice >= duplicates) return;
    this.doubled++;
    this.#time.after(second * delay, () => this.#deliver(copy));
  }
}
