/** Shared by boards with Espruino that use its `dgram` and have a random number generator. */
import { openUdp } from './adapters/udp-espruino';
import { random } from './adapters/random-espruino';
import { run } from './pump';
import type { ConnectOptions, Device } from './pump';

export * from '../src/device/index';
export type { ConnectOptions, Device } from './pump';

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, Date.now, random);
}
