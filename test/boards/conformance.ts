/** What every Udp adapter must do, whatever it stands on: the promises of src/device/hal/udp.ts, one test each. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import { skip } from '../support/skip';
import { patient } from '../support/patience';

/** A datagram as `read` gave it; `length` undefined: there was none. */
export interface Received {
  length?: number;
  bytes: number[];
  address?: string;
  port?: number;
}

/** An open socket of the adapter, which may live in another process. */
export interface Subject {
  /** Reads into a buffer of `size` bytes. `bytes` is that whole buffer. */
  read(size: number): Promise<Received>;
  /** Writes the first `length` of the bytes, and overwrites them at once. */
  write(bytes: number[], length: number, address: string, port: number): Promise<void>;
  close(): Promise<void>;
  /** null and undefined as they are. */
  resolve(host: string): Promise<string | null | undefined>;
  /** How often onReadable was called, how often from inside a method, and whether `this` and its target were right each time. */
  calls(): Promise<{ count: number; nested: number; right: boolean }>;
  /** Ends what is below the adapter, as a network does. */
  breakDown(): Promise<void>;
}

/** An adapter on its engine. */
export interface Driver {
  open(options: { port?: number }): Promise<Subject>;
  /** The longest datagram that it must carry whole, in bytes. */
  largest: number;
  /** What is longer: it arrives and its length says so, or as much as fits; or not at all. */
  longer: 'told' | 'cut' | 'lost';
  ipv6: boolean;
  /** Looks up names at all. */
  names: boolean;
  /** The version of a real engine, where it runs on one. */
  version?: string;
  /** Whether the local port is the adapter's to choose; "engine": a socket that is made anew has another. */
  localPort: 'adapter' | 'engine';
  /** Whether a socket that ends by itself says so. Where it does not, the next write makes another. */
  breaks: 'told' | 'silent';
  end(): Promise<void>;
}

/** Every value of a byte, from `first` on, over and over. */
function pattern(length: number, first = 0): number[] {
  return Array.from({ length }, (_, i) => (first + i) & 255);
}

/** The other side. */
class Peer {
  readonly socket: Socket;
  readonly got: { data: Buffer; port: number; address: string }[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (data, { port, address }) => this.got.push({ data, port, address }));
  }

  static async open(address = '127.0.0.1'): Promise<Peer> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new Peer(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  async next(limit = 10000): Promise<{ data: Buffer; port: number; address: string }> {
    for (let ms = 0; ms < patient(limit) && !this.got.length; ms += 10) await wait(10);
    const first = this.got.shift();
    if (!first) throw new Error(`nothing arrived in ${limit} ms`);
    return first;
  }

  send(bytes: number[], port: number): Promise<unknown> {
    return new Promise((resolve) => this.socket.send(Buffer.from(bytes), port, this.socket.address().address, resolve));
  }
}

/** The next datagram that the adapter has. */
async function readNext(subject: Subject, size = 1600, limit = 10000): Promise<Received> {
  for (let ms = 0; ms < patient(limit); ms += 20) {
    const received = await subject.read(size);
    if (received.length !== undefined) return received;
    await wait(20);
  }
  throw new Error(`nothing to read in ${limit} ms`);
}

/** Opens both sides; they have heard of each other: `port` is the adapter's. */
async function pair(driver: Driver, address?: string): Promise<{ subject: Subject; peer: Peer; port: number }> {
  const peer = await Peer.open(address);
  const subject = await driver.open({});
  await subject.write([1, 2, 3], 3, peer.socket.address().address, peer.port);
  const { data, port } = await peer.next();
  if (data.toString('hex') !== '010203') throw new Error(`wrote 010203, and ${data.toString('hex')} arrived`);
  return { subject, peer, port };
}

type Check = (t: ExecutionContext, driver: Driver) => Promise<void>;

