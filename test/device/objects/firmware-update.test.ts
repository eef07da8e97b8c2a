/** Object 5, Firmware Update by push: LwM2M 1.0.2 E.6 and the enabler test cases int-751 to int-780. */
import test from 'ava';
import { firmwareUpdate, type FirmwareHooks } from '../../../src/device/objects/index';
import { finishUpdate } from '../../../src/device/objects/firmware-update';
import { text } from '../../support/bench';
import { formatOf, METHODS, textOf } from '../../support/dialogue';
import { createBoard } from '../../support/objects';
import { pattern } from '../../support/world';

const OPAQUE = 42;
const IMAGE = pattern(1000);

/** A board with the object; `received` is the package as it came in. */
function createUpdatable(hooks: Partial<FirmwareHooks> = {}) {
  const calls: string[] = [];
  const received: number[] = [];
  const object = firmwareUpdate({
    chunk(data, offset) {
      if (!offset) received.length = 0;
      if (offset !== received.length) throw new Error(`a piece for byte ${offset} came after ${received.length}`);
      received.push(...data);
    },
    apply: () => void calls.push('apply'),
    cancel: () => void calls.push('cancel'),
    ...hooks,
  });
  const board = createBoard([object]);
  return {
    ...board,
    object,
    calls,
    received,
    push: (image: Uint8Array, size = 128) => board.dialogue.sendAll(METHODS.PUT, '/5/0/0', image, size, { format: OPAQUE }).text,
    update: () => board.dialogue.post('/5/0/2').text,
    /** [State, Update Result] */
    state: () => [board.value('/5/0/3'), board.value('/5/0/5')],
  };
}

test('int-751: idle, without a package; 8 and 9 have what is supported', (t) => {
  const { values, dialogue } = createUpdatable();
  t.deepEqual(values('/5/0'), { 1: '', 3: 0, 5: 0, 8: { 0: 0 }, 9: 1 });
  t.is(dialogue.get('/5/0/0').text, '4.05');
});

for (const size of [16, 32, 64, 128, 256, 512, 1024]) {
  test(`int-755: a package in blocks of ${size} bytes arrives piece by piece`, (t) => {
    const { push, state, received } = createUpdatable();
    t.is(push(Uint8Array.of(0)), '2.04');
    t.deepEqual(state(), [0, 0]);
    t.is(push(IMAGE, size), '2.04');
    t.deepEqual(received, [...IMAGE]);
    t.deepEqual(state(), [2, 0]);
  });
}

test('a package that fits in one message, as opaque, TLV and base64', (t) => {
  const image = pattern(60);
  const { push, state, received, dialogue } = createUpdatable();
  t.is(push(image), '2.04');
  t.deepEqual(received, [...image]);
  t.is(push(Uint8Array.of(0)), '2.04');
  t.is(dialogue.put('/5/0/0', { format: 11542, payload: [0xc8, 0, 60, ...image] }).text, '2.04');
  t.deepEqual([state(), received], [[2, 0], [...image]]);
  t.is(push(Uint8Array.of(0)), '2.04');
  t.is(dialogue.put('/5/0/0', { format: 0, payload: text(Buffer.from(image).toString('base64')) }).text, '2.04');
  t.deepEqual([state(), received], [[2, 0], [...image]]);
});

test('int-760: observers of State are notified', (t) => {
  const { push, dialogue, pass } = createUpdatable();
  t.is(dialogue.put('/5/0/3', { query: ['pmin=2', 'pmax=10'] }).text, '2.04');
  t.is(textOf(dialogue.get('/5/0/3', { accept: 0, observe: 0 })), '0');
  t.is(push(IMAGE), '2.04');
  t.deepEqual(pass(3000).map(({ bytes }) => Buffer.from(bytes).subarray(-1).toString()), ['2']);
});

test('int-770: the update runs after its answer has gone, and ends with result 1', (t) => {
  const { push, update, state, calls, object, teller, bench, dialogue } = createUpdatable();
  push(IMAGE);
  bench.out.length = 0;
  bench.give(dialogue.build(2, '/5/0/2'));
  t.deepEqual([bench.out.length, calls], [1, []]);
  t.deepEqual(state(), [3, 0]);
  t.deepEqual(calls, ['apply']);
  t.is(update(), '4.05', 'it is under way');
  t.is(push(Uint8Array.of(0)), '4.05', 'and past stopping');
  finishUpdate(teller, object, 1);
  t.deepEqual(state(), [0, 1]);
});

