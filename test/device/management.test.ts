/** Device management: LwM2M 1.0.2 sections 5.4, 6.4 and 8.2.4, each test named by the sentence that it holds. */
import test from 'ava';
import { decodeLinks, type Link } from '../../src/host/server/formats/link';
import { valuesOf } from '../reference/coap';
import { text, toHex } from '../support/bench';
import { createDevice } from '../support/device';
import { formatOf, textOf, TLV } from '../support/dialogue';
import { createStore } from '../support/store';
import { pattern } from '../support/world';

const TEXT = 0;
const OPAQUE = 42;
const LINK = 40;

const linksOf = (payload: Iterable<number>): Link[] => decodeLinks(Buffer.from([...payload]).toString());
const attributesOf = (links: Link[], uri: string) => links.find((link) => link.uri === uri)?.attributes;

test('5.4.1: Read of a resource, an instance and an object', (t) => {
  const { dialogue } = createDevice();
  t.is(textOf(dialogue.get('/3/0/0')), 'Open Mobile Alliance');
  t.is(formatOf(dialogue.get('/3/0')), TLV);
  const object = toHex(dialogue.get('/3').payload);
  const instance = toHex(dialogue.get('/3/0').payload);
  t.true(object.startsWith('0800') && object.endsWith(instance));
});

test('5.4.1: resources that cannot be read are left out of an instance and refused by themselves', (t) => {
  const { dialogue, world } = createDevice();
  world.firmware.values[0]![0] = pattern(3);
  t.false(toHex(dialogue.get('/5/0').payload).includes(toHex(pattern(3))));
  for (const path of ['/5/0/0', '/5/0/2', '/3/0/4']) t.is(dialogue.get(path).text, '4.05', path);
});

test('5.4.1: a Read of an absent path is 4.04', (t) => {
  const { dialogue } = createDevice();
  for (const path of ['/9', '/9/0', '/3/1', '/3/0/17', '/3/0/100', '/3/0/6/7', '/3/0/9/0/0', '/x', '/3/0x', '/65535', '/03']) t.is(dialogue.get(path).text, '4.04', path);
});

test('5.4.1: the root is not for a server to read, and object 0 is nobody\'s', (t) => {
  const { dialogue } = createDevice();
  t.is(dialogue.get('/').text, '4.05');
  for (const path of ['/0', '/0/0', '/0/0/0']) for (const method of ['get', 'put', 'post', 'delete'] as const) t.is(dialogue[method](path, { payload: method === 'put' ? [1] : [] }).text, '4.01', `${method} ${path}`);
});

test('6.4: the server chooses the format by Accept, and gets 4.06 for one that does not fit', (t) => {
  const { dialogue } = createDevice();
  t.is(formatOf(dialogue.get('/3/0/9', { accept: TEXT })), TEXT);
  t.is(toHex(dialogue.get('/3/0/9', { accept: TLV }).payload), 'c10932');
  t.is(toHex(dialogue.get('/3442/0/150', { accept: OPAQUE }).payload), toHex(pattern(12)));
  t.is(textOf(dialogue.get('/3442/0/150', { accept: TEXT })), Buffer.from(pattern(12)).toString('base64'));
  for (const [path, accept] of [['/3/0', TEXT], ['/3', TEXT], ['/3/0/6', TEXT], ['/3/0/9', OPAQUE], ['/3/0/9', 60], ['/3/0/9', 110], ['/3/0', 11543]] as const)
    t.is(dialogue.get(path, { accept }).text, '4.06', `${path} ${accept}`);
});

