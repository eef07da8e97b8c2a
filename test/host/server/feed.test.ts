/** Events hold what changed, and no more than there is room for. */
import { once } from 'node:events';
import test from 'ava';
import * as limits from '../../../src/host/server/limits';
import { startRest } from './support/rest';

const LINKS = ['objectLinks', 'availableInstances', 'rootPath', 'additionalRegistrationAttributes'];

test('an Update tells the links only when it has some; who leaves takes none along', async (t) => {
  const { device, ask } = await startRest(t);
  await device.register('d', '</1/0>,</3/0>', 'lt=300&x=1');
  await device.request('POST', device.location, 'lt=60&sms=123');
  await device.request('POST', device.location, '', '</3/0>', { 'Content-Format': 'application/link-format' });
  await device.request('DELETE', device.location);
  const { json } = await ask('GET', '/api/events');
  t.deepEqual(json.map(({ n, type, ep }: any) => [n, type, ep]), [[0, 'REGISTRATION', 'd'], [1, 'UPDATED', 'd'], [2, 'UPDATED', 'd'], [3, 'DEREGISTRATION', 'd']]);
  const [registered, updated, linked, left] = json.map(({ data }: any) => data);
  for (const name of LINKS) t.deepEqual([name in registered, name in updated.registration, name in linked.registration, name in left], [true, false, true, false], name);
  t.like(updated, { registration: { endpoint: 'd', lifetime: 60, smsNumber: '123' }, update: { lifetime: 60, smsNumber: '123' } });
  t.false('objectLinks' in updated.update);
  t.deepEqual(linked.update.objectLinks, [{ url: '/3/0', attributes: {} }]);
  t.false('lifetime' in linked.update);
  t.is(left.reason, 'deregistered');
  t.deepEqual((await ask('GET', '/api/events?since=2')).json.map(({ n }: any) => n), [2, 3]);
  t.deepEqual((await ask('GET', '/api/events?since=4')).json, []);
});

test('a value that is too large for the list of events is left out, and told', async (t) => {
  const { server, device, ask } = await startRest(t);
  await device.register('d');
  let stream: any;
  device.replies.set('GET /9999/0/1', (request, response) => {
    response.setOption('Content-Format', 'application/octet-stream');
    stream = response;
    response.write(Buffer.alloc(10));
  });
  t.true((await ask('POST', '/api/clients/d/9999/0/1/observe')).json.observed);
  const told = once(server.events, 'notification');
  stream.write(Buffer.alloc(200));
  await told;
  const registration = server.registry.byEndpoint('d')!;
  for (const bytes of [limits.MAX_EVENT_BYTES - 240, limits.MAX_EVENT_BYTES - 239])
    server.events.emit('notification', { registration, path: '/9999/0/1', content: { kind: 'singleResource', id: 1, type: 'opaque', value: new Uint8Array(bytes) } });
  const [small, most, large] = (await ask('GET', '/api/events?since=1')).json.map(({ data }: any) => data);
  t.is(small.val.value.length, 400);
  t.is(most.val.value.length, 2 * (limits.MAX_EVENT_BYTES - 240));
  t.deepEqual(large, { ep: 'd', kind: 'single', res: '/9999/0/1', omitted: `the value takes ${limits.MAX_EVENT_BYTES + 1} bytes; events hold ${limits.MAX_EVENT_BYTES}` });
});

test('the list of events has so many bytes; their numbers go on', async (t) => {
  const { server, ask } = await startRest(t);
  const message = 'x'.repeat(100_000);
  const kept = Math.floor(limits.MAX_FEED_BYTES / (message.length + limits.COST_EVENT));
  for (let i = 0; i < kept + 10; i++) server.events.emit('warning', { message, ...(i % 2 ? { endpoint: 'd' } : {}) });
  const { json } = await ask('GET', '/api/events');
  t.deepEqual([json.length, json[0].n, json.at(-1).n], [kept, 10, kept + 9]);
  t.deepEqual(json.slice(0, 2).map(({ ep, data }: any) => [ep, data.ep, data.message.length]), [[undefined, undefined, 100_000], ['d', 'd', 100_000]]);
  t.is((await ask('GET', `/api/events?since=${kept + 8}`)).json.length, 2);
});

test('the log knows the path of a notification long after it was asked for, and shows so much of a payload', async (t) => {
  const { server, device, ask } = await startRest(t, { logCapacity: 4 });
  await device.register('d');
  let stream: any;
  device.replies.set('GET /3303/0/5700', (_request, response) => {
    response.setOption('Content-Format', 'text/plain');
    (stream = response).write('20.5');
  });
  await ask('POST', '/api/clients/d/3303/0/5700/observe');
  for (let i = 0; i < 4; i++) await device.request('POST', device.location);
  const told = once(server.events, 'notification');
  stream.write('21.5');
  await told;
  const { json } = await ask('GET', '/api/coaplog?ep=d');
  t.is(json.length, 4);
  const notification = json.findLast(({ incoming }: any) => incoming);
  t.like(notification, { path: '/3303/0/5700', payload: '21.5', ep: 'd' });
  t.deepEqual((await ask('GET', '/api/coaplog?count=1')).json.length, 1);
  t.deepEqual((await ask('GET', '/api/coaplog?ep=nobody')).json, []);
  await device.request('POST', '/nothing', '', Buffer.alloc(1000, 'y'));
  const { json: later } = await ask('GET', '/api/coaplog');
  t.is(later.find(({ path, incoming }: any) => path === '/nothing' && incoming).payload, 'y'.repeat(1000));
  t.is(later.find(({ path, incoming }: any) => path === '/nothing' && !incoming).code, '4.04');
});
