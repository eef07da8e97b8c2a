/**
 * ST LPS22HB: pressure and temperature, on I2C (5Ch, 5Dh) or SPI. Data sheet DocID027083 revision 6. The device is off between samples (one-shot,
 * page 18).
 */
import type { I2c, Spi } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_BUS, FAULT_ID, FAULT_LENGTH, FAULT_NONE, FAULT_RANGE, finish, isClosed, isStuck, isWithin, pause, pauseAgain, shortAt, type Driver } from './faults';
import { makeRegisters, readRegisters, writeRegister, type Registers } from './registers';

// Table 16, page 34.
const WHO_AM_I = 0x0f;
const CTRL_REG2 = 0x11;
const STATUS = 0x27;
const PRESS_OUT_XL = 0x28;

const ID = 0xb1;
/** IF_ADD_INC, as after power-on, and ONE_SHOT. */
const MEASURE = 0x11;
/** P_DA and T_DA. */
const READY = 3;

/** The sample. */
export interface Lps22hbSample extends Sample {
  barometer: { pressure?: number };
  thermometer: { temperature?: number };
}

interface Lps22hb extends Driver {
  _sample: Lps22hbSample;
  _registers: Registers;
  _one: Uint8Array;
  _data: Uint8Array;
}

/** Converts registers 28h to 2Ch to values. Returns a fault. 4096 digits are 1 hPa (4.4, page 20), 100 are 1 °C (4.5); both are two's complement. */
export function decodeLps22hb(into: Lps22hbSample, b: Uint8Array): number {
  into.barometer.pressure = into.thermometer.temperature = undefined;
  if (b.length !== 5) return FAULT_LENGTH;
  if (isStuck(b)) return FAULT_BUS;
  const raw = b[0] + b[1] * 256 + (b[2] > 127 ? b[2] - 256 : b[2]) * 65536;
  const p = (raw * 100) / 4096;
  const t = shortAt(b, 3) / 100;
  // 260 to 1260 hPa, -40 to 85 °C (table 3), with 1 % tolerance for the accuracy at both ends.
  if (!isWithin(p, 25000, 127000) || !isWithin(t, -41, 86)) return FAULT_RANGE;
  into.barometer.pressure = p;
  into.thermometer.temperature = t;
  return FAULT_NONE;
}

function begin(s: Lps22hb): undefined {
  const registers = s._registers;
  if (readRegisters(registers, WHO_AM_I, s._one) !== 1) return fail(s, FAULT_ANSWER);
  if (isStuck(s._one)) return fail(s, FAULT_BUS);
  if (s._one[0] !== ID) return fail(s, FAULT_ID);
  // Reading clears the flags: an earlier measurement must not be mistaken for this one.
  readRegisters(registers, PRESS_OUT_XL, s._data);
  return writeRegister(registers, CTRL_REG2, MEASURE) ? pause(s, 1, 15) : fail(s, FAULT_ANSWER);
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Lps22hb;
  if (isClosed(s)) return undefined;
  if (s._step === 0) return begin(s);
  if (readRegisters(s._registers, STATUS, s._one) !== 1) return fail(s, FAULT_ANSWER);
  if (s._one[0] === 255) return fail(s, FAULT_BUS);
  if ((s._one[0] & READY) !== READY) return pauseAgain(s, 10);
  const count = readRegisters(s._registers, PRESS_OUT_XL, s._data);
  if (count !== s._data.length) return fail(s, count ? FAULT_LENGTH : FAULT_ANSWER);
  return finish(s, decodeLps22hb(s._sample, s._data), 0);
}

function configure(): void {
  // There are no settings: a single shot always measures once.
}

/** Opens the sensor. */
export function openLps22hb(options: { sensor: I2c | Spi }): Sensor {
  const s: Lps22hb = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: options.sensor,
    _sample: { barometer: { pressure: undefined }, thermometer: { temperature: undefined } },
    _step: 0,
    _tries: 0,
    _registers: makeRegisters(options.sensor, [1, 5]),
    _one: new Uint8Array(1),
    _data: new Uint8Array(5),
  };
  return s;
}
