/** The adapter for an ESP8266 with AT firmware against a simulated one, in this process. */
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Esp8266At, type Esp8266Faults } from '../simulated/esp8266at';
import { conformance } from './conformance';
import { asSubject, attach, exchange, open, resetOften, starve, type Memory } from './support/modem';

const ENABLE = 19;
const FIRMWARES = ['nonos', 'esp-at'] as const;

/** The adapter's module, the module and the line between them. `pins`: what was done to them. */
function connect(firmware: (typeof FIRMWARES)[number] = 'nonos', faults: Esp8266Faults = {}, memory?: Memory) {
  const esp = new Esp8266At(firmware, { piece: 7, ...faults });
  const line = attach('udp-esp8266at', esp, (pin, level) => {
    if (pin === ENABLE && level) esp.reset();
    else if (pin === ENABLE) esp.powerOff();
  }, memory);
  return { esp, ...line, wifi: { serial: line.serial, ssid: esp.ssid, password: esp.password } };
}

/** Opened, with a peer. */
async function start(t: ExecutionContext, firmware?: (typeof FIRMWARES)[number], faults?: Esp8266Faults, wifi: object = {}, memory?: Memory) {
  const { esp, wifi: network, ...line } = connect(firmware, faults, memory);
  return { esp, ...(await open(t, esp, line, { ...network, ...wifi })) };
}

for (const firmware of FIRMWARES)
  conformance(`udp-esp8266at, ${firmware}`, async () => {
    const all: Esp8266At[] = [];
    return {
      async open(options) {
        const { esp, wifi, openUdp } = connect(firmware, { piece: 64 });
        all.push(esp);
        return asSubject((given) => openUdp(given, wifi), options, () => esp.closeSocket(), 0);
      },
      // What goes out; what comes in may have 1,500.
      largest: 1460,
      longer: 'cut',
      ipv6: false,
      names: true,
      localPort: 'adapter',
      breaks: 'told',
      end: async () => all.forEach((esp) => esp.powerOff()),
    };
  });

for (const firmware of FIRMWARES)
  test(`esp8266at, ${firmware}: switches the module on, joins, opens one UDP socket whose peers may change; nothing is written to its flash`, async (t) => {
    const d = await start(t, firmware, { off: true }, { enable: ENABLE, setup: ['AT+UART_CUR=115200,8,1,0,2'] });
    await d.until(() => d.changes.includes(2));
    t.deepEqual(d.pins, [[ENABLE, 0], [ENABLE, 1]]);
    t.deepEqual(d.changes, [1, 2]);
    const heard = d.esp.heard.filter(Boolean).join(' ');
    t.regex(heard, /ATE0 AT\+SYSSTORE=0 AT\+CWMODE_CUR=1 (AT\+CWMODE=1 )?AT\+CIPMUX=0 AT\+CIPDINFO=1 AT\+UART_CUR=115200,8,1,0,2 AT\+CWJAP/);
    t.regex(heard, /AT\+CIPCLOSE AT\+CIPSTART="UDP","0.0.0.0",(\d+),\1,2$/);
    t.is(/CWJAP_CUR/.test(heard), firmware === 'nonos');
  });

test('esp8266at: without a pin the module is told to restart, whatever it was about', async (t) => {
  const { esp, wifi, ...line } = connect();
  // Somebody before us went away in the middle of a datagram of 500 bytes.
  for (const command of ['AT+CWJAP="home","secret\\, \\"really\\""', 'AT+CIPSTART="UDP","0.0.0.0",5000,5000,2', 'AT+CIPSEND=500,"127.0.0.1",9']) {
    esp.input(Buffer.from(command + '\r\n'));
    await wait(60);
  }
  const d = await open(t, esp, line, wifi);
  await d.until(() => d.udp.connection === 2, 5000);
  t.true(esp.heard.includes('AT+RST'));
  d.write(1);
  await d.until(() => d.arrived.length);
  t.deepEqual(d.arrived.map((data) => [...data]), [[1]]);
});

test('esp8266at: a module that is reset in the middle is set up again, and the datagrams after it arrive', async (t) => {
  await resetOften(t, await start(t));
});

