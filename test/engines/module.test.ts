/** The library as a module for Espruino: the example of the Web IDE, as it is there, sent to a board with the bundle in Storage. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { readPlain, startLive } from '../support/live';
import { skip } from '../support/skip';
import { readBundle } from './support/device';
import { boot, findEngine } from './support/espruino';

const source = readFileSync(inPackage('examples/espruino-module.js'), 'utf8');
// On Linux there is no thermometer in the chip; this one rises with each look.
const BOARD = 'var look=21;E.getTemperature=function(){return look+=0.5};\n';

test('examples/espruino-module.js registers with our server, is read and observed', async (t) => {
  const engine = await findEngine(2500);
  if (typeof engine === 'string') return skip(t, engine);
  const live = await startLive();
  t.teardown(() => live.server.stop());
  const code = source.replace('coap://192.168.1.2:5683', live.uri);
  t.not(code, source);
  const espruino = await boot(engine, { storage: { wixt: readBundle('linux-espruino'), '.bootcde': BOARD + code }, remote: true });
  t.teardown(() => espruino.stop());
  await espruino.waitFor(/^registered\n/m);
  const [{ endpoint }] = await new Promise<[{ endpoint: string }]>((resolve) => {
    const known = live.server.registry.all();
    if (known.length) resolve([known[0]!]);
    else live.server.events.once('registration', (...given) => resolve(given));
  });
  t.deepEqual(await readPlain(live, endpoint, '/3303/0'), { 5700: 21.5, 5701: 'Cel' });
  const told = new Promise<{ path: string }>((resolve) => live.server.events.once('notification', resolve));
  t.true((await live.server.observe(endpoint, '/3303/0/5700')).observed);
  await espruino.evaluate('device.changed(3303,0,5700)');
  t.is((await told).path, '/3303/0/5700');
  // A chip without a thermometer.
  await espruino.evaluate('E.getTemperature=function(){return NaN}');
  t.deepEqual(await readPlain(live, endpoint, '/3303/0'), { 5701: 'Cel' });
  t.is((await live.server.read(endpoint, '/3303/0/5700')).code, 0x84);
  t.deepEqual(espruino.complaints, []);
});
