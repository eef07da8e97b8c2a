/**
 * ST LIS2DH12 and LIS3DH: acceleration, on I2C (18h, 19h) or SPI. Data sheets DocID025056 revision 6 (LIS2DH12), DocID17530 (LIS3DH); AN5005. The
 * device measures continuously.
 */
import type { I2c, Spi } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_BUS, FAULT_ID, FAULT_LENGTH, FAULT_NONE, FAULT_RANGE, finish, isClosed, isStuck, pause, pauseAgain, shortAt, type Driver } from './faults';
import { makeRegisters, readRegisters, writeRegister, type Registers } from './registers';

// Table 21, page 33.
const WHO_AM_I = 0x0f;
const CTRL_REG1 = 0x20;
const CTRL_REG4 = 0x23;
const STATUS_REG = 0x27;
const OUT_X_L = 0x28;

const ID = 0x33;
/** ZYXDA. */
const READY = 8;
/** Block data update: both bytes of a value belong to the same measurement. */
const BDU = 128;
/** Auto-increment: bit 7 on I2C (page 25), bit 6 on SPI (page 29). */
const INCREMENT_I2C = 128;
const INCREMENT_SPI = 64;

/** Bits of a value. */
export const MODE_HIGH = 12;
export const MODE_NORMAL = 10;
export const MODE_LOW = 8;

/** Standard gravity, m/s². */
export const GRAVITY = 9.80665;

/** The sample. */
export interface Lis2dh12Sample extends Sample {
  accelerometer: { x?: number; y?: number; z?: number };
}

interface Lis2dh12 extends Driver {
  _sample: Lis2dh12Sample;
  _registers: Registers;
  _increment: number;
  _one: Uint8Array;
  _data: Uint8Array;
  _bits: number;
  _range: number;
  /** Output data rates are 1, 10, 25, 50, 100, 200 and 400 Hz: codes 1 to 7 (table 31). */
  _rate: number;
}

/**
 * m/s² per digit (table 4, page 10): 1, 4 or 16 mg at ±2 g, proportional for larger ranges, but three times as much at ±16 g. 0 for an unsupported
 * range.
 */
function findScale(bits: number, range: number): number {
  const mg = bits === MODE_HIGH ? 1 : bits === MODE_NORMAL ? 4 : 16;
  const factor = range === 2 ? 1 : range === 4 ? 2 : range === 8 ? 4 : range === 16 ? 12 : 0;
  return (mg * factor * GRAVITY) / 1000;
}

function readValue(b: Uint8Array, at: number, bigEndian: boolean): number {
  if (!bigEndian) return shortAt(b, at);
  const v = b[at] * 256 + b[at + 1];
  return v > 32767 ? v - 65536 : v;
}

// Left-justified, two's complement; bits below the resolution of the mode are dropped.
function digitsAt(b: Uint8Array, at: number, bits: number, bigEndian: boolean): number {
  return readValue(b, at, bigEndian) >> (16 - bits);
}

/** Converts registers 28h to 2Dh to m/s². Returns a fault. `range` in g; `bigEndian` for BLE = 1. */
export function decodeLis2dh12(into: Lis2dh12Sample, b: Uint8Array, bits: number, range: number, bigEndian: boolean): number {
  const a = into.accelerometer;
  a.x = a.y = a.z = undefined;
  if (b.length !== 6) return FAULT_LENGTH;
  // All zeros occur in free fall.
  if (b[0] === 255 && isStuck(b)) return FAULT_BUS;
  const scale = findScale(bits, range);
  if (!scale) return FAULT_RANGE;
  a.x = digitsAt(b, 0, bits, bigEndian) * scale;
  a.y = digitsAt(b, 2, bits, bigEndian) * scale;
  a.z = digitsAt(b, 4, bits, bigEndian) * scale;
  return FAULT_NONE;
}

/**
 * Converts registers 0Ch, 0Dh to °C: 1 digit is 1 °C, left-justified, 0 is about 25 °C (table 5: only differences are reliable). NaN for another
 * length.
 */
export function decodeLis2dh12Temperature(b: Uint8Array, bigEndian: boolean): number {
  if (b.length !== 2) return NaN;
  return readValue(b, 0, bigEndian) / 256 + 25;
}

