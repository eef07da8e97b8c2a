/** The server's clock, which tests can move by hand. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after `delay` ≥ 0 milliseconds, also beyond 24.8 days. Returns a cancel function. */
  after(delay: number, run: () => void): () => void;
}

/** The longest delay of Node's timers: 24.8 days. */
const LONGEST = 0x7fffffff;

export const systemClock: Clock = {
  now: Date.now,
  after(delay, run) {
    if (delay <= LONGEST) {
      const only = setTimeout(run, delay);
      return () => clearTimeout(only);
    }
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      timer = left > LONGEST ? setTimeout(() => arm(left - LONGEST), LONGEST) : setTimeout(run, left);
    };
    arm(delay);
    return () => clearTimeout(timer);
  },
};
