/** The seam to what knows where the device is, in the words of ECMA-419 (sensor class pattern; it has no class for a place). Types only. */

/**
 * A place at a time: the program's own record, so that a sample costs no memory. What is not known is undefined: a receiver has no altitude before it
 * sees a fourth satellite, and no date before it heard one.
 */
export interface Position {
  /** Degrees, WGS 84; north is positive. */
  latitude?: number;
  /** Degrees, WGS 84; east is positive. */
  longitude?: number;
  /** m above mean sea level. */
  altitude?: number;
  /** m: how far off the place may be, where who measured it says so. */
  radius?: number;
  /** m/s over ground. */
  speed?: number;
  /** Degrees from true north, clockwise: with `speed` the horizontal velocity. */
  course?: number;
  /** Of the fix, in seconds since 1970. */
  time?: number;
}

export interface Place {
  /** Given back from the options, so that a callback finds its owner without a closure. */
  target?: unknown;
  /** Fills `into` with the last fix; returns it, or undefined when there is none that is valid now. Then `into` is as it was. */
  sample(into: Position): Position | undefined;
  /** Idempotent, and no callback comes after it. */
  close(): void;
}

export interface PlaceOptions {
  /** Becomes the property `target`. */
  target?: unknown;
  /** There is another fix, or none any more. Never called from inside a method. */
  onSample?: (this: Place) => void;
}
