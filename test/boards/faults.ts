/** What the network does to a device and it must survive: the same on every board. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { RawServer } from './support/peer';

/** The device under test, registered with `server`; it has /3/0/9 = 100 and a writable /3/0/15. */
export interface Faulty {
  server: RawServer;
  /** Ends the socket below the client. */
  breakDown?(): Promise<unknown> | void;
  /** Bytes of the longest datagram that it takes. */
  limit: number;
}

async function answers(t: ExecutionContext<any>, { server }: Faulty, when: string): Promise<void> {
  const { code, payload } = await server.readBattery();
  t.is(code, 69, when);
  t.is(payload.toString(), '100', when);
}

/** Every fault in turn, and a Read after each. */
export async function trouble(t: ExecutionContext<any>, device: Faulty): Promise<void> {
  const { server, limit } = device;
  await answers(t, device, 'at first');

  for (let i = 0; i < 3; i++) server.raw(Buffer.alloc(0));
  await wait(100);
  await answers(t, device, 'after empty datagrams');

  // 14 bytes are header and options. What is cut must never be taken for a value.
  for (const more of [1, 8, 9, 100, 700]) t.is((await server.writeZone(limit - 14 + more)).code, 141, `a Write that is ${more} bytes too long`);
  await answers(t, device, 'after datagrams that are too long');
  t.is((await server.writeZone(limit - 14)).code, 68, 'a Write as long as may be');

  for (const bytes of ['00', '40', '4001', '400100', 'ffffffff', '4901000155']) server.raw(Buffer.from(bytes, 'hex'));
  await wait(100);
  await answers(t, device, 'after what is no CoAP');

  const { port } = server;
  for (let i = 0; i < 3 && device.breakDown; i++) {
    await device.breakDown();
    await wait(200);
    await answers(t, device, 'after the socket closed by itself');
    t.is(server.port, port, 'the port is what it was');
  }
  t.is(server.registrations, 1);
}
