import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { buildTestBundle } from '../support/core-bundle';

test('what the sources do, the minified bundle does: the tests of the device again, on it', async (t) => {
  await buildTestBundle();
  const files = readdirSync(inPackage('test', 'device')).filter((name) => name.endsWith('.test.ts')).map((name) => `test/device/${name}`);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AVA|WIXT|TEST|FORCE_COLOR)/.test(name)));
  const { stdout } = await promisify(execFile)(process.execPath, [inPackage('node_modules', 'ava', 'entrypoints', 'cli.mjs'), '--tap', '--concurrency', '1', ...files], {
    cwd: inPackage(),
    env: { ...env, WIXT_CORE: 'bundle', WIXT_RUNS: '100' },
    maxBuffer: 1 << 26,
  });
  const passed = Number(/^# pass (\d+)$/m.exec(stdout)?.[1]);
  t.log(`${passed} tests in ${files.length} files`);
  t.is(Number(/^# fail (\d+)$/m.exec(stdout)?.[1]), 0);
  t.true(passed > 150);
});
