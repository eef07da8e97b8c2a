/** What the console shows for values, times and durations: rules without a page. */
import test from 'ava';
import fc from 'fast-check';
import { loadModule } from './support/modules';

// Before any Date is made: the page shows times where the browser is.
process.env['TZ'] = 'Europe/Berlin';
const { duration, floatText, parseTime, showValue, timeText, valueText, visible } = await loadModule('values');

test('a number of 4 bytes is shown with the shortest digits that are the same number of 4 bytes', (t) => {
  for (const [float, expected] of [
    [21.1, '21.1'],
    [0.1, '0.1'],
    [-3.14, '-3.14'],
    [3.4028235e38, '3.4028235e+38'],
    [1e-45, '1e-45'],
    [16777216, '16777216'],
    // a whole number keeps its digits, though 123456790 would be the same in 4 bytes
    [123456792, '123456792'],
  ] as const)
    t.is(floatText(String(Math.fround(float))), expected);
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (float) => Object.is(Math.fround(Number(floatText(String(float)))), Math.fround(Number(String(float))))),
  );
});

test('a number of 8 bytes keeps all of its digits', (t) => {
  for (const text of ['0.30000000000000004', '21.1', '16777217', '1234567.875', '0.000001', '2.5', '9007199254740991', '12345678901234567890', '1.50'])
    t.is(floatText(text), text);
  fc.assert(
    fc.property(
      fc.double({ noNaN: true }).filter((double) => Math.fround(double) !== double),
      (double) => Object.is(Number(floatText(String(double))), double),
    ),
  );
});

test('a number that is none is said, and the exact value of a shortened one is in its title', (t) => {
  t.is(showValue('FLOAT', 'NaN').text, 'NaN');
  t.is(showValue('FLOAT', 'Infinity').text, 'Infinity');
  t.is(showValue('FLOAT', '-Infinity').text, '-Infinity');
  t.deepEqual(showValue('FLOAT', '21.100000381469727'), { text: '21.1', title: 'exactly 21.100000381469727' });
});

test('whole numbers beyond 2^53 are shown digit by digit', (t) => {
  for (const text of ['9223372036854775807', '-9223372036854775808', '18446744073709551615', '0', '-1']) {
    t.is(showValue('INTEGER', text).text, text);
    t.is(showValue('UNSIGNED_INTEGER', text).text, text);
  }
});

test('a value of an enumeration is shown with its meaning', (t) => {
  t.deepEqual(showValue('INTEGER', '2', { 0: 'Idle', 2: 'Downloaded' }), { text: '2', note: 'Downloaded' });
  t.deepEqual(showValue('INTEGER', '7', { 0: 'Idle' }), { text: '7' });
  // only the definition's own
  t.deepEqual(showValue('INTEGER', 'constructor', {}), { text: 'constructor' });
});

test('times are of 24 hours and in one form wherever they are', (t) => {
  const evening = Date.UTC(2026, 10, 30, 20, 5, 9, 7);
  t.is(timeText(evening, { date: true }), '2026-11-30 21:05:09');
  t.is(timeText(evening, { now: evening }), '21:05:09');
  t.is(timeText(evening, { now: evening + 86_400_000 }), '2026-11-30 21:05:09');
  t.is(timeText(evening, { date: false, fraction: true }), '21:05:09.007');
  t.is(timeText(Date.UTC(2026, 10, 30, 23, 0), { date: true }), '2026-12-01 00:00:00');
  t.is(showValue('TIME', evening).text, '2026-11-30 21:05:09');
});

test('a Time that no calendar has is shown as its number, with a note', (t) => {
  // Integer of 64 bits; the server sends milliseconds, as text where they are beyond 2^53
  t.deepEqual(showValue('TIME', '9223372036854775807000'), { text: '9223372036854775807 s', note: 'too far from 1970 for a date' });
  t.deepEqual(showValue('TIME', '-9223372036854775808000'), { text: '-9223372036854775808 s', note: 'too far from 1970 for a date' });
  t.regex(showValue('TIME', 1_764_000_000_000_000).note, /perhaps milliseconds/);
  t.is(showValue('TIME', 253402300800000).text, '253402300800 s');
  t.regex(showValue('TIME', 0).note, /no time yet/);
  t.is(showValue('TIME', 0).text, '1970-01-01 01:00:00');
  t.deepEqual(showValue('TIME', -1000), { text: '1970-01-01 00:59:59', note: '-1 s, before 1970' });
  for (const value of [NaN, Infinity, 'x', {}, [], true, '1e400', '']) t.notRegex(JSON.stringify(showValue('TIME', value)), /Invalid Date/);
});

