/** Registration: LwM2M 1.0.2 section 5.3 and 8.2.3, each test named by the sentence that it holds. */
import test from 'ava';
import { decodeLinks } from '../../src/host/server/formats/link';
import { codeText, decodeBlock, valuesOf } from '../reference/coap';
import { blockOption, text } from '../support/bench';
import { createDevice, under, type Device } from '../support/device';
import { TLV } from '../support/dialogue';
import { answer, nextRequest, payloadText, requestsIn, type Asked } from '../support/server';
import { createStore } from '../support/store';

const CREATED = 0x41;
const DELETED = 0x42;
const CHANGED = 0x44;
const LIFETIME = 300;
const account = { uri: 'coap://192.0.2.1', ssid: 1, lifetime: LIFETIME };

const unregistered = (options = {}): Device => createDevice({ servers: [account], ...options }, false);

function startRegister(device: Device): Asked {
  device.bench.start();
  return requestsIn(device.bench.out)[0]!;
}

function registered(options = {}): Device {
  const device = unregistered(options);
  answer(device.bench, startRegister(device), CREATED, '/rd/1');
  device.bench.out.length = 0;
  return device;
}

test('5.3.1: Register says endpoint name, lifetime, version and the list of objects, in link-format', (t) => {
  const { m, path, query } = startRegister(unregistered());
  t.is(codeText(m.code), '0.02');
  t.is(path, '/rd');
  t.deepEqual([...query].sort(), ['b=U', 'ep=test', `lt=${LIFETIME}`, 'lwm2m=1.0']);
  t.deepEqual(valuesOf(m, 12), [[40]]);
  t.deepEqual(decodeLinks(payloadText(m)).map(({ uri }) => uri).filter((uri) => uri !== '/').sort(), ['/1/0', '/16/0', '/19/0', '/3/0', '/3303/0', '/3442/0', '/5/0']);
});

test('5.3.1: object 0 is not in the list; an object without instances is, by itself; a version is told', (t) => {
  const objects = [createStore(0, { 0: 'R string' }, { 0: {} }), createStore(16, { 0: 'RW string*' }, {}), createStore(3303, { 5700: 'R float' }, { 2: {} }, { version: '1.1' })];
  const { m } = startRegister(unregistered({ objects }));
  const links = decodeLinks(payloadText(m)).filter(({ uri }) => uri !== '/' && !uri.startsWith('/1'));
  t.deepEqual(links.map(({ uri }) => uri).sort(), ['/3303', '/3303/2']);
  t.deepEqual(decodeLinks(payloadText(m)).filter(({ uri }) => uri === '/16').length, 1);
  t.is(links.find(({ uri }) => uri === '/3303')?.attributes.ver, '1.1');
});

test('5.3.1: the client is registered when the answer is 2.01 with a location, whatever its segments', (t) => {
  for (const location of ['/rd/1', '/rd/a/ü/x', '/5a3f', `/rd/${'x'.repeat(100)}`]) {
    const device = unregistered();
    answer(device.bench, startRegister(device), CREATED, location);
    t.deepEqual(device.bench.events.map(({ name }) => name), ['registered']);
    under.core.update(device.bench.client, device.bench.now);
    t.is(requestsIn(device.bench.poll())[0]!.path, location);
  }
});

test('5.3.1: a location that does not fit is never cut: the registration counts as failed', (t) => {
  const device = unregistered();
  answer(device.bench, startRegister(device), CREATED, `/rd/${'x'.repeat(255)}`);
  t.deepEqual(device.bench.events.map(({ name }) => name), ['error']);
});

