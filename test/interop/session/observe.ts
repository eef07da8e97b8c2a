/** Observation by Leshan: RFC 7641, LwM2M 1.0.2 sections 5.1.2 and 5.5. The server makes the changes itself, so any device will do. */
import type { Device } from '../device';
import { values } from '../leshan/index';
import type { LabEvent, LeshanView } from '../leshan/index';
import { assert, check, expectPeriod, sleep, until } from '../runner';
import { expectContent, expectStatus, TEXT, TLV } from './manage';

/** Notifications of `path` from event `since` on. */
async function notifications(view: LeshanView, path: string, since: number): Promise<LabEvent[]> {
  return (await view.server.events(since)).filter((e) => e.type === 'NOTIFICATION' && e.endpoint === view.endpoint && e.path === path);
}

function nextNotification(view: LeshanView, path: string, since: number, ms?: number): Promise<LabEvent> {
  return view.server.event(`a notification of ${path}`, since, (e) => e.type === 'NOTIFICATION' && e.endpoint === view.endpoint && e.path === path, ms);
}

/** A notification later than another one says so by its Observe number (RFC 7641 3.4, the numbers here are far from their end). */
function expectOrder(list: LabEvent[]): void {
  for (let i = 1; i < list.length; i++) assert.ok(list[i]!.observe! > list[i - 1]!.observe!, `observe ${list.map((e) => e.observe)}`);
}

const write = async (view: LeshanView, path: string, text: string) => expectStatus(await view.write(path, { '': { vs: text } }, { format: 'TEXT' }), 'CHANGED');

export async function observe(view: LeshanView, device?: Device): Promise<void> {
  const { server } = view;
  await check('int-301 Observe of a resource: the value, then each change', async () => {
    await write(view, '/3/0/14', '+00:00');
    const first = await view.observe('/3/0/14');
    expectContent(first, TEXT, { '/3/0/14': '+00:00' });
    assert.ok(first.observe! >= 0);
    for (const text of ['+01:00', '+02:00']) {
      const since = await server.mark();
      await write(view, '/3/0/14', text);
      expectContent(await nextNotification(view, '/3/0/14', since), TEXT, { '/3/0/14': text });
    }
    expectOrder([first as LabEvent, ...(await notifications(view, '/3/0/14', 0)).slice(-2)]);
  });
  await check('A value that is written again as it was is no change', async () => {
    const since = await server.mark();
    await write(view, '/3/0/14', '+02:00');
    await sleep(600);
    assert.equal((await notifications(view, '/3/0/14', since)).length, 0);
  });
  await check('int-303 Cancel by Observe=1: the value without Observe, then silence', async () => {
    const mark = device?.mark();
    const answer = await view.cancel('/3/0/14');
    expectContent(answer, TEXT, { '/3/0/14': '+02:00' });
    assert.equal(answer.observe, undefined);
    if (device) await device.event('cancelled', mark, (e) => e.path === '/3/0/14');
    const since = await server.mark();
    await write(view, '/3/0/14', '+03:00');
    await sleep(600);
    assert.equal((await notifications(view, '/3/0/14', since)).length, 0);
    await write(view, '/3/0/14', '+02:00');
  });
  await check('int-302 Cancel by Reset: one observation ends, another goes on', async () => {
    expectStatus(await view.observe('/3/0/14'), 'CONTENT');
    expectStatus(await view.observe('/3/0/15'), 'CONTENT');
    assert.equal((await view.forget('/3/0/14')).cancelled, 1);
    const mark = device?.mark();
    const since = await server.mark();
    await write(view, '/3/0/14', '+04:00');
    if (device) await device.event('cancelled', mark, (e) => e.path === '/3/0/14');
    await write(view, '/3/0/15', 'Africa/Lagos');
    expectContent(await nextNotification(view, '/3/0/15', since), TEXT, { '/3/0/15': 'Africa/Lagos' });
    await view.cancel('/3/0/15');
    await write(view, '/3/0/14', '+02:00');
    await write(view, '/3/0/15', '+02:00');
  });
  await check('Observe of an instance and of an object notifies all that they hold, in TLV', async () => {
    for (const path of ['/3/0', '/3']) {
      expectStatus(await view.observe(path), 'CONTENT');
      const since = await server.mark();
      await write(view, '/3/0/14', '+05:00');
      // The board may have something of its own to tell first.
      const event = await server.event('the notification', since, (e) => e.type === 'NOTIFICATION' && e.path === path && values(e)['/3/0/14'] === '+05:00');
      assert.equal(event.contentFormat, TLV);
      const found = values(event);
      assert.equal(found['/3/0/14'], '+05:00');
      assert.equal(found['/3/0/0'], 'Open Mobile Alliance');
      assert.equal(found['/3/0/7/1'], 5000);
      expectStatus(await view.cancel(path), 'CONTENT');
      await write(view, '/3/0/14', '+02:00');
    }
  });
  await check('Observe in TLV of a resource notifies in TLV', async () => {
    expectContent(await view.observe('/3/0/14', 'TLV'), TLV, { '/3/0/14': '+02:00' });
    const since = await server.mark();
    await write(view, '/3/0/14', '+06:00');
    expectContent(await nextNotification(view, '/3/0/14', since), TLV, { '/3/0/14': '+06:00' });
    expectStatus(await view.cancel('/3/0/14'), 'CONTENT');
    await write(view, '/3/0/14', '+02:00');
  });
  await check('int-301 pmin: changes within it make one notification, with the last value, when it is over', async () => {
    expectStatus(await view.attributes('/3/0/15', 'pmin=4'), 'CHANGED');
    expectStatus(await view.observe('/3/0/15'), 'CONTENT');
    const start = Date.now();
    const since = await server.mark();
    for (const text of ['one', 'two', 'three']) await write(view, '/3/0/15', text);
    const event = await nextNotification(view, '/3/0/15', since);
    expectContent(event, TEXT, { '/3/0/15': 'three' });
    expectPeriod(event.t - start, 4000);
    await sleep(300);
    assert.equal((await notifications(view, '/3/0/15', since)).length, 1);
  });
  await check('int-301 pmax: a notification without any change when it is over', async () => {
    expectStatus(await view.attributes('/3/0/15', 'pmin=0&pmax=2'), 'CHANGED');
    expectStatus(await view.observe('/3/0/15'), 'CONTENT');
    const start = Date.now();
    const since = await server.mark();
    const first = await nextNotification(view, '/3/0/15', since);
    const second = await nextNotification(view, '/3/0/15', first.n + 1);
    for (const event of [first, second]) expectContent(event, TEXT, { '/3/0/15': 'three' });
    expectPeriod(first.t - start, 2000);
    expectPeriod(second.t - first.t, 2000);
    expectStatus(await view.cancel('/3/0/15'), 'CONTENT');
    expectStatus(await view.attributes('/3/0/15', 'pmin&pmax'), 'CHANGED');
    await write(view, '/3/0/15', '+02:00');
  });
  await check('The observation of an instance that is deleted ends with 4.04', async () => {
    expectStatus(await view.create(16, { '0/0': { vs: 'a' } }, 42), 'CREATED');
    expectStatus(await view.observe('/16/42'), 'CONTENT');
    const since = await server.mark();
    const mark = device?.mark();
    expectStatus(await view.delete('/16/42'), 'DELETED');
    const event = await server.event('the last notification', since, (e) => e.type === 'NOTIFICATION' && e.path === '/16/42');
    expectStatus(event, 'NOT_FOUND');
    assert.equal(event.observe, undefined);
    if (device) await device.event('cancelled', mark, (e) => e.path === '/16/42');
  });
  await check('Observe of what cannot be read is refused', async () => {
    expectStatus(await view.observe('/3/0/4'), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.observe('/3/0/99'), 'NOT_FOUND');
    expectStatus(await view.observe('/0/0'), 'UNAUTHORIZED');
  });
}

