/**
 * The default program of a board: a device with a draining battery and a thermometer, both simulated. Copy it, set the address of your server
 * and a name, and replace the simulated numbers by your sensors.
 */
import { connect } from 'wixt';
import { Device, device, measure, sensor, set, Temperature } from 'wixt/objects';

const SERVER = 'coap://127.0.0.1:5683';
const ENDPOINT = 'wixt-device';

let battery = 100;

const self = device(
  {
    [Device.MANUFACTURER]: 'Open Mobile Alliance',
    [Device.MODEL_NUMBER]: 'Lightweight M2M Client',
    [Device.SERIAL_NUMBER]: '345000123',
    [Device.BATTERY_LEVEL]: battery,
    [Device.CURRENT_TIME]: 1367491215,
    [Device.UTC_OFFSET]: '+02:00',
    [Device.TIMEZONE]: '+02:00',
  },
  { clock: Date.now },
);

const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 21, [Temperature.SENSOR_UNITS]: 'Cel' } });

const board = connect({ endpoint: ENDPOINT, server: SERVER, lifetime: 300, objects: [self, thermometer] });

function step(): void {
  battery = battery > 20 ? battery - 1 : 100;
  set(board, self, 0, Device.BATTERY_LEVEL, battery);
  measure(board, thermometer, 0, 21 + Math.round(20 * Math.sin(Date.now() / 60000)) / 10);
  setTimeout(step, 10000);
}

setTimeout(step, 10000);
