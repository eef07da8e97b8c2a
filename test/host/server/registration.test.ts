import test from 'ava';
import { encodeMessage } from '../../../src/host/server/coap/message';
import * as wire from '../../../src/device/wire/coap';
import { CanceledError } from '../../../src/host/server/coap/errors';
import { makeBlock, makeUint, textOptions } from '../../../src/host/server/coap/options';
import { readLinks } from '../../../src/host/server/registration/registry';
import { decodeLinks } from '../../../src/host/server/formats/link';
import { startServer } from './support/server';
import { bytes, complete, otherDevice, pathOptions, queryOptions } from './support/wire';

const { CODE_POST, CODE_PUT, CODE_DELETE, CODE_GET, CODE_CHANGED, CODE_DELETED, CODE_NOT_FOUND, CODE_BAD_REQUEST, CODE_CREATED } = wire;

test('a registration ends when its lifetime and the grace are over, and an Update begins it anew', async (t) => {
  const { server, clock, ask, register, happened } = await startServer({ grace: 5000 });
  const location = register('a');
  await clock.advance(64_000);
  t.is(ask(CODE_POST, location).code, CODE_CHANGED);
  await clock.advance(64_999);
  t.is(server.registry.size, 1);
  await clock.advance(1);
  t.is(server.registry.size, 0);
  t.is(ask(CODE_POST, location).code, CODE_NOT_FOUND);
  t.deepEqual(happened, ['registration a', 'updated a', 'expired a']);
  t.is(clock.pending, 0);
});

test('the lifetime: 86400 s when not told (LwM2M TS 1.0.2 5.3.1); longer ones than the limit, and 0 for ever, are cut to it', async (t) => {
  const { server, clock, ask, register } = await startServer({ grace: 0, maxLifetime: 200_000 });
  const warnings: string[] = [];
  server.events.on('warning', ({ message }) => warnings.push(message));
  register('day', []);
  register('second', ['lt=1']);
  register('limit', ['lt=200000']);
  t.deepEqual(warnings, []);
  register('ever', ['lt=0']);
  await clock.advance(10_000);
  const location = register('most', ['lt=4294967295']);
  const names = () => server.registry.all().map(({ endpoint, lifetime }) => [endpoint, lifetime]);
  t.deepEqual(names(), [
    ['day', 86_400],
    ['limit', 200_000],
    ['ever', 200_000],
    ['most', 200_000],
  ]);
  t.deepEqual(warnings, [
    '"ever" asked for a lifetime of 0, which is for ever; the limit of 200000 s counts (--max-lifetime)',
    '"most" asked for a lifetime of 4294967295 s; the limit of 200000 s counts (--max-lifetime)',
  ]);
  t.is(ask(CODE_POST, location, ['lt=200001']).code, CODE_CHANGED);
  t.is(server.registry.byEndpoint('most')!.lifetime, 200_000);
  await clock.advance(86_390_000);
  t.deepEqual(names().map(([name]) => name), ['limit', 'ever', 'most']);
  await clock.advance(200_000_000 - 86_400_000);
  t.deepEqual(names().map(([name]) => name), ['most']);
  await clock.advance(10_000);
  t.deepEqual(names(), []);
  t.is(clock.pending, 0);
});

test('a lifetime of years needs no timer that overflows', async (t) => {
  const { server, clock, register } = await startServer({ grace: 0, maxLifetime: 2 ** 32 - 1 });
  register('most', ['lt=4294967295']);
  await clock.advance(4_294_967_294_999);
  t.is(server.registry.size, 1);
  await clock.advance(1);
  t.is(server.registry.size, 0);
});

