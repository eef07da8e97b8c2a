/** Which representation a block is of: an ETag belongs to one (RFC 7252 5.10.6, RFC 7959 2.4). Each test named by its rule. */
import test from 'ava';
import { valuesOf, type RefMessage } from '../reference/coap';
import { decodeTlv, type RefItem } from '../reference/tlv';
import { parse, seeded, SERVER, toHex } from '../support/bench';
import { createDevice, type Device } from '../support/device';
import { TLV, type Request } from '../support/dialogue';
import { createStore } from '../support/store';
import { pattern } from '../support/world';

const tagOf = (m: RefMessage): string => toHex(valuesOf(m, 4)[0] ?? []);

/** The ETag of a block of 16 bytes. */
function tag(device: Device, path: string, num: number, request: Request = {}): string {
  const answer = device.dialogue.get(path, { block2: [num, false, 16], ...request });
  if (answer.text !== '2.05') throw new Error(`${path}: ${answer.text}`);
  return tagOf(answer);
}

/** What may be read in blocks, and what may change. */
const PATHS = ['/3', '/3/0', '/3/0/0', '/16', '/16/0', '/19/0', '/19/0/0', '/3303', '/3303/0', '/3303/1', '/3442', '/3442/0', '/3442/0/150'];

function prepared(): Device {
  const device = createDevice();
  const { temperature, test: object, portfolio } = device.world;
  temperature.instances.push(1);
  temperature.values[1] = { 5700: 5, 5701: 'a unit with a long name' };
  temperature.values[0]![5701] = 'a unit with a long name';
  object.values[0]![150] = pattern(100);
  portfolio.values[0]![0] = ['one that needs several blocks'];
  return device;
}

test('7252 5.10.6: an ETag moves with a change at or below its path, and at or above it; no other change moves it', (t) => {
  const changes: [number, number, number][] = [
    [3, 0, 9], [3, 0, 0], [3, 0, -1], [3, -1, -1], [16, 0, 0], [16, 0, -1], [19, 0, 0], [19, 0, 1], [3303, 0, 5700], [3303, 1, 5700], [3303, 1, -1], [3303, -1, -1], [3442, 0, 150], [3442, 0, 120], [4, 0, 0],
  ];
  for (const change of changes)
    for (const path of PATHS) {
      const device = prepared();
      const before = tag(device, path, 0);
      device.bench.changed(...change);
      const ids = path.split('/').slice(1).map(Number);
      const concerned = ids.every((id, i) => change[i]! < 0 || change[i] === id);
      t.is(tag(device, path, 1) !== before, concerned, `${path} after a change of /${change.join('/')}`);
    }
});

test('7959 2.4: a Read in blocks comes to its end while everything else on the device changes', (t) => {
  for (const path of ['/3/0', '/16/0', '/3303/0', '/3442/0/150']) {
    const device = prepared();
    const ids = path.split('/').slice(1).map(Number);
    const tags = new Set<string>();
    for (let num = 0, more = true; more; num++) {
      const answer = device.dialogue.get(path, { block2: [num, false, 16] });
      t.is(answer.text, '2.05');
      tags.add(tagOf(answer));
      more = (valuesOf(answer, 23)[0]!.at(-1)! & 8) > 0;
      for (const o of [1, 3, 4, 16, 19, 3303, 3442])
        for (const i of [0, 1, 2])
          for (const r of [0, 1, 9, 13, 120, 5700]) if (o !== ids[0] || i !== ids[1] || (ids.length > 2 && r !== ids[2])) device.bench.changed(o, i, r);
    }
    t.is(tags.size, 1, path);
  }
});

