/**
 * Ordinary life of a device, without a network: it registers, is read and observed, reports changes, updates its registration, and mostly waits.
 * What it never does here, a build may make smaller at the expense of speed (src/host/build/calls.ts).
 */
import { changed, createClient, poll, receive, start } from '../../src/device/index';
import type { Client, LwM2mObject, Multiple, Udp, Value } from '../../src/device/index';

interface Store extends LwM2mObject {
  values: { [resource: number]: Value | Multiple };
}

const VALUES: { [resource: number]: Value | Multiple } = { 0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 6: [1, 5], 9: 100, 11: [0], 13: 1367491215, 14: '+02:00', 16: 'U' };
const SENSOR: { [resource: number]: Value | Multiple } = { 5700: 20.5, 5701: 'Cel' };
const TABLE = [0, 0x11, 1, 0x11, 6, 0x92, 9, 0x12, 11, 0x92, 13, 0x37, 14, 0x31, 16, 0x11];
/** Message type, code, and what stands behind the token: GET with Uri-Path, Accept, Observe. */
const READ_ONE = [1, 0xb1, 0x33, 1, 0x30, 1, 0x39];
const READ_INSTANCE = [1, 0xb1, 0x33, 1, 0x30, 0x62, 0x2d, 0x16];
/** In blocks of 32 bytes, the second. */
const READ_BLOCK = [1, 0xb1, 0x33, 1, 0x30, 0x62, 0x2d, 0x16, 0x61, 0x11];
const READ_SENSOR = [1, 0xb4, 0x33, 0x33, 0x30, 0x33, 1, 0x30, 4, 0x35, 0x37, 0x30, 0x30];
const READ_SENSOR_INSTANCE = [1, 0xb4, 0x33, 0x33, 0x30, 0x33, 1, 0x30, 0x62, 0x2d, 0x16];
const OBSERVE_SENSOR = [1, 0x60, 0x54, 0x33, 0x33, 0x30, 0x33, 1, 0x30, 4, 0x35, 0x37, 0x30, 0x30];
const OBSERVE = [1, 0x60, 0x51, 0x33, 1, 0x30, 1, 0x39];

function read(o: LwM2mObject, _instance: number, resource: number): Value | Multiple | undefined {
  return (o as Store).values[resource];
}

function half(): number {
  return 0.5;
}

/** Lives for a day in which a server asks every ten minutes, and the value that it observes changes every hour. */
export function live(): number {
  let now = 1000;
  let waiting: Uint8Array | undefined;
  let sent = new Uint8Array(0);
  let datagrams = 0;
  let registered = false;
  let mid = 0x7000;
  const udp = {
    remoteAddress: '192.0.2.1',
    remotePort: 5683,
    read(into: Uint8Array) {
      const d = waiting;
      if (!d) return undefined;
      waiting = undefined;
      into.set(d);
      return d.length;
    },
    write(data: Uint8Array, length: number) {
      sent = new Uint8Array(data.subarray(0, length));
      datagrams++;
    },
    close() {
      // There is nothing to close.
    },
    resolve: (host: string) => host,
  } as unknown as Udp;
  const device = { id: 3, table: new Uint16Array(TABLE), instances: [0], values: VALUES, read: read } as Store;
  const sensor = { id: 3303, table: new Uint16Array([5700, 0x14, 5701, 0x11]), instances: [0], values: SENSOR, read: read } as Store;
  const client: Client = createClient({ endpoint: 'calls', servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 7200 }], objects: [device, sensor], udp: udp, random: half });

  const wait = () => {
    const before = datagrams;
    poll(client, now);
    return datagrams > before;
  };
  const give = (bytes: number[]) => {
    waiting = new Uint8Array(bytes);
    receive(client, now);
    wait();
  };
  const ask = ([code, ...more]: number[]) => {
    mid++;
    give([0x41, code!, mid >> 8, mid & 255, 0x10, ...more]);
  };
  /** The server answers what was sent last: a request is granted, a confirmable notification acknowledged. */
  const answer = () => {
    const [first, code, high, low] = sent as unknown as number[];
    if (code! < 32) {
      give([0x60 | (first! & 15), registered ? 0x44 : 0x41, high!, low!, ...sent.subarray(4, 4 + (first! & 15)), ...(registered ? [] : [0x82, 0x72, 0x64, 1, 0x35])]);
      registered = true;
    }
    else if (code! >= 64 && !((first! >> 4) & 3)) give([0x60, 0, high!, low!]);
  };
  const pass = (minutes: number) => {
    for (; minutes; minutes--) {
      now += 60000;
      if (wait()) answer();
    }
  };

  start(client, now);
  if (wait()) answer();
  for (const observe of [OBSERVE, OBSERVE_SENSOR]) ask(observe);
  for (let hour = 0; hour < 24; hour++) {
    for (let i = 0; i < 6; i++) {
      pass(10);
      ask(READ_ONE);
    }
    for (const request of [READ_INSTANCE, READ_BLOCK, READ_SENSOR, READ_SENSOR_INSTANCE]) ask(request);
    VALUES[9] = 50 + hour;
    SENSOR[5700] = 20 + hour / 7;
    changed(client, 3, 0, 9);
    changed(client, 3303, 0, 5700);
    while (wait()) answer();
  }
  return datagrams;
}
