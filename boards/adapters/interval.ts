/** setInterval for engines that have setTimeout alone: the build gives it to programs that ask for it. */

/** An interval that runs. */
export interface Interval {
  _callback: () => void;
  _period: number;
  _timer: number;
}

/** The engine's, which hands its argument on. */
declare function setTimeout(callback: (interval: Interval) => void, ms: number, interval: Interval): number;
declare function clearTimeout(timer: number): void;

function step(interval: Interval): void {
  // Before the callback, which may end it.
  interval._timer = setTimeout(step, interval._period, interval);
  interval._callback();
}

/** Calls back every `ms` milliseconds, until `endInterval`. */
export function startInterval(callback: () => void, ms: number): Interval {
  const interval = { _callback: callback, _period: ms } as Interval;
  interval._timer = setTimeout(step, ms, interval);
  return interval;
}

export function endInterval(interval?: Interval): void {
  if (interval) clearTimeout(interval._timer);
}
