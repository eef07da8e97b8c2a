/**
 * The Device object (/3/0, 14 resources, 129 bytes of TLV) out and in, CoAP parsed and built, and datagram → answer: ours, from the
 * minified bundle, beside coap-packet and lwm2m-codec on the same bytes. Times are CPU time of this process (process.cpuUsage), so what else
 * the machine does hardly counts. coap-packet makes an object of what it reads and reads one to write, with an array of options and a buffer for
 * each value; ours reads into a record and writes from one. That is a good part of the ratio, and a program that needs the object pays for it.
 */
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { generateBundle, scriptOf } from '../../src/host/build/output';
import host from '../../boards/host/board';
import { libraryOptions } from '../../src/host/build/bundle';
import { Device } from '../../src/device/objects/generated/index';
import { inPackage } from '../../src/host/build/root';
import { countInstructions } from './espruino';

const quick = process.argv.some((word) => word === '--quick' || word === '--smoke');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const require = createRequire(import.meta.url);

/** The values of the seed's device, with the time zone of the specification's example: 129 bytes. */
const VALUES: Record<number, any> = {
  0: 'Open Mobile Alliance',
  1: 'Lightweight M2M Client',
  2: '345000123',
  3: '1.0',
  6: [1, 5],
  7: [3800, 5000],
  8: [125, 900],
  9: 100,
  10: 15,
  11: [0],
  13: 1367491215,
  14: '+02:00',
  15: '+02:00',
  16: 'U',
};
const REQUEST = Buffer.from('4101700110b1330130622d16', 'hex');

