/**
 * A sensor node for small boards: objects 0, 1, 3, 4, 6 and a thermometer. `wixt build --board esp8266 --app examples/sensor-node.ts`
 * makes boot.min.js and its overlays; put your sensor where the temperature comes from.
 */
import { connect } from 'wixt';
import { BEARER_WLAN, connectivityMonitoring, Device, device, location, measure, sensor, Temperature } from 'wixt/objects';

const self = device({ [Device.MANUFACTURER]: 'wixt', [Device.MODEL_NUMBER]: 'sensor-node', [Device.BATTERY_LEVEL]: 100 }, { clock: Date.now });
const network = connectivityMonitoring({ bearer: BEARER_WLAN, signal: -60, addresses: ['192.168.4.2'] });
const place = location({ latitude: 48.2082, longitude: 16.3738, timestamp: 1700000000 });
const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 21, [Temperature.SENSOR_UNITS]: 'Cel' } });

const board = connect({ endpoint: 'sensor-node', server: 'coap://127.0.0.1:5683', lifetime: 300, objects: [self, network, place, thermometer] });

function sample(): void {
  measure(board, thermometer, 0, 21 + Math.round(20 * Math.sin(Date.now() / 60000)) / 10);
}

setInterval(sample, 10000);
