/** Espruino's I2C as I2c. Espruino throws ("I2C Error") if a device does not acknowledge or the bus is stuck. */
import type { I2c } from '../../src/device/hal/io';

/** The methods of Espruino's I2C in use. */
interface Bus {
  writeTo(address: unknown, data: Uint8Array): void;
  readFrom(address: unknown, count: number): Uint8Array;
}

interface EspruinoI2c extends I2c {
  _bus?: Bus;
  _address: number;
  /** The address, with the flag that keeps the bus. */
  _kept: { address: number; stop: boolean };
}

function write(this: I2c, data: Uint8Array, stop?: boolean): boolean {
  const s = this as EspruinoI2c;
  if (!s._bus) return false;
  try {
    s._bus.writeTo(stop === false ? s._kept : s._address, data);
    return true;
  } catch (e) {
    return false;
  }
}

function readBus(s: EspruinoI2c, count: number): Uint8Array | undefined {
  try {
    return s._bus!.readFrom(s._address, count);
  } catch (e) {
    return undefined;
  }
}

function read(this: I2c, into: Uint8Array): number {
  const s = this as EspruinoI2c;
  const data = s._bus && readBus(s, into.length);
  if (!data) return 0;
  for (let i = 0; i < data.length && i < into.length; i++) into[i] = data[i];
  return data.length;
}

function close(this: I2c): void {
  (this as EspruinoI2c)._bus = undefined;
}

/** The device at `address` of `bus` (a configured I2C1), or of a software bus at the pins `data` and `clock` (numbers or Pins). */
export function openI2c(options: { address: number; bus?: unknown; data?: unknown; clock?: unknown; hz?: number }): I2c {
  let bus = options.bus;
  if (!bus) {
    bus = new I2C();
    (bus as { setup(options: unknown): void }).setup({ sda: options.data, scl: options.clock, bitrate: options.hz || 100000 });
  }
  const s: EspruinoI2c = { _bus: bus as Bus, _address: options.address, _kept: { address: options.address, stop: false }, write: write, read: read, close: close };
  return s;
}
