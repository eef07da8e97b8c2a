/** Device management by Leshan over a device with /1/0, /3/0 (the values of LwM2M 1.0.2's example), /3303/0 and /16: LwM2M 1.0.2 section 5.4. */
import type { Device } from '../device';
import { values } from '../leshan/index';
import type { Answer, LeshanView } from '../leshan/index';
import { assert, check, until } from '../runner';

const DEVICE = {
  '/3/0/0': 'Open Mobile Alliance', '/3/0/1': 'Lightweight M2M Client', '/3/0/2': '345000123', '/3/0/3': '1.0',
  '/3/0/6/0': 1, '/3/0/6/1': 5, '/3/0/7/0': 3800, '/3/0/7/1': 5000, '/3/0/8/0': 125, '/3/0/8/1': 900, '/3/0/9': 100, '/3/0/10': 15,
  '/3/0/11/0': 0, '/3/0/13': 1367491215, '/3/0/14': '+02:00', '/3/0/15': '+02:00', '/3/0/16': 'U',
};

export function expectStatus(answer: Answer, status: string): void {
  assert.equal(answer.status ?? answer.error, status, answer.error);
}

export function expectContent(answer: Answer, format: number, content: Record<string, unknown>): void {
  expectStatus(answer, 'CONTENT');
  assert.equal(answer.contentFormat, format);
  assert.deepEqual(values(answer), content);
}

const TEXT = 0;
const TLV = 11542;
export { TEXT, TLV };

/** Battery and clock of a simulated board move: where they are numbers in their range, they count as what they were at first. */
function steady(answer: Answer): Record<string, unknown> {
  const found = values(answer);
  const moves: [keyof typeof DEVICE, number, number][] = [['/3/0/7/0', 3300, 3800], ['/3/0/9', 0, 100], ['/3/0/13', 1367491215, 1367491815]];
  for (const [path, least, most] of moves) if ((found[path] as number) >= least && (found[path] as number) <= most) found[path] = DEVICE[path];
  return found;
}

export async function read(view: LeshanView): Promise<void> {
  await check('int-203 Read of the object instance /3/0 in TLV', async () => {
    const answer = await view.read('/3/0', 'TLV');
    expectStatus(answer, 'CONTENT');
    assert.equal(answer.contentFormat, TLV);
    assert.deepEqual(steady(answer), DEVICE);
    // The example of LwM2M 1.0.2 section 6.4.3.1, up to resource 6.
    const example = 'c800144f70656e204d6f62696c6520416c6c69616e6365c801164c69676874776569676874204d324d20436c69656e74c80209333435303030313233c303312e30860641000141010588070842';
    assert.equal(answer.payload!.slice(0, example.length), example);
  });
  await check('Read of the object /3, with and without Accept', async () => {
    for (const format of ['TLV', undefined]) {
      const answer = await view.read('/3', format);
      expectStatus(answer, 'CONTENT');
      assert.equal(answer.contentFormat, TLV);
      assert.deepEqual(steady(answer), DEVICE);
    }
  });
  await check('int-201 Read of /3/0/0, /3/0/1, /3/0/2 in plain text', async () => {
    for (const id of [0, 1, 2]) expectContent(await view.read(`/3/0/${id}`, 'TEXT'), TEXT, { [`/3/0/${id}`]: DEVICE[`/3/0/${id}` as '/3/0/0'] });
  });
  await check('Read of /3/0/3 in TLV', async () => expectContent(await view.read('/3/0/3', 'TLV'), TLV, { '/3/0/3': '1.0' }));
  await check('Read of /3/0/16 without Accept is plain text', async () => expectContent(await view.read('/3/0/16'), TEXT, { '/3/0/16': 'U' }));
  await check('Read of the multiple resource /3/0/8 in TLV', async () => expectContent(await view.read('/3/0/8', 'TLV'), TLV, { '/3/0/8/0': 125, '/3/0/8/1': 900 }));
  await check('Read of the resource instance /3/0/7/1', async () => expectContent(await view.read('/3/0/7/1', 'TEXT'), TEXT, { '/3/0/7/1': 5000 }));
  await check('Read of the Server object /1/0', async () => {
    const found = values(await view.read('/1/0', 'TLV'));
    assert.equal(typeof found['/1/0/0'], 'number');
    assert.equal(found['/1/0/7'], 'U');
    assert.equal(found['/1/0/6'], true);
  });
  await check('Read of /0 and below is 4.01', async () => {
    for (const path of ['/0', '/0/0', '/0/0/0', '/0/0/5', '/0/1/1']) expectStatus(await view.read(path), 'UNAUTHORIZED');
  });
  await check('Write, Delete, Create and Discover on /0 are 4.01', async () => {
    expectStatus(await view.write('/0/0/0', { '': { vs: 'coap://127.0.0.1' } }, { format: 'TEXT' }), 'UNAUTHORIZED');
    expectStatus(await view.delete('/0/0'), 'UNAUTHORIZED');
    expectStatus(await view.create(0, { 10: { v: 7 } }, 3), 'UNAUTHORIZED');
    expectStatus(await view.discover('/0'), 'UNAUTHORIZED');
  });
  await check('Read of what is not there is 4.04', async () => {
    for (const path of ['/4242', '/3/1', '/3/0/99', '/3/0/17', '/3/0/7/9']) expectStatus(await view.read(path), 'NOT_FOUND');
  });
  await check('Read of an executable resource is 4.05', async () => expectStatus(await view.read('/3/0/4'), 'METHOD_NOT_ALLOWED'));
  await check('Read in a format that we have not is 4.06', async () => {
    for (const format of ['JSON', 'SENML_JSON', 'SENML_CBOR']) expectStatus(await view.read('/3/0', format), 'NOT_ACCEPTABLE');
    expectStatus(await view.read('/3/0/0', 'CBOR'), 'NOT_ACCEPTABLE');
    expectStatus(await view.read('/3/0/7', 'TEXT'), 'NOT_ACCEPTABLE');
  });
}

