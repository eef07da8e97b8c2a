/** The test device on XS, as Moddable's SDK has it. Where to register is a global, and so is the measure of the heap: test/engines/native/xs. */
import { startDevice } from './device';
import type { Settings } from './device';

declare const settings: Settings;
/** Bytes of slots and chunks in use. */
declare function memory(): number;
/** Bytes of the heap that were ever taken, the stack included. */
declare function taken(): number;
/** Slots of the stack in use when it was deepest. */
declare function stack(): number;
declare function print(text: string): void;

const state = { next: 'registered' };

/** Timers hand themselves on, and nothing else. */
function usage(when: string | object): void {
  print('# ' + (typeof when === 'string' ? when : state.next) + ' ' + memory());
  print('# taken ' + taken());
  print('# stack ' + stack());
  if (typeof when !== 'string') state.next = 'now';
}

usage('loaded');
startDevice(settings, usage);
usage('created');