test('7959 2.4: several representations go out in blocks at a time, to one server and to two, each under its own ETag', (t) => {
  const other = '192.0.2.2';
  const device = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1 }, { uri: `coap://${other}`, ssid: 2 }] });
  device.world.test.values[0]![150] = pattern(100);
  const reads = [['/3/0', SERVER], ['/19/0', SERVER], ['/3442/0/150', SERVER], ['/3442/0', other], ['/3', other], ['/3/0', other], ['/19', other]] as const;
  const first = reads.map(([path, from]) => tag(device, path, 0, { from }));
  for (let num = 1; num < 4; num++) for (const [i, [path, from]] of reads.entries()) t.is(tag(device, path, num, { from }), first[i]!, `${path} ${num}`);
  device.bench.changed(19, 0, 0);
  for (const [i, [path, from]] of reads.entries()) t.is(tag(device, path, 0, { from }) !== first[i], path.startsWith('/19'), path);
});

test('7959 2.4: more representations at a time than are remembered: another ETag, never the same for another representation', (t) => {
  const device = prepared();
  const first = tag(device, '/3/0', 0);
  for (const path of PATHS.filter((path) => path !== '/3/0')) tag(device, path, 0);
  device.world.device.values[0]![0] = 'OPEN MOBILE ALLIANCE';
  device.bench.changed(3, 0, 0);
  t.not(tag(device, '/3/0', 1), first);
});

test('7959 2.4: an ETag does not come back while its representation has changed 3,000 times, nor when 3,000 others have been read', (t) => {
  const device = prepared();
  const seen = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    seen.add(tag(device, '/3/0', 0));
    device.bench.changed(3, 0, 9);
  }
  t.is(seen.size, 3000);
  const before = tag(device, '/3/0', 0);
  for (let i = 0; i < 3000; i++) {
    for (const path of PATHS) if (path !== '/3/0') tag(device, path, 0);
    device.bench.changed(3, 0, 9);
    if (i % 100 === 99) t.not(tag(device, '/3/0', 0), before);
  }
});

test('7959 2.6: the blocks of a notification have one ETag, the rest of them fetched without Observe; another one once it has changed', (t) => {
  const device = createDevice({ block: 32 });
  device.dialogue.get('/3/0', { observe: 0, token: [1] });
  device.world.device.values[0]![9] = 49;
  const [sent] = device.bench.changed(3, 0, 9);
  const notification = parse(sent!.bytes);
  device.bench.say({ type: 2, mid: notification.mid });
  const etag = tagOf(notification);
  t.true(etag.length > 0);
  device.bench.changed(3303, 0, 5700);
  device.bench.changed(3, 1, -1);
  for (const num of [1, 2]) t.is(tag(device, '/3/0', num, { block2: [num, false, 32] }), etag);
  device.world.device.values[0]![9] = 48;
  device.bench.changed(3, 0, 9);
  t.not(tag(device, '/3/0', 3, { block2: [3, false, 32] }), etag);
});

test('7959 2.6: a notification in blocks that is sent again is the same bytes, whatever else has changed', (t) => {
  const device = createDevice({ block: 32 });
  device.dialogue.get('/3/0', { observe: 0, token: [1] });
  device.world.device.values[0]![9] = 49;
  const [sent] = device.bench.changed(3, 0, 9);
  device.bench.changed(3303, 0, 5700);
  const [again] = device.bench.wait(10_000);
  t.is(toHex(again!.bytes), toHex(sent!.bytes));
});

test('7959 2.4: the ETag of a Discover changes with the attributes in it', (t) => {
  const device = createDevice();
  const links = (num: number): string => tag(device, '/3/0', num, { accept: 40 });
  device.dialogue.put('/3/0/9', { query: ['pmin=10'] });
  const first = links(0);
  t.is(links(1), first);
  device.dialogue.put('/3/0/9', { query: ['pmin=20'] });
  const second = links(2);
  t.not(second, first);
  device.dialogue.put('/3', { query: ['pmax=99'] });
  t.not(links(2), second);
});

