/** Everything that a datagram can make the server keep has a bound, and says so when it is met. */
import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { makeBlock, makeUint, uintOption } from '../../../src/host/server/coap/options';
import { makePeer, type Peer } from '../../../src/host/server/coap/transport';
import * as limits from '../../../src/host/server/limits';
import { startServer } from './support/server';
import { device, otherDevice, pathOptions, queryOptions } from './support/wire';

const { CODE_POST, CODE_DELETE, CODE_CREATED, CODE_CHANGED, CODE_DELETED, CODE_NOT_FOUND, CODE_SERVICE_UNAVAILABLE, CODE_FORBIDDEN } = wire;
const TOO_LARGE = wire.CODE_REQUEST_ENTITY_TOO_LARGE;

const peerAt = (address: string, port = 5683): Peer => makePeer(address, port, 0);

async function start(options: Parameters<typeof startServer>[0] = {}) {
  const it = await startServer(options);
  const warnings: string[] = [];
  it.server.events.on('warning', ({ message }) => warnings.push(message));
  const names = (): string[] => it.server.registry.all().map(({ endpoint }) => endpoint);
  return { ...it, warnings, names };
}

test('when the server is full, who never updated gives way, and who did stays', async (t) => {
  const { ask, register, names, warnings, happened } = await start({ maxClients: 3 });
  const a = register('a');
  register('b');
  const c = register('c', undefined, undefined, otherDevice);
  t.is(ask(CODE_POST, a).code, CODE_CHANGED);
  t.is(ask(CODE_POST, c, [], '', { from: otherDevice }).code, CODE_CHANGED);
  register('d');
  t.deepEqual(names(), ['a', 'c', 'd']);
  t.true(happened.includes('evicted b'));
  t.deepEqual(warnings, ['the server is full with 3 registrations (--max-clients): "b", which never sent an Update, was removed']);
  register('c');
  t.deepEqual(names(), ['a', 'd', 'c'], 'who is in may come again');
});

test('when all have updated, a newcomer is told when to try again (RFC 7252 5.9.3.4)', async (t) => {
  const { ask, register, names, warnings } = await start({ maxClients: 2 });
  for (const name of ['a', 'b']) ask(CODE_POST, register(name));
  const answer = ask(CODE_POST, '/rd', ['ep=c']);
  t.is(answer.code, CODE_SERVICE_UNAVAILABLE);
  t.is(uintOption(answer, wire.OPTION_MAX_AGE), 60);
  t.is(Buffer.from(answer.payload).toString(), 'this server is full');
  t.deepEqual(warnings, ['the server is full with 2 registrations (--max-clients): "c" was refused']);
  t.is(ask(CODE_DELETE, register('b')).code, CODE_DELETED);
  t.is(ask(CODE_POST, '/rd', ['ep=c']).code, CODE_CREATED);
  t.deepEqual(names(), ['a', 'c']);
});

test('who answered is known as well as who updated', async (t) => {
  const { server, transport, register, names } = await start({ maxClients: 2 });
  register('a');
  const read = server.read('a', '/3/0/9');
  const { mid, token } = transport.take()[0];
  transport.say({ type: wire.TYPE_ACK, code: wire.CODE_NOT_FOUND, mid, token });
  await read;
  register('b');
  register('c');
  t.deepEqual(names(), ['a', 'c']);
});

test('of those who never updated the address that has most gives way, its oldest first', async (t) => {
  const { register, names } = await start({ maxClients: 6 });
  register('honest', undefined, undefined, peerAt('192.0.2.1'));
  register('other', undefined, undefined, peerAt('192.0.2.2'));
  for (let i = 0; i < 10; i++) register(`forged-${i}`, undefined, undefined, peerAt('192.0.2.66', 1000 + i));
  t.deepEqual(names(), ['honest', 'other', 'forged-6', 'forged-7', 'forged-8', 'forged-9']);
  register('late', undefined, undefined, peerAt('192.0.2.3'));
  t.deepEqual(names(), ['honest', 'other', 'forged-7', 'forged-8', 'forged-9', 'late']);
});

test('a registration that was confirmed stays so when the device comes again, and not when another address comes', async (t) => {
  const { ask, register, names } = await start({ maxClients: 3, maxClientsPerAddress: 2 });
  ask(CODE_POST, register('a'));
  register('a');
  register('b', undefined, undefined, otherDevice);
  ask(CODE_POST, register('c', undefined, undefined, otherDevice), [], '', { from: otherDevice });
  register('d', undefined, undefined, peerAt('192.0.2.9'));
  t.deepEqual(names(), ['a', 'c', 'd']);
  register('a', undefined, undefined, peerAt('192.0.2.10'));
  register('e', undefined, undefined, peerAt('192.0.2.11'));
  register('f', undefined, undefined, peerAt('192.0.2.12'));
  t.deepEqual(names(), ['c', 'e', 'f']);
});

