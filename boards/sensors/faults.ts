/** Fault codes, and functions shared by the drivers. */
import type { Sample, Sensor } from '../../src/device/hal/sensors';

export const FAULT_NONE = 0;
/** The bus is stuck: all ones or all zeros. */
export const FAULT_BUS = 1;
/** The device does not answer. */
export const FAULT_ANSWER = 2;
/** Another device answers. */
export const FAULT_ID = 3;
/** The answer is too short or too long. */
export const FAULT_LENGTH = 4;
/** The checksum is wrong. */
export const FAULT_CRC = 5;
/** The value is outside the range that the device can measure. */
export const FAULT_RANGE = 6;
/** The reserved bits of a DS18B20's scratchpad are wrong. */
export const FAULT_SCRATCHPAD = 7;
/** The conversion does not end. */
export const FAULT_BUSY = 8;
/** The device has not measured: its power was interrupted. */
export const FAULT_NO_VALUE = 9;
/** The sensor is closed. */
export const FAULT_CLOSED = 10;

/** A driver's record. */
export interface Driver extends Sensor {
  _io: { close(): void };
  _sample: Sample;
  /** The action of the next `sample`. 0: identify the device. */
  _step: number;
  /** How often the conversion was not ready in time. */
  _tries: number;
}

const CLOSED = -1;
const LIMIT_TRIES = 3;

/** There is no sample. The next call identifies the device again, because it may have been replaced or lost its supply. */
export function fail(s: Driver, fault: number): undefined {
  s.fault = fault;
  s.wait = 0;
  s._tries = 0;
  if (s._step !== CLOSED) s._step = 0;
  return undefined;
}

/** A conversion is in progress: `sample` continues with `step` after `ms`. */
export function pause(s: Driver, step: number, ms: number): undefined {
  s.fault = FAULT_NONE;
  s._step = step;
  s.wait = ms;
  return undefined;
}

/** The conversion has not ended in time. */
export function pauseAgain(s: Driver, ms: number): undefined {
  if (++s._tries > LIMIT_TRIES) return fail(s, FAULT_BUSY);
  return pause(s, s._step, ms);
}

/** Returns the decoded sample, or undefined after a fault. `step` is the action of the next call. */
export function finish(s: Driver, fault: number, step: number): Sample | undefined {
  if (fault) return fail(s, fault);
  pause(s, step, 0);
  s._tries = 0;
  return s._sample;
}

/** Whether the sensor is closed. If so, sets the fault. */
export function isClosed(s: Driver): boolean {
  if (s._step !== CLOSED) return false;
  fail(s, FAULT_CLOSED);
  return true;
}

/**
 * Whether the sensor is open and identified, so that `sample` can go on; in step 0 `identify` asks the device, and step 1 follows. Sets the fault that
 * `identify` returns.
 */
export function isIdentified<D extends Driver>(s: D, identify: (s: D) => number): boolean {
  if (isClosed(s)) return false;
  if (s._step) return true;
  const fault = identify(s);
  if (fault) fail(s, fault);
  else s._step = 1;
  return !fault;
}

/** The method `close`. */
export function closeDriver(this: Sensor): void {
  const s = this as Driver;
  if (s._step === CLOSED) return;
  s._step = CLOSED;
  s.wait = 0;
  s._io.close();
}

/** Whether all bytes are ones or all are zeros: nothing drives the line, or something holds it. */
export function isStuck(b: Uint8Array): boolean {
  const first = b[0];
  if (first !== 0 && first !== 255) return false;
  for (let i = 1; i < b.length; i++) if (b[i] !== first) return false;
  return true;
}

/** An unsigned 16-bit number, low byte first. */
export function wordAt(b: Uint8Array, at: number): number {
  return b[at] + b[at + 1] * 256;
}

/** A signed 16-bit number (two's complement), low byte first. */
export function shortAt(b: Uint8Array, at: number): number {
  const v = wordAt(b, at);
  return v > 32767 ? v - 65536 : v;
}

/** Whether a value is a number from `low` to `high`. */
export function isWithin(v: number, low: number, high: number): boolean {
  return v >= low && v <= high;
}
