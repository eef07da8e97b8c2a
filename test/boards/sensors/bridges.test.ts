/** Sensors of other people's: ECMA-419's classes, and modules that read. */
import test from 'ava';
import { openEcma419 } from '../../../boards/sensors/ecma419';
import { FAULT_ANSWER, FAULT_BUSY, FAULT_CLOSED, FAULT_NONE, FAULT_RANGE } from '../../../boards/sensors/faults';
import { openModule } from '../../../boards/sensors/module';
import { take, valuesOf } from './chips';

const measured = (sample: object | undefined) => Object.fromEntries(Object.entries(valuesOf(sample) ?? {}).filter(([, part]) => Object.keys(part as object).length));

test('ECMA-419: compound samples and single ones', (t) => {
  const answers: (object | undefined)[] = [
    { thermometer: { temperature: 21.5 }, hygrometer: { humidity: 0.4 } },
    { temperature: 20 },
    { x: 0, y: 0, z: 9.8 },
    { thermometer: { temperature: 22, pressure: 3 }, nonsense: { temperature: 1 }, time: 5, quality: null },
  ];
  const sensor = openEcma419({ sensor: { sample: () => answers.shift(), close() {} } });
  t.deepEqual(measured(sensor.sample()), { thermometer: { temperature: 21.5 }, hygrometer: { humidity: 0.4 } });
  t.deepEqual(measured(sensor.sample()), { thermometer: { temperature: 20 } });
  t.deepEqual(measured(sensor.sample()), { accelerometer: { x: 0, y: 0, z: 9.8 } });
  t.deepEqual(measured(sensor.sample()), { thermometer: { temperature: 22 } });
});

test('ECMA-419: what throws, gives nothing or no numbers has no sample', (t) => {
  let answer: () => object | undefined = () => {
    throw new Error('no sensor');
  };
  let closed = 0;
  const sensor = openEcma419({
    sensor: {
      configure() {
        throw new Error('what?');
      },
      sample: () => answer(),
      close: () => void closed++,
    },
  });
  sensor.configure({ hertz: 3 });
  t.is(take(sensor), undefined);
  t.is(sensor.fault, FAULT_ANSWER);
  answer = () => undefined;
  t.is(take(sensor), undefined);
  t.is(sensor.fault, FAULT_BUSY);
  for (const bad of [NaN, Infinity, '21', null, undefined, {}]) {
    answer = () => ({ thermometer: { temperature: bad } });
    t.is(take(sensor), undefined);
    t.is(sensor.fault, FAULT_RANGE);
  }
  answer = () => ({ thermometer: { temperature: 1 } });
  t.truthy(take(sensor));
  t.is(sensor.fault, FAULT_NONE);
  sensor.close();
  sensor.close();
  t.is(closed, 1);
  t.is(sensor.sample(), undefined);
  t.is(sensor.fault, FAULT_CLOSED);
});

test('a module: values at once, by a callback now or later, and a number', (t) => {
  const at = openModule({ read: () => ({ temp: 21, pressure: 1013.25, humidity: 50 }), names: { temperature: 'temp', pressure: 'pressure', humidity: 'humidity' }, scales: { pressure: 100, humidity: 0.01 } });
  t.deepEqual(measured(at.sample()), { thermometer: { temperature: 21 }, barometer: { pressure: 101325 }, hygrometer: { humidity: 0.5 } });
  const now = openModule({ read: (done) => done({ temp: 3, rh: 10 }), names: { temperature: 'temp' } });
  t.deepEqual(measured(now.sample()), { thermometer: { temperature: 3 } });
  let done: (values: unknown) => void = () => {};
  // As DHT22.read does: it returns nothing of use, and calls back.
  const later = openModule({ read: (given) => ((done = given), { id: 7 }), names: { temperature: 'temp' } });
  t.is(later.sample(), undefined);
  t.true(later.wait > 0);
  done({ temp: 4 });
  t.deepEqual(measured(later.sample()), { thermometer: { temperature: 4 } });
  t.deepEqual(measured(openModule({ read: () => -3.5, names: { temperature: '' } }).sample()), { thermometer: { temperature: -3.5 } });
});

test('a module: what throws, never calls back or says null has no sample', (t) => {
  const read = [
    () => {
      throw new Error('not there');
    },
    () => undefined,
    (done: (v: unknown) => void) => done(null),
    (done: (v: unknown) => void) => done(undefined),
    (done: (v: unknown) => void) => done({ temp: null }),
    () => NaN,
  ];
  const faults = read.map((one) => {
    const sensor = openModule({ read: one, names: { temperature: 'temp' } });
    t.is(take(sensor), undefined);
    return sensor.fault;
  });
  t.deepEqual(faults, [FAULT_ANSWER, FAULT_BUSY, FAULT_RANGE, FAULT_RANGE, FAULT_RANGE, FAULT_RANGE]);
});
