import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { conformance } from './conformance';
import { Bytes, loadAdapter, Network, type Faults } from './support/espruino-double';
import { wrap } from './support/subject';

const KINDS: Record<string, Faults & { names?: Record<string, string> }> = {
  'udp-espruino as on Linux': { network: 'linux', emptyCloses: false },
  'udp-espruino where an empty datagram closes the socket': { network: 'linux', emptyCloses: true },
  'udp-espruino as on ESP8266': { network: 'esp8266', emptyCloses: false, names: { localhost: '127.0.0.1' } },
};

for (const [name, { names, ...faults }] of Object.entries(KINDS)) {
  conformance(name, async () => {
    const network = new Network(faults);
    network.names = names;
    const { openUdp } = loadAdapter(network);
    return {
      open: async (options) => wrap(openUdp, options, (udp: any) => udp._socket.fail(), Bytes as any),
      largest: faults.network === 'linux' ? 528 : 260,
      longer: faults.network === 'linux' ? 'cut' : 'lost',
      ipv6: false,
      names: !!names,
      localPort: 'adapter',
      breaks: 'told',
      end: async () => {},
    };
  });
}

async function openPair() {
  const network = new Network({ network: 'linux', emptyCloses: true });
  const udp = loadAdapter(network).openUdp({});
  const got: string[] = [];
  const { createSocket } = await import('node:dgram');
  const peer = createSocket('udp4');
  peer.on('message', (data) => got.push(data.toString('hex')));
  await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
  const write = (first: number) => udp.write(new Uint8Array([first]), 1, '127.0.0.1', peer.address().port);
  return { network, udp, got, write, end: () => (udp.close(), peer.close()) };
}

test('a network that comes back: the dead socket, which told nobody, is made again', async (t) => {
  const { network, got, write, end } = await openPair();
  write(1);
  await wait(50);
  network.lose();
  write(2);
  network.online = true;
  write(3);
  await wait(50);
  t.deepEqual(got, ['01', '03']);
  end();
});

test('a socket that was made without a network is not kept, nor what was written to it', async (t) => {
  const { network, got, write, end } = await openPair();
  network.online = false;
  for (let i = 0; i < 5; i++) write(i);
  network.online = true;
  write(9);
  await wait(50);
  t.deepEqual(got, ['09']);
  end();
});

test('a look-up that never ends counts as failed, and another may begin', async (t) => {
  const network = new Network({ network: 'esp8266', emptyCloses: false });
  network.names = { 'a.example': '192.0.2.1' };
  const module = network.module.bind(network);
  network.module = (name) => (name === 'Wifi' ? { getHostByName() {} } : module(name));
  const udp = loadAdapter(network).openUdp({});
  let asked = 0;
  while (udp.resolve('a.example') === undefined && asked < 1000) asked++;
  t.is(asked, 60);
  network.module = module;
  t.is(udp.resolve('a.example'), undefined);
  await wait(60);
  t.is(udp.resolve('a.example'), '192.0.2.1');
});

test('two names at a time: one after the other', async (t) => {
  const network = new Network({ network: 'esp8266', emptyCloses: false });
  network.names = { 'a.example': '192.0.2.1', 'b.example': '192.0.2.2' };
  const udp = loadAdapter(network).openUdp({});
  const found: Record<string, string> = {};
  for (let i = 0; i < 40 && Object.keys(found).length < 2; i++) {
    for (const host of ['a.example', 'b.example']) if (!found[host]) found[host] = udp.resolve(host);
    for (const host in found) if (!found[host]) delete found[host];
    await wait(10);
  }
  t.deepEqual(found, { 'a.example': '192.0.2.1', 'b.example': '192.0.2.2' });
});

test('a port that somebody else has costs no datagram', async (t) => {
  const network = new Network({ network: 'linux', emptyCloses: true });
  const module = network.module.bind(network);
  let refused = 2;
  network.module = (name) => {
    const dgram: any = module(name);
    return {
      createSocket() {
        const socket = dgram.createSocket();
        const bind = socket.bind;
        socket.bind = (port: number) => {
          if (refused-- > 0) throw new Error('Unable to create socket');
          return bind.call(socket, port);
        };
        return socket;
      },
    };
  };
  const { createSocket } = await import('node:dgram');
  const peer = createSocket('udp4');
  const got = new Promise((resolve) => peer.once('message', (data) => resolve(data.toString('hex'))));
  await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
  const udp = loadAdapter(network).openUdp({});
  udp.write(new Uint8Array([7]), 1, '127.0.0.1', peer.address().port);
  t.is(await got, '07');
  udp.close();
  peer.close();
});

test('the local port is drawn from the board\'s own random numbers, and another is taken where somebody has it', async (t) => {
  for (const [drawn, port] of [[0, 49152], [0.5, 57344], [0.99999, 65535]] as const) {
    const network = new Network({ network: 'linux', emptyCloses: true });
    const udp = loadAdapter(network).openUdp({ random: () => drawn }) as any;
    t.is(udp._port, port);
    udp.close();
  }
});
