/** Bundles of the boards with JerryScript on the real engine, in their platform's interface, over real sockets: managed by our server. */
import test, { type ExecutionContext } from 'ava';
import { onEngine, withoutEngine } from '../support/engine';
import type { Memory } from '../../src/host/build/ledger';
import { buildBoot } from './support/device';
import { buildJerry, Jerry, type HeapStats, type PlatformName } from './support/jerry';
import { checkHeap } from './support/ledger';
import { live, manageAndMix, ROUNDS } from './support/live';
import { findScriptEngine, type ScriptEngine } from './support/script';
import { startServer } from './support/session';
import type { Settings } from './live/device';

/** What the platform's stand-in takes of the heap by itself, at the peak. */
async function measureStandIn(engine: ScriptEngine, platform: PlatformName): Promise<number> {
  const jerry = await Jerry.start(engine.binary, platform, '', true);
  await jerry.stop();
  return jerry.stats.peak;
}

/** A whole life with `count` requests; with none, no management either. Returns the heap that it took. */
async function liveOn(t: ExecutionContext, engine: ScriptEngine, board: string, platform: PlatformName, count = ROUNDS, long = 900): Promise<HeapStats> {
  let jerry!: Jerry;
  const start = async (settings: Settings) => (jerry = await Jerry.start(engine.binary, platform, await buildJerry(board, settings), true));
  await live(t, { board, long }, start, async (session) => {
    if (count) await manageAndMix(t, session, jerry, count);
    return {};
  });
  return jerry.stats;
}

for (const [board, platform] of [['pico-w', 'kaluma'], ['iotjs', 'iotjs']] as const) {
  test.serial(`${board}: registers, is managed, answers 1,000 requests, de-registers`, async (t) => {
    const engine = await findScriptEngine('jerryscript');
    if (typeof engine === 'string') return withoutEngine(t, 'jerryscript', engine);
    onEngine(t, 'jerryscript', engine.version);
    const { size, peak } = await liveOn(t, engine, board, platform);
    t.log(`measured: ${peak - (await measureStandIn(engine, platform))} bytes of a heap of ${size} at the peak`);
  });
}

/** Heap at the peak for the sensor node of examples/, with objects 0, 1, 3, 4, 6 and a thermometer, through a management of all of them. */
async function measureSensorNode(t: ExecutionContext, engine: ScriptEngine, board: string): Promise<number> {
  const { server, uri } = await startServer();
  const registered = new Promise((resolve) => server.events.once('registration', resolve));
  const code = (await buildBoot(board, 'examples/sensor-node.ts')).replace('coap://127.0.0.1:5683', uri);
  const jerry = await Jerry.start(engine.binary, 'kaluma', code, true);
  try {
    await Promise.race([registered, jerry.ended]);
    for (const object of [1, 3, 4, 6, 3303]) {
      for (const path of [`/${object}`, `/${object}/0`]) t.is((await server.read('sensor-node', path)).code, 69, path);
      t.is((await server.discover('sensor-node', `/${object}`)).code, 69);
    }
    t.true((await server.observe('sensor-node', '/3303/0/5700')).observed);
    t.is((await server.write('sensor-node', '/1/0/1', 600)).code, 68);
    t.deepEqual(jerry.complaints, []);
  } finally {
    await jerry.stop();
    await server.stop();
  }
  return jerry.stats.peak - (await measureStandIn(engine, 'kaluma'));
}

/** Heap at the peak, less the stand-in's, on an engine whose heap is small, so that little of it is garbage. */
async function measure(t: ExecutionContext, engine: ScriptEngine, board: string): Promise<Required<Pick<Memory, 'registered' | 'after1000' | 'sensorNode'>>> {
  const standIn = await measureStandIn(engine, 'kaluma');
  const peaks: number[] = [];
  for (const count of [0, 30, ROUNDS]) peaks.push((await liveOn(t, engine, board, 'kaluma', count, 300)).peak - standIn);
  const [registered, before, after1000] = peaks as [number, number, number];
  const sensorNode = await measureSensorNode(t, engine, board);
  t.log(`measured: ${registered} bytes of heap at the peak until registered, ${before} with 30 requests, ${after1000} with 1,000; ${sensorNode} for the sensor node`);
  t.true(after1000 - before < 512, `${after1000} bytes with 1,000 requests, and ${before} with 30`);
  return { registered, after1000, sensorNode };
}

test.serial('pico-w: the heap is as in size.json, 48 KB at most, and 1,000 requests need no more of it than 30', async (t) => {
  const engine = await findScriptEngine('jerryscript-small');
  if (typeof engine === 'string') return withoutEngine(t, 'jerryscript-small', engine);
  onEngine(t, 'jerryscript-small', engine.version);
  const heap = await measure(t, engine, 'pico-w');
  for (const bytes of [heap.after1000, heap.sensorNode]) t.true(bytes <= 48 * 1024, `${bytes} bytes`);
  t.is(checkHeap('pico-w', heap), undefined);
});
