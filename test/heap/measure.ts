/**
 * Bytes that a client allocates for each kind of request: run by heap.test.ts in a process with --expose-gc and a young generation
 * so large that nothing is collected between two looks at the heap. The socket is a double that allocates nothing, and handlers
 * return what was there before, so that all that is counted is the client's.
 */
import type { Client, LwM2mObject, Udp } from '../../src/device/index';
import { build, pathOptions, seeded, text, uintOption } from '../support/bench';
import { loadCore } from '../support/core';
import { tableOf } from '../support/store';
import { DEVICE, TEST_OBJECT } from '../support/world';

export interface Measured {
  kind: string;
  /** Bytes for each request. */
  bytes: number;
  /** Bytes that stay after a collection, of all requests together. */
  kept: number;
  code: number;
}

const REQUESTS = 10_000;
const { core } = await loadCore();

const DEVICE_VALUES: Record<number, unknown> = {
  0: 'Open Mobile Alliance', 1: 'Lightweight M2M Client', 2: '345000123', 3: '1.0', 6: [1, 5], 7: [3800, 5000], 8: [125, 900], 9: 100, 10: 15, 11: [0], 13: 1367491215, 14: '+02:00', 16: 'U',
};
const OPAQUE = new Uint8Array(600);
const TEST_VALUES: Record<number, unknown> = { 110: 'text', 120: 7, 130: 21.5, 140: true, 150: OPAQUE, 160: 1367491215, 170: '3:0' };

const still = (id: number, table: Uint16Array, values: Record<number, unknown>): LwM2mObject => ({
  id,
  table,
  instances: [0],
  read: (_o, _i, r) => values[r] as never,
  write: () => 0,
  chunk: () => 0,
  execute: () => 0,
});

class Still implements Udp {
  remoteAddress = '192.0.2.1';
  remotePort = 5683;
  next: Uint8Array | undefined;
  last = new Uint8Array(1500);
  length = 0;
  sent = 0;
  read(into: Uint8Array): number | undefined {
    const next = this.next;
    if (!next) return undefined;
    this.next = undefined;
    into.set(next);
    return next.length;
  }
  write(data: Uint8Array, length: number): void {
    // Only the head: enough to see the answer.
    for (let i = 0; i < 8; i++) this.last[i] = data[i]!;
    this.length = length;
    this.sent++;
  }
  close(): void {}
  resolve(host: string): string {
    return host;
  }
}

const udp = new Still();
const objects = [still(3, tableOf(DEVICE), DEVICE_VALUES), still(3442, tableOf(TEST_OBJECT), TEST_VALUES)];
const client: Client = core.createClient({ endpoint: 'heap', servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 86400 }], objects, udp, random: seeded(1) });
let now = 1000;

function give(datagram: Uint8Array): void {
  udp.next = datagram;
  now += 1;
  core.receive(client, now);
  core.poll(client, now);
}

core.start(client, now);
core.poll(client, now);
give(build({ type: 2, code: 0x41, mid: udp.last[2]! * 256 + udp.last[3]!, token: [...udp.last.subarray(4, 8)], options: pathOptions('/rd/1', 8) }));

type Options = Parameters<typeof build>[0]['options'];
const get = (path: string, ...more: NonNullable<Options>): Uint8Array => build({ code: 1, token: [1, 2], options: [...pathOptions(path), ...more].sort((a, b) => a.number - b.number) });
const put = (method: number, path: string, format: number, payload: number[], ...more: NonNullable<Options>): Uint8Array =>
  build({ code: method, token: [1, 2], options: [...pathOptions(path), uintOption(12, format), ...more].sort((a, b) => a.number - b.number), payload });
const query = (q: string) => ({ number: 15, value: text(q) });
const TLV = 11542;