test('what a person types for a time is the moment that is shown for it', (t) => {
  t.is(parseTime('2026-11-30 21:05:09'), Date.UTC(2026, 10, 30, 20, 5, 9));
  t.is(parseTime('2026-11-30T21:05'), Date.UTC(2026, 10, 30, 20, 5));
  t.is(parseTime(' 1367491215 '), 1367491215000);
  t.is(parseTime('-1'), -1000);
  t.is(parseTime('9223372036854775807'), '9223372036854775807000');
  for (const text of ['2026-02-29 10:00:00', '2026-02-28 24:00:00', '2026-13-01 00:00:00', '2026-01-01 00:60:00', 'now', '', '12:00', '1.5'])
    t.is(parseTime(text), undefined, text);
  fc.assert(
    fc.property(fc.integer({ min: -62_000_000_000, max: 253_000_000_000 }), (seconds) => {
      const shown = timeText(seconds * 1000, { date: true });
      // an hour that comes twice in autumn has one text for two moments
      return timeText(parseTime(shown), { date: true }) === shown;
    }),
  );
});

test('whatever a value holds is shown, and says what it is', (t) => {
  t.deepEqual(showValue('STRING', ''), { text: '', note: 'empty' });
  t.deepEqual(showValue('OPAQUE', ''), { text: '', note: 'empty' });
  t.deepEqual(showValue('OPAQUE', '01'), { text: '01', note: '1 byte' });
  t.deepEqual(showValue('OPAQUE', '0102ff'), { text: '01 02 ff', note: '3 bytes' });
  t.deepEqual(showValue('OBJLNK', { objectId: 3, objectInstanceId: 0 }), { text: '3:0' });
  t.deepEqual(showValue('OBJLNK', { objectId: 65535, objectInstanceId: 65535 }), { text: '65535:65535', note: 'no link' });
  t.deepEqual(showValue('BOOLEAN', false), { text: 'false' });
  for (const type of ['STRING', 'INTEGER', 'UNSIGNED_INTEGER', 'FLOAT', 'BOOLEAN', 'OPAQUE', 'TIME', 'OBJLNK', 'CORELNK', 'x', undefined]) {
    t.deepEqual(showValue(type, null), { text: '', note: 'no value' });
    t.deepEqual(showValue(type, undefined), { text: '', note: 'no value' });
    for (const odd of [{}, [], 0, '', 'x', true, { objectId: 'a' }, 1e300]) t.is(typeof valueText(type, odd), 'string');
  }
});

test('what is too long for a row is cut, and says how long it is', (t) => {
  const long = 'x'.repeat(100_000);
  const { text, note, whole } = showValue('STRING', long);
  t.true(text.length < 400);
  t.is(note, '100000 characters');
  t.is(whole, long);
  const bytes = showValue('OPAQUE', 'ab'.repeat(1 << 20));
  t.is(bytes.note, '1048576 bytes');
  t.true(bytes.text.length < 400);
});

test('characters that are not seen, or turn text around, are told', (t) => {
  t.is(visible('a\u0000b\u202ec\u200e\ufeff'), 'a\\u0000b\\u202ec\\u200e\\ufeff');
  t.is(visible('lone \ud83d'), 'lone \\ud83d');
  t.is(visible('Grüße 😀 👨‍👩‍👧\nänder\t日本'), 'Grüße 😀 👨‍👩‍👧\nänder\t日本');
});

test('durations have one unit', (t) => {
  t.deepEqual([0, 59, 119, 120, 7199, 7200, 172_800, -5].map(duration), ['0 s', '59 s', '119 s', '2 min', '119 min', '2 h', '2 d', '0 s']);
});
