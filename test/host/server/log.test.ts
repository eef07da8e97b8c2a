import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { encodeMessage, type Message } from '../../../src/host/server/coap/message';
import { makeBlock, makeText, makeUint } from '../../../src/host/server/coap/options';
import { MAX_LOG_TEXT } from '../../../src/host/server/limits';
import { CoapLog, type LogEntry } from '../../../src/host/server/log';
import type { Model } from '../../../src/host/server/node';
import { bytes, complete, device, otherDevice, pathOptions, queryOptions } from './support/wire';

const model: Model = { object: () => undefined, resource: (_, id) => (id < 3 ? ({ id, name: `r${id}`, operations: 'RW', multiple: id === 1, mandatory: false, type: id === 2 ? 'opaque' : 'integer' } as never) : undefined) };

function makeLog(capacity = 10) {
  const log = new CoapLog({ capacity, model: (endpoint) => (endpoint === 'a' ? model : undefined) });
  const add = (incoming: boolean, message: Partial<Message>, { ep = 'a', root = '/', peer = device } = {}): LogEntry => log.add(1000, incoming, encodeMessage(complete({ token: bytes('01'), ...message })), peer, ep || undefined, root)();
  return { log, add };
}

const tlvFormat = makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV);

test('the log shows each message in the words of RFC 7252', (t) => {
  const { add } = makeLog();
  const entry = add(false, {
    code: wire.CODE_GET,
    mid: 65535,
    token: bytes('0aff'),
    options: [makeText(wire.OPTION_URI_HOST, 'h'), { number: wire.OPTION_ETAG, value: bytes('00ff') }, makeUint(wire.OPTION_OBSERVE, 0), ...pathOptions('/3/0'), makeUint(wire.OPTION_ACCEPT, 11542), ...queryOptions('é'), makeBlock(wire.OPTION_BLOCK2, { offset: 96, more: true, szx: 1 }), makeUint(wire.OPTION_SIZE2, 65536), { number: 65000, value: bytes('01') }, makeUint(wire.OPTION_MAX_AGE, 2 ** 32 - 1)],
  });
  t.deepEqual(entry, {
    timestamp: 1000, incoming: false, ep: 'a', peer: '192.0.2.7:40000', length: entry.length, type: 'CON', code: 'GET', mId: 65535, token: '0aff', payload: undefined, path: '/3/0', format: undefined, decoded: undefined,
    options: 'Uri-Host: h - ETag: 0x00ff - Observe: 0 - Uri-Path: 3, 0 - Max-Age: 4294967295 - Uri-Query: é - Accept: 11542 - Block2: 3/1/32 - Size2: 65536 - Unknown (65000): 0x01',
  });
  for (const [type, name] of ['CON', 'NON', 'ACK', 'RST'].entries()) t.like(add(true, { type, token: bytes('') }), { type: name, code: 'EMPTY', incoming: true, options: undefined, path: undefined });
  for (const [code, name] of [[1, 'GET'], [7, 'iPATCH'], [8, '0.08'], [31, '0.31'], [69, '2.05'], [132, '4.04']] as const) t.is(add(true, { code }).code, name);
  // A length that the option cannot have is shown all the same.
  t.is(add(true, { code: 1, options: [{ number: wire.OPTION_OBSERVE, value: bytes('010203040506') }] }).options, 'Observe: 1108152157446');
  t.is(add(true, { code: 1, options: [{ number: wire.OPTION_OBSERVE, value: bytes('01020304050607') }] }).options, 'Observe: 0');
});

test('the log shows text as text, other bytes in hexadecimal, and the beginning of what is long', (t) => {
  const { add, log } = makeLog();
  const shown = (payload: Uint8Array): string | undefined => add(true, { code: 69, payload }).payload;
  t.is(shown(Buffer.from('a ~\r\n\t')), 'a ~\r\n\t');
  t.is(shown(bytes('41007f')), 'Hex:41007f');
  t.is(shown(Buffer.from('é')), 'Hex:c3a9');
  t.is(shown(Buffer.alloc(MAX_LOG_TEXT, 'x')), 'x'.repeat(MAX_LOG_TEXT));
  t.is(shown(Buffer.alloc(MAX_LOG_TEXT + 1, 'x')), `${'x'.repeat(MAX_LOG_TEXT)}…`);
  t.like(log.add(1, true, bytes('4a010007'), device, 'a', '/')(), { type: '?', code: 'MALFORMED', mId: 7, token: '', options: 'reserved token length', payload: 'Hex:4a010007', length: 4, path: undefined });
});

