/**
 * A client whose work is counted: datagrams come from a list and go nowhere. `E.getConsole()` is a mark for the profiler, which
 * starts to count anew at each.
 */
import { changed, createClient, poll, receive, start } from '../../../src/device/index';
import type { Client, LwM2mObject, Multiple, Udp, Value } from '../../../src/device/index';
import { arrive, makeUdp } from '../support/list';

interface Store extends LwM2mObject {
  values: { [resource: number]: Value | Multiple };
}

interface World {
  client: Client;
  now: number;
  /** Message id and token of the client's last request or notification. */
  head: Uint8Array;
  sent: number;
}

const world = {} as World;

function writeDatagram(this: Udp, data: Uint8Array, length: number): void {
  world.sent = length;
  world.head.set(data.subarray(0, 8));
}

function half(): number {
  return 0.5;
}

function read(o: LwM2mObject, _instance: number, resource: number): Value | Multiple | undefined {
  return (o as Store).values[resource];
}

function write(o: LwM2mObject, _instance: number, resource: number, value: Value | Multiple): void {
  (o as Store).values[resource] = value;
}

function give(bytes: number[]): void {
  arrive(new Uint8Array(bytes));
}

/** The datagram that waits is taken, and what is then due is done. */
function work(): void {
  receive(world.client, world.now);
  poll(world.client, world.now);
}

// The answer of the server to what was sent last.
function answer(code: number, more: number[]): void {
  const h = world.head;
  give([0x60 | (h[0] & 15), code, h[2], h[3]].concat(code ? [h[4], h[5], h[6], h[7]] : []).concat(more));
}

function mark(what: string): void {
  print('+' + what + ' ' + world.sent);
  (E as any).getConsole();
}

/** What every request is about: GET or PUT /3/0/14 and the like. */
const REQUESTS: { [name: string]: number[] } = {
  'Read /3/0 TLV': [0x41, 1, 0x70, 1, 0x10, 0xb1, 0x33, 1, 0x30, 0x62, 0x2d, 0x16],
  'Read one resource': [0x41, 1, 0x70, 2, 0x10, 0xb1, 0x33, 1, 0x30, 1, 0x39],
  Write: [0x41, 3, 0x70, 3, 0x10, 0xb1, 0x33, 1, 0x30, 2, 0x31, 0x34, 0x10, 0xff, 0x2b, 0x30, 0x33, 0x3a, 0x30, 0x30],
  Observe: [0x41, 1, 0x70, 4, 0x11, 0xb1, 0x33, 0x50, 1, 0x30, 1, 0x39],
  'Block2 answer': [0x41, 1, 0x70, 5, 0x10, 0xb1, 0x33, 1, 0x30, 0x62, 0x2d, 0x16, 0x61, 0x11],
};
// Uri-Path comes after Observe: 0x60 is the option with an empty value, then path segments from delta 5 on.
REQUESTS.Observe = [0x41, 1, 0x70, 4, 0x11, 0x60, 0x51, 0x33, 1, 0x30, 1, 0x39];

export function begin(): void {
  const device = {
    id: 3,
    table: new Uint16Array([0, 0x11, 1, 0x11, 2, 0x11, 3, 0x11, 6, 0x92, 7, 0x92, 8, 0x92, 9, 0x12, 10, 0x12, 11, 0x92, 13, 0x37, 14, 0x31, 15, 0x31, 16, 0x11]),
    instances: [0],
    values: {
      0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 3: '1.0', 6: [1, 5], 7: [3800, 5000], 8: [125, 900], 9: 100, 10: 15, 11: [0],
      13: 1367491215, 14: '+02:00', 15: '+02:00', 16: 'U',
    },
    read: read,
    write: write,
  } as Store;
  world.now = 1000;
  world.sent = 0;
  world.head = new Uint8Array(8);
  const udp = makeUdp(writeDatagram);
  world.client = createClient({
    endpoint: 'count',
    servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 300 }],
    objects: [device],
    udp: udp,
    random: half,
  });
  start(world.client, world.now);
  mark('');
  mark('nothing');
  // What this file itself takes for a datagram in, and then none, and for one out.
  const buffer = new Uint8Array(32);
  give(REQUESTS.Write);
  mark('');
  udp.read(buffer);
  udp.read(buffer);
  mark('in');
  udp.write(buffer, 8, '', 0);
  mark('out');
  // Register goes out, and its answer comes in.
  poll(world.client, world.now);
  mark('Register, out');
  answer(0x41, [0x82, 0x72, 0x64, 1, 0x35]);
  mark('');
  work();
  mark('Register, answered');
  for (const name in REQUESTS) {
    // Once before: what an engine keeps from the first time is not counted.
    give(REQUESTS[name]);
    work();
    REQUESTS[name][3] = REQUESTS[name][3] + 16;
    give(REQUESTS[name]);
    mark('');
    work();
    mark(name);
  }
  for (let i = 0; i < 2; i++) {
    device.values[9] = 50 + i;
    mark('');
    changed(world.client, 3, 0, 9);
    poll(world.client, world.now);
    mark(i ? 'Notify' : '');
    answer(0, []);
    mark('');
    work();
    mark(i ? 'Notify, acknowledged' : '');
  }
  mark('');
  poll(world.client, world.now);
  mark('poll, nothing due');
}