test('5.3.1: a Register that is refused or unanswered is tried again for ever, with longer and longer pauses', (t) => {
  for (const code of [0x80, 0x83, 0x8c, 0xa0, 0xa3, undefined]) {
    const device = unregistered();
    device.bench.start();
    const seen: number[] = [];
    const mids = new Set<number>();
    let asked: Asked | undefined = requestsIn(device.bench.out)[0];
    while (asked && seen.length < 14) {
      if (!mids.has(asked.m.mid)) seen.push(asked.at);
      mids.add(asked.m.mid);
      if (code) answer(device.bench, asked, code);
      asked = nextRequest(device.bench, 20_000_000);
    }
    t.is(seen.length, 14);
    const gaps = seen.slice(1).map((at, i) => at - seen[i]!);
    t.true(gaps[0]! >= 1000, `${gaps}`);
    t.true(gaps.every((gap) => gap < 7_200_000), `${gaps}`);
    t.true(gaps.at(-1)! > gaps[0]!);
    t.true(device.bench.events.every(({ name }) => name === 'error'));
    t.is(device.bench.events.length, code ? 14 : 13);
  }
});

test('5.3.1: after failures the pause begins anew once it was registered', (t) => {
  const device = unregistered();
  let asked: Asked | undefined = startRegister(device);
  for (let i = 0; i < 6; i++) {
    answer(device.bench, asked!, 0x83);
    asked = nextRequest(device.bench, 1_000_000);
  }
  answer(device.bench, asked!, CREATED, '/rd/1');
  asked = nextRequest(device.bench, 1_000_000);
  t.is(asked!.path, '/rd/1');
  answer(device.bench, asked!, 0x84);
  const again = requestsIn(device.bench.out).at(-1)!;
  t.is(again.path, '/rd');
  answer(device.bench, again, 0x83);
  t.true(nextRequest(device.bench, 10_000)!.path === '/rd');
});

test('5.3.2: the registration is updated before its lifetime ends, early enough for every retransmission', (t) => {
  for (const [lifetime, longest] of [[300, 207], [86_400, 86_307], [60, 31], [20, 11]] as const) {
    const device = registered({ servers: [{ ...account, lifetime }] });
    const start = device.bench.now;
    const update = nextRequest(device.bench, lifetime * 1000)!;
    t.is(update.path, '/rd/1');
    t.is(codeText(update.m.code), '0.02');
    t.true((update.at - start) / 1000 <= longest && (update.at - start) / 1000 > longest / 2, `lifetime ${lifetime}: ${(update.at - start) / 1000} s`);
    t.deepEqual(update.query, [], 'nothing has changed');
    answer(device.bench, update, CHANGED);
    t.is(device.bench.events.at(-1)?.name, 'updated');
    t.truthy(nextRequest(device.bench, lifetime * 1000));
  }
});

test('5.3.2: an Update answered by 4.04 makes the client register anew', (t) => {
  const device = registered();
  const update = nextRequest(device.bench, 300_000)!;
  const register = requestsIn(answer(device.bench, update, 0x84))[0]!;
  t.is(register.path, '/rd');
  answer(device.bench, register, CREATED, '/rd/2');
  t.deepEqual(device.bench.events.map(({ name }) => name), ['registered', 'lost', 'registered']);
  t.is(nextRequest(device.bench, 300_000)!.path, '/rd/2');
});

test('5.3.2: an Update without any answer makes the client register anew', (t) => {
  const device = registered();
  const update = nextRequest(device.bench, 300_000)!;
  device.bench.advance(100_000);
  const after = requestsIn(device.bench.out).filter(({ at }) => at > update.at);
  t.is(after.filter(({ path }) => path === '/rd/1').length, 4);
  t.true(after.some(({ path }) => path === '/rd'));
});

test('5.3.2: a new lifetime or binding is told by an Update; they count from its answer', (t) => {
  const device = registered();
  t.is(device.dialogue.put('/1/0/1', { format: 0, payload: text('1000') }).text, '2.04');
  const [update] = requestsIn(device.dialogue.unasked);
  t.deepEqual(update!.query, ['lt=1000']);
  answer(device.bench, update!, CHANGED);
  t.is(device.dialogue.put('/1/0/7', { format: 0, payload: text('UQ') }).text, '2.04');
  const [second] = requestsIn(device.dialogue.unasked.slice(1));
  t.deepEqual(second!.query, ['b=UQ']);
  answer(device.bench, second!, CHANGED);
  const start = device.bench.now;
  t.true((nextRequest(device.bench, 1_000_000)!.at - start) / 1000 > 800);
});

