/** Kaluma's timers for the pump: with an argument, and safe to clear. */
import { endTimer, startTimer, type Timer } from './timer';

/** Like `setTimeout`, with one argument. */
export function setTimer<A>(callback: (given: A) => void, ms: number, given: A): Timer<number> {
  return startTimer(setTimeout, callback, ms, given);
}

/** Like `clearTimeout`. */
export function clearTimer(timer: Timer<number> | 0): void {
  endTimer(clearTimeout, timer);
}
