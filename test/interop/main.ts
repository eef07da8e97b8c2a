/** `npm run interop [-- WORD…]`: our device and our server against real peers, over the loopback interface. Words choose parts by name. */
import { startProbe } from './device';
import { prepareLeshan, startLeshan } from './leshan/index';
import { finish, group, skip } from './runner';
import { prepareAiocoap } from './peers/index';
import { coap } from './session/coap';
import * as manage from './session/manage';
import { observe, thresholds } from './session/observe';
import { register } from './session/register';
import { serve } from './session/serve';
import { blocks, types } from './session/types';
import { unbuilt } from './wixt';

const words = process.argv.slice(2);
const wanted = (name: string): boolean => !words.length || words.some((word) => name.includes(word));

async function part(name: string, run: () => Promise<void>): Promise<void> {
  if (wanted(name)) await group(name, run);
}

const unable = prepareLeshan();
if (unable) skip('Leshan', unable);
else {
  const server = await startLeshan();
  await part('leshan: register', () => register(server, startProbe, 'register', ['</1/0>', '</3/0>', '</5/0>', '</16>', '</3303/0>', '</30001/0>']));
  const device = startProbe(server.uri, 'probe');
  await device.event('registered', 0, undefined, 20_000);
  const view = server.client('probe');
  await part('leshan: read', () => manage.read(view));
  await part('leshan: write', () => manage.write(view));
  await part('leshan: execute', () => manage.execute(view, device));
  await part('leshan: create and delete', () => manage.createAndDelete(view));
  await part('leshan: discover', () => manage.discover(view));
  await part('leshan: observe', () => observe(view, device));
  await part('leshan: thresholds', () => thresholds(view, device));
  await part('leshan: types', () => types(view));
  await device.stop();
  for (const block of [1024, 64]) await part('leshan: blocks', () => blocks(server, startProbe, block));
  await server.process.kill();
}
const noAiocoap = prepareAiocoap();
if (noAiocoap) skip('our device: aiocoap', noAiocoap);
else await part('our device: aiocoap', () => coap(startProbe));
if (unbuilt) skip('our server', unbuilt);
else if (wanted('our server')) await serve();
process.exit(finish());