test('10,000 forged endpoints do not lock an honest one out', async (t) => {
  const { server, ask, register, names } = await start();
  ask(CODE_POST, register('known'));
  for (let i = 0; i < 10_050; i++) register(`forged-${i}`, ['lt=4294967295'], '', peerAt(`10.${i >> 8}.${i & 255}.1`));
  t.is(server.registry.size, 10_000);
  const location = register('honest', undefined, undefined, otherDevice);
  t.is(ask(CODE_POST, location, [], '', { from: otherDevice }).code, CODE_CHANGED);
  for (let i = 0; i < 10_050; i++) register(`more-${i}`, ['lt=0'], '', peerAt(`10.${i >> 8}.${i & 255}.2`));
  t.deepEqual(names().filter((name) => !name.startsWith('more')), ['known', 'honest']);
});

test('one address has so many registrations; its own that never updated give way; this machine has no such limit', async (t) => {
  const { ask, register, names, warnings } = await start({ maxClientsPerAddress: 2 });
  register('other', undefined, undefined, otherDevice);
  for (const name of ['a', 'b', 'c']) register(name);
  t.deepEqual(names(), ['other', 'b', 'c']);
  t.deepEqual(warnings, [
    '192.0.2.7 has 2 registrations, which is the limit for one address (--max-clients-per-address): "a", which never sent an Update, was removed',
  ]);
  for (const name of ['b', 'c']) ask(CODE_POST, register(name));
  t.is(ask(CODE_POST, '/rd', ['ep=d']).code, CODE_SERVICE_UNAVAILABLE);
  t.is(ask(CODE_POST, '/rd', ['ep=d'], '', { from: peerAt('192.0.2.9') }).code, CODE_CREATED);
  for (const name of ['v', 'w', 'x', 'y']) register(name, undefined, undefined, peerAt(`2001:db8::${name.charCodeAt(0)}`));
  t.deepEqual(names(), ['other', 'b', 'c', 'd', 'x', 'y'], 'a /64 is one address');
  for (const name of ['l1', 'l2', 'l3']) register(name, undefined, undefined, peerAt('127.0.0.1', 7000));
  t.is(names().length, 9);
});

test('a registration has so many links and bytes: more is 4.13 with the size that is taken (RFC 7959 2.9.3), and a sentence', async (t) => {
  const { ask, register, server, warnings, clock } = await start();
  const links = (n: number): string => Array.from({ length: n }, (_, i) => `</9/${i}>`).join(',');
  register('most', undefined, links(limits.MAX_LINKS));
  const many = ask(CODE_POST, '/rd', ['ep=many'], links(limits.MAX_LINKS + 1));
  t.is(many.code, TOO_LARGE);
  t.is(uintOption(many, wire.OPTION_SIZE1), limits.MAX_LINKS_BYTES);
  t.is(Buffer.from(many.payload).toString(), 'there are 2001 links; 2000 is the limit');
  t.regex(warnings[0], /^a registration of 192\.0\.2\.7:40000 was refused: there are 2001 links; 2000 is the limit$/);
  await clock.advance(limits.WARNING_MS);
  register('longest', undefined, `</1>;x="${'x'.repeat(limits.MAX_LINKS_BYTES - 9)}"`);
  const long = ask(CODE_POST, '/rd', ['ep=long'], `</1>;x="${'x'.repeat(limits.MAX_LINKS_BYTES - 8)}"`);
  t.is(long.code, TOO_LARGE);
  t.regex(warnings[1], /the objects take 32769 bytes; 32768 is the limit/);
  const location = register('small');
  t.is(ask(CODE_POST, location, [], links(limits.MAX_LINKS + 1)).code, TOO_LARGE, 'an Update as well');
  t.is(server.registry.byEndpoint('small')!.links.length, 3);
  const query = Array.from({ length: 5 }, (_, i) => `${i}=${'x'.repeat(210)}`);
  t.is(ask(CODE_POST, '/rd', ['ep=long-query', ...query]).code, TOO_LARGE);
  t.is(ask(CODE_POST, '/rd', ['ep=query', ...query.slice(1)]).code, CODE_CREATED);
});

