/** The interface to a sensor, in the terms of ECMA-419 (sensor class pattern, compound samples). Types only. */

/**
 * A sample, with ECMA-419's names and units (SI): a part for each quantity. Parts that the sensor cannot measure are absent. A value not measured
 * this time is undefined; no value is ever NaN or infinite.
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
  /** In V, or in the unit of the program's scale. */
  voltmeter?: { voltage?: number };
  /** m. */
  rangefinder?: { distance?: number };
  /** A button is pressed, or something is present. */
  detector?: { active?: boolean };
}

/** The name of a part. */
export type Part = keyof Sample;

/**
 * Nothing here throws. `sample` deviates from ECMA-419 in two points: it returns the same record each time, as a sample must not allocate; and a
 * slow conversion is started by one call and read by a later one, as a driver has no timer.
 */
export interface Sensor {
  /** Why the last `sample` returned nothing: FAULT_… of boards/sensors/faults; 0 without a fault. */
  fault: number;
  /** During a conversion: ms after which `sample` returns its result; otherwise 0. */
  wait: number;
  /** Changes settings from the next conversion on. Those not named stay; unsupported ones are ignored. */
  configure(options: { [setting: string]: unknown }): void;
  /** Returns the sample; undefined during a conversion (`wait` is not 0) and after a failure (`fault` is not 0). */
  sample(): Sample | undefined;
  /** Closes the sensor and its IO. Idempotent; `sample` returns nothing afterwards. */
  close(): void;
}
