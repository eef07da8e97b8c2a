/** The API of betwixt, call by call. */
import test from 'ava';
import * as betwixt from '../../src/compat/index';
import { makeObject } from '../../src/compat/enabler';
import { newDefaultServer } from '../../src/host/compat/server';
import { Temperature } from '../../src/device/objects/index';
import { text } from '../support/bench';
import { textOf, TLV } from '../support/dialogue';
import { createBoard } from '../support/objects';
import { startLive } from '../support/live';

/** An enabler whose functions answer what `answers` says, and note how they were called. */
function createEnabler(answers: Partial<Record<'onRead' | 'onWrite' | 'onExecute' | 'onCreate' | 'onDelete', betwixt.Lwm2mResponse>>) {
  const calls: unknown[][] = [];
  const answer = (name: keyof typeof answers, path: string, payload: betwixt.Payload, ...given: number[]) => {
    calls.push([name, ...given, path, payload.string(), payload.value]);
    return answers[name] ?? betwixt.MethodNotAllowed();
  };
  const enabler: betwixt.ObjectEnabler = {
    onRead: (i, r, q) => answer('onRead', q.getPath(), q.getMessage().payload, i, r),
    onWrite: (i, r, q) => answer('onWrite', q.getPath(), q.getMessage().payload, i, r),
    onExecute: (i, r, q) => answer('onExecute', q.getPath(), q.getMessage().payload, i, r),
    onCreate: (i, r, q) => answer('onCreate', q.getPath(), q.getMessage().payload, i, r),
    onDelete: (i, q) => answer('onDelete', q.getPath(), q.getMessage().payload, i),
  };
  return { enabler, calls };
}

const registry = betwixt.newObjectRegistry(Temperature.model);
registry.register(() => betwixt.newDefaultObjectRegistry().getDefinition(3)!);
registry.register(() => betwixt.newDefaultObjectRegistry().getDefinition(2)!);

function createEnabled(id: number, answers: Parameters<typeof createEnabler>[0], instances = [0]) {
  const { enabler, calls } = createEnabler(answers);
  return { ...createBoard([makeObject(registry.getDefinition(id)!, enabler, instances)]), calls };
}

test('the default registry has objects 0 to 7, a new definition each time', (t) => {
  const all = betwixt.newDefaultObjectRegistry();
  for (let id = 0; id < 8; id++) t.is(all.getDefinition(id)?.id, id);
  t.is(all.getDefinition(8), undefined);
  t.not(all.getDefinition(3), all.getDefinition(3));
  t.is(all.getDefinition(3303), undefined);
  all.register(Temperature.model);
  t.is(all.getDefinition(3303)?.version, '1.1');
});

test('each kind of value: one, several, none', (t) => {
  t.deepEqual(betwixt.String('a'), { value: 'a' });
  t.deepEqual(betwixt.Integer(1, 5), { value: [1, 5] });
  t.deepEqual(betwixt.MultipleIntegers(betwixt.Integer(0)), { value: [0] });
  t.deepEqual(betwixt.Multiple(betwixt.String('a'), betwixt.String('b')), { value: ['a', 'b'] });
  t.deepEqual(betwixt.Multiple(), { value: [] });
  t.deepEqual(betwixt.Float(1.5), { value: 1.5 });
  t.deepEqual(betwixt.Float64(1.5, 2), { value: [1.5, 2] });
  t.deepEqual(betwixt.Boolean(false), { value: false });
  t.deepEqual(betwixt.Time(new Date(1367491215999)), { value: 1367491215 });
  t.deepEqual(betwixt.Time(7), { value: 7 });
  t.deepEqual(betwixt.Opaque(Uint8Array.of(1)), { value: Uint8Array.of(1) });
  t.deepEqual(betwixt.ObjectLink('3:0'), { value: '3:0' });
  t.deepEqual(betwixt.Empty(), { value: undefined });
});

