import test from 'ava';
import { AnnouncedCache, readLinks } from '../../../src/host/server/registration/announced';
import { makePeer } from '../../../src/host/server/coap/transport';
import { Expiry } from '../../../src/host/server/registration/expiry';
import { COST_REGISTRATION, MAX_BYTES_PER_CLIENT, MAX_LINKS_BYTES } from '../../../src/host/server/limits';
import { decodeLinks } from '../../../src/host/server/formats/link';
import { Registry, type Registration, type RegistryOptions } from '../../../src/host/server/registration/registry';
import { VirtualClock } from './support/clock';
import { device, otherDevice, seeded } from './support/wire';

function makeRegistry(options: Partial<RegistryOptions> = {}) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const registry: Registry = new Registry({ clock, random: seeded(3), grace: 5000, maxClients: 10, maxClientsPerAddress: 10, maxLifetime: 1000, ...options }, {
    registered: ({ endpoint }) => told.push(`registered ${endpoint}`),
    updated: ({ endpoint }) => told.push(`updated ${endpoint}`),
    left: ({ endpoint }, reason) => told.push(`${reason} ${endpoint}`),
    warn: (kind, message) => told.push(`${kind}: ${message}`),
  });
  const register = (endpoint: string, peer = device, links = '</1/0>', lifetime = 60): Registration | undefined => registry.register(endpoint, peer, '1.0', { lifetime, announced: registry.announcements.take(links) }, {});
  return { registry, register, clock, told };
}

test('what nobody said of a registration has the defaults of LwM2M TS 1.0.2 5.3.1; an Update changes what it says and keeps the rest (5.3.2)', (t) => {
  const { registry, clock } = makeRegistry({ maxLifetime: 100_000 });
  const plain = registry.register('a', device, '1.0', {}, {})!;
  t.like(plain, { endpoint: 'a', number: 1, lifetime: 86400, binding: 'U', queueMode: false, sms: undefined, rootPath: '/', version: '1.0', registeredAt: clock.now(), updatedAt: clock.now() });
  t.is(plain.objects.size, 0);
  const full = registry.register('b', otherDevice, '1.1', { lifetime: 7, binding: 'UQ', queueMode: true, sms: '5', announced: registry.announcements.take('</3/0>') }, { x: 'y' })!;
  t.like(full, { number: 2, lifetime: 7, binding: 'UQ', queueMode: true, sms: '5', version: '1.1', attributes: { x: 'y' } });
  t.regex(full.id, /^[0-9a-zA-Z]{8}$/);
  const same = registry.update(full, otherDevice, {})!;
  t.like(same, { id: full.id, number: 2, lifetime: 7, binding: 'UQ', queueMode: true, sms: '5', version: '1.1', attributes: { x: 'y' } });
  t.is(same.announced, full.announced);
  const changed = registry.update(same, device, { lifetime: 8, binding: 'U', queueMode: false, sms: '6', announced: registry.announcements.take('') })!;
  t.like(changed, { id: full.id, lifetime: 8, binding: 'U', queueMode: false, sms: '6', peer: device });
  t.is(changed.links.length, 0);
  t.deepEqual(registry.all(), [plain, changed]);
});

test('a lifetime is from 1 s to the limit; 0 and longer ones are cut to the limit, with a sentence', (t) => {
  const { registry, register, told } = makeRegistry();
  t.is(register('a', device, '', 1)!.lifetime, 1);
  t.is(register('b', device, '', 1000)!.lifetime, 1000);
  t.deepEqual(told, ['registered a', 'registered b']);
  t.is(register('c', device, '', 1001)!.lifetime, 1000);
  t.is(register('d', device, '', 0)!.lifetime, 1000);
  t.is(told[2], 'lifetime: "c" asked for a lifetime of 1001 s; the limit of 1000 s counts (--max-lifetime)');
  t.is(told[4], 'lifetime: "d" asked for a lifetime of 0, which is for ever; the limit of 1000 s counts (--max-lifetime)');
  t.is(registry.update(registry.byEndpoint('a')!, device, { lifetime: 1001 })!.lifetime, 1000);
});

test('a registration ends its lifetime and the grace after its last Update, to the millisecond (LwM2M TS 1.0.2 5.3.1)', async (t) => {
  const { registry, register, clock, told } = makeRegistry();
  const a = register('a')!;
  await clock.advance(30_000);
  registry.update(a, device, {});
  await clock.advance(64_999);
  t.is(registry.size, 1);
  await clock.advance(1);
  t.deepEqual([registry.size, registry.bytes, told.at(-1), clock.pending], [0, 0, 'expired a', 0]);
});

