/** Object 7, Connectivity Statistics: LwM2M 1.0.2 E.8. The application, or `countDatagrams`, counts; servers start and stop the collection. */
import type { Udp } from '../hal/udp';
import type { Handlers, LwM2mObject } from '../lwm2m/model';
import { CODE_BAD_REQUEST } from '../wire/coap';
import type { Multiple, Value } from '../formats/value';
import { AVERAGE_MESSAGE_SIZE, ID, MAX_MESSAGE_SIZE, model, RX_DATA, START, TX_DATA } from './generated/connectivity-statistics';
import { NEVER_MS } from './poll';
import type { Later, Teller } from './poll';

/** Shortest time between notifications of new counts, in ms: each notification is a message, too, and would cause the next. */
const TELL_MS = 5000;

export interface StatisticsObject extends Later {
  _running: boolean;
  /** Sent and received, in bytes. */
  _tx: number;
  _rx: number;
  _messages: number;
  _largest: number;
  /** Seconds; 0 for no limit. */
  _period: number;
  /** Start of the collection, in ms; -1 for now. */
  _since: number;
  /** Whether counts have changed since the last notification, and when that was. */
  _moved: boolean;
  _told: number;
}

/** Counts a message of `bytes`, IP header included: for UDP 28 (IPv4) or 48 (IPv6) more than the datagram. Does nothing while stopped. */
export function countMessage(o: StatisticsObject, bytes: number, sent: boolean): void {
  if (!o._running) return;
  if (sent) o._tx += bytes;
  else o._rx += bytes;
  o._messages++;
  if (bytes > o._largest) o._largest = bytes;
  o._moved = true;
}

/**
 * Makes `udp` count its datagrams, with IPv4 headers: `connect({ wrapUdp: (udp) => countDatagrams(udp, statistics), … })`.
 * Returns it.
 */
export function countDatagrams(udp: Udp, o: StatisticsObject): Udp {
  const read = udp.read;
  const write = udp.write;
  udp.read = function (into) {
    const n = read.call(udp, into);
    if (n !== undefined) countMessage(o, n + 28, false);
    return n;
  };
  udp.write = function (data, length, address, port) {
    countMessage(o, length + 28, true);
    write.call(udp, data, length, address, port);
  };
  return udp;
}

function readStatistics(o: LwM2mObject, _instance: number, resource: number): number {
  const s = o as StatisticsObject;
  if (resource === TX_DATA) return Math.floor(s._tx / 1024);
  if (resource === RX_DATA) return Math.floor(s._rx / 1024);
  if (resource === MAX_MESSAGE_SIZE) return s._largest;
  if (resource === AVERAGE_MESSAGE_SIZE) return s._messages ? Math.round((s._tx + s._rx) / s._messages) : 0;
  return s._period;
}

// The table has one writable resource: Collection Period.
function writeStatistics(o: LwM2mObject, _instance: number, _resource: number, v: Value | Multiple): number {
  if (!((v as number) >= 0)) return CODE_BAD_REQUEST;
  (o as StatisticsObject)._period = v as number;
  return 0;
}

function reset(s: StatisticsObject): void {
  s._tx = s._rx = s._messages = s._largest = 0;
}

function executeStatistics(o: LwM2mObject, _instance: number, resource: number): void {
  const s = o as StatisticsObject;
  s._running = resource === START;
  s.poll = pollStatistics;
  if (s._running) {
    reset(s);
    s._since = -1;
    s._moved = true;
  }
}

function pollStatistics(o: LwM2mObject, d: Teller, now: number): number {
  const s = o as StatisticsObject;
  let next = NEVER_MS;
  if (s._since < 0) s._since = now;
  if (s._running && s._period) {
    next = s._since + s._period * 1000 - now;
    if (next <= 0) {
      s._running = false;
      next = NEVER_MS;
    }
  }
  if (s._moved && now - s._told >= TELL_MS) {
    s._moved = false;
    s._told = now;
    d.changed(ID, 0, -1);
  }
  if (!s._running && !s._moved) s.poll = undefined;
  return s._moved && s._told + TELL_MS - now < next ? s._told + TELL_MS - now : next;
}

const STATISTICS: Handlers = { read: readStatistics, write: writeStatistics, execute: executeStatistics };

function statisticsHandlers(): Handlers {
  return STATISTICS;
}

/** Creates the object, which counts nothing until a server starts it. It has no SMS counters. */
export function connectivityStatistics(): StatisticsObject {
  const s = model() as unknown as StatisticsObject;
  // Without resources 0 and 1.
  s.table = s.table.subarray(4);
  s.instances = [0];
  s._running = s._moved = false;
  s._period = s._since = 0;
  s._told = -TELL_MS;
  reset(s);
  s.handlers = statisticsHandlers;
  return s;
}