export async function write(view: LeshanView): Promise<void> {
  await check('int-205 Write of /3/0/14 and /3/0/15 in plain text', async () => {
    expectStatus(await view.write('/3/0/14', { '': { vs: '+05:30' } }, { format: 'TEXT' }), 'CHANGED');
    expectStatus(await view.write('/3/0/15', { '': { vs: 'Asia/Kolkata' } }, { format: 'TEXT' }), 'CHANGED');
    expectContent(await view.read('/3/0/14'), TEXT, { '/3/0/14': '+05:30' });
    expectContent(await view.read('/3/0/15'), TEXT, { '/3/0/15': 'Asia/Kolkata' });
  });
  await check('Write of /3/0/15 in TLV', async () => {
    expectStatus(await view.write('/3/0/15', { '': { vs: 'Europe/Berlin' } }, { format: 'TLV' }), 'CHANGED');
    expectContent(await view.read('/3/0/15'), TEXT, { '/3/0/15': 'Europe/Berlin' });
  });
  await check('int-215 Write (Partial Update) of /3/0 leaves the rest as it was', async () => {
    expectStatus(await view.write('/3/0', { 14: { vs: '+01:00' } }, { replace: false }), 'CHANGED');
    const found = values(await view.read('/3/0'));
    assert.equal(found['/3/0/14'], '+01:00');
    assert.equal(found['/3/0/15'], 'Europe/Berlin');
  });
  await check('int-215 Write (Replace) of /3/0 with what it takes', async () => {
    expectStatus(await view.write('/3/0', { 14: { vs: '+02:00' }, 15: { vs: '+02:00' } }), 'CHANGED');
    const found = values(await view.read('/3/0'));
    assert.equal(found['/3/0/14'], '+02:00');
    assert.equal(found['/3/0/15'], '+02:00');
  });
  await check('int-651 Write of the time /3/0/13', async () => {
    expectStatus(await view.write('/3/0/13', { '': { v: 1700000000 } }, { format: 'TLV' }), 'CHANGED');
    const now = values(await view.read('/3/0/13', 'TEXT'))['/3/0/13'] as number;
    assert.ok(now >= 1700000000 && now < 1700000060, String(now));
    expectStatus(await view.write('/3/0/13', { '': { v: 1367491215 } }, { format: 'TEXT' }), 'CHANGED');
  });
  await check('Write of a resource that is read-only or executable is 4.05', async () => {
    expectStatus(await view.write('/3/0/0', { '': { vs: 'me' } }, { format: 'TEXT' }), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.write('/3/0/0', { '': { vs: 'me' } }), 'METHOD_NOT_ALLOWED');
    expectContent(await view.read('/3/0/0'), TEXT, { '/3/0/0': 'Open Mobile Alliance' });
  });
  await check('Write of an instance with a read-only resource changes nothing', async () => {
    expectStatus(await view.write('/3/0', { 14: { vs: '+09:00' }, 0: { vs: 'me' } }, { replace: false }), 'METHOD_NOT_ALLOWED');
    expectContent(await view.read('/3/0/14'), TEXT, { '/3/0/14': '+02:00' });
  });
  await check('Write of what is not there is 4.04', async () => {
    expectStatus(await view.write('/3/7/14', { '': { vs: '+01:00' } }, { format: 'TEXT' }), 'NOT_FOUND');
    expectStatus(await view.write('/4/9', { 0: { v: 1 } }), 'NOT_FOUND');
  });
  await check('Write in a format that we have not is 4.15', async () => {
    for (const format of ['SENML_JSON', 'SENML_CBOR', 'JSON']) expectStatus(await view.write('/3/0', { 14: { vs: '+03:00' } }, { format }), 'UNSUPPORTED_CONTENT_FORMAT');
    expectContent(await view.read('/3/0/14'), TEXT, { '/3/0/14': '+02:00' });
  });
}

