/** The adapter for the BG96 against a simulated one, in this process. */
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Bg96, type Bg96Faults } from '../simulated/bg96';
import { conformance } from './conformance';
import { asSubject, attach, exchange, open, resetOften, starve, type Memory } from './support/modem';

const SUPPLY = 6;
const KEY = 15;

/** The adapter's module, the modem and the line between them. `pins`: what was done to them. */
function connect(faults: Bg96Faults = {}, memory?: Memory) {
  const bg96 = new Bg96(faults);
  const line = attach('udp-bg96', bg96, (pin, level) => {
    if (pin === SUPPLY && !level) bg96.powerOff();
    // Switched on by the end of a press.
    if (pin === KEY && !level && bg96.deaf) bg96.reset();
  }, memory);
  return { bg96, ...line };
}

/** Opened, with a peer. */
async function start(t: ExecutionContext, faults?: Bg96Faults, modem: object = {}, memory?: Memory) {
  const { bg96, ...line } = connect(faults, memory);
  return { bg96, ...(await open(t, bg96, line, modem)) };
}

conformance('udp-bg96', async () => {
  const lines: Bg96[] = [];
  return {
    async open(options) {
      const { bg96, serial, openUdp } = connect();
      lines.push(bg96);
      // The next datagram is in the modem: it takes the time of two lines to have it.
      return asSubject((given) => openUdp(given, { serial }), options, () => bg96.closeSocket(), 15);
    },
    // What goes out; what comes in may have 1,500.
    largest: 1460,
    longer: 'cut',
    ipv6: false,
    names: true,
    localPort: 'adapter',
    breaks: 'told',
    end: async () => lines.forEach((bg96) => bg96.powerOff()),
  };
});

test('bg96: switches the modem on, waits for SIM and network, and says where it is once each', async (t) => {
  const d = await start(t, { off: true, searching: 2, bootMs: 50 }, { supply: SUPPLY, key: KEY, apn: 'iot.example', setup: ['AT+COPS=0', 'AT+QCFG="iotopmode",1'] });
  await d.until(() => d.changes.includes(2));
  t.deepEqual(d.pins, [[SUPPLY, 0], [SUPPLY, 1], [KEY, 1], [KEY, 0]]);
  t.deepEqual(d.changes, [1, 2]);
  const heard = d.bg96.heard.join(' ');
  t.regex(heard, /AT\+COPS=0 AT\+QCFG="iotopmode",1 AT\+CEREG\? AT\+CEREG\? AT\+CEREG\? AT\+QICSGP=1,1,"iot.example","","",0 AT\+QIDEACT=1 AT\+QIACT=1 AT\+QICLOSE=0 AT\+QIOPEN/);
});

test('bg96: a modem that is reset in the middle is set up again, and the datagrams after it arrive', async (t) => {
  await resetOften(t, await start(t));
});

test('bg96: a context that the network takes away is made again', async (t) => {
  const d = await start(t);
  await d.until(() => d.udp.connection === 2);
  d.bg96.deactivate();
  await d.until(() => d.changes.join() === '1,2,1,2');
  d.write(1);
  await d.until(() => d.arrived.length === 1);
  t.pass();
});

test('bg96: without a network it asks ever more seldom, says nothing twice, and is there when the network is', async (t) => {
  const d = await start(t);
  d.bg96.offline = true;
  await wait(4500);
  const asked = d.bg96.heard.filter((line) => line === 'AT+CEREG?').length;
  t.true(asked >= 2 && asked <= 4, `${asked} questions in 4.5 s`);
  t.deepEqual(d.changes, [1]);
  d.bg96.comeBack();
  await d.until(() => d.udp.connection === 2, 2000);
  t.deepEqual(d.changes, [1, 2]);
});

test('bg96: what is sent before there is a network is sent when there is, the last of it', async (t) => {
  const d = await start(t, { searching: 1 });
  for (let i = 0; i < 9; i++) d.write(i);
  await d.until(() => d.arrived.length);
  await wait(100);
  t.deepEqual(d.arrived.map((data) => [...data]), [[8]]);
});

test('bg96: PSM: it sleeps until there is something to send, wakes by its key and is set up again', async (t) => {
  const d = await start(t, { off: true }, { supply: SUPPLY, key: KEY, psm: ['00100001', '00000010'] });
  await d.until(() => d.udp.connection === 2);
  t.true(d.bg96.heard.includes('AT+QCFG="psm/urc",1;+CPSMS=1,,,"00100001","00000010"'));
  d.bg96.hibernate();
  await d.until(() => d.bg96.deaf);
  d.pins.length = 0;
  await wait(300);
  t.deepEqual(d.pins, []);
  d.write(5);
  t.is(d.udp.connection, 1);
  await d.until(() => d.arrived.length);
  t.deepEqual(d.pins, [[KEY, 1], [KEY, 0]]);
});

test('bg96: the pin at DTR lets it sleep between datagrams', async (t) => {
  const d = await start(t, {}, { sleep: 3 });
  await d.until(() => d.udp.connection === 2 && d.pins.length === 1);
  t.deepEqual(d.pins, [[3, 1]]);
  d.write(1);
  await d.until(() => d.arrived.length && d.pins.length === 3);
  t.deepEqual(d.pins.slice(1), [[3, 0], [3, 1]]);
});

for (const [name, faults] of Object.entries<Bg96Faults>({
  'answers that come late': { late: 0.2, lateMs: 1500 },
  'lost bytes': { lost: 0.004 },
  'noise on the line': { noise: 0.3 },
}))
  test(`bg96: ${name}: nothing false arrives, and enough arrives`, async (t) => exchange(t, await start(t), faults));

test('bg96: memory that ends anywhere: it goes on when there is some', (t) => starve(t, (memory) => start(t, {}, {}, memory)));
