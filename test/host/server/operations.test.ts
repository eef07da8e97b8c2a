import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { InvalidResponseError } from '../../../src/host/server/coap/errors';
import type { Message, Option } from '../../../src/host/server/coap/message';
import { makeText, makeUint, textOptions, uintOption } from '../../../src/host/server/coap/options';
import { settle } from './support/clock';
import { startServer } from './support/server';

/** A server with a client "a"; `answers` are what the device says in turn. */
async function start(links = '</1/0>,</3/0>,</5/0>,</3303/0>') {
  const it = await startServer();
  it.register('a', ['lt=86400', 'lwm2m=1.0'], links);
  it.transport.take();
  const sent: Message[] = [];
  const answer = (...answers: Partial<Message>[]): void => {
    sent.length = 0;
    it.transport.onSend = (message) => {
      if (message.type !== wire.TYPE_CON) return;
      const next = answers[Math.min(sent.length, answers.length - 1)]!;
      sent.push(message);
      setImmediate(() => it.transport.say({ type: wire.TYPE_ACK, mid: message.mid, token: message.token, ...next }));
    };
  };
  /** "PUT /3/0/14 0 ?pmin=1 5" of the n-th request: method, path, Content-Format, Accept, query, payload. */
  const said = (n = sent.length - 1): string => {
    const message = sent[n]!;
    const format = uintOption(message, wire.OPTION_CONTENT_FORMAT);
    const accept = uintOption(message, wire.OPTION_ACCEPT);
    return [['', 'GET', 'POST', 'PUT', 'DELETE'][message.code], `/${textOptions(message, wire.OPTION_URI_PATH).join('/')}`, format, accept === undefined ? undefined : `>${accept}`, textOptions(message, wire.OPTION_URI_QUERY).join('&') || undefined, Buffer.from(message.payload).toString('latin1') || undefined].filter((part) => part !== undefined).join(' ');
  };
  return { ...it, sent, answer, said };
}

const content = (payload: string, format: number | undefined, more: Option[] = []): Partial<Message> => ({ code: wire.CODE_CONTENT, options: [...(format === undefined ? [] : [makeUint(wire.OPTION_CONTENT_FORMAT, format)]), ...more], payload: Buffer.from(payload, 'latin1') });

test('Read asks for TLV where there are parts or bytes, for text where there is one value, and for nothing where no definition is (LwM2M TS 1.0.2 6.4)', async (t) => {
  const { server, answer, said, sent } = await start();
  for (const [path, expected] of [['/3', 'GET /3 >11542'], ['/3/0', 'GET /3/0 >11542'], ['/3/0/9', 'GET /3/0/9 >0'], ['/3/0/6', 'GET /3/0/6 >11542'], ['/3/0/6/0', 'GET /3/0/6/0 >0'], ['/5/0/0', 'GET /5/0/0 >11542'], ['/3/0/9999', 'GET /3/0/9999'], ['/3/0/10000', 'GET /3/0/10000'], ['/10000/0/1', 'GET /10000/0/1']] as const) {
    answer({ code: wire.CODE_NOT_FOUND });
    t.like(await server.read('a', path), { code: wire.CODE_NOT_FOUND, success: false });
    t.is(said(), expected);
    t.is(sent.length, 1);
  }
  answer({ code: wire.CODE_NOT_FOUND });
  await server.read('a', '/3/0/9', { format: 42 });
  t.is(said(), 'GET /3/0/9 >42');
});

test('a device that refuses the format of a Read is asked for its own, unless the caller chose it (RFC 7252 5.10.4)', async (t) => {
  const { server, answer, said, sent } = await start();
  for (const code of [wire.CODE_NOT_ACCEPTABLE, wire.CODE_BAD_OPTION]) {
    answer({ code }, content('5', 0));
    t.like(await server.read('a', '/3/0/9'), { success: true, format: 0, content: { value: 5 } });
    t.deepEqual([said(0), said(1)], ['GET /3/0/9 >0', 'GET /3/0/9']);
    answer({ code });
    t.is((await server.read('a', '/3/0/9', { format: 0 })).code, code);
    t.is(sent.length, 1);
    await server.read('a', '/3/0/9999');
    t.is(sent.length, 2, 'there was no format to leave out');
  }
  answer({ code: wire.CODE_BAD_REQUEST });
  await server.read('a', '/3/0/9');
  t.is(sent.length, 1);
});

