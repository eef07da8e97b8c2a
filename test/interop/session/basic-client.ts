/** The seed's own client program, in TypeScript, with Leshan. */
import { startSim } from '../device';
import { values } from '../leshan/index';
import type { LeshanServer } from '../leshan/index';
import { assert, check } from '../runner';
import { expectContent, expectStatus, TEXT } from './manage';

export async function basicClient(server: LeshanServer): Promise<void> {
  const view = server.client('basic');
  const device = startSim(server.uri, 'basic', { app: 'examples/basic-client.ts' });
  await check('registers the objects and instances that it adds, /0 left out', async () => {
    const { registration } = await server.event('the registration', 0, (e) => e.type === 'REGISTRATION' && e.endpoint === 'basic', 20_000);
    assert.deepEqual([...registration!.links].sort(), ['</1/1>', '</2/0>', '</2/1>', '</2/2>', '</3/0>', '</4/0>', '</5/0>', '</6>', '</7>']);
  });
  await check('Read of /3/0: the seed\'s values', async () => {
    const found = values(await view.read('/3/0'));
    assert.deepEqual(found, {
      '/3/0/0': 'Open Mobile Alliance', '/3/0/1': 'Lightweight M2M Client', '/3/0/2': '345000123', '/3/0/3': '1.0', '/3/0/6/0': 1, '/3/0/6/1': 5, '/3/0/7/0': 3800, '/3/0/7/1': 5000,
      '/3/0/8/0': 125, '/3/0/8/1': 900, '/3/0/9': 100, '/3/0/10': 15, '/3/0/11/0': 0, '/3/0/13': 1367491215, '/3/0/14': '+02:00', '/3/0/15': '+02:00', '/3/0/16': 'U',
    });
    expectContent(await view.read('/3/0/2'), TEXT, { '/3/0/2': '345000123' });
  });
  await check('Write of /3/0/14, Execute of /3/0/4', async () => {
    expectStatus(await view.write('/3/0/14', { '': { vs: '+05:00' } }, { format: 'TEXT' }), 'CHANGED');
    expectContent(await view.read('/3/0/14'), TEXT, { '/3/0/14': '+05:00' });
    expectStatus(await view.execute('/3/0/4'), 'CHANGED');
    expectStatus(await view.read('/0/0'), 'UNAUTHORIZED');
  });
  await check('de-registers', async () => {
    assert.equal(await device.stop(), 0);
    assert.equal((await view.registration()).endpoint, undefined);
  });
}
