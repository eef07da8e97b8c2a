/** Espruino on Linux: the library, and `connect` on Espruino's adapters. */
import { openUdp } from '../adapters/udp-espruino';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ConnectOptions): Device {
  // Only this build returns the same random numbers in each process.
  E.srand(Date.now() % 2147483647);
  return run(options, openUdp, Date.now, Math.random);
}
