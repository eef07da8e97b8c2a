/** What is promised to a server: LwM2M 1.0.2 sections 5.3, 5.5 and E.2, each test named by the sentence that it holds. The orders are in explorer.test.ts. */
import test from 'ava';
import { decodeLinks } from '../../src/host/server/formats/link';
import { codeText } from '../reference/coap';
import { blockOption, parse, pathOptions, text, uintOption } from '../support/bench';
import { createDevice, under, type Device } from '../support/device';
import { TLV } from '../support/dialogue';
import { answer, nextRequest, requestsIn, type Asked } from '../support/server';
import { createStore } from '../support/store';

const CREATED = 0x41;
const DELETED = 0x42;
const CHANGED = 0x44;
const UNAVAILABLE = 0xa3;
const TOO_MANY = 0x9d;
const ONE = '192.0.2.1';
const TWO = '192.0.2.2';
const account = { uri: `coap://${ONE}`, ssid: 1, lifetime: 300, disable: 40 };

const unregistered = (options = {}): Device => createDevice({ servers: [account], ...options }, false);
const registered = (options = {}): Device => createDevice({ servers: [account], ...options });
const names = ({ bench }: Device): string[] => bench.events.map(({ name }) => name);
const last = ({ bench }: Device): string | undefined => bench.events.at(-1)?.name;

function startRegister({ bench }: Device): Asked {
  bench.start();
  return requestsIn(bench.out).at(-1)!;
}

/** Answers with a Max-Age option. */
function putOff({ bench }: Device, { m, sent }: Asked, code: number, seconds: number): void {
  bench.say({ type: 2, code, mid: m.mid, token: m.token, options: [uintOption(14, seconds)] }, sent.address);
}

/** The answers to a Read, a Write, an Execute and a ping. */
function ask({ dialogue, bench }: Device, from = ONE): number {
  const before = bench.out.length;
  for (const datagram of [dialogue.build(1, '/3/0/9'), dialogue.build(3, '/3/0/14', { format: 0, payload: text('+01:00') }), dialogue.build(2, '/3/0/4'), dialogue.build(1, '/3/0/9', { observe: 0 })])
    bench.give(datagram, from);
  bench.say({ type: 0, mid: 7 }, from);
  return bench.out.length - before;
}

test('E.2 Disable: the server gets no answer, and hears nothing, until the client registers again', (t) => {
  const device = registered();
  t.is(device.dialogue.post('/1/0/4').text, '2.04');
  const [remove] = requestsIn(device.dialogue.unasked);
  t.is(codeText(remove!.m.code), '0.04');
  const repeated = parse(device.bench.out[0]!.bytes);
  t.is(repeated.code, CHANGED);
  answer(device.bench, remove!, DELETED);
  t.is(last(device), 'deregistered');
  t.is(ask(device), 0);
  device.bench.changed(3, 0, 9);
  under.core.update(device.bench.client, device.bench.now);
  t.deepEqual(device.bench.advance(39_000), []);
  t.is(ask(device), 0);
  const register = requestsIn(device.bench.advance(1000))[0]!;
  t.is(register.path, '/rd');
  t.is(ask(device), 5, 'a server may ask before its answer to Register arrives');
  answer(device.bench, register, CREATED, '/rd/2');
  t.is(ask(device), 5);
});

test('E.2 Disable: the Execute is answered, its copies too, before the De-register is', (t) => {
  const device = registered();
  const datagram = device.dialogue.build(2, '/1/0/4');
  const first = device.dialogue.exchange(datagram);
  t.is(first?.text, '2.04');
  t.is(device.dialogue.exchange(datagram)?.hex, first?.hex);
  const { bench } = device;
  const before = bench.out.length;
  bench.give(device.dialogue.build(1, '/3/0/9'));
  t.is(bench.out.length, before, 'nothing new is answered by who leaves');
});

test('E.2 Disable: other servers are served as before', (t) => {
  const device = registered({ servers: [account, { uri: `coap://${TWO}`, ssid: 2, lifetime: 300 }] });
  t.is(device.dialogue.get('/3/0/9', { observe: 0, from: TWO }).text, '2.05');
  t.is(device.dialogue.post('/1/0/4').text, '2.04');
  answer(device.bench, requestsIn(device.dialogue.unasked)[0]!, DELETED);
  t.is(ask(device, ONE), 0);
  t.is(ask(device, TWO), 5);
  device.world.device.values[0]![9] = 3;
  const [notification] = device.bench.changed(3, 0, 9);
  t.is(notification?.address, TWO);
});