export async function execute(view: LeshanView, device?: Device): Promise<void> {
  const run = async (path: string, args: string | undefined, expected: Record<string, string | null>) => {
    const since = device?.mark();
    expectStatus(await view.execute(path, args), 'CHANGED');
    if (!device) return;
    const event = await device.event('executed', since, (e) => e.path === path);
    assert.deepEqual(event.arguments ?? {}, expected);
    assert.equal(device.events.slice(since).filter((e) => e.event === 'executed').length, 1);
  };
  await check('Execute of /3/0/12 without arguments', () => run('/3/0/12', undefined, {}));
  await check('Execute with arguments', () => run('/3/0/12', "0='a b'".replace(' ', '_') + ",1,5='http://x.example/?a=1'", { 0: 'a_b', 1: null, 5: 'http://x.example/?a=1' }));
  await check('Execute of what is not executable is 4.05, of what is not there 4.04', async () => {
    expectStatus(await view.execute('/3/0/0'), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.execute('/3/0/99'), 'NOT_FOUND');
    expectStatus(await view.execute('/3/4/4'), 'NOT_FOUND');
  });
}

export async function createAndDelete(view: LeshanView): Promise<void> {
  const { server, endpoint } = view;
  for (const link of (await view.registration()).links) if (/^<\/16\/\d+>/.test(link)) expectStatus(await view.delete(/\/16\/\d+/.exec(link)![0]), 'DELETED');
  await until('the list of instances', async () => (await view.registration()).links.includes('</16>'));
  const instances = async () => (await view.registration()).links.filter((link) => link.startsWith('</16'));
  const updated = async (what: string, since: number, links: string[]) => {
    await server.event(what, since, (e) => e.endpoint === endpoint && e.type === 'UPDATED' && e.objects === true);
    assert.deepEqual(await instances(), links);
  };
  await check('int-1630 Create of /16/0, told by an Update', async () => {
    assert.deepEqual(await instances(), ['</16>']);
    const since = await server.mark();
    const answer = await view.create(16, { '0/0': { vs: 'Host Device ID #1' }, '0/3': { vs: 'Model' } });
    expectStatus(answer, 'CREATED');
    assert.equal(answer.location, '16/0');
    await updated('an Update with the new instance', since, ['</16/0>']);
    expectContent(await view.read('/16/0'), TLV, { '/16/0/0/0': 'Host Device ID #1', '/16/0/0/3': 'Model' });
  });
  await check('int-1630 Create of an instance with an id of the server\'s', async () => {
    const since = await server.mark();
    expectStatus(await view.create(16, { '0/1': { vs: 'second' } }, 7), 'CREATED');
    await updated('an Update with the second instance', since, ['</16/0>', '</16/7>']);
    expectContent(await view.read('/16'), TLV, { '/16/0/0/0': 'Host Device ID #1', '/16/0/0/3': 'Model', '/16/7/0/1': 'second' });
  });
  await check('Create of an instance that exists is refused and changes nothing', async () => {
    expectStatus(await view.create(16, { '0/1': { vs: 'third' } }, 7), 'BAD_REQUEST');
    expectContent(await view.read('/16/7'), TLV, { '/16/7/0/1': 'second' });
  });
  await check('Write (Replace) of a multiple resource replaces all of its instances', async () => {
    expectStatus(await view.write('/16/0/0', { 1: { vs: 'x' }, 2: { vs: 'ü' } }), 'CHANGED');
    expectContent(await view.read('/16/0/0'), TLV, { '/16/0/0/1': 'x', '/16/0/0/2': 'ü' });
  });
  await check('Write (Partial Update) adds instances to a multiple resource', async () => {
    expectStatus(await view.write('/16/0', { '0/5': { vs: 'more' } }, { replace: false }), 'CHANGED');
    expectContent(await view.read('/16/0/0'), TLV, { '/16/0/0/1': 'x', '/16/0/0/2': 'ü', '/16/0/0/5': 'more' });
  });
  await check('int-1635 Delete of the instances, told by an Update', async () => {
    const since = await server.mark();
    expectStatus(await view.delete('/16/0'), 'DELETED');
    await updated('an Update without the instance', since, ['</16/7>']);
    expectStatus(await view.read('/16/0'), 'NOT_FOUND');
    const later = await server.mark();
    expectStatus(await view.delete('/16/7'), 'DELETED');
    await updated('an Update without any instance', later, ['</16>']);
    expectStatus(await view.delete('/16/7'), 'NOT_FOUND');
  });
  await check('int-680, int-685 Create and Delete on /3 are 4.05', async () => {
    expectStatus(await view.create(3, { 14: { vs: '+01:00' } }, 1), 'METHOD_NOT_ALLOWED');
    expectStatus(await view.delete('/3/0'), 'METHOD_NOT_ALLOWED');
  });
}

