/**
 * The seam between a sensor's driver and the wires, in the words of ECMA-419 (IO class pattern). Types only. Two deviations: nothing throws, as a
 * device that does not acknowledge is ordinary life on a bus and not a fault of the program; and the caller gives the buffer, so that nothing is allocated.
 */

/** One device on an I2C bus. */
export interface I2c {
  /** Sends all bytes. `stop` false keeps the bus for the read that follows. False when the device did not acknowledge, or the bus is stuck. */
  write(data: Uint8Array, stop?: boolean): boolean;
  /** Fills `into`. Returns how many bytes came: fewer than asked when the device stopped, 0 when it did not acknowledge. */
  read(into: Uint8Array): number;
  /** Idempotent. After it nothing is sent. */
  close(): void;
}

/** One device on an SPI bus, with its own select line. */
export interface Spi {
  /** Sends the bytes and puts what came meanwhile in their place. False when the bus is closed or refused. */
  transfer(data: Uint8Array): boolean;
  /** Idempotent. */
  close(): void;
}

/** A 1-Wire bus; ECMA-419 has no word for it. */
export interface OneWire {
  /** The reset pulse. True when a device answered with its presence. */
  reset(): boolean;
  /** Sends the bytes, lowest bit first. `power` leaves the line driven high, for devices that take their supply from it. */
  write(data: Uint8Array, power?: boolean): boolean;
  /** Fills `into`; returns how many bytes came. Without a device all bits are ones. */
  read(into: Uint8Array): number;
  /** Idempotent. */
  close(): void;
}

/** A pin as an input. */
export interface Digital {
  /** 0 or 1; undefined when the pin cannot be read. */
  read(): number | undefined;
  /** Idempotent. */
  close(): void;
}

/** An analog input. */
export interface Analog {
  /** Bits of a sample: `read` returns 0 to 2^resolution - 1. */
  resolution: number;
  /** The raw number; undefined when the pin cannot be read. */
  read(): number | undefined;
  /** Idempotent. */
  close(): void;
}
