/** Access control with several servers: LwM2M 1.0.2 sections 7.3 and 8.2.4, each test named by the sentence that it holds. */
import test from 'ava';
import { accessControl, entriesOf, MAX_ID, type AccessEntry } from '../../src/device/objects/access-control';
import { codeText } from '../reference/coap';
import { parse, text, toHex } from '../support/bench';
import { createDevice, type Device } from '../support/device';
import { textOf, TLV } from '../support/dialogue';
import { get } from '../../src/device/objects/stored';
import { createWorld } from '../support/world';

const OWNER = '192.0.2.1';
const OTHER = '192.0.2.2';
const READ = 1;
const WRITE = 2;
const EXECUTE = 4;
const DELETE = 8;
const CREATE = 16;

const servers = [{ uri: `coap://${OWNER}`, ssid: 101 }, { uri: `coap://${OTHER}`, ssid: 102 }];

/** Two servers; the first owns everything but the account of the second. `more` comes before what is said of everything. */
function createGuarded(others: number, more: AccessEntry[] = [], list = servers): Device & { access: ReturnType<typeof accessControl> } {
  const world = createWorld();
  const accounts = list.map((_, k) => ({ object: 1, instance: k, owner: list[k]!.ssid }));
  const said = entriesOf(world.objects, 101, others).filter(({ object, instance }) => !more.some((one) => one.object === object && one.instance === instance));
  const access = accessControl([...more, ...said, ...accounts]);
  return { ...createDevice({ servers: list, access, objects: [...world.objects, access] }, true, world), access };
}

test('7.3.2: with one server there is no access control', (t) => {
  const { dialogue } = createGuarded(0, [], servers.slice(0, 1).map((one) => ({ ...one, ssid: 999 })));
  t.is(dialogue.get('/3/0/9').text, '2.05');
});

test('7.3.2.1: the owner of an instance may do everything with it', (t) => {
  const { dialogue } = createGuarded(0);
  const from = OWNER;
  t.is(dialogue.get('/3/0/9', { from }).text, '2.05');
  t.is(dialogue.put('/3442/0/120', { from, format: 0, payload: text('1') }).text, '2.04');
  t.is(dialogue.post('/3442/0/3', { from }).text, '2.04');
  t.is(dialogue.delete('/16/0', { from }).text, '2.02');
});

test('7.3.2.1: others get what the list gives them, here by the default entry, and 4.01 for the rest', (t) => {
  const from = OTHER;
  for (const rights of [0, READ, WRITE, EXECUTE, DELETE, READ | WRITE]) {
    const { dialogue } = createGuarded(rights);
    const code = (right: number, good: string): string => (rights & right ? good : '4.01');
    t.is(dialogue.get('/3/0/9', { from }).text, code(READ, '2.05'), `${rights}`);
    t.is(dialogue.get('/3/0', { from }).text, code(READ, '2.05'));
    t.is(dialogue.get('/3/0/9', { from, observe: 0 }).text, code(READ, '2.05'));
    t.is(dialogue.put('/3442/0/120', { from, format: 0, payload: text('1') }).text, code(WRITE, '2.04'));
    t.is(dialogue.post('/3442/0', { from, format: TLV, payload: [0xc1, 0x78, 1] }).text, code(WRITE, '2.04'));
    t.is(dialogue.put('/3/0/9', { from, query: ['pmin=1'] }).text, code(READ, '2.04'), `Write-Attributes takes the right to read, ${rights}`);
    t.is(dialogue.post('/3442/0/3', { from }).text, code(EXECUTE, '2.04'));
    t.is(dialogue.delete('/16/0', { from }).text, code(DELETE, '2.02'));
  }
});

