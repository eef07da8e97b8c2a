/** A link with half a second each way: what goes in blocks comes to its end while everything else on the device changes. RFC 7252 5.10.6, RFC 7959 2.4. */
import { openProxy, type Proxy } from '../../simulated/proxy';
import type { Device } from '../device';
import type { LeshanServer } from '../leshan/index';
import { Aiocoap } from '../peers/index';
import { assert, check, until } from '../runner';
import type { Start } from './register';

const ONE_WAY_MS = 500;
const EVERY_MS = 100;
const TLV = 11542;
const READS = 3;

/** All that the test device has beside object 3. */
const OTHERS = ['/3303/0/5700', '/3303/0/5601', '/3303/0/5602', '/5/0/3', '/5/0/5', '/30001/0/1', '/30001/0/2', '/30001/0/24'];

/** Lets every other value of the device change while `run` runs. */
async function whileChanging(device: Device, run: () => Promise<void>): Promise<void> {
  let n = 0;
  const timer = setInterval(() => OTHERS.forEach((path, i) => device.set(path, (n = (n + i) % 1000))), EVERY_MS);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
}

interface Read {
  code: string;
  /** Hexadecimal. */
  payload: string;
}

/** Reads /3/0 in blocks of 64 bytes, when nothing changes and when everything else does. */
async function compare(name: string, device: Device, read: (path: string) => Promise<Read>): Promise<void> {
  let still = '';
  await check(`${name}: a Read of /3/0 in blocks of 64 while nothing changes`, async () => {
    const { code, payload } = await read('/3/0');
    assert.equal(code, '2.05');
    assert.ok(payload.length / 2 > 128, `${payload.length / 2} bytes: three blocks or more`);
    still = payload;
  });
  await check(`${name}: ${READS} of ${READS} Reads of /3/0 while every other value changes each ${EVERY_MS} ms`, () =>
    whileChanging(device, async () => {
      for (let i = 0; i < READS; i++) assert.deepEqual(await read('/3/0'), { code: '2.05', payload: still });
    }));
  await check(`${name}: /3 and /3/0 at the same time, while every other value changes`, () =>
    whileChanging(device, async () => {
      const both = await Promise.all([read('/3'), read('/3/0')]);
      assert.deepEqual(both.map(({ code }) => code), ['2.05', '2.05']);
      assert.equal(both[1]!.payload, still);
      assert.ok(both[0]!.payload.endsWith(still));
    }));
}

async function behind(port: number, run: (proxy: Proxy) => Promise<void>): Promise<void> {
  const proxy = await openProxy(port, 1, { loss: 0, duplicates: 0, delay: 0, latency: ONE_WAY_MS });
  try {
    await run(proxy);
  } finally {
    proxy.close();
  }
}

export async function slowAiocoap(start: Start): Promise<void> {
  const server = await Aiocoap.start('server');
  await behind(server.port, async (proxy) => {
    const device = start(`coap://127.0.0.1:${proxy.port}`, 'slow', { block: 64 });
    await device.event('registered', 0, undefined, 30_000);
    const base = `coap://127.0.0.1:${server.seen()[0]!.port}`;
    await compare('aiocoap', device, async (path) => {
      const { code, payload } = await server.ask({ method: 'GET', uri: base + path, accept: TLV }, 60_000);
      return { code, payload };
    });
    await check('aiocoap: a notification in blocks of 64, while every other value changes', () =>
      whileChanging(device, async () => {
        const { all } = await server.ask({ method: 'GET', uri: `${base}/3/0`, accept: TLV, observe: 0 }, 60_000);
        device.set('/3/0/9', 77);
        const told = await until('the notification', () => all().find(({ payload }) => payload.includes('c1094d')), 60_000);
        assert.equal(told.payload.length, all()[0]!.payload.length);
      }));
    await device.stop();
  });
  await server.stop();
}

export async function slowLeshan(server: LeshanServer, start: Start): Promise<void> {
  await behind(server.coapPort, async (proxy) => {
    const device = start(`coap://127.0.0.1:${proxy.port}`, 'slow', { block: 64 });
    await device.event('registered', 0, undefined, 30_000);
    const view = server.client('slow');
    await compare('Californium', device, async (path) => {
      const { status, payload } = await view.read(path, 'TLV', 60);
      return { code: status === 'CONTENT' ? '2.05' : `${status}`, payload: `${payload}` };
    });
    await check('Californium: a notification in blocks of 64, while every other value changes', () =>
      whileChanging(device, async () => {
        const first = await view.observe('/3/0', 'TLV&timeout=60');
        assert.equal(first.status, 'CONTENT');
        const since = await server.mark();
        device.set('/3/0/9', 77);
        const told = await server.event('the notification', since, ({ type, endpoint }) => type === 'NOTIFICATION' && endpoint === 'slow', 60_000);
        assert.ok(told.payload!.includes('c1094d'));
        assert.equal(told.payload!.length, first.payload!.length);
      }));
    await device.stop();
  });
}
