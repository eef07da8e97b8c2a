import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import type { Measured } from './measure';

/** Allowance for numbers that V8 boxes before it optimises, in bytes for each request. */
const BOXED = 64;
/** Bytes that may stay on the heap after 10,000 requests: what the engine's compiler learns, and no byte for each request. */
const KEPT = 9_000;

/** What is allocated all the same, in bytes, and what for. */
const ALLOWED: Record<string, [bytes: number, why: string]> = {
  'Read of an opaque value of 600 bytes': [128, 'a view of the bytes that the handler returned'],
  'one block of it': [256, 'a view for each of the two passes'],
  'Discover of an object': [4400, 'the links as texts'],
  'Write of a string, text': [400, 'the string for the handler'],
  'Execute': [64, 'the arguments for the handler'],
  'a block of a Block1 transfer to a chunk handler': [160, 'the view for the handler'],
  'Write-Attributes': [1500, 'the attributes, which stay with the path, and their names as text'],
  'Observe': [200, 'the path for the event "observed"'],
  'a notification and its acknowledgement': [96, 'times that are no small integers'],
};

test('after start nothing is allocated for a request but what goes to the application or comes from it', async (t) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512', '--import=tsx', inPackage('test', 'heap', 'measure.ts')],
    { cwd: inPackage() },
  );
  const results = JSON.parse(stdout) as Measured[];
  t.true(results.length > 20);
  for (const { kind, bytes, kept } of results) {
    const [most, why] = ALLOWED[kind] ?? [BOXED, 'nothing'];
    t.log(`${bytes.toFixed(1).padStart(7)} bytes  ${kind}${bytes > BOXED ? `: ${why}` : ''}`);
    t.true(bytes <= most, `${kind}: ${bytes} bytes for each request, ${most} allowed`);
    t.true(kept <= KEPT, `${kind}: ${kept} bytes stayed`);
  }
  for (const kind of Object.keys(ALLOWED)) t.true(results.some((one) => one.kind === kind), kind);
});

test('bad input leaves nothing behind: after every datagram of badinput.json, again and again, slots and heap are as before', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--jitless', '--import=tsx', inPackage('test', 'heap', 'badinput.ts')], { cwd: inPackage() });
  const { datagrams, heaps, held } = JSON.parse(stdout) as { datagrams: number; heaps: number[]; held: string[] };
  t.true(datagrams > 150);
  t.deepEqual([...new Set(held)], [held[0]]);
  // Without a compiler at run time (--jitless) the heap is steady, once every path has run; of the rest each half has its least.
  const rest = heaps.slice(12);
  const half = rest.length / 2;
  const growth = Math.min(...rest.slice(half)) - Math.min(...rest.slice(0, half));
  t.log(`${growth} bytes of growth in ${half} rounds of ${datagrams} datagrams`);
  t.true(growth / (half * datagrams) < 4, `${growth} bytes in ${half * datagrams} datagrams`);
});
