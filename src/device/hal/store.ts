/** The interface to storage that survives a restart. Types only. */

/**
 * Strings by key, as in ECMA-419's key-value storage (`read`, `write`, `delete`; no `open`: a store is passed open). Keys have up to 8
 * letters and digits, the shortest limit of our engines. When `write` returns, the value is in flash, completely or not at all. Writing
 * wears the flash, so an unchanged value is not written.
 */
export interface Store {
  /** Returns the value of a key, or undefined. */
  read(key: string): string | undefined;
  /** Stores a value. It is in flash when this returns. */
  write(key: string, value: string): void;
  /** Deletes a key; an absent key is no error. */
  delete(key: string): void;
}
