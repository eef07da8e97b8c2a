/** The registration interface with Leshan: LwM2M 1.0.2 section 5.3. */
import type { Device, DeviceOptions } from '../device';
import { values } from '../leshan/index';
import type { LabEvent, LeshanServer, LeshanView } from '../leshan/index';
import { assert, check, expectPeriod, sleep, until } from '../runner';
import { expectStatus } from './manage';

export type Start = (server: string, endpoint: string, options?: DeviceOptions) => Device;

const text = (value: string) => ({ '': { vs: value } });
/** Leshan may see the De-register before the answer that the device has sent before it; then it takes the request back. */
export async function disable(view: LeshanView): Promise<void> {
  const answer = await view.execute('/1/0/4');
  if (!answer.error?.includes('RequestCanceledException')) expectStatus(answer, 'CHANGED');
}

const number = (value: number) => ({ '': { v: value } });

/** Runs the whole life of a registration. `links`: what the device registers. */
export async function register(server: LeshanServer, start: Start, endpoint: string, links: string[]): Promise<void> {
  const view = server.client(endpoint);
  const of = (type: LabEvent['type']) => (e: LabEvent) => e.endpoint === endpoint && e.type === type;
  let since = await server.mark();
  let device = start(server.uri, endpoint, { lifetime: 300 });
  let first = '';

  await check('int-101 Register: endpoint, lifetime, version, binding, objects and their versions', async () => {
    const { registration } = await server.event('the registration', since, of('REGISTRATION'), 20_000);
    await device.event('registered');
    assert.ok(registration);
    assert.equal(registration.lifetime, 300);
    assert.equal(registration.version, '1.0');
    assert.equal(registration.binding, '[U]');
    assert.equal(registration.queueMode, false);
    assert.deepEqual(registration.links.map((link) => link.replaceAll('"', '')).sort(), [...links].sort());
    first = registration.registrationId;
  });
  await check('Update by the application, without parameters', async () => {
    since = await server.mark();
    device.update();
    const event = await server.event('the Update', since, of('UPDATED'));
    assert.deepEqual([event.lifetime, event.binding, event.objects], [null, null, false]);
    await device.event('updated');
  });
  await check('int-104, int-556 Registration Update Trigger: an Update without parameters', async () => {
    since = await server.mark();
    expectStatus(await view.execute('/1/0/8'), 'CHANGED');
    const event = await server.event('the Update', since, of('UPDATED'));
    assert.deepEqual([event.lifetime, event.binding, event.objects], [null, null, false]);
  });
  await check('int-102 Write of the lifetime: an Update that says it', async () => {
    since = await server.mark();
    expectStatus(await view.write('/1/0/1', number(4), { format: 'TEXT' }), 'CHANGED');
    const event = await server.event('the Update', since, of('UPDATED'));
    assert.equal(event.lifetime, 4);
    assert.equal((await view.registration()).lifetime, 4);
    assert.equal(values(await view.read('/1/0/1'))['/1/0/1'], 4);
  });
  await check('int-102 The registration is renewed ahead of its end, by Updates without parameters', async () => {
    since = await server.mark();
    await sleep(6500);
    const events = (await server.events(since)).filter((e) => e.endpoint === endpoint);
    assert.ok(events.length >= 2, `${events.length} Updates`);
    for (const event of events) assert.deepEqual([event.type, event.lifetime, event.binding, event.objects], ['UPDATED', null, null, false]);
    assert.equal((await view.registration()).registrationId, first);
  });
  await check('int-215 Write of the binding: an Update that says it', async () => {
    since = await server.mark();
    expectStatus(await view.write('/1/0/1', number(300), { format: 'TLV' }), 'CHANGED');
    assert.equal((await server.event('the Update', since, of('UPDATED'))).lifetime, 300);
    since = await server.mark();
    expectStatus(await view.write('/1/0/7', text('UQ'), { format: 'TEXT' }), 'CHANGED');
    const event = await server.event('the Update', since, of('UPDATED'));
    assert.match(event.binding!, /U, Q|UQ/);
    assert.equal((await view.registration()).queueMode, true);
    since = await server.mark();
    expectStatus(await view.write('/1/0/7', text('U')), 'CHANGED');
    await server.event('the Update', since, of('UPDATED'));
    assert.equal((await view.registration()).queueMode, false);
  });
  await check('int-551 Write of the other resources of /1, and of what is read-only', async () => {
    expectStatus(await view.write('/1/0', { 2: { v: 0 }, 3: { v: 60 }, 6: { vb: false } }, { replace: false }), 'CHANGED');
    const found = values(await view.read('/1/0'));
    assert.deepEqual([found['/1/0/2'], found['/1/0/3'], found['/1/0/6']], [0, 60, false]);
    expectStatus(await view.write('/1/0', { 3: { v: 0 }, 6: { vb: true } }, { replace: false }), 'CHANGED');
    expectStatus(await view.write('/1/0/0', number(77), { format: 'TEXT' }), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.write('/1/0/7', text('nonsense'), { format: 'TEXT' }), 'BAD_REQUEST');
  });
  await check('int-103, int-555 Disable: de-registered, and back after the Disable Timeout', async () => {
    expectStatus(await view.write('/1/0/5', number(2), { format: 'TEXT' }), 'CHANGED');
    since = await server.mark();
    await disable(view);
    const gone = await server.event('the De-register', since, of('DEREGISTRATION'));
    assert.equal(gone.expired, false);
    const back = await server.event('the registration after Disable', since, of('REGISTRATION'));
    expectPeriod(back.t - gone.t, 2000);
    assert.equal(back.registration!.lifetime, 300);
  });
  await check('Observations do not outlive the registration', async () => {
    expectStatus(await view.observe('/3/0/14'), 'CONTENT');
    const mark = device.mark();
    await disable(view);
    await device.event('cancelled', mark, (e) => e.path === '/3/0/14');
    await device.event('registered', mark);
  });
  await check('int-105 Leshan forgets everything: 4.04 to the Update, and a new registration', async () => {
    await server.crash();
    await server.restart();
    const mark = device.mark();
    device.update();
    await device.event('lost', mark, (e) => e.code === 132 || e.code === '4.04');
    await device.event('registered', mark);
    await server.event('the new registration', 0, of('REGISTRATION'));
    assert.equal(values(await view.read('/3/0/2'))['/3/0/2'], '345000123');
  });
  await check('A device that lost its power registers again over its old registration', async () => {
    since = await server.mark();
    await device.process.kill();
    device = start(server.uri, endpoint, { lifetime: 60 });
    const event = await server.event('the registration', since, of('REGISTRATION'), 20_000);
    assert.equal(event.again, true);
    assert.equal(event.registration!.lifetime, 60);
  });
  await check('De-register on stop, with exit code 0', async () => {
    await device.event('registered');
    since = await server.mark();
    assert.equal(await device.stop(), 0);
    const event = await server.event('the De-register', since, of('DEREGISTRATION'));
    assert.equal(event.expired, false);
    await device.event('deregistered');
    assert.equal((await view.registration()).endpoint, undefined);
  });
  await check('A device that starts before its server registers when that is there', async () => {
    await server.crash();
    device = start(server.uri, endpoint);
    await sleep(700);
    await server.restart();
    await until('the registration', async () => (await view.registration()).endpoint, 20_000);
    assert.equal(await device.stop(), 0);
  });
}
