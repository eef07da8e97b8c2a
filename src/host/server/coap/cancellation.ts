/**
 * What ends all requests to a client when it leaves. Not an AbortSignal: that costs more than the rest of a request, and warns when more than ten
 * wait for it.
 */
export class Cancellation {
  readonly #listeners = new Set<(reason: Error) => void>();
  /** why it was called, once it was */
  reason: Error | undefined;

  add(listener: (reason: Error) => void): void {
    this.#listeners.add(listener);
  }

  delete(listener: (reason: Error) => void): void {
    this.#listeners.delete(listener);
  }

  cancel(reason: Error): void {
    this.reason = reason;
    for (const listener of [...this.#listeners]) listener(reason);
    this.#listeners.clear();
  }
}
