/** The reader of NMEA 0183: what the receivers of test/vectors/nmea.json do not say. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { createNmea, readPosition, takeBytes, type Nmea } from '../../../boards/sensors/nmea';
import type { Position } from '../../../src/device/hal/place';
import { inPackage } from '../../../src/host/build/root';

const inputs = (JSON.parse(readFileSync(inPackage('test', 'vectors', 'nmea.json'), 'utf8')).cases as { input: string }[]).map(({ input }) => input);

/** With its checksum and line end. */
function sentence(body: string): string {
  let sum = 0;
  for (const c of body) sum ^= c.charCodeAt(0);
  return `$${body}*${sum.toString(16).toUpperCase().padStart(2, '0')}\r\n`;
}

function readAll(...pieces: (string | Uint8Array)[]): Nmea {
  const n = createNmea();
  for (const piece of pieces) takeBytes(n, piece);
  return n;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const RMC = 'GPRMC,120000.00,A,4807.038,N,01131.000,E,10.0,084.4,230394,,,A';
const GGA = 'GPGGA,120001.00,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,';

test('a line that is cut anywhere says the same', (t) => {
  const random = seeded(1);
  for (const input of inputs) {
    const whole = readAll(input);
    for (let round = 0; round < 20; round++) {
      const pieces: (string | Uint8Array)[] = [];
      for (let at = 0; at < input.length; ) {
        const next = at + Math.floor(random() * 40);
        const piece = input.slice(at, next);
        pieces.push(random() < 0.5 ? piece : Uint8Array.from(Buffer.from(piece, 'latin1')));
        at = next;
      }
      t.deepEqual(readAll(...pieces), whole);
    }
  }
});

test('no bytes make it throw, or give a place that there cannot be', (t) => {
  const random = seeded(2);
  const alphabet = '$*,.0123456789ANSEWGPRMCLZD\r\n-+';
  const n = createNmea(true);
  const shape = Object.keys(n).join();
  const room = [n._bytes, n._commas];
  for (let i = 0; i < 100_000; i++) {
    takeBytes(n, random() < 0.5 ? Uint8Array.of(random() * 256) : alphabet.charAt(random() * alphabet.length));
    if (i % 5 === 0) takeBytes(n, [RMC, GGA, inputs[i % inputs.length]!][i % 3]!.slice(random() * 20, random() * 90));
    if (n.latitude !== undefined) t.true(Math.abs(n.latitude) <= 90 && Math.abs(n.longitude!) <= 180);
  }
  t.is(Object.keys(n).join(), shape);
  t.deepEqual([n._bytes === room[0], n._commas === room[1], n._bytes.length, n._commas.length], [true, true, 128, 16]);
  takeBytes(n, '\r\n' + sentence(GGA));
  t.true(n.valid);
});

test('a byte that was changed on the line is never believed', (t) => {
  const good = sentence(RMC);
  for (let at = 1; at < good.length - 2; at++)
    for (const bit of [1, 2, 4, 8, 16, 32, 64, 128]) {
      const bytes = Uint8Array.from(Buffer.from(good, 'latin1'));
      bytes[at] = bytes[at]! ^ bit;
      const n = readAll(bytes);
      // Hex digits may be small letters.
      if (bit !== 32 || at < good.length - 4) t.is(n.ok, 0, `${at}, ${bit}`);
    }
});

test('a sentence of any length is checked whole', (t) => {
  const long = readAll(sentence('GPTXT,01,01,02,' + 'x'.repeat(5000)), sentence(RMC + ','.repeat(300)));
  t.deepEqual([long.ok, long.valid], [2, true]);
  t.is(readAll(sentence('GPTXT,' + 'x'.repeat(5000)).replace('xxx', 'xyx')).badChecksum, 1);
});

test("sentences of one maker are none of ours, even if their names end like them (Garmin's PGRMC)", (t) => {
  const n = readAll(sentence(GGA), sentence('PGRMC,A,1,A,4807.038,N,01131.000,E'), sentence('PGGA,,,,,0'));
  t.deepEqual([n.ok, n.valid, n.latitude], [3, true, 48 + 7.038 / 60]);
});

test('any talker counts', (t) => {
  for (const talker of ['GP', 'GL', 'GA', 'GB', 'BD', 'GQ', 'QZ', 'GI', 'GN', 'II']) t.true(readAll(sentence(GGA.replace('GP', talker))).valid, talker);
});

test('a place comes from RMC with A and a mode other than N, GGA with quality 1 to 9, GLL with A, GNS with a mode other than N', (t) => {
  const at = '4807.038,N,01131.000,E';
  const said = (body: string) => readAll(sentence(body)).valid;
  for (const [body, valid] of [
    [`GPRMC,120000,A,${at},0,0,230394,,,N`, false], [`GPRMC,120000,A,${at},0,0,230394,,`, true], [`GPRMC,120000,V,${at},0,0,230394,,,A`, false], [`GPRMC,120000,AA,${at},0,0,230394,,`, false],
    [`GPGGA,120000,${at},0,,,,,,,,`, false], [`GPGGA,120000,${at},1,,,,,,,,`, true], [`GPGGA,120000,${at},9,,,,,,,,`, true], [`GPGGA,120000,${at},,,,,,,,,`, false], [`GPGGA,120000,${at},12,,,,,,,,`, false],
    [`GPGLL,${at},120000,A,A`, true], [`GPGLL,${at},120000,A`, true], [`GPGLL,${at},120000,V,N`, false], [`GPGLL,${at}`, false],
    [`GNGNS,120000,${at},NNN,,,,,,`, false], [`GNGNS,120000,${at},NAN,,,,,,`, true], [`GNGNS,120000,${at},,,,,,,`, false], [`GNGNS,120000,${at},D,,,,,,`, true],
  ] as const) t.is(said(body), valid, body);
});

test('a fix without a place, or with one that there is not, is none', (t) => {
  for (const at of [',,,', '4807.038,,01131.000,E', '4807.038,N,01131.000,', '4807.038,E,01131.000,N', '9000.001,N,01131.000,E', '4860.000,N,01131.000,E', '4807.038,N,18000.001,E', '-807.038,N,01131.000,E',
    '4807.0x8,N,01131.000,E', '48.7.038,N,01131.000,E', '7.038,N,01131.000,E', '.,N,.,E', '4807-1,N,01131.000,E']) {
    const n = readAll(sentence(GGA), sentence(`GPGGA,120000,${at},1,08,0.9,1.0,M,46.9,M,,`));
    t.deepEqual([n.valid, n.latitude, n.altitude, n.ok], [false, 48 + 7.038 / 60, 545.4, 2], at);
  }
  t.deepEqual([readAll(sentence('GPGLL,9000.000,S,18000.000,W,120000,A')).latitude, readAll(sentence('GPGLL,9000.000,S,18000.000,W,120000,A')).longitude], [-90, -180]);
});

test('a day that there is not, and an hour that there is not, are not known', (t) => {
  const dated = (date: string) => readAll(sentence(RMC.replace('230394', date))).date;
  t.is(dated('290224'), Date.UTC(2024, 1, 29) / 864e5);
  t.is(dated('010100'), Date.UTC(2000, 0, 1) / 864e5);
  t.is(dated('311279'), Date.UTC(2079, 11, 31) / 864e5);
  t.is(dated('060180'), Date.UTC(1980, 0, 6) / 864e5);
  for (let day = 0; day < 366 * 3; day++) {
    const at = new Date(Date.UTC(2023, 0, 1 + day)).toISOString();
    t.is(dated(at.slice(8, 10) + at.slice(5, 7) + at.slice(2, 4)), Date.UTC(2023, 0, 1 + day) / 864e5);
  }
  for (const none of ['', '290223', '310424', '000124', '010024', '011324', '2208-1', '01012024', '1124']) t.is(dated(none), undefined, none);
  const timed = (time: string) => readAll(sentence(RMC.replace('120000.00', time))).time;
  t.is(timed('235960'), 86400);
  t.is(timed('000000.125'), 0.125);
  for (const none of ['', '240000', '126000', '120061', '12000', '1200000', '12:00:00', '1200 0', '-20000']) t.is(timed(none), undefined, none);
});

test('what is out of range, or no number, is not known', (t) => {
  const n = readAll(sentence('GPGGA,120000,4807.038,N,01131.000,E,1,100,-1,1.2.3,M,--5,M,,'), sentence('GPRMC,120000,A,4807.038,N,01131.000,E,-1,361,230394,,'));
  t.deepEqual([n.satellites, n.hdop, n.altitude, n.separation, n.speed, n.course], Array(6).fill(undefined));
});

test('the fix of a day whose date comes later, or earlier, is of the right day', (t) => {
  const late = 'GPRMC,235959.00,A,4807.038,N,01131.000,E,0.0,,311224,,,A';
  const into: Position = {};
  t.is(readPosition(readAll(sentence(late)), into)?.time, Date.UTC(2024, 11, 31, 23, 59, 59) / 1000);
  t.is(readPosition(readAll(sentence(late), sentence(GGA.replace('120001.00', '000000.00'))), into)?.time, Date.UTC(2025, 0, 1) / 1000);
  t.is(readPosition(readAll(sentence('GPZDA,000000.00,01,01,2025,,'), sentence(GGA.replace('120001.00', '235959.00'))), into)?.time, Date.UTC(2024, 11, 31, 23, 59, 59) / 1000);
  t.is(readPosition(readAll(sentence(GGA)), into)?.time, undefined);
});

test('a sample is refused, and its record left alone, where the fix is lost', (t) => {
  const into: Position = { latitude: 1 };
  t.is(readPosition(readAll(), into), undefined);
  t.is(readPosition(readAll(sentence(RMC), sentence('GPRMC,,V,,,,,,,,,,N')), into), undefined);
  t.deepEqual(into, { latitude: 1 });
  t.like(readPosition(readAll(sentence(RMC), sentence(GGA)), into), { latitude: 48.1173, speed: 18520 / 3600, course: 84.4, altitude: 545.4 });
});

test('empty, unended and unaddressed sentences are counted as what they are, or not at all', (t) => {
  const counts = ({ ok, badChecksum, noChecksum, malformed, unparsed }: Nmea) => [ok, badChecksum, noChecksum, malformed, unparsed];
  t.deepEqual(counts(readAll('$\r\n')), [0, 0, 1, 0, 0]);
  t.deepEqual(counts(readAll('$*00\r\n')), [0, 0, 0, 0, 1]);
  t.deepEqual(counts(readAll(sentence(RMC).trimEnd())), [0, 0, 0, 0, 0]);
  t.deepEqual(counts(readAll('$GPR$$' + sentence(RMC).slice(1))), [1, 0, 0, 0, 0]);
  for (const end of ['*', '*4', '*4g', '*4C5', '*4C ', '*4C*', '*@1', '*\xc1\xc1', '*`1']) t.deepEqual(counts(readAll(`$GPRMC,V${end}\n`)), [0, 0, 0, 1, 0], end);
});
