/** Dialogues with modems: what the adapters understand of all that the modem said, whole and byte by byte, is what is expected. */
import { createAtEvents, takeEventLine } from '../../../boards/adapters/at-events';
import { addPiece, createLines, nextLine } from '../../../boards/adapters/at-lines';
import { createAtNetwork, takeNetworkLine } from '../../../boards/adapters/at-network';
import { createAtPlace, takePlaceLine, type AtPlace } from '../../../boards/adapters/at-place';
import { ok, same } from '../check';
import type { Vector } from '../types';
import { expected, round } from './nmea';

function describePlace(p: AtPlace, location: Record<string, unknown>): unknown {
  const { speed } = p;
  return {
    lat: p.latitude, lon: p.longitude, alt: p.altitude, hdop: p.hdop, mode: p.mode, satellites: p.satellites, course: p.course, time: p.time, date: p.date,
    speed: speed === undefined ? undefined : round(speed), ...('speedKmh' in location ? { speedKmh: speed === undefined ? undefined : Number((speed * 3.6).toPrecision(12)) } : {}),
  };
}

/** What is expected of a place, with times as seconds of the day and dates as days since 1970. */
const placeOf = (location: Record<string, number | string | null>): unknown => Object.fromEntries(Object.entries(location).map(([key, value]) => [key, expected(key, value)]));

/** All that there is, without what is not known. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).flatMap(([key, one]) => (tidy(one) === undefined ? [] : [[key, tidy(one)]]));
  return entries.length ? Object.fromEntries(entries) : undefined;
}

/** What was understood, in the words of the file. */
function understand(pieces: string[], values: Record<string, any>): Record<string, unknown> {
  const [lines, network, place, events] = [createLines(), createAtNetwork(), createAtPlace(), createAtEvents()];
  const lists = { errors: [] as unknown[], urc: [] as unknown[], open: [] as unknown[], pings: [] as unknown[] };
  for (const piece of pieces) {
    addPiece(lines, piece);
    for (let line = nextLine(lines); line !== undefined; line = nextLine(lines)) {
      const { errors, urcs, opens, pings } = events;
      takeNetworkLine(network, line);
      takePlaceLine(place, line);
      takeEventLine(events, line);
      if (events.errors > errors) lists.errors.push(events.error);
      if (events.urcs > urcs) lists.urc.push([events.urc, events.urcOf]);
      if (events.opens > opens) lists.open.push([events.socket, events.result]);
      if (events.pings > pings) lists.pings.push(events.pingTime);
    }
  }
  const { registration, operator, bearer, band, channel, rssi, lteRssi, rsrp, sinr, rsrq, address, mcc, mnc, act, tac, cell } = network;
  return {
    registration, operator, bearer, band, channel, rssi, lteRssi, rsrp, sinr, rsrq, ip: address, plmn: { mcc, mnc }, copsAct: act,
    cell: cell === undefined ? undefined : { tac, cell, enb: Math.floor(cell / 256), sector: cell & 255 },
    psm: network.psm === undefined ? undefined : { on: network.psm, tau: network.tau, active: network.active },
    gnss: place.run === undefined ? undefined : { run: place.run, fix: place.valid },
    location: place.latitude === undefined ? undefined : describePlace(place, values.location ?? {}),
    ping: { sent: events.sent, received: events.received, lost: events.lost, min: events.shortest, max: events.longest, avg: events.mean },
    ...Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, list.length ? list : undefined])),
  };
}

export function runAt({ input, expect }: Vector): void {
  const values = expect.values as Record<string, any>;
  for (const [how, pieces] of [['whole', [input]], ['byte by byte', [...(input as string)]]] as [string, string[]][]) {
    const got = understand(pieces, values);
    for (const key of new Set([...Object.keys(got), ...Object.keys(values)])) {
      ok(key in got, `${key} is not known`);
      const wanted = key === 'location' && values.location ? placeOf(values.location) : values[key];
      same(sort(tidy(got[key])), sort(tidy(wanted)), `${how}: ${key}`);
    }
    // What a reader wrote beside them, where it says of the same thing.
    if ('registered' in expect) same(got.registration === 1 || got.registration === 5, expect.registered, `${how}: registered`);
  }
}

function sort(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
