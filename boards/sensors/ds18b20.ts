/** Maxim DS18B20: temperature, on 1-Wire. Data sheet 19-7487 revision 6. The device is idle between samples. */
import type { OneWire } from '../../src/device/hal/io';
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { closeDriver, fail, FAULT_ANSWER, FAULT_BUS, FAULT_CRC, FAULT_ID, FAULT_LENGTH, FAULT_NONE, FAULT_NO_VALUE, FAULT_RANGE, FAULT_SCRATCHPAD, finish, isIdentified, isStuck, pause, pauseAgain, shortAt, type Driver } from './faults';

// Pages 10 to 12.
const READ_ROM = 0x33;
const MATCH_ROM = 0x55;
const CONVERT_T = 0x44;
const WRITE_SCRATCHPAD = 0x4e;
const READ_SCRATCHPAD = 0xbe;

const FAMILY = 0x28;
/** 85 °C, the value after power-on (page 6), and the matching reserved byte 6. */
const POWER_ON = 0x0550;
const POWER_ON_6 = 0x0c;

/** The decoded scratchpad. */
export interface Ds18b20Sample extends Sample {
  thermometer: { temperature?: number };
  /** Bits. */
  resolution: number;
  /** Whether there was no conversion since power-on. */
  powerOnValue: boolean;
}

interface Ds18b20 extends Driver {
  _sample: Ds18b20Sample;
  _bus: OneWire;
  /** Match ROM, the ROM code, and the command. */
  _select: Uint8Array;
  _rom: Uint8Array;
  _given: boolean;
  _command: Uint8Array;
  _scratchpad: Uint8Array;
  /** Its first three bytes. */
  _setting: Uint8Array;
  _parasite: boolean;
  _resolution: number;
}

/** CRC-8 over all bytes, the CRC included: 0 if they are intact. x^8 + x^5 + x^4 + 1, lowest bit first (page 9; application note 27). */
function findCrc(b: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < b.length; i++) {
    crc ^= b[i];
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8c : crc >> 1;
  }
  return crc;
}

function checkBytes(b: Uint8Array, length: number): number {
  if (b.length !== length) return FAULT_LENGTH;
  // The CRC of zeros is valid.
  if (isStuck(b)) return FAULT_BUS;
  return findCrc(b) ? FAULT_CRC : FAULT_NONE;
}

/** Checks a ROM code. Returns FAULT_…; the driver refuses a wrong family. Byte 0 is the family, 1 to 6 are the serial number, lowest first. */
export function checkRom(b: Uint8Array): number {
  return checkBytes(b, 8);
}

/**
 * Converts the nine bytes of the scratchpad (figure 9, page 8) to values. Returns a fault. Bits that are undefined at the current resolution are
 * dropped (page 6).
 */
export function decodeDs18b20(into: Ds18b20Sample, b: Uint8Array): number {
  into.thermometer.temperature = undefined;
  const fault = checkBytes(b, 9);
  if (fault) return fault;
  // Figure 10: 0, R1, R0, and ones. Clones of the chip have other values in bytes 5 to 7.
  if ((b[4] & 0x9f) !== 0x1f) return FAULT_SCRATCHPAD;
  const raw = shortAt(b, 0);
  // -55 to 125 °C.
  if (raw < -880 || raw > 2000) return FAULT_RANGE;
  const dropped = 3 - (b[4] >> 5);
  into.resolution = 12 - dropped;
  into.powerOnValue = raw === POWER_ON && b[6] === POWER_ON_6;
  into.thermometer.temperature = ((raw >> dropped) << dropped) / 16;
  return FAULT_NONE;
}

function select(s: Ds18b20, command: number): boolean {
  s._select[9] = command;
  return s._bus.reset() && s._bus.write(s._select, s._parasite && command === CONVERT_T);
}

// Identifies the only device of the bus, or the one that the program named.
function identify(s: Ds18b20): number {
  if (!s._bus.reset()) return FAULT_ANSWER;
  if (!s._given) {
    s._command[0] = READ_ROM;
    if (!s._bus.write(s._command)) return FAULT_ANSWER;
    if (s._bus.read(s._rom) !== 8) return FAULT_LENGTH;
  }
  const fault = checkRom(s._rom);
  return fault || (s._rom[0] === FAMILY ? FAULT_NONE : FAULT_ID);
}

function begin(s: Ds18b20): undefined {
  // Set the alarm registers to their values after power-on.
  s._setting[0] = 0x4b;
  s._setting[1] = 0x46;
  s._setting[2] = ((s._resolution - 9) << 5) | 0x1f;
  if (!select(s, WRITE_SCRATCHPAD) || !s._bus.write(s._setting)) return fail(s, FAULT_ANSWER);
  if (!select(s, CONVERT_T)) return fail(s, FAULT_ANSWER);
  // 750 ms for 12 bits, half for each bit less (table 2, page 9).
  return pause(s, 2, 750 >> (12 - s._resolution));
}

function sample(this: Sensor): Sample | undefined {
  const s = this as Ds18b20;
  if (!isIdentified(s, identify)) return undefined;
  if (s._step === 1) return begin(s);
  // The device sends zeros while it converts (page 11), except with parasite power.
  if (!s._parasite && (s._bus.read(s._command) !== 1 || s._command[0] === 0)) return pauseAgain(s, 100);
  if (!select(s, READ_SCRATCHPAD)) return fail(s, FAULT_ANSWER);
  if (s._bus.read(s._scratchpad) !== 9) return fail(s, FAULT_LENGTH);
  const fault = decodeDs18b20(s._sample, s._scratchpad);
  // 85 °C may be true, but then byte 6 is another; to be read again.
  return finish(s, fault || (s._sample.powerOnValue ? FAULT_NO_VALUE : FAULT_NONE), 1);
}

function configure(this: Sensor, options: { resolution?: number }): void {
  const bits = options.resolution;
  if (bits! >= 9 && bits! <= 12) (this as Ds18b20)._resolution = bits! >> 0;
}

/**
 * Opens the sensor. `rom`: its ROM code, 8 bytes; without it the device must be alone on its bus. `parasite`: the data line supplies the device.
 * `configure`: `resolution` 9 to 12 bits, 94 to 750 ms.
 */
export function openDs18b20(options: { sensor: OneWire; rom?: number[] | Uint8Array; parasite?: boolean; resolution?: number }): Sensor {
  const selection = new Uint8Array(10);
  selection[0] = MATCH_ROM;
  const scratchpad = new Uint8Array(9);
  const { rom } = options;
  for (let i = 0; rom && i < 8; i++) selection[i + 1] = rom[i];
  const s: Ds18b20 = {
    fault: FAULT_NONE,
    wait: 0,
    configure: configure,
    sample: sample,
    close: closeDriver,
    _io: options.sensor,
    _sample: { thermometer: { temperature: undefined }, resolution: 12, powerOnValue: false },
    _step: 0,
    _tries: 0,
    _bus: options.sensor,
    _select: selection,
    _rom: selection.subarray(1, 9),
    _given: !!rom,
    _command: new Uint8Array(1),
    _scratchpad: scratchpad,
    _setting: scratchpad.subarray(0, 3),
    _parasite: !!options.parasite,
    _resolution: 12,
  };
  s.configure(options);
  return s;
}
