/** Trouble for the host's bundle. */
import { createRequire } from 'node:module';
import test from 'ava';
import { inPackage } from '../../src/host/build/root';
import { trouble } from './faults';
import { RawServer } from './support/peer';

const { connect } = createRequire(import.meta.url)(inPackage('dist', 'host', 'wixt.min.js')) as typeof import('../../boards/host/main');

const values: Record<number, any> = { 9: 100, 15: 'UTC' };
const device = () => ({
  id: 3,
  table: new Uint16Array([9, 0x12, 15, 0x31]),
  instances: [0],
  read: (_o: unknown, _i: number, r: number) => values[r],
  write: (_o: unknown, _i: number, r: number, v: any) => void (values[r] = v),
});

test('host: empty, cut and foreign datagrams, a socket that closes by itself: it answers right after', async (t) => {
  const server = await RawServer.open();
  let udp: any;
  const wixt = connect({ endpoint: 'faulty', server: server.uri, objects: [device()], wrapUdp: (below) => (udp = below) });
  try {
    await server.registered();
    await trouble(t, { server, limit: 1200, breakDown: () => udp.sockets[4].emit('error', new Error('the network is gone')) });
  } finally {
    wixt.stop();
    server.close();
  }
});

test('host: a name that does not resolve is an error that is tried again, beside a server that works', async (t) => {
  const server = await RawServer.open();
  const events: string[] = [];
  const wixt = connect({
    endpoint: 'faulty',
    servers: [{ uri: 'coap://nobody.invalid', ssid: 1 }, { uri: server.uri, ssid: 2 }],
    objects: [device()],
    onEvent: (_c, name, ssid, detail) => events.push(`${name} ${ssid} ${detail ?? ''}`),
  });
  try {
    await server.registered();
    for (let i = 0; i < 100 && events.filter((event) => event === 'error 1 0').length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 100));
    t.true(events.filter((event) => event === 'error 1 0').length >= 2, events.join());
    t.is((await server.readBattery()).code, 69);
  } finally {
    wixt.stop();
    server.close();
  }
});
