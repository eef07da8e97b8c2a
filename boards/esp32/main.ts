/** Espruino on ESP32: the library, and `connect` on Espruino's adapters, with datagrams as long as the board file says. */
import { openUdp } from '../adapters/udp-espruino';
import { random } from '../adapters/random-espruino';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { LIMIT_DATAGRAM } from '../../src/device/features';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

function openLong(options: UdpOptions): Udp {
  return openUdp(options, LIMIT_DATAGRAM + 1);
}

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ConnectOptions): Device {
  return run(options, openLong, Date.now, random);
}
