/** Block-wise transfers: RFC 7959, each test named by the sentence that it holds; and every block of everything equals a slice of the whole. */
import test from 'ava';
import fc from 'fast-check';
import { codeText, decodeBlock, uintOption, valuesOf } from '../reference/coap';
import { parse, SERVER, toHex } from '../support/bench';
import { createDevice, type Device } from '../support/device';
import { formatOf, METHODS, TLV } from '../support/dialogue';
import { createStore } from '../support/store';
import { pattern } from '../support/world';
import { codes, ids, typedValue } from '../support/arbitraries';
import { fromReference } from '../support/values';

const SIZES = [16, 32, 64, 128, 256, 512, 1024];
const PACKAGE = '/5/0/0';
const OPAQUE = 42;

const large = (length: number): Device => {
  const device = createDevice();
  device.world.test.values[0]![150] = pattern(length);
  return device;
};

const blockOf = (answer: Parameters<typeof valuesOf>[0], number: number) => decodeBlock(valuesOf(answer, number)[0] ?? []);

for (const size of SIZES)
  test(`2.4: blocks of ${size} bytes of an answer make the whole, whatever its length`, (t) => {
    for (const length of [0, 1, size - 1, size, size + 1, 3 * size, 3 * size + 7]) {
      const answer = large(length).dialogue.getAll('/3442/0/150', size, { accept: OPAQUE });
      t.is(answer.text, '2.05');
      t.is(toHex(answer.payload), toHex(pattern(length)), `${length} bytes`);
    }
  });

test('2.4: an answer longer than a block goes in blocks though none was asked for', (t) => {
  const answer = createDevice({ block: 64 }).dialogue.get('/19/0/0/0', { accept: OPAQUE });
  t.deepEqual(blockOf(answer, 23), { num: 0, more: true, size: 64 });
  t.is(answer.payload.length, 64);
});

test('2.4: any block may be asked for by its number, in any order', (t) => {
  const { dialogue } = large(300);
  for (const num of [4, 0, 2, 2, 1, 3]) {
    const answer = dialogue.get('/3442/0/150', { accept: OPAQUE, block2: [num, false, 64] });
    t.is(answer.text, '2.05');
    t.deepEqual(blockOf(answer, 23), { num, more: num < 4, size: 64 });
    t.is(toHex(answer.payload), toHex(pattern(300).slice(num * 64, num * 64 + 64)));
  }
});

test('2.4: a block behind the end is 4.00', (t) => {
  t.is(large(300).dialogue.get('/3442/0/150', { block2: [5, false, 64] }).text, '4.00');
});

test('2.3: a block larger than ours is answered by one of our size, at the same place', (t) => {
  const { dialogue } = createDevice({ block: 32 });
  const answer = dialogue.get('/19/0/0/0', { accept: OPAQUE, block2: [1, false, 64] });
  t.deepEqual(blockOf(answer, 23), { num: 2, more: true, size: 32 });
  t.is(toHex(answer.payload), toHex(pattern(150).slice(64, 96)));
});

test('2.4: the ETag of the blocks of one representation is the same, and another once it has changed', (t) => {
  const device = createDevice();
  const etag = (num: number): string => toHex(valuesOf(device.dialogue.get('/19/0/0/0', { block2: [num, false, 64] }), 4)[0] ?? []);
  const first = etag(0);
  t.true(first.length > 0);
  t.is(etag(1), first);
  device.world.data.values[0]![0] = { 0: new Uint8Array(150) };
  device.bench.changed(19, 0, 0);
  t.not(etag(1), first);
});

test('2.4: a value that grows without a word of the application has another ETag too', (t) => {
  const device = createDevice();
  const etag = (num: number): string => toHex(valuesOf(device.dialogue.get('/3', { block2: [num, false, 32] }), 4)[0] ?? []);
  const first = etag(0);
  device.world.device.values[0]![9] = 127;
  t.is(etag(1), first);
  device.world.device.values[0]![9] = 128;
  t.not(etag(2), first);
  t.true(first.length <= 16);
});

