/** What the boards with Espruino have in common that reach the network through its `dgram` and have a generator for random numbers. */
import { openUdp } from './adapters/udp-espruino';
import { random } from './adapters/random-espruino';
import { run } from './pump';
import type { ConnectOptions, Device } from './pump';

export * from '../src/device/index';
export type { ConnectOptions, Device } from './pump';

/** Connects a client to its server and keeps it there until `stop`. Throws a string for a server URI that is none. */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, Date.now, random);
}
