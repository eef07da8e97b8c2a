/** Excerpts of receivers' logs through the reader of NMEA 0183: whole, byte by byte, and as bytes instead of text. */
import { createNmea, takeBytes, type Nmea } from '../../../boards/sensors/nmea';
import { ok, same } from '../check';
import type { Vector } from '../types';

interface Expected {
  fix: Record<string, number | string | null> | null;
  valid: boolean;
}

/** As the file writes it, with times as seconds of the day and dates as days since 1970. */
function describe(n: Nmea): Record<string, number | undefined> | null {
  if (n.latitude === undefined) return null;
  return {
    time: n.time, date: n.date, mode: n.mode, alt: n.altitude, geoidSeparation: n.separation, hdop: n.hdop, satellites: n.satellites, quality: n.quality,
    speed: n.speed === undefined ? undefined : round(n.speed), speedKnots: n.speed === undefined ? undefined : Number(((n.speed * 3600) / 1852).toPrecision(12)), course: n.course,
  };
}

export const round = (value: number): number => Math.round(value * 1e4) / 1e4;

export const secondsOf = (text: string): number => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

export function expected(key: string, value: number | string | null): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return value;
  return key === 'date' ? Date.parse(`${value}T00:00:00Z`) / 86400000 : secondsOf(value);
}

function compare(n: Nmea, { fix, valid }: Expected, how: string): void {
  const got = describe(n);
  ok((got === null) === (fix === null), `${how}: ${got ? 'a fix' : 'no fix'} instead of ${fix ? 'one' : 'none'}`);
  if (got && fix) {
    for (const [key, value] of [['lat', n.latitude], ['lon', n.longitude]] as const)
      ok(Math.abs(value! - Number(fix[key])) <= 1e-7, `${how}: ${key} is ${value} instead of ${fix[key]}`);
    for (const key of Object.keys(got)) same(got[key], expected(key, fix[key] ?? null), `${how}: ${key}`);
    for (const key of Object.keys(fix)) ok(key in got || key === 'lat' || key === 'lon', `${how}: ${key} is not known`);
  }
  same(n.valid, valid, `${how}: valid`);
}

export function runNmea({ input, expect }: Vector): void {
  const bytes = Uint8Array.from(Buffer.from(input as string, 'latin1'));
  const pieces: [string, (string | Uint8Array)[]][] = [['whole', [input]], ['byte by byte', [...(input as string)]], ['as bytes', [bytes.subarray(0, 7), bytes.subarray(7)]]];
  for (const [how, list] of pieces) {
    const [n, loose] = [createNmea(), createNmea(true)];
    for (const piece of list) {
      takeBytes(n, piece);
      takeBytes(loose, piece);
    }
    compare(n, expect, how);
    for (const [key, count] of Object.entries(expect.counts)) same((n as unknown as Record<string, unknown>)[key], count, `${how}: ${key}`);
    compare(loose, expect.unchecked ?? expect, `${how}, unchecked`);
  }
}
