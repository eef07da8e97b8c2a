/** Moddable's timers for the pump: with an argument. */
import { endTimer, startTimer, type Timer } from './timer';

/** Like `setTimeout`, with one argument. */
export function setTimer<A>(callback: (given: A) => void, ms: number, given: A): Timer<object> {
  return startTimer(System.setTimeout, callback, ms, given);
}

/** Like `clearTimeout`. */
export function clearTimer(timer: Timer<object> | 0): void {
  endTimer(System.clearTimeout, timer);
}
