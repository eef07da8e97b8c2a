/** Any sensor of ECMA-419, such as those of Moddable's SDK, as a Sensor. Exceptions become faults, and values that are not numbers are omitted. */
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_NONE, FAULT_RANGE, finish, isClosed, pauseAgain, type Driver } from './faults';

/** An instance of a sensor class. */
export interface Ecma419Sensor {
  configure?(options: object): void;
  sample(): object | undefined;
  close(): void;
}

interface Values {
  [name: string]: unknown;
}

interface Bridge extends Driver {
  _inner: Ecma419Sensor;
}

/** The part for each quantity, for sensors of one quantity, whose samples are not nested. */
const PARTS: { [quantity: string]: string } = {
  temperature: 'thermometer', humidity: 'hygrometer', pressure: 'barometer', illuminance: 'lightmeter', x: 'accelerometer', y: 'accelerometer', z: 'accelerometer', voltage: 'voltmeter', distance: 'rangefinder',
};

/** Creates a sample with all parts and no values. */
export function makeSample(): Sample {
  return {
    thermometer: { temperature: undefined }, hygrometer: { humidity: undefined }, barometer: { pressure: undefined }, lightmeter: { illuminance: undefined },
    accelerometer: { x: undefined, y: undefined, z: undefined }, voltmeter: { voltage: undefined }, rangefinder: { distance: undefined }, detector: { active: undefined },
  };
}

/** Stores one value. Returns whether it was valid. */
export function putValue(into: Sample, quantity: string, value: unknown): boolean {
  const part = PARTS[quantity];
  if (!part || typeof value !== 'number' || value - value !== 0) return false;
  (into as { [part: string]: Values })[part][quantity] = value;
  return true;
}

/** Clears all values. */
export function clearSample(s: Sample): void {
  for (const part in s) {
    const values = (s as { [part: string]: Values })[part];
    for (const quantity in values) values[quantity] = undefined;
  }
}

function ask(s: Bridge): Values | undefined | null {
  try {
    return s._inner.sample() as Values | undefined;
  } catch (e) {
    fail(s, FAULT_ANSWER);
    return null;
  }
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Bridge;
  if (isClosed(s)) return undefined;
  const given = ask(s);
  if (given === null) return undefined;
  // There is no new sample yet.
  if (!given) return pauseAgain(s, 100);
  clearSample(s._sample);
  let count = 0;
  for (const name in given) {
    const value = given[name];
    if (typeof value !== 'object' || !value) count += putValue(s._sample, name, value) ? 1 : 0;
    else for (const quantity in value) if (PARTS[quantity] === name && putValue(s._sample, quantity, (value as Values)[quantity])) count++;
  }
  return finish(s, count ? FAULT_NONE : FAULT_RANGE, 1);
}

function configure(this: Sensor, options: object): void {
  const { _inner } = this as Bridge;
  try {
    if (_inner.configure) _inner.configure(options);
  } catch (e) {
    // Ignore unsupported settings.
  }
}

/** Opens the sensor. `sensor`: an instance, as in `openEcma419({ sensor: new BMP280({ sensor: device.I2C.default }) })`. */
export function openEcma419(options: { sensor: Ecma419Sensor }): Sensor {
  const s: Bridge = {
    fault: FAULT_NONE, wait: 0, configure: configure, sample: sample, close: closeDriver, _io: options.sensor, _sample: makeSample(), _step: 1, _tries: 0, _inner: options.sensor,
  };
  return s;
}
