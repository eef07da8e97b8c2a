/**
 * NMEA 0183, the sentences of receivers for satellites, from any serial line: bytes come in pieces of any size. A sentence begins at '$', wherever that
 * is, ends at CR or LF, and counts only with a checksum that is right. All the room there will be is made at the start; a sentence may be of any
 * length, since nothing that is read of it stands behind its first 128 bytes.
 */
import type { Position } from '../../src/device/hal/place';

/** Bytes, or a string with a byte in each character as Espruino's serial ports give it. */
export type Piece = string | { readonly length: number; readonly [at: number]: number };

export interface Nmea {
  /** What the last RMC, GGA, GLL or GNS said: there is a fix now. */
  valid: boolean;
  /** Of the last fix, also where it was lost since; undefined while there was none. Degrees, north and east positive. */
  latitude?: number;
  longitude?: number;
  /** Seconds of the day (UTC), 60 being a second of its own, of the last fix. */
  time?: number;
  /** Days since 1970, by the last valid RMC or any ZDA. */
  date?: number;
  /** By the last valid RMC: m/s, and degrees from true north. */
  speed?: number;
  course?: number;
  /** By the last valid GGA, or a GNS where no GGA comes: m above mean sea level, of mean sea level above the ellipsoid, no unit, count, 1 to 9. */
  altitude?: number;
  separation?: number;
  hdop?: number;
  satellites?: number;
  quality?: number;
  /** By the last GSA: 1 no fix, 2 a fix without altitude, 3 with. */
  mode?: number;
  /** How many sentences were right; had another checksum, none, one that is no two hex digits; were right and have no address. */
  ok: number;
  badChecksum: number;
  noChecksum: number;
  malformed: number;
  unparsed: number;
  /** Takes sentences without a checksum too: for receivers that send none. A wrong one never counts. */
  unchecked: boolean;
  /** What is between '$' and '*', as far as there is room, and where its commas are. */
  _bytes: Uint8Array;
  _commas: Uint8Array;
  _fields: number;
  /** How many bytes there were; -1 where no sentence has begun. */
  _length: number;
  _sum: number;
  /** Characters behind '*', -1 before it, and what they say. */
  _digits: number;
  _given: number;
  /** The time of day that came with the date. */
  _dated?: number;
}

const ROOM = 128;
const FIELDS = 16;

/** Makes the reader, and all of its room. */
export function createNmea(unchecked?: boolean): Nmea {
  return {
    valid: false, latitude: undefined, longitude: undefined, time: undefined, date: undefined, speed: undefined, course: undefined,
    altitude: undefined, separation: undefined, hdop: undefined, satellites: undefined, quality: undefined, mode: undefined,
    ok: 0, badChecksum: 0, noChecksum: 0, malformed: 0, unparsed: 0, unchecked: !!unchecked,
    _bytes: new Uint8Array(ROOM), _commas: new Uint8Array(FIELDS), _fields: 0, _length: -1, _sum: 0, _digits: -1, _given: 0, _dated: undefined,
  };
}

/** Where a field begins; the address is field 0. */
function begins(n: Nmea, field: number): number {
  return field ? n._commas[field - 1] + 1 : 0;
}

/** Where a field ends; its beginning where there is no such field. */
function ends(n: Nmea, field: number): number {
  return field < n._fields ? n._commas[field] : field > n._fields ? begins(n, field) : Math.min(n._length, ROOM);
}

/** The only character of a field; 0 where there is none or more. */
function letter(n: Nmea, field: number): number {
  const at = begins(n, field);
  return field <= n._fields && ends(n, field) === at + 1 ? n._bytes[at] : 0;
}

/** The number in [at, end): digits with a sign and a point; undefined where that is no number. Correctly rounded up to 15 digits. */
function numberIn(n: Nmea, at: number, end: number): number | undefined {
  const sign = at < end ? n._bytes[at] : 0;
  let digits = 0;
  let scale = 0;
  let value = 0;
  if (sign === 45 || sign === 43) at++;
  for (; at < end; at++) {
    const c = n._bytes[at];
    if (c === 46 && !scale) scale = 1;
    else if (c < 48 || c > 57) return undefined;
    else {
      value = value * 10 + c - 48;
      scale *= 10;
      digits++;
    }
  }
  if (!digits) return undefined;
  if (scale) value = value / scale;
  return sign === 45 ? -value : value;
}

function numberOf(n: Nmea, field: number): number | undefined {
  return field <= n._fields ? numberIn(n, begins(n, field), ends(n, field)) : undefined;
}

