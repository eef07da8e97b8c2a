/** IoT.js: the library, and `connect` on IoT.js' adapters. */
import { closeSync, openSync, readSync } from 'fs';
import { openUdp } from '../adapters/udp-iotjs';
import { run } from '../pump';
import type { ConnectOptions, Device } from '../pump';

export * from '../../src/device/index';
export type { ConnectOptions, Device } from '../pump';

// Math.random is seeded with the time of day, which can be guessed: use the system's generator if there is one.
function random(): number {
  const bytes = new Buffer(4);
  let value = Math.random();
  try {
    const fd = openSync('/dev/urandom', 'r');
    if (readSync(fd, bytes, 0, 4) === 4) value = (bytes.readUInt8(0) * 16777216 + bytes.readUInt8(1) * 65536 + bytes.readUInt8(2) * 256 + bytes.readUInt8(3)) / 4294967296;
    closeSync(fd);
  } catch (e) {
    // The system has none.
  }
  return value;
}

/** Connects a client to its server and keeps it registered until `stop`. Throws a string for an invalid server URI. */
export function connect(options: ConnectOptions): Device {
  return run(options, openUdp, Date.now, random);
}
