/** sensors: what a chip hands over, decoded, and then given to a whole driver by a simulated bus. */
import { checkRom, decodeDs18b20, type Ds18b20Sample } from '../../../boards/sensors/ds18b20';
import { decodeBme280, LENGTH_CALIBRATION, type Bme280Sample } from '../../../boards/sensors/bme280';
import { FAULT_BUS, FAULT_CRC, FAULT_LENGTH, FAULT_NONE, FAULT_NO_VALUE, FAULT_RANGE, FAULT_SCRATCHPAD } from '../../../boards/sensors/faults';
import { decodeLis2dh12, decodeLis2dh12Temperature, GRAVITY, MODE_HIGH, MODE_LOW, MODE_NORMAL, type Lis2dh12Sample } from '../../../boards/sensors/lis2dh12';
import { decodeLps22hb, type Lps22hbSample } from '../../../boards/sensors/lps22hb';
import { decodeOpt3001, OVERFLOW, READY, type Opt3001Sample } from '../../../boards/sensors/opt3001';
import { checkWords, decodeSht, decodeShtSerial, SHT3X, SHT4X, SHTC3, type ShtSample } from '../../../boards/sensors/sht';
import type { Sample } from '../../../src/device/hal/sensors';
import { rigBme280, rigDs18b20, rigLis, rigLps22hb, rigOpt3001, rigSht, take, type Rig } from '../../../test/boards/sensors/chips';
import { fail, same, Skip } from '../check';
import type { Run, Vector } from '../types';

const ERRORS: Record<number, string> = { [FAULT_CRC]: 'crc', [FAULT_LENGTH]: 'length', [FAULT_BUS]: 'bus', [FAULT_RANGE]: 'range', [FAULT_SCRATCHPAD]: 'scratchpad' };

type Values = Record<string, unknown>;

/** Values by the names of the vectors; `undefined` where nothing was measured. */
interface Result {
  fault: number;
  values: Values;
}

/** What a vector says of its chip: how it is decoded, and a driver whose bus gives just these bytes, where a driver asks for them. */
interface Chip {
  decode(vector: Vector, input: Uint8Array): Result;
  rig?(vector: Vector, input: Uint8Array): Rig | undefined;
}

const parse = (hex: unknown): Uint8Array => {
  if (typeof hex !== 'string' || !/^([0-9a-f]{2})*$/i.test(hex.replace(/\s/g, ''))) fail(`${JSON.stringify(hex)} is not hexadecimal`);
  return Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
};

/** A sample of a driver as the vectors have it: °C, Pa, %RH, lx, g. */
function flatten({ thermometer, barometer, hygrometer, lightmeter, accelerometer, ...rest }: Sample & Values): Values {
  const values: Values = { ...rest };
  if (thermometer) values.temperature = thermometer.temperature;
  if (barometer) values.pressure = barometer.pressure;
  if (hygrometer) values.humidity = hygrometer.humidity === undefined ? undefined : hygrometer.humidity * 100;
  if (lightmeter) values.illuminance = lightmeter.illuminance;
  if (accelerometer) values.g = accelerometer.x === undefined ? undefined : [accelerometer.x, accelerometer.y!, accelerometer.z!].map((a) => a / GRAVITY);
  return values;
}

const result = (fault: number, sample: Sample): Result => ({ fault, values: flatten(sample as Sample & Values) });

function calibrationOf(vector: Vector): Uint8Array {
  const low = parse(vector.calibration);
  const high = vector.calibrationH === undefined ? new Uint8Array() : parse(vector.calibrationH);
  const all = new Uint8Array(LENGTH_CALIBRATION);
  all.set(low);
  all.set(high, 26);
  return all;
}

const bosch = (id: number, length: number): Chip => ({
  decode(vector, input) {
    const sample: Bme280Sample = { thermometer: {}, barometer: {}, hygrometer: {} };
    if (input.length !== length) return { fault: FAULT_LENGTH, values: {} };
    return result(decodeBme280(sample, length === 6 ? calibrationOf(vector).subarray(0, 24) : calibrationOf(vector), input), sample);
  },
  rig: (vector, input) => rigBme280('i2c', id, parse(vector.calibration), vector.calibrationH ? parse(vector.calibrationH) : new Uint8Array(7), input),
});

const sht = (kind: number, name: 'SHT3x' | 'SHT4x' | 'SHTC3'): Chip => ({
  decode(vector, input) {
    if (vector.command === 'serial') return { fault: checkWords(input, 2), values: { serial: decodeShtSerial(input) } };
    const sample: ShtSample = { thermometer: {}, hygrometer: {} };
    return result(decodeSht(sample, input, kind, vector.order ?? 'TH'), sample);
  },
  rig: (vector, input) => (vector.command || (vector.order ?? 'TH') !== 'TH' ? undefined : rigSht(name, input)),
});

const MODES: Record<string, number> = { high: MODE_HIGH, normal: MODE_NORMAL, low: MODE_LOW };

