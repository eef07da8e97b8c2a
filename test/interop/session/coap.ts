/** Our device with aiocoap as its server: what CoAP allows and a LwM2M server does not do. RFC 7252, RFC 7641, RFC 7959. */
import type { Device } from '../device';
import { Aiocoap } from '../peers/index';
import type { CoapAnswer, CoapRequest } from '../peers/index';
import { assert, check, sleep, until } from '../runner';
import type { Start } from './register';

const hex = (s: string): string => Buffer.from(s).toString('hex');
const TLV = 11542;

export async function coap(start: Start): Promise<void> {
  const server = await Aiocoap.start('server');
  let device!: Device;
  let base = '';
  await check('aiocoap takes the Register: path, query, format, links', async () => {
    device = start(`coap://127.0.0.1:${server.port}`, 'coap', { lifetime: 300, sms: '+4912345' });
    const register = await until('the Register', () => server.seen()[0], 20_000);
    assert.deepEqual([register.request, register.path, register.format], ['POST', '/rd', 40]);
    assert.deepEqual(register.query.sort(), ['b=U', 'ep=coap', 'lt=300', 'lwm2m=1.0', 'sms=+4912345']);
    assert.match(Buffer.from(register.payload, 'hex').toString(), /^<\/1\/0>,<\/3\/0>,/);
    base = `coap://127.0.0.1:${register.port}`;
    await device.event('registered');
  });
  const ask = (method: string, path: string, more: Partial<CoapRequest> = {}) => server.ask({ method, uri: base + path, ...more });
  const code = async (expected: string, method: string, path: string, more: Partial<CoapRequest> = {}): Promise<CoapAnswer> => {
    const answer = await ask(method, path, more);
    assert.equal(answer.code ?? answer.error, expected, `${method} ${path} ${JSON.stringify(more)}`);
    return answer;
  };
  await check('The Update goes to the location that the server chose, with a space in it', async () => {
    device.update();
    const update = await until('the Update', () => server.seen().find((seen) => seen.path !== '/rd'));
    assert.deepEqual([update.request, update.path, update.query, update.payload], ['POST', '/rd/a b/0', [], '']);
  });
  await check('Requests that are Non-confirmable are answered by Non-confirmable', async () => {
    const answer = await code('2.05', 'GET', '/3/0/0', { non: true });
    assert.deepEqual([answer.type, answer.payload, answer.format], ['NON', hex('Open Mobile Alliance'), 0]);
    assert.equal((await code('2.05', 'GET', '/3/0/0')).type, 'ACK');
  });
  await check('An option that is unknown: critical 4.02, elective ignored', async () => {
    await code('4.02', 'GET', '/3/0/0', { options: [[65001, '01']] });
    await code('2.05', 'GET', '/3/0/0', { options: [[65000, '01']] });
    await code('2.05', 'GET', '/3/0/0', { options: [[258, '02']] });
    await code('5.05', 'GET', '/3/0/0', { options: [[39, hex('coap')]] });
  });
  await check('Methods that LwM2M 1.0 has not are 4.05', async () => {
    for (const method of ['FETCH', 'PATCH', 'iPATCH']) await code('4.05', method, '/3/0', { content_format: 112, payload: '80' });
  });
  await check('Paths that are none of LwM2M are 4.04', async () => {
    for (const path of ['/3/0/0/0/0', '/x', '/3/zero', '/03/0', '/70000/0', '/.well-known/core']) await code('4.04', 'GET', path);
  });
  await check('Values that are none of their type are 4.00 and change nothing', async () => {
    await code('4.00', 'PUT', '/1/0/1', { content_format: 0, payload: hex('abc') });
    await code('4.00', 'PUT', '/1/0/6', { content_format: 0, payload: hex('2') });
    await code('4.00', 'PUT', '/1/0/1', { content_format: TLV, payload: 'c30101' });
    await code('4.00', 'PUT', '/1/0/1', { content_format: TLV, payload: 'c30100000a' });
    await code('4.00', 'PUT', '/1/0/1', { content_format: TLV, payload: 'c1020a' });
    assert.equal((await code('2.05', 'GET', '/1/0/1')).payload, hex('300'));
  });
  await check('Attributes that contradict each other or are none are 4.00', async () => {
    for (const query of ['lt=20&gt=10', 'gt=10&lt=6&st=2', 'pmin=-1', 'pmin=x', 'nonsense=1']) await code('4.00', 'PUT', `/3303/0/5700?${query}`);
    await code('2.04', 'PUT', '/3303/0/5700?gt=10&lt=5&st=2');
    await code('2.04', 'PUT', '/3303/0/5700?gt&lt&st');
  });
  await check('Arguments of Execute that break the grammar are 4.00', async () => {
    for (const args of ["0='a", '10', ',', "0='a',", "0=a", 'x']) await code('4.00', 'POST', '/3/0/12', { content_format: 0, payload: hex(args) });
    await code('2.04', 'POST', '/3/0/12', { content_format: 0, payload: hex("9='!',8") });
  });
  await check('Formats: Accept and Content-Format of old and of unknown', async () => {
    await code('4.06', 'GET', '/3/0/0', { accept: 60 });
    await code('4.06', 'GET', '/3/0', { accept: 0 });
    await code('4.06', 'GET', '/3/0/0', { accept: 42 });
    await code('4.15', 'PUT', '/3/0/14', { content_format: 60, payload: '00' });
    await code('4.15', 'PUT', '/3/0', { content_format: 0, payload: hex('x') });
    assert.equal((await code('2.05', 'GET', '/3/0/14', { accept: TLV })).payload, 'c60e2b30323a3030');
  });
  for (const size of [0, 2, 4, 6])
    await check(`Read of any block in blocks of ${16 << size} bytes that the server chose`, async () => {
      let body = '';
      const count = Math.ceil(3000 / (16 << size));
      for (let n = 0; n < count; n += 1) body += (await code('2.05', 'GET', '/30001/0/25', { block2: [n, size] })).payload;
      assert.equal(body.length, 6000);
      assert.deepEqual(Uint8Array.from(Buffer.from(body, 'hex')), Uint8Array.from({ length: 3000 }, (_, i) => (i * 7 + (i >> 8)) & 255));
      await code('4.00', 'GET', '/30001/0/25', { block2: [count, size] });
    });
  await check('Observe: notifications in order, each with a number of its own', async () => {
    const observation = await ask('GET', '/3303/0/5700', { observe: 0 });
    assert.equal(observation.code, '2.05');
    for (const value of [1, 2, 3]) {
      device.set('/3303/0/5700', value);
      await until('the notification', () => observation.all().at(-1)!.payload === hex(String(value)));
    }
    const numbers = observation.all().map(({ observe }) => observe!);
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    assert.equal(new Set(numbers).size, 4);
  });
  await check('The device de-registers at the location', async () => {
    assert.equal(await device.stop(), 0);
    await sleep(50);
    assert.deepEqual([server.seen().at(-1)!.request, server.seen().at(-1)!.path], ['DELETE', '/rd/a b/0']);
    await server.stop();
  });
}