/** A number from `low` to `high`, or undefined. */
function within(value: number | undefined, low: number, high: number): number | undefined {
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

/** Two digits, which are a number up to `high`; or undefined. */
function pair(n: Nmea, at: number, high: number): number | undefined {
  return n._bytes[at] >= 48 && n._bytes[at] <= 57 ? within(numberIn(n, at, at + 2), 0, high) : undefined;
}

/** hhmmss.sss as seconds of the day. */
function timeOf(n: Nmea, field: number): number | undefined {
  const at = begins(n, field);
  const end = ends(n, field);
  if (field > n._fields || end < at + 6 || (end > at + 6 && n._bytes[at + 6] !== 46)) return undefined;
  const hours = pair(n, at, 23);
  const minutes = pair(n, at + 2, 59);
  const seconds = pair(n, at + 4, 60);
  // With its fraction; a second 60 has one too.
  const exact = numberIn(n, at + 4, end);
  return hours === undefined || minutes === undefined || seconds === undefined || exact === undefined ? undefined : hours * 3600 + minutes * 60 + exact;
}

/** Degrees, from dddmm.mmmm in a field and the letter in the next: `positive` or `negative`, character codes. */
function angle(n: Nmea, field: number, positive: number, negative: number, most: number): number | undefined {
  const at = begins(n, field);
  const end = ends(n, field);
  const side = letter(n, field + 1);
  if (side !== positive && side !== negative) return undefined;
  let point = at;
  while (point < end && n._bytes[point] !== 46) point++;
  if (point < at + 3 || n._bytes[at] < 48) return undefined;
  const whole = numberIn(n, at, point - 2);
  const minutes = n._bytes[point - 2] < 48 ? undefined : within(numberIn(n, point - 2, end), 0, 59.999999999);
  if (whole === undefined || minutes === undefined) return undefined;
  const degrees = within(whole + minutes / 60, 0, most);
  return degrees === undefined || side === positive ? degrees : -degrees;
}

/** Days since 1970, of the years 1970 to 2099; undefined where there is no such day. */
function days(year: number | undefined, month: number | undefined, day: number | undefined): number | undefined {
  if (year === undefined || month === undefined || day === undefined || !(year >= 1970 && year < 2100 && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const leap = year % 4 ? 0 : 1;
  const longest = month === 2 ? 28 + leap : 30 + ((month + (month >> 3)) & 1);
  const before = Math.floor((367 * month - 362) / 12) - (month > 2 ? 2 - leap : 0);
  return day > longest ? undefined : 365 * (year - 1970) + Math.floor((year - 1969) / 4) + before + day - 1;
}

function setDate(n: Nmea, date: number | undefined, time: number | undefined): void {
  n.date = date;
  n._dated = time;
}

/** RMC from its speed on: knots, course, ddmmyy. */
function takeMotion(n: Nmea): void {
  const at = begins(n, 9);
  const knots = within(numberOf(n, 7), 0, 1e5);
  const six = n._fields >= 9 && ends(n, 9) === at + 6;
  const year = six ? pair(n, at + 4, 99) : undefined;
  n.speed = knots === undefined ? undefined : (knots * 1852) / 3600;
  n.course = within(numberOf(n, 8), 0, 360);
  setDate(n, year === undefined ? undefined : days(year + (year < 80 ? 2000 : 1900), pair(n, at + 2, 12), pair(n, at, 31)), n.time);
}

/** GGA and GNS from their satellites on; `separation` is where it stands. */
function takeHeight(n: Nmea, separation: number, quality: number | undefined): void {
  n.satellites = within(numberOf(n, 7), 0, 99);
  n.hdop = within(numberOf(n, 8), 0, 1e4);
  n.altitude = numberOf(n, 9);
  n.separation = numberOf(n, separation);
  n.quality = quality;
}

/** A day of its own: ZDA. Before the receiver knows it, its fields are empty. */
function takeDate(n: Nmea): void {
  const date = days(numberOf(n, 4), numberOf(n, 3), numberOf(n, 2));
  if (date !== undefined) setDate(n, date, timeOf(n, 1));
}

/** Whether GNS has a mode other than N, of any of its systems. */
function isSeen(n: Nmea): boolean {
  for (let at = begins(n, 6), end = ends(n, 6); at < end; at++) if (n._bytes[at] !== 78) return true;
  return false;
}

/** A sentence that says where we are: whether it does, and in which fields. One that says so and has no such place does not. */
function takePlace(n: Nmea, valid: boolean, at: number, time: number): boolean {
  const latitude = valid ? angle(n, at, 78, 83, 90) : undefined;
  const longitude = valid ? angle(n, at + 2, 69, 87, 180) : undefined;
  n.valid = latitude !== undefined && longitude !== undefined;
  if (n.valid) {
    n.latitude = latitude;
    n.longitude = longitude;
    n.time = timeOf(n, time);
  }
  return n.valid;
}

/** By the three letters behind the talker, whoever that is. */
function understand(n: Nmea): void {
  const b = n._bytes;
  // Sentences of one maker begin with P, and may end like others: PGRMC is Garmin's.
  if (!n._fields || n._commas[0] !== 5 || b[0] === 80) return;
  const kind = (b[2] << 16) | (b[3] << 8) | b[4];
  if (kind === 0x524d43) {
    // RMC
    if (takePlace(n, letter(n, 2) === 65 && letter(n, 12) !== 78, 3, 1)) takeMotion(n);
  } else if (kind === 0x474741) {
    // GGA
    const quality = letter(n, 6) - 48;
    if (takePlace(n, quality >= 1 && quality <= 9, 2, 1)) takeHeight(n, 11, quality);
  } else if (kind === 0x474e53) {
    // GNS
    if (takePlace(n, isSeen(n), 2, 1) && n.quality === undefined) takeHeight(n, 10, undefined);
  } else if (kind === 0x474c4c) {
    // GLL
    takePlace(n, letter(n, 6) === 65, 1, 5);
  } else if (kind === 0x475341) {
    // GSA
    n.mode = within(letter(n, 2) - 48, 1, 3);
  } else if (kind === 0x5a4441) takeDate(n);
}

function endSentence(n: Nmea): void {
  const none = n._digits < 0;
  if (none) n.noChecksum++;
  else if (n._digits !== 2) n.malformed++;
  else if (n._given !== n._sum) n.badChecksum++;
  if (none ? n.unchecked : n._digits === 2 && n._given === n._sum) {
    // An address has two characters at the least, and no sentence is without one.
    if (ends(n, 0) < 2) n.unparsed++;
    else if (!none) n.ok++;
    understand(n);
  }
  n._length = -1;
}

/** A character behind '*'. */
function takeDigit(n: Nmea, c: number): void {
  const digit = c < 58 ? c - 48 : (c & 0xdf) - 55;
  const hex = digit >= 0 && digit < 16 && (c < 58 || digit > 9) && c < 103;
  n._given = ((n._given << 4) | digit) & 255;
  n._digits = hex && n._digits < 2 ? n._digits + 1 : 3;
}

/** Takes the next bytes of the line. Never throws, whatever they are; it costs no memory. */
export function takeBytes(n: Nmea, piece: Piece): void {
  const length = piece.length;
  for (let i = 0; i < length; i++) {
    if (n._length < 0 && typeof piece === 'string') {
      // Natively, what is between sentences.
      i = piece.indexOf('$', i);
      if (i < 0) return;
    }
    const c = (typeof piece === 'string' ? piece.charCodeAt(i) : piece[i]) & 255;
    if (c === 36) {
      n._length = n._fields = n._sum = n._given = 0;
      n._digits = -1;
    } else if (n._length >= 0) {
      if (c === 13 || c === 10) endSentence(n);
      else if (n._digits >= 0) takeDigit(n, c);
      else if (c === 42) n._digits = 0;
      else {
        if (n._length < ROOM) {
          if (c === 44 && n._fields < FIELDS) {
            n._commas[n._fields] = n._length;
            n._fields++;
          }
          n._bytes[n._length] = c;
          n._length++;
        }
        n._sum = n._sum ^ c;
      }
    }
  }
}

/** The fix as `Position`; undefined, and nothing is changed, while there is none that is valid. */
export function readPosition(n: Nmea, into: Position): Position | undefined {
  if (!n.valid) return undefined;
  into.latitude = n.latitude;
  into.longitude = n.longitude;
  into.altitude = n.altitude;
  into.speed = n.speed;
  into.course = n.course;
  into.time = undefined;
  if (n.date !== undefined && n.time !== undefined) {
    // Near midnight a fix may be of the day after its date, or before it.
    const since = n._dated === undefined ? 0 : n.time - n._dated;
    into.time = (n.date + (since < -43200 ? 1 : since > 43200 ? -1 : 0)) * 86400 + n.time;
  }
  return into;
}
