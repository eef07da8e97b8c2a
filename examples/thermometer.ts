/**
 * A thermometer, as a new program for a device is written: `npx wixt sim --app examples/thermometer.ts`. It runs unchanged on every
 * board that wixt builds for.
 */
import { connect } from 'wixt';
import { Device, device, measure, sensor, Temperature } from 'wixt/objects';

const self = device(
  { [Device.MANUFACTURER]: 'ACME', [Device.MODEL_NUMBER]: 'T-1', [Device.SERIAL_NUMBER]: '0001' },
  { onReboot: () => console.log('here the board would restart') },
);

const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 20, [Temperature.SENSOR_UNITS]: 'Cel' } });

const board = connect({
  endpoint: 'thermometer-1',
  server: 'coap://127.0.0.1:5683',
  lifetime: 300,
  objects: [self, thermometer],
  onEvent: (_client, event) => console.log(event),
});

// Where there is a sensor it is read here; whoever observes hears of it.
setInterval(() => {
  measure(board, thermometer, 0, 20 + Math.random());
}, 1000);
