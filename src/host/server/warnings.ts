/** Warnings for the operator of the server: a bound was reached, or something looks like an attack. */
import type { Clock } from './coap/clock';
import { WARNING_MS } from './limits';

export interface Warning {
  /** One sentence. */
  message: string;
  /** The client concerned, if any. */
  endpoint?: string;
}

/** Prevents a flood of warnings: each kind is emitted once in WARNING_MS, with the number of those suppressed since. */
export class Warnings {
  /** By kind; the kinds are few and fixed. */
  readonly #last = new Map<string, { at: number; unsaid: number }>();
  readonly #clock: Clock;
  readonly #say: (warning: Warning) => void;

  constructor(clock: Clock, say: (warning: Warning) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  warn(kind: string, message: string, endpoint?: string): void {
    const now = this.#clock.now();
    const last = this.#last.get(kind);
    if (last && now - last.at < WARNING_MS) {
      last.unsaid++;
      return;
    }
    this.#last.set(kind, { at: now, unsaid: 0 });
    const more = last?.unsaid ? ` (and ${last.unsaid} more of this kind since it was last said)` : '';
    this.#say({ message: message + more, ...(endpoint === undefined ? {} : { endpoint }) });
  }
}
