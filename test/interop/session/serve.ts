/** Our server with foreign clients, over its REST. */
import { prepareLeshan, startLeshanClient } from '../leshan/index';
import { Aiocoap, prepareAiocoap, prepareNpm, startCoapNode, startNodeLib } from '../peers/index';
import { assert, check, group, skip, sleep } from '../runner';
import { libcoapAsDevice, noLibcoap } from './libcoap';
import { valuesOf, WixtServer } from '../wixt';
import type { Reply } from '../wixt';

const EXAMPLE = {
  '/3/0/0': 'Open Mobile Alliance', '/3/0/1': 'Lightweight M2M Client', '/3/0/2': '345000123', '/3/0/3': '1.0', '/3/0/6/0': '1', '/3/0/6/1': '5', '/3/0/7/0': '3800', '/3/0/7/1': '5000',
  '/3/0/8/0': '125', '/3/0/8/1': '900', '/3/0/9': '100', '/3/0/10': '15', '/3/0/11/0': '0', '/3/0/13': 1367491215000, '/3/0/14': '+02:00', '/3/0/15': 'Europe/Paris', '/3/0/16': 'U',
};

function expectStatus(reply: Reply, status: string): Reply {
  assert.equal(reply.status ?? reply.error, status, JSON.stringify(reply));
  return reply;
}

const text = (id: number, value: unknown) => ({ id, kind: 'singleResource', type: 'string', value });

/** A notification of `path` from event `since` on, whose value is `value`. */
async function notified(server: WixtServer, endpoint: string, path: string, since: number, value: unknown): Promise<void> {
  await server.event(`${path} = ${value}`, since, (e) => e.type === 'NOTIFICATION' && e.ep === endpoint && e.data.res === path && e.data.val?.value === value);
}

async function left(server: WixtServer, endpoint: string): Promise<void> {
  await server.event(`${endpoint} leaving`, 0, (e) => e.type === 'DEREGISTRATION' && e.ep === endpoint);
  assert.equal((await server.request('GET', endpoint)).error, 'UnknownClientError');
}

export async function serve(): Promise<void> {
  const server = await WixtServer.start();
  const parts: [string, string | undefined, (server: WixtServer) => Promise<void>][] = [
    ['our server: Leshan client', prepareLeshan(), leshan],
    ['our server: coap-node', prepareNpm('coap-node', '0.2.5'), coapNode],
    ['our server: lwm2m-node-lib', prepareNpm('lwm2m-node-lib', '1.4.0'), nodeLib],
    ['our server: aiocoap', prepareAiocoap(), aiocoap],
    ['our server: libcoap', noLibcoap, libcoapAsDevice],
  ];
  for (const [name, unable, run] of parts) {
    if (unable) skip(name, unable);
    else await group(name, () => run(server));
  }
  await check('our server ends cleanly on SIGTERM', async () => {
    server.process.child.kill('SIGTERM');
    assert.equal(await server.process.ended(), 0);
  });
}

