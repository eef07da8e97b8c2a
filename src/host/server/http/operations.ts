/** How many operations on devices are under way or wait: each keeps its request in memory until the device answers. */
import { BusyError } from '../errors';
import * as limits from '../limits';
import type { Warnings } from '../warnings';

export class Operations {
  /** endpoint → number */
  readonly #byClient = new Map<string, number>();
  #all = 0;
  readonly #warnings: Warnings;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /** Rejects with BusyError where there are too many. */
  async run<T>(endpoint: string, operation: () => Promise<T>): Promise<T> {
    const mine = this.#byClient.get(endpoint) ?? 0;
    if (mine >= limits.MAX_OPERATIONS_PER_CLIENT) this.#refuse(`${mine} operations on "${endpoint}" are under way or wait`, endpoint);
    if (this.#all >= limits.MAX_OPERATIONS) this.#refuse(`${this.#all} operations are under way or wait`);
    this.#byClient.set(endpoint, mine + 1);
    this.#all++;
    try {
      return await operation();
    } finally {
      const left = this.#byClient.get(endpoint)! - 1;
      if (left > 0) this.#byClient.set(endpoint, left);
      else this.#byClient.delete(endpoint);
      this.#all--;
    }
  }

  #refuse(what: string, endpoint?: string): never {
    this.#warnings.warn('operations', `${what}, which is the limit; another one was refused`, endpoint);
    throw new BusyError(`${what}, which is the limit; try again when some are done`);
  }
}