test('a Read asks onRead for each resource, and Content answers it', (t) => {
  const { dialogue, calls, value } = createEnabled(3, { onRead: betwixt.Content(betwixt.Integer(3800, 5000)) });
  t.deepEqual(value('/3/0/7'), { 0: 3800, 1: 5000 });
  t.deepEqual(calls.splice(0)[0], ['onRead', 0, 7, '/3/0/7', '', undefined]);
  t.is(value('/3/0/9'), 3800, 'where there is room for one, the first');
  t.is(dialogue.get('/3/0/4').text, '4.05');
  const whole = createEnabled(3, { onRead: betwixt.Content() });
  t.deepEqual(whole.values('/3/0'), {});
  t.deepEqual([...new Set(whole.calls.map(([, , resource]) => resource))], [0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
});

test('Integer(5) is a list of one where the resource has several; Empty and Content() are absent', (t) => {
  t.deepEqual(createEnabled(3, { onRead: betwixt.Content(betwixt.Integer(5)) }).value('/3/0/7'), { 0: 5 });
  t.is(createEnabled(3, { onRead: betwixt.Content(betwixt.Empty()) }).value('/3/0/7'), '4.04');
});

const REFUSALS: [string, () => betwixt.Lwm2mResponse, string][] = [
  ['BadRequest', betwixt.BadRequest, '4.00'],
  ['Unauthorized', betwixt.Unauthorized, '4.01'],
  ['Forbidden', betwixt.Forbidden, '4.03'],
  ['NotFound', betwixt.NotFound, '4.04'],
  ['MethodNotAllowed', betwixt.MethodNotAllowed, '4.05'],
  ['NotAcceptable', betwixt.NotAcceptable, '4.06'],
  ['Conflict', betwixt.Conflict, '4.09'],
  ['InternalServerError', betwixt.InternalServerError, '5.00'],
];

for (const [name, make, code] of REFUSALS) {
  test(`${name} is ${code}, whatever the operation`, (t) => {
    const refusal = make();
    const { dialogue } = createEnabled(3303, { onRead: refusal, onWrite: refusal, onExecute: refusal, onCreate: refusal, onDelete: refusal });
    t.is(dialogue.get('/3303/0/5700').text, code);
    t.is(dialogue.put('/3303/0/5750', { format: 0, payload: text('x') }).text, code);
    t.is(dialogue.post('/3303/0/5605').text, code);
    t.is(dialogue.post('/3303', { format: TLV }).text, code);
    t.is(dialogue.delete('/3303/0').text, code);
  });
}

test('a Write gives onWrite the value, its text as string()', (t) => {
  const { dialogue, calls } = createEnabled(3, { onWrite: betwixt.Changed() });
  t.is(dialogue.put('/3/0/15', { format: 0, payload: text('Europe/Berlin') }).text, '2.04');
  t.is(dialogue.put('/3/0/13', { format: TLV, payload: [0xc4, 13, 0x51, 0x82, 0x44, 0x4f] }).text, '2.04');
  t.deepEqual(calls, [['onWrite', 0, 15, '/3/0/15', 'Europe/Berlin', 'Europe/Berlin'], ['onWrite', 0, 13, '/3/0/13', '1367491663', 1367491663]]);
});

test('an Execute gives onExecute its arguments as they came', (t) => {
  const { dialogue, calls } = createEnabled(3, { onExecute: betwixt.Changed() });
  t.is(dialogue.post('/3/0/5', { payload: text("0='a',1") }).text, '2.04');
  t.deepEqual(calls, [['onExecute', 0, 5, '/3/0/5', "0='a',1", "0='a',1"]]);
});

test('Create and Delete ask onCreate and onDelete, of objects that may have several instances', (t) => {
  const { dialogue, calls } = createEnabled(3303, { onCreate: betwixt.Created(), onDelete: betwixt.Deleted(), onRead: betwixt.Content() });
  t.is(dialogue.post('/3303', { format: TLV, payload: [0x00, 7] }).text, '2.01');
  t.is(dialogue.delete('/3303/7').text, '2.02');
  t.deepEqual(calls.filter(([name]) => name !== 'onRead'), [['onCreate', 7, -1, '/3303/7', '', undefined], ['onDelete', 7, '/3303/7', '', undefined]]);
  const single = createEnabled(3, { onCreate: betwixt.Created(), onDelete: betwixt.Deleted() });
  t.is(single.dialogue.post('/3', { format: TLV }).text, '4.05');
  t.is(single.dialogue.delete('/3/0').text, '4.05');
});

test('enableObject, setEnabler and addObjectInstance(s) say what is wrong', (t) => {
  const client = betwixt.newLwm2mClient('TestClient', ':0', 'localhost:5683', registry);
  t.is(client.getRegistry(), registry);
  t.regex(client.enableObject(3, betwixt.newNullEnabler())!, /enabled already/);
  t.regex(client.enableObject(9, betwixt.newNullEnabler())!, /not in the registry/);
  t.is(client.enableObject(3303, betwixt.newNullEnabler()), undefined);
  t.is(client.addObjectInstance(3303, 1), undefined);
  t.regex(client.addObjectInstance(3303, 1)!, /\/3303\/1 already/);
  t.regex(client.addObjectInstance(9, 1)!, /not enabled/);
  client.addObjectInstances(3303, 0, 1, 2);
  client.setEnabler(9, betwixt.newNullEnabler());
});

test.serial('onStartup, start, register, changed, update, deregister', async (t) => {
  const live = await startLive();
  const reg = betwixt.newDefaultObjectRegistry();
  const client = betwixt.newLwm2mClient('TestClient', '127.0.0.1:0', live.uri.slice(7), reg);
  let level = 100;
  client.setEnabler(betwixt.OMA_OBJECT_LWM2M_DEVICE, { ...betwixt.newNullEnabler(), onRead: (_i, r) => betwixt.Content(r === 9 ? betwixt.Integer(level) : undefined) });
  client.addObjectInstance(betwixt.OMA_OBJECT_LWM2M_SERVER, 5);
  client.addObjectInstance(betwixt.OMA_OBJECT_LWM2M_DEVICE, 0);
  let started = 0;
  client.onStartup(() => {
    started++;
    client.register('compat');
  });
  client.changed(3, 0, 9);
  client.update();
  client.deregister();
  client.start();
  t.is(started, 1);
  const registration = await live.registered('compat');
  t.deepEqual([...registration.objects.get(1)!.instances], [5]);
  await live.server.observe('compat', '/3/0/9');
  const notified = new Promise((resolve) => live.server.events.once('notification', ({ content }) => resolve(content)));
  level = 46;
  client.changed(3, 0, 9);
  t.like(await notified, { value: 46 });
  const updated = new Promise((resolve) => live.server.events.once('updated', resolve));
  client.update();
  await updated;
  const left = new Promise((resolve) => live.server.events.once('deregistration', (_registration, reason) => resolve(reason)));
  client.deregister();
  t.is(await left, 'deregistered');
  await live.server.stop();
});

test.serial('the server: newDefaultServer, useRegistry, start', async (t) => {
  const s = newDefaultServer('0', 0);
  const heard: string[] = [];
  s.onRegistered((endpoint) => void heard.push(`+${endpoint}`));
  s.onDeregistered((endpoint) => void heard.push(`-${endpoint}`));
  s.useRegistry(betwixt.newDefaultObjectRegistry());
  await s.start();
  t.regex(s.server.httpUrl!, /^http:\/\/127\.0\.0\.1:\d+$/);
  const client = betwixt.newLwm2mClient('TestClient', ':0', `127.0.0.1:${s.server.coapAddresses[0]!.port}`, betwixt.newDefaultObjectRegistry());
  client.addObjectInstance(1, 0);
  const registered = new Promise((resolve) => s.server.events.once('registration', resolve));
  const left = new Promise((resolve) => s.server.events.once('deregistration', resolve));
  client.register('one');
  await registered;
  // The answer is on its way to the client.
  await new Promise((resolve) => setTimeout(resolve, 200));
  client.deregister();
  await left;
  t.deepEqual(heard, ['+one', '-one']);
  await s.stop();
});

test('the constants are those of LwM2M', (t) => {
  t.deepEqual([betwixt.OMA_OBJECT_LWM2M_SECURITY, betwixt.OMA_OBJECT_LWM2M_CONNECTIVITY_STATISTICS], [0, 7]);
  t.deepEqual([betwixt.BINDINGMODE_UDP, betwixt.BINDINGMODE_UDP_WITH_QUEUE_MODE_AND_SMS], ['U', 'UQS']);
  t.deepEqual([betwixt.POWERSOURCE_INTERNAL, betwixt.POWERSOURCE_USB], [1, 5]);
});

test('Content carries text as it is', (t) => {
  const { dialogue } = createEnabled(3, { onRead: betwixt.Content(betwixt.String('ä€😀')) });
  t.is(textOf(dialogue.get('/3/0/0', { accept: 0 })), 'ä€😀');
});