/** gt, lt and st on /3303/0/5700, which the application sets: LwM2M 1.0.2 section 5.1.2. */
export async function thresholds(view: LeshanView, device: Device): Promise<void> {
  const { server } = view;
  const path = '/3303/0/5700';
  const seen = async (since: number): Promise<unknown[]> => (await notifications(view, path, since)).map((e) => values(e)[path]);
  /** The application sets the value, and the device has it. */
  const set = async (value: number): Promise<void> => {
    device.set(path, value);
    await until(`${path} to be ${value}`, async () => values(await view.read(path))[path] === value);
  };
  const run = async (query: string, sets: number[], expected: number[]) => {
    await set(sets[0]!);
    expectStatus(await view.attributes(path, query), 'CHANGED');
    expectStatus(await view.observe(path), 'CONTENT');
    const since = await server.mark();
    for (const value of sets.slice(1)) {
      await set(value);
      // Leshan's acknowledgement ends a notification, and another may go.
      await sleep(200);
    }
    await sleep(300);
    const found = await seen(since);
    expectStatus(await view.cancel(path), 'CONTENT');
    expectStatus(await view.attributes(path, query.replace(/=[^&]*/g, '')), 'CHANGED');
    assert.deepEqual(found, expected);
  };
  await check('A number without attributes is notified with each change', () => run('pmin=0', [20, 20.5, 21, 21, 20.5], [20.5, 21, 20.5]));
  await check('zephyr-attr-gt: a value that crosses gt, up and down', () => run('gt=25', [20, 24, 25, 25.5, 30, 26, 25, 20], [25.5, 25]));
  await check('zephyr-attr-lt: a value that crosses lt, down and up', () => run('lt=10', [20, 11, 10, 9.5, 2, 9, 10, 20], [9.5, 10]));
  await check('zephyr-attr-step: a value that has moved by st since the last notification', () => run('st=5', [20, 24.5, 25, 27, 29.5, 30, 26, 25], [25, 30, 25]));
  await check('gt and st together: either is enough', () => run('gt=40&st=10', [35, 39, 41, 44, 51, 39], [41, 51, 39]));
}