test('an Update changes what it says and nothing else (LwM2M TS 1.0.2 5.3.2)', async (t) => {
  const { server, ask, register, happened } = await startServer();
  const location = register('a', ['lt=60', 'b=UQ', 'sms=+49123']);
  const before = server.registry.byEndpoint('a')!;
  t.is(ask(CODE_POST, location).code, CODE_CHANGED);
  t.like(server.registry.byEndpoint('a'), {
    lifetime: 60,
    binding: 'UQ',
    queueMode: true,
    sms: '+49123',
    links: before.links,
    id: before.id,
    registeredAt: before.registeredAt,
  });
  t.is(ask(CODE_POST, location, ['lt=90', 'b=U']).code, CODE_CHANGED);
  t.like(server.registry.byEndpoint('a'), { lifetime: 90, binding: 'U', queueMode: false, sms: '+49123', links: before.links });
  t.is(ask(CODE_POST, location, [], '</1/0>,</3/0>,</16/1>,</16/0>').code, CODE_CHANGED);
  t.deepEqual(
    [...server.registry.byEndpoint('a')!.objects],
    [
      [1, { instances: [0] }],
      [3, { instances: [0] }],
      [16, { instances: [0, 1] }],
    ],
  );
  t.is(ask(CODE_PUT, location, ['lt=91']).code, CODE_CHANGED, 'as in drafts');
  t.is(happened.length, 5);
});

test('after an Update the client is where it spoke from', async (t) => {
  const { server, transport, ask, register } = await startServer();
  const location = register('a');
  t.is(ask(CODE_POST, location, [], '', { from: otherDevice }).code, CODE_CHANGED);
  const read = t.throwsAsync(server.read('a', '/3/0/9'), { instanceOf: CanceledError });
  t.is(transport.sent[0].to.key, otherDevice.key);
  await server.stop();
  await read;
});

test('De-register ends it; registering again replaces it, and what was asked of the old one is given up', async (t) => {
  const { server, clock, ask, register, happened } = await startServer();
  const first = register('a');
  t.is(ask(CODE_DELETE, first).code, CODE_DELETED);
  t.is(ask(CODE_DELETE, first).code, CODE_NOT_FOUND);
  const second = register('a');
  const read = t.throwsAsync(server.read('a', '/3/0/9'), { instanceOf: CanceledError, message: /replaced/ });
  const third = register('a');
  t.is(new Set([first, second, third]).size, 3);
  t.is(ask(CODE_POST, second).code, CODE_NOT_FOUND);
  t.is(ask(CODE_POST, third).code, CODE_CHANGED);
  await read;
  t.deepEqual(happened, ['registration a', 'deregistered a', 'registration a', 'replaced a', 'registration a', 'updated a']);
  await server.stop();
  t.is(clock.pending, 0);
});

for (const [query, payload, code, why] of [
  [[], '</3/0>', CODE_BAD_REQUEST, 'without ep='],
  [['ep='], '</3/0>', CODE_BAD_REQUEST, 'with an empty ep='],
  [['ep=a\nb'], '</3/0>', CODE_BAD_REQUEST, 'with control characters in ep='],
  [['ep=a\u2028b'], '</3/0>', CODE_BAD_REQUEST, 'with a line separator in ep='],
  [['ep=.'], '</3/0>', CODE_BAD_REQUEST, 'with a name that no URL can hold'],
  [['ep=..'], '</3/0>', CODE_BAD_REQUEST, 'with another name that no URL can hold'],
  [['ep=...'], '</3/0>', CODE_CREATED, 'with a name of three dots'],
  [['ep=__proto__', '__proto__=1', 'constructor=2'], '</3/0>;__proto__=1;constructor', CODE_CREATED, 'with names that every object has'],
  [['ep=a', 'lt='], '</3/0>', CODE_BAD_REQUEST, 'with an empty lifetime'],
  [['ep=a', 'lt=1.5'], '</3/0>', CODE_BAD_REQUEST, 'with a part of a second as lifetime'],
  [['ep=a', 'ep=b'], '</3/0>', CODE_BAD_REQUEST, 'with ep= twice'],
  [['ep=a', 'lt=x'], '</3/0>', CODE_BAD_REQUEST, 'with a lifetime that is no number'],
  [['ep=a', 'lt=-1'], '</3/0>', CODE_BAD_REQUEST, 'with a negative lifetime'],
  [['ep=a', 'lt=4294967296'], '</3/0>', CODE_BAD_REQUEST, 'with a lifetime beyond 32 bits'],
  [['ep=a', 'b=<script>'], '</3/0>', CODE_BAD_REQUEST, 'with a binding that is none'],
  [['ep=a', 'lwm2m=x'], '</3/0>', CODE_BAD_REQUEST, 'with a version that is none'],
  [['ep=a', 'lwm2m=2.0'], '</3/0>', wire.CODE_PRECONDITION_FAILED, 'with a version that this server does not speak'],
  [['ep=a'], 'hello', CODE_BAD_REQUEST, 'with objects that are no link-format'],
  [['ep=a'], '</3/0>', CODE_CREATED, 'without lt=, lwm2m= and b='],
  [['ep=a', 'lwm2m=1.2'], '', CODE_CREATED, 'without objects'],
  [['ep=urn:imei:004999010640000', 'lt=300', 'foo', 'bar=1'], ' </1/0>, </3/0> ', CODE_CREATED, 'with spaces and unknown parameters'],
] as [string[], string, number, string][]) {
  test(`Register ${why}`, async (t) => {
    const { server, ask } = await startServer();
    t.is(ask(CODE_POST, '/rd', query, payload).code, code);
    t.is(server.registry.size, code === CODE_CREATED ? 1 : 0);
  });
}

