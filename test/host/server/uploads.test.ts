import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { Assembly, Budget } from '../../../src/host/server/coap/assembly';
import { BlockReceiver, type ReceiverOptions, type Whole } from '../../../src/host/server/coap/incoming';
import type { Option, Response } from '../../../src/host/server/coap/message';
import { blockOption, makeBlock, makeText, makeUint, uintOption } from '../../../src/host/server/coap/options';
import { makePeer } from '../../../src/host/server/coap/transport';
import { VirtualClock } from './support/clock';
import { complete, device, otherDevice, pathOptions } from './support/wire';

function makeReceiver(options: Partial<ReceiverOptions> = {}) {
  const clock = new VirtualClock();
  const warned: string[] = [];
  const receiver = new BlockReceiver({ clock, maxPayload: 256, maxTransfers: 4, warn: (kind, message) => warned.push(`${kind}: ${message}`), ...options });
  /** Block `number` of `length` bytes; returns code, or "whole LENGTH". */
  const say = (number: number, length: number, more: boolean, { szx = 0, peer = device, code = wire.CODE_POST, extra = [] as Option[], path = '/rd' } = {}): string => {
    const message = complete({ code, options: [...pathOptions(path), ...extra, makeBlock(wire.OPTION_BLOCK1, { offset: number * (16 << szx), more, szx })], payload: new Uint8Array(length).fill(number + 1) });
    const answer = receiver.receive(message, peer);
    return 'code' in answer ? String(answer.code) : `whole ${answer.payload.length}`;
  };
  return { clock, receiver, warned, say };
}

const CONTINUE = String(wire.CODE_CONTINUE);
const INCOMPLETE = String(wire.CODE_REQUEST_ENTITY_INCOMPLETE);
const TOO_LARGE = String(wire.CODE_REQUEST_ENTITY_TOO_LARGE);
const BAD = String(wire.CODE_BAD_REQUEST);

test('a block has its size and 1024 bytes at most; only the last one may be shorter (RFC 7959 2.2, 2.3)', (t) => {
  const { say, receiver } = makeReceiver({ maxPayload: 4096 });
  t.is(say(0, 15, true), BAD);
  t.is(say(0, 17, true), BAD);
  t.is(say(0, 17, false), BAD);
  t.is(say(0, 2048, true, { szx: 7 }), BAD);
  t.is(say(0, 0, false, { szx: 7 }), BAD);
  t.is(receiver.size, 0);
  t.is(say(0, 16, true), CONTINUE);
  t.is(say(1, 0, false), 'whole 16');
  t.is(say(0, 1024, true, { szx: 6 }), CONTINUE);
  t.is(say(1, 1024, false, { szx: 6 }), 'whole 2048');
  t.is(say(0, 0, false), 'whole 0');
  t.is(receiver.size, 0);
});

test('the blocks of a payload follow one another; the size may shrink on the way (RFC 7959 2.3, 2.9.2)', (t) => {
  const { say, receiver } = makeReceiver();
  t.is(say(1, 16, true), INCOMPLETE);
  t.is(say(0, 32, true, { szx: 1 }), CONTINUE);
  t.is(say(1, 16, true), INCOMPLETE, 'a piece that is there');
  t.is(say(3, 16, true), INCOMPLETE, 'a gap');
  t.is(say(2, 16, true), CONTINUE);
  t.is(say(3, 5, false), 'whole 53');
  t.is(say(3, 5, false), INCOMPLETE, 'it is over');
  t.is(receiver.size, 0);
});

