/**
 * Kaluma's I2C as I2c. If a device does not acknowledge, Kaluma returns -1 or null, or throws, depending on the version. There is no repeated start.
 */
import { I2C } from 'i2c';
import type { I2c } from '../../src/device/hal/io';

/** The methods of Kaluma's I2C in use. */
interface Bus {
  write(data: Uint8Array, address: number, timeout?: number): number;
  read(length: number, address: number, timeout?: number): Uint8Array | null;
  close(): void;
}

interface KalumaI2c extends I2c {
  _bus?: Bus;
  _address: number;
  /** The bus belongs to the program. */
  _shared: boolean;
}

/** In ms. Without it a stuck bus blocks the program for 5 s. */
const TIMEOUT_MS = 50;

function write(this: I2c, data: Uint8Array): boolean {
  const s = this as KalumaI2c;
  if (!s._bus) return false;
  try {
    return s._bus.write(data, s._address, TIMEOUT_MS) === data.length;
  } catch (e) {
    return false;
  }
}

function readBus(s: KalumaI2c, count: number): Uint8Array | null {
  try {
    return s._bus!.read(count, s._address, TIMEOUT_MS);
  } catch (e) {
    return null;
  }
}

function read(this: I2c, into: Uint8Array): number {
  const s = this as KalumaI2c;
  const data = s._bus ? readBus(s, into.length) : null;
  if (!data) return 0;
  for (let i = 0; i < data.length && i < into.length; i++) into[i] = data[i];
  return data.length;
}

function close(this: I2c): void {
  const s = this as KalumaI2c;
  const bus = s._bus;
  s._bus = undefined;
  if (bus && !s._shared) bus.close();
}

/** The device at `address` of `bus`, an open I2C of Kaluma, or of I2C0 at the pins `data` and `clock`. */
export function openI2c(options: { address: number; bus?: unknown; data?: number; clock?: number; hz?: number }): I2c {
  const bus = options.bus || new I2C(0, { sda: options.data, scl: options.clock, baudrate: options.hz || 100000 });
  const s: KalumaI2c = { _bus: bus as Bus, _address: options.address, _shared: !!options.bus, write: write, read: read, close: close };
  return s;
}
