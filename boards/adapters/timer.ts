/**
 * Timers for engines whose own pass no arguments, or fail when an expired timer is cleared: Kaluma frees a timer twice if it is cleared
 * during its callback, and its ids start at 0, so that "no timer" is a valid id.
 */

/** A waiting timer; `id` is the engine's. */
export interface Timer<Id> {
  id: Id;
  waits: boolean;
}

/** Calls `callback` with `given` after `ms` milliseconds, with the engine's own `set`. */
export function startTimer<Id, A>(set: (callback: () => void, ms: number) => Id, callback: (given: A) => void, ms: number, given: A): Timer<Id> {
  const timer = { waits: true } as Timer<Id>;
  timer.id = set(function () {
    timer.waits = false;
    callback(given);
  }, ms);
  return timer;
}

/** Clears a timer with the engine's own `clear`; does nothing for an expired one, or 0. */
export function endTimer<Id>(clear: (id: Id) => void, timer: Timer<Id> | 0): void {
  if (timer && timer.waits) {
    timer.waits = false;
    clear(timer.id);
  }
}