test('5.4.3: Write of a resource replaces its value, in text, opaque or TLV', (t) => {
  const { dialogue, world } = createDevice();
  const write = (path: string, format: number | undefined, payload: Iterable<number>) => dialogue.put(path, { format, payload }).text;
  t.is(write('/3442/0/120', TEXT, text('-5')), '2.04');
  t.is(world.test.values[0]![120], -5);
  t.is(write('/3442/0/120', TLV, [0xc1, 0x78, 7]), '2.04');
  t.is(world.test.values[0]![120], 7);
  t.is(write('/3442/0/120', undefined, text('8')), '2.04', 'without a Content-Format the path tells');
  t.is(world.test.values[0]![120], 8);
  t.is(write('/3442/0/150', OPAQUE, [1, 2, 3]), '2.04');
  t.is(toHex(world.test.values[0]![150] as Uint8Array), '010203');
  t.is(write('/3442/0/130', TEXT, text('-12.5')), '2.04');
  t.is(world.test.values[0]![130], -12.5);
  t.is(write('/3442/0/140', TEXT, text('0')), '2.04');
  t.is(world.test.values[0]![140], false);
});

test('5.4.3: Write of an instance by PUT replaces it, by POST updates what is given', (t) => {
  const { dialogue, world } = createDevice();
  const payload = [0xc1, 0x78, 7];
  t.is(dialogue.post('/3442/0', { format: TLV, payload }).text, '2.04');
  t.deepEqual(world.test.calls.map(({ name }) => name), ['write']);
  t.is(world.test.values[0]![110], 'text');
  t.is(dialogue.put('/3442/0', { format: TLV, payload }).text, '2.04');
  t.deepEqual(world.test.calls.map(({ name }) => name), ['write', 'clear', 'write']);
  t.false(110 in world.test.values[0]!);
  t.is(world.test.values[0]![120], 7);
});

test('5.4.3: of a resource with several instances PUT replaces all, POST on its instance adds', (t) => {
  const { dialogue, world } = createDevice();
  const two = [0xa6, 0x04, 0x60, 0x41, 0x05, 0x32, 0x41, 0x06, 0x33];
  t.is(dialogue.put('/3442/0/1120', { format: TLV, payload: two }).text, '2.04');
  t.deepEqual(world.test.values[0]![1120], { 5: 50, 6: 51 });
  t.is(dialogue.post('/3442/0', { format: TLV, payload: [0xa3, 0x04, 0x60, 0x41, 0x09, 0x01] }).text, '2.04');
  t.deepEqual(world.test.values[0]![1120], { 5: 50, 6: 51, 9: 1 });
});

test('5.4.3: an instance may be given inside its own TLV, as some servers do', (t) => {
  const { dialogue, world } = createDevice();
  t.is(dialogue.put('/3442/0', { format: TLV, payload: [0x03, 0x00, 0xc1, 0x78, 9] }).text, '2.04');
  t.is(world.test.values[0]![120], 9);
  t.is(dialogue.put('/3442/0', { format: TLV, payload: [0x03, 0x01, 0xc1, 0x78, 9] }).text, '4.00', 'but not another');
});

test('5.4.3: a Write is checked whole before any of it is applied', (t) => {
  const { dialogue, world } = createDevice();
  for (const [payload, code] of [
    [[0xc1, 0x78, 5, 0xc1, 0x8c, 7], '4.00'],
    [[0xc1, 0x78, 5, 0xc1, 0x04, 7], '4.05'],
    [[0xc1, 0x78, 5, 0xc1, 0xee, 7], '4.04'],
    [[0xc1, 0x78, 5, 0xc4, 0x82, 7], '4.00'],
  ] as const) {
    t.is(dialogue.put('/3442/0', { format: TLV, payload }).text, code, toHex(payload));
    t.deepEqual(world.test.calls, []);
  }
});

test('5.4.3: a Write of a read-only or executable resource is 4.05', (t) => {
  const { dialogue } = createDevice();
  for (const path of ['/3/0/0', '/3/0/9', '/3/0/4', '/3442/0/0']) t.is(dialogue.put(path, { format: TEXT, payload: text('1') }).text, '4.05', path);
});

