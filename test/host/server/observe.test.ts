import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { makeBlock, makeUint, uintOption } from '../../../src/host/server/coap/options';
import type { Message } from '../../../src/host/server/coap/message';
import { settle } from './support/clock';
import { startServer } from './support/server';
import { bytes, device, otherDevice } from './support/wire';

/** A server with one client, which observes /3303/0/5700; `notify` sends a notification. */
async function observed() {
  const it = await startServer();
  const location = it.register('a', ['lt=86400']);
  const values: string[] = [];
  const ended: string[] = [];
  it.server.events.on('notification', ({ content }) => values.push(String('value' in content && content.value)));
  it.server.events.on('observationError', (_observation, error) => ended.push(error.message));
  const promise = it.server.observe('a', '/3303/0/5700');
  const [request] = it.transport.take();
  const answer = (message: Message, more: Partial<Message>) =>
    it.transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: message.mid, token: message.token, ...more });
  answer(request, { options: [makeUint(wire.OPTION_OBSERVE, 10)], payload: Buffer.from('20') });
  const first = await promise;
  let mid = 1000;
  const notify = async (
    number: number | undefined,
    value: string,
    { type = wire.TYPE_CON as number, from = device, code = wire.CODE_CONTENT as number, more = [] as Message['options'] } = {},
  ): Promise<Message | undefined> => {
    const options = [...(number === undefined ? [] : [makeUint(wire.OPTION_OBSERVE, number)]), ...more];
    it.transport.say({ type, code, mid: mid++, token: request.token, options, payload: Buffer.from(value) }, from);
    await settle();
    return it.transport.take()[0];
  };
  return { ...it, location, values, ended, request, answer, first, notify };
}

test('Observe registers with Observe = 0, and each newer notification is told once (RFC 7641 3.1, 3.4)', async (t) => {
  const { request, first, notify, values, clock, server } = await observed();
  t.is(uintOption(request, wire.OPTION_OBSERVE), 0);
  t.like(first, { observed: true, content: { value: 20 } });
  t.is((await notify(12, '21'))!.type, wire.TYPE_ACK);
  t.is((await notify(11, '19'))!.type, wire.TYPE_ACK, 'late, so acknowledged and dropped');
  t.is(await notify(13, '22', { type: wire.TYPE_NON }), undefined);
  await clock.advance(129_000);
  await notify(3, '23');
  t.deepEqual(values, ['21', '22', '23']);
  t.like(server.observationsOf('a'), [{ path: '/3303/0/5700', count: 3 }]);
});

test('a notification for a token that nobody holds is reset (RFC 7641 3.6)', async (t) => {
  const { server, notify, values, ended } = await observed();
  t.is((await notify(12, '0', { from: otherDevice }))!.type, wire.TYPE_RST);
  t.true(server.dropObservation('a', '/3303/0/5700'));
  t.false(server.dropObservation('a', '/3303/0/5700'));
  t.is((await notify(13, '1'))!.type, wire.TYPE_RST);
  t.is((await notify(14, '2', { type: wire.TYPE_NON }))!.type, wire.TYPE_RST);
  t.deepEqual([values, ended], [[], []]);
});

test('Cancel sends Observe = 1 with the same token; a notification that crosses it counts still (RFC 7641 3.6)', async (t) => {
  const { server, transport, request, notify, answer, values } = await observed();
  const cancelled = server.cancelObservation('a', '/3303/0/5700');
  const [cancel] = transport.take();
  t.deepEqual(cancel.token, request.token);
  t.is(uintOption(cancel, wire.OPTION_OBSERVE), 1);
  t.is((await notify(11, '21'))!.type, wire.TYPE_ACK);
  answer(cancel, { payload: Buffer.from('22') });
  t.like(await cancelled, { success: true, content: { value: 22 } });
  t.is((await notify(12, '23'))!.type, wire.TYPE_RST);
  t.deepEqual(values, ['21']);
  t.is(await server.cancelObservation('a', '/3303/0/5700'), undefined);
});

