/** MicroQuickJS: the library, and `connect` on the functions of the firmware. */
import { completeLibrary } from '../adapters/library-mquickjs';
import { openUdp } from '../adapters/udp-mquickjs';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ConnectOptions): Device {
  completeLibrary();
  return run(options, openUdp, performance.now, Math.random);
}
