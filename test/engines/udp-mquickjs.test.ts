/** The conformance suite on MicroQuickJS, over the sockets of test/engines/native/mquickjs. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { conformance } from '../boards/conformance';
import { onEngine, withoutEngine } from '../support/engine';
import { buildCode } from './support/bundle';
import { findMquickjs, startFirmware } from './support/mquickjs';
import { asGlobal } from './support/script';
import { driveFirmware } from './support/subject';

conformance('udp-mquickjs on MicroQuickJS', async () => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return engine;
  const code = asGlobal('U', await buildCode('mquickjs', 'test/engines/udp-mquickjs'));
  const { firmware } = await startFirmware(engine, code, { heap: 1 << 20, lines: true });
  return driveFirmware(firmware, engine.version);
}, 'mquickjs');

test.serial('udp-mquickjs on MicroQuickJS: datagrams from and to one server allocate nothing, not even garbage', async (t) => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return withoutEngine(t, 'mquickjs', engine);
  onEngine(t, 'mquickjs', engine.version);
  const code = asGlobal('U', await buildCode('mquickjs', 'test/engines/udp-mquickjs'));
  const { firmware } = await startFirmware(engine, code, { heap: 1 << 20, lines: true });
  const peer = createSocket('udp4');
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  try {
    const heard = once(peer, 'message');
    await firmware.evaluate(`(s=U.socket(U.open()),b=new Uint8Array(64),a="127.0.0.1",s.write(b,3,a,${peer.address().port}))`);
    const [, { port }] = await heard;
    const flood = async () => {
      for (let i = 0; i < 4; i++) peer.send(Buffer.alloc(50, i + 1), port, '127.0.0.1');
      await wait(200);
      return firmware.evaluate(`(function(){var m=memory(1),n=0,i=0;while(s.read(b))n++;for(;i<100;i++)s.write(b,50,a,${peer.address().port});m=memory(1)-m;return [n,m]})()`);
    };
    // The first one brings a new sender, which becomes text.
    t.is((await flood())[0], 4);
    t.deepEqual(await flood(), [4, 0]);
  } finally {
    peer.close();
    await firmware.stop();
  }
});
