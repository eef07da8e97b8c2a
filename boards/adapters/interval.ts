/** The function setInterval for engines that only have setTimeout: the build adds it to programs that use it. */

/** A running interval. */
export interface Interval {
  _callback: () => void;
  _period: number;
  _timer: number;
}

/** The engine's function, which passes its argument on. */
declare function setTimeout(callback: (interval: Interval) => void, ms: number, interval: Interval): number;
declare function clearTimeout(timer: number): void;

function step(interval: Interval): void {
  // Before the callback, which may clear it.
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
