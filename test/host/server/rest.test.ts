import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { createLwM2mServer, type Server } from '../../../src/host/server/index';
import { CoapDevice } from './support/device';

/** Device object of LwM2M TS 1.0.2 6.4.3.2, without the instance around it. */
const DEVICE = Buffer.from(
  'c800144f70656e204d6f62696c6520416c6c69616e6365860641000141010588070842000ed8420113 88c10964c40d5182428f'.replace(/ /g, ''),
  'hex',
);
const TLV = 'application/vnd.oma.lwm2m+tlv';

async function setUp(
  t: ExecutionContext,
): Promise<{
  server: Server;
  device: CoapDevice;
  call: (method: string, path: string, body?: unknown, type?: string) => Promise<{ status: number; json: any }>;
}> {
  const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'] });
  await server.start();
  const device = await CoapDevice.open(server.coapAddresses[0].port);
  t.teardown(async () => {
    device.close();
    await server.stop();
  });
  const call = async (method: string, path: string, body?: unknown, type = 'application/json') => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${server.httpUrl}/api/${path}`, {
      method,
      body: text as string | undefined,
      headers: body === undefined ? {} : { 'content-type': type },
    });
    const raw = await response.text();
    return { status: response.status, json: raw === '' ? undefined : JSON.parse(raw) };
  };
  return { server, device, call };
}

test('a client registers, shows, updates and leaves', async (t) => {
  const { device, call } = await setUp(t);
  t.deepEqual((await call('GET', 'clients')).json, []);
  await device.register('urn:dev:1', '</>;rt="oma.lwm2m";ct=11542,</1/0>,</3/0>,</3303>;ver=1.1,</3303/0>,</3303/1>', 'lt=120&lwm2m=1.1&b=U&Q&x=7');
  const [client] = (await call('GET', 'clients')).json;
  t.like(client, {
    endpoint: 'urn:dev:1',
    lifetime: 120,
    lwM2mVersion: '1.1',
    bindingMode: 'U',
    rootPath: '/',
    secure: false,
    queuemode: true,
    additionalRegistrationAttributes: { x: '7' },
    address: `127.0.0.1:${device.socket.address().port}`,
    availableInstances: { 1: [0], 3: [0], 3303: [0, 1] },
  });
  t.deepEqual(client.objectLinks[0], { url: '/', attributes: { rt: '"oma.lwm2m"', ct: '11542' } });
  t.is(device.location, `/rd/${client.registrationId}`);
  t.deepEqual((await call('GET', 'clients/urn:dev:1')).json, client);
  t.is((await device.request('POST', device.location, 'lt=60')).code, '2.04');
  t.is((await call('GET', 'clients/urn%3Adev%3A1')).json.lifetime, 60);
  t.is((await device.request('DELETE', device.location)).code, '2.02');
  t.is((await device.request('POST', device.location)).code, '4.04');
  t.deepEqual((await call('GET', 'clients')).json, []);
  t.deepEqual(
    (await call('GET', 'events')).json.map((event: any) => [event.n, event.type, event.ep]),
    [
      [0, 'REGISTRATION', 'urn:dev:1'],
      [1, 'UPDATED', 'urn:dev:1'],
      [2, 'DEREGISTRATION', 'urn:dev:1'],
    ],
  );
  t.is((await call('GET', 'events?since=2')).json.length, 1);
});

test("read: an instance in TLV, one value in text, in Leshan's shape", async (t) => {
  const { device, call } = await setUp(t);
  await device.register('d');
  device.replies.set('GET /3/0', { code: '2.05', payload: DEVICE, options: { 'Content-Format': TLV } });
  device.replies.set('GET /3/0/9', { code: '2.05', payload: '64', options: { 'Content-Format': 'text/plain' } });
  t.deepEqual((await call('GET', 'clients/d/3/0')).json, {
    status: 'CONTENT(205)',
    valid: true,
    success: true,
    failure: false,
    content: {
      kind: 'instance',
      id: 0,
      resources: [
        { kind: 'singleResource', id: 0, type: 'STRING', value: 'Open Mobile Alliance' },
        { kind: 'multiResource', id: 6, type: 'INTEGER', values: { 0: '1', 1: '5' } },
        { kind: 'multiResource', id: 7, type: 'INTEGER', values: { 0: '3800', 1: '5000' } },
        { kind: 'singleResource', id: 9, type: 'INTEGER', value: '100' },
        { kind: 'singleResource', id: 13, type: 'TIME', value: 1367491215000 },
      ],
    },
  });
  t.deepEqual((await call('GET', 'clients/d/3/0/9')).json.content, { kind: 'singleResource', id: 9, type: 'INTEGER', value: '64' });
  t.deepEqual(
    device.asked.map(({ accept }) => accept),
    ['application/vnd.oma.lwm2m+tlv', 'text/plain'],
  );
  device.replies.set('GET /3/0/0', { code: '4.01', payload: 'no rights' });
  t.deepEqual((await call('GET', 'clients/d/3/0/0')).json, {
    status: 'UNAUTHORIZED(401)',
    valid: true,
    success: false,
    failure: true,
    errormessage: 'no rights',
  });
});

test('read: a format that suits the path is only a wish, one that was asked for is not', async (t) => {
  const { device, call } = await setUp(t);
  await device.register('d');
  device.replies.set('GET /3/0/9', (request, response) => {
    if (request.headers['Accept']) response.code = '4.06';
    else response.setOption('Content-Format', TLV);
    response.end(request.headers['Accept'] ? '' : Buffer.from('c10964', 'hex'));
  });
  t.is((await call('GET', 'clients/d/3/0/9')).json.content.value, '100');
  t.is((await call('GET', 'clients/d/3/0/9?format=TLV')).json.status, 'NOT_ACCEPTABLE(406)');
  t.is(device.asked.length, 3);
});

test('write: methods, formats and payloads (LwM2M TS 1.0.2 5.4.3)', async (t) => {
  const { device, call } = await setUp(t);
  await device.register('d');
  for (const path of ['PUT /3/0/14', 'PUT /1/0', 'POST /1/0', 'PUT /3/0/6', 'POST /3/0/6', 'PUT /5/0/0', 'PUT /3/0/6/1'])
    device.replies.set(path, { code: '2.04' });
  const put = async (path: string, body: unknown, type?: string): Promise<string> => (await call('PUT', `clients/d/${path}`, body, type)).json.status;
  t.is(await put('3/0/14', { id: 14, kind: 'singleResource', value: '+01', type: 'string' }), 'CHANGED(204)');
  t.is(await put('3/0/14', '+02', 'text/plain'), 'CHANGED(204)');
  t.is(await put('3/0/14?format=TLV', { value: '+03' }, 'application/x-www-form-urlencoded'), 'CHANGED(204)');
  t.is(await put('1/0', { id: 0, kind: 'instance', resources: [{ id: 1, value: 300, type: 'integer' }] }), 'CHANGED(204)');
  t.is(await put('1/0?replace=false', { resources: [{ id: 1, value: '60' }] }), 'CHANGED(204)');
  t.is(await put('3/0/6', { id: 6, kind: 'multiResource', values: { 0: 1, 1: 5 }, type: 'integer' }), 'CHANGED(204)');
  t.is(await put('3/0/6?replace=false', { values: { 1: 6 } }), 'CHANGED(204)');
  t.is(await put('5/0/0', { value: '00ff', type: 'opaque' }), 'CHANGED(204)');
  t.is(await put('3/0/14?replace=false', { value: '+04' }), 'CHANGED(204)');
  t.is(await put('3/0/6/1', { value: 7 }), 'CHANGED(204)');
  t.is(await put('5/0/0', 'abc', 'application/octet-stream'), 'CHANGED(204)');
  t.deepEqual(
    device.asked.map(({ method, url, payload }) => [method, url, payload.toString('hex')]),
    [
      ['PUT', '/3/0/14', '2b3031'],
      ['PUT', '/3/0/14', '2b3032'],
      ['PUT', '/3/0/14', 'c30e2b3033'],
      ['PUT', '/1/0', 'c201012c'],
      ['POST', '/1/0', 'c1013c'],
      ['PUT', '/3/0/6', '860641000141010 5'.replace(' ', '')],
      ['POST', '/3/0/6', '8306410106'],
      ['PUT', '/5/0/0', '00ff'],
      ['PUT', '/3/0/14', '2b3034'],
      ['PUT', '/3/0/6/1', '37'],
      ['PUT', '/5/0/0', '616263'],
    ],
  );
  t.is(device.asked[7].format, 'application/octet-stream');
});

test('execute, create, delete, discover, write-attributes', async (t) => {
  const { device, call } = await setUp(t);
  await device.register('d');
  for (const [path, code] of [
    ['POST /3/0/4', '2.04'],
    ['DELETE /16/1', '2.02'],
    ['PUT /3/0/9', '2.04'],
  ])
    device.replies.set(path, { code });
  device.replies.set('POST /16', { code: '2.01', options: { 'Location-Path': '16/1' } });
  t.is((await call('POST', 'clients/d/3/0/4')).json.status, 'CHANGED(204)');
  t.is((await call('POST', 'clients/d/3/0/4', "0='5',1", 'application/x-www-form-urlencoded')).json.status, 'CHANGED(204)');
  t.deepEqual((await call('POST', 'clients/d/16', { id: 1, resources: [{ id: 0, value: 'x' }] })).json, {
    status: 'CREATED(201)',
    valid: true,
    success: true,
    failure: false,
    location: '16/1',
  });
  t.is((await call('POST', 'clients/d/16', { resources: [{ id: 0, values: { 0: 'x' } }] })).json.success, true);
  t.is((await call('POST', 'clients/d/16')).json.success, true);
  t.is((await call('POST', 'clients/d/16/7')).json.success, true);
  t.is((await call('DELETE', 'clients/d/16/1')).json.status, 'DELETED(202)');
  t.is((await call('PUT', 'clients/d/3/0/9/attributes?pmin=5&pmax=60&gt=2.5&st')).json.status, 'CHANGED(204)');
  t.deepEqual(
    device.asked.map(({ method, url, payload }) => [method, url, payload.toString('latin1')]),
    [
      ['POST', '/3/0/4', ''],
      ['POST', '/3/0/4', "0='5',1"],
      ['POST', '/16', '\x03\x01\xc1\x00x'],
      ['POST', '/16', '\x83\x00\x41\x00x'],
      ['POST', '/16', ''],
      ['POST', '/16', '\x00\x07'],
      ['DELETE', '/16/1', ''],
      ['PUT', '/3/0/9?pmin=5&pmax=60&gt=2.5&st', ''],
    ],
  );
  device.replies.set('GET /3', { code: '2.05', payload: '</3>;pmin=10,</3/0>,</3/0/9>', options: { 'Content-Format': 'application/link-format' } });
  t.deepEqual((await call('GET', 'clients/d/3/discover')).json.objectLinks, [
    { url: '/3', attributes: { pmin: '10' } },
    { url: '/3/0', attributes: {} },
    { url: '/3/0/9', attributes: {} },
  ]);
});

test('observe: notifications come as events, and end by a cancel', async (t) => {
  const { server, device, call } = await setUp(t);
  await device.register('d');
  let stream: any;
  device.replies.set('GET /3303/0/5700', (request, response) => {
    response.setOption('Content-Format', 'text/plain');
    if (request.headers['Observe'] === 0) (stream = response).write('20.5');
    else response.end('1');
  });
  t.like((await call('POST', 'clients/d/3303/0/5700/observe')).json, { success: true, observed: true, content: { type: 'FLOAT', value: '20.5' } });
  t.like((await call('GET', 'clients/d/observations')).json, [{ path: '/3303/0/5700', count: 0 }]);
  const notified = once(server.events, 'notification');
  stream.write('21.5');
  t.is((await notified)[0].path, '/3303/0/5700');
  t.deepEqual((await call('GET', 'events?since=1')).json[0].data, {
    ep: 'd',
    kind: 'single',
    res: '/3303/0/5700',
    val: { kind: 'singleResource', id: 5700, type: 'FLOAT', value: '21.5' },
  });
  t.is((await call('DELETE', 'clients/d/3303/0/5700/observe')).status, 200);
  t.deepEqual((await call('GET', 'clients/d/observations')).json, []);
  t.is((await call('DELETE', 'clients/d/3303/0/5700/observe?active')).status, 404);
});

test('names that need escapes', async (t) => {
  const { device, call } = await setUp(t);
  const name = 'a/b c?ü%2F';
  await device.register(name);
  device.replies.set('GET /3/0/9', { code: '2.05', payload: '64', options: { 'Content-Format': 'text/plain' } });
  t.is((await call('GET', `clients/${encodeURIComponent(name)}`)).json.endpoint, name);
  t.is((await call('GET', `clients/${encodeURIComponent(name)}/3/0/9`)).json.content.value, '64');
});

test('errors are HTTP codes and one sentence', async (t) => {
  const { server, device, call } = await setUp(t);
  await device.register('d');
  device.replies.set('GET /3/0/1', () => {});
  device.replies.set('GET /3/0/2', { code: '2.05', payload: Buffer.from('ff', 'hex'), options: { 'Content-Format': TLV } });
  const body = { id: 14, value: 'x' };
  for (const [method, path, status, message, sent, type] of [
    ['GET', 'clients/nobody', 404, /^No registered client with id 'nobody'$/],
    ['PUT', 'clients/nobody/3/0/1', 404, /nobody/, body],
    ['GET', 'clients/d/3/0/1?timeout=0.3', 504, /no response .* within 0\.3 s/],
    ['GET', 'clients/d/3/0/2', 502, /cannot be read/],
    ['GET', 'clients/d/3/x', 400, /no operation|not an operation/],
    ['GET', 'clients/d/3/0/1/0/0', 400, /path/],
    ['GET', 'clients/d/65535', 400, /65534/],
    ['GET', 'clients/d/3/01', 400, /path/],
    ['GET', 'clients/d/3?format=xml', 400, /format "xml"/],
    ['GET', 'clients/d/3?timeout=soon', 400, /timeout=soon/],
    ['GET', 'clients/d/3?format=TLV&format=TEXT', 400, /twice/],
    ['PUT', 'clients/d/3', 400, /Write takes a path/, body],
    ['PUT', 'clients/d/3/0/14', 400, /body is missing/],
    ['PUT', 'clients/d/3/0/14', 400, /no JSON/, '{"id"'],
    ['PUT', 'clients/d/3/0/14', 400, /content type/, '<x/>', 'text/xml'],
    ['PUT', 'clients/d/3/0/13', 400, /a time/, 'now', 'text/plain'],
    ['PUT', 'clients/d/3/0/14?replace=maybe', 400, /replace=maybe/, body],
    ['PUT', 'clients/d/3/0/9/attributes', 400, /no attribute/],
    ['PUT', 'clients/d/3/0/9/attributes?pmin=x', 400, /pmin=x/],
    ['PUT', 'clients/d/3/0/9/attributes?foo=1', 400, /"foo"/],
    ['POST', 'clients/d/3/0/4', 400, /single quotes/, '0=5', 'text/plain'],
    ['POST', 'clients/d/3/0/4/1', 400, /path/],
    ['POST', 'clients/d/16', 400, /"resources"/, {}],
    ['DELETE', 'clients/d/3', 400, /Delete takes a path/],
    ['GET', 'events?since=x', 400, /since=x/],
    ['GET', 'nothing', 404, /nothing/],
    ['GET', 'objectspecs/nobody', 404, /nobody/],
  ] as [string, string, number, RegExp, unknown?, string?][]) {
    const answer = await call(method, path, sent, type);
    t.is(answer.status, status, path);
    t.regex(answer.json.message, message, path);
    t.false(answer.json.message.includes('\n'));
  }
  t.is(
    device.asked.every(({ url }) => url === '/3/0/1' || url === '/3/0/2'),
    true,
    'what is refused here is never sent',
  );
  t.is(server.registry.size, 1);
});

test("definitions of a client's objects", async (t) => {
  const { device, call } = await setUp(t);
  await device.register('d', '</3/0>,</9999/0>');
  const [spec, ...more] = (await call('GET', 'objectspecs/d')).json;
  t.deepEqual(more, []);
  t.like(spec, { id: 3, name: 'Device', instancetype: 'single', mandatory: true, version: '1.0' });
  t.like(
    spec.resourcedefs.find(({ id }: any) => id === 9),
    { name: 'Battery Level', operations: 'R', type: 'integer', instancetype: 'single', units: '%', meanings: {} },
  );
  // What the registry says of them, for people.
  t.regex(spec.description, /information which can be queried by the LwM2M Server/);
  const [level, fault] = [9, 11].map((wanted) => spec.resourcedefs.find(({ id }: any) => id === wanted));
  t.regex(level.description, /^Contains the current battery level as a percentage/);
  t.like(fault.meanings, { 0: 'No error', 1: 'Low battery power' });
});

test('events stream as they happen, for one client or all; messages too', async (t) => {
  const { server, device } = await setUp(t);
  const stop = new AbortController();
  const read = async (query: string): Promise<{ text: () => string }> => {
    const response = await fetch(`${server.httpUrl}/api/event${query}`, { signal: stop.signal });
    t.is(response.headers.get('content-type'), 'text/event-stream');
    let text = '';
    (async () => {
      for await (const chunk of response.body!) text += Buffer.from(chunk).toString();
    })().catch(() => {});
    return { text: () => text };
  };
  const all = await read('');
  const other = await read('?ep=other');
  await device.register('d');
  await device.request('DELETE', device.location);
  for (let i = 0; i < 50 && all.text().split('event: ').length < 7; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  const events = all
    .text()
    .split('\n\n')
    .filter((part) => part.startsWith('event'))
    .map((part) => [/event: (\w+)/.exec(part)![1], JSON.parse(/data: (.*)/.exec(part)![1])]);
  t.deepEqual(
    events.map(([name]) => name),
    ['COAPLOG', 'REGISTRATION', 'COAPLOG', 'COAPLOG', 'DEREGISTRATION', 'COAPLOG'],
  );
  t.like(events[0][1], { ep: 'd', incoming: true, type: 'CON', code: 'POST', path: '/rd', format: 'LINK', payload: '</1/0>,</3/0>,</3303/0>' });
  t.like(events[2][1], { ep: 'd', incoming: false, type: 'ACK', code: '2.01', path: '/rd' });
  t.regex(events[2][1].options, /^Location-Path: rd, \w{8}$/);
  t.is(other.text().includes('event:'), false);
  stop.abort();
});

test('pages of other sites get nothing done', async (t) => {
  const { server, device, call } = await setUp(t);
  await device.register('d');
  const { port } = new URL(server.httpUrl!);
  const { request } = await import('node:http');
  const ask = (method: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) =>
      request(
        { port, host: '127.0.0.1', path: '/api/clients/d/3/0/4', method, headers },
        (response) => (response.resume(), resolve(response.statusCode!)),
      )
        .on('error', reject)
        .end(),
    );
  t.is(await ask('POST', { origin: 'https://evil.example' }), 403);
  t.is(await ask('POST', { host: `evil.example:${port}`, origin: `http://evil.example:${port}` }), 403);
  t.is(await ask('GET', { host: 'evil.example' }), 403);
  t.is(device.asked.length, 0);
  t.is(await ask('POST', { origin: `http://127.0.0.1:${port}` }), 200);
  t.is((await call('GET', 'clients')).status, 200);
});
