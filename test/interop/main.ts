/** `npm run interop`: our device and our server against real peers, over the loopback interface. */
import { startProbe } from './device';
import { prepareLeshan, startLeshan } from './leshan/index';
import { finish, group, skip } from './runner';
import * as manage from './session/manage';

const unable = prepareLeshan();
if (unable) skip('Leshan', unable);
else {
  const server = await startLeshan();
  const device = startProbe(server.uri, 'probe');
  await device.event('registered', 0, undefined, 20_000);
  const view = server.client('probe');
  await group('Read', () => manage.read(view));
  await group('Write', () => manage.write(view));
  await group('Execute', () => manage.execute(view, device));
  await group('Create and Delete', () => manage.createAndDelete(view));
  await group('Discover', () => manage.discover(view));
  await device.stop();
  await server.process.kill();
}
process.exit(finish());
