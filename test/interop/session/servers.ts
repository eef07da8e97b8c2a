/** Two Leshan servers manage one device, with Access Control: LwM2M 1.0.2 section 7.3, interoperability cases 950 and 951. */
import { startLeshan, values } from '../leshan/index';
import type { LeshanServer, LeshanView } from '../leshan/index';
import { assert, check, sleep } from '../runner';
import { expectContent, expectStatus, TEXT, TLV } from './manage';
import type { Start } from './register';

const text = (value: string) => ({ '': { vs: value } });

export async function servers(first: LeshanServer, start: Start): Promise<void> {
  const second = await startLeshan();
  const device = start(`${first.uri},${second.uri}`, 'two');
  const one = first.client('two');
  const two = second.client('two');

  await check('int-950 registers with both', async () => {
    const links = ['</1/0>', '</1/1>', '</2/0>'];
    for (const { server } of [one, two]) {
      const { registration } = await server.event('the registration', 0, (e) => e.type === 'REGISTRATION' && e.endpoint === 'two', 20_000);
      for (const link of links) assert.ok(registration!.links.includes(link), `${link} in ${registration!.links}`);
    }
    const updated = two.server.mark();
    expectStatus(await two.execute('/1/1/8'), 'CHANGED');
    await second.event('the Update', await updated, (e) => e.type === 'UPDATED');
  });
  await check('Each reads its own account, not the other\'s', async () => {
    assert.equal(values(await one.read('/1/0'))['/1/0/0'], 1);
    assert.equal(values(await two.read('/1/1'))['/1/1/0'], 2);
    expectStatus(await one.read('/1/1'), 'UNAUTHORIZED');
    expectStatus(await two.read('/1/0/1'), 'UNAUTHORIZED');
    assert.deepEqual(Object.keys(values(await two.read('/1'))).filter((path) => !path.startsWith('/1/1/')), []);
    expectStatus(await two.write('/1/0/1', { '': { v: 1 } }, { format: 'TEXT' }), 'UNAUTHORIZED');
  });
  await check('The owner may do everything, the other one read', async () => {
    for (const view of [one, two]) expectContent(await view.read('/3/0/0'), TEXT, { '/3/0/0': 'Open Mobile Alliance' });
    expectStatus(await one.write('/3/0/14', text('+01:00'), { format: 'TEXT' }), 'CHANGED');
    expectStatus(await two.write('/3/0/14', text('+07:00'), { format: 'TEXT' }), 'UNAUTHORIZED');
    expectStatus(await two.execute('/3/0/12'), 'UNAUTHORIZED');
    expectStatus(await two.delete('/3303/0'), 'UNAUTHORIZED');
    expectStatus(await two.create(3303, { 5700: { v: 1 } }), 'UNAUTHORIZED');
    expectContent(await two.read('/3/0/14'), TEXT, { '/3/0/14': '+01:00' });
  });
  await check('int-951 The attributes of one are not those of the other', async () => {
    expectStatus(await one.attributes('/3/0/9', 'pmin=5'), 'CHANGED');
    assert.deepEqual((await one.discover('/3/0/9')).links, ['</3/0/9>;pmin=5']);
    assert.deepEqual((await two.discover('/3/0/9')).links, ['</3/0/9>']);
    expectStatus(await two.attributes('/3/0/9', 'pmin=7'), 'CHANGED');
    assert.deepEqual((await one.discover('/3/0/9')).links, ['</3/0/9>;pmin=5']);
  });
  await check('Both observe, both are notified, one cancels', async () => {
    for (const view of [one, two]) expectStatus(await view.observe('/3/0/14'), 'CONTENT');
    const notified = (view: LeshanView, since: number, value: string) =>
      view.server.event('the notification', since, (e) => e.type === 'NOTIFICATION' && e.endpoint === 'two' && values(e)['/3/0/14'] === value);
    const since = [await first.mark(), await second.mark()] as const;
    expectStatus(await one.write('/3/0/14', text('+02:00'), { format: 'TEXT' }), 'CHANGED');
    await notified(one, since[0], '+02:00');
    await notified(two, since[1], '+02:00');
    expectStatus(await one.cancel('/3/0/14'), 'CONTENT');
    expectStatus(await one.write('/3/0/14', text('+03:00'), { format: 'TEXT' }), 'CHANGED');
    await notified(two, since[1], '+03:00');
    await sleep(300);
    assert.equal((await first.events(since[0])).filter((e) => e.type === 'NOTIFICATION' && e.endpoint === 'two').length, 1);
    expectStatus(await two.cancel('/3/0/14'), 'CONTENT');
  });
  await check('What one creates is its own, until it grants rights by /2', async () => {
    expectStatus(await two.create(16, { '0/0': { vs: 'of two' } }), 'CREATED');
    expectContent(await two.read('/16/0'), TLV, { '/16/0/0/0': 'of two' });
    expectStatus(await one.read('/16/0'), 'UNAUTHORIZED');
    const entries = values(await two.read('/2'));
    const entry = Object.keys(entries).find((path) => path.endsWith('/0') && path.split('/').length === 4 && entries[path] === 16 && entries[path.replace(/0$/, '1')] === 0)!.slice(0, -2);
    assert.equal(entries[`${entry}/3`], 2);
    expectStatus(await one.write(`${entry}/2`, { 1: { v: 15 } }), 'UNAUTHORIZED');
    expectStatus(await two.write(`${entry}/2`, { 1: { v: 1 }, 2: { v: 15 } }), 'CHANGED');
    expectContent(await one.read('/16/0'), TLV, { '/16/0/0/0': 'of two' });
    expectStatus(await one.delete('/16/0'), 'UNAUTHORIZED');
    expectStatus(await two.delete('/16/0'), 'DELETED');
  });
  await check('One server is gone: the other one goes on managing', async () => {
    await second.crash();
    expectStatus(await one.execute('/1/0/8'), 'CHANGED');
    expectContent(await one.read('/3/0/0'), TEXT, { '/3/0/0': 'Open Mobile Alliance' });
    await second.restart();
    const mark = device.mark();
    device.update();
    await device.event('registered', mark, (e) => e.ssid === 2);
    expectContent(await two.read('/3/0/0'), TEXT, { '/3/0/0': 'Open Mobile Alliance' });
  });
  await check('De-registers from both', async () => {
    assert.equal(await device.stop(), 0);
    for (const view of [one, two]) assert.equal((await view.registration()).endpoint, undefined);
    await second.process.kill();
  });
}
