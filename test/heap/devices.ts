/** What a device of the host's bundle takes in a process with many: run by devices.test.ts with --expose-gc. Their sockets are doubles; all of them register. */
import { createRequire } from 'node:module';
import { buildCode } from '../engines/support/bundle';
import type { Client, LwM2mObject, Udp } from '../../src/device/index';

const COUNT = Number(process.argv[2]);

type Core = typeof import('../../src/device/index');
const module = { exports: {} as Core };
new Function('module', 'exports', 'require', await buildCode('host', 'boards/host'))(module, module.exports, createRequire(import.meta.url));
const core = module.exports;

/** Takes what is sent, and gives the answer to a Register. */
function makeUdp(): Udp & { answer?: Uint8Array } {
  const udp: Udp & { answer?: Uint8Array } = {
    remoteAddress: '192.0.2.1',
    remotePort: 5683,
    read(into) {
      const next = udp.answer;
      udp.answer = undefined;
      if (next) into.set(next);
      return next?.length;
    },
    // 2.01 to its message id and token, with Location-Path /rd/1.
    write: (data) => void (udp.answer = Uint8Array.of(0x64, 0x41, data[2]!, data[3]!, ...data.subarray(4, 8), 0x82, 0x72, 0x64, 1, 0x31)),
    close() {},
    resolve: (host) => host,
  };
  return udp;
}

const table = new Uint16Array([0, 0x11, 9, 0x12]);
const clients: Client[] = [];
let registered = 0;

function measure(): number {
  (globalThis as { gc?: () => void }).gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function addDevices(count: number): void {
  for (let k = 0; k < count; k++) {
    const o: LwM2mObject = { id: 3, table, instances: [0], read: (_o, _i, r) => (r ? 50 : 'wixt') };
    const udp = makeUdp();
    const c = core.createClient({
      endpoint: 'device-' + clients.length, servers: [{ uri: 'coap://192.0.2.1' }], objects: [o], udp, random: Math.random,
      onEvent: (_c, name) => void (registered += name === 'registered' ? 1 : 0),
    });
    core.start(c, 0);
    core.poll(c, 0);
    core.receive(c, 0);
    clients.push(c);
  }
}

addDevices(10);
const before = measure();
addDevices(COUNT);
const bytes = (measure() - before) / COUNT;
console.log(JSON.stringify({ bytes, registered, rss: process.memoryUsage().rss }));