test('the index by peer is of the newest registration from there: another one that leaves or moves takes nothing with it', (t) => {
  const { registry, register } = makeRegistry();
  const a = register('a')!;
  const b = register('b')!;
  t.is(registry.byPeer(device), b);
  const moved = registry.update(a, otherDevice, {})!;
  t.is(registry.byPeer(device), b);
  t.is(registry.byPeer(otherDevice), moved);
  registry.remove(moved, 'deregistered');
  t.is(registry.byPeer(device), b);
  t.is(registry.byPeer(otherDevice), undefined);
  const c = register('c')!;
  registry.remove(b, 'deregistered');
  t.is(registry.byPeer(device), c);
  registry.remove(c, 'deregistered');
  t.is(registry.byPeer(device), undefined);
  t.deepEqual([a, b, c].map(({ id }) => registry.byId(id)), [undefined, undefined, undefined]);
});

test('the bytes of all registrations are the sum of each one’s, through Updates, replacements and leaving', (t) => {
  const { registry, register, told } = makeRegistry();
  register('ab', device, '</1/0>');
  t.is(registry.bytes, COST_REGISTRATION + 4 + 6);
  registry.register('c', otherDevice, '1.0', { sms: '123', announced: registry.announcements.take('</3/0>') }, { key: 'va', k: '' });
  const both = COST_REGISTRATION * 2 + 4 + 6 + 2 + 3 + 6 + (2 * 5 + 64) + (2 * 1 + 64);
  t.is(registry.bytes, both);
  registry.update(registry.byEndpoint('c')!, otherDevice, { announced: registry.announcements.take('</3/0>,</4/0>') });
  t.is(registry.bytes, both + 7);
  register('ab', otherDevice, '');
  t.is(registry.bytes, both + 7 - 6);
  t.is(told.at(-2), 'replaced ab');
  registry.clear();
  t.deepEqual([registry.bytes, registry.size, told.at(-1)], [0, 0, 'stopped ab']);
});

test('one address has as many registrations as the limit says: one more makes room among those that never updated, or is refused', (t) => {
  const { registry, register, told } = makeRegistry({ maxClientsPerAddress: 2 });
  register('a');
  register('b');
  t.truthy(register('a'), 'the same name takes its own place');
  t.is(told.at(-2), 'replaced a');
  register('c');
  t.is(told.at(-2), 'evicted b', 'the oldest: a came again');
  for (const registration of registry.all()) registry.update(registration, registration.peer, {});
  t.is(register('d'), undefined);
  t.is(told.at(-1), 'address: 192.0.2.7 has 2 registrations, which is the limit for one address (--max-clients-per-address): "d" was refused');
  t.truthy(register('d', otherDevice));
  const loopback = makePeer('127.0.0.1', 1, 0);
  for (const name of ['e', 'f', 'g']) t.truthy(register(name, loopback), 'this machine has no such limit');
  registry.remove(registry.byEndpoint('a')!, 'deregistered');
  t.truthy(register('d2'));
  t.deepEqual(registry.all().map(({ endpoint }) => endpoint), ['c', 'd', 'e', 'f', 'g', 'd2']);
});

test('the server has as many registrations as the limit says; one that comes again takes its own place, and is unconfirmed still when there is no room', (t) => {
  const { registry, register, told } = makeRegistry({ maxClients: 2 });
  const a = register('a')!;
  register('b', otherDevice);
  registry.confirm(a);
  t.truthy(register('b', otherDevice));
  t.is(told.filter((line) => line.startsWith('evicted')).length, 0);
  t.truthy(register('c', makePeer('192.0.2.9', 1, 0)));
  t.is(told.at(-2), 'evicted b');
  t.true(told.at(-3)!.startsWith('evicted: the server is full with 2 registrations (--max-clients): "b", which never sent an Update, was removed'));
  registry.confirm(registry.byEndpoint('c')!);
  t.is(register('d', otherDevice), undefined);
  t.is(told.at(-1), 'full: the server is full with 2 registrations (--max-clients): "d" was refused');
  t.truthy(register('a'), 'who is in comes again');
  t.is(register('d', otherDevice), undefined, 'and is confirmed still, from the same address');
  t.truthy(register('a', otherDevice));
  t.truthy(register('d', makePeer('192.0.2.10', 1, 0)), 'but not from another one');
  t.is(told.at(-2), 'evicted a');
});

