/**
 * The device for foreign test suites and bad input, `wixt sim --board conformance`: objects 1 to 7 (no server may access object 0), 16, 19, 3303
 * and 3442, with every type, single and multiple, writable, and creatable where that makes sense. Only its clock changes by itself.
 */
import { connect } from 'wixt';
import type { Arguments, Device as Connected, Multiple } from 'wixt';
import {
  accessControl, ACCESS_READ, ACCESS_WRITE, BEARER_ETHERNET, BEARER_WLAN, BinaryAppDataContainer, ConnectivityMonitoring, connectivityMonitoring,
  connectivityStatistics, countDatagrams, Device, device, entriesOf, firmwareUpdate, location, object, Portfolio, RESULT_SUCCESS, sensor, set, Temperature, TestObject,
} from 'wixt/objects';
import type { ResourcesOf, StoredObject } from 'wixt/objects';

const SERVER = 'coap://127.0.0.1:5683';
const ENDPOINT = 'wixt-conformance';
const RESTART_MS = 2000;
/** Codes with which a handler refuses (RFC 7252 12.1.2). */
const BAD_REQUEST = 128;
const METHOD_NOT_ALLOWED = 133;
/** All rights of object 2. */
const EVERYTHING = 15;

/** State that survives a restart. */
const flash: Record<string, string> = {};
const store = {
  read: (key: string) => flash[key],
  write: (key: string, value: string) => void (flash[key] = value),
  delete: (key: string) => void delete flash[key],
};
let version = 0;

type Test = ResourcesOf<TestObject.Types>;

/** Initial values of object 3442 by its definition, also after Reset. */
const initialValues = (): Test => ({
  [TestObject.ARGUMENTS_LIST]: [],
  [TestObject.RESOURCES_TO_SEND]: [],
  [TestObject.STRING_VALUE]: 'initial value',
  [TestObject.INTEGER_VALUE]: 1024,
  // A number cannot hold 2^63.
  [TestObject.UNSIGNED_INTEGER_VALUE]: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0),
  [TestObject.FLOAT_VALUE]: 3.14159,
  [TestObject.BOOLEAN_VALUE]: true,
  [TestObject.OPAQUE_VALUE]: Uint8Array.of(0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef),
  [TestObject.TIME_VALUE]: 946684800,
  [TestObject.OBJ_LINK_VALUE]: '3:0',
  [TestObject.CORE_LNK_VALUE]: '</3442>',
  [TestObject.MULTIPLE_STRING_VALUE]: ['initial value'],
  [TestObject.MULTIPLE_INTEGER_VALUE]: [1024],
  [TestObject.MULTIPLE_UNSIGNED_INTEGER_VALUE]: [Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0)],
  [TestObject.MULTIPLE_FLOAT_VALUE]: [3.14159],
  [TestObject.MULTIPLE_BOOLEAN_VALUE]: [true],
  [TestObject.MULTIPLE_OPAQUE_VALUE]: [Uint8Array.of(0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef)],
  [TestObject.MULTIPLE_TIME_VALUE]: [946684800],
  [TestObject.MULTIPLE_OBJ_LINK_VALUE]: ['3:0'],
  [TestObject.MULTIPLE_CORE_LNK_VALUE]: ['</3442>'],
});

/** Its values after Clear: numbers 0, texts and bytes empty, the null link (LwM2M 1.0.2 appendix C), lists without instances. */
const clearedValues = (): Test => ({
  [TestObject.ARGUMENTS_LIST]: [],
  [TestObject.RESOURCES_TO_SEND]: [],
  [TestObject.STRING_VALUE]: '',
  [TestObject.INTEGER_VALUE]: 0,
  [TestObject.UNSIGNED_INTEGER_VALUE]: 0,
  [TestObject.FLOAT_VALUE]: 0,
  [TestObject.BOOLEAN_VALUE]: false,
  [TestObject.OPAQUE_VALUE]: new Uint8Array(0),
  [TestObject.TIME_VALUE]: 0,
  [TestObject.OBJ_LINK_VALUE]: '65535:65535',
  [TestObject.CORE_LNK_VALUE]: '',
  [TestObject.MULTIPLE_STRING_VALUE]: [],
  [TestObject.MULTIPLE_INTEGER_VALUE]: [],
  [TestObject.MULTIPLE_UNSIGNED_INTEGER_VALUE]: [],
  [TestObject.MULTIPLE_FLOAT_VALUE]: [],
  [TestObject.MULTIPLE_BOOLEAN_VALUE]: [],
  [TestObject.MULTIPLE_OPAQUE_VALUE]: [],
  [TestObject.MULTIPLE_TIME_VALUE]: [],
  [TestObject.MULTIPLE_OBJ_LINK_VALUE]: [],
  [TestObject.MULTIPLE_CORE_LNK_VALUE]: [],
});