test('transfers are told apart by peer, method and options of the cache key, and not by sizes; a change of the format ends one (RFC 7959 2.5, RFC 7252 5.4.6)', (t) => {
  const { say } = makeReceiver();
  const size = [makeUint(wire.OPTION_SIZE1, 40)];
  t.is(say(0, 16, true, { extra: size }), CONTINUE);
  t.is(say(1, 16, true, { peer: otherDevice }), INCOMPLETE);
  t.is(say(1, 16, true, { code: wire.CODE_PUT }), INCOMPLETE);
  t.is(say(1, 16, true, { path: '/rd/x' }), INCOMPLETE);
  t.is(say(1, 16, true, { path: '/r/d' }), INCOMPLETE);
  t.is(say(1, 16, true, { extra: [makeText(wire.OPTION_URI_QUERY, 'a')] }), INCOMPLETE);
  t.is(say(1, 16, true, { extra: [makeUint(wire.OPTION_CONTENT_FORMAT, 40)] }), INCOMPLETE);
  t.is(say(1, 16, true), CONTINUE, 'nothing of that did harm');
  const typed = [makeUint(wire.OPTION_CONTENT_FORMAT, 40)];
  t.is(say(0, 16, true, { extra: typed }), CONTINUE);
  t.is(say(1, 16, true), INCOMPLETE);
  t.is(say(1, 16, true, { extra: [makeUint(wire.OPTION_CONTENT_FORMAT, 41)] }), INCOMPLETE);
  t.is(say(1, 1, false, { extra: typed }), 'whole 17');
});

test('a payload of exactly the limit is taken, of one byte more 4.13 with the limit in Size1; the upload is over (RFC 7959 2.9.3)', (t) => {
  const { say, receiver, warned } = makeReceiver({ maxPayload: 40 });
  t.is(say(0, 16, true), CONTINUE);
  t.is(say(1, 16, true), CONTINUE);
  t.is(say(2, 8, false), 'whole 40');
  t.is(say(0, 16, true), CONTINUE);
  t.is(say(1, 16, true), CONTINUE);
  t.is(say(2, 9, false), TOO_LARGE);
  t.is(receiver.size, 0);
  t.deepEqual(warned, ['upload: 192.0.2.7:40000 sent more than 40 bytes in blocks, which is the limit, and was refused']);
  const answer = receiver.receive(complete({ code: wire.CODE_POST, options: [makeBlock(wire.OPTION_BLOCK1, { offset: 0, more: false, szx: 2 })], payload: new Uint8Array(41) }), device) as Response;
  t.is(answer.code, wire.CODE_REQUEST_ENTITY_TOO_LARGE);
  t.is(uintOption(complete({ options: answer.options }), wire.OPTION_SIZE1), 40);
  t.deepEqual(blockOption(complete({ options: answer.options }), wire.OPTION_BLOCK1), { offset: 0, more: false, szx: 2 });
});

test('an unfinished upload waits 247 s from its last block (RFC 7959 2.5, RFC 7252 4.8.2)', async (t) => {
  const { say, receiver, clock } = makeReceiver();
  say(0, 16, true);
  await clock.advance(100_000);
  say(0, 16, true, { peer: otherDevice });
  await clock.advance(146_999);
  t.is(say(1, 16, true), CONTINUE);
  await clock.advance(100_000);
  t.is(receiver.size, 2);
  t.is(say(1, 16, true, { peer: otherDevice }), CONTINUE);
  await clock.advance(147_000);
  t.is(say(2, 16, true), INCOMPLETE);
  t.is(receiver.size, 1);
  await clock.advance(99_999);
  t.is(say(2, 16, true, { peer: otherDevice }), CONTINUE);
  await clock.advance(247_000);
  t.is(say(3, 16, true, { peer: otherDevice }), INCOMPLETE);
  t.is(receiver.size, 0);
});

test('unfinished uploads have a number in all and for each peer: the oldest of the peer, or of who has most, gives way', (t) => {
  const { say, receiver, warned } = makeReceiver({ maxTransfers: 3, maxTransfersPerPeer: 2 });
  const begin = (path: string, peer = device): string => say(0, 16, true, { path, peer });
  const goesOn = (path: string, peer = device): boolean => say(1, 16, true, { path, peer }) === CONTINUE;
  begin('/a');
  begin('/b');
  t.deepEqual(warned, []);
  begin('/c');
  t.deepEqual(warned.splice(0), ['uploads: 192.0.2.7:40000 has 2 unfinished uploads, which is the limit for one device; the oldest was dropped']);
  t.is(receiver.size, 2);
  t.false(goesOn('/a'));
  begin('/d', otherDevice);
  t.deepEqual(warned, []);
  const third = makePeer('192.0.2.9', 1, 0);
  begin('/e', third);
  t.deepEqual(warned.splice(0), ['uploads: 3 uploads are unfinished, which is the limit; one of 192.0.2.7:40000 was dropped for one of 192.0.2.9:1']);
  t.is(receiver.size, 3);
  t.false(goesOn('/b'));
  t.true(goesOn('/c'));
  t.true(goesOn('/d', otherDevice));
  t.true(goesOn('/e', third));
});