const CHECKS: Record<string, Check> = {
  async 'read returns undefined when there is nothing'(t, driver) {
    const subject = await driver.open({});
    t.is((await subject.read(32)).length, undefined);
    const { subject: opened, peer } = await pair(driver);
    t.is((await opened.read(32)).length, undefined);
    peer.socket.close();
    await subject.close();
    await opened.close();
  },

  async 'read gives the whole datagram, and who sent it'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    await peer.send([9, 8, 7], port);
    const received = await readNext(subject, 8);
    t.deepEqual(received, { length: 3, bytes: [9, 8, 7, 0, 0, 0, 0, 0], address: '127.0.0.1', port: peer.port });
    t.is((await subject.read(8)).length, undefined);
    peer.socket.close();
    await subject.close();
  },

  async 'every value of a byte goes both ways'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    const bytes = pattern(driver.largest < 256 ? driver.largest : 256);
    await peer.send(bytes, port);
    t.deepEqual((await readNext(subject, bytes.length)).bytes, bytes);
    await subject.write(bytes, bytes.length, '127.0.0.1', peer.port);
    t.deepEqual([...(await peer.next()).data], bytes);
    peer.socket.close();
    await subject.close();
  },

  async 'write sends the length that it is told, and the buffer is free after it'(t, driver) {
    const { subject, peer } = await pair(driver);
    await subject.write(pattern(200, 1), 17, '127.0.0.1', peer.port);
    t.deepEqual([...(await peer.next()).data], pattern(17, 1));
    await wait(50);
    t.is(peer.got.length, 0);
    peer.socket.close();
    await subject.close();
  },

  async 'datagrams written one after the other stay datagrams'(t, driver) {
    const { subject, peer } = await pair(driver);
    for (let i = 0; i < 4; i++) await subject.write(pattern(10 + i, i), 10 + i, '127.0.0.1', peer.port);
    for (let i = 0; i < 4; i++) t.deepEqual([...(await peer.next()).data], pattern(10 + i, i));
    peer.socket.close();
    await subject.close();
  },

  async 'the largest datagram goes both ways whole'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    const bytes = pattern(driver.largest, 7);
    await peer.send(bytes, port);
    const received = await readNext(subject, driver.largest);
    t.is(received.length, driver.largest);
    t.deepEqual(received.bytes, bytes);
    await subject.write(bytes, bytes.length, '127.0.0.1', peer.port);
    t.deepEqual([...(await peer.next()).data], bytes);
    peer.socket.close();
    await subject.close();
  },

  async 'a datagram that is longer than the buffer is cut to it and its length is told'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    await peer.send(pattern(100, 3), port);
    const received = await readNext(subject, 40);
    t.true(received.length! > 40, `length ${received.length}`);
    t.deepEqual(received.bytes, pattern(40, 3));
    await peer.send([5], port);
    t.deepEqual((await readNext(subject, 4)).bytes, [5, 0, 0, 0]);
    peer.socket.close();
    await subject.close();
  },

  async 'a datagram that is longer than the engine takes does no harm to those that follow'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    for (const more of [1, 4, 9, 200]) {
      await peer.send(pattern(driver.largest + more, 3), port);
      await wait(60);
      const received = await subject.read(1600);
      if (driver.longer === 'told') t.is(received.length, driver.largest + more);
      else if (received.length !== undefined) {
        // As large as it may be: the layer above takes that for cut.
        t.true(received.length >= driver.largest, `length ${received.length}`);
        t.deepEqual(received.bytes.slice(0, 200), pattern(200, 3));
      } else t.is(driver.longer, 'lost');
      t.is((await subject.read(32)).length, undefined, `rest of a datagram of ${driver.largest + more}`);
      await peer.send([more], port);
      t.deepEqual((await readNext(subject, 2)).bytes, [more & 255, 0]);
    }
    peer.socket.close();
    await subject.close();
  },

  async 'an empty datagram is none, and does no harm'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    for (let i = 0; i < 3; i++) {
      await peer.send([], port);
      await wait(60);
      t.is((await subject.read(32)).length, undefined);
      await peer.send([i, 1], port);
      t.deepEqual((await readNext(subject, 2)).bytes, [i, 1]);
    }
    await subject.write([6], 1, '127.0.0.1', peer.port);
    t.deepEqual([...(await peer.next()).data], [6]);
    peer.socket.close();
    await subject.close();
  },

  async 'onReadable comes for a datagram, never from inside a method, with the socket as this'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    t.is((await subject.calls()).count, 0);
    await peer.send([1], port);
    await readNext(subject);
    await peer.send([2], port);
    await readNext(subject);
    const { count, nested, right } = await subject.calls();
    t.is(count, 2);
    t.is(nested, 0);
    t.true(right);
    peer.socket.close();
    await subject.close();
  },

  async 'what is not read fills nothing: a flood is bounded, the first datagram is kept'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    for (let i = 0; i < 300; i++) await peer.send([i & 255, i >> 8], port);
    await wait(300);
    t.deepEqual((await readNext(subject, 2)).bytes, [0, 0]);
    let kept = 1;
    while ((await subject.read(2)).length !== undefined) kept++;
    t.true(kept <= 64, `${kept} kept`);
    await peer.send([77], port);
    t.deepEqual((await readNext(subject, 1)).bytes, [77]);
    peer.socket.close();
    await subject.close();
  },

  async 'a port where nobody listens is silence'(t, driver) {
    const { subject, peer } = await pair(driver);
    const nobody = await Peer.open();
    const { port } = nobody;
    nobody.socket.close();
    for (let i = 0; i < 3; i++) {
      await subject.write([1], 1, '127.0.0.1', port);
      await wait(20);
    }
    t.is((await subject.read(8)).length, undefined);
    await subject.write([8], 1, '127.0.0.1', peer.port);
    t.deepEqual([...(await peer.next()).data], [8]);
    peer.socket.close();
    await subject.close();
  },

  async 'a network that refuses is silence'(t, driver) {
    const { subject, peer } = await pair(driver);
    for (const address of ['255.255.255.255', '0.0.0.1', '', 'not an address', '::ffff:0:0']) await subject.write([1], 1, address, 9);
    await subject.write([1], 1, '127.0.0.1', 0);
    await wait(100);
    // A refusal that comes late, on a busy machine, may take a datagram with it: CoAP would send that again, and so does this.
    const send = () => void subject.write([8], 1, '127.0.0.1', peer.port);
    send();
    const again = setInterval(send, 1000);
    try {
      t.deepEqual([...(await peer.next()).data], [8]);
    } finally {
      clearInterval(again);
    }
    peer.socket.close();
    await subject.close();
  },

  async 'a socket that closes by itself is made again, under the same port where ports can be chosen'(t, driver) {
    const { subject, peer, port: first } = await pair(driver);
    let port = first;
    for (let i = 0; i < 3; i++) {
      const { count } = await subject.calls();
      await subject.breakDown();
      if (driver.breaks === 'silent') {
        await subject.write([99], 1, '127.0.0.1', peer.port);
        port = (await peer.next()).port;
        await peer.send([i], port);
        t.deepEqual((await readNext(subject, 2)).bytes, [i, 0]);
        continue;
      }
      // The client reads when notified, as for a datagram.
      for (let ms = 0; ms < 2000 && (await subject.calls()).count === count; ms += 20) await wait(20);
      t.true((await subject.calls()).count > count, 'nobody heard of it');
      t.is((await subject.read(8)).length, undefined);
      await wait(60);
      await peer.send([i], port);
      t.deepEqual((await readNext(subject, 2)).bytes, [i, 0]);
      await subject.write([i], 1, '127.0.0.1', peer.port);
      t.is((await peer.next()).port, port);
    }
    peer.socket.close();
    await subject.close();
  },

  async 'close is for good, and may come twice'(t, driver) {
    const { subject, peer, port } = await pair(driver);
    await peer.send([1], port);
    await wait(60);
    const { count } = await subject.calls();
    await subject.close();
    await subject.close();
    t.is((await subject.read(8)).length, undefined);
    await wait(60);
    await peer.send([1], port);
    await subject.write([2], 1, '127.0.0.1', peer.port);
    await wait(100);
    t.is((await subject.read(8)).length, undefined);
    t.is(peer.got.length, 0);
    t.is((await subject.calls()).count, count);
    peer.socket.close();
  },

  async 'close before anything was sent'(t, driver) {
    const subject = await driver.open({});
    await subject.close();
    t.is((await subject.read(8)).length, undefined);
  },

  async 'a local port that is asked for is the local port'(t, driver) {
    if (driver.localPort === 'engine') return skip(t, 'the engine chooses the local port');
    const free = await Peer.open();
    const { port } = free;
    free.socket.close();
    await once(free.socket, 'close');
    const subject = await driver.open({ port });
    const peer = await Peer.open();
    await subject.write([1], 1, '127.0.0.1', peer.port);
    t.is((await peer.next()).port, port);
    peer.socket.close();
    await subject.close();
  },

  async 'resolve gives a literal as it is'(t, driver) {
    const subject = await driver.open({});
    t.is(await subject.resolve('192.0.2.77'), '192.0.2.77');
    if (driver.ipv6) {
      t.is(await subject.resolve('2001:db8:0:0:0:0:0:1'), '2001:db8::1');
      t.is(await subject.resolve('::1'), '::1');
    } else t.is(await subject.resolve('::1'), null);
    await subject.close();
  },

  async 'resolve says null for a name that does not resolve, each time anew'(t, driver) {
    const subject = await driver.open({});
    for (let i = 0; i < 2; i++) {
      let found = await subject.resolve('nobody.invalid');
      for (let ms = 0; ms < 20000 && found === undefined; ms += 50) {
        await wait(50);
        found = await subject.resolve('nobody.invalid');
      }
      t.is(found, null);
    }
    t.is((await subject.calls()).nested, 0);
    await subject.close();
  },

  async 'resolve looks a name up, and calls when it knows'(t, driver) {
    if (!driver.names) return skip(t, 'there is nobody to ask for names on this engine');
    const subject = await driver.open({});
    for (let i = 1; i < 3; i++) {
      t.is(await subject.resolve('localhost'), undefined);
      for (let ms = 0; ms < 5000 && (await subject.calls()).count < i; ms += 20) await wait(20);
      t.is((await subject.calls()).count, i);
      t.true(['127.0.0.1', '::1'].includes((await subject.resolve('localhost'))!));
    }
    t.deepEqual(await subject.calls(), { count: 2, nested: 0, right: true });
    await subject.close();
  },

  async 'IPv6 carries datagrams as IPv4 does'(t, driver) {
    if (!driver.ipv6) return skip(t, 'the engine has IPv4 only');
    const { subject, peer, port } = await pair(driver, '::1').catch((error) => (error.code === 'EADDRNOTAVAIL' ? {} : Promise.reject(error))) as any;
    if (!subject) return skip(t, 'this machine has no IPv6');
    await peer.send(pattern(20), port);
    const { length, address } = await readNext(subject, 20);
    t.is(length, 20);
    t.is(address, '::1');
    peer.socket.close();
    await subject.close();
  },
};

/** Registers the tests for an adapter, on a real engine if one is named. Where `start` gives a sentence, it is why they cannot run. */
export function conformance(name: string, start: () => Promise<Driver | string>, engine?: string): void {
  let started: Promise<Driver | string> | undefined;
  for (const [sentence, check] of Object.entries(CHECKS)) {
    test.serial(`${name}: ${sentence}`, async (t) => {
      started ??= start();
      const driver = await started;
      if (typeof driver === 'string') return engine ? withoutEngine(t, engine, driver) : skip(t, driver);
      if (engine) onEngine(t, engine, driver.version ?? '-');
      await check(t, driver);
    });
  }
  test.after.always(async () => {
    const driver = await started?.catch(() => undefined);
    if (driver && typeof driver !== 'string') await driver.end();
  });
}
