/** Espruino on ESP8266: the library, and `connect` on Espruino's adapters. */
import { openUdp } from '../adapters/udp-espruino';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

function random(): number {
  return (E.hwRand() >>> 0) / 4294967296;
}

/** Connects a client to its server and keeps it there until `stop`. Throws a string for a server URI that is none. */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, Date.now, random);
}
