/**
 * Room to work, on Espruino. What runs out of memory there is not thrown out: it is ended where it stands, no `catch` helps, and a call
 * whose parameter finds no room reads through a null pointer (jsvNewFromStringVar), which is a reset on one chip and a broken variable on
 * another. So nothing is begun that might not be ended.
 */
import { FEATURE_OVERLAYS, LIMIT_RESERVE } from '../src/device/features';

/** Espruino's: in JsVars; collects what lies around before it counts, unless told not to. */
declare const process: { memory(collect?: boolean): { free: number } };

/** Whether each load of functions shall ask, too: the build puts it there (src/host/build/overlays.ts). */
declare let asksRoom: boolean;

/** All functions that one operation loads take less than so many reserves. */
const PLENTY = 5;

/**
 * Throws where fewer variables are free than the board's `reserve`: Espruino prints it, process.on('uncaughtException') tells it. A datagram is
 * lost then and comes again, a deadline waits. Each datagram and deadline asks; with overlays so does each load when there is not plenty.
 */
export function needRoom(): void {
  // The answer of `process.memory` takes 50 JsVars, and leaves some behind for ever where they are not there: this does not, and ends us.
  const none = new Uint8Array(600).length < 1;
  // To count costs little; to collect what lies around, more: only when it seems to matter. No parameters here: see above.
  let free = process.memory(none).free;
  if (FEATURE_OVERLAYS) asksRoom = free < LIMIT_RESERVE * PLENTY;
  if (free < LIMIT_RESERVE) free = process.memory().free;
  if (free < LIMIT_RESERVE) throw 'wixt: too little memory';
}
