/**
 * NMEA 0183, the sentences of satellite receivers, from any serial line: bytes arrive in pieces of any size. A sentence begins at any '$', ends at CR
 * or LF, and counts only with a correct checksum. All memory is allocated at the start. A sentence may have any length, because all fields in use are
 * within its first 128 bytes.
 */
import type { Position } from '../../src/device/hal/place';

/** Bytes, or a string with one byte in each character, as from Espruino's serial ports. */
export type Piece = string | { readonly length: number; readonly [at: number]: number };

export interface Nmea {
  /** Whether there is a fix now, from the last RMC, GGA, GLL or GNS. */
  valid: boolean;
  /** The last fix, even if it was lost since; undefined before the first one. Degrees; north and east are positive. */
  latitude?: number;
  longitude?: number;
  /** Time of the last fix in seconds of the day (UTC). A leap second (60) counts as a second of its own. */
  time?: number;
  /** Days since 1970, from the last valid RMC or any ZDA. */
  date?: number;
  /** From the last valid RMC: speed in m/s, and course in degrees from true north. */
  speed?: number;
  course?: number;
  /**
   * From the last valid GGA, or GNS if no GGA is received: altitude in m above mean sea level, height of mean sea level above the ellipsoid, HDOP,
   * number of satellites, quality 1 to 9.
   */
  altitude?: number;
  separation?: number;
  hdop?: number;
  satellites?: number;
  quality?: number;
  /** From the last GSA: 1 no fix, 2 a fix without altitude, 3 with altitude. */
  mode?: number;
  /** Number of sentences: correct; with another checksum; without one; with an invalid one; correct but without an address. */
  ok: number;
  badChecksum: number;
  noChecksum: number;
  malformed: number;
  unparsed: number;
  /** Also accepts sentences without a checksum, for receivers that send none. A wrong checksum is always refused. */
  unchecked: boolean;
  /** The text between '$' and '*', up to the size of the buffer, and the positions of its commas. */
  _bytes: Uint8Array;
  _commas: Uint8Array;
  _fields: number;
  /** Number of bytes so far; -1 outside a sentence. */
  _length: number;
  _sum: number;
  /** Number of characters after '*', -1 before it, and their value. */
  _digits: number;
  _given: number;
  /** The time of day received with the date. */
  _dated?: number;
}

const ROOM = 128;
const FIELDS = 16;

/** Creates the reader and allocates all of its memory. */
export function createNmea(unchecked?: boolean): Nmea {
  return {
    valid: false, latitude: undefined, longitude: undefined, time: undefined, date: undefined, speed: undefined, course: undefined,
    altitude: undefined, separation: undefined, hdop: undefined, satellites: undefined, quality: undefined, mode: undefined,
    ok: 0, badChecksum: 0, noChecksum: 0, malformed: 0, unparsed: 0, unchecked: !!unchecked,
    _bytes: new Uint8Array(ROOM), _commas: new Uint8Array(FIELDS), _fields: 0, _length: -1, _sum: 0, _digits: -1, _given: 0, _dated: undefined,
  };
}

/** Start of a field; the address is field 0. */
function begins(n: Nmea, field: number): number {
  return field ? n._commas[field - 1] + 1 : 0;
}

/** End of a field; equal to its start if the field is absent. */
function ends(n: Nmea, field: number): number {
  return field < n._fields ? n._commas[field] : field > n._fields ? begins(n, field) : Math.min(n._length, ROOM);
}

/** The only character of a field; 0 if it has none or more. */
function letter(n: Nmea, field: number): number {
  const at = begins(n, field);
  return field <= n._fields && ends(n, field) === at + 1 ? n._bytes[at] : 0;
}

/** The number in [at, end): digits with a sign and a point; undefined for anything else. Correctly rounded up to 15 digits. */
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

