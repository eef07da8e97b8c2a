/** The seam to a sensor, in the words of ECMA-419 (sensor class pattern). Types only. */

/**
 * What a sensor measures, by ECMA-419's names and in its units (SI). A sensor has those that it can measure; the others are not
 * there. `into` gives the program's own record to be filled, so that a sample costs no memory: a deviation from ECMA-419, where
 * each sample is a new object.
 */
export interface Sample {
  /** °C. */
  temperature?: number;
  /** Relative, 0 to 1. */
  humidity?: number;
  /** Pa. */
  pressure?: number;
  /** lx. */
  illuminance?: number;
  /** m/s². */
  x?: number;
  y?: number;
  z?: number;
  /** m. */
  distance?: number;
  /** V. */
  voltage?: number;
  /** Something is there. */
  presence?: boolean;
}

export interface Sensor {
  /** Changes how it works; what is not named stays. */
  configure(options: { hertz?: number; [setting: string]: unknown }): void;
  /** Fills `into` with what it measures now; returns it, or undefined when there is nothing new. */
  sample(into: Sample): Sample | undefined;
  /** Idempotent. */
  close(): void;
}
