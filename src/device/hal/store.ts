/** The seam between the device and what survives a restart. Types only. */

/**
 * Strings by key, as ECMA-419's key-value storage has them (`read`, `write`, `delete`; there is no `open`: a store is handed over
 * open). Keys have up to 8 letters and digits, the shortest that an engine of ours takes. `write` has reached the flash when it
 * returns, whole or not at all; it wears the flash, so nothing is written that has not changed.
 */
export interface Store {
  /** The value of a key, or undefined. */
  read(key: string): string | undefined;
  /** Stores a value. It has reached the flash when this returns. */
  write(key: string, value: string): void;
  /** Deletes a key; an absent key is no error. */
  delete(key: string): void;
}