test('E.2 Disable: executed while a Register is not answered yet, it takes back what that brings', (t) => {
  const device = unregistered();
  const register = startRegister(device);
  t.is(device.dialogue.post('/1/0/4').text, '2.04');
  const remove = requestsIn(answer(device.bench, register, CREATED, '/rd/1'))[0]!;
  t.deepEqual([codeText(remove.m.code), remove.path], ['0.04', '/rd/1']);
  answer(device.bench, remove, DELETED);
  t.deepEqual(names(device), ['deregistered']);
  t.is(nextRequest(device.bench, 60_000)?.path, '/rd');
});

test('E.2 Disable: the longest time-out is borne, and another call of stop or start is heard', (t) => {
  const device = registered({ servers: [{ ...account, disable: 4294967295 }] });
  device.dialogue.post('/1/0/4');
  answer(device.bench, requestsIn(device.dialogue.unasked)[0]!, DELETED);
  const { bench } = device;
  t.true(under.core.poll(bench.client, bench.now) <= 2 ** 31 - 1);
  bench.start();
  t.deepEqual(bench.advance(1e9), [], 'start does not end it');
  under.core.stop(bench.client);
  bench.poll();
  bench.start();
  t.is(requestsIn(bench.out).at(-1)?.path, '/rd', 'stop does');
});

test('5.3.3: stop while a Register is under way de-registers what it brings', (t) => {
  for (const late of [false, true]) {
    const device = unregistered();
    let register = startRegister(device);
    under.core.stop(device.bench.client);
    t.deepEqual(device.bench.poll(), []);
    t.deepEqual(names(device), []);
    if (late) register = nextRequest(device.bench, 5000)!;
    t.is(register.path, '/rd', 'only an answer tells where the registration is');
    const remove = requestsIn(answer(device.bench, register, CREATED, '/rd/9'))[0]!;
    t.deepEqual([codeText(remove.m.code), remove.path], ['0.04', '/rd/9']);
    t.deepEqual(names(device), []);
    answer(device.bench, remove, DELETED);
    t.deepEqual(names(device), ['deregistered']);
    t.deepEqual(device.bench.advance(10_000_000), []);
  }
});

test('5.3.3: stop while a Register is under way that is refused, reset or never answered ends with it', (t) => {
  for (const how of ['refused', 'reset', 'silence'] as const) {
    const device = unregistered();
    const { m } = startRegister(device);
    under.core.stop(device.bench.client);
    if (how === 'silence') device.bench.advance(100_000);
    else device.bench.say(how === 'reset' ? { type: 3, mid: m.mid } : { type: 2, code: 0x83, mid: m.mid, token: m.token });
    t.deepEqual(names(device), ['deregistered'], how);
    t.deepEqual(device.bench.advance(10_000_000), []);
  }
});

test('5.3.3: stop takes back a separate answer to Register, too', (t) => {
  const device = unregistered();
  const { m } = startRegister(device);
  device.bench.say({ type: 2, mid: m.mid });
  under.core.stop(device.bench.client);
  device.bench.advance(60_000);
  const [ack, remove] = device.bench.say({ type: 0, code: CREATED, mid: 500, token: m.token, options: pathOptions('/rd/1', 8) });
  t.is(parse(ack!.bytes).type, 2);
  t.is(codeText(parse(remove!.bytes).code), '0.04');
});

test('5.3.3: stop does not wait for an Update or a notification under way', (t) => {
  for (const about of ['update', 'notification']) {
    const device = registered();
    if (about === 'update') under.core.update(device.bench.client, device.bench.now);
    else {
      device.dialogue.get('/3/0/9', { observe: 0 });
      device.world.device.values[0]![9] = 3;
      under.core.changed(device.bench.client, 3, 0, 9);
    }
    t.is(device.bench.poll().length, 1);
    under.core.stop(device.bench.client);
    t.is(codeText(requestsIn(device.bench.poll())[0]!.m.code), '0.04');
  }
});

