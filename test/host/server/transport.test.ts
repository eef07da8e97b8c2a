/** UDP itself: sockets, peers, and what happens where a port cannot be had. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'ava';
import { createUdpTransport, hostPort, makePeer, type Peer } from '../../../src/host/server/coap/transport';
import { createLwM2mServer } from '../../../src/host/server/index';

const local = '127.0.0.1';
const SECOND = '127.0.0.2';
// Linux has all of 127.0.0.0/8, others do not.
const probe = createUdpTransport([SECOND], 0);
const hasSecond = await probe.start(() => {}).then(() => true, () => false);
await probe.stop();
if (!hasSecond) console.log(`${SECOND} is no address of this machine: what needs two addresses is skipped`);
const testTwo = hasSecond ? test : test.skip;

testTwo('a port that the system chose is the same for all addresses; where that cannot be, it is tried again, but not for ever, and nothing stays open', async (t) => {
  const transport = createUdpTransport([local, local], 0);
  const error = await t.throwsAsync(() => transport.start(() => {}));
  t.like(error, { code: 'EADDRINUSE', address: local });
  t.deepEqual(transport.addresses(), []);
  const two = createUdpTransport([local, SECOND], 0);
  await two.start(() => {});
  const [a, b] = two.addresses();
  t.deepEqual([a!.address, b!.address, a!.port === b!.port, a!.port > 0], [local, SECOND, true, true]);
  await two.stop();
  t.deepEqual(two.addresses(), []);
});

test('a port that is taken is told with its number and address (Node: EADDRINUSE)', async (t) => {
  const first = createUdpTransport([local], 0);
  await first.start(() => {});
  const { port } = first.addresses()[0]!;
  t.like(await t.throwsAsync(() => createUdpTransport([local], port).start(() => {})), { code: 'EADDRINUSE', address: local, port });
  await first.stop();
  const again = createUdpTransport([local], port);
  await again.start(() => {});
  t.is(again.addresses()[0]!.port, port);
  await again.stop();
});

test('an address that the machine has not is told, unless it may be missing', async (t) => {
  await t.throwsAsync(() => createUdpTransport(['192.0.2.1'], 0).start(() => {}), { code: 'EADDRNOTAVAIL' });
  const transport = createUdpTransport([local, '192.0.2.1'], 0, ['192.0.2.1']);
  await transport.start(() => {});
  t.is(transport.addresses().length, 1);
  await transport.stop();
});

testTwo('datagrams come with their peer, the same one each time, and go to it by the socket that it spoke to', async (t) => {
  const got: [string, Peer][] = [];
  const transport = createUdpTransport([local, SECOND], 0);
  let heard: () => void = () => {};
  await transport.start((datagram, from) => {
    got.push([Buffer.from(datagram).toString(), from]);
    heard();
  });
  const { port } = transport.addresses()[0]!;
  const socket = createSocket('udp4');
  const other = createSocket('udp4');
  for (const one of [socket, other]) {
    one.bind(0, local);
    await once(one, 'listening');
  }
  t.teardown(async () => {
    socket.close();
    other.close();
    await transport.stop();
  });
  const send = async (from: typeof socket, text: string, to = local): Promise<Peer> => {
    const coming = new Promise<void>((resolve) => (heard = resolve));
    from.send(text, port, to);
    await coming;
    t.is(got.at(-1)![0], text);
    return got.at(-1)![1];
  };
  const one = await send(socket, 'a');
  t.deepEqual({ ...one }, { ...makePeer(local, socket.address().port, 0) });
  t.is(await send(socket, 'b'), one);
  t.not((await send(other, 'c')).key, one.key);
  const second = await send(socket, 'd', SECOND);
  t.is(second.socket, 1);
  t.not(second.key, one.key);
  for (const [peer, address] of [[one, local], [second, SECOND]] as const) {
    const answered = once(socket, 'message');
    transport.send(Buffer.from('answer'), peer);
    const [datagram, from] = await answered;
    t.deepEqual([String(datagram), from.address, from.port], ['answer', address, port]);
  }
  t.notThrows(() => transport.send(Buffer.from('x'), makePeer('not an address', 70_000, 0)));
  t.notThrows(() => transport.send(Buffer.from('x'), makePeer(local, 1, 9)));
});

test('an address and a port as a URI has them (RFC 3986 3.2.2)', (t) => {
  t.is(hostPort({ address: local, port: 5683 }), '127.0.0.1:5683');
  t.is(hostPort({ address: '2001:db8::1', port: 5683 }), '[2001:db8::1]:5683');
  t.is(hostPort({ address: 'fe80::1%eth0', port: 1 }), '[fe80::1%eth0]:1');
});

test('the address of HTTP is one that a person on this machine can open', async (t) => {
  for (const [httpHost, shown] of [['127.0.0.1', '127.0.0.1'], ['0.0.0.0', '127.0.0.1'], ...(hasSecond ? [[SECOND, SECOND]] : [])] as [string, string][]) {
    const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: [local], httpHost, httpToken: false });
    await server.start();
    const url = new URL(server.httpUrl!);
    t.is(url.hostname, shown);
    const { headers, status } = await fetch(`${server.httpUrl}/api/server`);
    t.is(status, 200);
    t.deepEqual(
      ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'cross-origin-resource-policy', 'cache-control'].map((name) => headers.get(name)),
      ["default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", 'nosniff', 'no-referrer', 'same-origin', 'no-store'],
    );
    await server.stop();
  }
});
