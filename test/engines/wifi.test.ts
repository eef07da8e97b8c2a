/** The programs of pico and espruino-wifi on a real Espruino, whose Serial2 is a pseudo-terminal with a simulated ESP8266 at its other end. */
import test, { type ExecutionContext } from 'ava';
import { withoutEngine } from '../support/engine';
import { Esp8266At } from '../simulated/esp8266at';
import { findEngine } from './support/espruino';
import { checkJsVars } from './support/ledger';
import { manageBehind, seededNumbers, startBehind, survive } from './support/modem';

const before = (port: string) =>
  `var A2=2,A3=3,A13=13,A14=14,A15=15,B9=19,Serial2=Serial1,SETUP=Serial1.setup;Serial1.setup=function(b){SETUP.call(Serial1,b,${port})};` +
  'function digitalWrite(p,v){print("! pin "+p+" "+v)}\n';

async function start(t: ExecutionContext<any>, board: string, firmware: 'nonos' | 'esp-at', pin: number | undefined) {
  // No build has the board's 5,100 or 8,190 variables; each variable takes as much room on this one.
  const engine = await findEngine(2500);
  if (typeof engine === 'string') return void withoutEngine(t, 'espruino', engine);
  const esp = new Esp8266At(firmware, { bootMs: 200, off: pin !== undefined });
  const wifi = { ssid: esp.ssid, password: esp.password, enable: pin };
  const d = await startBehind(t, {
    board,
    modem: esp,
    before,
    engine,
    script: true,
    more: { wifi },
    onStart: ({ espruino }) => {
      if (pin !== undefined) void espruino.waitFor(new RegExp(`^! pin ${pin} 0\\n[^]*^! pin ${pin} 1\\n`, 'm')).then(() => esp.reset(), () => {});
    },
  });
  return d && { ...d, esp };
}

test.serial('pico: joins, registers, is managed, needs no more variables after 1,000 requests and 100 transfers in blocks, de-registers', (t) => manageBoard(t, 'pico', 19));
test.serial('espruino-wifi: the same with its own pins', (t) => manageBoard(t, 'espruino-wifi', 14));

async function manageBoard(t: ExecutionContext<any>, board: string, pin: number): Promise<void> {
  const d = await start(t, board, 'nonos', pin);
  if (!d) return;
  const { all, ...usage } = await manageBehind(t, d);
  if (all) t.is(checkJsVars(board, usage), undefined);
}

for (const [firmware, pin] of [['nonos', 19], ['esp-at', undefined]] as const)
  test.serial(`pico, ${firmware}: late answers, noise, lost bytes, a socket that is gone, a network that goes, a reset: it is managed all the same`, async (t) => {
    const d = await start(t, 'pico', firmware, pin);
    if (!d) return;
    const { esp } = d;
    const random = seededNumbers();
    await survive(t, d, {
      'late answers': () => Object.assign(esp.faults, { random, late: 0.2, lateMs: 1500 }),
      noise: () => Object.assign(esp.faults, { late: 0, noise: 0.2 }),
      'lost bytes': () => Object.assign(esp.faults, { noise: 0, lost: 0.002 }),
      '"busy p..."': () => Object.assign(esp.faults, { lost: 0, busy: 0.3 }),
      'a socket that is gone': () => {
        esp.faults.busy = 0;
        esp.closeSocket();
      },
      'a network that goes and comes back': () => {
        esp.leave();
        setTimeout(() => esp.comeBack(), 1500);
      },
      'a reset in the middle': () => esp.reset(),
    });
  });
