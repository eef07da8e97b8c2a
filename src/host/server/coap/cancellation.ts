/** An operation that can be cancelled. */
export interface Cancelable {
  fail(reason: Error): void;
}

/**
 * Cancels all requests to a client when it leaves. Not an AbortSignal: that costs more than the rest of a request, and warns if more than ten wait
 * for it.
 */
export class Cancellation {
  readonly #waiting = new Set<Cancelable>();
  /** The reason, once cancelled. */
  reason: Error | undefined;

  add(one: Cancelable): void {
    this.#waiting.add(one);
  }

  delete(one: Cancelable): void {
    this.#waiting.delete(one);
  }

  cancel(reason: Error): void {
    this.reason = reason;
    for (const one of [...this.#waiting]) one.fail(reason);
    this.#waiting.clear();
  }
}
