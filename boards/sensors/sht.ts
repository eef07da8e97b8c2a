/**
 * Sensirion SHT3x (I2C 44h, 45h), SHT4x (44h, 45h, 46h) and SHTC3 (70h): temperature and humidity. Data sheets SHT3x-DIS (version 6, 4.3 to 4.13),
 * SHT4x (version 6, 4.4 to 4.6), SHTC3 (version 3, 5.3 to 5.11). Single shots without clock stretching: the device is idle or asleep between samples.
 */
import type { I2c } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_BUS, FAULT_CRC, FAULT_ID, FAULT_LENGTH, FAULT_NONE, finish, isClosed, isStuck, pause, pauseAgain, type Driver } from './faults';

export const SHT3X = 3;
export const SHT4X = 4;
export const SHTC3 = 5;

/** The sample. */
export interface ShtSample extends Sample {
  thermometer: { temperature?: number };
  hygrometer: { humidity?: number };
}

interface Sht extends Driver {
  _io: I2c;
  _sample: ShtSample;
  _kind: number;
  /** The buffer for a command. */
  _command: Uint8Array;
  _data: Uint8Array;
  /** The SHTC3's id and its CRC. */
  _id: Uint8Array;
  _ms: number;
}

/** Checks the CRC-8 of a word at `at`: polynomial 31h, initial value FFh (SHT3x 4.12, SHT4x 4.4, SHTC3 5.10; of BEEFh it is 92h). */
function isSound(b: Uint8Array, at: number): boolean {
  let crc = 255;
  for (let i = 0; i < 2; i++) {
    crc ^= b[at + i];
    for (let bit = 0; bit < 8; bit++) crc = crc & 128 ? ((crc << 1) ^ 0x31) & 255 : crc << 1;
  }
  return crc === b[at + 2];
}

/** Checks an answer of words, each with its CRC. Returns FAULT_…. */
export function checkWords(b: Uint8Array, words: number): number {
  if (b.length !== words * 3) return FAULT_LENGTH;
  if (isStuck(b)) return FAULT_BUS;
  for (let i = 0; i < b.length; i += 3) if (!isSound(b, i)) return FAULT_CRC;
  return FAULT_NONE;
}

/** Converts to °C. An SHTC3 divides by 2^16 (5.11), the others by 2^16 - 1 (SHT3x 4.13, SHT4x 4.6). */
function findTemperature(kind: number, word: number): number {
  return -45 + (175 * word) / (kind === SHTC3 ? 65536 : 65535);
}

/** Converts to 0 to 1. An SHT4x's formula exceeds both ends; the result must be cropped (4.6). */
function findHumidity(kind: number, word: number): number {
  const h = kind === SHT4X ? -0.06 + (1.25 * word) / 65535 : word / (kind === SHTC3 ? 65536 : 65535);
  return h < 0 ? 0 : h > 1 ? 1 : h;
}

/** Converts an answer to values. Returns a fault. `order`: TH, or HT as on an SHTC3, or one of both alone. */
export function decodeSht(into: ShtSample, b: Uint8Array, kind: number, order: string): number {
  into.thermometer.temperature = into.hygrometer.humidity = undefined;
  const fault = checkWords(b, order.length);
  if (fault) return fault;
  const t = order.indexOf('T') * 3;
  const h = order.indexOf('H') * 3;
  if (t >= 0) into.thermometer.temperature = findTemperature(kind, b[t] * 256 + b[t + 1]);
  if (h >= 0) into.hygrometer.humidity = findHumidity(kind, b[h] * 256 + b[h + 1]);
  return FAULT_NONE;
}

/** The serial number: SHT3x command 3682h, SHT4x 89h. NaN if the answer is damaged: `checkWords` returns the reason. */
export function decodeShtSerial(b: Uint8Array): number {
  return checkWords(b, 2) ? NaN : (b[0] * 256 + b[1]) * 65536 + b[3] * 256 + b[4];
}

function send(s: Sht, high: number, low: number): boolean {
  s._command[0] = high;
  if (s._command.length > 1) s._command[1] = low;
  return s._io.write(s._command);
}

// 5.9: bits 11 and 5 to 0 of the id are 1 and 000111.
function identifyShtc3(s: Sht): number {
  if (!send(s, 0xef, 0xc8)) return FAULT_ANSWER;
  const id = s._id;
  const count = s._io.read(id);
  if (count !== 3) return count ? FAULT_LENGTH : FAULT_ANSWER;
  return checkWords(id, 1) || ((id[0] & 8) === 8 && (id[1] & 63) === 7 ? FAULT_NONE : FAULT_ID);
}

function begin(s: Sht): undefined {
  // The SHTC3 was woken 1 ms ago. Its id is read each time, which takes 100 µs and detects an SHT of another type.
  const fault = s._kind === SHTC3 ? identifyShtc3(s) : FAULT_NONE;
  if (fault) return fail(s, fault);
  // Temperature first, no clock stretching, high repeatability.
  const done = s._kind === SHT3X ? send(s, 0x24, 0x00) : s._kind === SHTC3 ? send(s, 0x78, 0x66) : send(s, 0xfd, 0);
  return done ? pause(s, 2, s._ms) : fail(s, FAULT_ANSWER);
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Sht;
  if (isClosed(s)) return undefined;
  if (s._step === 0) {
    if (s._kind !== SHTC3) return begin(s);
    // A sleeping SHTC3 answers only to this command, and needs 240 µs (5.1).
    return send(s, 0x35, 0x17) ? pause(s, 1, 1) : fail(s, FAULT_ANSWER);
  }
  if (s._step === 1) return begin(s);
  const count = s._io.read(s._data);
  // The device does not acknowledge while it measures.
  if (!count) return s._tries < 3 ? pauseAgain(s, s._ms) : fail(s, FAULT_ANSWER);
  if (count !== s._data.length) return fail(s, FAULT_LENGTH);
  // Send it to sleep; a failure only costs current.
  if (s._kind === SHTC3) send(s, 0xb0, 0x98);
  return finish(s, decodeSht(s._sample, s._data, s._kind, 'TH'), 0);
}

function configure(): void {
  // There are no settings: the highest repeatability costs only a few ms.
}

// Longest conversion times: SHT3x 15.5 ms (table 4), SHT4x 8.3 ms (table 4), SHTC3 12.1 ms (table 5).
function openSht(io: I2c, kind: number, ms: number): Sensor {
  const s: Sht = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: io,
    _sample: { thermometer: { temperature: undefined }, hygrometer: { humidity: undefined } },
    _step: 0,
    _tries: 0,
    _kind: kind,
    // The commands of an SHT4x have one byte.
    _command: new Uint8Array(kind === SHT4X ? 1 : 2),
    _data: new Uint8Array(6),
    _id: new Uint8Array(3),
    _ms: ms,
  };
  return s;
}

/** SHT30, SHT31, SHT35. They have no id: another device at the address is detected by the CRC. */
export function openSht3x(options: { sensor: I2c }): Sensor {
  return openSht(options.sensor, SHT3X, 16);
}

/** SHT40, SHT41, SHT45. They have no id: another device at the address is detected by the CRC. */
export function openSht4x(options: { sensor: I2c }): Sensor {
  return openSht(options.sensor, SHT4X, 9);
}

/** SHTC3. */
export function openShtc3(options: { sensor: I2c }): Sensor {
  return openSht(options.sensor, SHTC3, 13);
}