test('the text of an error is told, 200 characters of it; a value that cannot be read is an error of Read', async (t) => {
  const { server, answer } = await start();
  answer({ code: wire.CODE_NOT_FOUND, payload: Buffer.from('x'.repeat(201)) });
  t.deepEqual(await server.read('a', '/3/0/9'), { code: wire.CODE_NOT_FOUND, success: false, message: `${'x'.repeat(200)}…` });
  answer({ code: wire.CODE_NOT_FOUND });
  t.deepEqual(await server.read('a', '/3/0/9'), { code: wire.CODE_NOT_FOUND, success: false });
  answer({ code: wire.CODE_CHANGED, payload: Buffer.from('odd') });
  t.deepEqual(await server.read('a', '/3/0/9'), { code: wire.CODE_CHANGED, success: true });
  answer(content('\xc1', 11542));
  await t.throwsAsync(server.read('a', '/3/0'), { instanceOf: InvalidResponseError, message: "the device's answer to /3/0 cannot be read: a truncated TLV" });
  answer(content('</3', 40));
  await t.throwsAsync(server.discover('a', '/3'), { instanceOf: InvalidResponseError, message: /^the device's answer to Discover cannot be read: / });
  answer(content('\xff', 40));
  await t.throwsAsync(server.discover('a', '/3'), { instanceOf: InvalidResponseError });
  answer(content('c1', undefined));
  t.false('format' in (await server.read('a', '/3/0/0')));
});

test('Write: one value as text or bytes, several as TLV; Replace is PUT, a part of an instance POST (LwM2M TS 1.0.2 5.4.3, table 23)', async (t) => {
  const { server, answer, said, sent } = await start();
  answer({ code: wire.CODE_CHANGED });
  for (const [path, value, options, expected] of [
    ['/3/0/14', '+1', {}, 'PUT /3/0/14 0 +1'], ['/3/0/14', '+1', { replace: false }, 'PUT /3/0/14 0 +1'], ['/3/0/14', '+1', { format: 11542 }, 'PUT /3/0/14 11542 \xc2\x0e+1'], ['/5/0/0', Uint8Array.of(65), {}, 'PUT /5/0/0 42 A'],
    ['/3/0', { 14: '+1' }, {}, 'PUT /3/0 11542 \xc2\x0e+1'], ['/3/0', { 14: '+1' }, { replace: false }, 'POST /3/0 11542 \xc2\x0e+1'], ['/3/0/6', [1], {}, 'PUT /3/0/6 11542 \x83\x06A\0\x01'], ['/3/0/6', [1], { replace: false }, 'POST /3/0/6 11542 \x83\x06A\0\x01'],
  ] as const) {
    t.true((await server.write('a', path, value as never, options)).success);
    t.is(said(), expected);
  }
  answer({ code: wire.CODE_UNSUPPORTED_CONTENT_FORMAT }, { code: wire.CODE_CHANGED });
  t.true((await server.write('a', '/3/0/14', '+1')).success);
  t.deepEqual([said(0), said(1)], ['PUT /3/0/14 0 +1', 'PUT /3/0/14 11542 \xc2\x0e+1']);
  answer({ code: wire.CODE_UNSUPPORTED_CONTENT_FORMAT });
  await server.write('a', '/3/0/14', '+1', { format: 0 });
  t.is(sent.length, 1);
  await server.write('a', '/3/0', { 14: '+1' });
  t.is(sent.length, 2);
  answer({ code: wire.CODE_BAD_REQUEST });
  await server.write('a', '/3/0/14', '+1');
  t.is(sent.length, 1);
});

test('Execute, Delete, Discover and Write-Attributes have the methods and options of LwM2M TS 1.0.2 table 23', async (t) => {
  const { server, answer, said } = await start();
  answer({ code: wire.CODE_CHANGED });
  await server.execute('a', '/3/0/4');
  t.is(said(), 'POST /3/0/4');
  await server.execute('a', '/3/0/4', "0='a'");
  t.is(said(), "POST /3/0/4 0 0='a'");
  await server.execute('a', '/3/0/4', { 1: null });
  t.is(said(), 'POST /3/0/4 0 1');
  await server.writeAttributes('a', '/3/0', { pmin: '5', pmax: null });
  t.is(said(), 'PUT /3/0 pmin=5&pmax');
  answer({ code: wire.CODE_DELETED });
  await server.delete('a', '/5/0');
  t.is(said(), 'DELETE /5/0');
  answer(content('</3>;pmin=5,</3/0>', 40));
  t.deepEqual((await server.discover('a', '/3')).links, [{ uri: '/3', attributes: { pmin: '5' } }, { uri: '/3/0', attributes: {} }]);
  t.is(said(), 'GET /3 >40');
  answer({ code: wire.CODE_NOT_FOUND });
  t.false('links' in (await server.discover('a', '/3')));
});

test('Create tells the location without the root path, and the instance is known at once (LwM2M TS 1.0.2 5.4.7, 5.3.1)', async (t) => {
  const { server, answer, said } = await start('</r>;rt="oma.lwm2m",</r/3303/0>');
  const location = (...parts: string[]): Partial<Message> => ({ code: wire.CODE_CREATED, options: parts.map((part) => makeText(wire.OPTION_LOCATION_PATH, part)) });
  const known = (): number[] => server.registry.byEndpoint('a')!.objects.get(3303)!.instances;
  answer(location('r', '3303', '4'));
  t.is((await server.create('a', '/3303', { 5701: 'C' })).location, '3303/4');
  t.is(said(), 'POST /r/3303 11542 \xe1\x16\x45C');
  t.deepEqual(known(), [0, 4]);
  answer(location('3303', '5'));
  t.is((await server.create('a', '/3303')).location, '3303/5');
  answer(location());
  t.false('location' in (await server.create('a', '/3303')));
  t.deepEqual(known(), [0, 4, 5]);
  await server.create('a', '/3303/6', {});
  t.is(said(), 'POST /r/3303 11542 \0\x06');
  t.deepEqual(known(), [0, 4, 5, 6]);
  answer(location('r', '3304', '8'));
  await server.create('a', '/3303/7');
  t.deepEqual(known(), [0, 4, 5, 6, 7], 'what is no instance of the object tells nothing');
  answer({ code: wire.CODE_BAD_REQUEST });
  await server.create('a', '/3303/9');
  await server.delete('a', '/3303/4');
  t.deepEqual(known(), [0, 4, 5, 6, 7]);
  answer({ code: wire.CODE_DELETED });
  await server.delete('a', '/3303/4');
  t.deepEqual(known(), [0, 5, 6, 7]);
  await server.delete('a', '/3303/5/1/0');
  t.deepEqual(known(), [0, 5, 6, 7], 'a resource instance is no instance');
});

test('of payloads that may go in blocks one is on its way to a client at a time; one that fails does not hold up the next (RFC 7959 2.5)', async (t) => {
  const { server, transport } = await start();
  transport.onSend = undefined;
  const results: string[] = [];
  const write = (value: string): void => void server.write('a', '/3/0/14', value, { timeout: 1000 }).then(() => results.push('done'), (error: Error) => results.push(error.name));
  write('a'.repeat(17));
  write('b'.repeat(17));
  await settle();
  const [first, ...none] = transport.take();
  t.is(none.length, 0);
  transport.say({ type: wire.TYPE_RST, mid: first!.mid });
  await settle();
  t.deepEqual(results, ['ResetError']);
  const [second] = transport.take();
  t.is(second!.payload[0], 98);
  transport.say({ type: wire.TYPE_ACK, mid: second!.mid, token: second!.token, code: wire.CODE_CHANGED });
  await settle();
  t.deepEqual(results, ['ResetError', 'done']);
});
