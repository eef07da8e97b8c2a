/** Moddable's adapters on its UDP class and timers, as Node stands in for them. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { emulateModdable, ModdableUdp } from '../../src/host/sim/moddable';
import { conformance } from './conformance';
import { loadAdapter } from './support/adapter';
import { wrap } from './support/subject';

const load = () => loadAdapter('udp-moddable', emulateModdable());

conformance('udp-moddable', async () => ({
  open: async (options) => wrap(load().openUdp, options, (udp: any) => (udp._socket as ModdableUdp).fail()),
  largest: 1400,
  longer: 'told',
  ipv6: false,
  names: true,
  localPort: 'adapter',
  breaks: 'told',
  end: async () => {},
}));

async function listen(address = '127.0.0.1') {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

test.serial('a port that somebody else has costs no datagram', async (t) => {
  const peer = await listen();
  const came = once(peer, 'message');
  const random = Math.random;
  let others: Socket;
  // As the adapter chooses: a port that some socket here has, then another.
  do others = await listen('0.0.0.0');
  while (others.address().port < 49152 && others.close());
  const taken = others.address().port;
  const values = [(taken - 49152) / 16384];
  Math.random = () => values.shift() ?? random();
  const udp = load().openUdp({});
  udp.write(new Uint8Array([7]), 1, '127.0.0.1', peer.address().port);
  Math.random = random;
  const [data, from] = await came;
  t.deepEqual([...data], [7]);
  t.is(values.length, 0);
  t.not(from.port, taken);
  others.close();
  udp.close();
  peer.close();
});

test.serial('datagrams that come together are told together, and each is heard', async (t) => {
  const peer = await listen();
  const came = once(peer, 'message');
  const heard: number[] = [];
  const udp = load().openUdp({
    onReadable() {
      const into = new Uint8Array(4);
      while (udp.read(into) !== undefined) heard.push(into[0]!);
    },
  });
  udp.write(new Uint8Array([1]), 1, '127.0.0.1', peer.address().port);
  const [, { port }] = await came;
  for (let i = 1; i <= 5; i++) peer.send(Buffer.from([i]), port, '127.0.0.1');
  await wait(100);
  t.deepEqual(heard.sort(), [1, 2, 3, 4, 5]);
  udp.close();
  peer.close();
});

test.serial('closed from inside onReadable: the datagrams behind are left alone', async (t) => {
  const peer = await listen();
  const came = once(peer, 'message');
  let heard = 0;
  const udp = load().openUdp({
    onReadable() {
      heard++;
      udp.close();
    },
  });
  udp.write(new Uint8Array([1]), 1, '127.0.0.1', peer.address().port);
  const [, { port }] = await came;
  for (let i = 1; i <= 3; i++) peer.send(Buffer.from([i]), port, '127.0.0.1');
  await wait(100);
  t.is(heard, 1);
  peer.close();
});

test('timers hand an argument on, and may be cleared at any time', async (t) => {
  const { setTimer, clearTimer } = loadAdapter('timer-moddable', emulateModdable());
  const rung: string[] = [];
  const first = setTimer((given: string) => rung.push(given), 10, 'first');
  const never = setTimer((given: string) => rung.push(given), 10, 'never');
  clearTimer(never);
  clearTimer(0);
  await wait(40);
  clearTimer(first);
  t.deepEqual(rung, ['first']);
});
