/**
 * Timers for engines whose own hand no arguments on, or take it amiss when a timer is cleared that has been: Kaluma frees one that is
 * cleared while it is called a second time, and its ids start at 0, so that "no timer" is somebody else's.
 */

/** A timer that waits; `id` is the engine's. */
export interface Timer<Id> {
  id: Id;
  waits: boolean;
}

/** Calls `callback` with `given` after `ms` milliseconds, by the engine's own `set`. */
export function startTimer<Id, A>(set: (callback: () => void, ms: number) => Id, callback: (given: A) => void, ms: number, given: A): Timer<Id> {
  const timer = { waits: true } as Timer<Id>;
  timer.id = set(function () {
    timer.waits = false;
    callback(given);
  }, ms);
  return timer;
}

/** Ends a timer by the engine's own `clear`; nothing happens to one that has been, and to 0. */
export function endTimer<Id>(clear: (id: Id) => void, timer: Timer<Id> | 0): void {
  if (timer && timer.waits) {
    timer.waits = false;
    clear(timer.id);
  }
}
