/** The test device on MicroQuickJS. Where to register is a global, and so is the measure of the heap: test/engines/native/mquickjs. */
import { startDevice } from './device';
import type { Settings } from './device';

declare const settings: Settings;
/** Bytes in use. */
declare function memory(): number;

function usage(when: string): void {
  print('# ' + when + ' ' + memory());
}

usage('loaded');
startDevice(settings, usage);
usage('created');