/** Returns a number if it is from `low` to `high`; otherwise undefined. */
function within(value: number | undefined, low: number, high: number): number | undefined {
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

/** Parses two digits. Returns undefined if they are not a number up to `high`. */
function pair(n: Nmea, at: number, high: number): number | undefined {
  return n._bytes[at] >= 48 && n._bytes[at] <= 57 ? within(numberIn(n, at, at + 2), 0, high) : undefined;
}

/** Converts hhmmss.sss to seconds of the day. */
function timeOf(n: Nmea, field: number): number | undefined {
  const at = begins(n, field);
  const end = ends(n, field);
  if (field > n._fields || end < at + 6 || (end > at + 6 && n._bytes[at + 6] !== 46)) return undefined;
  const hours = pair(n, at, 23);
  const minutes = pair(n, at + 2, 59);
  const seconds = pair(n, at + 4, 60);
  // Includes the fraction, also in a second 60.
  const exact = numberIn(n, at + 4, end);
  return hours === undefined || minutes === undefined || seconds === undefined || exact === undefined ? undefined : hours * 3600 + minutes * 60 + exact;
}

/** Converts dddmm.mmmm in a field and the letter in the next to degrees. `positive` and `negative` are the character codes of the letters. */
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

/** Days since 1970, for the years 1970 to 2099; undefined for an invalid date. */
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

/** The rest of RMC, from its speed on: knots, course, ddmmyy. */
function takeMotion(n: Nmea): void {
  const at = begins(n, 9);
  const knots = within(numberOf(n, 7), 0, 1e5);
  const six = n._fields >= 9 && ends(n, 9) === at + 6;
  const year = six ? pair(n, at + 4, 99) : undefined;
  n.speed = knots === undefined ? undefined : (knots * 1852) / 3600;
  n.course = within(numberOf(n, 8), 0, 360);
  setDate(n, year === undefined ? undefined : days(year + (year < 80 ? 2000 : 1900), pair(n, at + 2, 12), pair(n, at, 31)), n.time);
}

/** The rest of GGA and GNS, from the satellites on. `separation` is the index of that field. */
function takeHeight(n: Nmea, separation: number, quality: number | undefined): void {
  n.satellites = within(numberOf(n, 7), 0, 99);
  n.hdop = within(numberOf(n, 8), 0, 1e4);
  n.altitude = numberOf(n, 9);
  n.separation = numberOf(n, separation);
  n.quality = quality;
}

/** The date of ZDA. Its fields are empty until the receiver knows it. */
function takeDate(n: Nmea): void {
  const date = days(numberOf(n, 4), numberOf(n, 3), numberOf(n, 2));
  if (date !== undefined) setDate(n, date, timeOf(n, 1));
}

/** Whether GNS has a mode other than N, for any of its systems. */
function isSeen(n: Nmea): boolean {
  for (let at = begins(n, 6), end = ends(n, 6); at < end; at++) if (n._bytes[at] !== 78) return true;
  return false;
}

/**
 * Takes the position of a sentence. `valid`: whether the sentence claims one; `at` and `time`: its fields. A claim without a correct position does
 * not count.
 */
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

/** Interprets a sentence by the three letters after the talker, whatever the talker. */
function understand(n: Nmea): void {
  const b = n._bytes;
  // Proprietary sentences begin with P and may end like others: PGRMC is Garmin's.
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
    // An address has at least two characters, and every sentence has one.
    if (ends(n, 0) < 2) n.unparsed++;
    else if (!none) n.ok++;
    understand(n);
  }
  n._length = -1;
}

/** Takes a character after '*'. */
function takeDigit(n: Nmea, c: number): void {
  const digit = c < 58 ? c - 48 : (c & 0xdf) - 55;
  const hex = digit >= 0 && digit < 16 && (c < 58 || digit > 9) && c < 103;
  n._given = ((n._given << 4) | digit) & 255;
  n._digits = hex && n._digits < 2 ? n._digits + 1 : 3;
}

/** Takes the next bytes of the line. Never throws, whatever they are, and allocates nothing. */
export function takeBytes(n: Nmea, piece: Piece): void {
  const length = piece.length;
  for (let i = 0; i < length; i++) {
    if (n._length < 0 && typeof piece === 'string') {
      // Skip what is between sentences with a native function.
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

/** Fills `into` with the fix. Without a valid fix returns undefined and leaves `into` unchanged. */
export function readPosition(n: Nmea, into: Position): Position | undefined {
  if (!n.valid) return undefined;
  into.latitude = n.latitude;
  into.longitude = n.longitude;
  into.altitude = n.altitude;
  into.speed = n.speed;
  into.course = n.course;
  into.time = undefined;
  if (n.date !== undefined && n.time !== undefined) {
    // Near midnight a fix may belong to the day after or before its date.
    const since = n._dated === undefined ? 0 : n.time - n._dated;
    into.time = (n.date + (since < -43200 ? 1 : since > 43200 ? -1 : 0)) * 86400 + n.time;
  }
  return into;
}
