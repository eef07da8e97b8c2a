/**
 * The device of the tests on small engines: plain handlers and few of them, so that it fits where the library leaves little. It prints
 * `! event …` and, when /3303/0/5605 is executed, `# JsVars in use` or bytes, by its board's account.
 */
import { connect } from 'wixt';
import type { Arguments, Client, ConnectOptions, Device, EventName, LwM2mObject, Multiple, Value } from 'wixt';

interface Store extends LwM2mObject {
  values: { [instance: number]: { [resource: number]: Value | Multiple } };
}

/** What `connect` takes; what a board wants besides may stand there, too. */
export interface Settings {
  endpoint: string;
  server: string;
  /** Seconds. */
  lifetime: number;
}

/** Prints `# WHEN` and what is in use. */
type Usage = (when: string) => void;

/** Engines have them alike, but not all declare them so. Kaluma's hands no argument on. */
declare function print(text: string): void;
declare function setTimeout(callback: Usage, ms: number, when: string): unknown;

const running: { device?: Device; usage?: Usage } = {};

function read(o: LwM2mObject, instance: number, resource: number): Value | Multiple | undefined {
  return (o as Store).values[instance][resource];
}

function write(o: LwM2mObject, instance: number, resource: number, value: Value | Multiple): void {
  (o as Store).values[instance][resource] = value;
}

function create(o: LwM2mObject, instance: number): void {
  (o as Store).values[instance] = {};
}

function remove(o: LwM2mObject, instance: number): void {
  delete (o as Store).values[instance];
}

function execute(o: LwM2mObject, instance: number, resource: number, args: Arguments): void {
  print('! executed /' + o.id + '/' + instance + '/' + resource + ' ' + JSON.stringify(args));
  const values = (o as Store).values[instance];
  if (resource === 5605) {
    // The measure of 5700 rises; and what is in use once this is over.
    values[5700] = (values[5700] as number) + 0.5;
    running.device!.changed(o.id, instance, 5700);
    setTimeout(running.usage!, 30, 'now');
  }
  if (resource === 5) running.device!.stop();
}

function onEvent(_c: Client, name: EventName, _ssid: number, detail?: number | string): void {
  print('! ' + name + ' ' + (detail === undefined ? '' : detail));
  if (name === 'registered') setTimeout(running.usage!, 30, name as string);
}

function makeObject(id: number, table: number[], values: Store['values']): Store {
  return { id: id, table: new Uint16Array(table), instances: [0], values: values, read: read, write: write, execute: execute } as Store;
}

export function startDevice(settings: Settings, usage: Usage): void {
  running.usage = usage;
  // Type: 1 string, 2 integer, 4 float, 7 time; 0x10 readable, 0x20 writable, 0x40 executable, 0x80 multiple.
  const device = makeObject(3, [0, 0x11, 1, 0x11, 4, 0x40, 5, 0x40, 6, 0x92, 9, 0x12, 13, 0x37, 14, 0x31, 15, 0x31], {
    0: { 0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 6: [1, 5], 9: 100, 13: 1367491215, 14: '+02:00', 15: 'UTC' },
  });
  const temperature = makeObject(3303, [5605, 0x40, 5700, 0x14, 5701, 0x11], { 0: { 5700: 20.5, 5701: 'Cel' } });
  const portfolio = makeObject(16, [0, 0xb1], { 0: { 0: ['a'] } });
  portfolio.create = create;
  portfolio.remove = remove;
  const options = settings as ConnectOptions;
  options.objects = [device, portfolio, temperature];
  options.onEvent = onEvent;
  running.device = connect(options);
}
