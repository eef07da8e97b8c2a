/** The bundle of a board on its engine, managed by Leshan; the device is test/engines/live/device.ts. */
import type { Told } from '../../engines/support/session';
import { values } from '../leshan/index';
import type { LeshanServer } from '../leshan/index';
import { assert, check, expectPeriod, sleep } from '../runner';
import { disable } from './register';
import { expectContent, expectStatus, TEXT, TLV } from './manage';

const DEVICE = { '/3/0/0': 'Open Mobile Alliance', '/3/0/1': 'Lightweight M2M Client', '/3/0/6/0': 1, '/3/0/6/1': 5, '/3/0/9': 100, '/3/0/13': 1367491215, '/3/0/14': '+02:00', '/3/0/15': 'UTC' };
const text = (value: string) => ({ '': { vs: value } });

/**
 * `size`: bytes of the string that is written and read, in blocks where the board takes them. What `features` of the board's file
 * switches off is refused.
 */
export async function board(server: LeshanServer, device: Told & { complaints: string[] }, endpoint: string, size: number, features: Record<string, boolean>): Promise<void> {
  const view = server.client(endpoint);
  await check('registers', async () => {
    const { registration } = await server.event('the registration', 0, (e) => e.type === 'REGISTRATION' && e.endpoint === endpoint, 20_000);
    assert.deepEqual(registration!.links, ['</1/0>', '</3/0>', '</16/0>', '</3303/0>']);
    assert.deepEqual([registration!.lifetime, registration!.version, registration!.binding], [300, '1.0', '[U]']);
    await device.event('registered');
  });
  await check('Read of object, instance, resource in TLV and text; what is refused', async () => {
    for (const path of ['/3/0', '/3']) expectContent(await view.read(path), TLV, DEVICE);
    expectContent(await view.read('/3/0/0'), TEXT, { '/3/0/0': 'Open Mobile Alliance' });
    expectContent(await view.read('/3/0/9', 'TLV'), TLV, { '/3/0/9': 100 });
    expectContent(await view.read('/3/0/6'), TLV, { '/3/0/6/0': 1, '/3/0/6/1': 5 });
    expectContent(await view.read('/3303/0/5700'), TEXT, { '/3303/0/5700': 20.5 });
    assert.equal(values(await view.read('/1/0'))['/1/0/1'], 300);
    for (const [path, status] of [['/0/0', 'UNAUTHORIZED'], ['/3/0/4', 'METHOD_NOT_ALLOWED'], ['/3/0/99', 'NOT_FOUND'], ['/9', 'NOT_FOUND'], ['/3/1', 'NOT_FOUND']] as const) expectStatus(await view.read(path), status);
    expectStatus(await view.read('/3/0', 'SENML_CBOR'), 'NOT_ACCEPTABLE');
  });
  await check('Write in text and TLV, replace and partial update; what is refused', async () => {
    expectStatus(await view.write('/3/0/14', text('+05:00'), { format: 'TEXT' }), 'CHANGED');
    expectStatus(await view.write('/3/0/15', text('Asia/Tokyo'), { format: 'TLV' }), 'CHANGED');
    expectStatus(await view.write('/3/0', { 13: { v: 1700000000 } }, { replace: false }), 'CHANGED');
    const found = values(await view.read('/3/0'));
    assert.deepEqual([found['/3/0/13'], found['/3/0/14'], found['/3/0/15']], [1700000000, '+05:00', 'Asia/Tokyo']);
    expectStatus(await view.write('/3/0', { 13: { v: 1367491215 }, 14: { vs: '+02:00' }, 15: { vs: 'UTC' } }), 'CHANGED');
    expectContent(await view.read('/3/0'), TLV, DEVICE);
    expectStatus(await view.write('/3/0/0', text('me'), { format: 'TEXT' }), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.write('/3/0', { 14: { vs: 'x' } }, { format: 'SENML_JSON' }), 'UNSUPPORTED_CONTENT_FORMAT');
  });
  await check('Execute with and without arguments', async () => {
    let mark = device.mark();
    expectStatus(await view.execute('/3/0/4'), 'CHANGED');
    assert.deepEqual(JSON.parse(await device.event('executed /3/0/4', mark)), {});
    mark = device.mark();
    expectStatus(await view.execute('/3/0/4', "0='a',7"), 'CHANGED');
    assert.deepEqual(JSON.parse(await device.event('executed /3/0/4', mark)), { 0: 'a', 7: null });
    expectStatus(await view.execute('/3/0/0'), 'METHOD_NOT_ALLOWED');
  });
  await check('Create and Delete, told by Updates', async () => {
    let since = await server.mark();
    const created = await view.create(16, { '0/0': { vs: 'new' }, '0/3': { vs: 'more' } });
    if (features.create === false) return expectStatus(created, 'METHOD_NOT_ALLOWED');
    expectStatus(created, 'CREATED');
    assert.equal(created.location, '16/1');
    await server.event('the Update', since, (e) => e.type === 'UPDATED' && e.objects === true && e.registration!.links.includes('</16/1>'));
    expectContent(await view.read('/16/1'), TLV, { '/16/1/0/0': 'new', '/16/1/0/3': 'more' });
    since = await server.mark();
    expectStatus(await view.delete('/16/1'), 'DELETED');
    await server.event('the Update', since, (e) => e.type === 'UPDATED' && e.objects === true && !e.registration!.links.includes('</16/1>'));
    expectStatus(await view.read('/16/1'), 'NOT_FOUND');
  });
  await check('Discover at each level, with attributes', async () => {
    expectStatus(await view.attributes('/3/0', 'pmin=1'), 'CHANGED');
    expectStatus(await view.attributes('/3/0/9', 'gt=50&lt=20&st=5'), 'CHANGED');
    const links = (await view.discover('/3')).links!.map((link) => link.replaceAll('.0', ''));
    assert.deepEqual(links, ['</3>', '</3/0>;pmin=1', '</3/0/0>', '</3/0/1>', '</3/0/4>', '</3/0/5>', '</3/0/6>;dim=2', '</3/0/9>;gt=50;lt=20;st=5', '</3/0/13>', '</3/0/14>', '</3/0/15>']);
    assert.deepEqual((await view.discover('/3/0/6')).links!.map((link) => link.split(';').sort()), [['</3/0/6>', 'dim=2', 'pmin=1']]);
    expectStatus(await view.attributes('/3/0', 'pmin'), 'CHANGED');
    expectStatus(await view.attributes('/3/0/9', 'gt&lt&st'), 'CHANGED');
  });
  await check('Observe: a change of the board\'s, pmin and pmax, cancel by Observe=1', async () => {
    const path = '/3303/0/5700';
    expectContent(await view.observe(path), TEXT, { [path]: 20.5 });
    let since = await server.mark();
    expectStatus(await view.execute('/3303/0/5605'), 'CHANGED');
    const event = await server.event('the notification', since, (e) => e.type === 'NOTIFICATION' && e.path === path);
    expectContent(event, TEXT, { [path]: 21 });
    expectStatus(await view.attributes(path, 'pmax=2'), 'CHANGED');
    since = await server.mark();
    const one = await server.event('a notification without a change', since, (e) => e.path === path);
    const two = await server.event('the one after it', one.n + 1, (e) => e.path === path);
    expectPeriod(two.t - one.t, 2000);
    expectStatus(await view.attributes(path, 'pmax'), 'CHANGED');
    expectContent(await view.cancel(path), TEXT, { [path]: 21 });
    since = await server.mark();
    expectStatus(await view.execute('/3303/0/5605'), 'CHANGED');
    await sleep(500);
    assert.deepEqual((await server.events(since)).map((e) => e.type), []);
  });
  await check('Cancel by Reset; an instance observed', async () => {
    expectStatus(await view.observe('/3/0'), 'CONTENT');
    let since = await server.mark();
    expectStatus(await view.write('/3/0/14', text('+09:00'), { format: 'TEXT' }), 'CHANGED');
    const event = await server.event('the notification', since, (e) => e.type === 'NOTIFICATION' && e.path === '/3/0');
    expectContent(event, TLV, { ...DEVICE, '/3/0/14': '+09:00' });
    await view.forget('/3/0');
    for (const zone of ['+10:00', '+02:00']) {
      expectStatus(await view.write('/3/0/14', text(zone), { format: 'TEXT' }), 'CHANGED');
      await sleep(200);
    }
    since = await server.mark();
    await sleep(300);
    assert.deepEqual((await server.events(since)).map((e) => e.type), []);
  });
  await check(`A string of ${size} bytes in blocks, both ways; a larger one than the board takes is 4.13`, async () => {
    const long = Array.from({ length: size }, (_, i) => String.fromCharCode(97 + ((i * 7) % 26))).join('');
    expectStatus(await view.write('/3/0/15', text(long), { format: 'TEXT' }), 'CHANGED');
    expectContent(await view.read('/3/0/15'), TEXT, { '/3/0/15': long });
    assert.equal(values(await view.read('/3/0'))['/3/0/15'], long);
    const refused = await view.write('/3/0/15', text('x'.repeat(5000)), { format: 'TEXT' });
    // Leshan has no name for 4.02.
    expectStatus(refused, features.block1 === false ? 'UNKNOWN' : 'REQUEST_ENTITY_TOO_LARGE');
    expectStatus(await view.write('/3/0/15', text('UTC'), { format: 'TEXT' }), 'CHANGED');
  });
  await check('The Update trigger, a new lifetime, Disable and the way back', async () => {
    let since = await server.mark();
    expectStatus(await view.execute('/1/0/8'), 'CHANGED');
    await server.event('the Update', since, (e) => e.type === 'UPDATED');
    since = await server.mark();
    expectStatus(await view.write('/1/0/1', { '': { v: 120 } }, { format: 'TEXT' }), 'CHANGED');
    assert.equal((await server.event('the Update', since, (e) => e.type === 'UPDATED')).lifetime, 120);
    expectStatus(await view.write('/1/0/5', { '': { v: 1 } }), 'CHANGED');
    since = await server.mark();
    await disable(view);
    await server.event('the De-register', since, (e) => e.type === 'DEREGISTRATION');
    await server.event('the registration', since, (e) => e.type === 'REGISTRATION');
  });
  await check('de-registers, and nothing went wrong by its own account', async () => {
    const since = await server.mark();
    const answer = await view.execute('/3/0/5');
    // The DELETE comes right behind the answer; where another of its threads has that first, Leshan gives the request up.
    if (!/RequestCanceledException/.test(answer.error ?? '')) expectStatus(answer, 'CHANGED');
    await server.event('the De-register', since, (e) => e.type === 'DEREGISTRATION' && e.endpoint === endpoint);
    await device.event('deregistered');
    assert.deepEqual(device.complaints, []);
  });
}
