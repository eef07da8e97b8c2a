/** The numbers of the data sheets, both ends of each range, and bytes of all kinds. */
import test from 'ava';
import fc from 'fast-check';
import { openAnalog } from '../../../boards/sensors/analog';
import { decodeBme280, openBme280, type Bme280Sample } from '../../../boards/sensors/bme280';
import { checkRom, decodeDs18b20, type Ds18b20Sample } from '../../../boards/sensors/ds18b20';
import { FAULT_ANSWER, FAULT_BUS, FAULT_CRC, FAULT_ID, FAULT_LENGTH, FAULT_NONE, FAULT_NO_VALUE, FAULT_RANGE, FAULT_SCRATCHPAD } from '../../../boards/sensors/faults';
import { decodeLis2dh12, decodeLis2dh12Temperature, GRAVITY, type Lis2dh12Sample } from '../../../boards/sensors/lis2dh12';
import { decodeLps22hb, type Lps22hbSample } from '../../../boards/sensors/lps22hb';
import { decodeOpt3001, type Opt3001Sample } from '../../../boards/sensors/opt3001';
import { openButton, openPir } from '../../../boards/sensors/pin';
import { decodeSht, SHT3X, SHT4X, SHTC3, type ShtSample } from '../../../boards/sensors/sht';
import { bytes, CALIBRATION, CALIBRATION_H, crcMaxim, DATA_BME280, rigBme280, rigDs18b20, rigLis, rigOpt3001, RIGS, take, valuesOf } from './chips';
import { I2cRegisters, OneWireThermometer, Pin, Registers } from './doubles';

const bme = (): Bme280Sample => ({ thermometer: {}, barometer: {}, hygrometer: {} });
const sht = (): ShtSample => ({ thermometer: {}, hygrometer: {} });
const lps = (): Lps22hbSample => ({ barometer: {}, thermometer: {} });
const lis = (): Lis2dh12Sample => ({ accelerometer: {} });
const opt = (): Opt3001Sample => ({ lightmeter: {} });
const ds = (): Ds18b20Sample => ({ thermometer: {}, resolution: 0, powerOnValue: false });

/** CRC-8 of Sensirion with a table of nibbles, other than the driver's. */
function crcSensirion(high: number, low: number): number {
  const table = Array.from({ length: 256 }, (_, i) => {
    let c = i;
    for (let k = 0; k < 8; k++) c = (c & 128 ? (c << 1) ^ 0x131 : c << 1) & 255;
    return c;
  });
  return table[table[0xff ^ high]! ^ low]!;
}
const words = (...all: number[]): Uint8Array => Uint8Array.from(all.flatMap((w) => [w >> 8, w & 255, crcSensirion(w >> 8, w & 255)]));

const scratchpad = (raw: number, config = 0x7f, six = 0x10): Uint8Array => {
  const b = Uint8Array.from([raw & 255, (raw >> 8) & 255, 0x4b, 0x46, config, 0xff, six, 0x10, 0]);
  b[8] = crcMaxim(b.subarray(0, 8));
  return b;
};

test('BMP280: the worked example of the data sheet (BST-BMP280-DS001 3.12): 25.08 °C, 100653.27 Pa', (t) => {
  const sample = bme();
  t.is(decodeBme280(sample, CALIBRATION.subarray(0, 24), bytes('655ac07eed00')), FAULT_NONE);
  t.is(sample.thermometer.temperature!.toFixed(2), '25.08');
  t.true(Math.abs(sample.barometer.pressure! - 100653.27) < 0.05);
  t.is(sample.hygrometer.humidity, undefined);
});

test('BME280: a part that is not measured is undefined, and the others are there (3.4.1)', (t) => {
  const all = new Uint8Array(33);
  all.set(CALIBRATION);
  all.set(CALIBRATION_H, 26);
  const sample = bme();
  t.is(decodeBme280(sample, all, bytes('8000007eed007544')), FAULT_NONE);
  t.is(sample.barometer.pressure, undefined);
  t.truthy(sample.hygrometer.humidity);
  t.is(decodeBme280(sample, all, bytes('655ac07eed008000')), FAULT_NONE);
  t.is(sample.hygrometer.humidity, undefined);
  // Without a temperature there is neither.
  t.is(decodeBme280(sample, all, bytes('655ac08000007544')), FAULT_NO_VALUE);
  t.deepEqual(valuesOf(sample), { thermometer: {}, barometer: {}, hygrometer: {} });
});

