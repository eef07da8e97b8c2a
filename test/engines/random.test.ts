/** What a device with Espruino draws at its start: the local port, message ids and tokens come from the chip's generator, not from a Math.random that nobody seeds (RFC 7252 4.4, 5.3.1). */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'ava';
import { parse } from '../support/bench';
import { skip } from '../support/skip';
import { buildCode } from './support/bundle';
import { boot, findEngine } from './support/espruino';

/** Who sent the first Register after a start in which the chip's generator gives `drawn`, and what it was. */
async function firstOf(binary: string, code: string, drawn: number, t: { teardown(end: () => void): void }) {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const program = `E.hwRand=function(){return ${drawn}|0};var L=require("wixt");var d=L.connect({endpoint:"r",server:"coap://127.0.0.1:${server.address().port}",objects:[]});`;
  const espruino = await boot({ binary }, { storage: { wixt: code, '.bootcde': program } });
  const [datagram, from] = (await once(server, 'message')) as [Uint8Array, { port: number }];
  await espruino.stop();
  const { mid, token } = parse(datagram);
  return { port: from.port, mid, token: Buffer.from([...token]).toString('hex') };
}

test('the local port, the first message id and the token are the chip\'s to draw: other numbers, others at each start', async (t) => {
  const engine = await findEngine();
  if (typeof engine === 'string') return skip(t, engine);
  // As a module: the boot script of this board draws the same way.
  const code = await buildCode('esp8266', 'boards/esp8266', { overlays: false });
  const seen = [];
  for (const drawn of [0x12345678, 0x9abcdef0]) {
    const first = await firstOf(engine.binary, code, drawn, t);
    const share = drawn / 2 ** 32;
    t.is(first.port, 49152 + Math.floor(share * 16384));
    t.is(first.token, drawn.toString(16));
    seen.push(first);
  }
  t.not(seen[0]!.port, seen[1]!.port);
  t.not(seen[0]!.mid, seen[1]!.mid);
});
