/**
 * Heap and slots of one client that gets every datagram of badinput.json again and again: run by heap.test.ts with --expose-gc.
 * Prints what stayed after each round, as JSON.
 */
import { readFileSync } from 'node:fs';
import { inPackage } from '../../src/host/build/root';
import { createDevice } from '../support/device';

const ROUNDS = 30;
const EXCHANGE_LIFETIME_MS = 247_000;

const { cases } = JSON.parse(readFileSync(inPackage('test', 'vectors', 'badinput.json'), 'utf8')) as { cases: { datagram?: string; sequence?: string[]; repeat?: { datagram: string } }[] };
const datagrams = cases.flatMap(({ datagram, sequence = [], repeat }) => [...(datagram === undefined ? [] : [datagram]), ...sequence, ...(repeat ? [repeat.datagram] : [])]);

const { bench, world, dialogue, slots } = createDevice();
let mid = 1;
const heaps: number[] = [];
const held: string[] = [];
for (let round = 0; round < ROUNDS; round++) {
  for (const datagram of datagrams) {
    const b = Buffer.from(datagram, 'hex');
    if (b.length >= 4) b.writeUInt16BE((mid = (mid + 1) & 0xffff), 2);
    bench.give(new Uint8Array(b));
  }
  if (dialogue.get('/3/0/9').text !== '2.05') throw new Error('the client does not answer any more');
  for (const path of slots().observations) dialogue.get(path, { observe: 1 });
  for (const path of slots().attributes) dialogue.put(path, { query: path.split('/').length > 3 ? ['pmin', 'pmax', 'gt', 'lt', 'st'] : ['pmin', 'pmax'] });
  for (const id of world.portfolio.instances.slice(1)) dialogue.delete(`/16/${id}`);
  // Notifications and Updates of what was created go unanswered, and are given up; the client registers anew.
  for (let i = 0; i < 6; i++) bench.advance(EXCHANGE_LIFETIME_MS);
  for (const store of world.objects) store.calls.length = 0;
  bench.out.length = bench.events.length = dialogue.unasked.length = 0;
  held.push(JSON.stringify({ ...slots(), exchanges: 0 }));
  globalThis.gc!();
  heaps.push(process.memoryUsage().heapUsed);
}
process.stdout.write(JSON.stringify({ datagrams: datagrams.length, heaps, held }));
