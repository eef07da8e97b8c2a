/** Any module with a read function, such as Espruino's: `dht.read(callback)`, `bme.getData()`, `ds.getTemp(callback)`. */
import type { Sample, Sensor } from '../../src/device/hal/sensors';
import { clearSample, makeSample, putValue } from './ecma419';
import { closeDriver, fail, FAULT_ANSWER, FAULT_NONE, FAULT_RANGE, finish, isClosed, pause, pauseAgain, type Driver } from './faults';

/** Calls the module. The values are its return value, or are passed to `done` later. */
export type ReadModule = (done: (values: unknown) => void) => unknown;

interface ModuleSensor extends Driver {
  _read: ReadModule;
  _done: (values: unknown) => void;
  /** The received values; undefined until they arrive. */
  _given: unknown;
  _names: { [quantity: string]: string };
  _scales: { [quantity: string]: number };
}

const ASKED = 2;

// MicroQuickJS: no local variables in a function with a catch.
function callModule(s: ModuleSensor): unknown {
  try {
    return s._read(s._done);
  } catch (e) {
    return fail(s, FAULT_ANSWER);
  }
}

// Asks the module. A module with a callback may return nothing or an object of its own.
function ask(s: ModuleSensor): void {
  s.fault = FAULT_NONE;
  const at = callModule(s);
  if (typeof at === 'number' || (typeof at === 'object' && at && hasName(s, at))) s._given = at;
}

function hasName(s: ModuleSensor, values: object): boolean {
  for (const quantity in s._names) if ((values as { [name: string]: unknown })[s._names[quantity]] !== undefined) return true;
  return false;
}

function takeValues(s: ModuleSensor): number {
  const given = s._given as { [name: string]: unknown };
  let count = 0;
  clearSample(s._sample);
  for (const quantity in s._names) {
    const raw = typeof given === 'number' ? given : typeof given === 'object' && given ? given[s._names[quantity]] : undefined;
    const scale = s._scales[quantity];
    // Modules report failure as -1 or null: null is not a number, but -1 is.
    if (typeof raw === 'number' && putValue(s._sample, quantity, raw * (scale === undefined ? 1 : scale))) count++;
  }
  return count ? FAULT_NONE : FAULT_RANGE;
}

function sample(this: Sensor): Sample | undefined {
  const s = this as ModuleSensor;
  if (isClosed(s)) return undefined;
  if (s._step !== ASKED) {
    s._given = undefined;
    ask(s);
    if (s.fault) return undefined;
    if (s._given === undefined) return pause(s, ASKED, 100);
  }
  if (s._given === undefined) return pauseAgain(s, 500);
  return finish(s, takeValues(s), 1);
}

function configure(): void {
  // The settings are the module's.
}

function nothing(): void {
  // The module belongs to the program.
}

/**
 * Opens the sensor. `names`: the module's name for each quantity, as in `{ temperature: 'temp', humidity: 'rh' }`; for a module that returns a
 * number, its one quantity. `scales`: the module's unit in ours, as in `{ humidity: 0.01, pressure: 100 }` for % and hPa. `read`: `function (done) {
 * dht.read(done); }`.
 */
export function openModule(options: { read: ReadModule; names: { [quantity: string]: string }; scales?: { [quantity: string]: number } }): Sensor {
  const s: ModuleSensor = {
    fault: FAULT_NONE, wait: 0, configure: configure, sample: sample, close: closeDriver, _io: { close: nothing }, _sample: makeSample(), _step: 1, _tries: 0,
    _read: options.read, _done: nothing, _given: undefined, _names: options.names, _scales: options.scales || {},
  };
  s._done = function (values) {
    // null: the module reports a failure.
    s._given = values === undefined ? null : values;
  };
  return s;
}
