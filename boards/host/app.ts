/**
 * The simulated board, written with the public API: its battery drains and charges, its temperature and position change, it accepts
 * firmware, and restarts on demand. `wixt sim` and `npm start` run it and set name and server.
 */
import { connect } from 'wixt';
import type { Device as Connected } from 'wixt';
import {
  BEARER_ETHERNET, BEARER_WLAN, connectivityMonitoring, connectivityStatistics, countDatagrams, Device, device, firmwareUpdate, get, location, measure,
  moveTo, portfolio, RESULT_SUCCESS, RESULT_UPDATE_FAILED, sensor, set, setConnection, Temperature,
} from 'wixt/objects';

const SERVER = 'coap://127.0.0.1:5683';
const ENDPOINT = 'wixt-host';
const RESTART_MS = 2000;

/** State that survives a restart. */
const flash: Record<string, string> = {};
const store = {
  read: (key: string) => flash[key],
  write: (key: string, value: string) => void (flash[key] = value),
  delete: (key: string) => void delete flash[key],
};
const factory = { battery: 100, charging: false, firmware: '1.0', offset: '+02:00', zone: '+02:00' };
const world = { started: Date.now(), ...factory };

const seconds = () => Math.floor(Date.now() / 1000);
/** Returns a wave with a period of `minutes`, from -1 to 1. */
const wave = (minutes: number) => Math.sin(((Date.now() - world.started) / 60000 / minutes) * 2 * Math.PI);
const temperatureNow = () => Math.round((21 + 4 * wave(5) + Math.random() * 0.4) * 10) / 10;
const placeNow = () => ({ latitude: 48.137 + 0.001 * wave(11), longitude: 11.575 + 0.001 * wave(7), altitude: 519, radius: 10, timestamp: seconds() });
const networkNow = () => ({
  bearer: BEARER_WLAN, bearers: [BEARER_WLAN, BEARER_ETHERNET], signal: Math.round(-60 + 8 * wave(3)), quality: 80, addresses: ['127.0.0.1'],
});

/** A package may name its outcome, so that every result can be tried: FAIL5 ends with Update Result 5 on arrival, or when applied. */
function verdict(data: Uint8Array): number {
  return data[0] === 70 && data[1] === 65 && data[2] === 73 && data[3] === 76 ? data[4] - 48 : 0;
}

function start(): void {
  let fate = 0;
  let stopping = false;

  const self = device(
    {
      [Device.MANUFACTURER]: 'Open Mobile Alliance',
      [Device.MODEL_NUMBER]: 'Lightweight M2M Client',
      [Device.SERIAL_NUMBER]: '345000123',
      [Device.FIRMWARE_VERSION]: () => world.firmware,
      [Device.AVAILABLE_POWER_SOURCES]: [1, 5],
      [Device.POWER_SOURCE_VOLTAGE]: [3800, 5000],
      [Device.POWER_SOURCE_CURRENT]: [125, 900],
      [Device.BATTERY_LEVEL]: world.battery,
      [Device.MEMORY_FREE]: 15,
      [Device.CURRENT_TIME]: 1367491215,
      [Device.UTC_OFFSET]: (given?: string) => (given === undefined ? world.offset : (world.offset = given)),
      [Device.TIMEZONE]: (given?: string) => (given === undefined ? world.zone : (world.zone = given)),
    },
    {
      onReboot: restart,
      onFactoryReset() {
        delete flash.fw;
        Object.assign(world, factory);
        restart();
      },
      clock: Date.now,
    },
  );

  const firmware = firmwareUpdate({
    store,
    chunk(data, offset) {
      if (!offset) fate = verdict(data);
      return fate === RESULT_UPDATE_FAILED ? 0 : fate;
    },
    apply() {
      if (fate) return fate;
      restart();
      return 0;
    },
    applied() {
      world.firmware = '1.' + (+world.firmware.slice(2) + 1);
      return RESULT_SUCCESS;
    },
  });

  const thermometer = sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: temperatureNow(), [Temperature.SENSOR_UNITS]: 'Cel' } });
  const monitoring = connectivityMonitoring(networkNow());
  const statistics = connectivityStatistics();
  const place = location(placeNow());
  const identity = portfolio({ 0: ['Host Device ID', 'Host Device Manufacturer', 'Host Device Model', 'Host Device Software Version'] });

  const board: Connected = connect({
    endpoint: ENDPOINT,
    server: SERVER,
    lifetime: 300,
    objects: [self, monitoring, firmware, place, statistics, thermometer, identity],
    wrapUdp: (udp) => countDatagrams(udp, statistics),
    onEvent(_client, name) {
      // De-registered in order to restart, not on request of a server or a user.
      if (name === 'deregistered' && stopping) comeBack();
    },
  });

  const timers = [
    setInterval(() => measure(board, thermometer, 0, temperatureNow()), 2000),
    setInterval(() => {
      const level = get(self, 0, Device.BATTERY_LEVEL) as number;
      if (level <= 20) world.charging = true;
      if (level >= 100) world.charging = false;
      world.battery = level + (world.charging ? 1 : -1);
      set(board, self, 0, Device.BATTERY_LEVEL, world.battery);
      set(board, self, 0, Device.POWER_SOURCE_VOLTAGE, [3300 + 5 * world.battery, 5000]);
    }, 5000),
    setInterval(() => {
      moveTo(board, place, placeNow());
      setConnection(board, monitoring, networkNow());
    }, 10000),
  ];

  /** De-registers, pauses, and starts again. */
  function restart(): void {
    stopping = true;
    timers.forEach(clearInterval);
    board.stop();
    // Restart even if the server does not answer.
    timers.push(setTimeout(comeBack, 3000) as never);
  }

  function comeBack(): void {
    stopping = false;
    timers.forEach(clearInterval);
    setTimeout(start, RESTART_MS);
  }
}

start();