test('7.3.2.1: an entry for a server itself goes before the default, for more and for less', (t) => {
  const { dialogue } = createGuarded(READ, [
    { object: 3, instance: 0, owner: 101, acl: { 0: READ | WRITE, 102: EXECUTE } },
    { object: 3442, instance: 0, owner: 101, acl: { 102: READ | WRITE } },
  ]);
  t.is(dialogue.get('/3/0/9', { from: OTHER }).text, '4.01');
  t.is(dialogue.put('/3442/0/120', { from: OTHER, format: 0, payload: text('1') }).text, '2.04');
  t.is(dialogue.get('/3303/0/5700', { from: OTHER }).text, '2.05');
});

test('7.3.2.1: a Uri-Query does not turn a request into one that needs less', (t) => {
  const { dialogue } = createGuarded(READ);
  const query = ['pmin=1'];
  t.is(dialogue.put('/3442/0/120', { from: OTHER, query, format: 0, payload: text('1') }).text, '4.01');
  t.is(dialogue.put('/3442/0/120', { from: OTHER, query, format: 0 }).text, '4.01');
  t.is(dialogue.post('/3442/0/3', { from: OTHER, query }).text, '4.01');
  t.is(dialogue.delete('/16/0', { from: OTHER, query }).text, '4.01');
});

test('8.2.4: Discover takes no right, and an Accept of link-format gives none to anything else', (t) => {
  const { dialogue, world } = createGuarded(0);
  const from = OTHER;
  t.is(dialogue.get('/3', { from, accept: 40 }).text, '2.05');
  t.is(dialogue.put('/3442/0/120', { from, accept: 40, format: 0, payload: text('1') }).text, '4.01');
  t.is(dialogue.post('/3442/0/3', { from, accept: 40 }).text, '4.01');
  t.is(dialogue.delete('/16/0', { from, accept: 40 }).text, '4.01');
  t.is(dialogue.post('/16', { from, accept: 40, format: TLV, payload: [0x00, 0x05] }).text, '4.01');
  t.deepEqual(world.objects.flatMap((store) => store.calls), []);
});

test('5.4.1: a Read of an object shows the instances that the server may read', (t) => {
  const { dialogue, world } = createGuarded(0, [{ object: 16, instance: 1, owner: 102 }]);
  world.portfolio.instances.push(1);
  world.portfolio.values[1] = { 2: 'mine' };
  const payload = toHex(dialogue.get('/16', { from: OTHER }).payload);
  t.true(payload.includes(toHex(text('mine'))));
  t.is(payload.slice(0, 4), '0601');
  t.is(dialogue.get('/3', { from: OTHER }).payload.length, 0);
});

test('7.3.1: who creates an instance owns it; to create takes the right to', (t) => {
  const { dialogue, access } = createGuarded(0, [{ object: 16, instance: MAX_ID, owner: 65535, acl: { 102: CREATE } }]);
  t.is(dialogue.post('/16', { from: OWNER, format: TLV, payload: [0x00, 0x09] }).text, '4.01');
  t.is(dialogue.post('/16', { from: OTHER, format: TLV, payload: [0x00, 0x09] }).text, '2.01');
  t.is(dialogue.get('/16/9', { from: OTHER }).text, '2.05');
  t.is(dialogue.get('/16/9', { from: OWNER }).text, '4.01');
  const entries = access.instances.length;
  t.is(dialogue.delete('/16/9', { from: OTHER }).text, '2.02');
  t.is(access.instances.length, entries - 1, 'its entry goes with it');
});

test('7.3.1: the entries are read by all, and changed by the owner of the entry only', (t) => {
  const { dialogue, access } = createGuarded(READ);
  const entry = access.instances.find((id) => get(access, id, 0) === 3)!;
  t.is(textOf(dialogue.get(`/2/${entry}/3`, { from: OTHER, accept: 0 })), '101');
  const rights = { format: TLV, payload: [0x83, 0x02, 0x41, 0x66, 0x02] };
  t.is(dialogue.post(`/2/${entry}`, { from: OTHER, ...rights }).text, '4.01');
  t.is(dialogue.get('/3/0/9', { from: OTHER }).text, '2.05');
  t.is(dialogue.post(`/2/${entry}`, { from: OWNER, ...rights }).text, '2.04');
  t.is(dialogue.get('/3/0/9', { from: OTHER }).text, '4.01', 'its own entry, that to write, goes before the default');
});

