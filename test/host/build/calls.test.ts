import test from 'ava';
import { isWorthItsText, readCalls } from '../../../src/host/build/calls';
import { compareCalls, recordCalls } from '../../../tools/calls/main';

test('calls.json is what the recorded session says: node tools/calls.js', async (t) => {
  t.timeout(120_000);
  t.deepEqual(compareCalls(readCalls(), await recordCalls()), []);
});

test('the record knows what ordinary life does, and what it never does', (t) => {
  const calls = readCalls();
  for (const name of ['lwm2m/client#poll', 'lwm2m/management/read#read', 'lwm2m/registration/register#pollServer', 'lwm2m/reporting/notify#observe', 'formats/tlv#putTlv']) t.true(calls[name]! > 0, name);
  for (const name of ['lwm2m/management/create#create', 'lwm2m/management/attributes#writeAttributes', 'lwm2m/management/execute#execute']) t.is(calls[name], 0, name);
});

test('where text that is skipped costs time, a function goes into its caller when it is called as often, or is short', (t) => {
  const calls = { 'a#often': 10, 'a#seldom': 2, 'a#never': 0, 'b#never': 0 };
  const pair = { name: '', caller: '', length: 300 };
  t.true(isWorthItsText(calls, pair, 'a#often', 'a#often'));
  t.true(isWorthItsText(calls, pair, 'a#never', 'b#never'));
  t.false(isWorthItsText(calls, pair, 'a#seldom', 'a#often'));
  t.false(isWorthItsText(calls, pair, 'a#never', 'a#often'));
  t.false(isWorthItsText(calls, pair, 'a#unknown', 'a#often'));
  t.true(isWorthItsText(calls, { ...pair, length: 40 }, 'a#never', 'a#often'));
});