test('5.3: started again while it leaves, a client registers once it has left', (t) => {
  for (const during of ['De-register', 'Register']) {
    const device = during === 'Register' ? unregistered() : registered();
    const { bench } = device;
    const register = during === 'Register' ? startRegister(device) : undefined;
    under.core.stop(bench.client);
    if (!register) bench.poll();
    bench.start();
    bench.start();
    const remove = register ? requestsIn(answer(bench, register, CREATED, '/rd/1'))[0]! : requestsIn(bench.out).at(-1)!;
    t.is(codeText(remove.m.code), '0.04');
    const again = requestsIn(answer(bench, remove, DELETED))[0]!;
    t.is(again.path, '/rd', during);
    answer(bench, again, CREATED, '/rd/2');
    t.is(last(device), 'registered');
    bench.start();
    t.is(ask(device), 5);
    t.is(nextRequest(bench, 300_000)?.path, '/rd/2');
  }
});

test('5.3: a call by the application in the middle of an event is heard', (t) => {
  for (const at of ['registered', 'updated', 'lost', 'error', 'cancelled', 'deregistered'] as const)
    for (const call of ['stop', 'start', 'update'] as const) {
      let called = 0;
      const onEvent = (client: any, name: string): void => {
        if (name !== at || called++) return;
        if (call === 'stop') under.core.stop(client);
        else if (call === 'start') under.core.start(client, device.bench.now);
        else under.core.update(client, device.bench.now);
      };
      const device = unregistered({ onEvent });
      const { bench } = device;
      const register = startRegister(device);
      answer(bench, register, at === 'error' ? 0x83 : CREATED, '/rd/1');
      if (at !== 'error' && at !== 'registered') {
        device.dialogue.get('/3/0/9', { observe: 0 });
        if (at === 'deregistered') under.core.stop(bench.client);
        else under.core.update(bench.client, bench.now);
        const asked = requestsIn(bench.poll())[0];
        if (asked) answer(bench, asked, at === 'updated' ? CHANGED : at === 'deregistered' ? DELETED : 0x84);
      }
      t.is(called, 1, at);
      // Whatever it was, a server that answers well gets what was asked for.
      for (let i = 0; i < 8; i++) {
        for (const one of requestsIn(bench.out.splice(0))) answer(bench, one, one.m.code === 4 ? DELETED : one.path === '/rd' ? CREATED : CHANGED, one.path === '/rd' ? '/rd/2' : undefined);
        bench.advance(3000);
      }
      bench.out.length = 0;
      t.is(ask(device), call === 'stop' ? 0 : at === 'deregistered' && call === 'update' ? 0 : 5, `${call} in ${at}`);
    }
});

test('5.5: when a notification is not acknowledged the client registers anew, so that the server observes anew', (t) => {
  for (const code of ['2.05', '4.04']) {
    const device = registered();
    device.dialogue.get('/3/0/9', { observe: 0 });
    device.dialogue.get('/16/0', { observe: 0 });
    if (code === '2.05') device.world.device.values[0]![9] = 3;
    else under.core.removeInstance(device.bench.client, device.world.portfolio, 0);
    device.bench.changed(3, 0, 9);
    // The Update that says the list comes first.
    for (const one of requestsIn(device.bench.out).filter(({ path }) => path === '/rd/1')) answer(device.bench, one, CHANGED);
    const notification = device.bench.out.map(({ bytes }) => parse(bytes)).find((m) => m.type === 0 && codeText(m.code) === code);
    t.truthy(notification, code);
    device.bench.out.length = 0;
    device.bench.advance(100_000);
    const asked = requestsIn(device.bench.out);
    t.is(asked[0]?.path, '/rd');
    t.true(names(device).includes('lost'));
    t.deepEqual(device.slots().observations, []);
  }
});

test('5.3.2: an Update says only what changed: a lifetime, a binding that are written as they are make none', (t) => {
  const device = registered();
  const { dialogue } = device;
  t.is(dialogue.put('/1/0/1', { format: 0, payload: text('300') }).text, '2.04');
  t.is(dialogue.put('/1/0/7', { format: 0, payload: text('U') }).text, '2.04');
  t.is(dialogue.put('/1/0/2', { format: 0, payload: text('5') }).text, '2.04');
  const all = [0xc2, 1, 0x01, 0x2c, 0xc1, 2, 5, 0xc1, 6, 1, 0xc1, 7, 0x55];
  t.is(dialogue.put('/1/0', { format: TLV, payload: all }).text, '2.04');
  t.is(dialogue.post('/1/0', { format: TLV, payload: all }).text, '2.04');
  t.deepEqual(dialogue.unasked, []);
  t.is(dialogue.post('/1/0', { format: TLV, payload: [0xc2, 1, 0x01, 0x2d, 0xc1, 7, 0x55] }).text, '2.04');
  t.deepEqual(requestsIn(dialogue.unasked)[0]?.query, ['lt=301']);
});