test('a response has the path of its request: of the same direction, peer and token, below the root path of the client', (t) => {
  const { add } = makeLog();
  const ask = (path: string, more = {}, incoming = false): LogEntry => add(incoming, { code: wire.CODE_GET, options: pathOptions(path) }, more);
  t.is(ask('/3/0').path, '/3/0');
  t.is(add(true, { code: wire.CODE_CONTENT }).path, '/3/0');
  t.is(add(true, { code: wire.CODE_CONTENT }, { peer: otherDevice }).path, undefined);
  t.is(add(true, { code: wire.CODE_CONTENT, token: bytes('02') }).path, undefined);
  t.is(add(false, { code: wire.CODE_CONTENT }).path, undefined, 'an answer of ours is to a request of theirs');
  t.is(add(true, { code: wire.CODE_EMPTY, token: bytes('') }).path, undefined);
  t.is(ask('/rd', {}, true).path, '/rd');
  t.is(add(false, { code: wire.CODE_CREATED }).path, '/rd');
  t.is(add(true, { code: wire.CODE_CONTENT }).path, '/3/0');
  t.is(ask('/r/3/0', { root: '/r' }).path, '/3/0');
  t.is(ask('/rx/3/0', { root: '/r' }).path, '/rx/3/0');
  t.is(ask('/r', { root: '/r' }).path, '/r');
  t.is(ask(`/${'x'.repeat(300)}`).path!.length, 256);
});

test('paths are remembered for the newest 1000 requests to devices', (t) => {
  const { add } = makeLog(1);
  const tokenOf = (n: number): Uint8Array => Uint8Array.of(n >> 8, n);
  for (let n = 0; n < 1000; n++) add(false, { code: wire.CODE_GET, token: tokenOf(n), options: pathOptions(`/${n}`) });
  t.is(add(true, { code: 69, token: tokenOf(0) }).path, '/0');
  add(false, { code: wire.CODE_GET, token: tokenOf(0), options: pathOptions('/again') });
  add(false, { code: wire.CODE_GET, token: tokenOf(1000), options: pathOptions('/1000') });
  t.deepEqual([0, 1, 2, 1000].map((n) => add(true, { code: 69, token: tokenOf(n) }).path), ['/again', undefined, '/2', '/1000']);
});

test('a TLV payload is put into words where all of it is there and its client is known', (t) => {
  const { add } = makeLog();
  const words = (path: string, hex: string, more: Partial<Message> = {}, ep = 'a', format = [tlvFormat]): string | undefined => {
    add(false, { code: wire.CODE_GET, options: pathOptions(path) }, { ep });
    return add(true, { code: 69, payload: bytes(hex), ...more, options: [...format, ...(more.options ?? [])] }, { ep }).decoded;
  };
  t.is(words('/9/0', 'c10005c10201c10307'), '0 r0 = 5\n2 r2 = 01\n3 unknown = 07');
  t.is(words('/9', '0303c10005'), 'instance 3\n0 r0 = 5');
  t.is(words('/9/0/1', '8601410005410106'), '1 r1 = 0: 5, 1: 6');
  t.is(words('/9/0/1/1', '8601410005410106'), '1 = 6');
  t.is(words('/9/0', 'c1'), 'cannot be read: a truncated TLV');
  t.is(words('/9/0', ''), undefined);
  t.is(words('/9/0', 'c10005', {}, 'b'), undefined);
  t.is(words('/9/0', 'c10005', {}, 'a', []), undefined);
  t.is(words('/x', 'c10005'), undefined);
  t.is(words('/', 'c10005'), undefined);
  const block = (number: number, offset: number, more: boolean): Partial<Message> => ({ options: [makeBlock(number, { offset, more, szx: 0 })] });
  for (const number of [wire.OPTION_BLOCK1, wire.OPTION_BLOCK2]) {
    t.is(words('/9/0', 'c10005', block(number, 0, false)), '0 r0 = 5');
    t.is(words('/9/0', 'c10005', block(number, 0, true)), undefined);
    t.is(words('/9/0', 'c10005', block(number, 16, false)), undefined);
  }
});

test('the log is asked for the newest messages, of all or of one client; who registers says its name itself', (t) => {
  const { add, log } = makeLog(4);
  const mids = (...args: [string?, number?]): number[] => log.entries(...args).map(({ mId }) => mId);
  add(true, { code: wire.CODE_POST, mid: 1, options: [...pathOptions('/rd'), ...queryOptions('lt=5', 'ep=b')] }, { ep: '' });
  add(true, { code: wire.CODE_POST, mid: 2, options: pathOptions('/rd') }, { ep: '' });
  add(false, { code: wire.CODE_GET, mid: 3, options: pathOptions('/3') });
  add(true, { code: wire.CODE_CONTENT, mid: 4 });
  t.deepEqual([mids(), mids('a'), mids('b'), mids('c'), mids(undefined, 2), mids('a', 1), mids('a', 0), mids('a', 9)], [[1, 2, 3, 4], [3, 4], [1], [], [3, 4], [4], [], [3, 4]]);
  t.is(log.entries()[0]!.ep, 'b');
  t.is(log.entries('a')[1]!.path, '/3');
  t.is(log.bytes, log.entries().reduce((sum, { length }) => sum + length + 200, 0));
  add(true, { code: wire.CODE_CONTENT, mid: 5 });
  t.deepEqual(mids(), [2, 3, 4, 5]);
  t.is(log.entries().at(-1)!.path, '/3');
});
