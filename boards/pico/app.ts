/** The sample program: the temperature of the chip. Set your network and your server, and replace the temperature by your sensors. */
import { connect } from 'wixt';
import { Device, device, measure, sensor, Temperature } from 'wixt/objects';

const SERVER = 'coap://server.example';
const ENDPOINT = 'wixt-pico';
const SSID = 'name of the network';
const PASSWORD = 'its password';
/** Set B9 on the Pico's second shim, where it switches the ESP8266 on; undefined if CH_PD is at 3.3 V. */
const ENABLE: Pin | undefined = B9;

const REASONS = ['', 'it takes too long', 'the password is wrong', 'there is no such network'];

const self = device({ [Device.MANUFACTURER]: 'Espruino', [Device.MODEL_NUMBER]: process.env.BOARD, [Device.SERIAL_NUMBER]: getSerial() }, { onReboot: E.reboot });
const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: E.getTemperature(), [Temperature.SENSOR_UNITS]: 'Cel' } });

const board = connect({
  endpoint: ENDPOINT,
  server: SERVER,
  lifetime: 300,
  objects: [self, thermometer],
  wifi: { ssid: SSID, password: PASSWORD, enable: ENABLE, onRefused: (reason) => console.log('no Wi-Fi: ' + (REASONS[reason] || 'it failed')) },
  onEvent: (_client, event) => console.log(event),
});

setInterval(() => {
  measure(board, thermometer, 0, E.getTemperature());
}, 10000);
