/** What the server takes with a word about it, whose an address is, and what happens at the end of what it can do. */
import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { ownerOf, isLoopback } from '../../../src/host/server/address';
import * as limits from '../../../src/host/server/limits';
import { settle } from './support/clock';
import { startRest } from './support/rest';
import { startObserving, startServer } from './support/server';

test('what a Register says oddly is taken as it is meant, with a word about it; what has no meaning is 4.00 (LwM2M TS 1.0.2 5.3.1)', async (t) => {
  for (const [query, payload, format, note] of [
    [[], '</3/0>', wire.FORMAT_LINK, undefined],
    [['lt=60', 'lwm2m=1.0', 'b=UQ', 'sms=1'], '</3/0>', wire.FORMAT_LINK, undefined],
    [[], '</3/0>', wire.FORMAT_TEXT, /the objects come as text\/plain \(Content-Format 0\) instead of link-format \(40\)/],
    [['lt= 60'], '', 'none', /lt= 60 is read as 60 s/],
    [['lt=60.0'], '', 'none', /lt=60\.0 is read as 60 s/],
    [['b='], '', 'none', /b= has no value/],
    [['b=uq'], '', 'none', /b=uq is read as UQ/],
    [['lwm2m=1'], '', 'none', /lwm2m=1 is read as 1\.0/],
    [['lwm2m=v1.1'], '', 'none', /lwm2m=v1\.1 is read as 1\.1/],
    [['lwm2m=1.1.2'], '', 'none', /lwm2m=1\.1\.2 is read as 1\.1/],
    [['x=1', 'x=1'], '', 'none', /x= is given twice/],
    [['lt=x'], '', 'none', wire.CODE_BAD_REQUEST], [['lt='], '', 'none', wire.CODE_BAD_REQUEST], [['lt=-1'], '', 'none', wire.CODE_BAD_REQUEST], [['lt=60s'], '', 'none', wire.CODE_BAD_REQUEST],
    [['lt=4294967295'], '', 'none', /./], [['lt=4294967296'], '', 'none', wire.CODE_BAD_REQUEST],
    [['b=U1'], '', 'none', wire.CODE_BAD_REQUEST], [['b=ABCDEFGH'], '', 'none', undefined], [['b=ABCDEFGHI'], '', 'none', wire.CODE_BAD_REQUEST],
    [['lwm2m=2.0'], '', 'none', wire.CODE_PRECONDITION_FAILED], [['lwm2m=0.9'], '', 'none', wire.CODE_PRECONDITION_FAILED], [['lwm2m=x'], '', 'none', wire.CODE_BAD_REQUEST], [['lwm2m=1.'], '', 'none', wire.CODE_BAD_REQUEST], [['lwm2m=1.1000'], '', 'none', wire.CODE_BAD_REQUEST],
    [['x=1', 'x=2'], '', 'none', wire.CODE_BAD_REQUEST],
  ] as const) {
    const { server, ask } = await startServer();
    const said: string[] = [];
    server.events.on('warning', ({ message }) => said.push(message));
    const { code } = ask(wire.CODE_POST, '/rd', ['ep=a', ...query], payload, { format });
    t.is(code, typeof note === 'number' ? note : wire.CODE_CREATED, query.join('&'));
    if (note === undefined) t.deepEqual(said, [], query.join('&'));
    else if (typeof note === 'object') t.true(said.some((message) => note.test(message)), `${query.join('&')}: ${said.join()}`);
  }
});

test('an address belongs to itself in IPv4, also where it is mapped, and to its /64 in IPv6, however it is written (RFC 4291 2.2, 2.5.1)', (t) => {
  for (const [address, owner] of [
    ['192.0.2.1', '192.0.2.1'], ['::ffff:192.0.2.1', '192.0.2.1'], ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:DB8:1:2::', '2001:db8:1:2::/64'], ['2001:db8:0001:0002::6', '2001:db8:1:2::/64'], ['2001:db8:1:2::5:6', '2001:db8:1:2::/64'], ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'], ['2001:db8::1', '2001:db8:0:0::/64'], ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0::/64'], ['2001:db8::4:5:6:7:8', '2001:db8:0:4::/64'], ['::1', '0:0:0:0::/64'], ['::', '0:0:0:0::/64'], ['::3:4:5:6:7:8', '0:0:3:4::/64'], ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'], ['1::8', '1:0:0:0::/64'], ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'], ['1:2:3::192.0.2.1', '1:2:3:0::/64'], ['fe80::1%eth0', 'fe80:0:0:0::/64%eth0'], ['no address', 'no address'],
  ] as const) t.is(ownerOf(address), owner, address);
  for (const [address, local] of [['127.0.0.1', true], ['127.1.2.3', true], ['::1', true], ['::ffff:127.0.0.1', true], ['localhost', true], ['128.0.0.1', false], ['12.7.0.1', false], ['::2', false], ['::', false], ['0.0.0.0', false], ['::11', false], ['localhost.example', false]] as const) t.is(isLoopback(address), local, address);
});

