/**
 * Free memory on Espruino. Code that runs out of memory there is aborted without an exception, so no `catch` helps. A call whose parameter
 * cannot be allocated reads through a null pointer (jsvNewFromStringVar): some chips reset, others corrupt a variable. So start only
 * operations that can be completed.
 */
import { FEATURE_OVERLAYS, LIMIT_RESERVE } from '../src/device/features';

/** Espruino's function: returns memory in JsVars, by default after collecting garbage. */
declare const process: { memory(collect?: boolean): { free: number } };

/** The build inserts both (src/host/build/overlays.ts). */
declare function dropOverlays(): void;
/** Whether each load of functions must check the reserve first, too. */
declare let asksRoom: boolean;

/** Bytes of a text in a JsVar: a flat string takes fewer variables, a chain of pieces as many. */
const VARIABLE = 10;
/** Upper bound, in reserves, of the functions that one operation loads. */
const PLENTY = 8;

/**
 * Allocates the board's `reserve` of variables and frees it. If that fails even after garbage collection, Espruino aborts us before any work has
 * started, prints OUT OF MEMORY and emits E.on('errorFlag'). The datagram is then lost and will be sent again, and a deadline waits.
 */
export function needRoom(): void {
  // What was loaded when memory ended is still there.
  if (FEATURE_OVERLAYS) dropOverlays();
  const none = new Uint8Array(LIMIT_RESERVE * VARIABLE).length < 1;
  // Counting costs as much as the check of one load, so it pays. It takes 50 variables, which are free now.
  if (FEATURE_OVERLAYS) asksRoom = process.memory(none).free < LIMIT_RESERVE * PLENTY;
  else if (none) throw 'wixt: too little memory';
}
