/** Every type of LwM2M 1.0 both ways over object 30001 of the test device, in TLV, text and opaque: LwM2M 1.0.2 sections 6.4.1 to 6.4.3, appendix C. */
import { createHash } from 'node:crypto';
import type { Device } from '../device';
import { values } from '../leshan/index';
import type { LeshanServer, LeshanView } from '../leshan/index';
import { assert, check } from '../runner';
import { expectContent, expectStatus, TEXT, TLV } from './manage';
import type { Start } from './register';

const OPAQUE = 42;
const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
const base64 = (v: Uint8Array): string => Buffer.from(v).toString('base64url');
const pattern = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 7 + (i >> 8)) & 255);

const ALL: Record<string, unknown> = {
  0: 'Zürich 🌡', 1: -129, 2: 0.1, 3: true, 4: bytes(0, 255, 10), 5: 4102444800, 6: '3:0', '10/0': 'a', '10/7': '',
  '11/0': 127, '11/1': 128, '11/2': 32767, '11/3': 32768, '11/4': 2147483647, '11/5': 2147483648, '11/6': 9007199254740991, '11/7': -128, '11/8': -32769,
  '12/0': 1.5, '12/1': -1e-3, '13/0': false, '13/1': true, '14/3': bytes(), '14/300': bytes(1), '15/0': 0, '15/1': 4102444800, '16/0': '65535:65535', '16/1': '16:3',
  22: 'read only', 24: 3000, 25: pattern(3000),
};

// [resource, SenML value, format, what is read back]
const WRITES: [number, object, string, unknown][] = [
  [0, { vs: '' }, 'TEXT', ''],
  [0, { vs: 'x'.repeat(300) }, 'TLV', 'x'.repeat(300)],
  [0, { vs: '漢字 €' }, 'TEXT', '漢字 €'],
  ...[0, -1, 127, -128, 255, 65535, -32768, 2147483647, -2147483648, 4294967296, 9007199254740991, -9007199254740991].flatMap((n): [number, object, string, unknown][] => [
    [1, { v: n }, 'TLV', n],
    [1, { v: n }, 'TEXT', n],
  ]),
  ...[0, -0.5, 3.141592653589793, 1e-7, -1e21, 16777217].flatMap((n): [number, object, string, unknown][] => [
    [2, { v: n }, 'TLV', n],
    [2, { v: n }, 'TEXT', n],
  ]),
  [3, { vb: false }, 'TLV', false],
  [3, { vb: true }, 'TEXT', true],
  [4, { vd: base64(pattern(40)) }, 'TLV', pattern(40)],
  [4, { vd: base64(bytes()) }, 'OPAQUE', bytes()],
  [4, { vd: base64(bytes(1, 2, 3, 254)) }, 'OPAQUE', bytes(1, 2, 3, 254)],
  [5, { v: 1 }, 'TLV', 1],
  [5, { v: 4102444801 }, 'TEXT', 4102444801],
  [6, { vlo: '65534:1' }, 'TLV', '65534:1'],
  [6, { vlo: '16:0' }, 'TEXT', '16:0'],
];