test('an answer is cut to blocks of what was asked for, 1024 at most; it is whole where it fits and nobody asked (RFC 7959 2.4, 2.8)', (t) => {
  const { receiver } = makeReceiver();
  const payload = Uint8Array.from({ length: 1500 }, (_, k) => k);
  const finish = (length: number, block2?: number, code: number = wire.CODE_CONTENT, echo?: Option): unknown => {
    const response = receiver.finish({ code, payload: payload.subarray(0, length) }, echo, block2);
    const message = complete({ options: response.options ?? [] });
    return [response.code, response.payload?.length, response.payload?.[0], blockOption(message, wire.OPTION_BLOCK2), uintOption(message, wire.OPTION_SIZE2), blockOption(message, wire.OPTION_BLOCK1)];
  };
  const C = wire.CODE_CONTENT;
  const none = undefined;
  t.deepEqual(finish(1024), [C, 1024, 0, none, none, none]);
  t.deepEqual(finish(1025), [C, 1024, 0, { offset: 0, more: true, szx: 6 }, 1025, none]);
  t.deepEqual(finish(1500, (1 << 4) | 6), [C, 476, 0, { offset: 1024, more: false, szx: 6 }, 1500, none]);
  t.deepEqual(finish(1500, 7), [C, 1024, 0, { offset: 0, more: true, szx: 6 }, 1500, none]);
  t.deepEqual(finish(40, (1 << 4) | 0), [C, 16, 16, { offset: 16, more: true, szx: 0 }, 40, none]);
  t.deepEqual(finish(40, (2 << 4) | 0), [C, 8, 32, { offset: 32, more: false, szx: 0 }, 40, none]);
  t.deepEqual(finish(32, (1 << 4) | 0), [C, 16, 16, { offset: 16, more: false, szx: 0 }, 32, none]);
  t.deepEqual(finish(33, (1 << 4) | 0), [C, 16, 16, { offset: 16, more: true, szx: 0 }, 33, none]);
  t.deepEqual((finish(32, (2 << 4) | 0) as unknown[]).slice(0, 1), [wire.CODE_BAD_OPTION], 'behind the end');
  t.deepEqual(finish(0, 2), [C, 0, none, { offset: 0, more: false, szx: 2 }, 0, none]);
  t.deepEqual(finish(40, 0, wire.CODE_NOT_FOUND), [wire.CODE_NOT_FOUND, 16, 0, none, none, none], 'a diagnostic text is no representation');
  t.deepEqual(finish(1500, none, wire.CODE_NOT_FOUND), [wire.CODE_NOT_FOUND, 1024, 0, none, none, none]);
  t.deepEqual(finish(5, none, C, makeBlock(wire.OPTION_BLOCK1, { offset: 32, more: false, szx: 1 })), [C, 5, 0, none, none, { offset: 32, more: false, szx: 1 }]);
});

test('what is put together has one budget, which is taken in doubling steps and given back', (t) => {
  const budget = new Budget(1000);
  t.true(budget.take(1000));
  t.false(budget.take(1));
  budget.free(1);
  t.true(budget.take(1));
  budget.free(1000);
  const one = new Assembly(budget);
  t.true(one.add(new Uint8Array(256).fill(1)));
  t.is(budget.used, 256);
  t.true(one.add(new Uint8Array(1).fill(2)));
  t.is(budget.used, 512);
  const two = new Assembly(budget);
  t.true(two.add(new Uint8Array(300).fill(3)));
  t.is(budget.used, 812);
  t.false(one.add(new Uint8Array(256)));
  t.is(one.length, 257, 'as it was');
  t.deepEqual([...one.take().subarray(254)], [1, 1, 2]);
  t.is(two.take().length, 300);
  t.true(one.add(new Uint8Array(255)));
  t.is(one.take().length, 512, 'room that is there already');
  one.clear();
  t.deepEqual([one.length, budget.used], [0, 300]);
  two.clear();
  t.is(budget.used, 0);
  const free = new Assembly();
  t.true(free.add(new Uint8Array(5000)));
  t.is((free.take() as Whole['payload']).length, 5000);
  free.clear();
});
