/** rak8212's program on a real Espruino, whose Serial1 is a pseudo-terminal with a simulated BG96 at its other end. */
import test, { type ExecutionContext } from 'ava';
import { readBoard } from '../../src/host/build/boards';
import { Bg96, type Bg96Faults } from '../simulated/bg96';
import { onEngine, withoutEngine } from '../support/engine';
import { skip } from '../support/skip';
import { startEspruino } from './support/device';
import { checkJsVars } from './support/ledger';
import { openLine } from './support/line';
import { manage, mix, startServer } from './support/session';

// What the board has and a computer has not: its pins, which print what is done to them, and a port with a name.
const pins = (path: string) =>
  `var D6=6,D7=7,D9=9,D10=10,D15=15,SETUP=Serial1.setup;Serial1.setup=function(b){SETUP.call(Serial1,b,{path:"${path}"})};` +
  'function digitalWrite(p,v){print("! pin "+p+" "+v)}\n';

/** Registers; undefined where something is missing, which it has said. Everything ends with the test. */
async function start(t: ExecutionContext<any>, faults: Bg96Faults = {}) {
  const line = await openLine();
  if (typeof line === 'string') return void skip(t, line);
  t.teardown(() => line.close());
  const bg96 = new Bg96({ off: true, bootMs: 200, ...faults });
  t.teardown(() => bg96.powerOff());
  bg96.onOutput((data) => line.write(data));
  line.onData((data) => bg96.input(data));
  const { server, uri } = await startServer();
  t.teardown(() => server.stop());
  const device = await startEspruino({ board: 'rak8212', server: uri, endpoint: 'rak8212', before: pins(line.path) });
  if (typeof device === 'string') return void withoutEngine(t, 'espruino', device);
  t.teardown(() => device.stop());
  onEngine(t, 'espruino', device.engine.version);
  // Somebody has to press the key.
  void device.espruino.waitFor(/^! pin 15 1\n[^]*^! pin 15 0\n/m).then(() => bg96.reset(), () => {});
  await device.event('registered', 0, 60000);
  return { bg96, server, device, features: (await readBoard('rak8212')).board.features };
}

test.serial('rak8212: switches its modem on, registers, is managed, needs no more variables after 105 requests, de-registers', async (t) => {
  t.timeout(300000);
  const d = await start(t);
  if (!d) return;
  const { server, device, features } = d;
  const left = new Promise<string>((resolve) => server.events.once('deregistration', (_, reason) => resolve(reason)));
  const loaded = await device.usage('loaded');
  await manage(t, server, device, 'rak8212', { long: 400, features });
  const measure = async () => {
    let least = Infinity;
    for (let i = 0; i < 4; i++) {
      const mark = device.mark();
      t.is((await server.execute('rak8212', '/3303/0/5605')).code, 68);
      least = Math.min(least, await device.usage('now', mark));
    }
    return least;
  };
  await mix(t, server, 'rak8212', 15, features);
  const before = await measure();
  await mix(t, server, 'rak8212', 105, features);
  const after = await measure();
  const likeBoard = device.engine.variables === 2500;
  t.log(`measured: JsVars${likeBoard ? '' : " (not on a board's engine)"}: ${loaded} loaded, ${before} before and ${after} after 105 requests`);
  t.is(after, before);
  t.is((await server.execute('rak8212', '/3/0/5')).code, 68);
  t.is(await left, 'deregistered');
  t.deepEqual(device.espruino.complaints, []);
  if (likeBoard) t.is(checkJsVars('rak8212', { loaded, registered: before, after1000: null }), undefined);
});

test.serial('rak8212: late answers, noise, lost bytes, a socket that the network closed, a modem that is reset: it is managed all the same', async (t) => {
  t.timeout(300000);
  const d = await start(t);
  if (!d) return;
  const { bg96, server, device } = d;
  let seed = 4711;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  // As a server does that has patience.
  const read = async () => {
    for (let tries = 0; tries < 4; tries++) {
      const answer = await server.read('rak8212', '/3/0/0', { format: 0 }).catch(() => undefined);
      if (answer?.code === 69 && answer.content && 'value' in answer.content) return answer.content.value;
    }
    return 'no answer';
  };
  const troubles: Record<string, () => void> = {
    'late answers': () => Object.assign(bg96.faults, { random, late: 0.2, lateMs: 1500 }),
    noise: () => Object.assign(bg96.faults, { late: 0, noise: 0.2 }),
    'lost bytes': () => Object.assign(bg96.faults, { noise: 0, lost: 0.002 }),
    'a socket that the network closed': () => {
      bg96.faults.lost = 0;
      bg96.closeSocket();
    },
    'a context that the network took away': () => bg96.deactivate(),
    'a reset in the middle': () => bg96.reset(),
  };
  for (const [name, begin] of Object.entries(troubles)) {
    begin();
    for (let i = 0; i < 5; i++) t.is(await read(), 'Open Mobile Alliance', `${name}, Read ${i}`);
  }
  t.deepEqual(device.espruino.complaints, []);
});