test('7.3: an observation ends with the right to read that allowed it', (t) => {
  const { dialogue, world, bench, slots } = createGuarded(READ);
  const entry = [...Array(20).keys()].map((id) => `/2/${id}`).find((path) => textOf(dialogue.get(`${path}/0`, { accept: 0 })) === '3303')!;
  t.is(dialogue.get('/3303/0/5700', { from: OTHER, observe: 0 }).text, '2.05');
  t.is(dialogue.post(entry, { from: OWNER, format: TLV, payload: [0x83, 0x02, 0x41, 0x66, 0x02] }).text, '2.04');
  t.is(dialogue.get('/3303/0/5700', { from: OTHER }).text, '4.01');
  world.temperature.values[0]![5700] = 99;
  bench.changed(3303, 0, 5700);
  const last = parse(bench.advance(5000).find(({ address }) => address === OTHER)?.bytes ?? bench.out.at(-1)!.bytes);
  t.is(codeText(last.code), '4.01');
  t.is(last.payload.length, 0);
  bench.say({ type: 2, mid: last.mid }, OTHER);
  t.deepEqual(slots().observations, []);
});

test('E.2: an account is for its own server', (t) => {
  const { dialogue } = createGuarded(0);
  t.is(dialogue.get('/1/1/1', { from: OTHER }).text, '2.05');
  t.is(dialogue.get('/1/0/1', { from: OTHER }).text, '4.01');
  t.is(dialogue.put('/1/0/1', { from: OTHER, format: 0, payload: text('60') }).text, '4.01');
});

test('no request refused for lack of rights changes anything', (t) => {
  const { dialogue, world, slots } = createGuarded(0);
  const from = OTHER;
  dialogue.put('/3442/0/120', { from, format: 0, payload: text('1') });
  dialogue.post('/3442/0/3', { from });
  dialogue.delete('/16/0', { from });
  dialogue.post('/16', { from, format: TLV, payload: [0x00, 0x05] });
  dialogue.put('/3/0/9', { from, query: ['pmin=1'] });
  dialogue.get('/3/0/9', { from, observe: 0 });
  dialogue.put('/5/0/0', { from, format: 42, payload: new Uint8Array(32), block1: [0, true, 32] });
  t.deepEqual(world.objects.flatMap((store) => store.calls), []);
  t.deepEqual(slots().attributes, []);
  t.deepEqual(slots().observations, []);
});

test('E.2: two servers without object 2: the account of each is its own, all else is common', (t) => {
  const device = createDevice({ servers });
  const { dialogue, bench, slots } = device;
  for (const [from, own, other] of [[OWNER, 0, 1], [OTHER, 1, 0]] as const) {
    const refused = [
      dialogue.get(`/1/${other}`, { from }),
      dialogue.get(`/1/${other}/1`, { from }),
      dialogue.get(`/1/${other}/1`, { from, observe: 0 }),
      dialogue.get(`/1/${other}/1`, { from, observe: 1 }),
      dialogue.put(`/1/${other}/1`, { from, format: 0, payload: text('60') }),
      dialogue.put(`/1/${other}/5`, { from, format: 0, payload: text('4294967295') }),
      dialogue.put(`/1/${other}`, { from, format: TLV, payload: [0xc1, 1, 60] }),
      dialogue.post(`/1/${other}`, { from, format: TLV, payload: [0xc1, 1, 60] }),
      dialogue.put(`/1/${other}/1`, { from, query: ['pmin=1'] }),
      dialogue.put(`/1/${other}/1`, { from, format: 0, payload: text('60'), block1: [0, false, 64] }),
      dialogue.post(`/1/${other}/4`, { from }),
      dialogue.post(`/1/${other}/8`, { from }),
      dialogue.post(`/1/${other}/8`, { from, query: ['pmin=1'] }),
      dialogue.delete(`/1/${other}`, { from }),
    ];
    t.deepEqual(refused.map((answer) => answer.text), refused.map(() => '4.01'));
    t.is(toHex(dialogue.get('/1', { from }).payload).slice(0, 4), `080${own}`, 'a Read of the object shows its own instance');
    t.false(toHex(dialogue.get('/1', { from }).payload).includes(`080${other}`));
    t.is(dialogue.get(`/1/${own}/1`, { from }).text, '2.05');
    t.is(dialogue.put(`/1/${own}/2`, { from, format: 0, payload: text('1') }).text, '2.04');
    for (const path of ['/0', '/0/0', '/0/1', '/2', '/2/0']) t.true(dialogue.get(path, { from }).text >= '4.01', path);
    t.is(dialogue.get('/3/0/9', { from }).text, '2.05');
    t.is(dialogue.put('/3442/0/120', { from, format: 0, payload: text('1') }).text, '2.04');
    t.is(dialogue.post('/3442/0/3', { from }).text, '2.04');
  }
  t.deepEqual(slots().observations, []);
  t.deepEqual(slots().attributes, []);
  t.deepEqual(bench.advance(10_000), [], 'nobody was disabled or told of anything');
});