const lis: Chip = {
  decode(vector, input) {
    const big = !!vector.bigEndian;
    if (vector.register === 'temperature') return { fault: input.length === 2 ? FAULT_NONE : FAULT_LENGTH, values: { temperature: decodeLis2dh12Temperature(input, big) } };
    const sample: Lis2dh12Sample = { accelerometer: {} };
    return result(decodeLis2dh12(sample, input, MODES[vector.mode ?? 'high'] ?? fail(`the mode ${vector.mode} is not known`), vector.range ?? 2, big), sample);
  },
  // The driver leaves BLE 0.
  rig: (vector, input) => (vector.register || vector.bigEndian ? undefined : rigLis('i2c', input, { mode: vector.mode ?? 'high', range: vector.range ?? 2 })),
};

const CHIPS: [RegExp, Chip][] = [
  [/^BME280/i, bosch(0x60, 8)],
  [/^BMP280/i, bosch(0x58, 6)],
  [/^SHT3/i, sht(SHT3X, 'SHT3x')],
  [/^SHT4/i, sht(SHT4X, 'SHT4x')],
  [/^SHTC/i, sht(SHTC3, 'SHTC3')],
  [/^(LIS2DH|LIS3DH)/i, lis],
  [/^LPS22H/i, {
    decode(_vector, input) {
      const sample: Lps22hbSample = { barometer: {}, thermometer: {} };
      return result(decodeLps22hb(sample, input), sample);
    },
    rig: (_vector, input) => rigLps22hb('i2c', input),
  }],
  [/^OPT3001/i, {
    decode(vector, input) {
      const sample: Opt3001Sample = { lightmeter: {} };
      const { fault, values } = result(decodeOpt3001(sample, input), sample);
      const flags = vector.configuration === undefined ? undefined : Buffer.from(parse(vector.configuration)).readUInt16BE();
      return { fault, values: flags === undefined ? values : { ...values, overflow: !!(flags & OVERFLOW), ready: !!(flags & READY) } };
    },
    // With overflow the driver has no sample: the light is more than the value.
    rig: (vector, input) => (input.length !== 2 || vector.configuration ? undefined : rigOpt3001(Buffer.from(input).readUInt16BE())),
  }],
  [/^DS18B20/i, {
    decode(vector, input) {
      if (vector.what === 'rom') return { fault: checkRom(input), values: { family: input[0], serial: Buffer.from(input.subarray(1, 7)).reverse().toString('hex') } };
      const sample: Ds18b20Sample = { thermometer: {}, resolution: 12, powerOnValue: false };
      return result(decodeDs18b20(sample, input), sample);
    },
    rig: (vector, input) => (vector.what ? undefined : rigDs18b20(input)),
  }],
];

/** Fails where a value is further from the expected than its tolerance. */
function compare(values: Values, expect: Values, tolerance: Record<string, number>, where: string): void {
  for (const [name, expected] of Object.entries(expect)) {
    const actual = values[name];
    const near = tolerance[name] ?? 1e-6;
    const both = (Array.isArray(expected) ? expected.map((one, i) => [(actual as number[] | undefined)?.[i], one]) : [[actual, expected]]) as [unknown, unknown][];
    for (const [is, should] of both) {
      if (should === null) same(is, undefined, `${where}: ${name}`);
      else if (typeof should !== 'number') same(is, should, `${where}: ${name}`);
      else if (typeof is !== 'number' || !(Math.abs(is - should) <= near + 1e-9)) fail(`${where}: ${name}: ${is} instead of ${should} ± ${near}`);
    }
  }
}

/** Whether a driver has no sample for this although it can be decoded. */
const isWithheld = (values: Values, fault: number): boolean => fault !== FAULT_NONE || values.powerOnValue === true;

export const runSensors: Run = (vector) => {
  const chip = CHIPS.find(([pattern]) => pattern.test(String(vector.chip)))?.[1];
  if (!chip) throw new Skip(`there is no driver for ${vector.chip}`);
  const input = parse(vector.input);
  const expect = (vector.expect ?? fail('it expects nothing')) as Values;
  const { fault, values } = chip.decode(vector, input);
  if (expect.error !== undefined) same(ERRORS[fault], expect.error, 'the decoder');
  else {
    if (fault !== FAULT_NONE && fault !== FAULT_NO_VALUE) fail(`the decoder: ${ERRORS[fault] ?? fault} instead of a value`);
    compare(values, expect, vector.tolerance ?? {}, 'the decoder');
  }
  const rig = chip.rig?.(vector, input);
  if (!rig) return;
  const sample = take(rig.sensor);
  if (isWithheld(values, fault)) same(sample, undefined, 'the driver');
  else if (!sample) fail(`the driver: no sample, fault ${rig.sensor.fault}`);
  else compare(flatten(sample as Sample & Values), expect, vector.tolerance ?? {}, 'the driver');
  // A read of registers has the length that the driver asks for.
  if (fault && fault !== FAULT_LENGTH) same(rig.sensor.fault, fault, 'the fault of the driver');
};
