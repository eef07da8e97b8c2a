/**
 * The interface between a sensor's driver and its bus, in the terms of ECMA-419 (IO class pattern). Types only. It deviates in two points: nothing
 * throws, as a missing acknowledgement is normal on a bus and no fault of the program; and the caller passes the buffer, so that nothing is allocated.
 */

/** One device on an I2C bus. */
export interface I2c {
  /** Sends all bytes. `stop` false keeps the bus for the next read. Returns false when the device did not acknowledge, or the bus is stuck. */
  write(data: Uint8Array, stop?: boolean): boolean;
  /** Fills `into`. Returns the number of bytes received: fewer when the device stopped, 0 when it did not acknowledge. */
  read(into: Uint8Array): number;
  /** Closes it. Idempotent; nothing is sent afterwards. */
  close(): void;
}

/** One device on an SPI bus, with its own select line. */
export interface Spi {
  /** Sends the bytes and replaces them by those received. Returns false when the bus is closed or fails. */
  transfer(data: Uint8Array): boolean;
  /** Closes it. Idempotent. */
  close(): void;
}

/** A 1-Wire bus, which ECMA-419 does not define. */
export interface OneWire {
  /** Sends the reset pulse. Returns whether a device answered with its presence pulse. */
  reset(): boolean;
  /** Sends the bytes, lowest bit first. `power` leaves the line driven high, for devices that take their supply from it. */
  write(data: Uint8Array, power?: boolean): boolean;
  /** Fills `into`. Returns the number of bytes received. Without a device all bits are ones. */
  read(into: Uint8Array): number;
  /** Closes it. Idempotent. */
  close(): void;
}

/** A pin as an input. */
export interface Digital {
  /** Returns 0 or 1; undefined when the pin cannot be read. */
  read(): number | undefined;
  /** Closes it. Idempotent. */
  close(): void;
}

/** An analog input. */
export interface Analog {
  /** Bits of a sample: `read` returns 0 to 2^resolution - 1. */
  resolution: number;
  /** Returns the raw number; undefined when the pin cannot be read. */
  read(): number | undefined;
  /** Closes it. Idempotent. */
  close(): void;
}