export async function types(view: LeshanView): Promise<void> {
  const at = (id: number | string) => `/30001/0/${id}`;
  await check('Read of an instance with every type, single and multiple, in TLV', async () => {
    expectContent(await view.read('/30001/0'), TLV, Object.fromEntries(Object.entries(ALL).map(([id, v]) => [at(id), v])));
  });
  await check('Read of each single resource in text or opaque', async () => {
    for (const id of [0, 1, 2, 3, 5, 6, 22, 24]) expectContent(await view.read(at(id), 'TEXT'), TEXT, { [at(id)]: ALL[id] });
    expectContent(await view.read(at(4), 'OPAQUE'), OPAQUE, { [at(4)]: ALL[4] });
    expectContent(await view.read(at(4)), OPAQUE, { [at(4)]: ALL[4] });
  });
  await check('Read of each multiple resource, and of their instances', async () => {
    for (let id = 10; id < 17; id++) {
      const wanted = Object.fromEntries(Object.entries(ALL).filter(([key]) => key.startsWith(`${id}/`)).map(([key, v]) => [at(key), v]));
      expectContent(await view.read(at(id)), TLV, wanted);
    }
    for (const id of ['10/0', '11/8', '12/1', '13/1', '15/1', '16/1']) expectContent(await view.read(at(id), 'TEXT'), TEXT, { [at(id)]: ALL[id] });
    expectContent(await view.read(at('14/300'), 'OPAQUE'), OPAQUE, { [at('14/300')]: ALL['14/300'] });
  });
  for (const name of ['TLV', 'TEXT', 'OPAQUE'])
    await check(`Write of every type in ${name}, read back in TLV and as it was written`, async () => {
      for (const [id, value, format, expected] of WRITES.filter((w) => w[2] === name)) {
        const label = `${at(id)} ${JSON.stringify(value).slice(0, 40)}`;
        const answer = await view.write(at(id), { '': value }, { format });
        assert.equal(answer.status, 'CHANGED', `${label}: ${answer.status} ${answer.error}`);
        assert.deepEqual(values(await view.read(at(id), 'TLV'))[at(id)], expected);
        assert.deepEqual(values(await view.read(at(id), id === 4 ? 'OPAQUE' : 'TEXT'))[at(id)], expected);
      }
    });
  await check('An integer beyond 2^53 is kept to the last digit', async () => {
    const put = await view.server.request<{ status: string }>('PUT', `clients/${view.endpoint}${at(1)}?format=TLV`, `[{"bn":"${at(1)}","v":9007199254740993}]`);
    assert.equal(put.status, 'CHANGED');
    assert.equal((await view.read(at(1), 'TLV')).payload, 'c801080020000000000001');
    assert.equal((await view.read(at(1), 'TEXT')).payload, Buffer.from('9007199254740993').toString('hex'));
    expectStatus(await view.write(at(1), { '': { v: 5 } }), 'CHANGED');
  });
  await check('Write of multiple resources of every type, with ids of the server\'s', async () => {
    const written = { '10/2': { vs: 'b' }, '11/0': { v: -1 }, '12/65534': { v: 2.5 }, '13/1': { vb: true }, '14/256': { vd: 'AQID' }, '15/9': { v: 7 }, '16/1': { vlo: '3:0' } };
    const expected = { '10/2': 'b', '11/0': -1, '12/65534': 2.5, '13/1': true, '14/256': bytes(1, 2, 3), '15/9': 7, '16/1': '3:0' };
    expectStatus(await view.write('/30001/0', { ...written, 24: { v: 10 } }), 'CHANGED');
    // Replaced: what is writable and was not written is gone.
    const all = { ...expected, 22: 'read only', 24: 10, 25: pattern(10) };
    expectContent(await view.read('/30001/0'), TLV, Object.fromEntries(Object.entries(all).map(([id, v]) => [at(id), v])));
  });
  await check('Read of a write-only resource is 4.05, of an absent one 4.04', async () => {
    expectStatus(await view.write(at(21), { '': { vs: 'secret' } }, { format: 'TEXT' }), 'CHANGED');
    expectStatus(await view.read(at(21)), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.read(at(23)), 'NOT_FOUND');
  });
  await check('Create of /30001/5 with values, read, written, deleted', async () => {
    expectStatus(await view.create(30001, { 0: { vs: 'new' }, 1: { v: -5 }, '11/3': { v: 1 } }, 5), 'CREATED');
    expectContent(await view.read('/30001/5'), TLV, { '/30001/5/0': 'new', '/30001/5/1': -5, '/30001/5/11/3': 1 });
    expectStatus(await view.delete('/30001/5'), 'DELETED');
  });
}