test('int-770: the state survives the restart', (t) => {
  const flash = new Map<string, string>();
  const store = { read: (key: string) => flash.get(key), write: (key: string, value: string) => void flash.set(key, value), delete: (key: string) => void flash.delete(key) };
  const before = createUpdatable({ store });
  before.push(IMAGE);
  t.deepEqual(createUpdatable({ store }).state(), [2, 0], 'downloaded before, downloaded after');
  before.update();
  t.deepEqual(createUpdatable({ store, applied: () => 8 }).state(), [2, 8], 'the old firmware has come back: the package is still there');
  flash.set('fw', '30');
  t.deepEqual(createUpdatable({ store }).state(), [0, 1], 'it runs');
  t.deepEqual(createUpdatable({ store }).state(), [0, 1], 'and that is kept');
  flash.set('fw', '10');
  t.deepEqual(createUpdatable({ store }).state(), [0, 4], 'a download does not go on');
});

test('int-772: Update without a package is 4.05 and changes nothing', (t) => {
  const { update, state, calls } = createUpdatable();
  t.is(update(), '4.05');
  t.deepEqual([state(), calls], [[0, 0], []]);
});

test('int-773, 774: no room for the package', (t) => {
  for (const result of [2, 3]) {
    const { push, state, received } = createUpdatable({ begin: () => result });
    t.is(push(IMAGE), '5.00');
    t.deepEqual([state(), received], [[0, result], []]);
  }
});

test('int-773: room that ends amid the package', (t) => {
  const { push, state, calls, dialogue } = createUpdatable({ chunk: (_data, offset) => (offset < 500 ? 0 : 2) });
  t.is(push(IMAGE), '5.00');
  t.deepEqual([state(), calls], [[0, 2], ['cancel']]);
  t.is(dialogue.put('/5/0/0', { format: OPAQUE, payload: IMAGE.subarray(640, 768), block1: [5, true, 128] }).text, '4.08');
  t.deepEqual(state(), [0, 2]);
});

test('int-775: the server stops sending', (t) => {
  const { dialogue, pass, state, calls, push } = createUpdatable();
  t.is(dialogue.put('/5/0/0', { format: OPAQUE, payload: IMAGE.subarray(0, 128), block1: [0, true, 128] }).text, '2.31');
  t.deepEqual(state(), [1, 0]);
  pass(200_000, 1000);
  t.is(dialogue.put('/5/0/0', { format: OPAQUE, payload: IMAGE.subarray(128, 256), block1: [1, true, 128] }).text, '2.31');
  pass(246_000, 1000);
  t.deepEqual(state(), [1, 0]);
  pass(2000, 1000);
  t.deepEqual([state(), calls], [[0, 4], ['cancel']]);
  t.is(push(IMAGE), '2.04', 'and it may try again');
  t.deepEqual(state(), [2, 0]);
});

test('int-776, 777: the whole package is not what it should be', (t) => {
  for (const result of [5, 6]) {
    const { push, state, calls } = createUpdatable({ end: (length) => (length === IMAGE.length ? result : 0) });
    t.is(push(IMAGE), '5.00');
    t.deepEqual([state(), calls], [[0, result], ['cancel']]);
  }
});

test('int-778, 780: a URI is answered with success, and its error stands in the result; there is no pull', (t) => {
  for (const [uri, result] of [['coap://192.0.2.1/fw', 9], ['https://example.org/fw', 9], ['no uri', 7], ['://x', 7], ['fw', 7]] as const) {
    const { dialogue, state } = createUpdatable();
    t.is(dialogue.put('/5/0/1', { format: 0, payload: text(uri) }).text, '2.04');
    t.deepEqual(state(), [0, result], uri);
    t.is(textOf(dialogue.get('/5/0/1', { accept: 0 })), uri);
  }
});

test('int-779: an update that failed keeps the package', (t) => {
  const { push, update, state, calls } = createUpdatable({ apply: () => 8 });
  push(IMAGE);
  t.is(update(), '2.04');
  t.deepEqual([state(), calls], [[2, 8], []]);
  t.is(update(), '2.04', 'it may be tried again');
});