test('7959 2.4: the ETag of a Discover moves with attributes of its own level and of those above, below and beside it with none that it does not tell', (t) => {
  for (const [path, moving, resting] of [
    ['/3303/0/5700', ['/3303', '/3303/0', '/3303/0/5700'], ['/3303/0/5701', '/3303/1', '/3/0', '/3']],
    ['/3303/0', ['/3303', '/3303/0', '/3303/0/5700', '/3303/0/5701'], ['/3303/1', '/3303/1/5700', '/3/0']],
    ['/3303', ['/3303', '/3303/0', '/3303/1/5700'], ['/3', '/3/0/9']],
  ] as const)
    for (const one of [...moving, ...resting]) {
      const device = prepared();
      // Long enough for two blocks.
      device.dialogue.put('/3303/0/5700', { query: ['pmax=300'] });
      const first = tag(device, path, 0, { accept: 40 });
      device.dialogue.get('/3442/0/110');
      t.is(device.dialogue.put(one, { query: ['pmin=7'] }).text, '2.04', one);
      t.is(tag(device, path, 1, { accept: 40 }) !== first, moving.includes(one as never), `${path} ${one}`);
    }
});

test('7959 2.4: instances that come and go move the ETag of their object', (t) => {
  const device = prepared();
  const first = tag(device, '/16', 0);
  t.is(device.dialogue.post('/16', { format: TLV, payload: [0x00, 0x01] }).text, '2.01');
  const second = tag(device, '/16', 0);
  t.not(second, first);
  t.is(device.dialogue.delete('/16/1').text, '2.02');
  t.not(tag(device, '/16', 0), second);
  t.not(tag(device, '/16', 0), first);
});

test('5.10.6: an error and a whole answer have no ETag', (t) => {
  const { dialogue } = prepared();
  for (const answer of [dialogue.get('/3/0/9'), dialogue.get('/3/0', { block2: [99, false, 16] }), dialogue.get('/3/9', { block2: [0, false, 16] })]) t.is(tagOf(answer), '');
});

/** The values of a TLV by path, as hex; undefined when it is no TLV. */
function valuesAt(items: RefItem[] | undefined, path = ''): Map<string, string> | undefined {
  const found = new Map<string, string>();
  for (const { id, value, children } of items ?? []) {
    if (value) found.set(`${path}/${id}`, toHex(value));
    for (const [at, hex] of valuesAt(children, `${path}/${id}`) ?? []) found.set(at, hex);
  }
  return items && found;
}

test('7959 2.4: numbers that move without a word of the application: blocks under one ETag fit together, and each value is one that there was', (t) => {
  let whole = 0;
  let broken = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed);
    const device = createDevice();
    const values = device.world.test.values[0]!;
    const size = [16, 32, 64][seed % 3]!;
    const number = (): number => Math.floor((random() - 0.5) * 2 ** Math.floor(2 + random() * 40));
    // Some change a little, some much; lengths change, some one way and some the other.
    const move = (): void => {
      values[120] = random() < 0.7 ? (values[120] as number) + 1 : number();
      values[125] = random() < 0.5 ? (values[125] as number) + 1 : Math.abs(number());
      values[130] = random() < 0.5 ? (values[130] as number) + 0.25 : number() / 256;
      values[160] = (values[160] as number) + 1;
      if (random() < 0.5) values[1120] = [number(), (values[1120] as number[])[1]! + 1];
      if (random() < 0.5) values[1130] = [(values[1130] as number[])[0]! + 0.5];
    };
    values[160] = 946684800 + Math.floor(random() * 256) - 4;
    values[120] = 250;
    const seen = new Map<string, Set<string>>();
    const note = (): void => {
      for (const [path, hex] of valuesAt(decodeTlv(device.dialogue.get('/3442/0').payload))!) seen.set(path, (seen.get(path) ?? new Set()).add(hex));
    };
    const payload: number[] = [];
    const tags = new Set<string>();
    for (let num = 0, more = true; more; num++) {
      note();
      const answer = device.dialogue.get('/3442/0', { block2: [num, false, size] });
      if (answer.text !== '2.05') break;
      tags.add(tagOf(answer));
      payload.push(...answer.payload);
      more = (valuesOf(answer, 23)[0]!.at(-1)! & 8) > 0;
      if (random() < 0.3) move();
    }
    if (tags.size > 1) {
      broken++;
      continue;
    }
    whole++;
    const found = valuesAt(decodeTlv(payload));
    if (!found) t.fail(`seed ${seed}: what was put together is no TLV`);
    for (const [path, hex] of found ?? []) if (!seen.get(path)?.has(hex)) t.fail(`seed ${seed}: ${path} never was ${hex}`);
  }
  t.true(whole > 40 && broken > 40, `${whole} whole, ${broken} begun anew`);
});

