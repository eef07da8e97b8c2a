/** Connects sensors to objects: a measured value becomes the value of an IPSO object, a fault an Error Code of Device. */
import type { Sample, Sensor } from '../hal/sensors';
import { clearError, ERROR_PERIPHERAL, raiseError } from './device';
import type { DeviceObject } from './device';
import { X_VALUE, Y_VALUE, Z_VALUE } from './generated/accelerometer';
import { DIGITAL_INPUT_STATE } from './generated/presence';
import { ERROR_CODE } from './generated/device';
import { SENSOR_UNITS, SENSOR_VALUE } from './generated/temperature';
import type { Teller } from './poll';
import { measure } from './sensor';
import type { SensorObject } from './sensor';
import { set } from './stored';
import type { StoredObject } from './stored';

/** The objects that show the parts of a sample. Each uses the unit it was created with, if any: SenML's (RFC 8428) or IPSO's. */
export type Shown = { [part in keyof Sample]?: StoredObject<any> };

/** A sensor and the objects that show it. */
export interface Followed {
  _sensor: Sensor;
  _shown: Shown;
  _instance: number;
  /** State in this round: to be sampled, done, or failed. */
  _state: number;
}

/** A part of a sample, by quantity. */
interface Measured {
  [quantity: string]: number | boolean | undefined;
}

const TO_DO = 0;
const DONE = 1;
const FAILED = 2;

/**
 * Connects a sensor to the objects that show its parts, at the given instance of each: `follow(bme280, { thermometer: temperature, barometer:
 * pressure })`.
 */
export function follow(sensor: Sensor, shown: Shown, instance?: number): Followed {
  return { _sensor: sensor, _shown: shown, _instance: instance || 0, _state: TO_DO };
}

/** Returns the factor from ECMA-419's unit to the unit of the object. */
function scaleOf(unit: unknown): number {
  return unit === '%RH' || unit === '%' ? 100 : unit === 'hPa' ? 0.01 : unit === 'kPa' ? 0.001 : unit === 'bar' ? 0.00001 : unit === 'mV' || unit === 'mm' ? 1000 : unit === 'cm' ? 100 : unit === 'g' ? 1 / 9.80665 : 1;
}

// Report only changed values.
function setNew(d: Teller, o: StoredObject, instance: number, resource: number, value: number | boolean | undefined): void {
  if (value !== undefined && o._values[instance][resource] !== value) set(d, o, instance, resource, value);
}

function showPart(d: Teller, o: StoredObject, instance: number, measured: Measured): void {
  const all = o._values[instance];
  if (!all) return;
  const scale = scaleOf(all[SENSOR_UNITS]);
  for (const quantity in measured) {
    const value = measured[quantity];
    const axis = quantity === 'x' ? X_VALUE : quantity === 'y' ? Y_VALUE : quantity === 'z' ? Z_VALUE : 0;
    if (typeof value === 'boolean') setNew(d, o, instance, DIGITAL_INPUT_STATE, value);
    else if (value !== undefined) {
      if (axis) setNew(d, o, instance, axis, value * scale);
      else if (all[SENSOR_VALUE] !== value * scale) measure(d, o as SensorObject, instance, value * scale);
    }
  }
}

// Returns ms to wait for the conversion in progress; otherwise 0.
function takeSample(d: Teller, f: Followed): number {
  const sample = f._sensor.sample() as { [part: string]: Measured } | undefined;
  if (!sample && f._sensor.wait) return f._sensor.wait;
  f._state = sample || !f._sensor.fault ? DONE : FAILED;
  if (sample)
    for (const part in f._shown) {
      const o = f._shown[part as keyof Sample];
      if (o && sample[part]) showPart(d, o, f._instance, sample[part]);
    }
  return 0;
}

function hasFailed(all: Followed[]): boolean {
  let failed = false;
  for (let i = 0; i < all.length; i++) {
    if (all[i]._state === FAILED) failed = true;
    all[i]._state = TO_DO;
  }
  return failed;
}

function isRaised(self: DeviceObject): boolean {
  const errors = self._values[0][ERROR_CODE] as { [instance: string]: number };
  for (const k in errors) if (errors[k] === ERROR_PERIPHERAL) return true;
  return false;
}

/**
 * Samples each sensor and stores the measured values in its objects, with `changed` for new ones. After a failure the last value stays, and Error
 * Code (/3/0/11) of `self` contains ERROR_PERIPHERAL until a round without failures. Returns the ms until the next call while conversions are in
 * progress; 0 when the round is over, and the next call begins another.
 */
export function takeSamples(d: Teller, self: DeviceObject, all: Followed[]): number {
  let wait = 0;
  for (let i = 0; i < all.length; i++) {
    const ms = all[i]._state === TO_DO ? takeSample(d, all[i]) : 0;
    if (ms > wait) wait = ms;
  }
  if (wait) return wait;
  if (hasFailed(all)) raiseError(d, self, ERROR_PERIPHERAL);
  else if (isRaised(self)) clearError(d, self, ERROR_PERIPHERAL);
  return 0;
}
