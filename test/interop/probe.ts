/**
 * A device for tests, driven over standard input and output in the manner of `wixt sim --json`, with what the simulated board lacks:
 * object 30001 of every type (models.ts), 5 that keeps what it got, 16 and 3303 that can be created, any block size.
 */
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { connect } from '../../boards/host/main';
import { encodeTable } from '../../src/host/objects/table';
import { loadDefaults } from '../../src/host/objects/registry';
import { ACCESS_CREATE, ACCESS_READ } from '../../src/device/lwm2m/model';
import { accessControl, entriesOf, MAX_ID } from '../../src/device/objects/access-control';
import type { LwM2mObject, Multiple, Value } from '../../src/device/index';
import { probe } from './models';

const { values: options } = parseArgs({
  options: { server: { type: 'string' }, endpoint: { type: 'string' }, lifetime: { type: 'string' }, block: { type: 'string' }, sms: { type: 'string' } },
});

const tell = (event: string, more: object = {}) => console.log(JSON.stringify({ event, ...more }));

type Values = Record<number, Value | Multiple | undefined>;

interface Store extends LwM2mObject {
  values: Record<number, Values>;
}

const isMultiple = (o: LwM2mObject, resource: number): boolean => {
  const at = o.table.findIndex((id, i) => !(i & 1) && id === resource);
  return (o.table[at + 1]! & 128) > 0;
};

/** An object that holds what is written. */
function store(id: number, table: number[], instances: Record<number, Values>, make?: () => Values): Store {
  const o: Store = {
    id,
    table: Uint16Array.from(table),
    instances: Object.keys(instances).map(Number),
    values: instances,
    read: (_o, instance, resource) => o.values[instance]?.[resource],
    write(_o, instance, resource, value, replace) {
      const old = o.values[instance]![resource] as Multiple | undefined;
      o.values[instance]![resource] = !replace && isMultiple(o, resource) ? { ...old, ...(value as Multiple) } : value;
      tell('written', { path: `/${id}/${instance}/${resource}` });
    },
    clear(_o, instance) {
      for (let i = 0; i < o.table.length; i += 2) if ((o.table[i + 1]! & 0x120) === 0x20) delete o.values[instance]![o.table[i]!];
    },
    execute(_o, instance, resource, args) {
      tell('executed', { path: `/${id}/${instance}/${resource}`, arguments: args });
    },
  };
  if (make) {
    o.create = (_o, instance) => {
      o.values[instance] = make();
      tell('created', { path: `/${id}/${instance}` });
    };
    o.remove = (_o, instance) => {
      delete o.values[instance];
      tell('deleted', { path: `/${id}/${instance}` });
    };
  }
  return o;
}

const shipped = (id: number): number[] => encodeTable(loadDefaults().versions.get(id)![0]!);

const device = store(3, shipped(3), {
  0: { 0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 3: '1.0', 6: [1, 5], 7: [3800, 5000], 8: [125, 900], 9: 100, 10: 15, 11: [0], 13: 1367491215, 14: '+02:00', 15: '+02:00', 16: 'U' },
});

const firmware = store(5, [0, 0x136, 1, 0x131, 2, 0x140, 3, 0x112, 5, 0x112, 6, 0x011, 7, 0x011, 9, 0x112], { 0: { 1: '', 3: 0, 5: 0, 9: 1 } });
let hash = createHash('sha256');
let received = 0;
firmware.chunk = (_o, _i, _r, data, offset, more) => {
  if (!offset) {
    hash = createHash('sha256');
    received = 0;
  }
  if (offset !== received) return 136;
  hash.update(data);
  received += data.length;
  firmware.values[0]![3] = more ? 1 : received ? 2 : 0;
  if (!more) tell('package', { bytes: received, sha256: hash.digest('hex') });
};

// A numbered pattern, so that a block that is lost, twice or out of place shows.
const pattern = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 7 + (i >> 8)) & 255);

const everything = store(probe.id, encodeTable(probe), {
  0: {
    0: 'Zürich 🌡', 1: -129, 2: 0.1, 3: true, 4: Uint8Array.of(0, 255, 10), 5: 4102444800, 6: '3:0',
    10: { 0: 'a', 7: '' }, 11: [127, 128, 32767, 32768, 2147483647, 2147483648, 9007199254740991, -128, -32769], 12: [1.5, -1e-3], 13: [false, true], 14: { 3: Uint8Array.of(), 300: Uint8Array.of(1) },
    15: [0, 4102444800], 16: ['65535:65535', '16:3'], 22: 'read only', 24: 3000, 25: pattern(3000),
  },
}, () => ({}));
const write = everything.write!;
everything.write = (o, instance, resource, value, replace) => {
  if (resource === 24) everything.values[instance]![25] = pattern(value as number);
  return write(o, instance, resource, value, replace);
};

const temperature = store(3303, shipped(3303), { 0: { 5601: 18.25, 5602: 24, 5700: 21.5, 5701: 'Cel' } }, () => ({ 5700: 0 }));
const portfolio = store(16, shipped(16), {}, () => ({ 0: {} }));
const objects: LwM2mObject[] = [device, firmware, portfolio, temperature, everything];

// With several servers: the first owns what is there, the others may read it; each may make a /16.
const servers = options.server!.split(',').map((uri, i) => ({ uri, ssid: i + 1, lifetime: Number(options.lifetime ?? 300) }));
const access =
  servers.length > 1
    ? accessControl([
        ...servers.map(({ ssid }) => ({ object: 1, instance: ssid - 1, owner: ssid })),
        ...entriesOf(objects, 1, ACCESS_READ),
        { object: 16, instance: MAX_ID, owner: MAX_ID, acl: Object.fromEntries(servers.map(({ ssid }) => [ssid, ACCESS_CREATE])) },
      ])
    : undefined;
if (access) objects.push(access);
let registered = 0;

const handle = connect({
  endpoint: options.endpoint!,
  servers,
  objects,
  access,
  block: options.block ? Number(options.block) : undefined,
  sms: options.sms,
  onEvent(_c, name, ssid, detail) {
    tell(name, { ssid, ...(typeof detail === 'string' ? { path: detail } : { code: detail }) });
    registered += name === 'registered' ? 1 : name === 'deregistered' || name === 'lost' ? -1 : 0;
    if (name === 'deregistered' && stopping && !registered) setTimeout(() => process.exit(0), 50);
  },
});

let stopping = false;
function stop(): void {
  stopping = true;
  handle.stop();
}
process.on('SIGTERM', stop);

createInterface(process.stdin)
  .on('line', (line) => {
    const command = JSON.parse(line) as { command: string; path?: string; value?: Value | Multiple };
    const [object, instance, resource] = (command.path ?? '').split('/').slice(1).map(Number) as [number, number, number];
    if (command.command === 'write') {
      (objects.find((o) => o.id === object) as Store).values[instance]![resource] = command.value;
      handle.changed(object, instance, resource);
    } else if (command.command === 'update') handle.update();
    else if (command.command === 'stop') stop();
  })
  .on('close', stop);
