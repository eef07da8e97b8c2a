import test from 'ava';
import * as wire from '../../../src/device/wire/coap';
import { createLwM2mServer } from '../../../src/host/server/index';
import { CoapDevice } from './support/device';
import { startServer } from './support/server';

test('REST: requests wait for their turn, say how many are before them, and are not sent when nobody waits for them', async (t) => {
  const { server, transport, register } = await startServer({ httpPort: 0 });
  t.teardown(() => server.stop());
  register('d');
  transport.take();
  const url = `${server.httpUrl}/api/clients/d`;
  const waiting = async (n: number): Promise<void> => {
    for (let operations = -1; operations !== n; ) {
      const queue = (await (await fetch(`${url}/queue`)).json()) as { operations: number; limit: number };
      t.true(queue.limit >= 20);
      ({ operations } = queue);
    }
  };
  const reads: Promise<Response>[] = [];
  for (let i = 1; i <= 5; i++) {
    reads.push(fetch(`${url}/3/0/9`));
    await waiting(i);
  }
  const controller = new AbortController();
  const execute = fetch(`${url}/3/0/4`, { method: 'POST', signal: controller.signal }).then(
    () => 'answered',
    () => 'given up',
  );
  await waiting(6);
  t.is(transport.sent.length, 1);
  controller.abort();
  t.is(await execute, 'given up');
  await waiting(5);
  const asked: number[] = [];
  for (let left = 5; left > 0; left--) {
    await waiting(left);
    const [request, ...more] = transport.take();
    t.is(more.length, 0);
    asked.push(request!.code);
    transport.say({ type: wire.TYPE_ACK, code: wire.CODE_CONTENT, mid: request!.mid, token: request!.token, payload: Buffer.from('7') });
  }
  const answers = await Promise.all(reads);
  t.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('x-operations-before')]),
    [0, 1, 2, 3, 4].map((n) => [200, String(n)]),
  );
  await waiting(0);
  t.deepEqual(asked, Array.from({ length: 5 }, () => wire.CODE_GET));
  t.deepEqual(transport.take(), []);
});

test('twenty requests under way make no warning of Node', async (t) => {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  const server = createLwM2mServer({ coapPort: 0, httpPort: false, hosts: ['127.0.0.1'] });
  await server.start();
  const device = await CoapDevice.open(server.coapAddresses[0]!.port);
  t.teardown(async () => {
    device.close();
    await server.stop();
    process.off('warning', listen);
  });
  await device.register('d');
  device.replies.set('GET /3/0/9', { code: '2.05', payload: '7' });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 20 }, () => server.read('d', '/3/0/9', { signal })));
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.deepEqual(warnings.map(({ message }) => message), []);
});