test('BME280: raw values at both ends are out of range, not values', (t) => {
  const sample = bme();
  for (const data of ['655ac0fffff0', '655ac0000010', '0000107eed00', 'fffff07eed00']) {
    t.is(decodeBme280(sample, CALIBRATION.subarray(0, 24), bytes(data)), FAULT_RANGE, data);
    t.is(sample.thermometer.temperature, undefined);
  }
  t.is(decodeBme280(sample, CALIBRATION.subarray(0, 24), bytes('655ac07eed')), FAULT_LENGTH);
  t.is(decodeBme280(sample, CALIBRATION.subarray(0, 20), bytes('655ac07eed00')), FAULT_LENGTH);
  // dig_P1 = 0: the data sheet's own guard against a division by zero.
  const zero = Uint8Array.from(CALIBRATION);
  zero[6] = zero[7] = 0;
  t.is(decodeBme280(sample, zero, bytes('655ac07eed00')), FAULT_RANGE);
});

test('BME280: a loss of its supply between conversion and reading is no value (5.3: reset state)', (t) => {
  const { sensor, double } = rigBme280('i2c', 0x60, CALIBRATION, CALIBRATION_H, DATA_BME280);
  t.is(sensor.sample(), undefined);
  t.true(sensor.wait >= 10);
  (double as I2cRegisters).device.set(0xf7, bytes('8000008000008000'));
  t.is(sensor.sample(), undefined);
  t.is(sensor.fault, FAULT_NO_VALUE);
  t.truthy(take(sensor));
});

test('BME280: CTRL_HUM is written before CTRL_MEAS, in forced mode, with the oversampling asked for (5.4.3)', (t) => {
  const registers = new Registers();
  registers.set(0xd0, [0x60]).set(0x88, CALIBRATION).set(0xe1, CALIBRATION_H);
  const sensor = openBme280({ sensor: new I2cRegisters(registers), oversampling: 4 });
  sensor.sample();
  t.deepEqual(registers.written, [[0xf2, 3], [0xf4, (3 << 5) | (3 << 2) | 1]]);
  // 9.1: 1.25 + 2.3 · 4 + (2.3 · 4 + 0.575) · 2 ms at most.
  t.true(sensor.wait >= 1.25 + 9.2 + 2 * 9.775);
});

test('SHT: the examples of the data sheets, and both ends', (t) => {
  const sample = sht();
  t.is(decodeSht(sample, bytes('648bc7a1331c'), SHTC3, 'TH'), FAULT_NONE);
  t.is(sample.thermometer.temperature!.toFixed(2), '23.73');
  t.is(sample.hygrometer.humidity!.toFixed(4), '0.6297');
  const ends: [number, number, number, number, number][] = [
    [SHT3X, 0, -45, 0, 0], [SHT3X, 65535, 130, 65535, 1],
    [SHT4X, 0, -45, 0, 0], [SHT4X, 65535, 130, 65535, 1],
  ];
  for (const [kind, raw, temperature, wet, humidity] of ends) {
    t.is(decodeSht(sample, words(raw, wet), kind, 'TH'), FAULT_NONE);
    t.is(sample.thermometer.temperature, temperature);
    t.is(sample.hygrometer.humidity, humidity);
  }
});

test('SHT: humidity first, or one word alone', (t) => {
  const sample = sht();
  t.is(decodeSht(sample, words(0x8000, 0), SHT3X, 'HT'), FAULT_NONE);
  t.is(sample.thermometer.temperature, -45);
  t.true(Math.abs(sample.hygrometer.humidity! - 0.5) < 1e-4);
  t.is(decodeSht(sample, words(0x8000), SHTC3, 'H'), FAULT_NONE);
  t.is(sample.thermometer.temperature, undefined);
  t.is(sample.hygrometer.humidity, 0.5);
  t.is(decodeSht(sample, words(1, 2), SHT3X, 'T'), FAULT_LENGTH);
});

test('SHT: every single bit that flips is seen by the CRC', (t) => {
  const good = words(0x6666, 0x1234);
  for (let bit = 0; bit < 48; bit++) {
    const b = Uint8Array.from(good);
    b[bit >> 3]! ^= 1 << (bit & 7);
    const sample = sht();
    t.is(decodeSht(sample, b, SHT3X, 'TH'), FAULT_CRC);
    t.is(sample.thermometer.temperature, undefined);
  }
});

