/** A satellite receiver that sends NMEA 0183 to a serial port, as Place. The driver only listens, so any receiver is suitable. */
import type { Place, PlaceOptions, Position } from '../../src/device/hal/place';
import { createNmea, readPosition, takeBytes } from './nmea';
import type { Nmea, Piece } from './nmea';

/** A configured serial port: the methods of Espruino's Serial in use. */
export interface GnssPort {
  on(event: 'data', callback: (data: Piece) => void): void;
  removeListener?(event: 'data', callback: (data: Piece) => void): void;
}

export interface GnssOptions extends PlaceOptions {
  /** The port, at the receiver's rate: 9600 baud for most. */
  serial: GnssPort;
  /** Also accepts sentences without a checksum, for receivers that send none. */
  unchecked?: boolean;
}

/** A Place with the receiver's other data. */
export interface Gnss extends Place {
  /** Quality of the fix, number of satellites, counts of good and bad sentences. Read only. */
  nmea: Nmea;
  _onData: (data: Piece) => void;
  _serial: GnssPort;
  _closed: boolean;
}

function sample(this: Place, into: Position): Position | undefined {
  const g = this as Gnss;
  return g._closed ? undefined : readPosition(g.nmea, into);
}

function close(this: Place): void {
  const g = this as Gnss;
  if (!g._closed && g._serial.removeListener) g._serial.removeListener('data', g._onData);
  g._closed = true;
}

/** Listens to the port. `onSample` is called for each new time of fix, and once when the fix is lost. */
export function openGnss(options: GnssOptions): Gnss {
  const n = createNmea(options.unchecked);
  const onSample = options.onSample;
  // A serial port calls back without our `this`.
  const onData = function (data: Piece): void {
    const valid = n.valid;
    const time = n.time;
    if (g._closed) return;
    takeBytes(n, data);
    if (onSample && (n.valid !== valid || (valid && n.time !== time))) onSample.call(g);
  };
  const g: Gnss = { target: options.target, nmea: n, sample: sample, close: close, _onData: onData, _serial: options.serial, _closed: false };
  options.serial.on('data', onData);
  return g;
}
