/** The smallest ESP8266: examples/esp8266-512k with examples/thermometer.ts, which fits its 16 KB of Storage, on an Espruino with as many variables. */
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { bootOptions } from '../../src/host/build/bundle';
import { readBoard } from '../../src/host/build/boards';
import { countTokens, storedBytes } from '../../src/host/build/storage';
import { inPackage } from '../../src/host/build/root';
import { onEngine, withoutEngine } from '../support/engine';
import { buildParts } from './support/device';
import { boot, findEngine } from './support/espruino';
import { startServer } from './support/session';

const BOARD = inPackage('examples/esp8266-512k');
const PROGRAM = 'examples/thermometer.ts';
/** JsVars of 1,700 that are in use when it is managed, with the test's own timer. */
const BUDGET = 1380;
const REQUESTS = 1000;

test.serial('script and example fit 16 KB of Storage', async (t) => {
  const { board } = await readBoard(BOARD);
  t.is(board.storage, 16 * 1024);
  const { code, overlays } = await buildParts(BOARD, PROGRAM, (...given) => bootOptions(...given)!);
  t.deepEqual(overlays, {});
  const bytes = storedBytes(countTokens(code));
  t.log(`measured: ${bytes} bytes of Storage`);
  t.true(bytes <= board.storage, `${bytes} bytes`);
});

test.serial('registers, is read, observed and executed, 1,000 times within its variables; the rest is refused', async (t) => {
  const engine = await findEngine(1700);
  if (typeof engine === 'string') return withoutEngine(t, 'espruino', engine);
  const { server, uri } = await startServer();
  t.teardown(() => server.stop());
  const { code } = await buildParts(BOARD, PROGRAM, (...given) => bootOptions(...given)!);
  const registered = new Promise<void>((done) => void server.events.once('registration', () => done()));
  const device = await boot(engine, { storage: { '.bootcde': `${code.replace('coap://127.0.0.1:5683', uri)};setInterval(function(){print("# "+process.memory().usage)},500);` } });
  t.teardown(() => device.stop());
  onEngine(t, 'espruino', engine.version);
  await registered;
  const usage = async () => {
    const from = device.output.length;
    await wait(1200);
    return Math.min(...[...device.output.slice(from).matchAll(/^# (\d+)/gm)].map((match) => Number(match[1])));
  };
  const name = 'thermometer-1';
  const value = async (path: string) => {
    const { code, content } = await server.read(name, path);
    t.is(code, 69, path);
    return content as any;
  };

  t.deepEqual((await value('/3/0')).resources.map((one: { id: number }) => one.id), [0, 1, 2, 11, 16]);
  t.deepEqual((await value('/3/0/11')).values, new Map([[0, 0]]), 'Error Code has instances');
  t.is((await value('/3/0/1')).value, 'T-1');
  t.is((await value('/3303/0/5701')).value, 'Cel');
  t.is((await server.execute(name, '/3303/0/5605')).code, 68);
  const refused = await Promise.all([server.write(name, '/3303/0/5700', 1), server.read(name, '/1/0/1'), server.discover(name, '/3/0'), server.execute(name, '/3303/0/5700'), server.read(name, '/3303/0/5700', { format: 0 })]);
  t.deepEqual(refused.map(({ code }) => code), [133, 132, 134, 133, 134]);
  const heard = new Promise<void>((done) => void server.events.once('notification', () => done()));
  t.true((await server.observe(name, '/3303/0/5700')).observed);
  await heard;

  const before = await usage();
  for (let i = 0; i < REQUESTS; i++) {
    const answer = await (i % 3 < 1 ? server.read(name, '/3/0') : i % 3 < 2 ? server.read(name, '/3303/0/5700') : server.execute(name, '/3303/0/5605'));
    t.is(answer.code, i % 3 < 2 ? 69 : 68);
  }
  const after = await usage();
  t.log(`measured: ${before} JsVars before, ${after} after ${REQUESTS} requests`);
  t.true(after <= BUDGET, `${after} JsVars`);
  // Numbers that grow above 1,023 get variables of their own. A leak is hundreds.
  t.true(after - before < 16, `${before} → ${after}`);
  t.notRegex(device.output, /Uncaught|OUT OF MEMORY/);
});
