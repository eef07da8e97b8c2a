/**
 * A life on a rough network: register, be written, executed, read, observed, re-registered, de-registered. Breaches of what CoAP
 * promises come back as sentences; what happened comes back as numbers, the same for the same seed.
 */
import { seeded } from '../support/bench';
import type { Core } from '../support/core';
import { Book, KINDS, type Kind } from './book';
import { ROUGH, type Faults } from './network';
import { Scene } from './scene';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Short, so that there are Updates. */
const LIFETIME_S = 300;

/** What became of a seed. Of operations: [answered, without answer]. */
export type Outcome = Record<Kind, [number, number]> & {
  /** Time until the first registration, in ms. */
  registered: number;
  registrations: number;
  notifications: number;
  /** Observations that the device ended, for lack of an acknowledgement or with the registration. */
  ended: number;
  datagrams: number;
};

class Life {
  readonly scene: Scene;
  readonly book: Book;
  readonly #random: () => number;
  #level = 1000;

  constructor(core: Core, seed: number, faults: Faults) {
    this.scene = new Scene(core, seed, faults, LIFETIME_S);
    this.book = new Book(this.scene.server, 'lossy', this.scene.world, () => this.scene.time.now);
    this.#random = seeded(seed * 77 + 5);
  }

  async live(steps: number): Promise<Outcome> {
    const { scene, book } = this;
    await scene.start();
    if (!(await scene.time.until(() => scene.count('registered') > 0, 12 * HOUR))) throw new Error('it never registered');
    const registered = Math.round(scene.time.now);
    // Whenever the client is there anew, so is the wish to observe it.
    scene.server.events.on('registration', () => void book.observe());
    await scene.wait(book.observe(), HOUR);
    for (let i = 0; i < steps; i++) {
      await this.#step(this.#random());
      book.check();
    }
    await this.#rest();
    book.checkEnd(this.#level);
    await this.#leave();
    for (const fault of scene.faults) book.breach(`the server failed: ${String(fault)}`);
    await scene.stop();
    return {
      ...(Object.fromEntries(KINDS.map((kind) => [kind, book.tally(kind)])) as Record<Kind, [number, number]>),
      registered,
      registrations: scene.registrations,
      notifications: book.notes.length,
      ended: scene.count('cancelled'),
      datagrams: scene.up.sent + scene.down.sent,
    };
  }

  async #step(kind: number): Promise<void> {
    const { book } = this;
    if (kind < 0.25) await this.#finish(book.execute());
    else if (kind < 0.5) await this.#finish(book.write());
    else if (kind < 0.6) await this.#finish(book.writeBlocks());
    else if (kind < 0.7) await this.#finish(book.read());
    // Several at once: the server sends them one after the other.
    else if (kind < 0.8) await this.#finish(book.execute(), book.write(), book.write(), book.execute());
    else await this.#change();
  }

  /** Lets operations come to an end. Who is not registered at the end of them comes back by itself. */
  async #finish(...operations: Promise<void>[]): Promise<void> {
    const { time } = this.scene;
    await this.scene.wait(Promise.all(operations), HOUR);
    if (!(await time.until(() => this.book.registered, time.now + 12 * HOUR))) throw new Error('it never registered again');
  }

  /** The observed value goes up a few times, at intervals of all lengths. */
  async #change(): Promise<void> {
    for (let i = 1 + Math.floor(this.#random() * 4); i > 0; i--) {
      this.scene.set(9, ++this.#level);
      await this.scene.time.pass(this.#random() ** 3 * 20_000);
    }
  }

  /** Time in which everything comes to an end, and the observation is there again should it have ended. */
  async #rest(): Promise<void> {
    const { scene, book } = this;
    const known = (): boolean => book.notes.at(-1) === this.#level;
    await scene.time.pass(5 * MINUTE);
    for (let i = 0; i < 20 && !known(); i++) {
      // An observation whose notification was not acknowledged has ended (RFC 7641 4.5); the server learns it by asking again.
      await scene.wait(book.observe(), HOUR);
      scene.set(9, ++this.#level);
      await scene.time.until(known, scene.time.now + 5 * MINUTE);
    }
  }

  async #leave(): Promise<void> {
    const { scene, book } = this;
    // A client that is just registering stops at once, and leaves a registration to its lifetime.
    await scene.time.until(() => scene.count('registered') > scene.count('lost'), scene.time.now + 12 * HOUR);
    scene.leave();
    if (!(await scene.time.until(() => scene.count('deregistered') > 0, scene.time.now + HOUR))) book.breach('it never left');
    await scene.time.pass(15 * MINUTE);
    if (scene.server.registry.size) book.breach('the server still has it, past its lifetime');
    const before = scene.up.sent;
    await scene.time.pass(HOUR);
    if (scene.up.sent !== before) book.breach('it went on sending after it had left');
  }
}

export interface Lived {
  outcome?: Outcome;
  breaches: string[];
}

/** The same for the same seed. */
export async function live(core: Core, seed: number, { steps = 25, faults = ROUGH } = {}): Promise<Lived> {
  const life = new Life(core, seed, faults);
  try {
    return { outcome: await life.live(steps), breaches: life.book.breaches };
  } catch (error) {
    return { breaches: [...life.book.breaches, (error as Error).message] };
  }
}