const upTo = (n: number) => Math.floor(Math.random() * (n + 1));
const several = <V>(make: () => V): V[] => Array.from({ length: upTo(10) }, make);
const randomText = () => several(() => String.fromCharCode(97 + upTo(25))).join('') + several(() => upTo(9)).join('');
const randomInteger = () => upTo(0xffffffff) - 0x80000000;
const randomUnsigned = () => upTo(0xffffffff);
const randomFloat = () => (Math.random() - 0.5) * 2000;
const randomBytes = () => Uint8Array.from({ length: upTo(20) }, () => upTo(255));
const randomLink = () => `${upTo(65534)}:${upTo(65534)}`;
const randomCoreLink = () => `</${upTo(65534)}>`;

/** Changes every value except the arguments of the last Execute and the sizes to send: at most 20 characters, 20 bytes, 10 instances. */
const randomValues = (): Test => ({
  [TestObject.STRING_VALUE]: randomText(),
  [TestObject.INTEGER_VALUE]: randomInteger(),
  [TestObject.UNSIGNED_INTEGER_VALUE]: randomUnsigned(),
  [TestObject.FLOAT_VALUE]: randomFloat(),
  [TestObject.BOOLEAN_VALUE]: upTo(1) > 0,
  [TestObject.OPAQUE_VALUE]: randomBytes(),
  [TestObject.TIME_VALUE]: randomUnsigned(),
  [TestObject.OBJ_LINK_VALUE]: randomLink(),
  [TestObject.CORE_LNK_VALUE]: randomCoreLink(),
  [TestObject.MULTIPLE_STRING_VALUE]: several(randomText),
  [TestObject.MULTIPLE_INTEGER_VALUE]: several(randomInteger),
  [TestObject.MULTIPLE_UNSIGNED_INTEGER_VALUE]: several(randomUnsigned),
  [TestObject.MULTIPLE_FLOAT_VALUE]: several(randomFloat),
  [TestObject.MULTIPLE_BOOLEAN_VALUE]: several(() => upTo(1) > 0),
  [TestObject.MULTIPLE_OPAQUE_VALUE]: several(randomBytes),
  [TestObject.MULTIPLE_TIME_VALUE]: several(randomUnsigned),
  [TestObject.MULTIPLE_OBJ_LINK_VALUE]: several(randomLink),
  [TestObject.MULTIPLE_CORE_LNK_VALUE]: several(randomCoreLink),
});