test('2.2: size exponent 7 is reserved: 4.00', (t) => {
  const { bench, dialogue } = createDevice();
  for (const hex of ['4101110177b13301300139c107', '4103110277b13501300130112ad10207ff61']) {
    const [sent] = bench.give(hex);
    t.is(codeText(parse(sent!.bytes).code), '4.00', hex);
  }
  t.is(dialogue.get('/3/0/9').text, '2.05');
});

for (const size of SIZES)
  test(`2.5: a body in blocks of ${size} bytes arrives whole, in chunks or put together`, (t) => {
    for (const length of [1, size, size + 1, 4 * size - 1]) {
      const device = createDevice();
      const body = pattern(length);
      t.is(device.dialogue.sendAll(METHODS.PUT, PACKAGE, body, size, { format: OPAQUE }).text, '2.04');
      t.is(toHex(device.world.firmware.values[0]![0] as Uint8Array), toHex(body), `${length} bytes in chunks`);
      if (length > 1800) continue;
      t.is(device.dialogue.sendAll(METHODS.PUT, '/3442/0/150', body, size, { format: OPAQUE }).text, '2.04');
      t.is(toHex(device.world.test.values[0]![150] as Uint8Array), toHex(body), `${length} bytes put together`);
      t.is(device.slots().transfers, 0);
    }
  });

test('2.5: a whole body is no part of a body in blocks to the same resource', (t) => {
  const other = '192.0.2.2';
  const device = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1 }, { uri: `coap://${other}`, ssid: 2 }] });
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(32), block1: [0, true, 32] }).text, '2.31');
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(20), from: other }).text, '5.03', "another server's");
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(32), block1: [1, true, 32] }).text, '2.31');
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(20) }).text, '2.04', 'our own');
  t.is(toHex(device.world.firmware.values[0]![0] as Uint8Array), toHex(pattern(20)));
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(32), block1: [2, true, 32] }).text, '4.08');
});

test('2.5: every block is answered with its own Block1 option', (t) => {
  const { dialogue } = createDevice();
  for (const [num, more] of [[0, true], [1, true], [2, false]] as const) {
    const answer = dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(32), block1: [num, more, 32] });
    t.is(answer.text, more ? '2.31' : '2.04');
    t.deepEqual(blockOf(answer, 27), { num, more, size: 32 });
  }
});

test('2.5: a body in TLV arrives without its head, however the head lies in the blocks', (t) => {
  for (const size of [16, 64, 512]) {
    const device = createDevice();
    const body = pattern(700);
    const tlv = Uint8Array.from([0xd0, 0x00, 700 >> 8, 700 & 255, ...body]);
    t.is(device.dialogue.sendAll(METHODS.PUT, PACKAGE, tlv, size, { format: TLV }).text, '2.04');
    t.is(toHex(device.world.firmware.values[0]![0] as Uint8Array), toHex(body));
  }
});

test('2.5: a body whose TLV head promises another length than comes is 4.00', (t) => {
  for (const promised of [10, 69, 71, 4000]) {
    const device = createDevice();
    const tlv = Uint8Array.from([0xd0, 0x00, promised >> 8, promised & 255, ...pattern(70)]);
    t.is(device.dialogue.sendAll(METHODS.PUT, PACKAGE, tlv, 32, { format: TLV }).text, '4.00', `${promised}`);
  }
});

test('2.5: a Create and a Write of an instance may come in blocks', (t) => {
  const device = createDevice();
  const instance = [0x08, 0x03, 0x14, 0x88, 0x00, 0x11, 0x48, 0x00, 0x0e, ...Buffer.from('a long string.')];
  t.is(device.dialogue.sendAll(METHODS.POST, '/16', Uint8Array.from(instance), 16, { format: TLV }).text, '2.01');
  t.deepEqual(device.world.portfolio.values[3], { 0: { 0: 'a long string.' } });
  const values = [0xc8, 0x6e, 0x0a, ...Buffer.from('0123456789'), 0xc4, 0x78, 0x00, 0x01, 0x00, 0x00];
  t.is(device.dialogue.sendAll(METHODS.POST, '/3442/0', Uint8Array.from(values), 16, { format: TLV }).text, '2.04');
  t.is(device.world.test.values[0]![110], '0123456789');
  t.is(device.world.test.values[0]![120], 65536);
});

