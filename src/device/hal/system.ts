/** The seam to the board itself: what Device (object 3) and Firmware Update (object 5) ask of it. Types only. */

/** ECMA-419 has no word for these; each may be missing where the board cannot do it. */
export interface System {
  /** Starts the board anew. Called when the answer to the server has gone; does not return. */
  restart?(): void;
  /** Bytes that are free for the program. */
  memoryFree?(): number;
  /** Seconds since 1970; undefined while the board does not know. */
  time?(): number | undefined;
  /** Tells the board the time, in seconds since 1970. */
  setTime?(seconds: number): void;
}
