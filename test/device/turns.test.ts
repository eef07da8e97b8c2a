/** Whose turn it is: one exchange at a time with a server (RFC 7252 4.7), many observations (RFC 7641 4.5, LwM2M 1.0.2 5.1.2). In virtual time. */
import test from 'ava';
import { parse, SERVER, seeded, type Sent } from '../support/bench';
import { createDevice, type Device } from '../support/device';

/** Resources of object 3 that may be observed each by itself. */
const RESOURCES = [0, 1, 2, 3, 9, 10, 13, 14, 16];

interface Told {
  /** ms. */
  at: number;
  token: number;
}

/** A server that acknowledges each notification after `latency` ms, and loses one in `loss`. */
class Observer {
  readonly told: Told[] = [];
  readonly device: Device;
  #latency: number;
  #loss: number;
  #random: () => number;
  #heard = 0;
  #count = 0;
  #waiting: { at: number; mid: number; token: number }[] = [];

  constructor(device: Device, latency: number, loss = 0, seed = 1) {
    this.device = device;
    this.#latency = latency;
    this.#loss = loss;
    this.#random = seeded(seed);
    this.#heard = device.bench.out.length;
  }

  observe(resource: number, attributes: string[] = []): void {
    if (attributes.length) this.device.dialogue.put(`/3/0/${resource}`, { query: attributes });
    this.device.dialogue.get(`/3/0/${resource}`, { observe: 0, token: [resource] });
    this.#heard = this.device.bench.out.length;
  }

  touch(resource: number): void {
    const value = this.device.world.device.values[0]![resource];
    this.device.world.device.values[0]![resource] = typeof value === 'number' ? value + 1 : `value ${++this.#count}`;
    this.device.bench.changed(3, 0, resource);
    this.#listen();
  }