export async function discover(view: LeshanView): Promise<void> {
  const links = async (path: string) => {
    const answer = await view.discover(path);
    expectStatus(answer, 'CONTENT');
    assert.equal(answer.contentFormat, 40);
    return answer.links!;
  };
  const plain = [0, 1, 2, 3, 4, 5, '6>;dim=2', '7>;dim=2', '8>;dim=2', 9, 10, '11>;dim=1', 12, 13, 14, 15, 16].map((id) => (typeof id === 'number' ? `</3/0/${id}>` : `</3/0/${id}`));
  await check('int-260 Discover at object, instance and resource', async () => {
    assert.deepEqual(await links('/3'), ['</3>', '</3/0>', ...plain]);
    assert.deepEqual(await links('/3/0'), ['</3/0>', ...plain]);
    assert.deepEqual(await links('/3/0/7'), ['</3/0/7>;dim=2']);
    assert.deepEqual(await links('/3/0/4'), ['</3/0/4>']);
  });
  await check('int-260 Write-Attributes at each level, shown by Discover, inherited by the resource', async () => {
    expectStatus(await view.attributes('/3', 'pmin=10'), 'CHANGED');
    expectStatus(await view.attributes('/3/0', 'pmax=60'), 'CHANGED');
    expectStatus(await view.attributes('/3/0/9', 'gt=90&lt=20&st=5'), 'CHANGED');
    const all = await links('/3');
    assert.equal(all[0], '</3>;pmin=10');
    assert.equal(all[1], '</3/0>;pmax=60');
    assert.ok(all.includes('</3/0/9>;gt=90;lt=20;st=5') || all.includes('</3/0/9>;gt=90.0;lt=20.0;st=5.0'), String(all));
    assert.deepEqual((await links('/3/0/9'))[0]!.replace(/\.0/g, '').split(';').sort(), ['</3/0/9>', 'gt=90', 'lt=20', 'pmax=60', 'pmin=10', 'st=5']);
  });
  await check('Write-Attributes again changes one and leaves the others; without a value it removes', async () => {
    expectStatus(await view.attributes('/3/0/9', 'st=2.5'), 'CHANGED');
    expectStatus(await view.attributes('/3/0/9', 'lt'), 'CHANGED');
    const [link] = await links('/3/0/9');
    assert.ok(/gt=90(\.0)?;/.test(`${link};`) && /st=2.5/.test(link!) && !/lt=/.test(link!), link);
    for (const [path, query] of [['/3', 'pmin'], ['/3/0', 'pmax'], ['/3/0/9', 'gt&st']] as const) expectStatus(await view.attributes(path, query), 'CHANGED');
    assert.deepEqual(await links('/3'), ['</3>', '</3/0>', ...plain]);
  });
  await check('zephyr-attr-types: a threshold on a string is 4.00', async () => {
    expectStatus(await view.attributes('/3/0/0', 'gt=10'), 'BAD_REQUEST');
    assert.deepEqual(await links('/3/0/0'), ['</3/0/0>']);
  });
  await check('Discover and Write-Attributes of what is not there are 4.04', async () => {
    expectStatus(await view.discover('/3/5'), 'NOT_FOUND');
    expectStatus(await view.discover('/4242'), 'NOT_FOUND');
    expectStatus(await view.attributes('/3/0/77', 'pmin=1'), 'NOT_FOUND');
  });
}