test('5.4.3: a TLV of another resource than the path names is 4.00', (t) => {
  const { dialogue, world } = createDevice();
  const put = (path: string, payload: number[]) => dialogue.put(path, { format: TLV, payload }).text;
  t.is(put('/3442/0/120', [0xc1, 0x6e, 0x61]), '4.00');
  t.is(put('/3442/0/120', [0xc1, 0x79, 1]), '4.00');
  t.is(put('/3442/0/120', [0xc1, 0x78, 1, 0xc1, 0x6e, 0x61]), '4.00', 'or of another one beside it');
  t.is(put('/3442/0/120', [0xc1, 0x78, 1, 0xc1, 0x78, 2]), '4.00', 'or of the same one again');
  t.is(put('/3442/0/1120', [0x83, 0x78, 0x41, 0, 1]), '4.00');
  t.is(put('/5/0/0', [0xc1, 0x01, 0x61]), '4.00');
  t.deepEqual([world.test.calls, world.firmware.calls], [[], []]);
});

test('5.4.3: bytes behind the last TLV, or a truncated one, are 4.00, and nothing is written', (t) => {
  const { dialogue, world } = createDevice();
  for (const tail of [[0xc1], [0xc1, 0x6e], [0xe1, 0x00], [0xc8, 0x6e], [0xc8, 0x6e, 2, 0x61], [0x00], [0x41, 0, 1], [0xff]]) {
    t.is(dialogue.post('/3442/0', { format: TLV, payload: [0xc1, 0x78, 1, ...tail] }).text, '4.00', toHex(tail));
    t.is(dialogue.put('/3442/0/120', { format: TLV, payload: [0xc1, 0x78, 1, ...tail] }).text, '4.00', toHex(tail));
  }
  t.deepEqual(world.test.calls, []);
});

test('5.4.3: a Write with neither payload nor Content-Format is nothing, by POST too: 4.00', (t) => {
  const { dialogue, world } = createDevice();
  t.is(dialogue.post('/3442/0').text, '4.00');
  t.is(dialogue.put('/3442/0').text, '4.00');
  t.is(dialogue.put('/3/0/0').text, '4.05', 'what may not be written is said first');
  t.deepEqual(world.test.calls, []);
});

test('5.4.3: a format that is not known, or does not fit, is 4.15', (t) => {
  const { dialogue } = createDevice();
  for (const [path, format] of [['/3442/0/120', 60], ['/3442/0/120', 110], ['/3442/0/120', 11543], ['/3442/0/120', OPAQUE], ['/3442/0', TEXT], ['/3442/0/1120', TEXT], ['/3442/0/120', 40]] as const)
    t.is(dialogue.put(path, { format, payload: text('1') }).text, '4.15', `${path} ${format}`);
});

test('5.4.3: what the application refuses is the answer', (t) => {
  const { dialogue, world } = createDevice();
  world.test.refuse = 0x80;
  t.is(dialogue.put('/3442/0/120', { format: TEXT, payload: text('1') }).text, '4.00');
  t.is(dialogue.post('/3442/0/3').text, '4.00');
  world.test.refuse = 0xa0;
  t.is(dialogue.put('/3442/0/120', { format: TEXT, payload: text('1') }).text, '5.00');
});

test('5.4.3: a PUT with neither payload nor query is nothing: 4.00', (t) => {
  t.is(createDevice().dialogue.put('/3442/0/120').text, '4.00');
});

test('5.4.5: Execute runs, with its arguments, and only what can be executed', (t) => {
  const { dialogue, world } = createDevice();
  t.is(dialogue.post('/3442/0/3', { format: TEXT, payload: text("0='a',5") }).text, '2.04');
  t.is(dialogue.post('/3442/0/3').text, '2.04');
  t.deepEqual(world.test.calls, [
    { name: 'execute', instance: 0, resource: 3, args: { 0: 'a', 5: null } },
    { name: 'execute', instance: 0, resource: 3, args: {} },
  ]);
  for (const path of ['/3/0/0', '/3442/0/120', '/5/0/0']) t.is(dialogue.post(path).text, '4.05', path);
  t.is(dialogue.post('/3442/0/99').text, '4.04');
  for (const bad of ['x', "0='", '0=a', '0,', ',', '10', "0='a'b", '0=', "0='a b'", "0=''1"]) t.is(dialogue.post('/3442/0/3', { payload: text(bad) }).text, '4.00', bad);
  t.is(dialogue.post('/3442/0/3', { format: TLV, payload: text('0') }).text, '4.15');
  t.is(world.test.calls.length, 2);
});

