/** The interface to a positioning receiver, in the terms of ECMA-419 (sensor class pattern; it has no class for positions). Types only. */

/**
 * A position fix: the program's own record, so that a sample allocates nothing. Unknown values are undefined: a receiver has no altitude before it
 * sees a fourth satellite, and no date before it receives one.
 */
export interface Position {
  /** Degrees, WGS 84; north is positive. */
  latitude?: number;
  /** Degrees, WGS 84; east is positive. */
  longitude?: number;
  /** Altitude in m above mean sea level. */
  altitude?: number;
  /** Uncertainty in m, if the receiver reports it. */
  radius?: number;
  /** Speed over ground in m/s. */
  speed?: number;
  /** Degrees from true north, clockwise: with `speed` the horizontal velocity. */
  course?: number;
  /** Time of the fix, in seconds since 1970. */
  time?: number;
}

export interface Place {
  /** From the options: lets a callback find its owner without a closure. */
  target?: unknown;
  /** Fills `into` with the last fix and returns it. Without a valid fix returns undefined and leaves `into` unchanged. */
  sample(into: Position): Position | undefined;
  /** Closes it. Idempotent; no callback follows. */
  close(): void;
}

export interface PlaceOptions {
  /** Becomes the property `target`. */
  target?: unknown;
  /** There is a new fix, or the fix was lost. Never called from within a method. */
  onSample?: (this: Place) => void;
}
