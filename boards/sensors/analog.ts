/** An analog input with a scale: a voltage, or the quantity that it represents. */
import type { Analog } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_NONE, FAULT_RANGE, finish, isClosed, isWithin, type Driver } from './faults';

interface AnalogSensor extends Driver {
  _sample: Sample & { voltmeter: { voltage?: number } };
  _pin: Analog;
  _reference: number;
  _scale: number;
  _offset: number;
  _low: number;
  _high: number;
}

function sample(this: Sensor): Sample | undefined {
  const s = this as AnalogSensor;
  if (isClosed(s)) return undefined;
  const { read, resolution } = s._pin;
  const top = (1 << resolution) - 1;
  const raw = read.call(s._pin) as number;
  if (!isWithin(raw, 0, top)) return fail(s, FAULT_ANSWER);
  const v = (raw / top) * s._reference;
  const scaled = v * s._scale + s._offset;
  // The line is cut or shorted.
  if (!isWithin(v, s._low, s._high) || scaled - scaled !== 0) return fail(s, FAULT_RANGE);
  s._sample.voltmeter.voltage = scaled;
  return finish(s, FAULT_NONE, 0);
}

function isNumber(v: unknown): v is number {
  return typeof v === 'number' && v - v === 0;
}

function configure(this: Sensor, options: { reference?: number; scale?: number; offset?: number; low?: number; high?: number }): void {
  const s = this as AnalogSensor;
  const { reference, scale, offset, low, high } = options;
  if (isNumber(reference)) s._reference = reference;
  if (isNumber(scale)) s._scale = scale;
  if (isNumber(offset)) s._offset = offset;
  if (isNumber(low)) s._low = low;
  if (isNumber(high)) s._high = high;
}

/**
 * Opens the sensor: `voltage` = volts at the pin · `scale` + `offset`. `reference`: volts at full scale, default 3.3. A divider of two equal
 * resistors has the scale 2. Outside `low` to `high` (volts at the pin) there is no sample: a sensor of 4 to 20 mA at 150 Ω has `low: 0.54` (3.6 mA),
 * which detects a broken line.
 */
export function openAnalog(options: { sensor: Analog; reference?: number; scale?: number; offset?: number; low?: number; high?: number }): Sensor {
  const s: AnalogSensor = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: options.sensor,
    _sample: { voltmeter: { voltage: undefined } },
    _step: 0,
    _tries: 0,
    _pin: options.sensor,
    _reference: 3.3,
    _scale: 1,
    _offset: 0,
    _low: -1,
    _high: 1000,
  };
  s.configure(options);
  return s;
}