function begin(s: Lis2dh12): undefined {
  if (readRegisters(s._registers, WHO_AM_I, s._one) !== 1) return fail(s, FAULT_ANSWER);
  if (isStuck(s._one)) return fail(s, FAULT_BUS);
  if (s._one[0] !== ID) return fail(s, FAULT_ID);
  const range = s._range === 16 ? 3 : s._range >> 2;
  if (!writeRegister(s._registers, CTRL_REG4, BDU | (range << 4) | (s._bits === MODE_HIGH ? 8 : 0))) return fail(s, FAULT_ANSWER);
  if (!writeRegister(s._registers, CTRL_REG1, (s._rate << 4) | (s._bits === MODE_LOW ? 8 : 0) | 7)) return fail(s, FAULT_ANSWER);
  // Discard measurements made with the previous settings.
  readRegisters(s._registers, OUT_X_L | s._increment, s._data);
  return pause(s, 1, findPeriod(s._rate));
}

// Reads the id again and leaves the flags unchanged.
function isThere(s: Lis2dh12): boolean {
  const flags = s._one[0];
  const there = readRegisters(s._registers, WHO_AM_I, s._one) === 1 && s._one[0] === ID;
  s._one[0] = flags;
  return there;
}

function findPeriod(rate: number): number {
  return rate === 1 ? 1000 : rate === 2 ? 100 : rate === 3 ? 40 : 20;
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Lis2dh12;
  if (isClosed(s)) return undefined;
  if (s._step === 0) return begin(s);
  if (readRegisters(s._registers, STATUS_REG, s._one) !== 1) return fail(s, FAULT_ANSWER);
  // All axes may overrun, but all flags at once may also come from an undriven line: the id decides.
  if (isStuck(s._one) && !isThere(s)) return fail(s, FAULT_BUS);
  // After a loss of its supply the device is off and never has new data: set it up again.
  if (!(s._one[0] & READY)) return pauseAgain(s, findPeriod(s._rate));
  const count = readRegisters(s._registers, OUT_X_L | s._increment, s._data);
  if (count !== s._data.length) return fail(s, count ? FAULT_LENGTH : FAULT_ANSWER);
  return finish(s, decodeLis2dh12(s._sample, s._data, s._bits, s._range, false), 1);
}

function configure(this: Sensor, options: { range?: number; mode?: string; hertz?: number }): void {
  const s = this as Lis2dh12;
  const { range, mode, hertz } = options;
  if (findScale(MODE_HIGH, range!)) s._range = range!;
  if (mode === 'high') s._bits = MODE_HIGH;
  if (mode === 'normal') s._bits = MODE_NORMAL;
  if (mode === 'low') s._bits = MODE_LOW;
  if (hertz! > 0) s._rate = hertz! <= 1 ? 1 : hertz! <= 10 ? 2 : hertz! <= 25 ? 3 : hertz! <= 50 ? 4 : hertz! <= 100 ? 5 : hertz! <= 200 ? 6 : 7;
  // The next sample sets it up again.
  if (s._step > 0) s._step = 0;
}

// Powers the device down (ODR 0) before closing the bus.
function close(this: Sensor): void {
  const s = this as Lis2dh12;
  if (s._step > 0) writeRegister(s._registers, CTRL_REG1, 0);
  closeDriver.call(s);
}

/** Opens the sensor. `configure`: `range` 2, 4, 8 or 16 (g); `mode` high (12 bits), normal (10) or low (8, least current); `hertz` 1 to 400. */
export function openLis2dh12(options: { sensor: I2c | Spi; range?: number; mode?: 'high' | 'normal' | 'low'; hertz?: number }): Sensor {
  const registers = makeRegisters(options.sensor, [1, 6]);
  const s: Lis2dh12 = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: close,
    _io: options.sensor,
    _sample: { accelerometer: { x: undefined, y: undefined, z: undefined } },
    _step: 0,
    _tries: 0,
    _registers: registers,
    _increment: registers._spi ? INCREMENT_SPI : INCREMENT_I2C,
    _one: new Uint8Array(1),
    _data: new Uint8Array(6),
    _bits: MODE_HIGH,
    _range: 2,
    _rate: 2,
  };
  s.configure(options);
  return s;
}