test('5.3.2: what the Update could not tell is told by the next', (t) => {
  const device = registered();
  device.dialogue.put('/1/0/1', { format: 0, payload: text('1000') });
  const [update] = requestsIn(device.dialogue.unasked);
  device.dialogue.put('/1/0/1', { format: 0, payload: text('2000') });
  const [next] = requestsIn(answer(device.bench, update!, CHANGED));
  t.deepEqual(next!.query, ['lt=2000']);
});

test('5.3.2: new and lost instances are told by an Update with the whole list', (t) => {
  const device = registered();
  t.is(device.dialogue.post('/16', { format: TLV, payload: [0x00, 0x07] }).text, '2.01');
  const [update] = requestsIn(device.dialogue.unasked);
  t.is(update!.path, '/rd/1');
  t.true(decodeLinks(payloadText(update!.m)).some(({ uri }) => uri === '/16/7'));
  t.deepEqual(valuesOf(update!.m, 12), [[40]]);
  answer(device.bench, update!, CHANGED);
  t.is(device.dialogue.delete('/16/7').text, '2.02');
  const [second] = requestsIn(device.dialogue.unasked.slice(1));
  t.false(decodeLinks(payloadText(second!.m)).some(({ uri }) => uri === '/16/7'));
});

test('5.3.3: stopping de-registers at the location, and nothing follows', (t) => {
  const device = registered();
  under.core.stop(device.bench.client);
  const [remove] = requestsIn(device.bench.poll());
  t.is(codeText(remove!.m.code), '0.04');
  t.is(remove!.path, '/rd/1');
  answer(device.bench, remove!, DELETED);
  t.is(device.bench.events.at(-1)?.name, 'deregistered');
  t.deepEqual(device.bench.advance(10_000_000), []);
});

test('5.3.3: a client that has asked for no registration stops at the next poll', (t) => {
  for (const refused of [false, true]) {
    const device = unregistered();
    if (refused) answer(device.bench, startRegister(device), 0x83);
    else under.core.start(device.bench.client, device.bench.now);
    const sent = device.bench.out.length;
    under.core.stop(device.bench.client);
    t.deepEqual(device.bench.poll(), []);
    t.is(device.bench.events.at(-1)?.name, 'deregistered');
    t.deepEqual(device.bench.advance(10_000_000), []);
    t.is(device.bench.out.length, sent);
  }
});

test('5.3.3: a client that leaves does not come back for an answer, or a lack of one, that was still open', (t) => {
  for (const code of [CHANGED, 0x84, undefined]) {
    const device = registered();
    under.core.update(device.bench.client, device.bench.now);
    const update = requestsIn(device.bench.poll())[0]!;
    under.core.stop(device.bench.client);
    if (code) answer(device.bench, update, code);
    under.core.update(device.bench.client, device.bench.now);
    let remove = requestsIn(device.bench.out).find(({ m }) => m.code === 4);
    for (let i = 0; i < 20 && !remove; i++) remove = requestsIn(device.bench.wait(20_000)).find(({ m }) => m.code === 4);
    answer(device.bench, remove!, DELETED);
    t.is(device.bench.events.at(-1)?.name, 'deregistered');
    t.deepEqual(device.bench.advance(10_000_000), [], `${code}`);
  }
});

test('5.3.3: a client that leaves while a notification is not acknowledged leaves all the same', (t) => {
  const device = registered();
  device.dialogue.get('/3/0/9', { observe: 0 });
  device.world.device.values[0]![9] = 3;
  device.bench.changed(3, 0, 9);
  under.core.stop(device.bench.client);
  device.bench.advance(100_000);
  const remove = requestsIn(device.bench.out).find(({ m }) => m.code === 4);
  answer(device.bench, remove!, DELETED);
  t.deepEqual(device.bench.advance(10_000_000), []);
});

test('5.3.3: a stopped client starts again', (t) => {
  const device = registered();
  under.core.stop(device.bench.client);
  answer(device.bench, requestsIn(device.bench.poll())[0]!, DELETED);
  device.bench.start();
  const again = requestsIn(device.bench.out).at(-1)!;
  t.is(again.path, '/rd');
  answer(device.bench, again, CREATED, '/rd/5');
  t.is(device.bench.events.at(-1)?.name, 'registered');
});