function start(): void {
  let stopping = false;

  const self = device(
    {
      [Device.MANUFACTURER]: 'Open Mobile Alliance',
      [Device.MODEL_NUMBER]: 'Lightweight M2M Client',
      [Device.SERIAL_NUMBER]: '345000123',
      [Device.FIRMWARE_VERSION]: () => '1.' + version,
      [Device.AVAILABLE_POWER_SOURCES]: [1, 5],
      [Device.POWER_SOURCE_VOLTAGE]: [3800, 5000],
      [Device.POWER_SOURCE_CURRENT]: [125, 900],
      [Device.BATTERY_LEVEL]: 100,
      [Device.MEMORY_FREE]: 15,
      [Device.CURRENT_TIME]: 1367491215,
      [Device.UTC_OFFSET]: '+02:00',
      [Device.TIMEZONE]: '+02:00',
      [Device.DEVICE_TYPE]: 'conformance',
      [Device.HARDWARE_VERSION]: '1.0',
      [Device.SOFTWARE_VERSION]: '1.0',
      [Device.BATTERY_STATUS]: 0,
      [Device.MEMORY_TOTAL]: 64,
      [Device.EXT_DEV_INFO]: ['3303:0'],
    },
    { onReboot: restart, onFactoryReset: resetAndRestart, clock: Date.now },
  );

  const firmware = firmwareUpdate({
    store,
    chunk: () => 0,
    apply() {
      restart();
      return 0;
    },
    applied() {
      version++;
      return RESULT_SUCCESS;
    },
    name: () => 'conformance',
    version: () => '1.' + (version + 1),
  });

  const monitoring = connectivityMonitoring(
    { bearer: BEARER_WLAN, bearers: [BEARER_WLAN, BEARER_ETHERNET], signal: -60, quality: 80, addresses: ['192.0.2.10', '2001:db8::10'], routers: ['192.0.2.1'] },
    { [ConnectivityMonitoring.LINK_UTILIZATION]: 10, [ConnectivityMonitoring.APN]: ['iot.example'], [ConnectivityMonitoring.CELL_ID]: 12345, [ConnectivityMonitoring.SMNC]: 1, [ConnectivityMonitoring.SMCC]: 262 },
  );
  const place = location({ latitude: 48.137, longitude: 11.575, altitude: 519, radius: 10, speed: 0, velocity: Uint8Array.of(0, 0, 0), timestamp: 1367491215 });
  const statistics = connectivityStatistics();

  const identities = object(
    Portfolio.model(),
    { 0: { [Portfolio.IDENTITY]: ['Host Device ID', 'Host Device Manufacturer', 'Host Device Model', 'Host Device Software Version'] } },
    { create: true },
  );

  const containers = object(
    BinaryAppDataContainer.model(),
    {
      0: {
        [BinaryAppDataContainer.DATA]: [Uint8Array.from({ length: 150 }, (_, i) => (7 * i) & 255)],
        [BinaryAppDataContainer.DATA_PRIORITY]: 1,
        [BinaryAppDataContainer.DATA_CREATION_TIME]: 1367491215,
        [BinaryAppDataContainer.DATA_DESCRIPTION]: 'meter reading',
        [BinaryAppDataContainer.DATA_FORMAT]: 'application/octet-stream',
        [BinaryAppDataContainer.APP_ID]: 1,
      },
    },
    {
      create: true,
      onWrite: (_instance, resource, value) =>
        (resource === BinaryAppDataContainer.DATA_PRIORITY && !((value as number) >= 0 && (value as number) < 255)) ||
        (resource === BinaryAppDataContainer.DATA_DESCRIPTION && Buffer.byteLength(value as string) > 32)
          ? BAD_REQUEST
          : 0,
    },
  );

  const sensorValues = (value: number) => ({
    [Temperature.SENSOR_VALUE]: value,
    [Temperature.SENSOR_UNITS]: 'Cel',
    [Temperature.MIN_RANGE_VALUE]: -40,
    [Temperature.MAX_RANGE_VALUE]: 125,
    [Temperature.APPLICATION_TYPE]: 'room',
    [Temperature.TIMESTAMP]: 1367491215,
    [Temperature.FRACTIONAL_TIMESTAMP]: 0.5,
    [Temperature.MEASUREMENT_QUALITY_INDICATOR]: 0,
    [Temperature.MEASUREMENT_QUALITY_LEVEL]: 100,
  });
  const thermometers = sensor(Temperature.model(), { 0: sensorValues(21.5), 1: sensorValues(-5) });

  /** Returns an instance of object 3442, whose executable resources affect only that instance. */
  const testValues = (instance: number): Test => {
    const put = (values: Test) => {
      // By whatever id: the compiler has seen the values where they are made.
      for (const id in values) set(board, tests as StoredObject, instance, +id, (values as Record<string, Multiple>)[id]!);
    };
    return {
      ...initialValues(),
      [TestObject.RESET_VALUES]: () => put(initialValues()),
      [TestObject.RANDOMIZE_VALUES]: () => put(randomValues()),
      [TestObject.CLEAR_VALUES]: () => put(clearedValues()),
      [TestObject.EXEC_WITH_ARGUMENTS](args: Arguments) {
        const list: Record<string, string> = {};
        for (const digit in args) list[digit] = args[digit] ?? '';
        set(board, tests, instance, TestObject.ARGUMENTS_LIST, list);
      },
      // Send is of LwM2M 1.1.
      [TestObject.SEND_DATA]: () => METHOD_NOT_ALLOWED,
    };
  };
  const tests = object(TestObject.model(), { 0: testValues(0) }, { create: testValues });

  const all = [self, monitoring, firmware, place, statistics, identities, containers, thermometers, tests];
  // In force with a second server; with one it is there to be read, written and observed.
  const access = accessControl(entriesOf(all, 1, ACCESS_READ + ACCESS_WRITE).map((entry) => ({ ...entry, acl: { ...entry.acl, 1: EVERYTHING } })));

  const board: Connected = connect({
    endpoint: ENDPOINT,
    server: SERVER,
    lifetime: 300,
    objects: [access, ...all],
    access,
    wrapUdp: (udp) => countDatagrams(udp, statistics),
    onEvent(_client, name) {
      if (name === 'deregistered' && stopping) comeBack();
    },
  });
  const timers: ReturnType<typeof setTimeout>[] = [];

  function resetAndRestart(): void {
    for (const key in flash) delete flash[key];
    version = 0;
    restart();
  }

  /** Leaves the server, is away for a moment, and starts afresh. */
  function restart(): void {
    stopping = true;
    board.stop();
    // A server that does not answer keeps no board from restarting.
    timers.push(setTimeout(comeBack, 3000));
  }

  function comeBack(): void {
    if (!stopping) return;
    stopping = false;
    timers.forEach(clearTimeout);
    setTimeout(start, RESTART_MS);
  }
}

start();