for (const firmware of FIRMWARES)
  test(`esp8266at, ${firmware}: a network that goes and comes back is used again, under the same port`, async (t) => {
    const d = await start(t, firmware);
    await d.until(() => d.udp.connection === 2);
    d.write(1);
    await d.until(() => d.arrived.length === 1);
    d.esp.leave();
    await d.until(() => d.changes.join() === '1,2,1');
    await wait(3000);
    t.is(d.changes.join(), '1,2,1');
    d.esp.comeBack();
    await d.until(() => d.udp.connection === 2, 10000);
    // Nobody wrote: the port is as it was.
    d.answer(7);
    await d.until(() => d.got.length === 1);
    t.deepEqual([...d.got[0]!], [7]);
  });

for (const firmware of FIRMWARES)
  test(`esp8266at, ${firmware}: a wrong password is told, and tried again ever more seldom`, async (t) => {
    const refused: number[] = [];
    const d = await start(t, firmware, {}, { password: 'wrong', onRefused: (reason: number) => refused.push(reason) });
    await d.until(() => refused.length === 2);
    await wait(1500);
    t.deepEqual(refused, [2, 2]);
    t.deepEqual(d.changes, [1]);
    d.esp.password = 'wrong';
    await d.until(() => d.udp.connection === 2, 6000);
    t.deepEqual(d.changes, [1, 2]);
  });

test('esp8266at: an open network has no password', async (t) => {
  const { esp, wifi, ...line } = connect();
  esp.password = '';
  const d = await open(t, esp, line, { ...wifi, password: undefined });
  await d.until(() => d.udp.connection === 2);
  t.pass();
});

for (const firmware of FIRMWARES)
  test(`esp8266at, ${firmware}: without a name it is the network that the module remembers, as soon as that is joined`, async (t) => {
    const { esp, wifi, ...line } = connect(firmware, { joinMs: 4000 });
    esp.remembers = true;
    const d = await open(t, esp, line, { ...wifi, ssid: undefined });
    await d.until(() => d.udp.connection === 2);
    t.deepEqual(d.changes, [1, 2]);
    t.false(esp.heard.some((line) => /CWJAP\w*=/.test(line)));
    d.write(1);
    await d.until(() => d.arrived.length);
  });

test('esp8266at: a module that says nothing but "busy p..." is restarted', async (t) => {
  const d = await start(t);
  await d.until(() => d.udp.connection === 2);
  d.esp.stuck = true;
  d.write(1);
  await d.until(() => d.changes.join() === '1,2,0,1,2', 60000);
  t.is(d.esp.heard.filter((line) => line === 'AT+RST').length, 2);
  d.write(2);
  await d.until(() => d.arrived.at(-1)?.equals(Buffer.from([2])));
});

test('esp8266at: "busy p..." now and then, and "SEND FAIL" before "SEND OK": each datagram goes out once, in its order', async (t) => {
  let seed = 99;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const d = await start(t, 'nonos', { busy: 0.3, failsFirst: true, random });
  await d.until(() => d.udp.connection === 2);
  for (let i = 0; i < 12; i++) {
    d.write(i, 1);
    if (i % 3 === 2) await d.until(() => d.arrived.length === i + 1);
  }
  t.deepEqual(d.arrived.map(([first]) => first), Array.from({ length: 12 }, (_, i) => i));
});

test('esp8266at: datagrams that come together stay datagrams, whatever bytes they have and however they are cut', async (t) => {
  for (const piece of [1, 5, 64, 2000]) {
    const d = await start(t, 'esp-at', { piece });
    await d.until(() => d.udp.connection === 2);
    d.write(1);
    await d.until(() => d.arrived.length);
    const texts = ['+IPD,3,"1.2.3.4",5:abc', '\r\nOK\r\n', 'ERROR\r\n', '>', '\r\n+IPD,9,"127.0.0.1",9:'];
    for (const text of texts) d.answer(...Buffer.from(text, 'latin1'));
    await d.until(() => d.got.length === texts.length);
    t.deepEqual(d.got.map((data) => data.toString('latin1')), texts);
  }
});

for (const [name, faults] of Object.entries<Esp8266Faults>({
  'answers that come late': { late: 0.2, lateMs: 1500 },
  'lost bytes': { lost: 0.004 },
  'noise on the line': { noise: 0.3 },
}))
  for (const firmware of FIRMWARES)
    test(`esp8266at, ${firmware}: ${name}: nothing false arrives, and enough arrives`, async (t) => exchange(t, await start(t, firmware), faults));

test('esp8266at: memory that ends anywhere: it goes on when there is some', (t) => starve(t, (memory) => start(t, 'nonos', {}, {}, memory)));
