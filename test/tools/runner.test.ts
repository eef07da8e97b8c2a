/** Counting: closing lines of stages, TAP of ava. */
import { execFile } from 'node:child_process';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { findMissing, formatEngines, listEngines, readTap, requiredOf, TapReader } from '../../tools/test/tap';
import { addCounts, formatCounts, readCounts } from '../../tools/test/stages';

test('the last closing line counts; a command that ends badly has failed', (t) => {
  t.deepEqual(readCounts('1 passed, 2 failed\nx\n3 passed, 0 failed, 4 skipped\n', 0), { passed: 3, failed: 0, skipped: 4 });
  t.deepEqual(readCounts('3 passed, 0 failed', 1), { passed: 3, failed: 1, skipped: 0 });
  t.deepEqual(readCounts('nothing', 0), { passed: 1, failed: 0, skipped: 0 });
  t.deepEqual(readCounts('nothing', 2), { passed: 0, failed: 1, skipped: 0 });
  t.deepEqual(readCounts('he said 3 passed, 0 failed, 1 skipped to me', 0), { passed: 1, failed: 0, skipped: 0 });
  t.is(formatCounts(addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 1, failed: 0, skipped: 1 })), '2 passed, 2 failed, 4 skipped');
});

test('tests, failures with their texts, and skips with their reasons', (t) => {
  const result = readTap(
    ['TAP version 13', 'ok 1 - a', 'ok 2 - b # SKIP', 'not ok 3 - c # TODO', 'ok 4 - d', '#   measured: 3 bytes', '#   skipped: no engine', 'not ok 5 - e', '  ---', '  name: x', '  ...', '', '1..5', '# tests 5', '# fail 1'].join('\n'),
  );
  t.deepEqual(
    { ...result },
    {
      passed: 1,
      failed: 1,
      skipped: 3,
      tests: 5,
      engines: new Map(),
      measured: ['d: 3 bytes'],
      skips: ['b: switched off in the test file', 'c: not written yet', 'd: no engine'],
      faults: ['not ok 5 - e', '  ---', '  name: x', '  ...', ''],
    },
  );
});

test('the table of engines: version, counts, why', (t) => {
  const { engines } = readTap(
    ['ok 1 - a', '#   engine: xs 13.3.0', 'ok 2 - b', '#   engine: duktape -', '#   skipped: no duk', 'not ok 3 - c', '#   engine: xs 13.3.0', 'ok 4 - d', '', '1..4'].join('\n'),
  );
  t.deepEqual(formatEngines(engines), [
    'engine   version  passed  failed  skipped  why',
    'duktape  -             0       0        1  no duk',
    'xs       13.3.0        1       1        0',
  ]);
  t.deepEqual(formatEngines(new Map()), []);
});

test('tests are reported as they end, wherever the output is cut', (t) => {
  const output = ['ok 1 - a › one', 'ok 2 - b › two', '#   skipped: no engine', 'not ok 3 - a › three', '  ---', '  message: x', 'ok 4 - a › four', '#   measured: 7 bytes', '1..4', ''].join('\n');
  const expected = ['file a', 'file b', 'skipped: b › two: no engine', 'not ok 3 - a › three', '  ---', '  message: x', 'a › four: 7 bytes'];
  for (let cut = 0; cut <= output.length; cut++) {
    const told: string[] = [];
    const reader = new TapReader({ file: (name) => told.push(`file ${name}`), line: (text) => told.push(text) });
    reader.take(output.slice(0, cut));
    // What has ended is known before the rest comes: a suite that is stopped says so much.
    if (cut === output.indexOf('not ok 3')) t.deepEqual([reader.result.passed, reader.result.skipped], [1, 1]);
    reader.take(output.slice(cut));
    const { passed, failed, skipped } = reader.end();
    t.deepEqual({ passed, failed, skipped }, { passed: 2, failed: 1, skipped: 1 });
    t.deepEqual(told, expected);
  }
});

test('a required engine on which no test ran is a failure with its reason', (t) => {
  const { engines } = readTap(
    ['ok 1 - a', '#   engine: xs 13.3.0', 'ok 2 - b', '#   engine: espruino -', '#   skipped: no Espruino', 'ok 3 - c', '#   engine: jerryscript 3.0', '#   skipped: too old', '1..3'].join('\n'),
  );
  t.deepEqual(findMissing(engines, 'xs'), []);
  t.deepEqual(findMissing(engines, ''), []);
  t.deepEqual(findMissing(engines, 'xs, espruino,jerryscript,nothing'), [
    'WIXT_REQUIRE names espruino, and no test ran on it: no Espruino',
    'WIXT_REQUIRE names jerryscript, and no test ran on it: too old',
    'WIXT_REQUIRE names nothing, and no test ran on it: no test of this suite uses it',
  ]);
  t.deepEqual(listEngines(engines), [
    'engine: espruino -: 0 passed, 0 failed, 1 skipped (no Espruino)',
    'engine: jerryscript 3.0: 0 passed, 0 failed, 1 skipped (too old)',
    'engine: xs 13.3.0: 1 passed, 0 failed, 0 skipped',
  ]);
});

test('the gate on no bundle at all is a failure', async (t) => {
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [inPackage('tools/gate.js')], { env: { ...process.env, WIXT_DIST: 'no/such/folder' } }, (error, stdout) => resolve({ code: error?.code ?? 0, output: stdout }));
  });
  t.is(code, 1);
  t.regex(output, /there is no bundle in no\/such\/folder: npm run build\n0 passed, 1 failed/);
});

test('a browser is required of the long suite, an engine of the engines suite', (t) => {
  t.is(requiredOf('long', 'espruino, chromium,xs'), ' chromium');
  t.is(requiredOf('unit', 'espruino, chromium,xs'), '');
  t.is(requiredOf('engines', 'espruino,chromium,xs'), 'espruino,xs');
  t.deepEqual(listEngines(readTap(['ok 1 - a', '#   engine: chromium 156.0', '1..1'].join('\n')).engines), ['browser: chromium 156.0: 1 passed, 0 failed, 0 skipped']);
});