test('5.4.5: without a payload a Content-Format says nothing, nor does Accept: Execute and Create are done', (t) => {
  const { dialogue, world } = createDevice();
  for (const format of [undefined, TEXT, OPAQUE, LINK, 60, TLV, 11543, 65535]) {
    t.is(dialogue.post('/3442/0/3', { format }).text, '2.04', `${format}`);
    t.is(dialogue.post('/3442/0/3', { accept: TLV, format }).text, '2.04');
    t.is(dialogue.post('/16', { format }).text, '2.01', `${format}`);
    t.is(dialogue.get('/3/0/9', { format }).text, '2.05', `${format}`);
    t.is(dialogue.delete('/16/1', { format }).text, '2.02', `${format}`);
  }
  t.is(world.test.calls.length, 16);
  for (const format of [OPAQUE, LINK, 60, TLV, 65535]) t.is(dialogue.post('/3442/0/3', { format, payload: text('0') }).text, '4.15', `${format}`);
  t.is(dialogue.post('/3442/0/3', { format: TEXT, payload: text('0') }).text, '2.04');
  t.is(dialogue.post('/16', { format: TEXT, payload: text('1') }).text, '4.15');
});

test('5.4.6: Create makes an instance with the id given, or the lowest that is free, and says where', (t) => {
  const { dialogue, world } = createDevice();
  const where = (answer: Parameters<typeof valuesOf>[0]): string => valuesOf(answer, 8).map((v) => Buffer.from(v).toString()).join('/');
  const given = dialogue.post('/16', { format: TLV, payload: [0x05, 0x07, 0x83, 0x00, 0x41, 0x00, 0x61] });
  t.is(given.text, '2.01');
  t.is(where(given), '16/7');
  t.deepEqual(world.portfolio.values[7], { 0: { 0: 'a' } });
  const free = dialogue.post('/16', { format: TLV, payload: [0x83, 0x00, 0x41, 0x00, 0x62] });
  t.is(where(free), '16/1');
  t.is(where(dialogue.post('/16', { format: TLV })), '16/2');
  t.deepEqual(world.portfolio.instances, [0, 1, 2, 7]);
  t.is(textOf(dialogue.get('/16/7/0/0', { accept: TEXT })), 'a');
});

test('5.4.6: Create of what exists, or is malformed, is 4.00; of what may not be created, 4.05; and leaves nothing', (t) => {
  const { dialogue, world } = createDevice();
  for (const payload of [[0x00, 0x00], [0x05, 0x08, 0x83, 0x00, 0x41], [0x00, 0x08, 0x00, 0x09], [0x20, 0xff, 0xff], [0x83, 0x00, 0x41, 0x00]])
    t.is(dialogue.post('/16', { format: TLV, payload }).text, '4.00', toHex(payload));
  t.is(dialogue.post('/3', { format: TLV, payload: [] }).text, '4.05');
  t.is(dialogue.post('/16', { format: TEXT, payload: text('1') }).text, '4.15');
  t.deepEqual(world.portfolio.instances, [0]);
  world.portfolio.refuse = 0x80;
  t.is(dialogue.post('/16', { format: TLV, payload: [0x00, 0x05] }).text, '4.00');
  t.deepEqual(world.portfolio.instances, [0]);
});