test('the bytes of all have a limit, exactly; an Update that needs more than there is is refused, and one that needs less never is', (t) => {
  const limit = 2 * MAX_BYTES_PER_CLIENT;
  const linksOf = (bytes: number): string => {
    const count = Math.floor(bytes / 7);
    const text = Array.from({ length: count }, () => '</1/0>').join(',');
    return text.padEnd(bytes, ' ');
  };
  const { registry, register, told } = makeRegistry({ maxClients: 2 });
  const a = register('a', device, '')!;
  registry.confirm(a);
  const room = limit - registry.bytes - COST_REGISTRATION - 2;
  t.is(register('b', otherDevice, linksOf(room + 1)), undefined);
  t.regex(told.at(-1)!, /^full: the registrations take \d+ bytes, which is the limit \(--max-clients\): "b" was refused$/);
  const b = register('b', otherDevice, linksOf(room))!;
  t.is(registry.bytes, limit);
  registry.confirm(b);
  t.is(registry.update(a, device, { announced: registry.announcements.take('</1>') }), undefined);
  t.is(registry.byEndpoint('a'), a, 'it is as it was');
  t.truthy(registry.update(a, device, {}));
  const less = registry.update(b, otherDevice, { announced: registry.announcements.take(linksOf(room - 4)) })!;
  t.truthy(registry.update(registry.byEndpoint('a')!, device, { announced: registry.announcements.take('</1>') }));
  t.is(registry.bytes, limit);
  registry.learn(less, 1, 7, true);
  t.is(registry.byEndpoint('b'), less, 'an instance for which there is no room waits for the next Update');
});

test('an instance that was created or deleted is known at once; the lifetime does not begin anew (LwM2M TS 1.0.2 5.3.2)', async (t) => {
  const { registry, register, clock, told } = makeRegistry();
  const a = register('a', device, '</1/0>,</3/0>')!;
  await clock.advance(10_000);
  registry.learn(a, 1, 0, true);
  registry.learn(a, 1, 5, false);
  t.is(registry.byEndpoint('a'), a, 'nothing new');
  registry.learn(a, 1, 5, true);
  const more = registry.byEndpoint('a')!;
  t.is(more.announced.text, '</1/0>,</3/0>,</1/5>');
  t.is(more.updatedAt, a.updatedAt);
  registry.learn(a, 3, 0, false);
  t.is(registry.byEndpoint('a')!.announced.text, '</1/0>,</1/5>,</3>');
  t.deepEqual(told, ['registered a', 'updated a', 'updated a']);
  await clock.advance(55_000);
  t.is(registry.size, 0);
  registry.learn(a, 1, 6, true);
  t.is(registry.size, 0, 'who left learns nothing');
  const long = register('b', device, `</1/0>,</${'x'.repeat(MAX_LINKS_BYTES - 10 - 7)}>`)!;
  registry.learn(long, 2, 0, true);
  t.is(registry.byEndpoint('b')!.announced.text.length, MAX_LINKS_BYTES);
  registry.learn(long, 3, 0, true);
  t.is(registry.byEndpoint('b')!.announced.text.length, MAX_LINKS_BYTES, 'not beyond the limit');
});

test('a client that told of a new instance is heard, so it does not give way to itself where there is no room', (t) => {
  const { registry, register, told } = makeRegistry({ maxClients: 1 });
  const text = '</1/0>'.padEnd(MAX_BYTES_PER_CLIENT - COST_REGISTRATION - 2, ' ');
  const a = register('a', device, text)!;
  t.is(registry.bytes, MAX_BYTES_PER_CLIENT);
  registry.learn(a, 1, 1, true);
  t.deepEqual([registry.byEndpoint('a'), registry.byId(a.id), registry.byPeer(device)], [a, a, a]);
  t.is(registry.bytes, MAX_BYTES_PER_CLIENT);
  t.false(told.some((line) => line.startsWith('evicted')));
});