test('LPS22HB: 260 and 1260 hPa, -40 and 85 °C are values, beyond is out of range', (t) => {
  const encode = (hPa: number, celsius: number) => {
    const b = Buffer.alloc(5);
    b.writeIntLE(hPa * 4096, 0, 3);
    b.writeInt16LE(celsius * 100, 3);
    return Uint8Array.from(b);
  };
  const sample = lps();
  for (const [hPa, celsius] of [[260, -40], [1260, 85], [1013.25, 0]] as const) {
    t.is(decodeLps22hb(sample, encode(hPa, celsius)), FAULT_NONE);
    t.deepEqual(valuesOf(sample), { barometer: { pressure: hPa * 100 }, thermometer: { temperature: celsius } });
  }
  for (const [hPa, celsius] of [[200, 20], [1400, 20], [-1000, 20], [1000, 100], [1000, -60], [1000, -327.68]] as const) {
    t.is(decodeLps22hb(sample, encode(hPa, celsius)), FAULT_RANGE);
    t.deepEqual(valuesOf(sample), { barometer: {}, thermometer: {} });
  }
});

test('LIS2DH12: BLE = 1 is the same with the bytes exchanged; a free fall is a value', (t) => {
  const little = lis();
  const big = lis();
  t.is(decodeLis2dh12(little, bytes('e01520ea0000'), 12, 2, false), FAULT_NONE);
  t.is(decodeLis2dh12(big, bytes('15e0ea200000'), 12, 2, true), FAULT_NONE);
  t.deepEqual(little, big);
  t.true(Math.abs(little.accelerometer.x! - 0.35 * GRAVITY) < 1e-9);
  t.is(decodeLis2dh12(little, bytes('000000000000'), 12, 2, false), FAULT_NONE);
  t.is(decodeLis2dh12(little, bytes('000000000000'), 12, 3, false), FAULT_RANGE);
  t.is(decodeLis2dh12Temperature(bytes('00fb'), false), 20);
  t.is(decodeLis2dh12Temperature(bytes('fb00'), true), 20);
});

test('LIS2DH12: after a loss of its supply it is set up anew, and never read at the wrong range', (t) => {
  const { sensor, registers } = rigLis('i2c', bytes('003e00d10010'), { mode: 'low', range: 8, hertz: 100 });
  t.is(valuesOf(take(sensor)).accelerometer.x.toFixed(6), (62 * 0.064 * GRAVITY).toFixed(6));
  t.deepEqual(registers.written, [[0x23, 0x80 | 0x20], [0x20, (5 << 4) | 8 | 7]]);
  registers.set(0x20, [7]).set(0x23, [0]);
  t.is(take(sensor), undefined);
  t.is(valuesOf(take(sensor)).accelerometer.x.toFixed(6), (62 * 0.064 * GRAVITY).toFixed(6));
  t.is(registers.bytes[0x23], 0xa0);
  sensor.close();
  t.is(registers.bytes[0x20]! >> 4, 0, 'it is switched off');
});

test('OPT3001: the table of the data sheet (7.6.1.1.1)', (t) => {
  const sample = opt();
  const table: [string, number][] = [
    ['0001', 0.01], ['0fff', 40.95], ['3456', 88.8], ['789a', 2818.56], ['8800', 5242.88], ['9400', 5242.88], ['a200', 5242.88], ['b100', 5242.88], ['b001', 20.48], ['bfff', 83865.6],
  ];
  for (const [result, lux] of table) {
    t.is(decodeOpt3001(sample, bytes(result)), FAULT_NONE);
    t.true(Math.abs(sample.lightmeter.illuminance! - lux) < 1e-9, result);
  }
  for (const reserved of ['c000', 'd123', 'fffe']) t.is(decodeOpt3001(sample, bytes(reserved)), FAULT_RANGE);
  t.is(decodeOpt3001(sample, bytes('ffff')), FAULT_BUS);
});

test('OPT3001: more light than it can measure is no sample (OVF)', (t) => {
  const { sensor } = rigOpt3001(0xbffe, 0x180);
  t.is(take(sensor), undefined);
  t.is(sensor.fault, FAULT_RANGE);
});