test('E.6: an empty URI, an empty package and one NUL reset the state machine', (t) => {
  for (const reset of ['uri', 'empty', 'nul'] as const) {
    const { push, dialogue, state, calls } = createUpdatable();
    push(IMAGE);
    t.is(push(IMAGE), '4.05', 'there is a package already');
    t.is(dialogue.put('/5/0/1', { format: 0, payload: text('coap://192.0.2.1/fw') }).text, '4.05');
    t.deepEqual(state(), [2, 0]);
    const answer =
      reset === 'uri' ? dialogue.put('/5/0/1', { format: 0 }) : dialogue.put('/5/0/0', { format: OPAQUE, payload: reset === 'nul' ? [0] : [] });
    t.is(answer.text, '2.04');
    t.deepEqual([state(), calls], [[0, 0], ['cancel']], reset);
    t.is(push(IMAGE), '2.04');
  }
});

test('the first block again starts afresh', (t) => {
  const { push, dialogue, received, calls, state } = createUpdatable();
  for (const num of [0, 1]) dialogue.put('/5/0/0', { format: OPAQUE, payload: IMAGE.subarray(num * 128, num * 128 + 128), block1: [num, true, 128] });
  t.is(push(IMAGE), '2.04');
  t.deepEqual([received, calls, state()], [[...IMAGE], ['cancel'], [2, 0]]);
});

test('name and version of the package are shown while there is one', (t) => {
  let name: string | undefined;
  const { values } = createUpdatable({ name: () => name, version: () => (name ? '1.2' : undefined) });
  t.false(6 in values('/5/0'));
  name = 'app';
  t.like(values('/5/0'), { 6: 'app', 7: '1.2' });
});

test('bytes that are no package for the path are refused, and cost nothing', (t) => {
  const { dialogue, state } = createUpdatable();
  t.is(dialogue.put('/5/0/0', { format: 60, payload: [1] }).text, '4.15');
  t.is(dialogue.put('/5/0/3', { format: 0, payload: text('2') }).text, '4.05');
  t.is(dialogue.put('/5/0/0', { format: OPAQUE, payload: IMAGE.subarray(128, 256), block1: [1, true, 128] }).text, '4.08');
  t.is(formatOf(dialogue.get('/5/0/3', { accept: 0 })), 0);
  t.deepEqual(state(), [0, 0]);
});

test('E.6: what has been received is cancelled when it is dropped, and not when the update has succeeded or may be tried again', (t) => {
  for (const [result, state, calls] of [[1, [0, 1], ['apply']], [8, [2, 8], ['apply']], [5, [0, 5], ['apply', 'cancel']]] as const) {
    const board = createUpdatable();
    board.push(IMAGE);
    board.update();
    board.dialogue.get('/5/0/3', { accept: 0, observe: 0 });
    board.dialogue.get('/5/0/5', { accept: 0, observe: 0 });
    board.bench.out.length = 0;
    finishUpdate(board.teller, board.object, result);
    board.pass(1000);
    t.is(new Set(board.bench.out.filter(({ bytes }) => bytes[1] === 0x45).map(({ bytes }) => Buffer.from(bytes.subarray(4, 6)).toString('hex'))).size, 2, 'who observes state or result hears of it');
    t.deepEqual(board.state(), state);
    t.deepEqual(board.calls, calls);
  }
});

test('E.6: the end of a package is told once, with its length, and not when a piece was refused; a NUL at its end is a part of it', (t) => {
  const ends: number[] = [];
  const image = Uint8Array.from({ length: 257 }, (_, i) => (i === 256 ? 0 : 7));
  const { push, state, received } = createUpdatable({ end: (length) => void ends.push(length) });
  t.is(push(image), '2.04');
  t.deepEqual([ends, received.length, state()], [[257], 257, [2, 0]]);
  const refusing = createUpdatable({ chunk: () => 3, end: (length) => void ends.push(length) });
  t.is(refusing.push(image.subarray(0, 100)), '5.00');
  t.deepEqual([ends, refusing.state()], [[257], [0, 3]]);
  t.is(push(Uint8Array.of(0)), '2.04');
  t.is(push(Uint8Array.of(7)), '2.04', 'one byte that is not NUL is a package');
  t.deepEqual([received, state()], [[7], [2, 0]]);
  t.is(push(Uint8Array.of(0)), '2.04');
  t.is(push(Uint8Array.of(0, 0)), '2.04', 'and so are two of them');
  t.deepEqual([received, state()], [[0, 0], [2, 0]]);
});

