import { startServer } from './engines/support/session';
import { buildParts } from './engines/support/device';
import { bootOptions } from '../src/host/build/bundle';
import { boot, findEngine } from './engines/support/espruino';
void (async () => {
  const { server, uri } = await startServer();
  const { code, overlays } = await buildParts('esp8266', process.argv[2]!, (...g) => bootOptions(...g)!);
  const e = await findEngine(1700); if (typeof e === 'string') throw e;
  const d = await boot(e, { storage: { ...overlays, '.bootcde': code.replace('coap://127.0.0.1:5683', uri) + ';setInterval(function(){print("# "+process.memory().usage)},1500);' } });
  await new Promise((r) => server.events.once('registration', r)); 
  await new Promise((r) => setTimeout(r, 4000));
  for (const p of ['/3/0', '/4/0', '/6/0', '/3303/0', '/1/0']) console.log(JSON.stringify(await server.read('sensor-node', p)).slice(0, 100));
  console.log((await server.observe('sensor-node', '/3303/0/5700')).observed);
  await new Promise((r) => setTimeout(r, 14000));
  console.log(d.output.slice(-600), code.length + Object.values(overlays).reduce((s, x) => s + x.length, 0));
  await d.stop(); await server.stop(); process.exit();
})();