/** What is measured. */
const KINDS: [kind: string, datagram: Uint8Array][] = [
  ['ping', build({ mid: 1 })],
  ['Read of an integer, text', get('/3/0/9')],
  ['Read of a float, text', get('/3442/0/130', uintOption(17, 0))],
  ['Read of a float, TLV', get('/3442/0/130', uintOption(17, TLV))],
  ['Read of a string, text', get('/3/0/0')],
  ['Read of a resource with several instances, TLV', get('/3/0/6')],
  ['Read of an instance, 14 resources, TLV', get('/3/0')],
  ['Read of an object, TLV', get('/3')],
  ['Read of an opaque value of 600 bytes', get('/3442/0/150')],
  ['one block of it', get('/3442/0/150', uintOption(23, 0x22))],
  ['Discover of an object', get('/3', uintOption(17, 40))],
  ['Write of an integer, text', put(3, '/3442/0/120', 0, text('1234'))],
  ['Write of a boolean, TLV', put(3, '/3442/0/140', TLV, [0xc1, 0x8c, 1])],
  ['Write of an integer, TLV', put(3, '/3442/0/120', TLV, [0xc2, 0x78, 1, 2])],
  ['Write of a string, text', put(3, '/3442/0/110', 0, text('hello there'))],
  ['Write of three resources, TLV', put(2, '/3442/0', TLV, [0xc1, 0x78, 1, 0xc1, 0x7d, 1, 0xc1, 0x8c, 1])],
  ['Execute', build({ code: 2, token: [1], options: pathOptions('/3442/0/3') })],
  ['a block of a Block1 transfer to a chunk handler', put(3, '/3442/0/150', 42, new Array<number>(64).fill(1), uintOption(27, 0x0a))],
  ['Write-Attributes', build({ code: 3, token: [1], options: [...pathOptions('/3/0/9'), query('pmin=1'), query('pmax=60')] })],
  ['Observe', get('/3/0/9', uintOption(6, 0))],
  ['what is not there', get('/3/0/99')],
  ['a critical option that is unknown', get('/3/0/9', { number: 9, value: [] })],
  ['bytes that are no message', Uint8Array.from([0x4f, 1, 2, 3])],
];

let mid = 0x3000;

function run(datagram: Uint8Array, requests: number): void {
  for (let i = 0; i < requests; i++) {
    mid = (mid + 1) & 0xffff;
    datagram[2] = mid >> 8;
    datagram[3] = mid;
    give(datagram);
  }
}

/** Observed values that change: each gives a notification, which is acknowledged. */
const ack = Uint8Array.from([0x60, 0, 0, 0]);
function notify(requests: number): void {
  for (let i = 0; i < requests; i++) {
    DEVICE_VALUES[9] = i & 63;
    core.changed(client, 3, 0, 9);
    // Behind the minimum period.
    now += 1000;
    core.poll(client, now);
    ack[2] = udp.last[2]!;
    ack[3] = udp.last[3]!;
    give(ack);
  }
}

/** A Confirmable message of the client that waits would be retransmitted meanwhile. */
function drop(): void {
  run(get('/3/0/9', uintOption(6, 1)), 1);
  run(build({ code: 3, token: [1], options: [...pathOptions('/3/0/9'), query('pmin'), query('pmax')] }), 1);
}

const heap = (): number => process.memoryUsage().heapUsed;
const collect = globalThis.gc!;

/** The least of several rounds: the compiler and its feedback allocate too, but not each time. */
function measure(kind: string, work: (requests: number) => void): Measured {
  const best: Measured = { kind, bytes: Infinity, kept: Infinity, code: 0 };
  work(REQUESTS);
  for (let round = 0; round < 6; round++) {
    collect();
    const start = heap();
    // The look at the heap allocates as well.
    const look = heap() - start;
    const before = heap();
    work(REQUESTS);
    const bytes = heap() - before - look;
    best.code = udp.last[1]!;
    collect();
    best.bytes = Math.min(best.bytes, Math.max(0, bytes / REQUESTS));
    best.kept = Math.min(best.kept, Math.max(0, heap() - start));
  }
  return best;
}

const results = KINDS.map(([kind, datagram]) => measure(kind, (requests) => run(datagram, requests)));
drop();
run(get('/3/0/9', uintOption(6, 0)), 1);
results.push(measure('a notification and its acknowledgement', notify));
drop();
process.stdout.write(JSON.stringify(results));