test('2.5: block 0 starts the body afresh', (t) => {
  const device = createDevice();
  for (const start of [0, 1])
    for (const num of [0, 1]) t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: new Uint8Array(32).fill(start), block1: [num, true, 32] }).text, '2.31');
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: [9], block1: [2, false, 32] }).text, '2.04');
  t.is(toHex(device.world.firmware.values[0]![0] as Uint8Array), '01'.repeat(64) + '09');
});

test('2.9.2: a block that is not the next is 4.08, and so is one without a beginning', (t) => {
  const { dialogue } = createDevice();
  const put = (num: number, more = true) => dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(32), block1: [num, more, 32] }).text;
  t.is(put(3), '4.08');
  t.is(put(0), '2.31');
  t.is(put(2), '4.08');
  t.is(dialogue.put('/3442/0/150', { format: OPAQUE, payload: pattern(32), block1: [1, true, 32] }).text, '4.08');
});

/** The longest body of a resource that is not chunked, as a device says it. */
function limitOf(device: Device): number {
  const answer = device.dialogue.sendAll(METHODS.PUT, '/3442/0/150', new Uint8Array(70_000), 1024, { format: OPAQUE });
  t413(answer);
  return uintOption(answer, 60)!;
}

function t413(answer: { text: string }): void {
  if (answer.text !== '4.13') throw new Error(`${answer.text} came for a body of 70,000 bytes`);
}

test('2.9.2: a last block that is not the next is 4.08, though all of it has come before', (t) => {
  for (const path of ['/5/0/0', '/3442/0/150']) {
    const { dialogue } = createDevice();
    const put = (num: number, more: boolean, n = 16) => dialogue.put(path, { format: 42, payload: new Uint8Array(n), block1: [num, more, 16] }).text;
    t.deepEqual([put(0, true), put(1, true), put(2, true)], ['2.31', '2.31', '2.31']);
    t.deepEqual([put(1, false), put(2, false), put(4, false), put(4, true)], ['4.08', '4.08', '4.08', '4.08'], path);
    t.deepEqual([put(1, true), put(2, true)], ['2.31', '2.31'], 'what has come before may come again');
    t.is(put(3, false, 1), '2.04');
  }
});

test('2.9.3: a body too long for us is 4.13 and says what we take: exactly that, and not a byte more', (t) => {
  const device = createDevice();
  const limit = limitOf(device);
  t.true(limit >= 64);
  t.is(device.slots().transfers, 0);
  t.is(device.dialogue.sendAll(METHODS.PUT, '/3442/0/150', new Uint8Array(limit + 1), 1024, { format: OPAQUE }).text, '4.13');
  t.is(device.dialogue.sendAll(METHODS.PUT, '/3442/0/150', new Uint8Array(limit).fill(3), 1024, { format: OPAQUE }).text, '2.04');
  t.is((device.world.test.values[0]![150] as Uint8Array).length, limit);
  t.is(device.dialogue.sendAll(METHODS.PUT, '/3442/0/150', pattern(100), 32, { format: OPAQUE }).text, '2.04');
});

test('2.9.3: what the application refuses as too large says nothing of our limit', (t) => {
  const { dialogue, world } = createDevice();
  world.test.refuse = 0x8d;
  const answer = dialogue.put('/3442/0/150', { format: OPAQUE, payload: [1] });
  t.is(answer.text, '4.13');
  t.deepEqual(answer.options, []);
});

