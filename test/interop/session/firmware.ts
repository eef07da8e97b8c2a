/** Firmware Update by push on the simulated board: LwM2M 1.0.2 appendix E.6 and the OMA's interoperability cases 751 to 779. */
import type { Device } from '../device';
import { values } from '../leshan/index';
import type { LeshanView } from '../leshan/index';
import { assert, check, until } from '../runner';
import { expectStatus } from './manage';

const package_ = (size: number, head = ''): Record<string, object> => ({ '': { vd: Buffer.concat([Buffer.from(head), Buffer.alloc(size - head.length, 0xa5)]).toString('base64url') } });

/** The simulated board fails with Update Result N for a package that begins with FAILN. */
export async function firmware(view: LeshanView, device: Device): Promise<void> {
  const number = async (id: number) => values(await view.read(`/5/0/${id}`))[`/5/0/${id}`];
  const expectState = async (state: number, result: number) => assert.deepEqual([await number(3), await number(5)], [state, result]);
  const push = (size: number, head?: string, format = 'OPAQUE') => view.write('/5/0/0', package_(size, head), { format, timeout: 60 });

  await check('int-751 Read of /5/0 before any update; the package cannot be read', async () => {
    const found = values(await view.read('/5/0'));
    assert.deepEqual([found['/5/0/3'], found['/5/0/5'], found['/5/0/0']], [0, 0, undefined]);
    expectStatus(await view.read('/5/0/0'), 'METHOD_NOT_ALLOWED');
  });
  await check('int-772 Execute of Update without a package is 4.05', async () => {
    expectStatus(await view.execute('/5/0/2'), 'METHOD_NOT_ALLOWED');
    await expectState(0, 0);
  });
  await check('int-755, int-760 Package of 20 KB by Block1, its states observed', async () => {
    expectStatus(await view.observe('/5/0/3'), 'CONTENT');
    const since = await view.server.mark();
    const mark = device.mark();
    expectStatus(await push(20_000), 'CHANGED');
    assert.equal((await device.event('written', mark)).bytes, 20_000);
    await expectState(2, 0);
    await view.server.event('the state Downloaded', since, (e) => e.type === 'NOTIFICATION' && e.path === '/5/0/3' && values(e)['/5/0/3'] === 2);
    expectStatus(await view.cancel('/5/0/3'), 'CONTENT');
  });
  await check('int-755 An empty Package resets the state', async () => {
    expectStatus(await view.write('/5/0/0', { '': { vd: '' } }, { format: 'OPAQUE' }), 'CHANGED');
    await expectState(0, 0);
  });
  for (const [title, result] of [['int-773 storage too small', 2], ['int-774 out of memory', 3], ['int-776 integrity check fails', 5], ['int-777 unsupported package', 6]] as const)
    await check(`${title}: Update Result ${result}, State 0`, async () => {
      await push(3000, `FAIL${result}`);
      await expectState(0, result);
    });
  await check('int-779 An update that fails: Update Result 8', async () => {
    expectStatus(await push(2000, 'FAIL8', 'TLV'), 'CHANGED');
    await expectState(2, 0);
    expectStatus(await view.execute('/5/0/2'), 'CHANGED');
    await until('the result', async () => (await number(5)) === 8);
    assert.ok([0, 2].includes((await number(3)) as number));
    expectStatus(await view.write('/5/0/0', { '': { vd: '' } }, { format: 'OPAQUE' }), 'CHANGED');
  });
  await check('int-770 A successful update: restart, Update Result 1, State 0, the new version', async () => {
    assert.equal(values(await view.read('/3/0/3'))['/3/0/3'], '1.0');
    expectStatus(await push(10_000), 'CHANGED');
    const mark = device.mark();
    expectStatus(await view.execute('/5/0/2'), 'CHANGED');
    await device.event('deregistered', mark);
    await device.event('registered', mark);
    await expectState(0, 1);
    assert.equal(values(await view.read('/3/0/3'))['/3/0/3'], '1.1');
  });
}

/** Reboot, and what moves by itself. */
export async function live(view: LeshanView, device: Device): Promise<void> {
  const { server } = view;
  await check('int-241, int-655 Reboot: 2.04 first, then de-registered, then registered again', async () => {
    const mark = device.mark();
    const since = await server.mark();
    expectStatus(await view.execute('/3/0/4'), 'CHANGED');
    await device.event('executed', mark, (e) => e.path === '/3/0/4');
    await device.event('deregistered', mark);
    await device.event('registered', mark);
    await server.event('the registration', since, (e) => e.type === 'REGISTRATION' && e.endpoint === view.endpoint);
  });
  await check('The temperature moves, and is notified', async () => {
    expectStatus(await view.observe('/3303/0/5700'), 'CONTENT');
    const since = await server.mark();
    const first = await server.event('a temperature', since, (e) => e.type === 'NOTIFICATION' && e.path === '/3303/0/5700');
    const second = await server.event('another', first.n + 1, (e) => e.type === 'NOTIFICATION' && e.path === '/3303/0/5700');
    for (const event of [first, second]) assert.ok(Math.abs((values(event)['/3303/0/5700'] as number) - 21) < 6);
    expectStatus(await view.cancel('/3303/0/5700'), 'CONTENT');
  });
  await check('The application sets a value: an observer hears of it', async () => {
    expectStatus(await view.observe('/3/0/9'), 'CONTENT');
    const since = await server.mark();
    device.set('/3/0/9', 46);
    await server.event('the notification', since, (e) => e.type === 'NOTIFICATION' && e.path === '/3/0/9' && values(e)['/3/0/9'] === 46);
    expectStatus(await view.cancel('/3/0/9'), 'CONTENT');
  });
  await check('Reset Min and Max Measured Values', async () => {
    expectStatus(await view.execute('/3303/0/5605'), 'CHANGED');
    const found = values(await view.read('/3303/0'));
    assert.ok((found['/3303/0/5602'] as number) - (found['/3303/0/5601'] as number) < 1, JSON.stringify(found));
  });
  for (const [title, path, resources] of [['int-701 Connectivity Monitoring', '/4/0', [0, 2]], ['int-801 Location', '/6/0', [0, 1, 5]]] as const)
    await check(`${title}: read`, async () => {
      const found = values(await view.read(path));
      for (const id of resources) assert.equal(typeof found[`${path}/${id}`], 'number');
      if (path === '/4/0') assert.equal(found['/4/0/4/0'], '127.0.0.1');
    });
  await check('int-901 Connectivity Statistics: start, stop, counters', async () => {
    expectStatus(await view.execute('/7/0/6'), 'CHANGED');
    await view.read('/3/0/0');
    expectStatus(await view.execute('/7/0/7'), 'CHANGED');
    const found = values(await view.read('/7/0'));
    assert.ok(typeof found['/7/0/2'] === 'number' && typeof found['/7/0/3'] === 'number', JSON.stringify(found));
  });
}