test('5.4.6: a Create whose values the application refuses is taken back', (t) => {
  const { dialogue, world } = createDevice();
  const { write } = world.portfolio;
  world.portfolio.write = () => 0x80;
  t.is(dialogue.post('/16', { format: TLV, payload: [0x05, 0x05, 0x83, 0x00, 0x41, 0x00, 0x61] }).text, '4.00');
  t.deepEqual(world.portfolio.instances, [0]);
  t.false(5 in world.portfolio.values);
  world.portfolio.write = write;
  t.is(dialogue.post('/16', { format: TLV, payload: [0x05, 0x05, 0x83, 0x00, 0x41, 0x00, 0x61] }).text, '2.01');
});

test('5.4.7: Delete removes an instance, and nothing else', (t) => {
  const { dialogue, world } = createDevice();
  t.is(dialogue.delete('/16/0').text, '2.02');
  t.deepEqual(world.portfolio.instances, []);
  t.is(dialogue.delete('/16/0').text, '4.04');
  for (const path of ['/16', '/3/0', '/3/0/9', '/']) t.is(dialogue.delete(path).text, '4.05', path);
});

test('5.4.7: the attributes of an instance are deleted with it', (t) => {
  const { dialogue, slots } = createDevice();
  dialogue.put('/16/0', { query: ['pmin=5'] });
  t.deepEqual(slots().attributes, ['/16/0']);
  dialogue.delete('/16/0');
  t.deepEqual(slots().attributes, []);
});

test('5.4.2: Discover lists what is there: the object, its instances and resources', (t) => {
  const { dialogue } = createDevice();
  const object = linksOf(dialogue.getAll('/3', 1024, { accept: LINK }).payload);
  t.is(object[0]!.uri, '/3');
  t.is(object[1]!.uri, '/3/0');
  const ids = object.slice(2).map(({ uri }) => Number(uri.split('/')[3]));
  t.deepEqual(ids, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16]);
  t.is(attributesOf(object, '/3/0/6')?.dim, '2');
  t.deepEqual(linksOf(dialogue.getAll('/3/0', 1024, { accept: LINK }).payload).map(({ uri }) => uri), object.slice(1).map(({ uri }) => uri));
  t.deepEqual(linksOf(dialogue.get('/3/0/6', { accept: LINK }).payload).map(({ uri }) => uri).slice(0, 1), ['/3/0/6']);
});

test('5.4.2: a Discover of an absent path is 4.04, of the root 4.05', (t) => {
  const { dialogue } = createDevice();
  for (const path of ['/3/0/17', '/3/0/100', '/3/1', '/3/1/0', '/9', '/9/0/0', '/3/0/9/0', '/x']) {
    for (const block2 of [undefined, [0, false, 64], [1, false, 64]] as const) {
      const answer = dialogue.get(path, { accept: LINK, block2: block2 && [...block2] });
      t.is(answer.text, '4.04', path);
      t.deepEqual([answer.options, answer.payload], [[], []], path);
    }
  }
  t.is(dialogue.get('/', { accept: LINK }).text, '4.05');
  for (const path of ['/3/0/4', '/5/0/0']) t.deepEqual(linksOf(dialogue.get(path, { accept: LINK }).payload).map(({ uri }) => uri), [path], 'what cannot be read is there');
  t.is(dialogue.get('/0', { accept: LINK }).text, '4.01');
});

test('7.1: a single resource has no instances: 4.04 for every operation', (t) => {
  const { dialogue, slots, world } = createDevice();
  for (const path of ['/3/0/0/0', '/3/0/9/0', '/3/0/4/0', '/3442/0/120/0', '/3442/0/150/0', '/5/0/0/0', '/1/0/1/0']) {
    t.is(dialogue.get(path).text, '4.04', path);
    t.is(dialogue.get(path, { observe: 0 }).text, '4.04', path);
    t.is(dialogue.get(path, { accept: LINK }).text, '4.04', path);
    t.is(dialogue.put(path, { format: TEXT, payload: text('1') }).text, '4.04', path);
    t.is(dialogue.put(path, { query: ['pmin=1'] }).text, '4.04', path);
    t.is(dialogue.post(path).text, '4.04', path);
    t.is(dialogue.delete(path).text, '4.04', path);
  }
  t.deepEqual([slots().observations, slots().attributes, world.test.calls], [[], [], []]);
});

