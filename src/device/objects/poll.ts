/** What objects have to do by themselves: after an answer has gone, or at a time. The pump calls it. */
import type { LwM2mObject } from '../lwm2m/model';

/** Whom an object tells that a value has changed: what `connect` returns. */
export interface Teller {
  /** A negative resource (instance) stands for any. */
  changed(object: number, instance: number, resource: number): void;
}

/** An object that has something to do later. */
export interface Later extends LwM2mObject {
  /**
   * Does what is due at `now` (ms). Returns the ms until it wants to be called again. Any handler of the object may change that, and
   * may put this member there only while there is something to do.
   */
  poll?(o: LwM2mObject, d: Teller, now: number): number;
}

/** "Not before something happens", in ms. */
export const NEVER_MS = 2147483647;

/**
 * Lets every object do what is due. Call it behind `receive`, so that answers have gone, and before `poll`, so that what changed
 * is notified. Returns the ms until it wants to be called again.
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
