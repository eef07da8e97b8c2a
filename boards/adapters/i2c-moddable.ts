/** Moddable's I2C (ECMA-419 IO class) as I2c. Moddable throws if a device does not acknowledge. */
import I2C from 'embedded:io/i2c';
import type { I2c } from '../../src/device/hal/io';

interface ModdableI2c extends I2c {
  _io?: I2C;
}

function write(this: I2c, data: Uint8Array, stop?: boolean): boolean {
  const io = (this as ModdableI2c)._io;
  if (!io) return false;
  try {
    io.write(data, stop !== false);
    return true;
  } catch (e) {
    return false;
  }
}

function read(this: I2c, into: Uint8Array): number {
  const io = (this as ModdableI2c)._io;
  if (!io) return 0;
  try {
    io.read(into);
    return into.length;
  } catch (e) {
    return 0;
  }
}

function close(this: I2c): void {
  const s = this as ModdableI2c;
  const io = s._io;
  s._io = undefined;
  if (io) io.close();
}

/** The device at `address` of the bus at the pins `data` and `clock`. */
export function openI2c(options: { address: number; data?: number; clock?: number; hz?: number }): I2c {
  const io = new I2C({ address: options.address, data: options.data, clock: options.clock, hz: options.hz || 100000 });
  const s: ModdableI2c = { _io: io, write: write, read: read, close: close };
  return s;
}