async function leshan(server: WixtServer): Promise<void> {
  const ep = 'leshan-client';
  const client = await startLeshanClient(`coap://127.0.0.1:${server.coapPort}`, ep);
  const get = (path: string) => server.request('GET', `${ep}${path}`);
  await check('registers, with its lifetime and objects', async () => {
    const { data } = await server.event('the registration', 0, (e) => e.type === 'REGISTRATION' && e.ep === ep, 20_000);
    assert.equal(data.lifetime, 300);
    assert.equal(data.lwM2mVersion, '1.1');
    assert.deepEqual(data.availableInstances, { 1: [0], 3: [0], 3303: [] });
  });
  await check('Read of object, instance and resource in TLV, text, JSON', async () => {
    for (const path of ['/3/0', '/3', '/3/0?format=TLV']) {
      const reply = expectStatus(await get(path), 'CONTENT(205)');
      assert.deepEqual(valuesOf(path.replace(/\?.*/, ''), reply.content), EXAMPLE);
    }
    assert.equal((await get('/3/0/2')).content?.value, '345000123');
    assert.equal((await get('/3/0/9?format=TEXT')).content?.value, '100');
    assert.deepEqual((await get('/3/0/7?format=TLV')).content?.values, { 0: '3800', 1: '5000' });
    expectStatus(await get('/3/0/4'), 'METHOD_NOT_ALLOWED(405)');
    expectStatus(await get('/3/5'), 'NOT_FOUND(404)');
  });
  await check('Write of resources in TLV and text, replace and partial update', async () => {
    expectStatus(await server.request('PUT', `${ep}/3/0/14`, text(14, '+05:00')), 'CHANGED(204)');
    assert.equal((await get('/3/0/14')).content?.value, '+05:00');
    expectStatus(await server.request('PUT', `${ep}/3/0/15?format=TEXT`, 'Asia/Tokyo'), 'CHANGED(204)');
    expectStatus(await server.request('PUT', `${ep}/3/0?replace=false`, { id: 0, kind: 'instance', resources: [text(14, '+09:00'), { id: 13, kind: 'singleResource', type: 'time', value: 1700000000000 }] }), 'CHANGED(204)');
    const found = valuesOf('/3/0', (await get('/3/0')).content);
    assert.deepEqual([found['/3/0/13'], found['/3/0/14'], found['/3/0/15']], [1700000000000, '+09:00', 'Asia/Tokyo']);
    expectStatus(await server.request('PUT', `${ep}/3/0/0`, text(0, 'me')), 'METHOD_NOT_ALLOWED(405)');
  });
  await check('Execute with and without arguments', async () => {
    expectStatus(await server.request('POST', `${ep}/3/0/4`), 'CHANGED(204)');
    await client.line('Execute', (line) => line.includes('"executed"') && line.includes('"arguments":{}'));
    expectStatus(await server.request('POST', `${ep}/3/0/5`, "0='a',1"), 'CHANGED(204)');
    await client.line('arguments', (line) => line.includes('"arguments":{"0":"a","1":null}'));
  });
  await check('Create, Write of floats, Delete', async () => {
    const value = { kind: 'singleResource', type: 'float', id: 5700, value: 21.5 };
    expectStatus(await server.request('POST', `${ep}/3303`, { id: 2, kind: 'instance', resources: [value] }), 'CREATED(201)');
    await server.event('the Update', 0, (e) => e.type === 'UPDATED' && e.ep === ep);
    expectStatus(await server.request('DELETE', `${ep}/3303/2`), 'DELETED(202)');
    expectStatus(await get('/3303/2'), 'NOT_FOUND(404)');
  });
  await check('Discover, Write-Attributes', async () => {
    expectStatus(await server.request('PUT', `${ep}/3/0/9/attributes?pmin=0&pmax=60`), 'CHANGED(204)');
    const links = expectStatus(await get('/3/0/discover'), 'CONTENT(205)').objectLinks!;
    assert.deepEqual(links.find(({ url }) => url === '/3/0/9')?.attributes, { pmin: '0', pmax: '60' });
    assert.deepEqual(links.find(({ url }) => url === '/3/0/7')?.attributes, { dim: '2' });
    assert.equal(links.length, 18);
  });
  await check('Observe of resource and instance, notifications, cancel both ways', async () => {
    for (const active of ['', '?active']) {
      assert.equal(expectStatus(await server.request('POST', `${ep}/3/0/9/observe`), 'CONTENT(205)').observed, true);
      const since = await server.mark();
      for (const level of [42, 41]) {
        client.say(`battery ${level}`);
        await notified(server, ep, '/3/0/9', since, String(level));
      }
      const reply = await server.request('DELETE', `${ep}/3/0/9/observe${active}`);
      if (active) expectStatus(reply, 'CONTENT(205)');
      const after = await server.mark();
      client.say('battery 40');
      await sleep(500);
      assert.equal((await server.events(after)).filter((e) => e.type === 'NOTIFICATION').length, 0);
    }
  });
  await check('Update and De-register', async () => {
    const since = await server.mark();
    client.say('update');
    await server.event('the Update', since, (e) => e.type === 'UPDATED' && e.ep === ep);
    client.say('quit');
    await left(server, ep);
    await client.ended();
  });
}

