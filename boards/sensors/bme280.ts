/**
 * Bosch BME280 (temperature, pressure, humidity) and BMP280 (without humidity), on I2C (76h, 77h) or SPI. Data sheets BST-BME280-DS002 (1.6: pages 18
 * to 33) and BST-BMP280-DS001. The device sleeps between samples (forced mode, 3.3.3).
 */
import type { I2c, Spi } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import {
  closeDriver, fail, FAULT_ANSWER, FAULT_BUS, FAULT_ID, FAULT_LENGTH, FAULT_NONE, FAULT_NO_VALUE, FAULT_RANGE, finish, isIdentified, isStuck, isWithin, pause, pauseAgain, shortAt,
  wordAt, type Driver,
} from './faults';
import { makeRegisters, readRegisters, writeRegister, type Registers } from './registers';

// 5.3, table 18: the memory map.
const CALIBRATION = 0x88;
const ID = 0xd0;
const CALIBRATION_HUMIDITY = 0xe1;
const CTRL_HUM = 0xf2;
const STATUS = 0xf3;
const CTRL_MEAS = 0xf4;
const DATA = 0xf7;

const ID_BME280 = 0x60;
// 56h and 57h are samples, 58h is in mass production (BMP280 4.3.1).
const ID_BMP280_LOW = 0x56;
const ID_BMP280 = 0x58;

const MEASURING = 8;
const COPYING = 1;

/** Lengths of calibration and data for a BME280, and the shorter ones for a BMP280. */
export const LENGTH_DATA = 8;
export const LENGTH_DATA_BMP280 = 6;
/** 88h to A1h, followed by E1h to E7h. */
export const LENGTH_CALIBRATION = 33;
const LENGTH_LOW = 26;

/** The sample. */
export interface Bme280Sample extends Sample {
  thermometer: { temperature?: number };
  barometer: { pressure?: number };
  hygrometer: { humidity?: number };
}

// 4.2.3, page 25: in double precision. t_fine is an integer there, too.
function findPressure(c: Uint8Array, raw: number, fine: number): number {
  let a = fine / 2 - 64000;
  let b = (a * a * shortAt(c, 16)) / 32768 + a * shortAt(c, 14) * 2;
  b = b / 4 + shortAt(c, 12) * 65536;
  a = ((shortAt(c, 10) * a * a) / 524288 + shortAt(c, 8) * a) / 524288;
  a = (1 + a / 32768) * wordAt(c, 6);
  // The calibration is all zeros.
  if (a === 0) return 0;
  const p = ((1048576 - raw - b / 4096) * 6250) / a;
  return p + ((shortAt(c, 22) * p * p) / 2147483648 + (p * shortAt(c, 20)) / 32768 + shortAt(c, 18)) / 16;
}

// H4 and H5 are 12 bits each, two's complement, and share E5h (table 16, page 24).
function findHumidity(c: Uint8Array, raw: number, fine: number): number {
  const h4 = (c[29] > 127 ? c[29] - 256 : c[29]) * 16 + (c[30] & 15);
  const h5 = (c[31] > 127 ? c[31] - 256 : c[31]) * 16 + (c[30] >> 4);
  const h6 = c[32] > 127 ? c[32] - 256 : c[32];
  let h = fine - 76800;
  h = (raw - (h4 * 64 + (h5 / 16384) * h)) * ((shortAt(c, 26) / 65536) * (1 + (h6 / 67108864) * h * (1 + (c[28] / 67108864) * h)));
  h = h * (1 - (c[25] * h) / 524288);
  return h < 0 ? 0 : h > 100 ? 1 : h / 100;
}

/**
 * Converts registers to values. `c`: calibration 88h to A1h, followed by E1h to E7h (to 9Fh on a BMP280). `b`: F7h to FEh (to FCh on a BMP280).
 * Returns a fault. 80000h (temperature, pressure) and 8000h (humidity) mean that nothing was measured (3.4.1, 5.3).
 */