test('links: objects and instances below the root path, with ids up to 65534 and versions; what is none is left aside (LwM2M TS 1.0.2 5.3.1, 6.1)', (t) => {
  const read = (text: string, notes: string[] = []): unknown => {
    const { rootPath, objects } = readLinks(decodeLinks(text, true), notes);
    return [rootPath, ...[...objects].map(([id, { version, instances }]) => `${id}${version === undefined ? '' : `v${version}`}: ${instances}`), ...notes];
  };
  t.deepEqual(read('</5>,</1/1>,</1/0>,</1/0>'), ['/', '1: 0,1', '5: ']);
  t.deepEqual(read('</3/0/1>,</x/0>,</1/x>,</1/10>,</1/9>,</1/65534>,</1/65535>,</65536/0>'), ['/', '1: 9,10,65534']);
  t.deepEqual(read('</1>;ver=1.1,</2>;ver="12345.0",</3>;ver=1,</4>;ver=123456.0'), ['/', '1v1.1: ', '2v12345.0: ', '3: ', '4: ']);
  t.deepEqual(read('</lwm2m>;rt="oma.lwm2m",</lwm2m/1/0>,</1/1>'), ['/lwm2m', '1: 0']);
  t.deepEqual(read('<//a/b//>;rt="x OMA.LWM2M",</a/b/1/0>,</a/c/1/1>'), ['/a/b', '1: 0']);
  t.deepEqual(read('</>;rt="oma.lwm2m";ct=11543,</1/0>'), ['/', '1: 0']);
  t.deepEqual(read('</a%20b>;rt="oma.lwm2m",</a%20b/1/0>'), ['/a%20b', '1: 0']);
  t.deepEqual(read('</root>;rt="oma.lwm2m",</1/0>'), ['/root', '1: 0', 'the objects are not below the path /root that the client announces for them']);
  t.deepEqual(read('</root>;rt="oma.lwm2m"'), ['/root']);
  t.deepEqual(read('<coap://h/1/02>,</01/00>'), ['/', '1: 0,2']);
});

test('an announcement with an instance more or less keeps what else it says', (t) => {
  const change = (text: string, object: number, instance: number, present: boolean): string => new AnnouncedCache().take(text).change(object, instance, present);
  t.is(change('', 1, 0, true), '</1/0>');
  t.is(change('</1/0>;ver=1.1', 1, 1, true), '</1/0>;ver=1.1,</1/1>');
  t.is(change('</r>;rt="oma.lwm2m",</r/1/0>', 1, 1, true), '</r>;rt="oma.lwm2m",</r/1/0>,</r/1/1>');
  t.is(change('</r>;rt="oma.lwm2m",</r/1/0>;ver=1.1,</r/1/1>', 1, 1, false), '</r>;rt="oma.lwm2m",</r/1/0>;ver=1.1');
  t.is(change('</1/0>;ver=1.1,</11/0>', 1, 0, false), '</11/0>,</1>;ver=1.1');
  t.is(change('</1>,</1/0>', 1, 0, false), '</1>');
  t.is(change('</1/01>,</1/1>,</1/0>', 1, 1, false), '</1/0>', 'however it was written');
  t.is(change('</1/0>', 1, 1, false), '</1/0>');
  t.is(change('</1/0>', 2, 0, false), '</1/0>');
});

test('deadlines: each comes in its millisecond, under one timer, however often it moved', async (t) => {
  const random = seeded(6);
  const clock = new VirtualClock();
  const came: string[] = [];
  const expiry = new Expiry(clock, (id) => came.push(`${id} ${clock.now()}`));
  const deadlines = new Map<string, number>();
  const expected: string[] = [];
  for (let k = 0; k < 300; k++) {
    for (let n = 0; n < 10; n++) {
      const id = `i${Math.floor(random() * 50)}`;
      if (random() < 0.8) {
        const at = clock.now() + Math.floor(random() * 500);
        const before = deadlines.get(id);
        deadlines.set(id, at);
        expiry.set(id, at);
        if (before === undefined || before > at) t.true(expiry.marks <= Math.max(64, 2 * deadlines.size), 'marks that are of no use go');
      } else {
        deadlines.delete(id);
        expiry.delete(id);
      }
      if (deadlines.size > 0) t.is(clock.pending, 1);
    }
    const end = clock.now() + Math.floor(random() * 60);
    for (const [id, at] of [...deadlines].sort(([, a], [, b]) => a - b)) {
      if (at > end) continue;
      expected.push(`${id} ${at}`);
      deadlines.delete(id);
    }
    await clock.advance(end - clock.now());
    t.deepEqual([...came].sort(), [...expected].sort());
    t.deepEqual(came.map((line) => line.split(' ')[1]), expected.map((line) => line.split(' ')[1]));
  }
  for (const id of deadlines.keys()) expiry.delete(id);
  t.deepEqual([clock.pending, expiry.marks], [0, 0]);
  expiry.set('late', clock.now() - 5);
  await clock.advance(0);
  t.is(came.at(-1), `late ${clock.now()}`);
});
