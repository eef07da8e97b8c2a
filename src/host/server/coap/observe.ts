/** Which of two notifications is the newer one (RFC 7641 section 3.4). */

const HALF = 2 ** 23;
/** Seconds after which any notification counts as newer: the numbers may have come round. */
const WINDOW_S = 128;

/** `v1` came at `t1`, `v2` at `t2` (seconds, any origin): is the second one newer? */
export function isNewer(v1: number, t1: number, v2: number, t2: number): boolean {
  return (v1 < v2 && v2 - v1 < HALF) || (v1 > v2 && v1 - v2 > HALF) || t2 > t1 + WINDOW_S;
}
