/** libcoap's command line client with our server and with our device. */
import { Aiocoap } from '../peers/index';
import { has, LineProcess, run } from '../process';
import { assert, check, until } from '../runner';
import type { WixtServer } from '../wixt';
import type { Start } from './register';

/** As Debian calls it, or a build of one's own. */
const program = ['coap-client-notls', 'coap-client'].find(has);

/** Why there is no libcoap, or undefined. */
export const noLibcoap = program ? undefined : 'there is no coap-client on PATH (Debian: libcoap3-bin)';

// What a request prints: the payload, or code and text of an error.
function ask(method: string, uri: string, ...more: string[]): string {
  return run('sh', ['-c', '"$@" 2>&1', 'sh', program!, '-m', method, '-B', '10', '-v', '4', ...more, uri]).trim();
}

export async function libcoapAsDevice(server: WixtServer): Promise<void> {
  const uri = `coap://127.0.0.1:${server.coapPort}`;
  const registration = () => server.request('GET', 'libcoap') as Promise<{ registrationId?: string; lifetime?: number; availableInstances?: object }>;
  let location = '';
  await check('registers, also in blocks', async () => {
    ask('post', `${uri}/rd?ep=libcoap&lt=60&lwm2m=1.0&b=U`, '-t', '40', '-e', '</1/0>,</3/0>');
    assert.deepEqual((await registration()).availableInstances, { 1: [0], 3: [0] });
    ask('post', `${uri}/rd?ep=libcoap&lt=70&lwm2m=1.0&b=U`, '-t', '40', '-b', '32', '-e', `</1/0>,</3/0>,${Array.from({ length: 40 }, (_, i) => `</3303/${i}>`).join()}`);
    const { availableInstances, lifetime, registrationId } = await registration();
    assert.equal(Object.values(availableInstances!).flat().length, 42);
    assert.equal(lifetime, 70);
    location = `${uri}/rd/${registrationId}`;
  });
  await check('Update, De-register; errors', async () => {
    ask('post', `${location}?lt=80`);
    assert.equal((await registration()).lifetime, 80);
    assert.match(ask('post', `${uri}/rd/nobody`), /4\.04/);
    assert.match(ask('get', `${uri}/rd?ep=x`), /4\.05/);
    ask('delete', location);
    assert.equal((await registration()).registrationId, undefined);
    assert.match(ask('delete', location), /4\.04/);
  });
}

export async function libcoapAsServer(start: Start): Promise<void> {
  // Somebody has to take the Register; then libcoap speaks from the same port.
  const registry = await Aiocoap.start('server');
  const device = start(`coap://127.0.0.1:${registry.port}`, 'libcoap');
  await device.event('registered', 0, undefined, 20_000);
  const uri = `coap://127.0.0.1:${registry.seen()[0]!.port}`;
  await registry.stop();
  const request = (method: string, path: string, ...more: string[]) => ask(method, uri + path, '-a', '127.0.0.1', '-p', String(registry.port), ...more);
  await check('Read, Write, Execute', async () => {
    assert.equal(request('get', '/3/0/0'), 'Open Mobile Alliance');
    request('put', '/3/0/14', '-t', '0', '-e', '+07:00');
    assert.equal(request('get', '/3/0/14', '-A', '0'), '+07:00');
    request('post', '/3/0/12', '-t', '0', '-e', "0='x'");
    assert.deepEqual((await device.event('executed')).arguments, { 0: 'x' });
  });
  await check('Discover; what is refused', () => {
    assert.equal(request('get', '/3/0/7', '-A', '40'), '</3/0/7>;dim=2');
    assert.match(request('get', '/0/0'), /4\.01/);
    assert.match(request('get', '/3/0/4'), /4\.05/);
    assert.match(request('get', '/3/0', '-A', '60'), /4\.06/);
  });
  for (const size of [16, 256, 1024])
    await check(`Read and Write in blocks of ${size} bytes`, () => {
      const text = Array.from({ length: 1500 }, (_, i) => 'abcdefghij'[(i * 7) % 10]).join('');
      request('put', '/30001/0/0', '-t', '0', '-b', String(size), '-e', text);
      assert.equal(request('get', '/30001/0/0', '-A', '0', '-b', String(size)), text);
    });
  await check('Observe for two seconds', async () => {
    const timer = setInterval(() => device.set('/3303/0/5700', Math.floor(Math.random() * 1000)), 300);
    const child = new LineProcess('coap-client', program!, ['-m', 'get', '-s', '2', '-w', '-a', '127.0.0.1', '-p', String(registry.port), `${uri}/3303/0/5700`]);
    await child.ended(20_000);
    clearInterval(timer);
    const numbers = child.lines.filter((line) => /^\d+(\.\d+)?$/.test(line));
    assert.ok(numbers.length >= 4, child.lines.join());
    await until('the end of the observation', () => device.events.some((e) => e.event === 'cancelled'), 5000);
  });
  await device.process.kill();
}
