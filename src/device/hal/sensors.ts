/** The seam to a sensor, in the words of ECMA-419 (sensor class pattern, compound samples). Types only. */

/**
 * What a sensor measures, by ECMA-419's names and in its units (SI): a part for each thing measured. A sensor has the parts that it can measure; the
 * others are not there. A value that it did not measure this time is undefined; none is ever NaN or infinite.
 */
export interface Sample {
  /** °C. */
  thermometer?: { temperature?: number };
  /** Relative humidity, 0 to 1. */
  hygrometer?: { humidity?: number };
  /** Pa. */
  barometer?: { pressure?: number };
  /** lx. */
  lightmeter?: { illuminance?: number };
  /** m/s². */
  accelerometer?: { x?: number; y?: number; z?: number };
  /** V, or what the scale of the program makes of it. */
  voltmeter?: { voltage?: number };
  /** m. */
  rangefinder?: { distance?: number };
  /** A button is pressed, or something is there. */
  detector?: { active?: boolean };
}

/** The name of a part. */
export type Part = keyof Sample;

/**
 * Nothing here throws. `sample` differs from ECMA-419's in two ways: it returns the same record each time, filled anew, as a sample must cost no memory;
 * and a conversion that takes time is begun by one call and read by a later one, as a driver has no timer.
 */
export interface Sensor {
  /** 0 when all is well; else why the last `sample` returned nothing: FAULT_… of boards/sensors/faults. */
  fault: number;
  /** When a conversion is under way: ms after which `sample` returns its result. Else 0. */
  wait: number;
  /** Changes how it works from the next conversion on. What is not named stays; what the sensor cannot do is ignored. */
  configure(options: { [setting: string]: unknown }): void;
  /** What was measured; undefined while a conversion is under way (`wait` is not 0), and when it failed (`fault` is not 0). */
  sample(): Sample | undefined;
  /** Ends it and its IO. Idempotent; after it `sample` returns nothing. */
  close(): void;
}