/** A PUT whose datagram is longer than any that a device takes. */
const tooLong = (path: string, block1?: [number, boolean, number], format = OPAQUE) => ({ path, format, block1, payload: new Uint8Array(1300) });

test('2.9.3: a request that does not fit is 4.13 with the block size that we want, in its Block1 option or without one; Size1 is the limit of its resource', (t) => {
  const limit = limitOf(createDevice());
  for (const block of [64, 256, 1024])
    for (const [path, sized] of [['/3442/0/150', true], ['/3442/0', true], [PACKAGE, false]] as const)
      for (const option of [undefined, [0, true, 1024], [3, true, 1024]] as const) {
        const device = createDevice({ block });
        const { payload, format } = tooLong(path);
        const answer = device.dialogue.put(path, { format, payload, block1: option && [...option] });
        t.is(answer.text, '4.13');
        // A hint has to be smaller than what came (RFC 7959 2.9.3).
        if (option && block === 1024) t.is(valuesOf(answer, 27).length, 0);
        else t.deepEqual(blockOf(answer, 27), { num: 0, more: false, size: block });
        t.is(uintOption(answer, 60), sized ? limit : undefined);
        t.is(device.slots().transfers, 0);
        t.is(device.dialogue.sendAll(METHODS.PUT, '/3442/0/150', pattern(100), block, { format: OPAQUE }).text, '2.04');
      }
});

test('2.9.3: a request that does not fit and would be refused anyway hears why', (t) => {
  const { dialogue } = createDevice();
  const { payload } = tooLong('');
  for (const [method, path, code] of [[METHODS.PUT, '/3442/0/99', '4.04'], [METHODS.PUT, '/99/0/0', '4.04'], [METHODS.PUT, '/0/0/0', '4.01'], [METHODS.FETCH, '/3/0', '4.05']] as const)
    t.is(dialogue.ask(method, path, { payload, format: OPAQUE }).text, code, path);
  t.is(dialogue.ask(METHODS.POST, '/16', { payload, format: TLV }).text, '4.13');
  t.is(dialogue.put('/3442/0/110', { payload, format: 0, type: 1 }).text, '4.13', 'Non-confirmable');
});

test('2.3: the answer to a first block that is larger than ours says which size we prefer, and the rest may come in that', (t) => {
  const device = createDevice({ block: 32 });
  const body = pattern(200);
  const first = device.dialogue.put(PACKAGE, { format: OPAQUE, payload: body.slice(0, 128), block1: [0, true, 128] });
  t.is(first.text, '2.31');
  t.deepEqual(blockOf(first, 27), { num: 0, more: true, size: 32 });
  t.deepEqual(blockOf(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: body.slice(128, 160), block1: [4, true, 32] }), 27), { num: 4, more: true, size: 32 });
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: body.slice(160, 192), block1: [5, true, 32] }).text, '2.31');
  t.is(device.dialogue.put(PACKAGE, { format: OPAQUE, payload: body.slice(192), block1: [6, false, 32] }).text, '2.04');
  t.is(toHex(device.world.firmware.values[0]![0] as Uint8Array), toHex(body));
});

test('2.2: a block is as long as it says, the last at most that: 4.00', (t) => {
  const { dialogue } = createDevice();
  const put = (length: number, more: boolean) => dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(length), block1: [1, more, 32] }).text;
  t.is(dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(32), block1: [0, true, 32] }).text, '2.31');
  t.is(put(31, true), '4.00');
  t.is(put(33, true), '4.00');
  t.is(put(33, false), '4.00');
  t.is(put(32, false), '2.04');
});

