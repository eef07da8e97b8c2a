/** How many devices one process of the host holds: the board `host` makes the room for bodies and observations when it is needed. */
import { execFileSync } from 'node:child_process';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';

const MANY = 20_000;
const ROOM = 300 * 1024 * 1024;
/** What Node and the bundle take by themselves. */
const BASE = 60 * 1024 * 1024;
const COUNT = 2000;

test('20,000 devices of the host bundle register in one process within 300 MB', (t) => {
  const run = (count: number) => JSON.parse(execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', inPackage('test', 'heap', 'devices.ts'), String(count)], { encoding: 'utf8' }));
  const { bytes, registered } = run(COUNT);
  t.is(registered, COUNT + 10);
  t.log(`${Math.round(bytes)} bytes a device, ${Math.round((BASE + MANY * bytes) / 1024 / 1024)} MB for ${MANY}`);
  t.true(BASE + MANY * bytes < ROOM, `${bytes} bytes a device`);
});