test('the Content-Format of a Register may be missing, but not be another one; text that is no UTF-8 is refused', async (t) => {
  const { transport, ask } = await startServer();
  t.is(ask(CODE_POST, '/rd', ['ep=a'], '</3/0>', { format: 'none' }).code, CODE_CREATED);
  for (const format of [wire.FORMAT_LINK, wire.FORMAT_TEXT]) t.is(ask(CODE_POST, '/rd', ['ep=a'], '</3/0>', { format }).code, CODE_CREATED, `${format}`);
  for (const format of [1, 39, 41, 42, 50, wire.FORMAT_TLV]) t.is(ask(CODE_POST, '/rd', ['ep=a'], '</3/0>', { format }).code, CODE_BAD_REQUEST, `${format}`);
  t.is(ask(CODE_POST, '/rd', [], '</3/0>', { options: [{ number: wire.OPTION_URI_QUERY, value: bytes('65703dff') }] }).code, CODE_BAD_REQUEST);
  transport.say({
    code: CODE_POST,
    mid: 999,
    options: [...pathOptions('/rd'), { number: wire.OPTION_URI_QUERY, value: bytes('65703d61') }],
    payload: bytes('3c2fff3e'),
  });
  t.is(transport.take()[0].code, CODE_BAD_REQUEST);
});

test('other paths and methods', async (t) => {
  const { ask, register } = await startServer();
  const location = register('a');
  for (const [code, path, answer] of [
    [CODE_GET, '/rd', wire.CODE_METHOD_NOT_ALLOWED],
    [CODE_GET, location, wire.CODE_METHOD_NOT_ALLOWED],
    [CODE_POST, '/rd/unknown', CODE_NOT_FOUND],
    [CODE_POST, `${location}/more`, CODE_NOT_FOUND],
    [CODE_GET, '/', CODE_NOT_FOUND],
    [CODE_POST, '/bs', CODE_NOT_FOUND],
    [CODE_GET, '/.well-known/core', wire.CODE_CONTENT],
    [CODE_POST, '/.well-known/core', wire.CODE_METHOD_NOT_ALLOWED],
  ] as const) {
    t.is(ask(code, path).code, answer, path);
  }
  t.is(Buffer.from(ask(CODE_GET, '/.well-known/core').payload).toString(), '</rd>;rt="core.rd";ct=40');
});

