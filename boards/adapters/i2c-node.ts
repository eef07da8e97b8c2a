/** I2C on Node, which has none of its own. A program may supply a bus, such as the simulator's; otherwise no device answers. */
import type { I2c } from '../../src/device/hal/io';

/**
 * A bus with devices by address, as supplied by a package or a simulation. Both methods return the number of bytes transferred; 0 without an
 * acknowledgement.
 */
export interface NodeBus {
  write(address: number, data: Uint8Array, stop: boolean): number;
  read(address: number, into: Uint8Array): number;
}

interface NodeI2c extends I2c {
  _bus?: NodeBus;
  _address: number;
}

function write(this: I2c, data: Uint8Array, stop?: boolean): boolean {
  const s = this as NodeI2c;
  return !!s._bus && s._bus.write(s._address, data, stop !== false) === data.length;
}

function read(this: I2c, into: Uint8Array): number {
  const s = this as NodeI2c;
  return s._bus ? s._bus.read(s._address, into) : 0;
}

function close(this: I2c): void {
  (this as NodeI2c)._bus = undefined;
}

/** The device at `address` of `bus`. Pins are ignored. */
export function openI2c(options: { address: number; bus?: NodeBus; data?: unknown; clock?: unknown; hz?: number }): I2c {
  const s: NodeI2c = { _bus: options.bus, _address: options.address, write: write, read: read, close: close };
  return s;
}
