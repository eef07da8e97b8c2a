/** Decides which of two notifications is newer (RFC 7641 section 3.4). */

const HALF = 2 ** 23;
/** Seconds after which any notification counts as newer: the sequence numbers may have wrapped. */
const WINDOW_S = 128;

/** Whether `v2`, received at `t2`, is newer than `v1`, received at `t1` (in seconds from any origin). */
export function isNewer(v1: number, t1: number, v2: number, t2: number): boolean {
  return (v1 < v2 && v2 - v1 < HALF) || (v1 > v2 && v1 - v2 > HALF) || t2 > t1 + WINDOW_S;
}