test('5.4.2: Discover shows the attributes that are set; of a resource also those that it inherits', (t) => {
  const { dialogue } = createDevice();
  dialogue.put('/3', { query: ['pmin=10'] });
  dialogue.put('/3/0', { query: ['pmax=320'] });
  dialogue.put('/3/0/9', { query: ['gt=5', 'lt=1', 'st=0.5'] });
  const object = linksOf(dialogue.getAll('/3', 1024, { accept: LINK }).payload);
  t.deepEqual(attributesOf(object, '/3'), { pmin: '10' });
  t.deepEqual(attributesOf(object, '/3/0'), { pmax: '320' });
  t.deepEqual(attributesOf(object, '/3/0/9'), { gt: '5', lt: '1', st: '0.5' });
  t.deepEqual({ ...attributesOf(linksOf(dialogue.get('/3/0/9', { accept: LINK }).payload), '/3/0/9') }, { pmin: '10', pmax: '320', gt: '5', lt: '1', st: '0.5' });
});

test('5.4.4: Write-Attributes sets what is given, keeps the rest, and removes what has no value', (t) => {
  const { dialogue } = createDevice();
  const seen = (): Record<string, unknown> => ({ ...attributesOf(linksOf(dialogue.get('/3/0/9', { accept: LINK }).payload), '/3/0/9') });
  t.is(dialogue.put('/3/0/9', { query: ['pmin=5', 'pmax=60'] }).text, '2.04');
  t.is(dialogue.put('/3/0/9', { query: ['pmin=6'] }).text, '2.04');
  t.deepEqual(seen(), { pmin: '6', pmax: '60' });
  t.is(dialogue.put('/3/0/9', { query: ['pmin', 'gt=-4.5'] }).text, '2.04');
  t.deepEqual(seen(), { pmax: '60', gt: '-4.5' });
  t.is(dialogue.put('/3/0/9', { query: ['pmax', 'gt'] }).text, '2.04');
  t.deepEqual(seen(), {});
});

test('5.4.4: what is not an attribute, has no number, or comes twice is 4.00, and nothing of the request is set', (t) => {
  const { dialogue, slots } = createDevice();
  for (const query of [['pmin=x'], ['pmin=-1'], ['pmin=1.5'], ['pmin='], ['bogus=1'], ['dim=3'], ['ver=1.0'], ['pmin=1', 'pmin=2'], ['st=-1'], ['gt=1', 'lt=2'], ['gt=1', 'lt=1'], ['gt=10', 'lt=8', 'st=1'], ['gt=1e999'], ['pmin=1', 'x'], ['']])
    t.is(dialogue.put('/3/0/9', { query }).text, '4.00', query.join('&'));
  t.deepEqual(slots().attributes, []);
  for (const path of ['/3', '/3/0', '/3/0/0', '/3/0/4']) t.is(dialogue.put(path, { query: ['gt=1'] }).text, '4.00', path);
  t.is(dialogue.put('/3/0/99', { query: ['pmin=1'] }).text, '4.04');
});

test('5.4.4: when no slot is free it is 5.03, and one that is emptied is free again', (t) => {
  const { dialogue } = createDevice();
  const paths = [...Array.from({ length: 22 }, (_, r) => `/3/0/${r}`), ...[0, 1, 2, 3, 4, 5, 6, 110, 120, 125, 130, 140, 150, 160, 170].map((r) => `/3442/0/${r}`)];
  const codes = paths.map((path) => dialogue.put(path, { query: ['pmin=1'] }).text);
  t.true(codes.includes('5.03') && codes.includes('2.04'));
  t.is(dialogue.put(paths[0]!, { query: ['pmin'] }).text, '2.04');
  t.is(dialogue.put(paths[codes.indexOf('5.03')]!, { query: ['pmin=1'] }).text, '2.04');
});