test('DS18B20: both ends and beyond, each resolution', (t) => {
  const sample = ds();
  for (const [raw, temperature] of [[-880, -55], [2000, 125], [-1, -0.0625], [0, 0]] as const) {
    t.is(decodeDs18b20(sample, scratchpad(raw)), FAULT_NONE);
    t.is(sample.thermometer.temperature, temperature);
  }
  for (const raw of [-881, 2001, -32768, 32767]) t.is(decodeDs18b20(sample, scratchpad(raw)), FAULT_RANGE);
  for (const [config, bits, temperature] of [[0x1f, 9, -10.5], [0x3f, 10, -10.25], [0x5f, 11, -10.25], [0x7f, 12, -10.1875]] as const) {
    t.is(decodeDs18b20(sample, scratchpad(-163, config)), FAULT_NONE);
    t.deepEqual([sample.resolution, sample.thermometer.temperature], [bits, temperature]);
  }
});

test('DS18B20: a scratchpad of another layout, an altered one, a line that nobody drives or somebody holds', (t) => {
  const sample = ds();
  t.is(decodeDs18b20(sample, scratchpad(100, 0x00)), FAULT_SCRATCHPAD);
  t.is(decodeDs18b20(sample, scratchpad(100, 0xff)), FAULT_SCRATCHPAD);
  t.is(decodeDs18b20(sample, new Uint8Array(9)), FAULT_BUS);
  t.is(decodeDs18b20(sample, new Uint8Array(9).fill(255)), FAULT_BUS);
  t.is(decodeDs18b20(sample, scratchpad(100).subarray(0, 8)), FAULT_LENGTH);
  for (let bit = 0; bit < 72; bit++) {
    const b = scratchpad(0x191);
    b[bit >> 3]! ^= 1 << (bit & 7);
    t.is(decodeDs18b20(sample, b), FAULT_CRC);
    t.is(sample.thermometer.temperature, undefined);
  }
  t.is(checkRom(bytes('021cb801000000a2')), FAULT_NONE);
  t.is(checkRom(bytes('021cb801000000a3')), FAULT_CRC);
});

test('DS18B20: the value of power-on is no sample, a true 85 °C is (byte 6)', (t) => {
  const { sensor } = rigDs18b20(bytes('50054b467fff0c101c'));
  t.is(take(sensor), undefined);
  t.is(sensor.fault, FAULT_NO_VALUE);
  t.deepEqual(valuesOf(take(rigDs18b20(scratchpad(0x550)).sensor)).thermometer, { temperature: 85 });
});

test('DS18B20: among others it is meant by its ROM code, its resolution is set, and a parasite gets its power', (t) => {
  const { double } = rigDs18b20(scratchpad(400, 0x1f), { resolution: 9 });
  const rom = (double as OneWireThermometer).rom;
  const one = rigDs18b20(scratchpad(400, 0x1f), { rom: [...rom], resolution: 9, parasite: true });
  one.sensor.sample();
  t.is(one.sensor.wait, 93);
  t.deepEqual(valuesOf(one.sensor.sample()).thermometer, { temperature: 25 });
  t.deepEqual((one.double as OneWireThermometer).resolutions, [0x1f]);
  t.is((one.double as OneWireThermometer).power, 1);
  const other = rigDs18b20(scratchpad(400), { rom: [0x28, 1, 2, 3, 4, 5, 6, crcMaxim(Uint8Array.from([0x28, 1, 2, 3, 4, 5, 6]))] });
  t.is(take(other.sensor), undefined, 'nobody has that code');
  const wrong = rigDs18b20(scratchpad(400), { rom: [...rom].map((byte, i) => (i === 3 ? byte ^ 1 : byte)) });
  t.is(take(wrong.sensor), undefined);
  t.is(wrong.sensor.fault, FAULT_CRC);
  const family = rigDs18b20(scratchpad(400), { rom: bytes('021cb801000000a2') });
  t.is(take(family.sensor), undefined);
  t.is(family.sensor.fault, FAULT_ID);
});

test('a button: a change counts when it lasts, on either level', (t) => {
  const pin = new Pin(1);
  const sensor = openButton({ sensor: pin, inverted: true });
  t.deepEqual(valuesOf(take(sensor)), { detector: { active: false } });
  pin.value = 0;
  t.is(sensor.sample(), undefined);
  t.is(sensor.wait, 20);
  // It bounces.
  pin.value = 1;
  t.is(sensor.sample(), undefined);
  t.deepEqual(valuesOf(take(sensor)), { detector: { active: false } });
  pin.value = 0;
  t.deepEqual(valuesOf(take(sensor)), { detector: { active: true } });
});

