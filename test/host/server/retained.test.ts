/** The small parts that bounds are made of. */
import fc from 'fast-check';
import test from 'ava';
import { isLoopback, ownerOf } from '../../../src/host/server/address';
import { Assembly, Budget } from '../../../src/host/server/coap/assembly';
import { Crowd } from '../../../src/host/server/registration/crowd';
import { Expiry } from '../../../src/host/server/registration/expiry';
import { RecentList } from '../../../src/host/server/retained';
import { Warnings, type Warning } from '../../../src/host/server/warnings';
import { VirtualClock } from './support/clock';

test('a list keeps the newest, up to a number and to bytes, and counts what went', (t) => {
  const list = new RecentList<string>(3, 10);
  for (const item of ['a', 'b', 'c']) list.add(item, 3);
  t.deepEqual([list.from(0), list.length, list.bytes, list.dropped], [['a', 'b', 'c'], 3, 9, 0]);
  list.add('d', 1);
  t.deepEqual([list.from(0), list.bytes, list.dropped], [['b', 'c', 'd'], 7, 1]);
  list.add('e', 6);
  t.deepEqual([list.from(0), list.bytes], [['c', 'd', 'e'], 10]);
  t.deepEqual([list.from(2), list.from(3), list.from(4), list.from(5), list.from(99)], [['c', 'd', 'e'], ['d', 'e'], ['e'], [], []]);
  list.add('f', 11);
  t.deepEqual([list.from(0), list.length, list.bytes, list.dropped], [[], 0, 0, 6]);
  for (let i = 0; i < 1000; i++) list.add(String(i), 1);
  t.deepEqual([list.from(0), list.dropped], [['997', '998', '999'], 1003]);
});

test('who has most gives way, and of his the oldest: as a slow reference says', (t) => {
  const owner = fc.constantFrom('a', 'b', 'c', 'd');
  const id = fc.integer({ min: 0, max: 15 }).map(String);
  const step = fc.oneof(fc.record({ add: id, owner }), fc.record({ delete: id }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const crowd = new Crowd();
      let reference: { id: string; owner: string }[] = [];
      for (const it of steps) {
        const gone = 'add' in it ? it.add : it.delete;
        const was = reference.some((thing) => thing.id === gone);
        reference = reference.filter((thing) => thing.id !== gone);
        if ('add' in it) {
          crowd.add(it.owner, it.add);
          reference.push({ id: it.add, owner: it.owner });
        } else if (crowd.delete(it.delete) !== was) return false;
        const count = (name: string): number => reference.filter((thing) => thing.owner === name).length;
        const most = Math.max(0, ...reference.map((thing) => count(thing.owner)));
        const victim = crowd.victim();
        const owners = new Set(reference.filter((thing) => count(thing.owner) === most).map((thing) => thing.owner));
        const oldest = [...owners].map((name) => reference.find((thing) => thing.owner === name)!.id);
        if (most === 0 ? victim !== undefined : !oldest.includes(victim!)) return false;
        if (crowd.size !== reference.length) return false;
        for (const name of ['a', 'b', 'c', 'd'])
          if (crowd.count(name) !== count(name) || crowd.oldestOf(name) !== reference.find((thing) => thing.owner === name)?.id) return false;
        if (reference.some((thing) => !crowd.has(thing.id)) || crowd.has('99')) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('of owners with as many, the one who came to it first gives way first', (t) => {
  const crowd = new Crowd();
  for (const name of ['a', 'b', 'c']) crowd.add(name, `${name}1`);
  t.is(crowd.victim(), 'a1');
  crowd.add('b', 'b2');
  t.is(crowd.victim(), 'b1');
  crowd.delete('b1');
  t.is(crowd.victim(), 'a1');
  crowd.delete('a1');
  t.is(crowd.victim(), 'c1');
});

test('deadlines come when they are due, in order, moved or not: as a slow reference says', async (t) => {
  const id = fc.integer({ min: 0, max: 9 }).map(String);
  const step = fc.oneof(fc.record({ set: id, in: fc.integer({ min: 1, max: 500 }) }), fc.record({ delete: id }), fc.record({ wait: fc.integer({ min: 0, max: 200 }) }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new VirtualClock();
      const came: [string, number][] = [];
      const expected: [string, number][] = [];
      const expiry = new Expiry(clock, (which) => came.push([which, clock.now()]));
      let reference: { id: string; at: number }[] = [];
      const pass = async (milliseconds: number): Promise<void> => {
        const due = reference.filter(({ at }) => at <= clock.now() + milliseconds).sort((a, b) => a.at - b.at);
        expected.push(...due.map(({ id: which, at }): [string, number] => [which, at]));
        reference = reference.filter((mark) => !due.includes(mark));
        await clock.advance(milliseconds);
      };
      for (const it of steps) {
        if ('set' in it) {
          reference = [...reference.filter((mark) => mark.id !== it.set), { id: it.set, at: clock.now() + it.in }];
          expiry.set(it.set, clock.now() + it.in);
        } else if ('delete' in it) {
          reference = reference.filter((mark) => mark.id !== it.delete);
          expiry.delete(it.delete);
        } else await pass(it.wait);
      }
      await pass(600);
      const sorted = (list: [string, number][]): string => JSON.stringify(list.toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)));
      return sorted(came) === sorted(expected) && clock.pending === 0;
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('a budget gives what it has, and takes back what is let go', (t) => {
  const budget = new Budget(1000);
  const one = new Assembly(budget);
  const two = new Assembly(budget);
  t.true(one.add(new Uint8Array(500).fill(1)));
  t.is(budget.used, 500);
  t.true(two.add(new Uint8Array(10)));
  t.is(budget.used, 756, 'room for more comes in steps');
  t.false(one.add(new Uint8Array(1)));
  t.is(one.length, 500);
  t.is(budget.used, 756);
  two.clear();
  t.is(two.length, 0);
  t.is(budget.used, 500);
  t.true(one.add(Uint8Array.of(2, 3)));
  t.is(budget.used, 1000);
  t.deepEqual(one.take(), Uint8Array.from([...new Array(500).fill(1), 2, 3]));
  one.clear();
  t.is(budget.used, 0);
  t.true(budget.take(1000));
  t.false(budget.take(1));
});

test('an address belongs to itself in IPv4, and to its /64 in IPv6 (RFC 4291 2.5.1)', (t) => {
  for (const [address, owner] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64%eth0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1::192.0.2.1', '1:0:0:0::/64'],
    ['nonsense', 'nonsense'],
  ])
    t.is(ownerOf(address), owner, address);
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST', '::ffff:127.0.0.1']) t.true(isLoopback(address), address);
  for (const address of ['0.0.0.0', '::', '192.0.2.1', '::2', '::11', 'localhost.example', '128.0.0.1', '::ffff:192.0.2.127']) t.false(isLoopback(address), address);
});

test('warnings of different kinds do not silence each other', async (t) => {
  const clock = new VirtualClock();
  const said: Warning[] = [];
  const warnings = new Warnings(clock, (warning) => said.push(warning));
  warnings.warn('a', 'first', 'client');
  warnings.warn('b', 'other');
  warnings.warn('a', 'second');
  t.deepEqual(said, [{ message: 'first', endpoint: 'client' }, { message: 'other' }]);
  await clock.advance(10_000);
  warnings.warn('b', 'other again');
  warnings.warn('a', 'third');
  t.deepEqual(said.slice(2).map(({ message }) => message), ['other again', 'third (and 1 more of this kind since it was last said)']);
});
