/** The npm packages of the HTTP side, which are optional. */
import test from 'ava';
import { Problem } from '../../../src/host/problem';
import { loadHttp } from '../../../src/host/server/http/load';
import { createLwM2mServer } from '../../../src/host/server/index';

test('without its packages the server names the command that installs them', async (t) => {
  t.is(typeof (await loadHttp()), 'function');
  for (const missing of ['fastify', '@fastify/static', 'uplot']) {
    const problem = await t.throwsAsync(loadHttp((name) => name !== missing), { instanceOf: Problem });
    t.regex(problem!.message, /: npm install --save-dev fastify@\d\S+ @fastify\/static@\d\S+ light-my-request@\d\S+ uplot@\d\S+$/);
  }
});

test('a server without HTTP has no address for it, before and after its start', async (t) => {
  const server = createLwM2mServer({ coapPort: 0, httpPort: false, hosts: ['127.0.0.1'] });
  t.is(server.httpUrl, undefined);
  await server.start();
  t.is(server.httpUrl, undefined);
  t.is(server.consoleUrl, undefined);
  await server.stop();
});