test('5.3.2: what was changed and changed back before an Update could say it needs none', (t) => {
  const device = registered();
  const { dialogue, bench } = device;
  under.core.update(bench.client, bench.now);
  const [update] = requestsIn(bench.poll());
  for (const [path, value] of [['/1/0/1', '60'], ['/1/0/7', 'UQ'], ['/1/0/1', '300'], ['/1/0/7', 'U']] as const) dialogue.put(path, { format: 0, payload: text(value) });
  t.deepEqual(requestsIn(answer(bench, update!, CHANGED)), []);
  t.deepEqual(bench.advance(100_000), []);
});

test('5.3.2: an instance that is there already is not added, and none is removed that is not', (t) => {
  const device = registered();
  under.core.addInstance(device.bench.client, device.world.portfolio, 0);
  under.core.removeInstance(device.bench.client, device.world.portfolio, 9);
  t.deepEqual(device.bench.poll(), []);
  t.deepEqual(device.world.portfolio.instances, [0]);
});

test('E.2 Registration Update Trigger: each makes an Update, one during an Update another', (t) => {
  const device = registered();
  const { dialogue, bench } = device;
  dialogue.post('/1/0/8');
  const [first] = requestsIn(dialogue.unasked.splice(0));
  t.deepEqual(first?.query, []);
  dialogue.post('/1/0/8');
  const [second] = requestsIn(answer(bench, first!, CHANGED));
  t.deepEqual(second?.query, []);
  t.deepEqual(answer(bench, second!, CHANGED), []);
});

test('RFC 7252 4.4: what changes while a Register or Update is repeated goes out as another message', (t) => {
  const device = registered();
  const { dialogue, bench } = device;
  dialogue.put('/1/0/1', { format: 0, payload: text('1000') });
  const [update] = requestsIn(dialogue.unasked);
  dialogue.put('/1/0/1', { format: 0, payload: text('2000') });
  const again = nextRequest(bench, 5000)!;
  t.deepEqual(again.query, ['lt=2000']);
  t.not(again.m.mid, update!.m.mid);
  t.notDeepEqual(again.m.token, update!.m.token);
  t.deepEqual(answer(bench, update!, CHANGED), [], 'an answer to the first is none to the second');
  t.deepEqual(answer(bench, again, CHANGED), []);
  t.is(last(device), 'updated');
});

test('RFC 7959 2.5: a list of objects that changes between its blocks begins anew', (t) => {
  const many = createStore(3300, { 5700: 'R float' }, Object.fromEntries(Array.from({ length: 60 }, (_, i) => [i, {}])));
  const device = unregistered({ objects: [many], block: 64 });
  let asked = startRegister(device);
  const whole: number[] = [];
  for (let i = 0, num = 0; i < 40 && whole.length % 64 === 0; i++, num++) {
    whole.push(...asked.m.payload);
    if (i === 3) under.core.addInstance(device.bench.client, many, 99);
    const next = requestsIn(device.bench.say({ type: 2, code: 0x5f, mid: asked.m.mid, token: asked.m.token, options: [blockOption(27, num, true, 64)] }))[0]!;
    if (i === 3) {
      num = -1;
      whole.length = 0;
    }
    asked = next;
    if (asked.m.payload.length < 64) {
      whole.push(...asked.m.payload);
      break;
    }
  }
  const links = decodeLinks(Buffer.from(whole).toString()).filter(({ uri }) => uri.startsWith('/3300/'));
  t.is(links.length, 61);
  answer(device.bench, asked, CREATED, '/rd/1');
  t.is(last(device), 'registered');
  t.deepEqual(requestsIn(device.bench.poll()), []);
});

test('RFC 7252 5.9.3.4, RFC 8516: a Register is not sent again before the Max-Age of 5.03 or 4.29', (t) => {
  for (const code of [UNAVAILABLE, TOO_MANY])
    for (const seconds of [30, 600, undefined, 0]) {
      const device = unregistered();
      const register = startRegister(device);
      const from = device.bench.now;
      if (seconds === undefined) answer(device.bench, register, code);
      else putOff(device, register, code, seconds);
      const gap = (nextRequest(device.bench, 2_000_000)!.at - from) / 1000;
      const least = seconds === undefined ? 60 : seconds || 4;
      t.true(gap >= least && gap <= least * 1.5 + 1, `${code} Max-Age ${seconds}: ${gap} s`);
    }
});