async function buildBundle(): Promise<any> {
  const folder = inPackage('tools', 'bench');
  const out = mkdtempSync(join(tmpdir(), 'wixt-bench-'));
  try {
    const options = libraryOptions({ board: { ...host, name: 'bench' }, folder }, out);
    const { code } = scriptOf(await generateBundle(options));
    const module = { exports: {} as any };
    new Function('exports', 'module', code)(module.exports, module);
    return { ...module.exports, code };
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** µs of CPU for one call, the best of many short rounds: cores and caches are shared with what else runs, and disturbance only ever adds. */
function time(work: () => unknown, calls: number): number {
  let best = Infinity;
  for (let i = 0; i < calls * 5; i++) work();
  for (let round = 0; round < (quick ? 60 : 300); round++) {
    const from = process.cpuUsage();
    for (let i = 0; i < calls; i++) work();
    const { user, system } = process.cpuUsage(from);
    best = Math.min(best, (user + system) / calls);
  }
  return best;
}

/** Heap bytes for one call, garbage included. */
function allocated(work: () => unknown, calls: number): number {
  for (let i = 0; i < 2000; i++) work();
  collect();
  const from = process.memoryUsage().heapUsed;
  for (let i = 0; i < calls; i++) work();
  return Math.max(0, (process.memoryUsage().heapUsed - from) / calls);
}

const wixt = await buildBundle();
const full: Uint16Array = Device.table();
const pairs: number[] = [];
for (let i = 0; i < full.length; i += 2) if (full[i]! in VALUES) pairs.push(full[i]!, full[i + 1]!);
const table = new Uint16Array(pairs);
const device = { id: 3, table, instances: [0], read: (_o: unknown, _i: number, r: number) => VALUES[r] };
let waiting: Uint8Array | undefined;
let sent = 0;
let answer: Uint8Array = new Uint8Array();
const udp = {
  remoteAddress: '192.0.2.1',
  remotePort: 5683,
  read(into: Uint8Array) {
    if (!waiting) return undefined;
    into.set(waiting);
    const n = waiting.length;
    waiting = undefined;
    return n;
  },
  write(data: Uint8Array, length: number) {
    answer = data;
    sent = length;
  },
  close() {},
  resolve: (name: string) => name,
};
const client = wixt.createClient({ endpoint: 'bench', servers: [{ uri: 'coap://192.0.2.1' }], objects: [device], udp, random: Math.random });
wixt.start(client, 0);
wixt.poll(client, 0);

// The bytes that everybody works on.
waiting = REQUEST;
wixt.receive(client, 0);
const response = Buffer.from(answer.slice(0, sent));
const payload = response.subarray(response.indexOf(255) + 1);
const inside = new Uint8Array(payload.length + 16);
inside.set(payload);
if (payload.length !== 129) throw new Error(`the Device object has ${payload.length} bytes of TLV, not 129`);

const coapPacket = require('coap-packet');
const codec = require('lwm2m-codec');
const byName = Object.fromEntries(Object.entries(VALUES).map(([id, v]) => [id, Array.isArray(v) ? { ...v } : v]));
const values = {};
const parsed = coapPacket.parse(REQUEST);
const rows: [string, () => unknown, string, (() => unknown) | undefined, number | undefined][] = [
  ['TLV out, 14 resources, 129 bytes', () => wixt.encodeTlv(client, device), 'lwm2m-codec', () => codec.encode('tlv', '/3/0', byName), 1],
  ['TLV in', () => wixt.decodeTlv(client, table, inside, 129, values), 'lwm2m-codec', () => codec.decode('tlv', '/3/0', payload), 1.5],
  [
    'CoAP: parse request, build answer',
    () => {
      wixt.decodeRequest(client, REQUEST, 12);
      wixt.encodeAnswer(client, payload);
    },
    'coap-packet',
    () => {
      coapPacket.parse(REQUEST);
      coapPacket.generate({
        ack: true,
        code: '2.05',
        messageId: parsed.messageId,
        token: parsed.token,
        options: [{ name: 'Content-Format', value: Buffer.from([0x2d, 0x16]) }],
        payload,
      });
    },
    1,
  ],
  [
    'datagram → answer, /3/0 in TLV',
    () => {
      waiting = REQUEST;
      wixt.receive(client, 0);
    },
    'coap-packet + lwm2m-codec',
    () => {
      coapPacket.parse(REQUEST);
      coapPacket.generate({
        ack: true,
        code: '2.05',
        messageId: parsed.messageId,
        token: parsed.token,
        options: [{ name: 'Content-Format', value: Buffer.from([0x2d, 0x16]) }],
        payload: codec.encode('tlv', '/3/0', byName),
      });
    },
    undefined,
  ],
];

/** What stands for the aim on a machine that is slower than the one that it was set on. */
const SLOW_RATIO = 100;

let passed = 0;
let failed = 0;
// Processes that share cores and caches slow each other down by more than a half, which CPU time shows too.
const busy = loadavg()[0]! > availableParallelism();
if (busy) console.log(`the machine is busy (${loadavg()[0]!.toFixed(1)} processes for ${availableParallelism()} cores): the aims are doubled`);
console.log('work                               ours µs   aim µs   peer                        peer µs   ratio   ours B/call');
for (const [name, ours, peer, theirs, aim] of rows) {
  let them: number | undefined;
  let us = time(ours, 4000);
  try {
    them = theirs && time(theirs, 40);
  } catch (error) {
    failed++;
    console.log(`  FAILED ${peer} can't do this: ${(error as Error).message}`);
    continue;
  }
  us = Math.min(us, time(ours, 4000));
  const bytes = allocated(ours, 20000);
  const cells = [us.toFixed(2).padStart(7), (aim ?? '').toString().padStart(8), '  ' + peer.padEnd(26), (them?.toFixed(2) ?? '-').padStart(8)];
  console.log(name.padEnd(35) + cells.join(' ') + ((them ? (them / us).toFixed(0) + '×' : '-').padStart(8) + bytes.toFixed(0).padStart(14)));
  const judge = (fine: boolean, sentence: string): void => {
    if (fine) passed++;
    else {
      failed++;
      console.log(`  FAILED ${sentence}`);
    }
  };
  // A slow machine is slow for the peer, too.
  if (aim !== undefined) judge(us <= aim * (busy ? 2 : 1) || (them !== undefined && them / us >= SLOW_RATIO), `${name} takes ${us.toFixed(2)} µs; the aim is ${aim}${busy ? ', twice on a busy machine' : ''}, or ${SLOW_RATIO} times as fast as the peer`);
  // A ratio is the same on a slow machine and a fast one: ours must be at least five times as fast as what there is.
  if (them) judge(them / us >= 5, `${name} is ${(them / us).toFixed(1)} times as fast as ${peer}; the aim is 5`);
}
const counts = await countInstructions();
if (typeof counts === 'string') console.log(`instructions on Espruino: skipped, ${counts}`);
else for (const [what, n] of Object.entries(counts)) console.log(`instructions on Espruino, ${what}: ${(n / 1e6).toFixed(2)} M`);
console.log(`${passed} passed, ${failed} failed${typeof counts === 'string' ? ', 1 skipped' : ''}`);
process.exitCode = failed ? 1 : 0;
