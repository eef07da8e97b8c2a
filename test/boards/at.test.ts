/** What modems say: what test/vectors/at.json does not. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { createAtEvents, takeEventLine } from '../../boards/adapters/at-events';
import { addPiece, countFields, createLines, decimal, fieldOf, hexOf, nextLine } from '../../boards/adapters/at-lines';
import { createAtNetwork, isRegistered, takeNetworkLine, type AtNetwork } from '../../boards/adapters/at-network';
import { createAtPlace, takePlaceLine } from '../../boards/adapters/at-place';
import { inPackage } from '../../src/host/build/root';

const inputs = (JSON.parse(readFileSync(inPackage('test', 'vectors', 'at.json'), 'utf8')).cases as { input: string }[]).map(({ input }) => input);

function linesOf(...pieces: string[]): string[] {
  const [l, found] = [createLines(), [] as string[]];
  for (const piece of pieces) {
    addPiece(l, piece);
    for (let line = nextLine(l); line !== undefined; line = nextLine(l)) found.push(line);
  }
  return found;
}

function network(...lines: string[]): AtNetwork {
  const n = createAtNetwork();
  for (const line of lines) takeNetworkLine(n, line);
  return n;
}

function place(...lines: string[]) {
  const p = createAtPlace();
  for (const line of lines) takePlaceLine(p, line);
  return p;
}

test('lines are the same wherever they are cut', (t) => {
  for (const input of inputs) for (let at = 0; at <= input.length; at++) t.deepEqual(linesOf(input.slice(0, at), input.slice(at)), linesOf(input));
});

test('bytes of a datagram are no lines, whatever they look like', (t) => {
  const data = '\r\n+CSQ: 31,0\r\n+CEREG: 1\r\n';
  const size = data.length;
  for (const head of [
    `+QIRD: ${size}\r\n`, `+QIRD: ${size},"192.0.2.1",5683\r\n`, `+QIURC: "recv",0,${size}\r\n`, `+QIURC: "recv",0,${size},"192.0.2.1",5683\r\n`,
    `+IPD,${size}:`, `+IPD,0,${size}:`, `+IPD,${size},"192.0.2.1",5683:`, `+IPD,0,${size},192.0.2.1,5683:`, `+IPD,0,${size},"192.0.2.1",5683:`,
    `+CIPRECVDATA:${size},"192.0.2.1",5683,`, `+CIPRECVDATA:${size},`, `+CIPRECVDATA,${size}:`,
  ]) {
    const text = `\r\nOK\r\n\r\n${head}${data}\r\n+CSQ: 5,99\r\n`;
    const found = linesOf(text).filter((line) => /^\+C(SQ|EREG)/.test(line));
    t.deepEqual(found, ['+CSQ: 5,99'], head);
    for (let at = 0; at <= text.length; at++) t.deepEqual(linesOf(text.slice(0, at), text.slice(at)), linesOf(text), head);
  }
  t.deepEqual(linesOf('+QIRD: 5,5,0\r\n+CSQ: 5,99\r\n').length, 2);
  t.deepEqual(linesOf('+QIRD: 0\r\n+CSQ: 5,99\r\n').length, 2);
  t.deepEqual(linesOf('+QIURC: "recv",0\r\n+CSQ: 5,99\r\n').length, 2);
  t.deepEqual(linesOf('+IPD,41\r\n+CSQ: 5,99\r\n').length, 2);
});

test('nothing that comes makes it throw or keep more than a line', (t) => {
  let state = 3;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const words = ['+QIRD: ', '+IPD,', '+CIPRECVDATA:', ':', '"', ',', '\r', '\n', '\r\n', '(', '-', '9', '12345678901234567890', '+CEREG: ', '+QCSQ: ', '+COPS: ', '+CPSMS: ', '+QGPSLOC: ', '+CGNSINF: ', '+QPING: 0,', '+QIURC: ', '+CME ERROR: ', 'NaN', '\xff\0', 'N'];
  const [l, n, p, e] = [createLines(), createAtNetwork(), createAtPlace(), createAtEvents()];
  const shapes = () => [n, p, e].map((one) => Object.keys(one).join()).join();
  const shape = shapes();
  for (let i = 0; i < 100_000; i++) {
    addPiece(l, random() < 0.1 ? inputs[Math.floor(random() * inputs.length)]!.slice(random() * 50, random() * 200) : words[Math.floor(random() * words.length)]!);
    for (let line = nextLine(l); line !== undefined; line = nextLine(l)) {
      takeNetworkLine(n, line);
      takePlaceLine(p, line);
      takeEventLine(e, line);
    }
    t.true(l._in.length < 1024);
    for (const value of Object.values({ ...n, ...p })) if (typeof value === 'number') t.true(Number.isFinite(value));
  }
  t.is(shapes(), shape);
});

test('fields: quotes hold commas together, and what is not there is empty', (t) => {
  t.deepEqual([0, 1, 2, 3, 4].map((at) => fieldOf('+X: 1,"a,b", 3,"open', at)), ['1', 'a,b', '3', '"open', '']);
  t.deepEqual(['+X: ', '+X: 1', '+X: 1,,', '+X: "a,b",c'].map(countFields), [1, 1, 3, 2]);
  for (const none of ['', '-', '.', '1.2.3', '1e5', '0x10', ' 1', '1 ', 'Infinity', '9'.repeat(41)]) t.is(decimal(none), undefined, none);
  t.deepEqual(['09', '-84.06527', '+5', '.5', '5.', '010'].map(decimal), [9, -84.06527, 5, 0.5, 5, 10]);
  t.deepEqual(['D0B', 'ffff', '123456789', '', 'G', '@1', '`'].map((text) => hexOf(`+X: "${text}"`, 0)), [0xd0b, 0xffff, undefined, undefined, undefined, undefined, undefined]);
});

test('+CEREG: an answer has the mode first, what comes by itself has not (3GPP TS 27.007 10.1.22)', (t) => {
  for (const [line, state, cell] of [
    ['+CEREG: 5', 5], ['+CEREG: 0,1', 1], ['+CEREG: 2,5,"D0B","C45C010",8', 5, 0xc45c010], ['+CEREG: 5,"D0B","C45C010",8', 5, 0xc45c010], ['+CEREG: 1,D0B,C45C010,8', 1, 0xc45c010], ['+CEREG: 2,1,D0B,C45C010,9', 1, 0xc45c010],
    ['+CEREG: 4,5,"D0B","C45C010",9,,,"00000100","00001111"', 5, 0xc45c010], ['+CEREG: 2,3', 3], ['+CEREG: 99', undefined], ['+CEREG: ', undefined],
  ] as const) {
    const n = network(line);
    t.deepEqual([n.registration, n.cell], [state, cell], line);
    t.is(isRegistered(n), state === 1 || state === 5);
  }
  t.true(isRegistered(network('+CGREG: 0,5')));
  t.false(isRegistered(network('+CREG: 0,1')));
  t.deepEqual(network('+CEREG: 2,1,"D0B","C45C010",8', '+CEREG: 2,2').cell, 0xc45c010);
});

test('a signal is of the network that is there, and what cannot be one is none', (t) => {
  const good = '+QCSQ: "eMTC",-84,-91,165,-6';
  t.like(network(good), { bearer: 'LTE-M', lteRssi: -84, rsrp: -91, sinr: 13, rsrq: -6 });
  t.like(network('+CSQ: 10,99', good, '+QCSQ: "NOSERVICE"'), { bearer: undefined, rsrp: undefined, rsrq: undefined, rssi: undefined });
  t.like(network('+QCSQ: "GSM",-71'), { bearer: 'GSM', rssi: -71, rsrp: undefined });
  t.like(network('+QCSQ: "CAT-NB1",0,-32768,251,-60'), { bearer: 'NB-IoT', lteRssi: undefined, rsrp: undefined, sinr: undefined, rsrq: undefined });
  for (const [step, dBm] of [[0, -113], [31, -51], [32, undefined], [99, undefined], [-1, undefined]] as const) t.is(network(`+CSQ: ${step},99`).rssi, dBm);
  t.like(network('+QNWINFO: "CAT-M1","310410","LTE BAND 4",2175', '+QNWINFO: No Service'), { bearer: undefined, band: undefined, channel: undefined, mcc: undefined });
});

test('operators: by name, by number with two or three digits of the network, or none; a list says nothing of now', (t) => {
  t.like(network('+COPS: 0,2,"00101",9'), { mcc: 1, mnc: 1, act: 9 });
  t.like(network('+COPS: 0,2,"310410"'), { mcc: 310, mnc: 410, act: undefined });
  t.like(network('+COPS: 0,0,"A, B",7', '+COPS: 0'), { operator: undefined });
  t.like(network('+COPS: 0,0,"A, B",7', '+COPS: (2,"C","C","00102",7),,(0-4),(0-2)'), { operator: 'A, B' });
  for (const none of ['1234', '1234567', '31O410', '']) t.is(network(`+COPS: 0,2,"${none}"`).mcc, undefined);
});

test('timers of power saving: units of T3412 and T3324 (3GPP TS 24.008 10.5.7.4a, 10.5.7.3)', (t) => {
  const timers = (tau: string, active: string) => { const { tau: a, active: b } = network(`+CPSMS: 1,,,"${tau}","${active}"`); return [a, b]; };
  t.deepEqual(['000', '001', '010', '011', '100', '101', '110', '111'].map((unit) => timers(unit + '00001', unit + '00001')), [[600, 2], [3600, 60], [36000, 360], [2, 60], [30, 60], [60, 60], [1152000, 60], [undefined, undefined]]);
  t.deepEqual([timers('0000010', '000001000'), timers('0000010x', '')], [[undefined, undefined], [undefined, undefined]]);
  t.is(network('+CPSMS: 0').psm, false);
});

test('an address is of an active context', (t) => {
  t.is(network('+QIACT: 1,0,1').address, undefined);
  t.is(network('+QIACT: 1,1,1,"192.0.2.1"').address, '192.0.2.1');
  t.is(network('+CGPADDR: 1,"192.0.2.1"').address, '192.0.2.1');
  t.is(network('+CGPADDR: 1').address, undefined);
  t.like(network('+CBC: 0,85,3894'), { charging: 0, level: 85, voltage: 3.894 });
  t.like(network('+CBC: 9,101,0'), { charging: undefined, level: undefined, voltage: undefined });
});

test('+QGPSLOC in its three formats is the same place', (t) => {
  const rest = ',0.7,62.2,2,30.5,36.0,19.4,110513,09';
  for (const where of ['3150.7223N,11711.9293W', '3150.722300N,11711.929300W', '3150.722300,N,11711.929300,W', '31.84537166,-117.19882166']) {
    const p = place(`+QGPSLOC: 061951.0,${where}${rest}`);
    t.true(Math.abs(p.latitude! - 31.845371667) < 1e-7 && Math.abs(p.longitude! + 117.198821667) < 1e-7, where);
    t.like(p, { valid: true, hdop: 0.7, altitude: 62.2, mode: 2, course: 30.5, speed: 10, satellites: 9, time: 22791, date: Date.UTC(2013, 4, 11) / 864e5 });
  }
  for (const none of ['', ',', '91.0,1.0', '1.0,181.0', '3160.0N,11711.9W', 'N,W', '1.0', '3150.72E,11711.92W'])
    t.is(place(`+QGPSLOC: 061951.0,${none}`).valid, false, none);
  t.like(place(`+QGPSLOC: 061951.0,1.0,2.0${rest}`, '+CME ERROR: 516'), { valid: false, latitude: 1 });
  t.like(place('+QGPSLOC: 246060.0,1.0,2.0,,,,,,,300224,'), { valid: true, time: undefined, date: undefined, speed: undefined, altitude: undefined });
});

test('+CGNSINF without its fix is no place, whatever it has', (t) => {
  t.like(place('+CGNSINF: 1,1,20240229235959.500,1.5,-2.5,3,36,90'), { run: true, valid: true, latitude: 1.5, longitude: -2.5, speed: 10, course: 90, time: 86399.5, date: Date.UTC(2024, 1, 29) / 864e5 });
  t.like(place('+CGNSINF: 1,0,20240229235959.500,1.5,-2.5,3,36,90'), { valid: false, latitude: undefined });
  t.like(place('+CGNSINF: 0,,,,,,,'), { run: false, valid: false });
  t.like(place('+CGNSINF: 1,1,,1.5,-2.5,,,'), { valid: true, time: undefined, date: undefined });
});