test('RFC 7252 5.10.5: a Max-Age of years is heeded for a day at most', (t) => {
  for (const seconds of [4_294_967_295, 16_777_215, 86_400]) {
    const device = unregistered();
    putOff(device, startRegister(device), UNAVAILABLE, seconds);
    const from = device.bench.now;
    const gap = (nextRequest(device.bench, 400_000_000)!.at - from) / 1000;
    t.true(gap >= 65_535 && gap <= 100_000, `${gap}`);
  }
});

test('RFC 7252 5.9.3.4: an Update that is put off is sent again after its Max-Age, with what it had to say; the registration stays', (t) => {
  const device = registered();
  const { dialogue, bench } = device;
  dialogue.get('/3/0/9', { observe: 0 });
  dialogue.put('/1/0/1', { format: 0, payload: text('1000') });
  const [update] = requestsIn(dialogue.unasked);
  putOff(device, update!, UNAVAILABLE, 100);
  const from = bench.now;
  under.core.update(bench.client, bench.now);
  device.world.device.values[0]![9] = 3;
  const [notification] = bench.changed(3, 0, 9);
  t.is(parse(notification!.bytes).code, 0x45, 'notifications go on');
  dialogue.settle(notification!);
  const again = nextRequest(bench, 300_000)!;
  t.true(again.at - from >= 100_000 && again.at - from <= 151_000);
  t.is(again.path, '/rd/1');
  t.deepEqual(again.query, ['lt=1000']);
  t.deepEqual(answer(bench, again, CHANGED), []);
  t.deepEqual(names(device).filter((name) => name !== 'observed'), ['registered', 'error', 'updated']);
});

test('RFC 7252 5.10.5: Max-Age of other answers puts nothing off', (t) => {
  const device = registered();
  under.core.update(device.bench.client, device.bench.now);
  const [update] = requestsIn(device.bench.poll());
  putOff(device, update!, 0x84, 600);
  t.is(requestsIn(device.bench.out).at(-1)?.path, '/rd');
});

test('5.3.2: the lifetime counts from when the server may have heard of it, not from its answer', (t) => {
  const device = unregistered();
  const first = startRegister(device);
  const from = first.at;
  let register = first;
  while (device.bench.now - from < 20_000) register = nextRequest(device.bench, 60_000)!;
  answer(device.bench, register, CREATED, '/rd/1');
  const update = nextRequest(device.bench, 400_000)!;
  t.true(update.at - from <= (300 - 93) * 1000, `${(update.at - from) / 1000} s`);
  t.true(update.at - from > 150_000);
});

test('E.2: bindings that the client has not are refused and not announced', (t) => {
  const { dialogue } = registered();
  for (const binding of ['S', 'SQ', 'US', 'UQS', 'T', 'N', 'u', 'UU', ' U', 'Q', '']) {
    t.is(dialogue.put('/1/0/7', { format: TLV, payload: [0xc0 | binding.length, 7, ...text(binding)] }).text, '4.00', `"${binding}"`);
    t.is(Buffer.from(dialogue.get('/1/0/7', { accept: 0 }).payload).toString(), 'U');
  }
  t.deepEqual(dialogue.unasked, []);
  t.is(dialogue.put('/1/0/7', { format: 0, payload: text('UQ') }).text, '2.04');
});

test('E.2: what a server may write has a floor and a ceiling', (t) => {
  const { dialogue } = registered();
  const code = (resource: number, value: string): string => dialogue.put(`/1/0/${resource}`, { format: 0, payload: text(value) }).text;
  for (const value of ['0', '1', '3', '-1', '-86400', '4294967296', '9007199254740991', '9223372036854775807']) t.is(code(1, value), '4.00', value);
  for (const value of ['4', '20', '4294967295']) t.is(code(1, value), '2.04', value);
  for (const resource of [2, 3, 5]) {
    for (const value of ['-1', '4294967296', '8640000000000000', '-9223372036854775808']) t.is(code(resource, value), '4.00', `${resource}: ${value}`);
    for (const value of ['0', '1', '4294967295']) t.is(code(resource, value), '2.04', `${resource}: ${value}`);
  }
});

