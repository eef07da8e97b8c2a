/** From sensors to IPSO objects and Error Code. */
import test from 'ava';
import type { Sample, Sensor } from '../../../src/device/hal/sensors';
import { Accelerometer, Barometer, Device, device, ERROR_LOW_BATTERY, ERROR_PERIPHERAL, follow, get, Humidity, object, PushButton, raiseError, sensor, takeSamples, Temperature } from '../../../src/device/objects/index';

/** A sensor that does what a list says: a sample, a fault, or a number of ms to wait. */
function script(steps: (Sample | { fault: number } | number)[]): Sensor {
  return {
    fault: 0,
    wait: 0,
    configure() {},
    close() {},
    sample() {
      const step = steps.length > 1 ? steps.shift()! : steps[0]!;
      this.wait = typeof step === 'number' ? step : 0;
      this.fault = typeof step === 'object' && 'fault' in step ? step.fault : 0;
      return typeof step === 'number' || 'fault' in step ? undefined : step;
    },
  };
}

function make() {
  const told: string[] = [];
  const d = { changed: (object: number, instance: number, resource: number) => void told.push(`/${object}/${instance}/${resource}`) };
  const self = device({ [Device.MANUFACTURER]: 'ACME' }, {});
  const temperature = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 0, [Temperature.SENSOR_UNITS]: 'Cel' } });
  const humidity = sensor(Humidity.model(), { 0: { [Humidity.SENSOR_VALUE]: 0, [Humidity.SENSOR_UNITS]: '%RH' } });
  const pressure = sensor(Barometer.model(), { 0: { [Barometer.SENSOR_VALUE]: 0, [Barometer.SENSOR_UNITS]: 'hPa' } });
  const errors = () => Object.values(get(self, 0, Device.ERROR_CODE) as object);
  return { told, d, self, temperature, humidity, pressure, errors };
}

test('a value goes into its object in the unit of the object, and only what is new is told', (t) => {
  const { told, d, self, temperature, humidity, pressure } = make();
  const weather = follow(script([{ thermometer: { temperature: 21.5 }, hygrometer: { humidity: 0.5 }, barometer: { pressure: 101325 } }]), { thermometer: temperature, hygrometer: humidity, barometer: pressure });
  t.is(takeSamples(d, self, [weather]), 0);
  t.is(get(temperature, 0, Temperature.SENSOR_VALUE), 21.5);
  t.is(get(humidity, 0, Humidity.SENSOR_VALUE), 50);
  t.is(get(pressure, 0, Barometer.SENSOR_VALUE), 1013.25);
  t.true(told.includes('/3303/0/5700'));
  told.length = 0;
  t.is(takeSamples(d, self, [weather]), 0);
  t.deepEqual(told, []);
});

test('a part that was not measured leaves the last value', (t) => {
  const { d, self, temperature, pressure } = make();
  const one = follow(script([{ thermometer: { temperature: 1 }, barometer: { pressure: undefined } }]), { thermometer: temperature, barometer: pressure });
  takeSamples(d, self, [one]);
  t.is(get(pressure, 0, Barometer.SENSOR_VALUE), 0);
});

test('a sensor that failed leaves the last value and one error, which goes when all are well; other errors stay', (t) => {
  const { told, d, self, temperature, errors } = make();
  raiseError(d, self, ERROR_LOW_BATTERY);
  const bad = follow(script([{ thermometer: { temperature: 5 } }, { fault: 2 }, { fault: 5 }, { thermometer: { temperature: 6 } }]), { thermometer: temperature });
  const good = follow(script([{}]), {});
  takeSamples(d, self, [bad, good]);
  t.deepEqual(errors(), [ERROR_LOW_BATTERY]);
  told.length = 0;
  takeSamples(d, self, [bad, good]);
  takeSamples(d, self, [bad, good]);
  t.deepEqual(errors().sort(), [ERROR_LOW_BATTERY, ERROR_PERIPHERAL]);
  t.is(get(temperature, 0, Temperature.SENSOR_VALUE), 5);
  t.deepEqual(told, ['/3/0/11']);
  takeSamples(d, self, [bad, good]);
  t.deepEqual(errors(), [ERROR_LOW_BATTERY]);
  t.is(get(temperature, 0, Temperature.SENSOR_VALUE), 6);
});

test('conversions of any length end their round together: no sensor begins anew before the others are done', (t) => {
  const { d, self, temperature, humidity } = make();
  const a = follow(script([1, 13, { thermometer: { temperature: 1 } }, 1, 13, { thermometer: { temperature: 2 } }]), { thermometer: temperature });
  const b = follow(script([15, { hygrometer: { humidity: 0.1 } }, 15, { hygrometer: { humidity: 0.2 } }]), { hygrometer: humidity });
  const waits = [1, 2, 3].map(() => takeSamples(d, self, [a, b]));
  t.deepEqual(waits, [15, 13, 0]);
  t.is(get(humidity, 0, Humidity.SENSOR_VALUE), 10);
  t.is(get(temperature, 0, Temperature.SENSOR_VALUE), 1);
  t.deepEqual([1, 2, 3].map(() => takeSamples(d, self, [a, b])), [15, 13, 0]);
  t.is(get(temperature, 0, Temperature.SENSOR_VALUE), 2);
});

test('three axes, and a button', (t) => {
  const { d, self } = make();
  const shake = object(Accelerometer.model(), { 0: { [Accelerometer.X_VALUE]: 0, [Accelerometer.Y_VALUE]: 0, [Accelerometer.Z_VALUE]: 0, [Accelerometer.SENSOR_UNITS]: 'g' } });
  const button = object(PushButton.model(), { 3: { [PushButton.DIGITAL_INPUT_STATE]: false } });
  takeSamples(d, self, [follow(script([{ accelerometer: { x: 9.80665, y: -4.903325, z: 0 } }]), { accelerometer: shake }), follow(script([{ detector: { active: true } }]), { detector: button }, 3)]);
  t.is(get(shake, 0, Accelerometer.X_VALUE), 1);
  t.is(get(shake, 0, Accelerometer.Y_VALUE), -0.5);
  t.is(get(button, 3, PushButton.DIGITAL_INPUT_STATE), true);
  // An instance that is not there is nobody's.
  t.is(takeSamples(d, self, [follow(script([{ detector: { active: false } }]), { detector: button }, 9)]), 0);
});
