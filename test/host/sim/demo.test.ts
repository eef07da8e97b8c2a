/** `wixt demo`, which `npm start` runs: server and simulated board in one process. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import test from 'ava';
import { runWixt } from '../../support/live';

async function poll<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 100; i++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test.serial(`it prints the console's address, the board is managed there, and ${signal} ends both cleanly`, async (t) => {
    const run = runWixt('demo', '--coap-port', '0', '--http-port', '0');
    const [url] = /http:\S+/.exec(await run.line(/^console/))!;
    await run.line(/registered at coap:\/\/127\.0\.0\.1:\d+ as wixt-board$/);
    t.regex(await (await fetch(url)).text(), /<title>wixt/);
    const clients = (await (await fetch(`${url}/api/clients`)).json()) as { endpoint: string; registrationId: string }[];
    t.deepEqual(clients.map(({ endpoint }) => endpoint), ['wixt-board']);
    const board = `${url}/api/clients/wixt-board`;
    const written = await fetch(`${board}/3/0/15`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: 15, value: 'Europe/Berlin' }) });
    t.like(await written.json(), { success: true });
    t.like(await (await fetch(`${board}/3/0/4`, { method: 'POST' })).json(), { success: true });
    await run.line(/left coap:/);
    await run.line(/registered at/, 2);
    const read = await poll(async () => (await (await fetch(`${board}/3/0/15`)).json()) as { content: { value: string } });
    t.is(read.content.value, 'Europe/Berlin');
    run.child.kill(signal);
    // npm hands the signal on a second time.
    run.child.kill(signal);
    t.is(await run.ended, 0);
    t.regex(run.out(), /left coap:\/\/127\.0\.0\.1:\d+\n$/);
    t.is(run.errors(), '');
  });
}

test.serial('a port that is taken is one sentence, and says how to choose others', async (t) => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const coap = createSocket('udp4').bind(0, '127.0.0.1');
  await once(coap, 'listening');
  for (const [option, other, port] of [['--http-port', '--coap-port', (http.address() as AddressInfo).port], ['--coap-port', '--http-port', coap.address().port]] as const) {
    const run = runWixt('demo', option, String(port), other, '0');
    t.is(await run.ended, 1);
    t.is(run.errors().trim().split('\n').length, 1);
    t.regex(run.errors(), new RegExp(`^wixt: port ${port} is in use on 127\\.0\\.0\\.1 .*${option}.*npm start -- --coap-port 0 --http-port 0`));
    t.is(run.out(), '');
  }
  http.close();
  coap.close();
});