test('what is older than the first value, or than one that overtook it, is not told (RFC 7641 3.4)', async (t) => {
  for (const [before, after, told] of [[undefined, 9, []], [undefined, 10, []], [undefined, 11, ['later']], [12, 11, ['early']], [12, 13, ['early', 'later']], [9, 11, ['early', 'later']]] as const) {
    const { request, observing, say, values } = await startObserving('/3303/0/5701');
    // The response may come by itself, behind what overtakes it.
    say(wire.TYPE_ACK, request.mid, 10, 'first');
    await observing;
    if (before !== undefined) say(wire.TYPE_CON, 701, before, 'early');
    await settle();
    say(wire.TYPE_CON, 702, after, 'later');
    await settle();
    t.deepEqual(values, before === 9 ? ['later'] : [...told], `${before} ${after}`);
  }
});

test('an observation that there is already is renewed at the limit as well; another one is 503', async (t) => {
  const { server, device, ask } = await startRest(t);
  await device.register('d');
  device.replies.set('GET /3303/0/5700', { code: '2.05', payload: '20', options: { 'Content-Format': 'text/plain' } });
  device.replies.set('GET /3303/0/5701', { code: '2.05', payload: 'Cel', options: { 'Content-Format': 'text/plain' } });
  const observe = async (resource: number) => (await ask('POST', `/api/clients/d/3303/0/${resource}/observe`)).status;
  let count = limits.MAX_OBSERVATIONS_PER_CLIENT - 1;
  server.observationsOf = () => Array.from({ length: count }, (_, k) => ({ path: k ? `/9/${k}` : '/3303/0/5700' }) as never);
  t.is(await observe(5701), 200);
  count++;
  t.deepEqual([await observe(5700), await observe(5701)], [200, 503]);
});

test('an error of the server itself is 500 without a word of what it was, and is told as a fault', async (t) => {
  const { server, device, ask, faults } = await startRest(t);
  await device.register('d');
  const secret = new TypeError('a secret of the inside');
  server.read = () => Promise.reject(secret);
  const { status, json } = await ask('GET', '/api/clients/d/3/0/1');
  t.deepEqual([status, json.error, Object.keys(json)], [500, 'InternalError', ['error', 'message']]);
  t.regex(json.message, /output/);
  t.notRegex(JSON.stringify(json), /secret|TypeError/);
  t.deepEqual(faults, [secret]);
  for (const [method, path] of [['GET', '/api/nothing'], ['PATCH', '/api/clients/d']] as const) {
    const nothing = await ask(method, path);
    t.deepEqual([nothing.status, nothing.json.error], [404, 'NotFound']);
    t.true(nothing.json.message.endsWith(`${method} ${path}`));
  }
});

test('a Write needs a body of a type that is known; bytes go to a resource or an instance of one', async (t) => {
  const { device, ask } = await startRest(t);
  await device.register('d', '</3/0>,</3442/0>');
  for (const [body, type, said] of [[undefined, undefined, /the body is missing/], ['', 'image/png', /the body is missing/], ['x', 'image/png', /image\/png is not supported/], ['x', undefined, /\(none\) is not supported/]] as const) {
    const { status, json } = await ask('PUT', '/api/clients/d/3/0/14', body, type);
    t.is(status, 400);
    t.regex(json.message, said);
  }
  t.deepEqual(device.asked, []);
  for (const path of ['3442/0/150', '3442/0/1150/0']) {
    device.replies.set(`PUT /${path}`, { code: '2.04' });
    t.is((await ask('PUT', `/api/clients/d/${path}`, Buffer.from([1, 2, 3]), 'application/octet-stream')).status, 200, path);
    t.is(device.asked.at(-1)!.url, `/${path}`);
    t.true(device.asked.at(-1)!.payload.includes(Buffer.from([1, 2, 3])));
  }
  t.is((await ask('PUT', '/api/clients/d/3442/0', Buffer.from([1]), 'application/octet-stream')).status, 400);
});
