/** Each chip of the drivers at a double of its bus: for the conformance suite, the vectors and the engines. */
import { openAnalog } from '../../../boards/sensors/analog';
import { openBme280 } from '../../../boards/sensors/bme280';
import { openDs18b20 } from '../../../boards/sensors/ds18b20';
import { openLis2dh12 } from '../../../boards/sensors/lis2dh12';
import { openLps22hb } from '../../../boards/sensors/lps22hb';
import { openOpt3001 } from '../../../boards/sensors/opt3001';
import { openButton, openPir } from '../../../boards/sensors/pin';
import { openSht3x, openSht4x, openShtc3 } from '../../../boards/sensors/sht';
import type { Sample, Sensor } from '../../../src/device/hal/sensors';
import { type Double, I2cCommands, I2cRegisters, I2cWords, OneWireThermometer, Pin, Registers, SpiRegisters } from './doubles';

export const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** A chip at its bus. */
export interface Rig {
  sensor: Sensor;
  double: Double;
  /** Makes another device of it, where it has an id. */
  replace?(): void;
  /** Its conversions do not end from now on. */
  hang?(): void;
}

export type Wire = 'i2c' | 'spi';

const bus = (wire: Wire, registers: Registers): I2cRegisters | SpiRegisters => (wire === 'spi' ? new SpiRegisters(registers) : new I2cRegisters(registers));

/** Bosch: a conversion begins with a write of CTRL_MEAS (mode 01); the data are those of power-on until then. */
export function rigBme280(wire: Wire, id: number, calibration: Uint8Array, calibrationH: Uint8Array, data: Uint8Array, options: object = {}): Rig {
  const registers = new Registers(0, (register, value, r) => {
    // CTRL_MEAS, not CTRL_HUM, and only in forced mode. On SPI bit 7 of the register is the direction.
    if ((register & 127) === 0x74 && (value & 3) === 1) r.set(0xf7, data);
  });
  registers.set(0xd0, [id]).set(0x88, calibration).set(0xe1, calibrationH).set(0xf7, bytes('8000008000008000'));
  if (wire === 'spi') registers.read = (pointer, length) => Array.from(registers.bytes.subarray(pointer | 128, (pointer | 128) + length));
  const double = bus(wire, registers);
  return {
    double,
    sensor: openBme280({ sensor: double, ...options }),
    replace: () => void registers.set(0xd0, [0x61]),
    hang: () => void registers.set(0xf3, [8]),
  };
}

const SHT = { SHT3x: [openSht3x, '2400'], SHT4x: [openSht4x, 'fd'], SHTC3: [openShtc3, '7866'] } as const;

export function rigSht(chip: keyof typeof SHT, data: Uint8Array): Rig {
  const [open, command] = SHT[chip];
  // The id of an SHTC3: 0000 1000 0000 0111b, with its CRC.
  const answers: Record<string, Uint8Array | undefined> = { [command]: data, efc8: bytes('080721') };
  const double = new I2cCommands(answers);
  return {
    double,
    sensor: open({ sensor: double }),
    replace: chip === 'SHTC3' ? () => void (answers.efc8 = bytes('beef92')) : undefined,
    hang: () => void (double.busy = 1e9),
  };
}

export function rigLps22hb(wire: Wire, data: Uint8Array): Rig {
  const registers: Registers = new Registers(
    0,
    (register, value, r) => {
      if (register === 0x11 && value & 1 && !hung) r.set(0x27, [3]).set(0x28, data);
    },
    (register, r) => {
      if (register === 0x28) r.set(0x27, [0]);
    },
  );
  let hung = false;
  registers.set(0x0f, [0xb1]).set(0x28, bytes('0000400000'));
  const double = bus(wire, registers);
  return { double, sensor: openLps22hb({ sensor: double }), replace: () => void registers.set(0x0f, [0xbd]), hang: () => void (hung = true) };
}

export function rigLis(wire: Wire, data: Uint8Array, options: object = {}): Rig & { registers: Registers } {
  let hung = false;
  const registers = new Registers(wire === 'spi' ? 64 : 128, () => {}, (register, r) => {
    if (register !== 0x27) return;
    // Nothing new comes while it is off.
    const on = r.bytes[0x20]! >> 4 && !hung;
    r.set(0x27, [on ? 8 : 0]);
    if (on) r.set(0x28, data);
  });
  registers.set(0x0f, [0x33]).set(0x20, [7]).set(0x28, bytes('000000000000'));
  const double = bus(wire, registers);
  return { double, registers, sensor: openLis2dh12({ sensor: double, ...options }), replace: () => void registers.set(0x0f, [0x32]), hang: () => void (hung = true) };
}