test('all registrations together have so many bytes; an Update that has no room is 5.03', async (t) => {
  const { server, ask, register, names, warnings } = await start({ maxClients: 8 });
  const long = (char: string): string => `</1>;x="${char.repeat(31_500)}"`;
  const a = register('a', undefined, long('a'));
  register('b', undefined, '</1>');
  t.is(ask(CODE_POST, a).code, CODE_CHANGED);
  register('c', undefined, long('c'));
  t.deepEqual(names(), ['a', 'c'], 'b gave way');
  t.true(server.registry.bytes <= 8 * limits.MAX_BYTES_PER_CLIENT);
  t.regex(warnings[0], /^the registrations take \d+ bytes, which is the limit \(--max-clients\): "b", which never sent an Update, was removed$/);
  const c = ask(CODE_POST, '/rd', ['ep=c'], '</1>');
  t.is(c.code, CODE_CREATED);
  const location = register('c', undefined, '</1>');
  for (const at of [location, register('b', undefined, '</1>')]) t.is(ask(CODE_POST, at).code, CODE_CHANGED);
  t.is(ask(CODE_POST, location, [], long('c')).code, CODE_SERVICE_UNAVAILABLE, 'all that are in have updated');
  t.is(server.registry.byEndpoint('c')!.links.length, 1);
  t.is(ask(CODE_POST, location, [], '</1>,</2>').code, CODE_CHANGED);
  t.is(ask(CODE_DELETE, a).code, CODE_DELETED);
  t.is(ask(CODE_POST, location, [], long('c')).code, CODE_CHANGED);
  await server.stop();
  t.is(server.registry.bytes, 0);
});

test('unfinished uploads: two for each device, the oldest makes room; a flood leaves room for others', async (t) => {
  const { transport, warnings, clock } = await start();
  let mid = 0;
  const block = (name: string, n: number, more: boolean, from: Peer): number => {
    transport.say(
      {
        code: CODE_POST,
        mid: mid++ & 0xffff,
        options: [...pathOptions('/rd'), makeUint(wire.OPTION_CONTENT_FORMAT, 40), ...queryOptions(`ep=${name}`), makeBlock(wire.OPTION_BLOCK1, { offset: n * 16, more, szx: 0 })],
        payload: Buffer.from(more ? `</3/${n}>,</4/${n}>,`.padEnd(16) : '</5/0>'),
      },
      from,
    );
    return transport.take().at(-1)!.code;
  };
  for (const name of ['a', 'b', 'c']) t.is(block(name, 0, true, device), wire.CODE_CONTINUE);
  t.is(block('a', 1, false, device), wire.CODE_REQUEST_ENTITY_INCOMPLETE);
  t.is(block('b', 1, false, device), CODE_CREATED);
  t.is(block('c', 1, false, device), CODE_CREATED);
  t.regex(warnings[0], /^192\.0\.2\.7:40000 has 2 unfinished uploads, which is the limit for one device; the oldest was dropped$/);

  await clock.advance(limits.WARNING_MS);
  t.is(block('honest', 0, true, otherDevice), wire.CODE_CONTINUE);
  for (let i = 0; i < 500; i++) t.is(block(`forged-${i}`, 0, true, peerAt('192.0.2.66', 1000 + i)), wire.CODE_CONTINUE);
  t.is(block('honest', 1, false, otherDevice), CODE_CREATED);
  t.regex(warnings.at(-1)!, /^64 uploads are unfinished, which is the limit; one of 192\.0\.2\.66:\d+ was dropped for one of 192\.0\.2\.66:\d+$/);
});

test('a sentence about a bound is said once in ten seconds, and then how often it was not', async (t) => {
  const { register, warnings, clock } = await start({ maxClients: 1 });
  for (let i = 0; i < 5; i++) register(`a${i}`);
  t.is(warnings.length, 1);
  await clock.advance(limits.WARNING_MS - 1);
  register('b');
  t.is(warnings.length, 1);
  await clock.advance(1);
  register('c');
  t.regex(warnings[1], /was removed \(and 4 more of this kind since it was last said\)$/);
});

// Who takes over a name

const ping = (message: { type: number; code: number }): boolean => message.type === wire.TYPE_CON && message.code === wire.CODE_EMPTY;

