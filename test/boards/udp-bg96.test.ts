/** The adapter for the BG96 against a simulated one, in this process. */
import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Bg96, type Bg96Faults } from '../simulated/bg96';
import { conformance } from './conformance';
import { loadAdapter } from './support/adapter';
import { Bytes } from './support/espruino-double';
import { wrap } from './support/subject';

const SUPPLY = 6;
const KEY = 15;

/** An adapter's module, the modem and the line between them. `pressed`: what was done to the pins. */
function connect(faults: Bg96Faults = {}) {
  const bg96 = new Bg96(faults);
  const serial = Object.assign(new EventEmitter(), { write: (data: string) => bg96.input(Buffer.from(data, 'latin1')) });
  bg96.onOutput((data) => serial.emit('data', data.toString('latin1')));
  const pins: [number, number][] = [];
  const digitalWrite = (pin: number, level: number) => {
    pins.push([pin, level]);
    if (pin === SUPPLY && !level) bg96.powerOff();
    // Switched on by the end of a press.
    if (pin === KEY && !level && bg96.deaf) bg96.reset();
  };
  const E = { toString: (data: Uint8Array) => Buffer.from(data).toString('latin1') };
  const { openUdp } = loadAdapter('udp-bg96', { globals: { E, digitalWrite }, modules: {} });
  return { bg96, serial, pins, openUdp };
}

/** Opened, with a peer; waits for a socket. */
async function start(t: ExecutionContext, faults?: Bg96Faults, modem: object = {}) {
  const line = connect(faults);
  const changes: number[] = [];
  const got: Buffer[] = [];
  const udp = line.openUdp(
    {
      onReadable() {
        const into = new Bytes(600);
        for (let n = udp.read(into); n !== undefined; n = udp.read(into)) got.push(Buffer.from(into.slice(0, n)));
      },
    },
    { serial: line.serial, onChanged: (connection: number) => changes.push(connection), ...modem },
  );
  const until = async (condition: () => unknown, limit = 20000) => {
    for (let ms = 0; ms < limit && !condition(); ms += 10) await wait(10);
    if (!condition()) throw new Error(`not in ${limit} ms: ${condition}; step ${udp._step}, ${line.bg96.heard.slice(-5).join(' ')}`);
  };
  const { createSocket } = await import('node:dgram');
  const peer = createSocket('udp4');
  const arrived: Buffer[] = [];
  const from = { port: 0 };
  peer.on('message', (data, { port }) => {
    arrived.push(data);
    from.port = port;
  });
  await new Promise<void>((resolve) => peer.bind(0, '127.0.0.1', resolve));
  const write = (...bytes: number[]) => udp.write(new Uint8Array(bytes), bytes.length, '127.0.0.1', peer.address().port);
  t.teardown(() => {
    udp.close();
    peer.close();
    line.bg96.powerOff();
  });
  return { ...line, udp, changes, got, arrived, write, until, answer: (...bytes: number[]) => peer.send(Buffer.from(bytes), from.port, '127.0.0.1') };
}

conformance('udp-bg96', async () => {
  const lines: Bg96[] = [];
  return {
    async open(options) {
      const { bg96, serial, openUdp } = connect();
      lines.push(bg96);
      const subject = wrap((given) => openUdp(given, { serial }), options, () => bg96.closeSocket(), Bytes as any);
      const { read } = subject;
      // The next datagram is in the modem: it takes the time of two lines to have it.
      subject.read = async (size) => {
        const received = await read(size);
        if (received.length !== undefined) await wait(15);
        return received;
      };
      return subject;
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
  const d = await start(t);
  await d.until(() => d.udp.connection === 2);
  for (let i = 0; i < 3; i++) {
    d.bg96.reset();
    d.write(i);
    await d.until(() => d.changes.filter((one) => one === 2).length === i + 2);
    d.write(i, 100);
    await d.until(() => d.arrived.some((data) => data.equals(Buffer.from([i, 100]))));
  }
  d.answer(9);
  await d.until(() => d.got.length);
  t.deepEqual([...d.got[0]!], [9]);
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
  test(`bg96: ${name}: nothing false arrives, and enough arrives`, async (t) => {
    t.timeout(120000);
    let seed = 12345;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const d = await start(t);
    await d.until(() => d.udp.connection === 2);
    Object.assign(d.bg96.faults, faults, { random });
    const good = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const bytes = Array.from({ length: 60 }, (_, k) => (i * 7 + k) & 255);
      // As CoAP does: again, until the answer is there.
      for (let tries = 0; tries < 8 && !good.has(String(i)); tries++) {
        const { length } = d.arrived;
        d.write(...bytes);
        for (let ms = 0; ms < 1000 && d.arrived.length === length; ms += 10) await wait(10);
        if (d.arrived.length > length) d.answer(...bytes);
        for (let ms = 0; ms < 1000 && !good.has(String(i)); ms += 10) {
          await wait(10);
          if (d.got.some((data) => data.equals(Buffer.from(bytes)))) good.add(String(i));
        }
      }
    }
    t.true(good.size >= 11, `${good.size} of 12`);
    // The line to the modem loses nothing here, so all that arrived is what was written.
    for (const data of [...d.arrived, ...d.got]) t.true(data.length === 60 && data.every((byte, k) => byte === ((data[0]! + k) & 255)), data.toString('hex'));
    });