async function coapNode(server: WixtServer): Promise<void> {
  const ep = 'coap-node';
  const client = startCoapNode(server.coapPort, ep);
  const get = (path: string) => server.request('GET', `${ep}${path}`);
  await check('registers', async () => {
    const { data } = await server.event('the registration', 0, (e) => e.type === 'REGISTRATION' && e.ep === ep, 20_000);
    assert.equal(data.lifetime, 300);
    assert.deepEqual(data.availableInstances, { 3: [0], 4: [0], 3303: [0], 3311: [0] });
    await client.line('its answer', (line) => line.includes('"2.01"'));
  });
  await check('Read of object, instance and resource (its JSON too)', async () => {
    const expected = { '/3303/0/5603': '-20', '/3303/0/5604': '60', '/3303/0/5700': '21.5', '/3303/0/5701': 'Cel' };
    for (const path of ['/3303', '/3303/0']) {
      const { '/3303/0/5605': executable, ...found } = valuesOf(path, expectStatus(await get(path), 'CONTENT(205)').content);
      assert.deepEqual(found, expected);
    }
    assert.equal((await get('/3303/0/5700')).content?.value, '21.5');
    assert.equal((await get('/3311/0/5850')).content?.value, false);
    expectStatus(await get('/3303/7'), 'NOT_FOUND(404)');
  });
  await check('Write, Execute', async () => {
    expectStatus(await server.request('PUT', `${ep}/3311/0/5851`, '80'), 'CHANGED(204)');
    await client.line('Write', (line) => line.includes('"written"') && line.includes('80'));
    expectStatus(await server.request('POST', `${ep}/3303/0/5605`), 'CHANGED(204)');
    await client.line('Execute', (line) => line.includes('"executed"'));
  });
  await check('Discover, Observe', async () => {
    const { objectLinks } = expectStatus(await get('/3303/discover'), 'CONTENT(205)');
    assert.ok(objectLinks!.some(({ url }) => url === '/3303/0/5700'));
    expectStatus(await server.request('PUT', `${ep}/3303/0/5700/attributes?pmin=0&pmax=60`), 'CHANGED(204)');
    expectStatus(await server.request('POST', `${ep}/3303/0/5700/observe`), 'CONTENT(205)');
    const since = await server.mark();
    client.say('set 22.5');
    await notified(server, ep, '/3303/0/5700', since, '22.5');
    await server.request('DELETE', `${ep}/3303/0/5700/observe`);
  });
  await check('De-register', async () => {
    client.say('stop');
    await left(server, ep);
    await client.kill();
  });
}

async function nodeLib(server: WixtServer): Promise<void> {
  const ep = 'node-lib';
  const client = startNodeLib();
  await client.line('its prompt', (line) => line !== undefined || client.errors !== '', 100).catch(() => {});
  await sleep(1000);
  for (const command of ['create /3303/0', 'set /3303/0 5700 21.5', 'create /3/0', `connect 127.0.0.1 ${server.coapPort} ${ep} /`]) {
    client.say(command);
    await sleep(150);
  }
  await check('registers', async () => {
    const { data } = await server.event('the registration', 0, (e) => e.type === 'REGISTRATION' && e.ep === ep, 20_000);
    assert.deepEqual(data.availableInstances, { 3: [0], 3303: [0] });
    await client.line('its location', (line) => line.startsWith('Device location'));
  });
  await check('Read, Write and Execute of a resource (answers without a Content-Format)', async () => {
    assert.equal(expectStatus(await server.request('GET', `${ep}/3303/0/5700`), 'CONTENT(205)').content?.value, '21.5');
    expectStatus(await server.request('PUT', `${ep}/3303/0/5700`, '22.5'), 'CHANGED(204)');
    await client.line('Write', (line) => line.includes('Written value: 22.5'));
    assert.equal((await server.request('GET', `${ep}/3303/0/5700`)).content?.value, '22.5');
    expectStatus(await server.request('POST', `${ep}/3303/0/5605`), 'CHANGED(204)');
    await client.line('Execute', (line) => line.includes('ResourceId: 5605'));
  });
  await check('Observe', async () => {
    expectStatus(await server.request('POST', `${ep}/3303/0/5700/observe`), 'CONTENT(205)');
    const since = await server.mark();
    client.say('set /3303/0 5700 23.5');
    await notified(server, ep, '/3303/0/5700', since, '23.5');
  });
  await check('De-register', async () => {
    client.say('disconnect');
    await left(server, ep);
    await client.kill();
  });
}