test('a Register in blocks (RFC 7959 2.5)', async (t) => {
  const { server, transport } = await startServer();
  const payload = Buffer.from(Array.from({ length: 40 }, (_, i) => `</3303/${i}>`).join(','));
  const query = { number: wire.OPTION_URI_QUERY, value: Buffer.from('ep=big') };
  for (let offset = 0; offset < payload.length; offset += 64) {
    const more = offset + 64 < payload.length;
    transport.say({
      code: CODE_POST,
      mid: offset,
      token: Uint8Array.of(offset / 64),
      options: [...pathOptions('/rd'), makeUint(wire.OPTION_CONTENT_FORMAT, 40), query, makeBlock(wire.OPTION_BLOCK1, { offset, more, szx: 2 })],
      payload: payload.subarray(offset, offset + 64),
    });
    const [answer] = transport.take();
    t.is(answer.code, more ? wire.CODE_CONTINUE : CODE_CREATED);
    t.is(textOptions(answer, wire.OPTION_LOCATION_PATH).length, more ? 0 : 2);
  }
  t.is(server.registry.byEndpoint('big')!.objects.get(3303)!.instances.length, 40);
});

test('the alternate path, versions and instances in links (LwM2M TS 1.0.2 5.3.1)', async (t) => {
  const read = (text: string) => {
    const { rootPath, objects } = readLinks(decodeLinks(text));
    return [rootPath, [...objects]];
  };
  t.deepEqual(read('</lwm2m>;rt="oma.lwm2m",</lwm2m/1/0>,</lwm2m/3/0>,</5/0>'), [
    '/lwm2m',
    [
      [1, { instances: [0] }],
      [3, { instances: [0] }],
    ],
  ]);
  t.deepEqual(read('</>;rt="oma.lwm2m";ct=112,</3303>;ver=1.1,</3303/2>,</3303/0>,</3303/0>,</sensors>,</70000/0>,</3/0/9>'), [
    '/',
    [[3303, { version: '1.1', instances: [0, 2] }]],
  ]);
  t.deepEqual(read('</1>;ver="1.2"'), ['/', [[1, { version: '1.2', instances: [] }]]]);
  t.deepEqual(read(''), ['/', []]);
  const { server, transport, register } = await startServer();
  register('a', [], '</dev>;rt="oma.lwm2m",</dev/3/0>');
  const read9 = server.read('a', '/3/0/9');
  const { message } = transport.sent[0];
  t.deepEqual(textOptions(message, wire.OPTION_URI_PATH), ['dev', '3', '0', '9']);
  transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: message.mid, token: message.token, payload: Buffer.from('5') });
  t.like((await read9).content, { value: 5 });
  t.is(server.log.entries().at(-1)!.path, '/3/0/9');
});

test('damaged registrations do no harm', async (t) => {
  const { server, transport, happened, register } = await startServer({ maxClients: 50 });
  const location = register('good');
  const good = [
    {
      code: CODE_POST,
      options: [
        ...pathOptions('/rd'),
        makeUint(wire.OPTION_CONTENT_FORMAT, 40),
        ...queryOptions('ep=a', 'lt=60', 'lwm2m=1.0', 'b=U'),
        makeBlock(wire.OPTION_BLOCK1, { offset: 0, more: true, szx: 0 }),
      ],
      payload: Buffer.from('</1/0>,</3/0>;a='),
    },
    {
      code: CODE_POST,
      options: [...pathOptions('/rd'), makeUint(wire.OPTION_CONTENT_FORMAT, 40), ...queryOptions('ep=a')],
      payload: Buffer.from('</>;rt="oma.lwm2m",</1/0>;ver=1.1,</3/0>'),
    },
    { code: CODE_PUT, options: [...pathOptions(location), ...queryOptions('lt=60')], payload: Buffer.from('</1/0>') },
  ].map((message) => encodeMessage(complete(message)));
  const random = (n: number): number => Math.floor(Math.random() * n);
  for (let i = 0; i < 20_000; i++) {
    const datagram = Uint8Array.from(good[random(3)]);
    for (let n = 1 + random(4); n > 0; n--) datagram[random(datagram.length)] = random(256);
    transport.deliver(random(3) ? datagram : datagram.subarray(0, random(datagram.length)));
    transport.take();
  }
  t.deepEqual(
    happened.filter((line) => line.startsWith('fault')),
    [],
  );
  t.true(server.registry.size <= 50);
  t.true(server.log.entries().length > 0);
});
