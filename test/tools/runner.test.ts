/** Counting: closing lines of stages, TAP of ava. */
import test from 'ava';
import { formatEngines, readTap } from '../../tools/test/tap';
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
