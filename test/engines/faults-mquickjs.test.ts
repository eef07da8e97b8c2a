/** Trouble for mquickjs's bundle on MicroQuickJS: of the network, of memory. */
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { trouble } from '../boards/faults';
import { RawServer } from '../boards/support/peer';
import { onEngine, withoutEngine } from '../support/engine';
import { buildDevice, findMquickjs, startFirmware } from './support/mquickjs';

const HEAP = 32 * 1024;
/** With less the engine itself may fall over as it starts, while it makes its first closures: mquickjs-sys 0.2.0. */
const LEAST = 5632;

test.serial('mquickjs: empty, cut and foreign datagrams, a socket that breaks: it answers right after', async (t) => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return withoutEngine(t, 'mquickjs', engine);
  onEngine(t, 'mquickjs', engine.version);
  const server = await RawServer.open();
  const script = await buildDevice({ endpoint: 'faulty', server: server.uri, lifetime: 300 });
  // Lines that are run while it works take memory of their own: the smallest heap is the live test's matter.
  const { firmware } = await startFirmware(engine, script, { heap: 2 * HEAP, lines: true });
  try {
    await firmware.event('registered');
    await trouble(t, { server, limit: 528, breakDown: () => firmware.evaluate('udp.breakDown(0)') });
    t.deepEqual(firmware.complaints, []);
  } finally {
    await firmware.stop();
    server.close();
  }
});

test.serial('mquickjs: with less and less memory it answers, or says that there is none; it never crashes', async (t) => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return withoutEngine(t, 'mquickjs', engine);
  onEngine(t, 'mquickjs', engine.version);
  const results = new Set<string>();
  for (let heap = 20 * 1024; heap >= LEAST; heap -= heap > 14 * 1024 ? 64 : 512) {
    const server = await RawServer.open();
    const script = await buildDevice({ endpoint: 'starved', server: server.uri, lifetime: 300 });
    const { firmware } = await startFirmware(engine, script, { heap });
    try {
      const registered = await Promise.race([firmware.event('registered', 0, 800).then(() => true, () => false), firmware.ended.then(() => false)]);
      if (registered) {
        // A request that found no memory stays without an answer; what is answered is right.
        for (let i = 0; i < 20; i++) {
          const answer = await (i % 2 ? server.readBattery() : server.writeZone(400)).catch(() => undefined);
          if (!answer) break;
          t.true([68, 69].includes(answer.code) || answer.code >= 128, `${heap} bytes: ${answer.code}`);
        }
        results.add(firmware.complaints.length ? 'registered, then out of memory' : 'answered');
      } else results.add(firmware.code === undefined ? 'ran without registering' : 'did not start');
      // Killed by a signal is -1.
      t.true(firmware.code === undefined || firmware.code === 1, `${heap} bytes: ended with ${firmware.code}: ${firmware.output}`);
      if (firmware.code === undefined && !registered) t.regex(firmware.output, /out of memory/, `${heap} bytes: silent`);
      if (firmware.code === 1) t.regex(firmware.output, /out of memory|too small/, `${heap} bytes`);
      for (const line of firmware.complaints) t.regex(line, /out of memory/, `${heap} bytes`);
    } finally {
      await firmware.stop();
      server.close();
    }
  }
  t.true(results.has('answered') && results.has('did not start'));
  t.log([...results].join('; '));
});

test.serial('mquickjs: while the application holds nearly all memory it answers or is silent; when there is some again it goes on', async (t) => {
  const engine = await findMquickjs();
  if (typeof engine === 'string') return withoutEngine(t, 'mquickjs', engine);
  onEngine(t, 'mquickjs', engine.version);
  const server = await RawServer.open();
  const script = await buildDevice({ endpoint: 'starved', server: server.uri, lifetime: 300 });
  const { firmware } = await startFirmware(engine, script, { heap: HEAP, lines: true });
  try {
    await firmware.event('registered');
    let unanswered = 0;
    for (const left of [4000, 2500, 2000, 1500, 1000, 800, 600, 500, 400, 300]) {
      // Given back by a timer: a line would need memory to be read.
      firmware.type(`var held=new Uint8Array(${HEAP}-memory()-${left});setTimeout(function(){held=null;gc()},1000)`);
      await wait(100);
      for (const ask of [() => server.readBattery(), () => server.writeZone(400), () => server.readBattery()]) {
        const answer = await ask().catch(() => undefined);
        if (!answer) unanswered++;
        else t.true([68, 69].includes(answer.code) || answer.code >= 128, `${left} bytes left: ${answer.code}`);
      }
      await wait(1200);
      const { code, payload } = await server.readBattery();
      t.deepEqual([code, payload.toString()], [69, '100'], `after ${left} bytes were left:\n${firmware.output.slice(-1000)}`);
    }
    t.is(firmware.code, undefined);
    t.log(`${unanswered} requests without an answer; ${firmware.complaints.length} times out of memory`);
    for (const line of firmware.complaints) t.regex(line, /out of memory/);
  } finally {
    await firmware.stop();
    server.close();
  }
});
