/** An adapter that talks to a simulated modem over a line, in this process. */
import { createSocket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { OpenUdp, UdpOptions } from '../../../src/device/hal/udp';
import type { LineFaults, Modem } from '../../simulated/modem';
import type { Subject } from '../conformance';
import { loadAdapter } from './adapter';
import { Bytes } from './espruino-double';
import { wrap } from './subject';
import { patient } from '../../support/patience';

/** Memory ends at some of the steps that take it: what is under way there is ended, as on Espruino. */
export class Memory {
  /** Steps taken: timers set, lines written. */
  steps = 0;
  readonly #from: number;
  readonly #to: number;

  constructor(from = Infinity, to = Infinity) {
    this.#from = from;
    this.#to = to;
  }

  step(): void {
    if (this.steps++ >= this.#from && this.steps <= this.#to) throw this;
  }

  /** Does the work, as far as memory goes. */
  within(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error !== this) throw error;
    }
  }
}

/** An adapter's module, and the line to the modem. `pins`: what was done to them, which `onPin` also hears. */
export function attach(adapter: string, modem: Modem<LineFaults>, onPin: (pin: number, level: number) => void, memory = new Memory()) {
  const write = (data: string) => {
    memory.step();
    modem.input(Buffer.from(data, 'latin1'));
  };
  const serial = Object.assign(new EventEmitter(), { write });
  modem.onOutput((data) => memory.within(() => serial.emit('data', data.toString('latin1'))));
  const later = (callback: (...given: any[]) => void, ms: number, ...given: any[]) => {
    memory.step();
    return setTimeout(() => memory.within(() => callback(...given)), ms);
  };
  const pins: [number, number][] = [];
  const digitalWrite = (pin: number, level: number) => {
    pins.push([pin, level]);
    onPin(pin, level);
  };
  const E = { toString: (data: Uint8Array) => Buffer.from(data).toString('latin1') };
  const openUdp: (options: UdpOptions, modem: object) => any = loadAdapter(adapter, { globals: { E, digitalWrite, setTimeout: later }, modules: {} }).openUdp;
  return { serial, pins, openUdp, memory };
}

/** For the conformance suite. `next`: how long the next datagram takes after one was read, in milliseconds. */
export function asSubject(openUdp: OpenUdp, options: UdpOptions, breakDown: () => void, next: number): Subject {
  const subject = wrap(openUdp, options, breakDown, Bytes as any);
  const { read } = subject;
  subject.read = async (size) => {
    const received = await read(size);
    if (received.length !== undefined) await wait(next);
    return received;
  };
  return subject;
}

export type Opened = Awaited<ReturnType<typeof open>>;

/** Opens the adapter, with a peer. Both end with the test. */
export async function open(t: ExecutionContext, modem: Modem<LineFaults> & { reset(): void; powerOff(): void }, line: ReturnType<typeof attach>, options: object) {
  const changes: number[] = [];
  const got: Buffer[] = [];
  const udp = line.openUdp(
    {
      onReadable() {
        const into = new Bytes(600);
        for (let n = udp.read(into); n !== undefined; n = udp.read(into)) got.push(Buffer.from(into.slice(0, n)));
      },
    },
    { serial: line.serial, onChanged: (connection: number) => changes.push(connection), ...options },
  );
  const until = async (condition: () => unknown, limit = 20000) => {
    for (let ms = 0; ms < patient(limit) && !condition(); ms += 10) await wait(10);
    if (!condition()) throw new Error(`not in ${limit} ms: ${condition}; step ${udp._step}, ${modem.heard.slice(-5).join(' ')}`);
  };
  const peer = createSocket('udp4');
  const arrived: Buffer[] = [];
  const from = { port: 0 };
  peer.on('message', (data, { port }) => {
    arrived.push(data);
    from.port = port;
  });
  await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
  const write = (...bytes: number[]) => line.memory.within(() => udp.write(new Uint8Array(bytes), bytes.length, '127.0.0.1', peer.address().port));
  t.teardown(() => {
    line.memory.within(() => udp.close());
    peer.close();
    modem.powerOff();
  });
  const answer = (...bytes: number[]) => peer.send(Buffer.from(bytes), from.port, '127.0.0.1');
  return { ...line, modem, udp, changes, got, arrived, write, until, answer };
}

/** Resets the modem three times while it has something to send: datagrams after each arrive, and one comes back at the end. */
export async function resetOften(t: ExecutionContext, d: Opened): Promise<void> {
  await d.until(() => d.udp.connection === 2);
  for (let i = 0; i < 3; i++) {
    d.modem.reset();
    d.write(i);
    await d.until(() => d.changes.filter((one) => one === 2).length === i + 2);
    d.write(i, 100);
    await d.until(() => d.arrived.some((data) => data.equals(Buffer.from([i, 100]))));
  }
  d.answer(9);
  await d.until(() => d.got.length);
  t.deepEqual([...d.got[0]!], [9]);
}

/** Twelve datagrams there and back, with patience, on a line that has begun to be bad: nothing false arrives, and enough arrives. */
export async function exchange(t: ExecutionContext, d: Opened, faults: LineFaults): Promise<void> {
  let seed = 12345;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  await d.until(() => d.udp.connection === 2);
  Object.assign(d.modem.faults, faults, { random });
  const good = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const bytes = Array.from({ length: 60 }, (_, k) => (i * 7 + k) & 255);
    // As CoAP does: again, until the answer is there.
    for (let tries = 0; tries < 8 && !good.has(String(i)); tries++) {
      const { length } = d.arrived;
      d.write(...bytes);
      for (let ms = 0; ms < 1000 && d.arrived.length === length; ms += 10) await wait(10);
      if (d.arrived.length > length) d.answer(...bytes);
      for (let ms = 0; ms < 1000 && !good.has(String(i)); ms += 10) {
        await wait(10);
        if (d.got.some((data) => data.equals(Buffer.from(bytes)))) good.add(String(i));
      }
    }
  }
  t.true(good.size >= 11, `${good.size} of 12`);
  // The line to the modem loses nothing here, so all that arrived is what was written.
  for (const data of [...d.arrived, ...d.got]) t.true(data.length === 60 && data.every((byte, k) => byte === ((data[0]! + k) & 255)), data.toString('hex'));
}

/** Memory ends once, or for three steps, at each step there is from the beginning to an answer: when there is memory again, datagrams go both ways. */
export async function starve(t: ExecutionContext, begin: (memory: Memory) => Promise<Opened>): Promise<void> {
  const talk = async (d: Opened) => {
    for (let ms = 0; ms < 60000 && !d.got.length; ms += 500) {
      d.write(1, 2, 3);
      for (let waited = 0; waited < 500 && !d.got.length; waited += 10) await wait(10);
      if (d.arrived.length) d.answer(4, 5);
    }
    return d.got[0] ? [...d.got[0]].join() : d.udp._timer?._idleTimeout;
  };
  const plenty = await begin(new Memory());
  t.is(await talk(plenty), '4,5');
  const { steps } = plenty.memory;
  t.true(steps > 15, `${steps} steps`);
  // The first is that of `openUdp` itself.
  const cases = Array.from({ length: steps - 1 }, (_, i) => [1, 3].map((length) => [i + 1, i + 1 + length] as const)).flat();
  const results = await Promise.all(cases.map(async ([from, to]) => ({ from, to, got: await talk(await begin(new Memory(from, to))) })));
  // Or there is a timer, of a step that a network may take minutes for.
  t.deepEqual(results.filter(({ got }) => got !== '4,5' && !(got > 60000)), []);
  t.true(results.filter(({ got }) => got === '4,5').length > 0.9 * results.length);
}