test('a PIR detector says nothing before it is warm', (t) => {
  const sensor = openPir({ sensor: new Pin(1) });
  t.is(sensor.sample(), undefined);
  t.is(sensor.wait, 60000);
  t.deepEqual(valuesOf(sensor.sample()), { detector: { active: true } });
  t.is(openPir({ sensor: new Pin(1), warmUp: 0 }).sample()!.detector!.active, true);
});

test('an analog input: full scale is the reference, scaled and moved; beyond is a fault', (t) => {
  const pin = new Pin(1023);
  t.deepEqual(valuesOf(openAnalog({ sensor: pin }).sample()), { voltmeter: { voltage: 3.3 } });
  t.is(openAnalog({ sensor: pin, reference: 1, scale: 100, offset: -50 }).sample()!.voltmeter!.voltage, 50);
  pin.value = 0;
  t.is(openAnalog({ sensor: pin, reference: 1, scale: 100, offset: -50 }).sample()!.voltmeter!.voltage, -50);
  const loop = openAnalog({ sensor: pin, low: 0.54 });
  t.is(loop.sample(), undefined);
  t.is(loop.fault, FAULT_RANGE);
  for (const value of [-1, 1024, NaN, Infinity, undefined]) {
    pin.value = value;
    t.is(loop.sample(), undefined);
    t.is(loop.fault, FAULT_ANSWER);
  }
});

/** All numbers in a sample. */
const numbersOf = (value: unknown): number[] => (typeof value === 'number' ? [value] : typeof value === 'object' && value ? Object.values(value).flatMap(numbersOf) : []);

test('any bytes: no decoder throws or gives what is no number, and a fault leaves no value', (t) => {
  const any = (most: number) => fc.uint8Array({ maxLength: most });
  const look = (fault: number, sample: object) => {
    const parts = Object.values(sample).filter((part) => typeof part === 'object');
    for (const n of numbersOf(sample)) if (!Number.isFinite(n)) t.fail(JSON.stringify(sample));
    if (fault && numbersOf(parts).length) t.fail(`fault ${fault}, and ${JSON.stringify(sample)}`);
    if (!fault && !numbersOf(parts).length) t.fail(`neither fault nor value`);
  };
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 33, maxLength: 33 }), any(9), fc.constantFrom(8, 10, 12), fc.constantFrom(2, 4, 8, 16, 3), fc.boolean(), (c, b, bits, range, big) => {
      const all = [bme(), sht(), lps(), lis(), opt(), ds()] as const;
      look(decodeBme280(all[0], c, b), all[0]);
      const eight = new Uint8Array(8);
      eight.set(b.subarray(0, 8));
      look(decodeBme280(all[0], c, eight), all[0]);
      for (const kind of [SHT3X, SHT4X, SHTC3]) look(decodeSht(all[1], b.length === 6 ? words(b[0]! * 256 + b[1]!, b[2]! * 256 + b[3]!) : b, kind, 'TH'), all[1]);
      look(decodeLps22hb(all[2], b), all[2]);
      look(decodeLis2dh12(all[3], b, bits, range, big), all[3]);
      look(decodeOpt3001(all[4], b), all[4]);
      look(decodeDs18b20(all[5], b), all[5]);
      if (b.length === 9) look(decodeDs18b20(all[5], scratchpad(b[0]! * 256 + b[1]!, b[2]! | 0x1f)), all[5]);
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('any bytes on the bus: no driver throws, and what it gives are numbers', (t) => {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16;
  let samples = 0;
  for (const [name, rig] of Object.entries(RIGS))
    for (let round = 0; round < 200; round++) {
      const { sensor, double } = rig();
      const bus = double as unknown as { put(into: Uint8Array, bytes: ArrayLike<number>): number };
      const honest = bus.put.bind(double);
      // A noisy line: now and then a byte is another.
      bus.put = (into, given) => {
        const count = honest(into, given);
        for (let i = 0; i < count; i++) if (random() % 24 === 0) into[i] = random() & 255;
        return count;
      };
      for (let i = 0; i < 12; i++) {
        const sample = sensor.sample();
        if (sample) samples++;
        if (sample) for (const n of numbersOf(sample)) if (!Number.isFinite(n)) t.fail(`${name}: ${JSON.stringify(sample)}`);
        if (!sample && !sensor.wait && !sensor.fault) t.fail(`${name}: neither sample, wait nor fault`);
      }
    }
  t.true(samples > 1000);
});