/** Large bodies both ways (RFC 7959), with a device that has blocks of `block` bytes. */
export async function blocks(server: LeshanServer, start: Start, block: number): Promise<void> {
  const endpoint = `blocks-${block}`;
  const view = server.client(endpoint);
  let device!: Device;
  await check(`Register with blocks of ${block} bytes`, async () => {
    const since = await server.mark();
    device = start(server.uri, endpoint, { block });
    const event = await server.event('the registration', since, (e) => e.type === 'REGISTRATION' && e.endpoint === endpoint, 20_000);
    assert.ok(event.registration!.links.includes('</30001/0>'));
    assert.equal(event.registration!.lifetime, 300);
  });
  await check(`Read of an object in blocks of ${block} bytes`, async () => {
    const found = values(await view.read('/3'));
    assert.equal(found['/3/0/0'], 'Open Mobile Alliance');
    assert.equal(found['/3/0/16'], 'U');
  });
  for (const size of [block - 1, block, block + 1, block * 3])
    await check(`Read of ${size} bytes in blocks of ${block}`, async () => {
      expectStatus(await view.write('/30001/0/24', { '': { v: size } }, { format: 'TEXT' }), 'CHANGED');
      expectContent(await view.read('/30001/0/25', 'OPAQUE'), OPAQUE, { '/30001/0/25': pattern(size) });
      expectContent(await view.read('/30001/0/25', 'TLV'), TLV, { '/30001/0/25': pattern(size) });
    });
  await check(`Discover in blocks of ${block} bytes`, async () => assert.equal((await view.discover('/3')).links!.length, 19));
  await check(`A notification in blocks of ${block} bytes`, async () => {
    expectStatus(await view.observe('/30001/0/0'), 'CONTENT');
    const since = await server.mark();
    device.set('/30001/0/0', 'ä'.repeat(block));
    const event = await server.event('the notification', since, (e) => e.type === 'NOTIFICATION' && e.endpoint === endpoint);
    expectContent(event, TEXT, { '/30001/0/0': 'ä'.repeat(block) });
    expectStatus(await view.cancel('/30001/0/0'), 'CONTENT');
  });
  await check('A long string written in blocks', async () => {
    const long = 'ö'.repeat(900);
    expectStatus(await view.write('/30001/0/0', { '': { vs: long } }, { format: 'TEXT' }), 'CHANGED');
    assert.equal(values(await view.read('/30001/0/0'))['/30001/0/0'], long);
    expectStatus(await view.write('/30001/0', { 0: { vs: `${long}!` } }, { replace: false }), 'CHANGED');
    assert.equal(values(await view.read('/30001/0/0'))['/30001/0/0'], `${long}!`);
  });
  await check('A body that is too large is 4.13 and changes nothing', async () => {
    expectStatus(await view.write('/30001/0/0', { '': { vs: 'x'.repeat(5000) } }, { format: 'TEXT' }), 'REQUEST_ENTITY_TOO_LARGE');
    assert.equal((values(await view.read('/30001/0/0'))['/30001/0/0'] as string).length, 901);
  });
  for (const [size, format] of [[20_000, 'OPAQUE'], [20_480, 'TLV'], [30, 'OPAQUE']] as const)
    await check(`Firmware of ${size} bytes pushed to /5/0/0 in ${format}`, () => pushFirmware(view, size, format, device));
  await check('The device de-registers', async () => assert.equal(await device.stop(), 0));
}

export async function pushFirmware(view: LeshanView, size: number, format: string, device?: Device): Promise<void> {
  const image = pattern(size);
  const mark = device?.mark();
  expectStatus(await view.write('/5/0/0', { '': { vd: base64(image) } }, { format, timeout: 60 }), 'CHANGED');
  if (!device) return;
  const event = await device.event('package', mark);
  assert.equal(event.bytes, size);
  assert.equal(event.sha256, createHash('sha256').update(image).digest('hex'));
  assert.equal(values(await view.read('/5/0/3'))['/5/0/3'], 2);
}
