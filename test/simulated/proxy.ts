/** Between a client and a server on real sockets: loses, doubles and delays what passes. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../support/bench';
import type { Faults } from './network';

export interface Proxy {
  /** Where clients find the server. */
  port: number;
  passed: number;
  lost: number;
  close(): void;
}

const HOST = '127.0.0.1';

async function open(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

/** For one client. `latency`: what each datagram takes at least, ms. */
export async function openProxy(server: number, seed: number, { loss, duplicates, delay, latency = 0 }: Faults & { latency?: number }): Promise<Proxy> {
  const [inner, outer] = [await open(), await open()];
  const random = seeded(seed);
  const timers = new Set<NodeJS.Timeout>();
  let client: RemoteInfo | undefined;
  const proxy: Proxy = {
    port: inner.address().port,
    passed: 0,
    lost: 0,
    close() {
      for (const timer of timers) clearTimeout(timer);
      inner.close();
      outer.close();
    },
  };
  const later = (send: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      send();
    }, latency + random() * delay);
    timers.add(timer);
  };
  const pass = (send: () => void): void => {
    proxy.passed++;
    if (random() < loss) proxy.lost++;
    else later(send);
    if (random() < duplicates) later(send);
  };
  inner.on('message', (datagram, from) => {
    client = from;
    pass(() => outer.send(datagram, server, HOST));
  });
  outer.on('message', (datagram) => pass(() => client && inner.send(datagram, client.port, client.address)));
  return proxy;
}
