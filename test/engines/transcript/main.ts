/**
 * A client on a socket that is a list and a clock that is a number, played line by line: the same program on every engine.
 *   R HEX     a datagram arrives
 *   T MS      time passes; everything is done when it is due
 *   V O I R V the application has a new number
 *   E         de-registers
 * `play` returns what went out, datagrams as hex, events and handlers in words, with one space between them.
 */
import { changed, createClient, poll, receive, start, stop } from '../../../src/device/index';
import type { Arguments, Client, EventName, LwM2mObject, Multiple, Udp, Value } from '../../../src/device/index';
import { firmwareUpdate, RESULT_SUCCESS, RESULT_UNSUPPORTED_PACKAGE } from '../../../src/device/objects/firmware-update';
import { pollObjects } from '../../../src/device/objects/poll';
import { arrive, makeUdp } from '../support/list';

interface Store extends LwM2mObject {
  values: { [instance: number]: { [resource: number]: Value | Multiple } };
}

interface World {
  client: Client;
  now: number;
  seed: number;
  out: string;
  temperature: Store;
  objects: LwM2mObject[];
  changed: (object: number, instance: number, resource: number) => void;
  /** What the package that arrives will turn out to be: RESULT_… or 0. */
  verdict: number;
}

const HEX = '0123456789abcdef';
const world = {} as World;

function toHex(b: Uint8Array, end: number): string {
  let s = '';
  for (let i = 0; i < end; i++) s = s + HEX.charAt(b[i] >> 4) + HEX.charAt(b[i] & 15);
  return s;
}

function fromHex(s: string): Uint8Array {
  const b = new Uint8Array(s.length / 2);
  for (let i = 0; i < b.length; i++) b[i] = HEX.indexOf(s.charAt(i * 2)) * 16 + HEX.indexOf(s.charAt(i * 2 + 1));
  return b;
}

function tell(what: string): void {
  world.out = world.out ? world.out + ' ' + what : what;
}

/** Park and Miller's generator: products stay below 2^53. */
function random(): number {
  world.seed = (world.seed * 16807) % 2147483647;
  return world.seed / 2147483647;
}

function writeDatagram(this: Udp, data: Uint8Array, length: number): void {
  tell(toHex(data, length));
}

function read(o: LwM2mObject, instance: number, resource: number): Value | Multiple | undefined {
  return (o as Store).values[instance][resource];
}

function write(o: LwM2mObject, instance: number, resource: number, value: Value | Multiple): void {
  (o as Store).values[instance][resource] = value;
}

/** A package whose first byte is 255 is not for this device. */
function chunk(data: Uint8Array, offset: number): void {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum = (sum * 31 + data[i]) % 65521;
  if (!offset) world.verdict = data[0] === 255 ? RESULT_UNSUPPORTED_PACKAGE : 0;
  tell('chunk:' + offset + '+' + data.length + ':' + sum);
}

function end(length: number): number {
  tell('end:' + length);
  return world.verdict;
}

function cancel(): void {
  tell('cancel');
}

function apply(): number {
  tell('apply');
  return RESULT_SUCCESS;
}

function execute(o: LwM2mObject, instance: number, resource: number, args: Arguments): void {
  let s = 'execute:' + o.id + '/' + instance + '/' + resource;
  for (let i = 0; i < 10; i++) if (args['' + i] !== undefined) s = s + ',' + i + '=' + args['' + i];
  tell(s);
}

function create(o: LwM2mObject, instance: number): void {
  (o as Store).values[instance] = {};
}

function remove(o: LwM2mObject, instance: number): void {
  delete (o as Store).values[instance];
}

function makeObject(id: number, table: number[], values: Store['values']): Store {
  return { id: id, table: new Uint16Array(table), instances: [0], values: values, read: read, write: write, execute: execute } as Store;
}

function onEvent(_c: Client, name: EventName, _ssid: number, detail?: number | string): void {
  tell(name + (detail === undefined ? '' : ':' + detail));
}

function sayChanged(object: number, instance: number, resource: number): void {
  changed(world.client, object, instance, resource);
}

/** What the pump of a board does when it is time, or after something happened. */
function work(): number {
  const objects = pollObjects(world.objects, world, world.now);
  const client = poll(world.client, world.now);
  return objects < client ? objects : client;
}

function advance(ms: number): void {
  const until = world.now + ms;
  let wait = work();
  while (world.now + wait <= until) {
    world.now = world.now + (wait > 1 ? wait : 1);
    tell('@' + Math.floor(world.now));
    wait = work();
  }
  world.now = until;
}

export function begin(): void {
  const device = makeObject(3, [0, 0x11, 1, 0x11, 2, 0x11, 4, 0x40, 6, 0x92, 9, 0x12, 13, 0x37, 14, 0x31, 15, 0x31], {
    0: { 0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 6: [1, 5], 9: 100, 13: 1367491215, 14: '+02:00', 15: 'UTC' },
  });
  const firmware = firmwareUpdate({ chunk: chunk, end: end, cancel: cancel, apply: apply });
  const portfolio = makeObject(16, [0, 0xb1], { 0: { 0: ['a'] } });
  const temperature = makeObject(3303, [5605, 0x40, 5700, 0x34, 5701, 0x11], { 0: { 5700: 20.5, 5701: 'Cel' } });
  // Espruino reads most decimal fractions one bit wrong, so these are binary ones. A resource of each type: boolean, opaque, object link, unsigned, float, integers and floats by instance.
  const types = makeObject(3442, [110, 0x31, 120, 0x32, 125, 0x33, 130, 0x34, 140, 0x35, 150, 0x36, 160, 0x37, 170, 0x38, 1120, 0xb2, 1130, 0xb4], {
    0: { 110: 'text', 120: -129, 125: 4294967295, 130: 16777217.5, 140: true, 150: fromHex('00ff8001'), 160: 946684801, 170: '3:0', 1120: { 1: 1, 7: 70000 }, 1130: [0.5, -1e10] },
  });
  portfolio.create = create;
  portfolio.remove = remove;
  world.now = 1000;
  world.seed = 7;
  world.out = '';
  world.temperature = temperature;
  world.changed = sayChanged;
  world.objects = [device, firmware, portfolio, temperature, types];
  world.client = createClient({
    endpoint: 'life',
    servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 300 }],
    objects: world.objects,
    udp: makeUdp(writeDatagram),
    random: random,
    onEvent: onEvent,
  });
  start(world.client, world.now);
}

export function play(line: string): string {
  const kind = line.charAt(0);
  const rest = line.slice(2);
  world.out = '';
  if (kind === 'R') {
    arrive(fromHex(rest));
    receive(world.client, world.now);
    work();
  } else if (kind === 'T') advance(+rest);
  else if (kind === 'V') {
    world.temperature.values[0][5700] = +rest;
    changed(world.client, 3303, 0, 5700);
    work();
  } else {
    stop(world.client);
    work();
  }
  return world.out;
}
