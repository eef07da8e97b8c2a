import { startServer } from './engines/support/session';
import { buildParts } from './engines/support/device';
import { bootOptions } from '../src/host/build/bundle';
import { boot, findEngine } from './engines/support/espruino';
void (async () => {
  const { server, uri } = await startServer();
  const { code, overlays } = await buildParts('esp8266', process.argv[2] ?? 'examples/sensor-node.ts', (...g) => bootOptions(...g)!);
  const e = await findEngine(1700); if (typeof e === 'string') throw e;
  const obs = process.argv[3];
  const d = await boot(e, { storage: { ...overlays, '.bootcde': code.replace('coap://127.0.0.1:5683', uri) + ';setTimeout(function(){process.memory();print("# "+process.memory().usage);E.getSizeOf(global,1).sort(function(a,b){return b.size-a.size}).forEach(function(x){if(x.size>6||1)print("@"+x.name+" "+x.size)});print(Object.keys(Yt.client).length+" "+Object.keys(Yt.client));print(E.getSizeOf(Yt.client.l[0],1).map(function(x){return x.name+x.size}));E.getSizeOf(Yt,1).sort(function(a,b){return b.size-a.size}).forEach(function(x){if(x.size>1)print(">"+x.name+" "+x.size)});E.getSizeOf(Yt.client,1).sort(function(a,b){return b.size-a.size}).forEach(function(x){if(x.size>1)print(">>"+x.name+" "+x.size)})},6000);' } });
  await new Promise((r) => server.events.once('registration', r)); 
  if (obs) { await new Promise((r) => setTimeout(r, 1000)); for (const p of obs.split(',')) await server.observe('sensor-node', p); }
  await new Promise((r) => setTimeout(r, 7000));
  console.log(d.output.replace(/\r/g, ''), code.length + Object.values(overlays).reduce((s, x) => s + x.length, 0));
  await d.stop(); await server.stop(); process.exit();
})();