test('7959 2.4: a clock that goes on by itself keeps no Read in blocks from its end', (t) => {
  for (const size of [16, 32, 64]) {
    const device = createDevice();
    const values = device.world.device.values[0]!;
    let done = 0;
    for (let at = 0; at < 48; at++) {
      // At each place to an edge.
      values[0] = 'x'.repeat(20 + (at % 32));
      device.bench.changed(3, 0, 0);
      values[13] = 1367491215 + 1000 * at;
      const tags = new Set<string>();
      for (let num = 0, more = true; more; num++) {
        const answer = device.dialogue.get('/3/0', { block2: [num, false, size] });
        tags.add(tagOf(answer));
        more = (valuesOf(answer, 23)[0]!.at(-1)! & 8) > 0;
        values[13] = (values[13] as number) + 1;
      }
      if (tags.size === 1) done++;
    }
    t.true(done >= 46, `${done} of 48 in blocks of ${size}`);
  }
});

test('7959 2.4: a number that moves by itself changes the ETag by what of it lies before an edge between two blocks, and by nothing else', (t) => {
  const types = { 'R integer': [1, 2, 4, 8], 'R time': [4, 8], 'R unsigned': [2], 'R float': [4, 8] } as const;
  for (const [type, sizes] of Object.entries(types))
    for (const size of sizes)
      for (let before = 3; before < 32; before++) {
        // A string of 8 bytes has a head of three bytes: so none ends at 10.
        if (before === 10) continue;
        const head = before < 10 ? 2 : 3;
        const store = createStore(7000, { 0: 'R string', 1: type }, { 0: { 0: 'x'.repeat(before - head), 1: 0 } });
        const { dialogue } = createDevice({ objects: [store] });
        const read = (v: number): string => {
          store.values[0]![1] = v;
          const answer = dialogue.get('/7000/0', { block2: [0, false, 16] });
          return tagOf(answer);
        };
        // Behind the string and its own head.
        const first = before + (size < 8 ? 2 : 3);
        // How many of its bytes lie before the next edge.
        const shown = 16 - (first % 16);
        const crosses = first % 16 !== 0 && shown < size;
        const base = type === 'R float' ? (size === 4 ? 1.5 : 1.1) : 2 ** (size * 8 - (size === 8 ? 14 : 2));
        const was = read(base);
        for (let k = 0; k < size; k++) {
          if (type === 'R float') {
            t.is(read(base + (size === 4 ? 0.25 : 1 / 3)) !== was, crosses, `${type} of ${size} bytes from ${first} on`);
            break;
          }
          // The sum has 16 bits: of what stands before the edge the last two bytes.
          if (crosses && k < shown - 2) continue;
          if (size === 8 && k < 2) continue;
          // Byte k of it is another.
          t.is(read(base + 2 ** ((size - 1 - k) * 8)) !== was, crosses && k < shown, `${type} of ${size} bytes from ${first} on, byte ${k}`);
        }
        t.is(read(base), was, 'the same again');
      }
});

test('7959 2.4: another length of any value is another representation', (t) => {
  const store = createStore(7000, { 0: 'R string', 1: 'R opaque*', 2: 'R integer', 3: 'R string' }, { 0: { 0: 'a', 1: { 0: pattern(3) }, 2: 5, 3: 'x'.repeat(40) } });
  const { dialogue } = createDevice({ objects: [store] });
  const read = (values: object): string => {
    Object.assign(store.values[0]!, values);
    return tagOf(dialogue.get('/7000/0', { block2: [1, false, 16] }));
  };
  const seen = [read({}), read({ 0: 'ab' }), read({ 1: { 0: pattern(4) } }), read({ 1: { 0: pattern(4), 1: pattern(1) } }), read({ 2: 500 }), read({ 2: 5, 3: 'x'.repeat(41) })];
  t.is(new Set(seen).size, seen.length);
});
