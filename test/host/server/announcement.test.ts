import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { makeText, textOptions } from '../../../src/host/server/coap/options';
import { startServer } from './support/server';

/** Registers with `links`; returns what the server made of it and what it warned of. */
async function announced(links: string, query: string[] = ['lt=60', 'lwm2m=1.0']) {
  const it = await startServer();
  const warnings: string[] = [];
  it.server.events.on('warning', ({ message }) => warnings.push(message));
  const code = it.ask(wire.CODE_POST, '/rd', ['ep=a', ...query], links).code;
  const registration = it.server.registry.byEndpoint('a');
  const objects = registration && Object.fromEntries([...registration.objects].map(([id, { instances }]) => [id, instances]));
  return { ...it, code, registration, objects, warnings };
}

for (const [links, objects, note] of [
  ['</>;rt="oma.lwm2m";ct=60 110,</1/0>,</3/0>', { 1: [0], 3: [0] }, /the value of ct wants quotes/],
  ['</>;rt=oma.lwm2m;ct=11543;hb,</1/0>', { 1: [0] }, undefined],
  ['</1/0>,</1/0>,</3>,</3/0>', { 1: [0], 3: [0] }, undefined],
  ['</01/00>,</3/007>', { 1: [0], 3: [7] }, undefined],
  ['<1/0>,<3/0>', { 1: [0], 3: [0] }, /the link <1\/0> is read as <\/1\/0>/],
  ['<coap://192.0.2.7:5683/3/0>,</1/0>', { 1: [0], 3: [0] }, undefined],
  ['</%33/%30>', { 3: [0] }, undefined],
  ['</1/0>\0', { 1: [0] }, /zero bytes/],
  ['</lwm2m>;rt="oma.lwm2m",</1/0>,</3/0>', { 1: [0], 3: [0] }, /not below the path \/lwm2m/],
  ['</lwm2m>;rt="OMA.LWM2M",</lwm2m/1/0>', { 1: [0] }, undefined],
  ['</lwm2m>;rt="core.rd oma.lwm2m",</lwm2m/1/0>,</3/0>', { 1: [0] }, undefined],
  ['</lwm2m/1/0>,</lwm2m>;RT=oma.lwm2m', { 1: [0] }, undefined],
  ['</lwm2m/>;rt="oma.lwm2m",</lwm2m/1/0/>', { 1: [0] }, undefined],
  ['</hello>,</3/0/9>,</65535>,</3/65535>,</1>', { 1: [] }, undefined],
] as [string, object, RegExp | undefined][]) {
  test(`Register takes ${JSON.stringify(links)} (RFC 6690 2, LwM2M TS 1.0.2 5.3.1)`, async (t) => {
    const it = await announced(links);
    t.is(it.code, wire.CODE_CREATED);
    t.deepEqual(it.objects, objects as never);
    if (note) t.regex(it.warnings[0]!, note);
    else t.deepEqual(it.warnings, []);
  });
}

test('an alternate path in percent form is one Uri-Path option for each of its segments, decoded (RFC 7252 6.4)', async (t) => {
  for (const [links, segments] of [
    ['</lwm2m%2f>;rt="oma.lwm2m",</lwm2m%2f/3/0>', ['lwm2m/']],
    ['</a%20b/c>;rt="oma.lwm2m",</a%20b/c/3/0>', ['a b', 'c']],
    ['</a%2520b>;rt="oma.lwm2m",</%61%2520b/3/0>', ['a%20b']],
    ['</%ff>;rt="oma.lwm2m",</%ff/3/0>', ['%ff']],
  ] as [string, string[]][]) {
    const { server, transport, objects } = await announced(links);
    t.deepEqual(objects, { 3: [0] }, links);
    const read = server.read('a', '/3/0/9');
    const [request] = transport.take();
    t.deepEqual(textOptions(request, wire.OPTION_URI_PATH), [...segments, '3', '0', '9']);
    transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: request.mid, token: request.token, payload: Buffer.from('7') });
    t.like(await read, { content: { value: 7 } });
  }
});

for (const [query, like, note] of [
  [['lt=+60'], { lifetime: 60 }, /lt=\+60 is read as 60 s/],
  [['lt=60.0'], { lifetime: 60 }, /lt=60\.0 is read as 60 s/],
  [['lt= 60'], { lifetime: 60 }, /is read as 60 s/],
  [['b=u'], { binding: 'U' }, /b=u is read as U/],
  [['b=UQS'], { binding: 'UQS', queueMode: true }, undefined],
  [['b=qu'], { binding: 'QU', queueMode: true }, /b=qu is read as QU/],
  [['b='], { binding: 'U', queueMode: false }, /b= has no value/],
  [['Q'], { queueMode: true }, undefined],
  [['sms='], { sms: undefined }, undefined],
  [['lwm2m=1'], { version: '1.0' }, /lwm2m=1 is read as 1\.0/],
  [['lwm2m="1.1"'], { version: '1.1' }, /is read as 1\.1/],
  [['lwm2m=1.0.2'], { version: '1.0' }, /is read as 1\.0/],
  [['lwm2m=v1.1'], { version: '1.1' }, /is read as 1\.1/],
  [['lwm2m='], { version: '1.0' }, undefined],
  [['lt=60', 'lt=60'], { lifetime: 60 }, /lt= is given twice/],
] as [string[], object, RegExp | undefined][]) {
  test(`Register takes ${query.join('&')}`, async (t) => {
    const it = await announced('</1/0>', query);
    t.is(it.code, wire.CODE_CREATED);
    t.like(it.registration, like as never);
    if (note) t.regex(it.warnings[0]!, note);
    else t.deepEqual(it.warnings, []);
  });
}

