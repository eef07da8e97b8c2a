/** What every driver does, whatever it measures: the promises of src/device/hal/sensors.ts. */
import test from 'ava';
import { FAULT_ANSWER, FAULT_BUS, FAULT_BUSY, FAULT_CLOSED, FAULT_CRC, FAULT_ID, FAULT_LENGTH, FAULT_NONE } from '../../../boards/sensors/faults';
import { RIGS, take, valuesOf } from './chips';

const isPin = (name: string): boolean => /button|PIR|analog/.test(name);

/** All numbers in a sample. */
const numbersOf = (value: unknown): number[] => (typeof value === 'number' ? [value] : typeof value === 'object' && value ? Object.values(value).flatMap(numbersOf) : []);

for (const [name, rig] of Object.entries(RIGS)) {
  test(`${name}: opening it touches no bus`, (t) => t.is(rig().double.calls, 0));

  test(`${name}: a sample has a value in each of its parts, and no fault`, (t) => {
    const { sensor } = rig();
    const sample = take(sensor);
    t.truthy(sample);
    t.is(sensor.fault, FAULT_NONE);
    t.is(sensor.wait, 0);
    for (const part of Object.values(sample!)) if (typeof part === 'object') t.true(Object.values(part).some((value) => value !== undefined) || name === 'BMP280');
    for (const n of numbersOf(sample)) t.true(Number.isFinite(n));
  });

  test(`${name}: the same record each time, with the same fields and buffers: nothing is allocated after the start`, (t) => {
    const { sensor } = rig();
    const shape = () => Object.entries(sensor).map(([key, value]) => [key, typeof value === 'object' ? value : typeof value]);
    const first = take(sensor);
    const before = shape();
    const parts = Object.values(first!);
    // A view of a buffer is an allocation, too.
    const views: string[] = [];
    for (const [key, value] of Object.entries(sensor)) if (value instanceof Uint8Array) Object.defineProperty(value, 'subarray', { value: (from: number, to: number) => (views.push(key), Uint8Array.prototype.subarray.call(value, from, to)) });
    for (let i = 0; i < 50; i++) t.is(take(sensor), first);
    t.deepEqual(views, []);
    const after = shape();
    t.is(after.length, before.length);
    after.forEach(([key, value], i) => t.is(value, before[i]![1], String(key)));
    Object.values(first!).forEach((part, i) => (typeof part === 'object' ? t.is(part, parts[i]) : t.pass()));
  });

  test(`${name}: after close there is no sample, the bus is not touched, and closing again does nothing`, (t) => {
    for (const calls of [0, 1, 5]) {
      const { sensor, double } = rig();
      for (let i = 0; i < calls; i++) sensor.sample();
      sensor.close();
      sensor.close();
      t.is(double.closed, 1);
      const before = double.calls;
      t.is(sensor.sample(), undefined);
      t.is(sensor.fault, FAULT_CLOSED);
      t.is(sensor.wait, 0);
      sensor.configure({ range: 4, oversampling: 2, resolution: 9 });
      t.is(sensor.sample(), undefined);
      t.is(double.calls, before);
    }
  });

  test(`${name}: no answer is a fault at once, in each step, and the next sample finds it again`, (t) => {
    for (const failure of ['silent', 'refused'] as const)
      for (let calls = 0; calls < 5; calls++) {
        const { sensor, double } = rig();
        for (let i = 0; i < calls; i++) sensor.sample();
        double.failure = failure;
        t.is(take(sensor), undefined);
        // SPI has no acknowledgement: without a device nothing drives the line.
        t.true([FAULT_ANSWER, FAULT_BUS, FAULT_BUSY].includes(sensor.fault) || (failure === 'silent' && sensor.fault === FAULT_LENGTH), `fault ${sensor.fault}`);
        double.failure = 'none';
        t.truthy(take(sensor), `after ${calls} calls`);
        t.is(sensor.fault, FAULT_NONE);
      }
  });

  if (!isPin(name))
    test(`${name}: a bus that is stuck gives no sample, in each step, and the sensor is well again afterwards`, (t) => {
      for (const failure of ['ones', 'zeros'] as const)
        for (let calls = 0; calls < 5; calls++) {
          const { sensor, double } = rig();
          for (let i = 0; i < calls; i++) sensor.sample();
          double.failure = failure;
          const sample = take(sensor);
          t.is(sample, undefined, `${failure} after ${calls} calls: ${JSON.stringify(sample)}`);
          t.true([FAULT_BUS, FAULT_ANSWER, FAULT_CRC, FAULT_BUSY].includes(sensor.fault), `${failure} after ${calls} calls: fault ${sensor.fault}`);
          // From the start it is plain.
          if (calls === 0 && failure === 'zeros') t.is(sensor.fault, FAULT_BUS);
          double.failure = 'none';
          t.truthy(take(sensor));
        }
    });

  if (!isPin(name))
    test(`${name}: an answer that is cut gives no sample`, (t) => {
      for (let calls = 0; calls < 4; calls++) {
        const { sensor, double } = rig();
        for (let i = 0; i < calls; i++) sensor.sample();
        double.failure = 'cut';
        // The SPI double cuts nothing: what does not come are ones.
        const sample = take(sensor);
        if (!name.endsWith('SPI')) t.is(sample, undefined);
        if (sample) for (const n of numbersOf(sample)) t.true(Number.isFinite(n));
        double.failure = 'none';
        t.truthy(take(sensor));
      }
    });

  if (rig().replace)
    test(`${name}: another device at its place is refused by its id`, (t) => {
      const { sensor, replace } = rig();
      replace!();
      t.is(take(sensor), undefined);
      t.is(sensor.fault, FAULT_ID);
    });

  if (rig().hang)
    test(`${name}: a conversion that does not end is given up after four tries`, (t) => {
      const { sensor, hang } = rig();
      hang!();
      let calls = 0;
      do {
        t.is(sensor.sample(), undefined);
        calls++;
      } while (sensor.wait && calls < 20);
      t.true(calls < 8, `${calls} calls`);
      t.true(sensor.fault === FAULT_BUSY || sensor.fault === FAULT_ANSWER);
    });

  test(`${name}: configure ignores what it does not know`, (t) => {
    const { sensor } = rig();
    const before = valuesOf(take(rig().sensor));
    for (const bad of [undefined, null, NaN, Infinity, -1, 1e9, 'x', {}, []])
      sensor.configure({ range: bad, mode: bad, hertz: typeof bad === 'number' ? NaN : bad, oversampling: bad, resolution: bad, slow: bad, inverted: bad, reference: bad === -1 || bad === 1e9 ? NaN : bad, nonsense: bad });
    t.deepEqual(valuesOf(take(sensor)), before);
  });
}
