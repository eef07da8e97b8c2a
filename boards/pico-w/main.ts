/** Kaluma on a Pico W: the library, and `connect` on Kaluma's adapters. */
import { randomBigInt } from 'rp2';
import { openUdp } from '../adapters/udp-kaluma';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

// Math.random starts the same at each boot; the chip's own generator does not. Twelve digits are 39 bits.
function random(): number {
  return +('' + randomBigInt()).slice(-12) / 1e12;
}

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, Date.now, random);
}