for (const query of [['lt=60', 'lt=600'], ['lt=1e3'], ['lt=-1'], ['lt=60.5'], ['lt=4294967296'], ['b=1'], ['b=U Q'], ['lwm2m=x'], ['lwm2m=1.x'], ['lwm2m=1.0000'], ['ep=b']]) {
  test(`Register refuses ${query.join('&')}, which may mean several things`, async (t) => {
    t.is((await announced('</1/0>', query)).code, wire.CODE_BAD_REQUEST);
  });
}

/** An answer to the request that the server sent last. */
const answer = (it: Awaited<ReturnType<typeof announced>>, code: number, location?: string): void => {
  const [request] = it.transport.take();
  const options = (location?.split('/') ?? []).map((part) => makeText(wire.OPTION_LOCATION_PATH, part));
  it.transport.say({ type: wire.TYPE_ACK, code, mid: request.mid, token: request.token, options });
};
const instances = ({ server }: Awaited<ReturnType<typeof announced>>, object: number): number[] | undefined => server.registry.byEndpoint('a')!.objects.get(object)?.instances;

test('what the server creates and deletes is in the tree at once, as the device answered (LwM2M TS 1.0.2 5.4.7, 5.4.8)', async (t) => {
  for (const [links, prefix] of [['</1/0>,</16>;ver=1.0', ''], ['</x%2f>;rt="oma.lwm2m",</x%2f/1/0>,</x%2f/16>;ver=1.0', 'x//']] as const) {
    const it = await announced(links);
    const before = it.server.registry.byEndpoint('a')!;
    const create = it.server.create('a', '/16', {});
    if (prefix) {
      const [request] = it.transport.take();
      it.transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CREATED, mid: request.mid, token: request.token, options: ['x/', '16', '7'].map((part) => makeText(wire.OPTION_LOCATION_PATH, part)) });
    } else answer(it, wire.CODE_CREATED, '16/7');
    t.is((await create).location, '16/7');
    t.deepEqual(instances(it, 16), [7]);
    t.is(it.happened.at(-1), 'updated a');
    // with an id that was wished for, and an answer that says nothing
    const wished = it.server.create('a', '/16/3', {});
    answer(it, wire.CODE_CREATED);
    await wished;
    t.deepEqual(instances(it, 16), [3, 7]);
    const gone = it.server.delete('a', '/16/7');
    answer(it, wire.CODE_DELETED);
    await gone;
    t.deepEqual(instances(it, 16), [3]);
    const last = it.server.delete('a', '/16/3');
    answer(it, wire.CODE_DELETED);
    await last;
    t.deepEqual(instances(it, 16), []);
    t.deepEqual(instances(it, 1), [0]);
    const after = it.server.registry.byEndpoint('a')!;
    t.is(after.objects.get(16)!.version, '1.0');
    t.deepEqual([after.id, after.lifetime, after.updatedAt, after.rootPath], [before.id, before.lifetime, before.updatedAt, before.rootPath]);
  }
});

test('what the device refuses, or does not name, changes nothing; an instance deleted last leaves its object', async (t) => {
  const it = await announced('</1/0>,</16/0>;ver=1.0');
  const refused = it.server.create('a', '/16/1', {});
  answer(it, wire.CODE_METHOD_NOT_ALLOWED);
  t.false((await refused).success);
  const nameless = it.server.create('a', '/16', {});
  answer(it, wire.CODE_CREATED);
  await nameless;
  const elsewhere = it.server.create('a', '/16', {});
  answer(it, wire.CODE_CREATED, '17/5');
  await elsewhere;
  const kept = it.server.delete('a', '/16/0');
  answer(it, wire.CODE_NOT_FOUND);
  t.false((await kept).success);
  t.deepEqual(instances(it, 16), [0]);
  t.is(it.happened.filter((what) => what === 'updated a').length, 0);
  const resource = it.server.delete('a', '/16/0/0');
  answer(it, wire.CODE_DELETED);
  await resource;
  t.deepEqual(instances(it, 16), [0]);
  const gone = it.server.delete('a', '/16/0');
  answer(it, wire.CODE_DELETED);
  await gone;
  t.deepEqual(instances(it, 16), []);
  t.is(it.server.registry.byEndpoint('a')!.objects.get(16)!.version, '1.0');
});