test('E.6: a download that rests for the time given, 247 s by itself, is lost; one that has been there before is not', (t) => {
  for (const timeout of [undefined, 60_000]) {
    const { dialogue, pass, state } = createUpdatable({ timeout });
    const begin = (num: number) => dialogue.put('/5/0/0', { format: OPAQUE, payload: IMAGE.subarray(0, 128), block1: [num, true, 128] }).text;
    t.is(begin(0), '2.31');
    pass((timeout ?? 247_000) - 1000, 1000);
    t.deepEqual(state(), [1, 0]);
    pass(1000, 1000);
    t.deepEqual(state(), [0, 4]);
  }
});

test('E.6: a URI is refused by its result while idle, and by 4.05 while there is a package; an empty one resets', (t) => {
  const board = createUpdatable();
  const write = (uri: string) => board.dialogue.put('/5/0/1', { format: 0, payload: text(uri) }).text;
  const uri = () => textOf(board.dialogue.get('/5/0/1', { accept: 0 }));
  for (const [given, result] of [['coap://a/b', 9], ['x://', 9], ['://a', 7], ['a', 7], ['coap://a b', 7], [' coap://a', 7]] as const) {
    t.is(write(given), '2.04', given);
    t.deepEqual([board.state(), uri()], [[0, result], given]);
  }
  board.push(IMAGE);
  t.is(uri(), '', 'the package takes the place of the URI');
  t.is(write('coap://a/b'), '4.05');
  t.deepEqual(board.state(), [2, 0]);
  t.is(write(''), '2.04');
  t.deepEqual([board.state(), board.calls], [[0, 0], ['cancel']]);
  board.push(IMAGE);
  board.update();
  t.is(write(''), '4.05');
  t.is(board.state()[0], 3);
  t.is(board.dialogue.put('/5/0/1', { format: 0, payload: [] }).text, '4.05');
});

test('E.6.1: a further piece of a package is taken while it is downloaded, and not once that was reset', (t) => {
  const { dialogue, state, received } = createUpdatable();
  const put = (num: number, more: boolean) => dialogue.put('/5/0/0', { format: OPAQUE, payload: pattern(16), block1: [num, more, 16] }).text;
  t.is(put(0, true), '2.31');
  t.deepEqual(state(), [1, 0]);
  t.is(dialogue.put('/5/0/1', { format: 0, payload: [] }).text, '2.04', 'an empty URI resets');
  t.deepEqual(state(), [0, 0]);
  t.is(put(1, true), '4.05');
  t.deepEqual([state(), received.length], [[0, 0], 16]);
  t.is(put(0, true), '2.31');
  t.is(put(1, false), '2.04');
  t.deepEqual(state(), [2, 0]);
  t.is(put(0, true), '4.05', 'one that is there already is kept');
  t.deepEqual(state(), [2, 0]);
});

test('E.6: the state is kept when it changes, and not written to flash again when it does not', (t) => {
  const written: string[] = [];
  const store = { read: () => undefined, write: (key: string, value: string) => void written.push(`${key} ${value}`) } as never;
  const { push, dialogue, object, board } = ((it) => ({ ...it, board: it }))(createUpdatable({ store }));
  t.deepEqual(written, []);
  t.is(push(Uint8Array.of(0)), '2.04');
  t.is(dialogue.put('/5/0/1', { format: 0, payload: [] }).text, '2.04');
  t.deepEqual(written, [], 'idle it was');
  t.is(object.poll, undefined);
  t.is(push(IMAGE.subarray(0, 256)), '2.04');
  t.deepEqual(written, ['fw 10', 'fw 20']);
  t.is(push(Uint8Array.of(0)), '2.04');
  t.is(push(Uint8Array.of(0)), '2.04');
  t.deepEqual(written, ['fw 10', 'fw 20', 'fw 00']);
  t.is(dialogue.put('/5/0/1', { format: 0, payload: text('coap://x/y') }).text, '2.04');
  t.is(dialogue.put('/5/0/1', { format: 0, payload: text('coap://x/z') }).text, '2.04');
  t.deepEqual(written.slice(3), ['fw 09'], 'the same result twice');
  board.pass(100);
  t.is(object.poll, undefined);
});