test('E.2: Registration Update Trigger (/1/x/8) makes an Update', (t) => {
  const device = registered();
  t.is(device.dialogue.post('/1/0/8').text, '2.04');
  const [update] = requestsIn(device.dialogue.unasked);
  t.is(update!.path, '/rd/1');
});

test('E.2: Disable (/1/x/4) is answered, de-registers, and registers again after the Disable Timeout', (t) => {
  const device = registered({ servers: [{ ...account, disable: 40 }] });
  t.is(device.dialogue.post('/1/0/4').text, '2.04');
  const [remove] = requestsIn(device.dialogue.unasked);
  t.is(codeText(remove!.m.code), '0.04');
  answer(device.bench, remove!, DELETED);
  const start = device.bench.now;
  const register = nextRequest(device.bench, 100_000)!;
  t.is(register.path, '/rd');
  t.true(Math.abs((register.at - start) / 1000 - 40) <= 1);
});

test('RFC 7959 2.5: a list of objects longer than a block goes in blocks, each with the same query', (t) => {
  const objects = [createStore(3300, { 5700: 'R float' }, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i, {}])))];
  const device = unregistered({ objects, block: 64 });
  let asked: Asked | undefined = startRegister(device);
  const first = asked;
  const whole: number[] = [];
  for (let num = 0; ; num++) {
    const block = decodeBlock(valuesOf(asked!.m, 27)[0] ?? []);
    t.is(block.num, num);
    t.is(block.size, 64);
    t.deepEqual(asked!.query, first.query);
    t.is(asked!.path, '/rd');
    whole.push(...asked!.m.payload);
    if (!block.more) break;
    const { m }: Asked = asked!;
    asked = requestsIn(device.bench.say({ type: 2, code: 0x5f, mid: m.mid, token: m.token, options: [blockOption(27, num, true, 64)] }))[0];
  }
  t.is(decodeLinks(Buffer.from(whole).toString()).filter(({ uri }) => uri.startsWith('/3300/')).length, 60);
  answer(device.bench, asked!, CREATED, '/rd/1');
  t.is(device.bench.events.at(-1)?.name, 'registered');
});

test('RFC 7959 2.5, 2.9.3: the server may ask for smaller blocks, in the middle or by 4.13', (t) => {
  const objects = [createStore(3300, { 5700: 'R float' }, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i, {}])))];
  for (const refuse of [false, true]) {
    const device = unregistered({ objects, block: 64 });
    const first = startRegister(device);
    const reply = refuse ? { code: 0x8d, options: [blockOption(27, 0, true, 32)] } : { code: 0x5f, options: [blockOption(27, 0, true, 32)] };
    const [next] = requestsIn(device.bench.say({ type: 2, mid: first.m.mid, token: first.m.token, ...reply }));
    const block = decodeBlock(valuesOf(next!.m, 27)[0]!);
    t.is(block.size, 32);
    t.is(block.num, refuse ? 0 : 2);
    t.deepEqual(next!.m.payload, refuse ? first.m.payload.slice(0, 32) : next!.m.payload);
    t.is(next!.m.payload.length, 32);
  }
});

test('a name that does not resolve is tried again, and its address is looked up with each registration', (t) => {
  const device = unregistered({ servers: [{ ...account, uri: 'coap://lwm2m.example:5999' }] });
  const { bench } = device;
  bench.resolve = () => null;
  bench.start();
  t.deepEqual(bench.out, []);
  bench.advance(60_000);
  t.true(bench.events.length >= 3 && bench.events.every(({ name }) => name === 'error'));
  let asked = 0;
  bench.resolve = () => (asked++ ? '198.51.100.7' : undefined);
  const register = nextRequest(bench, 600_000)!;
  t.is(register.sent.address, '198.51.100.7');
  t.is(register.sent.port, 5999);
  const { mid, token } = register.m;
  bench.give(Uint8Array.from([0x64, CREATED, mid >> 8, mid & 255, ...token, 0x82, 0x72, 0x64, 0x01, 0x31]), '198.51.100.7', 5999);
  t.is(bench.events.at(-1)?.name, 'registered');
});