test('2.5: other requests in between do a body no harm, nor does a body in another place; the next of its kind by its server ends it', (t) => {
  const device = createDevice();
  const put = (path: string, num: number, more: boolean) => device.dialogue.put(path, { format: OPAQUE, payload: pattern(32), block1: [num, more, 32] }).text;
  t.is(put('/3442/0/150', 0, true), '2.31');
  t.is(device.dialogue.get('/3442/0/150').text, '2.05');
  t.is(device.dialogue.post('/3442/0/3', { payload: [] }).text, '2.04');
  t.is(put(PACKAGE, 0, true), '2.31');
  t.is(put('/3442/0/150', 1, true), '2.31', 'a package goes on beside a body that is put together');
  t.is(put(PACKAGE, 1, true), '2.31');
  t.is(device.slots().transfers, 2);
  t.is(put('/19/0/0/0', 0, true), '2.31', 'the first was broken off');
  t.is(put('/3442/0/150', 2, false), '4.08');
  t.is(put(PACKAGE, 2, false), '2.04');
  t.is(put('/19/0/0/0', 1, false), '2.04');
  t.is(device.slots().transfers, 0);
});

const TWO = { servers: [{ uri: `coap://${SERVER}`, ssid: 1 }, { uri: 'coap://192.0.2.2', ssid: 2 }] };
const OTHER = '192.0.2.2';

test('2.5: the body of another server waits (5.03) until the first has rested for 30 s', (t) => {
  for (const path of ['/3442/0/150', PACKAGE]) {
    const { bench, dialogue } = createDevice(TWO);
    const put = (num: number, from: string) => dialogue.put(path, { format: OPAQUE, payload: pattern(32), block1: [num, true, 32], from }).text;
    t.is(put(0, SERVER), '2.31');
    for (let num = 1; num < 4; num++) {
      bench.advance(29_000);
      t.is(put(0, OTHER), '5.03', `after block ${num - 1}`);
      t.is(put(num, SERVER), '2.31');
    }
    bench.advance(29_000);
    t.is(put(1, SERVER), '2.31', 'a block that was here already is no progress');
    bench.advance(2000);
    t.is(put(0, OTHER), '2.31');
    t.is(put(4, SERVER), '4.08');
    t.is(put(0, SERVER), '5.03');
    t.is(put(1, OTHER), '2.31');
  }
});

test('2.5: a body rests 247 s (EXCHANGE_LIFETIME), or 30 s where another server waits, and not a millisecond more; an hour and a day in all', (t) => {
  const lifetime = 1_000_000_000;
  const servers = [{ uri: `coap://${SERVER}`, ssid: 1, lifetime }, { uri: `coap://${OTHER}`, ssid: 2, lifetime }];
  for (const path of ['/3442/0/150', PACKAGE])
    for (const [from, rest, turn] of [[SERVER, 247_000, 86_400_000], [OTHER, 30_000, 3_600_000]] as const) {
      const begin = () => {
        const { bench, dialogue } = createDevice({ servers });
        const put = (num: number, who: string, more = true) => dialogue.put(path, { format: OPAQUE, payload: pattern(16), block1: [num, more, 16], from: who }).text;
        t.is(put(0, SERVER), '2.31');
        return { bench, put };
      };
      // Its own next block, or the first of the other.
      const [num, late, early] = from === SERVER ? [1, '4.08', '2.31'] : [0, '2.31', '5.03'];
      for (const [after, code] of [[rest - 1, early], [rest, late]] as const) {
        const { bench, put } = begin();
        bench.now += after;
        t.is(put(num, from), code, `${path} ${from} after ${after} ms`);
      }
      if (path !== PACKAGE) continue;
      for (const [after, code] of [[turn - 1, early], [turn, late]] as const) {
        const { bench, put } = begin();
        const start = bench.now;
        let last = 0;
        for (; bench.now - start + rest - 1 < after; t.is(put(++last, SERVER), '2.31')) bench.now += rest - 1;
        bench.now = start + after;
        t.is(put(num && last + 1, from), code, `${path} ${from} ${after} ms after the first`);
      }
    }
});