test('E.2: the shortest lifetime makes no more than 30 Updates a minute', (t) => {
  const device = registered({ servers: [{ ...account, lifetime: 4 }] });
  const until = device.bench.now + 60_000;
  let count = 0;
  while (device.bench.now < until) {
    const update = nextRequest(device.bench, 60_000)!;
    count++;
    answer(device.bench, update, CHANGED);
  }
  t.true(count <= 30, `${count}`);
  t.deepEqual(names(device).filter((name) => name !== 'updated'), ['registered']);
});

test('an account that a server could not have is refused when the client is made', (t) => {
  for (const bad of [{ binding: 'S' }, { binding: 'US' }, { lifetime: 1 }, { lifetime: -5 }, { lifetime: NaN + 1 || -1 }, { pmin: -1 }, { pmax: -1 }, { disable: -1 }, { lifetime: 1e12 }])
    t.throws(() => unregistered({ servers: [{ ...account, ...bad }] }), { any: true }, JSON.stringify(bad));
});

test('5.4.6: a Create beyond the limit of instances is 5.00, and creates nothing', (t) => {
  const device = registered();
  const { dialogue, bench, world } = device;
  let code = '';
  let made = 0;
  for (let i = 0; i < 300 && (code = dialogue.post('/16', { format: TLV, payload: [] }).text) === '2.01'; i++) made++;
  t.is(code, '5.00');
  t.is(world.portfolio.instances.length, made + 1);
  t.is(world.portfolio.calls.filter(({ name }) => name === 'create').length, made);
  dialogue.delete('/16/7');
  t.is(dialogue.post('/16', { format: TLV, payload: [] }).text, '2.01');
  under.core.addInstance(bench.client, world.portfolio, 500);
  t.is(world.portfolio.instances.length, made + 2, 'the application may have more');
});

test('5.3.1: each segment of the location comes back as it came, empty and long ones too', (t) => {
  for (const segments of [['rd', '', 'x'], ['', ''], ['x'.repeat(12), 'y'.repeat(13), 'z'.repeat(60)], ['é/%']]) {
    const device = unregistered();
    const { m } = startRegister(device);
    device.bench.say({ type: 2, code: CREATED, mid: m.mid, token: m.token, options: segments.map((one) => ({ number: 8, value: text(one) })) });
    t.is(last(device), 'registered');
    under.core.update(device.bench.client, device.bench.now);
    const update = parse(device.bench.poll()[0]!.bytes);
    t.deepEqual(update.options.filter(({ number }) => number === 11).map(({ value }) => Buffer.from(value).toString()), segments);
  }
});

test('5.3.1: an answer to Register that is no 2.01 with a location is a failure, and the next Register is answered as if it had not been', (t) => {
  for (const [code, location] of [[CREATED, undefined], [CREATED, `/rd/${'x'.repeat(200)}`], [CHANGED, undefined], [CHANGED, '/rd/1'], [0x45, '/rd/1'], [DELETED, undefined]] as const) {
    const device = unregistered();
    answer(device.bench, startRegister(device), code, location);
    t.deepEqual(names(device), ['error'], `${code} ${location}`);
    const register = nextRequest(device.bench, 10_000)!;
    answer(device.bench, register, CREATED, '/rd/7');
    under.core.update(device.bench.client, device.bench.now);
    t.is(requestsIn(device.bench.poll())[0]?.path, '/rd/7');
  }
});

test('5.3: a Reset of Register, Update and De-register is no answer that is good', (t) => {
  const device = unregistered();
  const { bench } = device;
  const reset = ({ m }: Asked) => requestsIn(bench.say({ type: 3, mid: m.mid }));
  t.deepEqual(reset(startRegister(device)), []);
  const register = nextRequest(bench, 10_000)!;
  answer(bench, register, CREATED, '/rd/1');
  under.core.update(bench.client, bench.now);
  t.is(reset(requestsIn(bench.poll())[0]!)[0]?.path, '/rd');
  answer(bench, requestsIn(bench.out).at(-1)!, CREATED, '/rd/2');
  under.core.stop(bench.client);
  reset(requestsIn(bench.poll())[0]!);
  t.deepEqual(names(device), ['error', 'registered', 'lost', 'registered', 'deregistered']);
});
