/**
 * The position reports of a modem with a satellite receiver: +QGPSLOC of the BG96 family in all of its three formats (BG96 GNSS AT Commands Manual),
 * and SIMCom's +CGNSINF. Missing or impossible values are undefined.
 */
import { begins, decimal, fieldOf, numberOf, within } from './at-lines';

export interface AtPlace {
  /** Whether there is a fix now. */
  valid: boolean;
  /** Whether the receiver is on, from +CGNSINF. */
  run?: boolean;
  /** The last fix. Degrees; north and east are positive. */
  latitude?: number;
  longitude?: number;
  /** Altitude in m above mean sea level. */
  altitude?: number;
  /** Speed in m/s, and course in degrees from true north. */
  speed?: number;
  course?: number;
  hdop?: number;
  satellites?: number;
  /** 2: without altitude, 3: with altitude. */
  mode?: number;
  /** Seconds of the day, and days since 1970. */
  time?: number;
  date?: number;
}

export function createAtPlace(): AtPlace {
  return {
    valid: false, run: undefined, latitude: undefined, longitude: undefined, altitude: undefined, speed: undefined, course: undefined, hdop: undefined, satellites: undefined, mode: undefined,
    time: undefined, date: undefined,
  };
}

/** Converts hhmmss.sss to seconds of the day. */
function secondsOf(text: string): number | undefined {
  const seconds = text.charAt(6) === '.' || text.length === 6 ? within(decimal(text.slice(4)), 0, 60.999999) : undefined;
  const hours = within(decimal(text.slice(0, 2)), 0, 23);
  const minutes = within(decimal(text.slice(2, 4)), 0, 59);
  return hours === undefined || minutes === undefined || seconds === undefined ? undefined : hours * 3600 + minutes * 60 + seconds;
}

/** Days since 1970, for the years 1980 to 2099; undefined for an invalid date. */
function daysOf(year: number | undefined, month: string, day: string): number | undefined {
  const m = within(decimal(month), 1, 12);
  const d = within(decimal(day), 1, 31);
  if (within(year, 1980, 2099) === undefined || m === undefined || d === undefined) return undefined;
  const leap = year! % 4 ? 0 : 1;
  const longest = m === 2 ? 28 + leap : 30 + ((m + (m >> 3)) & 1);
  const before = Math.floor((367 * m - 362) / 12) - (m > 2 ? 2 - leap : 0);
  return d > longest ? undefined : 365 * (year! - 1970) + Math.floor((year! - 1969) / 4) + before + d - 1;
}

/** Parses degrees with a sign, or dddmm.mmmm followed by the letter of the hemisphere. */
function angle(text: string, sides: string, most: number): number | undefined {
  const last = text.charAt(text.length - 1);
  const side = last ? sides.indexOf(last) : -1;
  if (side < 0) return within(decimal(text), -most, most);
  const value = within(decimal(text.slice(0, text.length - 1)), 0, most * 100);
  if (value === undefined) return undefined;
  const whole = Math.floor(value / 100);
  const minutes = value - whole * 100;
  const degrees = minutes < 60 ? within(whole + minutes / 60, 0, most) : undefined;
  return degrees === undefined || side === 0 ? degrees : -degrees;
}

/** Stores the fix at [latitude, longitude], or records that there is no fix. */
function setPlace(p: AtPlace, latitude: number | undefined, longitude: number | undefined): boolean {
  p.valid = latitude !== undefined && longitude !== undefined;
  if (p.valid) {
    p.latitude = latitude;
    p.longitude = longitude;
  }
  return p.valid;
}

function setMotion(p: AtPlace, altitude: number | undefined, kilometres: number | undefined, course: number | undefined): void {
  const speed = within(kilometres, 0, 1e5);
  p.altitude = altitude;
  p.speed = speed === undefined ? undefined : speed / 3.6;
  p.course = within(course, 0, 360);
}

/**
 * +QGPSLOC: time, latitude, longitude, HDOP, altitude, fix, course, km/h, knots, ddmmyy, satellites. Some formats have the hemisphere in a separate
 * field.
 */
function takeQuectel(p: AtPlace, line: string): void {
  const apart = fieldOf(line, 2);
  const more = apart === 'N' || apart === 'S' ? 2 : 0;
  const latitude = more ? fieldOf(line, 1) + apart : fieldOf(line, 1);
  const longitude = more ? fieldOf(line, 3) + fieldOf(line, 4) : apart;
  const date = fieldOf(line, 9 + more);
  const year = date.length === 6 ? decimal(date.slice(4)) : undefined;
  if (!setPlace(p, angle(latitude, 'NS', 90), angle(longitude, 'EW', 180))) return;
  setMotion(p, numberOf(line, 4 + more), numberOf(line, 7 + more), numberOf(line, 6 + more));
  p.hdop = within(numberOf(line, 3 + more), 0, 1e4);
  p.mode = within(numberOf(line, 5 + more), 1, 3);
  p.satellites = within(numberOf(line, 10 + more), 0, 99);
  p.time = secondsOf(fieldOf(line, 0));
  p.date = year === undefined ? undefined : daysOf(year + (year < 80 ? 2000 : 1900), date.slice(2, 4), date.slice(0, 2));
}

/** +CGNSINF: run, fix, yyyymmddhhmmss.sss, latitude, longitude, altitude, km/h, course, …. Without a fix it may contain an old position. */
function takeSimcom(p: AtPlace, line: string): void {
  const when = fieldOf(line, 2);
  const fix = fieldOf(line, 1) === '1';
  p.run = fieldOf(line, 0) === '1';
  if (!setPlace(p, fix ? within(numberOf(line, 3), -90, 90) : undefined, fix ? within(numberOf(line, 4), -180, 180) : undefined)) return;
  setMotion(p, numberOf(line, 5), numberOf(line, 6), numberOf(line, 7));
  p.hdop = p.mode = p.satellites = undefined;
  p.time = secondsOf(when.slice(8));
  p.date = daysOf(decimal(when.slice(0, 4)), when.slice(4, 6), when.slice(6, 8));
}

/** Interprets a line. Returns false if it does not report a position. Never throws. */
export function takePlaceLine(p: AtPlace, line: string): boolean {
  if (begins(line, '+QGPSLOC:')) takeQuectel(p, line);
  else if (begins(line, '+CGNSINF:')) takeSimcom(p, line);
  // There is no fix; the receiver is off.
  else if (line === '+CME ERROR: 516' || line === '+CME ERROR: 505') p.valid = false;
  else return false;
  return true;
}
