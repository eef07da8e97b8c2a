/** All drivers that need no engine of their own as a bundle: test/engines/sensors.test.ts. */
export { openAnalog } from '../../../boards/sensors/analog';
export { openBme280 } from '../../../boards/sensors/bme280';
export { openDs18b20 } from '../../../boards/sensors/ds18b20';
export { openLis2dh12 } from '../../../boards/sensors/lis2dh12';
export { openLps22hb } from '../../../boards/sensors/lps22hb';
export { openModule } from '../../../boards/sensors/module';
export { openOpt3001 } from '../../../boards/sensors/opt3001';
export { openButton, openPir } from '../../../boards/sensors/pin';
export { openSht3x, openSht4x, openShtc3 } from '../../../boards/sensors/sht';