for (const { what, code, path, refusal } of [
  { what: 'Register', code: CODE_POST, path: () => '/rd', refusal: CODE_FORBIDDEN },
  { what: 'Update', code: CODE_POST, path: (location: string) => location, refusal: CODE_NOT_FOUND },
  { what: 'De-register', code: CODE_DELETE, path: (location: string) => location, refusal: CODE_NOT_FOUND },
]) {
  test(`a ${what} from another address is refused while the first address answers`, async (t) => {
    const { server, transport, clock, register, warnings } = await start({ takeover: false });
    const location = register('a');
    transport.say({ code, mid: 9, options: [...pathOptions(path(location)), ...queryOptions(...(code === CODE_POST ? ['ep=a'] : []))] }, otherDevice);
    const [{ message: asked, to }] = transport.sent.splice(0);
    t.true(ping(asked));
    t.is(to.key, device.key);
    transport.say({ type: wire.TYPE_RST, mid: asked.mid }, device);
    await clock.advance(0);
    const [answer] = transport.take();
    t.is(answer.code, refusal);
    t.is(server.registry.byEndpoint('a')!.peer.key, device.key);
    t.is(server.registry.byEndpoint('a')!.id, location.slice(4));
    t.deepEqual(warnings, [`"a" is registered from 192.0.2.7:40000; 192.0.2.8:40001 sent a ${what}, which was refused, because the first address still answers`]);
  });

  test(`a ${what} from another address is done when the first one answers no more: the device moved`, async (t) => {
    const { server, transport, clock, register, warnings } = await start({ takeover: false });
    const location = register('a');
    transport.say({ code, mid: 9, options: [...pathOptions(path(location)), ...queryOptions(...(code === CODE_POST ? ['ep=a'] : []))] }, otherDevice);
    await clock.advance(limits.PROBE_MS - 1);
    t.is(server.registry.byEndpoint('a')!.peer.key, device.key);
    await clock.advance(1);
    t.is(server.registry.byEndpoint('a')?.peer.key, what === 'De-register' ? undefined : otherDevice.key);
    const answers = transport.take().filter((message) => message.code !== wire.CODE_EMPTY);
    t.is(answers.length, 1);
    t.true(answers[0].code < 96);
    t.regex(warnings[0], /which was allowed, because the first address no longer answers$/);
    await server.stop();
    t.is(clock.pending, 0);
  });

  test(`where takeovers are allowed a ${what} from another address is done at once, with a warning`, async (t) => {
    const { server, ask, register, warnings } = await start();
    const location = register('a');
    t.true(ask(code, path(location), code === CODE_POST ? ['ep=a'] : [], '', { from: otherDevice }).code < 96);
    t.is(server.registry.byEndpoint('a')?.peer.key, what === 'De-register' ? undefined : otherDevice.key);
    t.regex(warnings[0], /which was allowed \(--takeover allow\)$/);
  });
}

test('another port of the same address is the same device: a NAT may have forgotten it', async (t) => {
  const { ask, register, warnings } = await start({ takeover: false });
  const location = register('a');
  const from = peerAt(device.address, 40_002);
  t.is(ask(CODE_POST, location, [], '', { from }).code, CODE_CHANGED);
  t.is(ask(CODE_POST, '/rd', ['ep=a'], '', { from: peerAt(device.address, 40_003) }).code, CODE_CREATED);
  t.deepEqual(warnings, []);
});

test('of several who want a silent name the first one gets it; only so many are asked about at once', async (t) => {
  const { server, transport, clock, register, warnings } = await start({ takeover: false });
  for (let i = 0; i <= limits.MAX_PROBES; i++) register(`a${i}`, undefined, '', peerAt(`10.0.0.${i}`));
  transport.take();
  for (const [i, from] of [peerAt('10.1.0.1'), peerAt('10.1.0.2')].entries())
    transport.say({ code: CODE_POST, mid: i, options: [...pathOptions('/rd'), ...queryOptions('ep=a0')] }, from);
  t.is(transport.take().filter(ping).length, 1, 'one question for both');
  for (let i = 1; i <= limits.MAX_PROBES; i++)
    transport.say({ code: CODE_POST, mid: i, options: [...pathOptions('/rd'), ...queryOptions(`ep=a${i}`)] }, peerAt('10.2.0.1'));
  const sent = transport.take();
  t.is(sent.filter(ping).length, limits.MAX_PROBES - 1);
  t.deepEqual(sent.filter((message) => !ping(message)).map(({ code }) => code), [CODE_SERVICE_UNAVAILABLE]);
  t.regex(warnings[0], /which was refused: 64 such cases are under way$/);
  await clock.advance(limits.PROBE_MS);
  t.is(server.registry.byEndpoint('a0')!.peer.address, '10.1.0.1');
});

test('who leaves or speaks while he is asked about is not taken over', async (t) => {
  const { server, transport, clock, ask, register } = await start({ takeover: false });
  const location = register('a');
  transport.say({ code: CODE_POST, mid: 900, options: [...pathOptions('/rd'), ...queryOptions('ep=a')] }, otherDevice);
  t.is(ask(CODE_POST, location).code, CODE_CHANGED);
  await clock.advance(limits.PROBE_MS);
  t.is(server.registry.byEndpoint('a')!.peer.key, device.key);
});
