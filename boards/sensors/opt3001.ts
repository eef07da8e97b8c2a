/** TI OPT3001: illuminance, on I2C (44h to 47h). Data sheet SBOS681C. The device is off between samples (single-shot, 7.6.1.1.2). */
import type { I2c } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_BUS, FAULT_ID, FAULT_LENGTH, FAULT_NONE, FAULT_RANGE, finish, isIdentified, isStuck, pause, pauseAgain, type Driver } from './faults';

const RESULT = 0;
const CONFIGURATION = 1;
const MANUFACTURER_ID = 0x7e;
const DEVICE_ID = 0x7f;

/** "TI", and the device's number. */
const TI = 0x5449;
const OPT3001 = 0x3001;

// Table 10, page 21: overflow, and conversion ready.
export const OVERFLOW = 0x0100;
export const READY = 0x0080;

/** The sample. */
export interface Opt3001Sample extends Sample {
  lightmeter: { illuminance?: number };
}

interface Opt3001 extends Driver {
  _sample: Opt3001Sample;
  _bus: I2c;
  _pointer: Uint8Array;
  _setting: Uint8Array;
  _word: Uint8Array;
  /** The conversion takes 800 ms, which filters 50 and 60 Hz best; otherwise 100 ms. */
  _slow: boolean;
}

/**
 * Converts the result register to lx. Returns a fault. Exponent E and 12 bits R: 0.01 · 2^E · R (7.6.1.1.1, page 20); exponents above 1011b are
 * reserved.
 */
export function decodeOpt3001(into: Opt3001Sample, b: Uint8Array): number {
  into.lightmeter.illuminance = undefined;
  if (b.length !== 2) return FAULT_LENGTH;
  // All zeros mean darkness.
  if (b[0] === 255 && isStuck(b)) return FAULT_BUS;
  const exponent = b[0] >> 4;
  if (exponent > 11) return FAULT_RANGE;
  into.lightmeter.illuminance = (((b[0] & 15) * 256 + b[1]) * (1 << exponent)) / 100;
  return FAULT_NONE;
}

// Reads a register, high byte first; -1 on failure.
function readWord(s: Opt3001, register: number): number {
  s._pointer[0] = register;
  if (!s._bus.write(s._pointer, false) || s._bus.read(s._word) !== 2) return -1;
  return s._word[0] * 256 + s._word[1];
}

function identify(s: Opt3001): number {
  const maker = readWord(s, MANUFACTURER_ID);
  const device = readWord(s, DEVICE_ID);
  if (maker < 0 || device < 0) return FAULT_ANSWER;
  if (maker === device && (maker === 0 || maker === 0xffff)) return FAULT_BUS;
  return maker === TI && device === OPT3001 ? FAULT_NONE : FAULT_ID;
}

function begin(s: Opt3001): undefined {
  s._setting[0] = CONFIGURATION;
  // Automatic range (1100b), conversion time, single shot, latched.
  s._setting[1] = s._slow ? 0xca : 0xc2;
  s._setting[2] = 0x10;
  // At most 880 and 110 ms (6.5), and 10 ms to select the range.
  return s._bus.write(s._setting) ? pause(s, 2, s._slow ? 890 : 120) : fail(s, FAULT_ANSWER);
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Opt3001;
  if (!isIdentified(s, identify)) return undefined;
  if (s._step === 1) return begin(s);
  const state = readWord(s, CONFIGURATION);
  if (state < 0) return fail(s, FAULT_ANSWER);
  if (state === 0xffff || state === 0) return fail(s, FAULT_BUS);
  if (!(state & READY)) return pauseAgain(s, 100);
  const result = readWord(s, RESULT);
  if (result < 0) return fail(s, FAULT_ANSWER);
  // The light exceeds the measured value.
  return finish(s, state & OVERFLOW ? FAULT_RANGE : decodeOpt3001(s._sample, s._word), 1);
}

function configure(this: Sensor, options: { slow?: boolean }): void {
  if (typeof options.slow === 'boolean') (this as Opt3001)._slow = options.slow;
}

/** Opens the sensor. `configure`: `slow` false for conversions of 100 ms instead of 800. */
export function openOpt3001(options: { sensor: I2c; slow?: boolean }): Sensor {
  const s: Opt3001 = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: options.sensor,
    _sample: { lightmeter: { illuminance: undefined } },
    _step: 0,
    _tries: 0,
    _bus: options.sensor,
    _pointer: new Uint8Array(1),
    _setting: new Uint8Array(3),
    _word: new Uint8Array(2),
    _slow: true,
  };
  s.configure(options);
  return s;
}
