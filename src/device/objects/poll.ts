/** Work that objects do by themselves: after an answer has been sent, or at a time. The pump calls it. */
import type { LwM2mObject } from '../lwm2m/model';

/** Receives reports of changed values: what `connect` returns. */
export interface Teller {
  /** Reports a change; a negative resource (instance) means any. */
  changed(object: number, instance: number, resource: number): void;
}

/** An object with work to do later. */
export interface Later extends LwM2mObject {
  /**
   * Does the work due at `now` (ms). Returns the ms until the next call. Any handler of the object may change that, and may set this
   * member only while there is work.
   */
  poll?(o: LwM2mObject, d: Teller, now: number): number;
}

/** No work until an event, in ms. */
export const NEVER_MS = 2147483647;

/**
 * Lets every object do its due work. Call it after `receive`, so that answers have been sent, and before `poll`, so that changes are
 * notified. Returns the ms until the next call.
 */
export function pollObjects(objects: Later[], d: Teller, now: number): number {
  let next = NEVER_MS;
  for (let i = 0; i < objects.length; i++) {
    const o = objects[i];
    const wait = o.poll ? o.poll(o, d, now) : next;
    if (wait < next) next = wait;
  }
  return next;
}
