/** The interface to the board itself, for Device (object 3) and Firmware Update (object 5). Types only. */

/** ECMA-419 defines none of these. Each is absent if the board does not support it. */
export interface System {
  /** Restarts the board. Called after the answer to the server has been sent; does not return. */
  restart?(): void;
  /** Returns the free memory in bytes. */
  memoryFree?(): number;
  /** Returns the seconds since 1970; undefined while unknown. */
  time?(): number | undefined;
  /** Sets the clock, in seconds since 1970. */
  setTime?(seconds: number): void;
}
