/** Counts the operations on devices that are in progress or waiting: each keeps its request in memory until the device answers. */
import type { FastifyReply } from 'fastify';
import { BusyError } from '../errors';
import * as limits from '../limits';
import type { Warnings } from '../warnings';

export class Operations {
  /** Endpoint → number. */
  readonly #byClient = new Map<string, number>();
  #all = 0;
  readonly #warnings: Warnings;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  /** Returns the number of a client's operations in progress or waiting, and the limit. */
  queueOf(endpoint: string): { operations: number; limit: number } {
    return { operations: this.#byClient.get(endpoint) ?? 0, limit: limits.MAX_OPERATIONS_PER_CLIENT };
  }

  /**
   * Runs an operation. A device gets one request after another (RFC 7252 4.7). The header x-operations-before contains the number of operations in
   * progress or waiting. If the caller disconnects, `signal` aborts, and a waiting request is not sent. Rejects with BusyError if there are too many.
   */
  async run<T>(endpoint: string, reply: FastifyReply, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const mine = this.#byClient.get(endpoint) ?? 0;
    reply.header('x-operations-before', mine);
    if (mine >= limits.MAX_OPERATIONS_PER_CLIENT) this.#refuse(`${mine} operations on "${endpoint}" are under way or wait`, endpoint);
    if (this.#all >= limits.MAX_OPERATIONS) this.#refuse(`${this.#all} operations are under way or wait`);
    this.#byClient.set(endpoint, mine + 1);
    this.#all++;
    const gone = new AbortController();
    const onClose = (): void => gone.abort();
    reply.raw.once('close', onClose);
    try {
      return await operation(gone.signal);
    } finally {
      reply.raw.off('close', onClose);
      const left = this.#byClient.get(endpoint)! - 1;
      if (left > 0) this.#byClient.set(endpoint, left);
      else this.#byClient.delete(endpoint);
      this.#all--;
    }
  }

  #refuse(what: string, endpoint?: string): never {
    this.#warnings.warn('operations', `${what}, which is the limit; another one was refused`, endpoint);
    throw new BusyError(`${what}, which is the limit; try again when some have finished`);
  }
}