test('observing again renews with the same token', async (t) => {
  const { server, transport, request, answer, notify, values } = await observed();
  const again = server.observe('a', '/3303/0/5700');
  const [renewal] = transport.take();
  t.deepEqual(renewal.token, request.token);
  answer(renewal, { options: [makeUint(wire.OPTION_OBSERVE, 20)], payload: Buffer.from('30') });
  t.true((await again).observed);
  await notify(21, '31');
  t.deepEqual(values, ['31']);
  t.is(server.observationsOf('a').length, 1);
});

test('an error, or an answer without Observe, ends it (RFC 7641 4.2)', async (t) => {
  for (const [number, code] of [
    [11, wire.CODE_NOT_FOUND],
    [undefined, wire.CODE_CONTENT],
  ] as const) {
    const { server, notify, ended } = await observed();
    t.is((await notify(number, '', { code }))!.type, wire.TYPE_ACK);
    t.deepEqual(ended, ['the device ended the observation']);
    t.deepEqual(server.observationsOf('a'), []);
    t.is((await notify(12, '5'))!.type, wire.TYPE_RST);
  }
});

test('a device that only answers, or refuses, is not observed', async (t) => {
  const { server, transport, register } = await startServer();
  register('a');
  for (const more of [
    { code: wire.CODE_CONTENT, payload: Buffer.from('5') },
    { code: wire.CODE_METHOD_NOT_ALLOWED, options: [makeUint(wire.OPTION_OBSERVE, 1)] },
  ]) {
    const promise = server.observe('a', '/3303/0/5700');
    const [request] = transport.take();
    transport.say({ type: wire.TYPE_ACK, mid: request.mid, token: request.token, ...more });
    t.false((await promise).observed);
    t.deepEqual(server.observationsOf('a'), []);
  }
});

test('a new registration clears observations, an Update from elsewhere takes them along', async (t) => {
  const { server, ask, notify, values, location, register } = await observed();
  ask(wire.CODE_POST, location, [], '', { from: otherDevice });
  t.is((await notify(11, '21'))!.type, wire.TYPE_RST, 'the old address');
  t.is((await notify(12, '22', { from: otherDevice }))!.type, wire.TYPE_ACK);
  register('a');
  t.is((await notify(13, '23', { from: otherDevice }))!.type, wire.TYPE_RST);
  t.deepEqual(values, ['22']);
  t.deepEqual(server.observationsOf('a'), []);
});

test('a large notification is fetched whole, and dropped if a newer one comes meanwhile (RFC 7959 3.4)', async (t) => {
  const { server, transport, register } = await startServer();
  register('a', ['lt=86400'], '</3/0>');
  const values: unknown[] = [];
  server.events.on('notification', ({ content }) => values.push('resources' in content && content.resources[0]));
  const promise = server.observe('a', '/3/0');
  const [request] = transport.take();
  transport.say({
    type: wire.TYPE_ACK,
    code: wire.CODE_CONTENT,
    mid: request.mid,
    token: request.token,
    options: [makeUint(wire.OPTION_OBSERVE, 1), makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV)],
  });
  await promise;
  const text = (letter: string): Uint8Array => Buffer.concat([bytes('c8000e'), Buffer.from(letter.repeat(14))]);
  const first = (number: number, letter: string): void =>
    transport.say({
      type: wire.TYPE_NON,
      code: wire.CODE_CONTENT,
      mid: number,
      token: request.token,
      payload: text(letter).subarray(0, 16),
      options: [
        makeUint(wire.OPTION_OBSERVE, number),
        makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV),
        makeBlock(wire.OPTION_BLOCK2, { offset: 0, more: true, szx: 0 }),
      ],
    });
  const rest = async (message: Message, letter: string): Promise<void> => {
    t.is(uintOption(message, wire.OPTION_OBSERVE), undefined);
    transport.say({
      type: wire.TYPE_ACK,
      code: wire.CODE_CONTENT,
      mid: message.mid,
      token: message.token,
      payload: text(letter).subarray(16),
      options: [makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV), makeBlock(wire.OPTION_BLOCK2, { offset: 16, more: false, szx: 0 })],
    });
    await settle();
  };
  first(5, 'x');
  const [block] = transport.take();
  await rest(block, 'x');
  first(6, 'y');
  const [stale] = transport.take();
  first(7, 'z');
  await rest(stale, 'y');
  await rest(transport.take()[0], 'z');
  t.like(values, [
    { id: 0, value: 'x'.repeat(14) },
    { id: 0, value: 'z'.repeat(14) },
  ]);
});

