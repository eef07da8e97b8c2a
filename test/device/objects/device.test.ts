/** Object 3, Device: LwM2M 1.0.2 E.4. */
import test from 'ava';
import { clearError, Device, device, ERROR_GPS, ERROR_LOW_BATTERY, ERROR_OUT_OF_MEMORY, raiseError } from '../../../src/device/objects/index';
import { text } from '../../support/bench';
import { observeOf, textOf } from '../../support/dialogue';
import { createBoard } from '../../support/objects';

const values = () => ({ [Device.MANUFACTURER]: 'ACME', [Device.CURRENT_TIME]: 1367491215 });

test('mandatory resources exist by default: Reboot, Error Code 0, binding U', (t) => {
  const board = createBoard([device(values(), {})]);
  t.deepEqual(board.values('/3/0'), { 0: 'ACME', 11: { 0: 0 }, 13: 1367491215, 16: 'U' });
  t.regex(textOf(board.dialogue.get('/3/0', { accept: 40 })), /<\/3\/0\/4>/);
  t.is(board.dialogue.post('/3/0/4').text, '2.04');
  t.is(board.dialogue.post('/3/0/5').text, '4.04', 'no Factory Reset without somebody who does it');
});

for (const [name, resource, hook] of [['Reboot', Device.REBOOT, 'onReboot'], ['Factory Reset', Device.FACTORY_RESET, 'onFactoryReset']] as const) {
  test(`${name} happens once, after its answer has been sent`, (t) => {
    const sentBefore: number[] = [];
    const o = device(values(), { [hook]: () => void sentBefore.push(board.bench.out.length) });
    const board = createBoard([o]);
    const request = board.dialogue.build(2, `/3/0/${resource}`);
    board.bench.give(request);
    t.is(board.bench.out.length, 1, 'the answer has gone');
    t.deepEqual(sentBefore, [], 'and nothing has happened yet');
    board.pass(0);
    board.dialogue.get('/3/0/0');
    t.deepEqual(sentBefore, [2]);
    board.bench.give(request);
    board.dialogue.get('/3/0/0');
    t.is(sentBefore.length, 1, 'a duplicate of the request is no second one');
  });
}

test('Current Time advances from its initial value, and from one that a server writes', (t) => {
  let now = 5_000_000;
  const board = createBoard([device(values(), { clock: () => now })]);
  now += 2999;
  t.is(board.value('/3/0/13'), 1367491217);
  t.is(board.dialogue.put('/3/0/13', { format: 0, payload: text('1700000000') }).text, '2.04');
  t.is(board.value('/3/0/13'), 1700000000);
  now += 60_000;
  t.is(board.value('/3/0/13'), 1700000060);
});

test('E.4: each error has an instance of Error Code; the last one that is mended leaves instance 0 with 0', (t) => {
  const o = device(values(), {});
  const board = createBoard([o]);
  t.deepEqual(board.value('/3/0/11'), { 0: 0 });
  raiseError(board.teller, o, ERROR_LOW_BATTERY);
  t.deepEqual(board.value('/3/0/11'), { 0: 1 });
  raiseError(board.teller, o, ERROR_OUT_OF_MEMORY);
  raiseError(board.teller, o, ERROR_LOW_BATTERY);
  t.deepEqual(board.value('/3/0/11'), { 0: 1, 1: 5 });
  clearError(board.teller, o, ERROR_LOW_BATTERY);
  t.deepEqual(board.value('/3/0/11'), { 1: 5 });
  raiseError(board.teller, o, ERROR_GPS);
  t.deepEqual(board.value('/3/0/11'), { 0: 3, 1: 5 });
  clearError(board.teller, o, ERROR_GPS);
  clearError(board.teller, o, ERROR_OUT_OF_MEMORY);
  t.deepEqual(board.value('/3/0/11'), { 0: 0 });
});

test('E.4: Reset Error Code leaves one instance with 0, or the persistent errors, and observers are notified', (t) => {
  let wrong: number[] = [];
  const o = device(values(), { onResetErrors: () => wrong });
  const board = createBoard([o]);
  raiseError(board.teller, o, ERROR_LOW_BATTERY);
  t.not(observeOf(board.dialogue.get('/3/0/11', { observe: 0 })), undefined);
  t.is(board.dialogue.post('/3/0/12').text, '2.04');
  t.deepEqual(board.value('/3/0/11'), { 0: 0 });
  t.is(board.pass(500).length, 1);
  wrong = [ERROR_LOW_BATTERY];
  t.is(board.dialogue.post('/3/0/12').text, '2.04');
  t.deepEqual(board.value('/3/0/11'), { 0: 1 });
});

test('onWrite may refuse a value', (t) => {
  const board = createBoard([device({ [Device.TIMEZONE]: 'UTC' }, { onWrite: (_i, _r, v) => (v === 'Mars' ? 128 : 0) })]);
  t.is(board.dialogue.put('/3/0/15', { format: 0, payload: text('Mars') }).text, '4.00');
  t.is(board.value('/3/0/15'), 'UTC');
});

test('E.4: Reboot, Factory Reset and Reset Error Code do what they say, and none does what another says', (t) => {
  for (const [resource, expected] of [[Device.REBOOT, ['reboot']], [Device.FACTORY_RESET, ['factory']], [Device.RESET_ERROR_CODE, ['errors']], [Device.MANUFACTURER, []], [Device.CURRENT_TIME, []]] as const) {
    const done: string[] = [];
    const board = createBoard([device(values(), { onReboot: () => void done.push('reboot'), onFactoryReset: () => void done.push('factory'), onResetErrors: () => (done.push('errors'), []) })]);
    board.pass(1000);
    t.is(board.dialogue.post(`/3/0/${resource}`).text, expected.length ? '2.04' : '4.05');
    board.pass(1000);
    t.deepEqual(done, [...expected], `${resource}`);
    board.dialogue.post('/3/0/12');
    board.pass(1000);
    t.deepEqual(done, [...expected, 'errors'], 'it is done once');
  }
});

test('E.4: without functions of the application Reboot and Reset Error Code succeed and do nothing', (t) => {
  const board = createBoard([device(values(), {})]);
  for (const resource of [4, 12]) t.is(board.dialogue.post(`/3/0/${resource}`).text, '2.04');
  t.notThrows(() => board.pass(1000));
  t.like(board.values('/3/0'), { 11: { 0: 0 } });
});