test('2.5: a whole Write of what is being put together is done beside it, by either server', (t) => {
  const device = createDevice(TWO);
  const put = (request: object) => device.dialogue.put('/3442/0/150', { format: OPAQUE, ...request }).text;
  t.is(put({ payload: pattern(16), block1: [0, true, 16] }), '2.31');
  t.is(put({ payload: pattern(3), from: OTHER }), '2.04');
  t.is(put({ payload: pattern(4) }), '2.04');
  t.is(put({ payload: pattern(5), block1: [1, false, 16] }), '2.04');
  t.is((device.world.test.values[0]![150] as Uint8Array).length, 21);
});

test('2.5: a body that never rests has its turn of an hour when another server waits, and a day in all', (t) => {
  for (const [from, hours] of [[OTHER, 1], [SERVER, 24]] as const) {
    const { bench, dialogue } = createDevice(TWO);
    const put = (num: number, who: string) => dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(16), block1: [num, true, 16], from: who }).text;
    const start = bench.now;
    let num = 0;
    let taken = put(num, SERVER);
    for (; taken === '2.31' && bench.now - start < 100_000_000; taken = put(++num, SERVER)) {
      bench.advance(25_000);
      if (from === OTHER && put(0, OTHER) === '2.31') break;
    }
    const passed = (bench.now - start) / 3_600_000;
    t.true(passed >= hours && passed < hours + 0.1, `${from} after ${passed} h`);
    if (from === SERVER) t.is(taken, '4.08');
  }
});

test('2.5: after an aborted body a chunk handler gets byte 0 of the next, and it gets no byte twice', (t) => {
  const device = createDevice();
  const put = (num: number, size: number, more = true) => device.dialogue.put(PACKAGE, { format: OPAQUE, payload: pattern(256).slice(num * size, num * size + size), block1: [num, more, size] }).text;
  for (const [num, size] of [[0, 64], [1, 64], [1, 64], [0, 64], [1, 64], [2, 32], [3, 32], [4, 32], [9, 16], [10, 16]] as const) t.is(put(num, size), '2.31', `${num} of ${size}`);
  t.is(put(11, 16, false), '2.04');
  const chunks = device.world.firmware.calls.map((call) => (call.name === 'chunk' ? [call.offset, call.data.length / 2, call.more] : []));
  t.deepEqual(chunks, [[0, 64, true], [64, 64, true], [0, 64, true], [64, 64, true], [128, 32, true], [160, 16, true], [176, 16, false]]);
  t.is(toHex(device.world.firmware.values[0]![0] as Uint8Array), toHex(pattern(192)));
});

test('2.3: the size of the blocks may change in the middle, as their place is counted in bytes', (t) => {
  for (const path of [PACKAGE, '/3442/0/150']) {
    const device = createDevice();
    const put = (num: number, more: boolean, size: number) =>
      device.dialogue.put(path, { format: OPAQUE, payload: pattern(200).slice(num * size, more ? num * size + size : 200), block1: [num, more, size] });
    t.is(put(0, true, 64).text, '2.31');
    t.is(put(1, true, 32).text, '2.31', 'a part of the first block again');
    t.is(put(2, true, 32).text, '2.31');
    t.is(put(4, true, 32).text, '4.08', 'a gap');
    t.is(put(6, true, 16).text, '2.31');
    t.is(put(7, true, 16).text, '2.31');
    const last = put(2, false, 64);
    t.is(last.text, '4.00', 'more than a block');
    t.is(put(4, true, 32).text, '2.31');
    t.is(put(5, true, 32).text, '2.31');
    const end = put(12, false, 16);
    t.is(end.text, '2.04');
    t.deepEqual(blockOf(end, 27), { num: 12, more: false, size: 16 });
    const value = path === PACKAGE ? device.world.firmware.values[0]![0] : device.world.test.values[0]![150];
    t.is(toHex(value as Uint8Array), toHex(pattern(200)));
  }
});

