/** The test device on JerryScript. Where to register is a global; memory is for the host to tell (support/jerry.ts). */
import { startDevice } from './device';
import type { Settings } from './device';

declare const settings: Settings;

function usage(): void {
  // JerryScript has no word for it.
}

startDevice(settings, usage);