test('an IPv6 server is one without the brackets of its URI', (t) => {
  const device = unregistered({ servers: [{ ...account, uri: 'coap://[2001:DB8::1]:6000' }] });
  device.bench.start();
  t.is(device.bench.out[0]!.address, '2001:db8::1');
  t.is(device.bench.out[0]!.port, 6000);
});

test('RFC 7252 6.1: the URI of a server says its host and port; what comes behind means nothing', (t) => {
  for (const [uri, address, port] of [
    ['coap://192.0.2.9', '192.0.2.9', 5683],
    ['COAP://Example.COM:/x', 'example.com', 5683],
    ['coap://h:1', 'h', 1],
    ['coap://h:65535/rd?ep=x', 'h', 65_535],
    ['coap://h?a:b/c', 'h', 5683],
    ['coap://[::1]', '::1', 5683],
    ['coap://[::1]:7', '::1', 7],
  ] as const) {
    const device = unregistered({ servers: [{ ...account, uri }] });
    device.bench.start();
    t.is(device.bench.out[0]?.address, address, uri);
    t.is(device.bench.out[0]?.port, port, uri);
  }
});

test('a URI that is none of ours is refused when the client is made, and so is coaps while there is no DTLS', (t) => {
  for (const uri of ['http://x', 'coap:/x', 'coap://', 'x', '', 'coap://h:0', 'coap://h:65536', 'coap://[::1', 'coap://h:x', 'coaps://h'])
    t.throws(() => createDevice({ servers: [{ uri }] }, false), { any: true }, uri);
});

test('5.3: each server has its own registration, lifetime, location and fate', (t) => {
  const servers = [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 300 }, { uri: 'coap://192.0.2.2', ssid: 2, lifetime: 1000 }];
  const device = unregistered({ servers });
  device.bench.start();
  const [one, two] = requestsIn(device.bench.out) as [Asked, Asked];
  t.deepEqual([one.sent.address, two.sent.address].sort(), ['192.0.2.1', '192.0.2.2']);
  answer(device.bench, one, CREATED, '/rd/a');
  answer(device.bench, two, 0x83);
  t.deepEqual(device.bench.events.map(({ name, ssid }) => `${name} ${ssid}`).sort(), ['error 2', 'registered 1']);
  t.is(device.dialogue.get('/3/0/9', { from: '192.0.2.1' }).text, '2.05');
  const retry = nextRequest(device.bench, 10_000)!;
  t.is(retry.sent.address, '192.0.2.2');
  answer(device.bench, retry, CREATED, '/rd/b');
  const update = nextRequest(device.bench, 300_000)!;
  t.deepEqual([update.sent.address, update.path], ['192.0.2.1', '/rd/a']);
  t.is(Buffer.from(device.dialogue.get('/1/1/1', { from: '192.0.2.2' }).payload).toString(), '1000');
});

test('5.3: observations of one server do not end with the registration of another', (t) => {
  const servers = [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 300 }, { uri: 'coap://192.0.2.2', ssid: 2, lifetime: 100_000 }];
  const device = createDevice({ servers });
  device.dialogue.get('/3/0/9', { observe: 0, from: '192.0.2.1' });
  device.dialogue.get('/3/0/13', { observe: 0, from: '192.0.2.2' });
  const update = nextRequest(device.bench, 300_000)!;
  answer(device.bench, update, 0x84);
  t.deepEqual(device.slots().observations, ['/3/0/13']);
});

test('a clock that stands still, and one that runs for years, are borne', (t) => {
  const device = registered({ servers: [{ ...account, lifetime: 3_000_000_000 }] });
  t.true(under.core.poll(device.bench.client, device.bench.now) <= 2_147_483_647);
  device.bench.advance(0);
  device.bench.now += 1e12;
  t.is(device.dialogue.get('/3/0/9').text, '2.05');
});
