/** rak8212's program on a real Espruino, whose Serial1 is a pseudo-terminal with a simulated BG96 at its other end. */
import test, { type ExecutionContext } from 'ava';
import { Bg96 } from '../simulated/bg96';
import { checkJsVars } from './support/ledger';
import { LONG, manageBehind, seededNumbers, startBehind, survive } from './support/modem';
import { measurePeaks } from './support/peaks';
import { espruinoStarter } from './support/squeeze-espruino';

// Its pins print what is done to them.
const before = (port: string) =>
  `var D6=6,D7=7,D9=9,D10=10,D15=15,SETUP=Serial1.setup;Serial1.setup=function(b){SETUP.call(Serial1,b,${port})};` +
  'function digitalWrite(p,v){print("! pin "+p+" "+v)}\n';

async function start(t: ExecutionContext<any>) {
  const bg96 = new Bg96({ off: true, bootMs: 200 });
  const d = await startBehind(t, {
    board: 'rak8212',
    modem: bg96,
    before,
    // Somebody has to press the key.
    onStart: ({ espruino }) => void espruino.waitFor(/^! pin 15 1\n[^]*^! pin 15 0\n/m).then(() => bg96.reset(), () => {}),
  });
  return d && { ...d, bg96 };
}

test.serial('rak8212: switches its modem on, registers, is managed, keeps to its budget of variables, needs no more after 1,000 requests and 100 transfers in blocks, de-registers', async (t) => {
  const d = await start(t);
  if (!d) return;
  const { all, ...usage } = await manageBehind(t, d);
  if (!all || d.device.engine.variables !== 2500) return;
  const modem = async () => {
    // It is on, and has forgotten all.
    d.bg96.faults.bootMs = 20;
    d.bg96.reset();
    return d.beside;
  };
  const starter = espruinoStarter('rak8212', modem);
  const found = await measurePeaks(t, { board: 'rak8212', long: LONG, start: starter, what: 'jsvars', total: 2500, step: 4 }, usage.registered);
  t.is(checkJsVars('rak8212', { ...usage, ...found }), undefined);
});

test.serial('rak8212: late answers, noise, lost bytes, a socket that the network closed, a modem that is reset: it is managed all the same', async (t) => {
  const d = await start(t);
  if (!d) return;
  const { bg96 } = d;
  const random = seededNumbers();
  await survive(t, d, {
    'late answers': () => Object.assign(bg96.faults, { random, late: 0.2, lateMs: 1500 }),
    noise: () => Object.assign(bg96.faults, { late: 0, noise: 0.2 }),
    'lost bytes': () => Object.assign(bg96.faults, { noise: 0, lost: 0.002 }),
    'a socket that the network closed': () => {
      bg96.faults.lost = 0;
      bg96.closeSocket();
    },
    'a context that the network took away': () => bg96.deactivate(),
    'a reset in the middle': () => bg96.reset(),
  });
});
