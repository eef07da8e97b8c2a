/** Kaluma's adapters on its network device and timers, as Node stands in for them. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { KalumaNetwork, kalumaTimers } from '../../src/host/sim/kaluma';
import { conformance } from './conformance';
import { loadAdapter } from './support/adapter';
import { wrap } from './support/subject';

function load(network = new KalumaNetwork()): any {
  return loadAdapter('udp-kaluma', { globals: { __netdev: network, ...kalumaTimers() }, modules: {} });
}

conformance('udp-kaluma', async () => ({
  open: async (options) => {
    const network = new KalumaNetwork();
    return wrap(load(network).openUdp, options, () => network.reset());
  },
  largest: 1400,
  longer: 'told',
  ipv6: false,
  names: true,
  localPort: 'engine',
  breaks: 'silent',
  end: async () => {},
}));

async function listen() {
  const socket = createSocket('udp4');
  const got: string[] = [];
  socket.on('message', (data) => got.push(data.toString('hex')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, got, port: socket.address().port };
}

test('a radio that is not connected yet costs datagrams, and nothing else', async (t) => {
  const network = new KalumaNetwork();
  const udp = load(network).openUdp({});
  const { socket, got, port } = await listen();
  network.online = false;
  udp.write(new Uint8Array([1]), 1, '127.0.0.1', port);
  network.online = true;
  udp.write(new Uint8Array([2]), 1, '127.0.0.1', port);
  await wait(50);
  t.deepEqual(got, ['02']);
  udp.close();
  socket.close();
});

test('four peers have sockets at most, and none is left behind', async (t) => {
  const network = new KalumaNetwork();
  const udp = load(network).openUdp({});
  for (let port = 9000; port < 9030; port++) udp.write(new Uint8Array([1]), 1, '127.0.0.1', port);
  const open = () => Array.from({ length: 16 }, (_, fd) => network.get(fd)).filter(Boolean).length;
  t.is(open(), 4);
  udp.close();
  t.is(open(), 0);
});

test('a descriptor that is somebody else\'s after a reset is left alone', async (t) => {
  const network = new KalumaNetwork();
  const udp = load(network).openUdp({});
  const { socket, got, port } = await listen();
  udp.write(new Uint8Array([1]), 1, '127.0.0.1', port);
  network.reset();
  const foreign = network.socket('AF_INET', 'DGRAM');
  udp.write(new Uint8Array([2]), 1, '127.0.0.1', port);
  udp.close();
  t.truthy(network.get(foreign));
  await wait(50);
  t.is(got.at(-1), '02');
  socket.close();
});

test('where there is no network device at all nothing is thrown', (t) => {
  const udp = loadAdapter('udp-kaluma', { globals: { ...kalumaTimers() }, modules: {} }).openUdp({});
  udp.write(new Uint8Array([1]), 1, '127.0.0.1', 5683);
  t.is(udp.read(new Uint8Array(4)), undefined);
  udp.close();
});

test('timers hand an argument on, and may be cleared at any time', async (t) => {
  const { setTimer, clearTimer } = loadAdapter('timer-kaluma', { globals: kalumaTimers(), modules: {} });
  const rung: string[] = [];
  // The first timer has the number 0, which is not "no timer".
  const first = setTimer((given: string) => rung.push(given), 20, 'first');
  clearTimer(0);
  const never = setTimer((given: string) => rung.push(given), 20, 'never');
  clearTimer(never);
  clearTimer(never);
  const self: { timer?: unknown } = {};
  // Kaluma frees a timer twice that is cleared while it is called: the double throws then.
  self.timer = setTimer(() => (clearTimer(self.timer), rung.push('self')), 30, undefined);
  await wait(80);
  clearTimer(first);
  t.deepEqual(rung, ['first', 'self']);
});
