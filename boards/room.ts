/**
 * Room to work, on Espruino. What runs out of memory there is not thrown out: it is ended where it stands, no `catch` helps, and a call
 * whose parameter finds no room reads through a null pointer (jsvNewFromStringVar), which is a reset on one chip and a broken variable on
 * another. So nothing is begun that might not be ended.
 */
import { FEATURE_OVERLAYS, LIMIT_RESERVE } from '../src/device/features';

/** Espruino's: in JsVars; collects what lies around before it counts, unless told not to. */
declare const process: { memory(collect?: boolean): { free: number } };

/** The build puts both there (src/host/build/overlays.ts). */
declare function dropOverlays(): void;
/** Whether each load of functions shall take the reserve first, too. */
declare let asksRoom: boolean;

/** Bytes that a JsVar takes of a text: in one piece they take fewer variables, in many pieces as many. */
const VARIABLE = 10;
/** All functions that one operation loads take less than so many reserves. */
const PLENTY = 8;

/**
 * Takes the board's `reserve` of variables for a moment. Where they are not there, not even after Espruino has collected garbage, it ends us before
 * anything was begun, prints OUT OF MEMORY and tells it by E.on('errorFlag'). A datagram is lost then and comes again, a deadline waits.
 */
export function needRoom(): void {
  // What was loaded when memory ended is still there.
  if (FEATURE_OVERLAYS) dropOverlays();
  const none = new Uint8Array(LIMIT_RESERVE * VARIABLE).length < 1;
  // To count costs as much as one load's asking, so it pays. It takes 50 variables, which are there now.
  if (FEATURE_OVERLAYS) asksRoom = process.memory(none).free < LIMIT_RESERVE * PLENTY;
  else if (none) throw 'wixt: too little memory';
}
