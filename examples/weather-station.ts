/**
 * A weather station: a BME280 on I2C at pins 4 (SDA) and 5 (SCL). `wixt build --board esp8266-4mb --app examples/weather-station.ts`; it runs unchanged on every
 * board whose engine has an I2C bus. Where no sensor answers the values stay, and Error Code (/3/0/11) says so.
 */
import { connect } from 'wixt';
import { Barometer, Device, device, follow, Humidity, sensor, takeSamples, Temperature } from 'wixt/objects';
import { openI2c } from 'wixt/io/i2c';
import { openBme280 } from 'wixt/sensors/bme280';

const self = device({ [Device.MANUFACTURER]: 'ACME', [Device.MODEL_NUMBER]: 'weather' }, {});
const temperature = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 0, [Temperature.SENSOR_UNITS]: 'Cel' } });
const humidity = sensor(Humidity.model(), { 0: { [Humidity.SENSOR_VALUE]: 0, [Humidity.SENSOR_UNITS]: '%RH' } });
const pressure = sensor(Barometer.model(), { 0: { [Barometer.SENSOR_VALUE]: 0, [Barometer.SENSOR_UNITS]: 'hPa' } });

const board = connect({ endpoint: 'weather-1', server: 'coap://127.0.0.1:5683', lifetime: 300, objects: [self, temperature, humidity, pressure] });

const bme280 = follow(openBme280({ sensor: openI2c({ address: 0x76, data: 4, clock: 5 }) }), { thermometer: temperature, hygrometer: humidity, barometer: pressure });

function look(): void {
  setTimeout(look, takeSamples(board, self, [bme280]) || 10000);
}
look();
