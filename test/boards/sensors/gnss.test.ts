/** A receiver at a serial port, as Place. */
import { EventEmitter } from 'node:events';
import test from 'ava';
import { openGnss } from '../../../boards/sensors/gnss';
import type { Position } from '../../../src/device/hal/place';

const FIX = '$GPGGA,030131.00,2032.1728,N,08702.3893,W,1,06,1.5,00016,M,-0028,M,,*5F\r\n';
const LOST = '$GPRMC,,V,,,,,,,,,,N*53\r\n';

test('a fix, a new one and its loss are told once each, and nothing after it is closed', (t) => {
  const serial = new EventEmitter();
  const told: [unknown, boolean][] = [];
  const into: Position = {};
  const place = openGnss({ serial, target: 'mine', onSample() { told.push([this.target, this.sample(into) !== undefined]); } });
  for (const c of FIX + FIX + LOST + LOST) serial.emit('data', c);
  t.deepEqual(told, [['mine', true], ['mine', false]]);
  t.like(into, { altitude: 16, longitude: -(87 + 2.3893 / 60) });
  t.like(place.nmea, { ok: 4, satellites: 6, valid: false });
  serial.emit('data', Buffer.from(FIX));
  t.is(place.sample(into), into);
  place.close();
  place.close();
  t.is(serial.listenerCount('data'), 0);
  t.is(place.sample(into), undefined);
});

test('a port whose listeners cannot be removed tells nothing more to one that is closed', (t) => {
  let send: (data: string) => void = () => t.fail();
  const place = openGnss({ serial: { on: (event, callback) => void (send = callback) }, onSample: () => t.fail() });
  place.close();
  send(FIX);
  t.is(place.nmea.ok, 0);
});

test('receivers without checksums are believed where the program says so', (t) => {
  const serial = new EventEmitter();
  const into: Position = {};
  const place = openGnss({ serial, unchecked: true });
  serial.emit('data', FIX.replace('*5F', ''));
  t.is(place.sample(into)?.altitude, 16);
});