export function rigOpt3001(result: number, flags = 0x80, options: object = {}): Rig {
  let hung = false;
  const double = new I2cWords((register, value, d) => {
    if (register !== 1 || (value & 0x600) !== 0x200) return;
    // A single shot ends in the mode "shut down".
    d.words.set(1, (value & ~0x600) | (hung ? 0 : flags));
    d.words.set(0, result);
  });
  for (const [register, word] of [[0x7e, 0x5449], [0x7f, 0x3001], [0, 0], [1, 0xc810]] as const) double.words.set(register, word);
  return { double, sensor: openOpt3001({ sensor: double, ...options }), replace: () => void double.words.set(0x7f, 0x3002), hang: () => void (hung = true) };
}

export const ROM = bytes('2861641197350299');

/** CRC-8 of Maxim, by shifting the polynomial through a message of bits (application note 27), other than the driver does. */
export function crcMaxim(b: Uint8Array): number {
  let shift = 0;
  for (const byte of b)
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (shift ^ (byte >> bit)) & 1;
      shift >>= 1;
      if (feedback) shift ^= 0b10001100;
    }
  return shift;
}

export function rigDs18b20(scratchpad: Uint8Array, options: object = {}): Rig {
  const rom = Uint8Array.from(ROM);
  rom[7] = crcMaxim(rom.subarray(0, 7));
  const double = new OneWireThermometer(rom, scratchpad);
  return {
    double,
    sensor: openDs18b20({ sensor: double, ...options }),
    replace: () => {
      rom[0] = 0x10;
      rom[7] = crcMaxim(rom.subarray(0, 7));
    },
    hang: () => void (double.busy = 1e9),
  };
}

export const rigPin = (open: (options: { sensor: Pin }) => Sensor, value: number): Rig => {
  const double = new Pin(value);
  return { double, sensor: open({ sensor: double }) };
};

/** Calibration and registers of the BMP280's data sheet (3.12), with humidity coefficients that are in use. */
export const CALIBRATION = bytes('706b436718fc7d8e43d6d00b270b8c00f9ff8c3cf8c67017004b');
export const CALIBRATION_H = bytes('6a01001329031e');
export const DATA_BME280 = bytes('655ac07eed007544');

/** A healthy one of each driver. */
export const RIGS: Record<string, () => Rig> = {
  'BME280 on I2C': () => rigBme280('i2c', 0x60, CALIBRATION, CALIBRATION_H, DATA_BME280),
  'BME280 on SPI': () => rigBme280('spi', 0x60, CALIBRATION, CALIBRATION_H, DATA_BME280),
  'BMP280': () => rigBme280('i2c', 0x58, CALIBRATION, new Uint8Array(7), DATA_BME280.subarray(0, 6)),
  'SHT3x': () => rigSht('SHT3x', bytes('3046a8eb8453')),
  'SHT4x': () => rigSht('SHT4x', bytes('5f161a5e353b')),
  'SHTC3': () => rigSht('SHTC3', bytes('648bc7a1331c')),
  'LPS22HB on I2C': () => rigLps22hb('i2c', bytes('e2f83dd90a')),
  'LPS22HB on SPI': () => rigLps22hb('spi', bytes('e2f83dd90a')),
  'LIS2DH12 on I2C': () => rigLis('i2c', bytes('e01520ea0000')),
  'LIS2DH12 on SPI': () => rigLis('spi', bytes('e01520ea0000')),
  'OPT3001': () => rigOpt3001(0x3456),
  'DS18B20': () => rigDs18b20(bytes('a2004b467fff0e10e5')),
  'a button': () => rigPin(openButton, 1),
  'a PIR detector': () => rigPin(openPir, 1),
  'an analog input': () => rigPin(openAnalog, 512),
};

/** Calls `sample` until it has one or failed, as a program that waits in between would. */
export function take(sensor: Sensor, most = 12): Sample | undefined {
  for (let i = 0; i < most; i++) {
    const sample = sensor.sample();
    if (sample || !sensor.wait) return sample;
  }
  throw new Error(`it is not done after ${most} calls`);
}

/** What is in a sample, without what was not measured. */
export const valuesOf = (sample: object | undefined): any => sample && JSON.parse(JSON.stringify(sample));