  #listen(): void {
    const { bench } = this.device;
    for (; this.#heard < bench.out.length; this.#heard++) {
      const m = parse(bench.out[this.#heard]!.bytes);
      if (m.type !== 0) continue;
      const lost = this.#random() < this.#loss;
      if (!lost && m.code === 0x45) this.told.push({ at: bench.out[this.#heard]!.at, token: m.token[0]! });
      if (!lost) this.#waiting.push({ at: bench.now + this.#latency, mid: m.mid, token: m.token[0]! });
    }
  }

  /** Lets `ms` pass in steps of 10. */
  pass(ms: number): void {
    const { bench } = this.device;
    for (const end = bench.now + ms; bench.now < end; ) {
      bench.advance(10);
      this.#listen();
      while (this.#waiting.length && this.#waiting[0]!.at <= bench.now) {
        const { mid } = this.#waiting.shift()!;
        bench.say({ type: 2, mid });
        this.#listen();
      }
    }
  }

  times(token: number): number[] {
    return this.told.filter((one) => one.token === token).map(({ at }) => at);
  }
}

const gaps = (times: number[]): number[] => times.slice(1).map((at, i) => at - times[i]!);

test('5.1.2: an observation that changes faster than it is acknowledged does not keep another from its pmax', (t) => {
  const server = new Observer(createDevice(), 1000);
  server.observe(9);
  server.observe(13, ['pmax=10']);
  for (let i = 0; i < 120; i++) {
    server.touch(9);
    server.pass(900);
  }
  t.true(server.times(13).length >= 9, `${server.times(13).length} in 108 s`);
  t.true(Math.max(...gaps(server.times(13))) <= 11_100, 'at most one exchange late');
  t.true(server.times(9).length > 80);
});

test('4.5: what waits longest is told first: in the order in which it changed, not in that of the slots', (t) => {
  const server = new Observer(createDevice(), 1000);
  for (const resource of [9, 13, 14, 10]) server.observe(resource);
  server.touch(9);
  for (const resource of [10, 14, 13]) {
    server.pass(100);
    server.touch(resource);
  }
  server.pass(10_000);
  t.deepEqual(server.told.map(({ token }) => token), [9, 10, 14, 13]);
});

test('5.1.2: where pmax has come to its end it goes before what changed since', (t) => {
  const server = new Observer(createDevice(), 1900);
  for (const resource of [9, 13, 14]) server.observe(resource);
  server.observe(10, ['pmax=1']);
  server.touch(9);
  server.pass(100);
  server.touch(14);
  server.touch(13);
  server.pass(7000);
  t.deepEqual(server.told.slice(0, 3).map(({ token }) => token), [9, 10, 14]);
});

test('5.1.2: pmax of many does not keep a change of another waiting for more than a round', (t) => {
  const server = new Observer(createDevice(), 2000);
  for (const resource of [0, 1, 2, 3]) server.observe(resource, ['pmax=1']);
  server.observe(9);
  server.pass(20_000);
  for (let i = 0; i < 5; i++) {
    const at = server.device.bench.now;
    server.touch(9);
    server.pass(30_000);
    const told = server.told.find((one) => one.token === 9 && one.at >= at)!;
    t.true(told && told.at - at <= 5 * 2000 + 100, `${told?.at - at} ms`);
    const meanwhile = server.told.filter((one) => one.at >= at && one.at < told.at).map(({ token }) => token);
    t.is(new Set(meanwhile).size, meanwhile.length, `each of the others once: ${meanwhile}`);
  }
});

test('5.1.2: before the end of pmin nothing is told, however many others have their turn', (t) => {
  const server = new Observer(createDevice(), 200);
  server.observe(9, ['pmin=30']);
  server.observe(13);
  const from = server.device.bench.now;
  for (let i = 0; i < 80; i++) {
    server.touch(9);
    server.touch(13);
    server.pass(1000);
  }
  const times = server.times(9);
  t.true(times[0]! - from >= 29_900 && times[0]! - from <= 30_500, `${times[0]! - from}`);
  for (const gap of gaps(times)) t.true(gap >= 29_900 && gap <= 31_000, `${gap}`);
  t.true(server.times(13).length > 70);
});

for (const [latency, loss] of [[50, 0], [700, 0], [2000, 0], [300, 0.2], [1500, 0.3]] as const)
  test(`no observation waits for more than a round of the others: acknowledged after ${latency} ms, ${loss * 100} % lost`, (t) => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seeded(seed * 7919);
      const device = createDevice();
      const server = new Observer(device, latency, loss, seed);
      const pmax = new Map<number, number>();
      for (const [i, resource] of RESOURCES.entries()) {
        const attributes = i % 3 === 0 ? [] : i % 3 === 1 ? [`pmin=${1 + Math.floor(random() * 3)}`] : [`pmax=${5 + Math.floor(random() * 20)}`];
        server.observe(resource, attributes);
        if (i % 3 === 2) pmax.set(resource, Number(attributes[0]!.slice(5)) * 1000);
      }
      // What has changed and was not told since, in order; slot 0 changes all the time.
      const owed = new Map<number, number>();
      const passed = new Map<number, Map<number, number>>();
      let seen = 0;
      const look = (): void => {
        for (; seen < server.told.length; seen++) {
          const { token } = server.told[seen]!;
          owed.delete(token);
          passed.delete(token);
          for (const [other, counts] of passed) if (other !== token) counts.set(token, (counts.get(token) ?? 0) + 1);
          for (const [other, counts] of passed) for (const [by, times] of counts) if (times > 2) t.fail(`seed ${seed}: ${other} waited while ${by} was told ${times} times`);
        }
      };
      for (let step = 0; step < 300; step++) {
        const resource = random() < 0.5 ? RESOURCES[0]! : RESOURCES[Math.floor(random() * RESOURCES.length)]!;
        server.touch(resource);
        // Those without pmin only: the others wait by right.
        if (!owed.has(resource) && RESOURCES.indexOf(resource) % 3 !== 1) {
          owed.set(resource, device.bench.now);
          passed.set(resource, new Map());
        }
        look();
        server.pass(100 + Math.floor(random() * 400));
        look();
      }
      if (!loss)
        for (const [resource, ms] of pmax) {
          const late = Math.max(...gaps(server.times(resource))) - ms;
          t.true(late <= latency * (RESOURCES.length + 1) + 600, `seed ${seed}: pmax ${ms} of ${resource} ${late} ms late`);
        }
      t.true(server.told.length > 10);
    }
    t.pass();
  });

test('7252 4.7: each server has its own turn: one that acknowledges slowly holds up no other', (t) => {
  const other = '192.0.2.2';
  const device = createDevice({ servers: [{ uri: `coap://${SERVER}`, ssid: 1 }, { uri: `coap://${other}`, ssid: 2 }] });
  for (const from of [SERVER, other]) device.dialogue.get('/3/0/9', { observe: 0, token: [1], from });
  device.world.device.values[0]![9] = 1;
  let sent: Sent[] = device.bench.changed(3, 0, 9);
  t.is(sent.length, 2);
  for (let i = 2; i < 10; i++) {
    const mine = sent.find(({ address }) => address === other)!;
    device.bench.say({ type: 2, mid: parse(mine.bytes).mid }, other);
    device.world.device.values[0]![9] = i;
    sent = device.bench.changed(3, 0, 9);
    t.deepEqual(sent.map(({ address }) => address), [other]);
  }
});
