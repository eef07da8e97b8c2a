/** Devices with one-byte registers, on I2C or SPI: the part of ECMA-419's SMBus that the drivers need. */
import type { I2c, Spi } from '../../src/device/hal/io';

/** The registers of a device. */
export interface Registers {
  _i2c?: I2c;
  _spi?: Spi;
  _one: Uint8Array;
  _two: Uint8Array;
  /** On SPI: buffers for a register number and the bytes read from it, one for each length in use. */
  _long: Uint8Array[];
}

/** Creates the access by either bus. On SPI bit 7 of the register means "read" (Bosch, ST). */
export function makeRegisters(io: I2c | Spi, lengths: number[]): Registers {
  const spi = (io as Spi).transfer ? (io as Spi) : undefined;
  const long: Uint8Array[] = [];
  for (let i = 0; spi && i < lengths.length; i++) long.push(new Uint8Array(lengths[i] + 1));
  return { _i2c: spi ? undefined : (io as I2c), _spi: spi, _one: new Uint8Array(1), _two: new Uint8Array(2), _long: long };
}

function readSpi(r: Registers, register: number, into: Uint8Array): number {
  for (let i = 0; i < r._long.length; i++) {
    const b = r._long[i];
    if (b.length !== into.length + 1) continue;
    b[0] = register | 128;
    for (let k = 1; k < b.length; k++) b[k] = 0;
    if (!r._spi!.transfer(b)) return 0;
    for (let k = 0; k < into.length; k++) into[k] = b[k + 1];
    return into.length;
  }
  return 0;
}

/** Fills `into` from `register` on. Returns the number of bytes received. */
export function readRegisters(r: Registers, register: number, into: Uint8Array): number {
  if (r._spi) return readSpi(r, register, into);
  r._one[0] = register;
  return r._i2c!.write(r._one, false) ? r._i2c!.read(into) : 0;
}

/** Writes one register. Returns false if the device did not acknowledge. */
export function writeRegister(r: Registers, register: number, value: number): boolean {
  r._two[0] = r._spi ? register & 127 : register;
  r._two[1] = value;
  return r._spi ? r._spi.transfer(r._two) : r._i2c!.write(r._two);
}
