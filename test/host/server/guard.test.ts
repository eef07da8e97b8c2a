/** Who may use the HTTP side: names, origins, tokens, and how much at once. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { hostname } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import { createLwM2mServer, type Server, type ServerOptions } from '../../../src/host/server/index';
import * as limits from '../../../src/host/server/limits';

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string; message: string };
type Ask = (method: string, path: string, headers?: Record<string, string>, body?: string) => Promise<Answer>;

async function setUp(t: ExecutionContext, options: ServerOptions = {}): Promise<{ server: Server; ask: Ask; port: number }> {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'], ...options });
  await server.start();
  t.teardown(() => server.stop());
  const port = Number(new URL(server.httpUrl!).port);
  const ask: Ask = (method, path, headers = {}, body) =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece) => (text += piece));
        response.on('end', () => {
          let message = '';
          try {
            message = JSON.parse(text).message;
          } catch {
            // a page, or nothing
          }
          resolve({ status: response.statusCode!, headers: response.headers, text, message });
        });
      });
      request.on('error', reject).end(body);
    });
  return { server, ask, port };
}

test('Host is an address, localhost, the own name or one that was given, whatever address the server listens on', async (t) => {
  for (const httpHost of ['127.0.0.1', '0.0.0.0']) {
    const { ask, port } = await setUp(t, { httpHost, httpToken: false, httpNames: ['Devices.Example'] });
    const ok = [
      '127.0.0.1', `127.0.0.1:${port}`, '192.0.2.1', '[::1]', `[2001:db8::1]:${port}`, 'localhost', `LOCALHOST:${port}`, 'localhost.', hostname(), `${hostname()}.local`,
      'devices.example', `devices.example:${port}`,
    ];
    for (const host of ok) t.is((await ask('GET', '/api/clients', { host })).status, 200, host);
    const foreign = [
      'evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example', 'evil.example@127.0.0.1', '2130706433', '0x7f.1', '[::1', '[evil]', '::1',
      'devices.example.evil', '127.0.0.1:x', '127.0.0.1:80:80',
    ];
    for (const host of foreign) {
      const { status, message } = await ask('GET', '/api/clients', { host });
      t.is(status, 403, host);
      t.is(message, `the host name "${host}" is not this server's; --http-name NAME makes it one`);
    }
    t.is((await ask('GET', '/', { host: 'evil.example' })).status, 403, 'pages too');
  }
});

test("what changes something may come from this server's own pages only (Origin)", async (t) => {
  const { ask, port } = await setUp(t);
  const host = `127.0.0.1:${port}`;
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const path = '/api/clients/nobody/3/0/4';
    t.is((await ask(method, path, { host, origin: `http://${host}` })).status, 404);
    t.is((await ask(method, path, { host, origin: `https://${host}` })).status, 404, 'behind a proxy with TLS');
    t.is((await ask(method, path, { host })).status, 404, 'no browser');
    for (const origin of ['null', 'http://evil.example', `http://127.0.0.1:${port + 1}`, 'http://127.0.0.1', `ftp://${host}`, `http://${host}.evil.example`])
      t.is((await ask(method, path, { host, origin })).status, 403, origin);
  }
  t.is((await ask('GET', '/api/clients', { host, origin: 'http://evil.example' })).status, 200, 'reading is up to Sec-Fetch-Site; the answer is not for them (CORS)');
});

test('other sites may not even read /api, since a Read makes a device work (Sec-Fetch-Site)', async (t) => {
  const { ask } = await setUp(t);
  for (const [site, status] of [['cross-site', 403], ['same-site', 403], ['same-origin', 200], ['none', 200]] as const) {
    t.is((await ask('GET', '/api/clients', { 'sec-fetch-site': site })).status, status, site);
    t.is((await ask('GET', '/api/events', { 'sec-fetch-site': site })).status, status, site);
    t.is((await ask('GET', '/', { 'sec-fetch-site': site })).status, 200, 'a link to the console works');
  }
});

test('beyond this machine /api asks for a token; the header or the cookie of a session shows it', async (t) => {
  const { server, ask, port } = await setUp(t, { httpHost: '0.0.0.0' });
  const token = server.httpToken!;
  t.regex(token, /^[\w-]{22}$/);
  t.is(server.consoleUrl, `http://127.0.0.1:${port}/#token=${token}`);
  const denied = await ask('GET', '/api/clients');
  t.is(denied.status, 401);
  t.is(denied.headers['www-authenticate'], 'Bearer');
  t.regex(denied.message, /Authorization: Bearer TOKEN/);
  for (const authorization of ['Bearer', 'Bearer x', `Basic ${token}`, token, `Bearer ${token}x`, `Bearer ${token.slice(1)}`])
    t.is((await ask('GET', '/api/clients', { authorization })).status, 401, authorization);
  for (const path of ['/api/event', '/api/events', '/api/coaplog', '/api/server', '/api/objectspecs/x', '/api/clients/x/3/0/9', '/api/nothing', '/api', '/API/clients'])
    t.is((await ask('GET', path)).status, 401, path);
  t.is((await ask('POST', '/api/session')).status, 401);
  t.is((await ask('POST', '/api/session')).headers['set-cookie'], undefined);
  const authorization = `Bearer ${token}`;
  t.is((await ask('GET', '/api/clients', { authorization })).status, 200);
  t.is((await ask('GET', '/api/clients', { authorization: `bearer ${token}` })).status, 200);
  const session = await ask('POST', '/api/session', { authorization });
  t.is(session.status, 204);
  const [, cookie] = new RegExp(`^(wixt-${port}=[\\w-]{43}); Path=/; HttpOnly; SameSite=Strict$`).exec(session.headers['set-cookie']![0])!;
  t.false(cookie.includes(token));
  t.is((await ask('GET', '/api/clients', { cookie: `a=b; ${cookie}; c=d` })).status, 200);
  t.is((await ask('GET', '/api/clients', { cookie: `${cookie}x` })).status, 401);
  t.is((await ask('GET', '/api/clients', { cookie: cookie.replace(`${port}`, `${port + 1}`) })).status, 401);
  t.is((await ask('GET', '/')).status, 200, 'the page itself has no secrets');
});

test('a token of one’s own counts on this machine too; false switches it off', async (t) => {
  const own = await setUp(t, { httpToken: 'correct-horse' });
  t.is((await own.ask('GET', '/api/clients')).status, 401);
  t.true(own.server.consoleUrl!.endsWith('/#token=correct-horse'));
  t.throws(() => createLwM2mServer({ httpToken: 'with space' }), { message: /^httpToken: A token has 8 to 200 letters/ });
  const off = await setUp(t, { httpHost: '0.0.0.0', httpToken: false });
  t.is((await off.ask('GET', '/api/clients')).status, 200);
  const local = await setUp(t);
  t.is(local.server.httpToken, undefined);
  t.is(local.server.consoleUrl, local.server.httpUrl);
  const session = await local.ask('POST', '/api/session');
  t.is(session.status, 204);
  t.is(session.headers['set-cookie'], undefined);
});

test('there are so many streams of events; who reads nothing is cut off, and no other reader is', async (t) => {
  const { server, ask, port } = await setUp(t);
  const warnings: string[] = [];
  server.events.on('warning', ({ message }) => warnings.push(message));
  const open = async () => {
    const request = httpRequest({ port, host: '127.0.0.1', path: '/api/event', agent: false });
    request.on('error', () => {}).end();
    const [response] = await once(request, 'response');
    return { request, response };
  };
  const reading = await open();
  let read = '';
  reading.response.on('data', (piece: Buffer) => (read += piece)).on('error', () => {});
  const idle = await open();
  idle.response.pause().on('error', () => {});
  const streams = [reading, idle];
  while (streams.length < limits.MAX_STREAMS) streams.push(await open());
  const refused = await ask('GET', '/api/event');
  t.is(refused.status, 503);
  t.is(refused.headers['retry-after'], '10');
  t.regex(warnings[0], /^there are 256 streams of events, which is the limit; another one was refused$/);
  for (const { request } of streams.splice(2)) request.destroy();
  const gone = once(idle.request, 'close');
  // what the system's buffers hold comes on top of the bound
  const message = 'x'.repeat(60_000);
  for (let i = 0; i < 400 && !idle.request.destroyed; i++) {
    server.events.emit('warning', { message: `${i} ${message}` });
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (warnings.some((text) => text.includes('bytes behind'))) break;
  }
  t.true(warnings.some((text) => /^a reader of events at 127\.0\.0\.1 was \d+ bytes behind, which is above the limit, and was disconnected$/.test(text)));
  idle.response.resume();
  await gone;
  server.events.emit('warning', { message: 'the last one' });
  for (let i = 0; i < 100 && !read.includes('the last one'); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  t.true(read.includes('the last one'));
  reading.request.destroy();
});

test('bodies: one has so many bytes, all together as well', async (t) => {
  const { server, ask, port } = await setUp(t);
  const warnings: string[] = [];
  server.events.on('warning', ({ message }) => warnings.push(message));
  t.is((await ask('PUT', '/api/clients/x/5/0/0', { 'content-length': String(limits.MAX_BODY_BYTES + 1) })).status, 413);
  const slow = [];
  for (let i = 0; i < limits.MAX_BODIES_BYTES / limits.MAX_BODY_BYTES; i++) {
    const socket = connectTcp(port, '127.0.0.1').on('error', () => {});
    socket.write(`PUT /api/clients/x/5/0/0 HTTP/1.1\r\nhost: localhost\r\n${i % 2 ? 'transfer-encoding: chunked' : `content-length: ${limits.MAX_BODY_BYTES}`}\r\n\r\n`);
    slow.push(socket);
  }
  let answer: Answer;
  do answer = await ask('PUT', '/api/clients/x/5/0/0', {}, 'x');
  while (answer.status !== 503);
  t.is(answer.headers['retry-after'], '5');
  t.regex(warnings[0], /^the bodies of requests that are under way take 67108864 bytes; one of 127\.0\.0\.1 was refused$/);
  t.is((await ask('GET', '/api/clients')).status, 200);
  for (const socket of slow) socket.destroy();
  do answer = await ask('PUT', '/api/clients/x/5/0/0', {}, 'x');
  while (answer.status === 503);
  t.is(answer.status, 404);
});

test('a head that does not come to its end is given up', async (t) => {
  const { port } = await setUp(t);
  const socket = connectTcp(port, '127.0.0.1');
  socket.write('GET /api/clients HTTP/1.1\r\nhost: localhost\r\nx: ');
  let text = '';
  socket.setEncoding('latin1').on('data', (piece) => (text += piece)).on('error', () => {});
  await once(socket, 'close');
  t.regex(text, /^HTTP\/1\.1 408 /);
});

test('operations under way: so many for one device; the others are 503 and never sent', async (t) => {
  const { server, ask } = await setUp(t);
  const { createSocket } = await import('node:dgram');
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  socket.send(Buffer.from('40020001b272644665703d646576', 'hex'), server.coapAddresses[0].port, '127.0.0.1');
  await once(server.events, 'registration');
  const refused: Answer[] = [];
  const answers = Array.from({ length: limits.MAX_OPERATIONS_PER_CLIENT + 3 }, () =>
    ask('GET', '/api/clients/dev/3/0/9?timeout=60').then((answer) => (answer.message.includes('limit') ? refused.push(answer) : 0)),
  );
  while (refused.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  t.regex(refused[0].message, /^100 operations on "dev" are under way or wait, which is the limit; try again when some have finished$/);
  t.is((await ask('GET', '/api/clients/dev')).status, 200);
  await server.stop();
  await Promise.allSettled(answers);
  t.deepEqual(refused.map(({ status }) => status), [503, 503, 503]);
});