test('2.9.2: all blocks of a body have the same Content-Format, method and path: 4.08', (t) => {
  for (const path of [PACKAGE, '/3442/0/150']) {
    const { dialogue } = createDevice();
    const put = (num: number, format: number | undefined, where = path, method = METHODS.PUT) => dialogue.ask(method, where, { format, payload: pattern(32), block1: [num, true, 32] }).text;
    t.is(put(0, OPAQUE), '2.31');
    for (const format of [TLV, 0, undefined]) t.is(put(1, format), '4.08', `${format}`);
    t.is(put(1, OPAQUE, '/3442/0/110'), '4.08');
    t.is(put(1, OPAQUE, '/3442/0'), '4.08');
    if (path !== PACKAGE) t.is(put(1, OPAQUE, path, METHODS.POST), '4.08');
    t.is(put(1, OPAQUE), '2.31');
  }
});

test('2.5: a request that ended in the middle finds the body as it was when it comes again', (t) => {
  const device = createDevice();
  const { test: store, firmware } = device.world;
  const { write } = store;
  const { chunk } = firmware;
  // As an engine that has no memory left.
  const fail = (): never => {
    throw new Error('OUT OF MEMORY');
  };
  for (const path of ['/3442/0/150', PACKAGE]) {
    const send = (num: number, more: boolean) => device.dialogue.build(METHODS.PUT, path, { format: OPAQUE, payload: pattern(96).slice(num * 32, num * 32 + 32), block1: [num, more, 32] });
    t.is(device.dialogue.exchange(send(0, true))!.text, '2.31');
    t.is(device.dialogue.exchange(send(1, true))!.text, '2.31');
    const last = send(2, false);
    store.write = firmware.chunk = fail;
    for (let i = 0; i < 2; i++) t.throws(() => device.bench.give(last), { message: 'OUT OF MEMORY' });
    store.write = write;
    firmware.chunk = chunk;
    t.is(device.dialogue.exchange(last)!.text, '2.04');
    t.is(device.slots().transfers, 0);
    t.is(toHex((path === PACKAGE ? firmware.values[0]![0] : store.values[0]![150]) as Uint8Array), toHex(pattern(96)), path);
  }
});

test('2.5: bodies of two servers never mix', (t) => {
  const device = createDevice({ servers: [{ uri: 'coap://192.0.2.1', ssid: 1 }, { uri: 'coap://192.0.2.2', ssid: 2 }] });
  const put = (fill: number, num: number, more: boolean, from: string) =>
    device.dialogue.put('/3442/0/150', { format: OPAQUE, payload: new Uint8Array(16).fill(fill), block1: [num, more, 16], from }).text;
  t.is(put(1, 0, true, '192.0.2.1'), '2.31');
  t.is(put(2, 0, true, '192.0.2.2'), '5.03');
  t.is(put(2, 1, false, '192.0.2.2'), '4.08');
  t.is(put(1, 1, false, '192.0.2.1'), '2.04');
  t.is(toHex(device.world.test.values[0]![150] as Uint8Array), '01'.repeat(32));
});

test('2.5: a body that is given up is forgotten after EXCHANGE_LIFETIME', (t) => {
  const device = createDevice();
  device.dialogue.put('/3442/0/150', { format: OPAQUE, payload: pattern(32), block1: [0, true, 32] });
  t.is(device.slots().transfers, 1);
  device.bench.advance(248_000);
  t.is(device.slots().transfers, 0);
  t.is(device.dialogue.put('/19/0/0/0', { format: OPAQUE, payload: pattern(32), block1: [0, true, 32] }).text, '2.31');
});

test('2.5: an error in a body is answered with the last block, and nothing of the body is applied', (t) => {
  const device = createDevice();
  const before = { ...device.world.test.values[0] };
  const values = [0xc2, 0x78, 0x00, 0x05, 0xc8, 0x6e, 0x0c, ...Buffer.from('0123456789ab'), 0xc2, 0x8c, 0x00, 0x01];
  t.is(device.dialogue.sendAll(METHODS.POST, '/3442/0', Uint8Array.from(values), 16, { format: TLV }).text, '4.00');
  t.deepEqual(device.world.test.values[0], before);
});