test('E.2: an observation of object 1 shows each server its own account', (t) => {
  const { dialogue, bench } = createDevice({ servers });
  t.is(dialogue.get('/1', { from: OWNER, observe: 0 }).text, '2.05');
  dialogue.put('/1/1/2', { from: OTHER, format: 0, payload: text('77') });
  const notified = bench.advance(5000).filter(({ address }) => address === OWNER).map(({ bytes }) => toHex(parse(bytes).payload));
  for (const payload of notified) t.false(payload.includes('c1024d'));
  dialogue.put('/1/0/2', { from: OWNER, format: 0, payload: text('78') });
  t.true(dialogue.unasked.concat(bench.advance(5000)).some(({ bytes }) => toHex(parse(bytes).payload).includes('c1024e')));
});

test('7.3.2: with one server, which has every right, its account is any instance', (t) => {
  const { dialogue } = createDevice({ servers: [{ uri: `coap://${OWNER}`, ssid: 9, instance: 4 }] });
  t.is(dialogue.get('/1/4/0', { from: OWNER }).text, '2.05');
  t.is(dialogue.get('/1', { from: OWNER }).text, '2.05');
});

test('E.3: there is an entry for each instance, and no more', (t) => {
  const world = createWorld();
  world.temperature.instances = [0, 3];
  t.deepEqual(entriesOf([world.temperature, world.device], 101, 5), [
    { object: 3303, instance: 0, owner: 101, acl: { 0: 5 } },
    { object: 3303, instance: 3, owner: 101, acl: { 0: 5 } },
    { object: 3, instance: 0, owner: 101, acl: { 0: 5 } },
  ]);
  world.device.instances = [];
  t.deepEqual(entriesOf([world.device], 101, 5), []);
});

test('5.4.7, E.3: the entry of an instance that is deleted goes with it, the first entry too, and no other', (t) => {
  for (const place of ['first', 'last'] as const) {
    const world = createWorld();
    const one = { object: 16, instance: 0, owner: 101 };
    const rest = entriesOf(world.objects, 101, READ).filter(({ object }) => object !== 16);
    const access = accessControl(place === 'first' ? [one, ...rest] : [...rest, one]);
    const before = access.instances.length;
    const { dialogue } = createDevice({ servers, access, objects: [...world.objects, access] }, true, world);
    t.is(dialogue.delete('/16/0', { from: OWNER }).text, '2.02');
    t.is(access.instances.length, before - 1, place);
    t.is(Object.keys(access._values).length, before - 1, 'and nothing of it stays');
    t.is(access.rights(access, 16, 0, 101), 0);
    for (const { object, instance } of rest) t.not(access.rights(access, object, instance, 101), 0);
    access.removed(access, 9999, 0);
    t.is(access.instances.length, before - 1, 'what has no entry loses none');
  }
});