export function decodeBme280(into: Bme280Sample, c: Uint8Array, b: Uint8Array): number {
  const { thermometer, barometer, hygrometer } = into;
  thermometer.temperature = barometer.pressure = hygrometer.humidity = undefined;
  if (b.length !== LENGTH_DATA && b.length !== LENGTH_DATA_BMP280) return FAULT_LENGTH;
  if (c.length < (b.length === LENGTH_DATA ? LENGTH_CALIBRATION : 24)) return FAULT_LENGTH;
  if (isStuck(b) || isStuck(c)) return FAULT_BUS;
  const pressure = b[0] * 4096 + b[1] * 16 + (b[2] >> 4);
  const temperature = b[3] * 4096 + b[4] * 16 + (b[5] >> 4);
  if (temperature === 524288) return FAULT_NO_VALUE;
  const t1 = wordAt(c, 0);
  const part = temperature / 131072 - t1 / 8192;
  const fine = (temperature / 16384 - t1 / 1024) * shortAt(c, 2) + part * part * shortAt(c, 4);
  const t = fine / 5120;
  // Operating range -40 to 85 °C, 300 to 1100 hPa (table 1), with 1 % tolerance for the formula at both ends.
  if (!isWithin(t, -41, 86)) return FAULT_RANGE;
  if (pressure !== 524288) {
    const p = findPressure(c, pressure, fine);
    if (!isWithin(p, 29200, 110800)) return FAULT_RANGE;
    barometer.pressure = p;
  }
  const humidity = b.length === LENGTH_DATA ? b[6] * 256 + b[7] : 32768;
  if (humidity !== 32768) hygrometer.humidity = findHumidity(c, humidity, fine);
  thermometer.temperature = t;
  return FAULT_NONE;
}

interface Bme280 extends Driver {
  _sample: Bme280Sample;
  _registers: Registers;
  _one: Uint8Array;
  _calibration: Uint8Array;
  _low: Uint8Array;
  _high: Uint8Array;
  _data: Uint8Array;
  _short: Uint8Array;
  _humidity: boolean;
  /** The code for CTRL_MEAS: 1 for one sample; 2, 3, 4, 5 for 2, 4, 8, 16. */
  _oversampling: number;
}

// Reads the device's id and its calibration, which is in ROM.
function identify(s: Bme280): number {
  if (readRegisters(s._registers, ID, s._one) !== 1) return FAULT_ANSWER;
  const id = s._one[0];
  if (isStuck(s._one)) return FAULT_BUS;
  s._humidity = id === ID_BME280;
  if (!s._humidity && !isWithin(id, ID_BMP280_LOW, ID_BMP280)) return FAULT_ID;
  if (readRegisters(s._registers, CALIBRATION, s._low) !== LENGTH_LOW) return FAULT_LENGTH;
  if (s._humidity && readRegisters(s._registers, CALIBRATION_HUMIDITY, s._high) !== s._high.length) return FAULT_LENGTH;
  return isStuck(s._low) ? FAULT_BUS : FAULT_NONE;
}

function begin(s: Bme280): undefined {
  const times = s._oversampling;
  // Write humidity first: it takes effect with the next write of CTRL_MEAS (5.4.3).
  if (s._humidity && !writeRegister(s._registers, CTRL_HUM, times)) return fail(s, FAULT_ANSWER);
  if (!writeRegister(s._registers, CTRL_MEAS, times * 36 + 1)) return fail(s, FAULT_ANSWER);
  // 9.1, maximum: 1.25 ms, 2.3 ms for each sample, 0.575 ms for pressure and for humidity; rounded up.
  return pause(s, 2, 3 + 7 * (1 << (times - 1)));
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Bme280;
  if (!isIdentified(s, identify)) return undefined;
  if (s._step === 1) return begin(s);
  if (readRegisters(s._registers, STATUS, s._one) !== 1) return fail(s, FAULT_ANSWER);
  if (s._one[0] === 255) return fail(s, FAULT_BUS);
  if (s._one[0] & (MEASURING | COPYING)) return pauseAgain(s, 10);
  const into = s._humidity ? s._data : s._short;
  const count = readRegisters(s._registers, DATA, into);
  if (count !== into.length) return fail(s, count ? FAULT_LENGTH : FAULT_ANSWER);
  return finish(s, decodeBme280(s._sample, s._calibration, into), 1);
}

function configure(this: Sensor, options: { oversampling?: number }): void {
  const n = options.oversampling;
  for (let i = 1; i < 6; i++) if (n === 1 << (i - 1)) (this as Bme280)._oversampling = i;
}

/** Opens the sensor. `configure`: `oversampling` 1, 2, 4, 8 or 16; more reduces noise and takes longer. */
export function openBme280(options: { sensor: I2c | Spi; oversampling?: number }): Sensor {
  const calibration = new Uint8Array(LENGTH_CALIBRATION);
  const data = new Uint8Array(LENGTH_DATA);
  const s: Bme280 = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: options.sensor,
    _sample: { thermometer: { temperature: undefined }, barometer: { pressure: undefined }, hygrometer: { humidity: undefined } },
    _step: 0,
    _tries: 0,
    _registers: makeRegisters(options.sensor, [1, 6, 7, 8, LENGTH_LOW]),
    _one: new Uint8Array(1),
    _calibration: calibration,
    _low: calibration.subarray(0, LENGTH_LOW),
    _high: calibration.subarray(LENGTH_LOW),
    _data: data,
    _short: data.subarray(0, LENGTH_DATA_BMP280),
    _humidity: false,
    _oversampling: 1,
  };
  s.configure(options);
  return s;
}