test('a cancel is done when the device says so, whatever value comes with it (RFC 7641 3.6)', async (t) => {
  const { server, transport, notify, answer } = await observed();
  const cancelled = server.cancelObservation('a', '/3303/0/5700');
  const [cancel] = transport.take();
  answer(cancel, { options: [makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV)], payload: bytes('c8') });
  const done = (await cancelled)!;
  t.like(done, { success: true, code: wire.CODE_CONTENT });
  t.is(done.content, undefined);
  t.regex(done.note!, /\/3303\/0\/5700 cannot be read: a truncated TLV/);
  t.deepEqual(server.observationsOf('a'), []);
  t.is((await notify(12, '23'))!.type, wire.TYPE_RST);
});

test('a cancel that the device refuses leaves the observation as it was', async (t) => {
  const { server, transport, notify, answer, values } = await observed();
  const cancelled = server.cancelObservation('a', '/3303/0/5700');
  const [cancel] = transport.take();
  answer(cancel, { code: wire.CODE_METHOD_NOT_ALLOWED });
  t.like(await cancelled, { success: false, code: wire.CODE_METHOD_NOT_ALLOWED });
  t.like(server.observationsOf('a'), [{ path: '/3303/0/5700' }]);
  t.is((await notify(12, '23'))!.type, wire.TYPE_ACK);
  t.deepEqual(values, ['23']);
});

test('an Observe whose first value cannot be read observes all the same', async (t) => {
  const { server, transport, register } = await startServer();
  register('a');
  const promise = server.observe('a', '/3303/0/5700');
  const [request] = transport.take();
  const options = [makeUint(wire.OPTION_OBSERVE, 1), makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TLV)];
  transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: request.mid, token: request.token, options, payload: bytes('c8') });
  const answer = await promise;
  t.like(answer, { observed: true, success: true });
  t.regex(answer.note!, /cannot be read/);
  t.is(server.observationsOf('a').length, 1);
});

test('a renewal that nobody answers leaves the observation as it was; one that is answered without Observe ends it (RFC 7641 3.3.1, 4.2)', async (t) => {
  const { server, clock, transport, notify, answer, values } = await observed();
  const silent = t.throwsAsync(server.observe('a', '/3303/0/5700', { timeout: 1000 }));
  await clock.advance(1001);
  await silent;
  transport.take();
  t.is((await notify(11, '21'))!.type, wire.TYPE_ACK);
  t.is((await notify(9, '19'))!.type, wire.TYPE_ACK, 'late');
  t.deepEqual(values, ['21']);
  const again = server.observe('a', '/3303/0/5700');
  const [renewal] = transport.take();
  answer(renewal, { payload: Buffer.from('22') });
  t.false((await again).observed);
  t.is((await notify(12, '23'))!.type, wire.TYPE_RST);
});

test('observations of one client are nothing to another: neither its Update nor its leaving touches them', async (t) => {
  const { server, ask, register, notify, values } = await observed();
  const other = register('b', ['lt=60'], '</1/0>', otherDevice);
  ask(wire.CODE_POST, other, [], '', { from: otherDevice });
  ask(wire.CODE_DELETE, other, [], '', { from: otherDevice });
  t.is(server.observationsOf('a').length, 1);
  t.is((await notify(11, '21'))!.type, wire.TYPE_ACK);
  t.is((await notify(12, '22', { from: otherDevice }))!.type, wire.TYPE_RST);
  t.deepEqual(values, ['21']);
  t.false(server.dropObservation('a', '/3303/0'));
});