async function aiocoap(server: WixtServer): Promise<void> {
  const ep = 'aiocoap';
  const client = await Aiocoap.start('device');
  const uri = `coap://127.0.0.1:${server.coapPort}`;
  const hex = (s: string) => Buffer.from(s).toString('hex');
  let location = '';
  await check('registers, with Block1', async () => {
    const links = ['</3/0>', ...Array.from({ length: 300 }, (_, i) => `</3303/${i}>`)].join();
    const { code, location: at } = await client.ask({ method: 'POST', uri: `${uri}/rd?ep=${ep}&lt=60&lwm2m=1.0&b=U`, content_format: 40, payload: hex(links) });
    assert.equal(code, '2.01');
    location = at;
    const registration = (await server.request('GET', ep)) as Reply & { availableInstances: Record<string, number[]>; lifetime: number };
    assert.deepEqual(registration.availableInstances[3], [0]);
    assert.equal(registration.availableInstances[3303]!.length, 300);
    assert.equal(registration.lifetime, 60);
  });
  await check('Update, and 4.04 for an unknown location', async () => {
    assert.equal((await client.ask({ method: 'POST', uri: `${uri}/${location}?lt=90` })).code, '2.04');
    assert.equal(((await server.request('GET', ep)) as Reply & { lifetime: number }).lifetime, 90);
    assert.equal((await client.ask({ method: 'POST', uri: `${uri}/rd/nobody` })).code, '4.04');
  });
  await check('A Register without endpoint or with nonsense is 4.00, another resource 4.04', async () => {
    assert.equal((await client.ask({ method: 'POST', uri: `${uri}/rd?lt=60`, content_format: 40, payload: hex('</3/0>') })).code, '4.00');
    assert.equal((await client.ask({ method: 'POST', uri: `${uri}/rd?ep=x&lt=abc&lwm2m=1.0`, content_format: 40, payload: hex('</3/0>') })).code, '4.00');
    assert.equal((await client.ask({ method: 'POST', uri: `${uri}/rd?ep=x&lwm2m=1.0`, content_format: 40, payload: hex('<<<') })).code, '4.00');
    assert.equal((await client.ask({ method: 'GET', uri: `${uri}/nothing` })).code, '4.04');
  });
  await check('Read in TLV and text, and of a large value in blocks', async () => {
    assert.deepEqual(valuesOf('/3/0', (await server.request('GET', `${ep}/3/0`)).content), { '/3/0/0': 'Open Mobile Alliance', '/3/0/6/0': '1', '/3/0/6/1': '5', '/3/0/7/0': '3800', '/3/0/7/1': '5000', '/3/0/9': '100' });
    assert.equal((await server.request('GET', `${ep}/3/0/0`)).content?.value, 'Open Mobile Alliance');
    assert.equal((await server.request('GET', `${ep}/3/0/15`)).content?.value, 'zone/'.repeat(600));
  });
  await check('Write in text, in TLV, and in blocks', async () => {
    expectStatus(await server.request('PUT', `${ep}/3/0/14?format=TEXT`, '+03:00'), 'CHANGED(204)');
    assert.deepEqual(client.seen().at(-1)!.payload, hex('+03:00'));
    expectStatus(await server.request('PUT', `${ep}/3/0?format=TLV`, { id: 0, kind: 'instance', resources: [text(14, '+04:00')] }), 'CHANGED(204)');
    assert.deepEqual([client.seen().at(-1)!.payload, client.seen().at(-1)!.format], ['c60e2b30343a3030', 11542]);
    expectStatus(await server.request('PUT', `${ep}/3/0/15?format=TEXT`, 'y'.repeat(3000)), 'CHANGED(204)');
    assert.equal(client.seen().at(-1)!.payload, hex('y'.repeat(3000)));
  });
  await check('Execute with arguments', async () => {
    expectStatus(await server.request('POST', `${ep}/3/0/4`, "0='x'"), 'CHANGED(204)');
    assert.deepEqual([client.seen().at(-1)!.path, client.seen().at(-1)!.payload], ['/3/0/4', hex("0='x'")]);
  });
  await check('Discover', async () => {
    const { objectLinks } = expectStatus(await server.request('GET', `${ep}/3/0/discover`), 'CONTENT(205)');
    assert.deepEqual(objectLinks, [{ url: '/3/0', attributes: {} }, { url: '/3/0/0', attributes: {} }, { url: '/3/0/9', attributes: { pmin: '1' } }]);
  });
  await check('Observe, notifications, cancel', async () => {
    expectStatus(await server.request('POST', `${ep}/3/0/9/observe`), 'CONTENT(205)');
    const since = await server.mark();
    for (const value of ['99', '98']) {
      client.set(value);
      await notified(server, ep, '/3/0/9', since, value);
    }
    expectStatus(await server.request('DELETE', `${ep}/3/0/9/observe?active`), 'CONTENT(205)');
  });
  await check('De-register', async () => {
    assert.equal((await client.ask({ method: 'DELETE', uri: `${uri}/${location}` })).code, '2.02');
    await left(server, ep);
    assert.equal((await client.ask({ method: 'DELETE', uri: `${uri}/${location}` })).code, '4.04');
    await client.stop();
  });
}