test('6.2: ids go from 0 to 65534', (t) => {
  const store = createStore(65_534, { 65534: 'RW integer' }, { 65534: { 65534: 5 } });
  const { dialogue } = createDevice({ objects: [store] });
  t.is(textOf(dialogue.get('/65534/65534/65534')), '5');
  t.is(toHex(dialogue.get('/65534', { accept: TLV }).payload), '24fffee1fffe05');
  const beyond = createStore(65_535, { 65535: 'RW integer' }, { 65535: { 65535: 5 } });
  const other = createStore(7000, { 1: 'RW integer', 65535: 'RW integer' }, { 1: { 1: 5, 65535: 5 }, 65535: { 1: 5 } });
  const device = createDevice({ objects: [beyond, other] });
  for (const path of ['/65535', '/65535/65535', '/65535/65535/65535', '/7000/65535', '/7000/65535/1', '/7000/1/65535', '/7000/1/1/65535', '/7001', '/07000', '/+7000', '/7000/01', '/7000/1/1/0/0', '/72536', '/4294974296'])
    for (const method of ['get', 'put', 'post', 'delete'] as const) t.is(device.dialogue[method](path, { payload: method === 'put' ? text('1') : [] }).text, '4.04', `${method} ${path}`);
});

test('RFC 7252 6.4: an empty segment is a part of the path, and names nothing', (t) => {
  const { bench } = createDevice();
  for (const datagram of ['4101300101b133013000', '4101300201b1330001300139', '4101300301b000', '4101300401b1330130013900', '4101300501b00133'])
    t.is(toHex(bench.give(datagram)[0]!.bytes).slice(0, 4), '6184', datagram);
});

test('appendix C: integers beyond 2^53 are eight bytes, never rounded', (t) => {
  const { dialogue, world } = createDevice();
  const wide = Uint8Array.from([0x7f, 255, 255, 255, 255, 255, 255, 255]);
  t.is(dialogue.put('/3442/0/120', { format: TLV, payload: [0xc8, 0x78, 0x08, ...wide] }).text, '2.04');
  t.deepEqual(Uint8Array.from(world.test.values[0]![120] as Uint8Array), wide);
  t.is(textOf(dialogue.get('/3442/0/120', { accept: TEXT })), '9223372036854775807');
  t.is(textOf(dialogue.get('/3442/0/120')), '9223372036854775807');
  t.is(toHex(dialogue.get('/3442/0/120', { accept: TLV }).payload), `c87808${toHex(wide)}`);
});

test('7.1: a resource instance is read and written by its own path', (t) => {
  const { dialogue, world } = createDevice();
  t.is(textOf(dialogue.get('/3/0/7/1', { accept: TEXT })), '5000');
  t.is(toHex(dialogue.get('/3/0/7/1', { accept: TLV }).payload), '42011388');
  t.is(dialogue.put('/3442/0/1120/4', { format: TEXT, payload: text('44') }).text, '2.04');
  t.is((world.test.values[0]![1120] as Record<number, number>)[4], 44);
});

test('8.2.4: Create without a mandatory resource is 4.00; read-only resources in it are skipped', (t) => {
  const { dialogue, world } = createDevice();
  world.portfolio.table = new Uint16Array([0, 0x1b1, 1, 0x31, 2, 0x11]);
  t.is(dialogue.post('/16', { format: TLV, payload: [0x04, 0x09, 0xc2, 0x01, 0x61, 0x62] }).text, '4.00');
  t.false(world.portfolio.instances.includes(9));
  t.is(dialogue.post('/16', { format: TLV, payload: [0x08, 0x09, 0x08, 0x83, 0x00, 0x41, 0x00, 0x61, 0xc1, 0x02, 0x62] }).text, '2.01');
  t.false(2 in world.portfolio.values[9]!);
});