test('2.6: a notification carries block 0, the rest is fetched without Observe', (t) => {
  const device = createDevice();
  device.dialogue.get('/19/0/0/0', { observe: 0, token: [7], accept: OPAQUE, block2: [0, false, 64] });
  device.world.data.values[0]![0] = { 0: new Uint8Array(150).fill(5) };
  const [sent] = device.bench.changed(19, 0, 0);
  const m = parse(sent!.bytes);
  t.deepEqual(blockOf(m, 23), { num: 0, more: true, size: 64 });
  t.is(m.payload.length, 64);
  device.bench.say({ type: 2, mid: m.mid });
  for (const num of [1, 2]) {
    const answer = device.dialogue.get('/19/0/0/0', { accept: OPAQUE, block2: [num, false, 64] });
    t.deepEqual(valuesOf(answer, 4), valuesOf(m, 4));
    t.is(answer.payload.length, num === 1 ? 64 : 22);
  }
});

// Everything that a client writes, as one block of it, is a slice of the whole.

const instances = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 4 });
const resources = fc.uniqueArray(fc.record({ id: ids, type: fc.constantFrom('string' as const, 'integer' as const, 'float' as const, 'opaque' as const, 'time' as const, 'objlnk' as const), many: fc.boolean() }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 8,
});

const objects = fc.record({ id: fc.integer({ min: 8, max: 65534 }), instances, resources }).chain(({ id, instances: list, resources: some }) =>
  fc
    .array(fc.tuple(...some.map(({ type, many }) => (many ? fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 300 }), typedValue(type)), { selector: ([k]) => k, maxLength: 4 }) : typedValue(type)))), { minLength: list.length, maxLength: list.length })
    .map((rows) => {
      const table = Object.fromEntries(some.map(({ id: r, type, many }) => [r, `RW ${type}${many ? '*' : ''}`]));
      const values = Object.fromEntries(
        list.map((instance, k) => [
          instance,
          Object.fromEntries(some.map(({ id: r, many }, n) => [r, many ? Object.fromEntries((rows[k]![n] as [number, never][]).map(([one, v]) => [one, fromReference(v)])) : fromReference(rows[k]![n] as never)])),
        ]),
      );
      return createStore(id, table, values);
    }),
);

test('every block of a Read or Discover, of an object or an instance, is a slice of the whole', (t) => {
  fc.assert(
    fc.property(objects, fc.constantFrom(...SIZES.slice(0, 4)), (store, size) => {
      const { dialogue } = createDevice({ objects: [store] });
      for (const [path, accept] of [[`/${store.id}`, TLV], [`/${store.id}/${store.instances[0]}`, TLV], [`/${store.id}`, 40]] as const) {
        const whole = dialogue.getAll(path, 1024, { accept });
        const parts = dialogue.getAll(path, size, { accept });
        t.is(whole.text, '2.05');
        t.is(formatOf(whole), accept);
        t.is(toHex(parts.payload), toHex(whole.payload), `${path} in blocks of ${size}`);
      }
    }),
    { numRuns: 60 },
  );
});

test('any bytes in any blocks are answered, and leave the client as it was', (t) => {
  const block = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean(), fc.constantFrom(16, 32, 64), codes(0, 70));
  const path = fc.constantFrom('/5/0/0', '/3442/0/150', '/3442/0', '/16', '/3442/0/3', '/19/0/0');
  const step = fc.tuple(fc.constantFrom(METHODS.PUT, METHODS.POST), path, block, fc.constantFrom(0, 42, TLV));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const device = createDevice();
      for (const [method, where, [num, more, size, payload], format] of steps) {
        const answer = device.dialogue.ask(method, where, { format, payload, block1: [num, more, size] });
        t.regex(answer.text, /^(2\.(01|04|31)|4\.(00|04|05|08|13|15)|5\.03)$/);
      }
      t.is(device.dialogue.get('/3/0/9').text, '2.05');
    }),
    { numRuns: 150 },
  );
});
