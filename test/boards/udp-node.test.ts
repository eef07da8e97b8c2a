import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import test from 'ava';
import { openUdp } from '../../boards/adapters/udp-node';
import { conformance } from './conformance';
import { skip } from '../support/skip';
import { wrap } from './support/subject';

conformance('udp-node', async () => ({
  open: async (options) => wrap(openUdp, options, (udp: any) => udp.sockets[4].emit('error', new Error('the network is gone'))),
  largest: 1400,
  longer: 'told',
  ipv6: true,
  names: true,
  localPort: 'adapter',
  breaks: 'told',
  end: async () => {},
}));

test('an address is spelled as it comes back with datagrams, however the URI has it (RFC 4291 2.2, 2.5.5.2, RFC 5952)', (t) => {
  const udp = openUdp({});
  t.teardown(() => udp.close());
  for (const [host, spelled] of Object.entries({
    '2001:DB8:0:0:0:0:0:1': '2001:db8::1', '0:0:0:0:0:0:0:1': '::1', '::1%lo': '::1', '::1': '::1', '2001:db8::1%7': '2001:db8::1',
    '::ffff:192.0.2.1': '192.0.2.1', '::FFFF:C000:0201': '192.0.2.1', '0:0:0:0:0:ffff:192.0.2.1': '192.0.2.1', '192.0.2.1': '192.0.2.1',
    'fe80:0::1%nowhere': 'fe80::1%nowhere',
  }))
    t.is(udp.resolve(host), spelled, host);
  // What ends in a number is an address or nothing: no look-up is to make 8.0.0.1 of it.
  for (const host of ['010.0.0.1', '192.0.2', '1', '192.000.002.001', '0x7f000001', '256.1.1.1', '192.0.2.1.']) t.is(udp.resolve(host), null, host);
});

test('a link-local server is reached by the name and by the number of its zone, and what it answers comes from it (RFC 4007 11.2)', async (t) => {
  const [name, one] = Object.entries(networkInterfaces()).flatMap(([name, all]) => all!.map((one) => [name, one] as const)).find(([, { family, address }]) => family === 'IPv6' && /^fe80/.test(address)) ?? [];
  if (!one) return skip(t, 'no interface here has a link-local address');
  const server = createSocket('udp6');
  server.on('message', (data, { port, address }) => server.send(data, port, address));
  server.bind(0, `${one.address}%${name}`);
  await once(server, 'listening');
  for (const zone of [name!, String((one as { scopeid: number }).scopeid)]) {
    const address = await new Promise<[string | undefined, string | null | undefined]>((resolve) => {
      const udp = openUdp({
        onReadable() {
          this.read(new Uint8Array(9));
          resolve([this.remoteAddress, found]);
          this.close();
        },
      });
      const found = udp.resolve(`${one.address}%${zone}`);
      udp.write(Uint8Array.of(1), 1, found!, server.address().port);
    });
    t.is(address[0], address[1]!);
  }
  server.close();
});
