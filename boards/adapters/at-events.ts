/** What a modem tells besides: errors, sockets, pings (Quectel BG96 TCP/IP AT Commands Manual). The last of each, and how many there were. */
import { begins, countFields, decimal, fieldOf, numberOf } from './at-lines';

export interface AtEvents {
  /** +CME ERROR, +CMS ERROR: a number, or its text where the modem was told to use words. */
  errors: number;
  error?: number | string;
  /** +QIOPEN: which socket, and 0 or an error. */
  opens: number;
  socket?: number;
  result?: number;
  /** +QIURC: what, and of which socket or context. */
  urcs: number;
  urc?: string;
  urcOf?: number | string;
  /** +QPING: ms of one answer; and at the end what was sent, received, lost, and the shortest, longest, mean time in ms. */
  pings: number;
  pingTime?: number;
  sent?: number;
  received?: number;
  lost?: number;
  shortest?: number;
  longest?: number;
  mean?: number;
}

export function createAtEvents(): AtEvents {
  return {
    errors: 0, error: undefined, opens: 0, socket: undefined, result: undefined, urcs: 0, urc: undefined, urcOf: undefined, pings: 0, pingTime: undefined, sent: undefined, received: undefined,
    lost: undefined, shortest: undefined, longest: undefined, mean: undefined,
  };
}

function numberOrText(text: string): number | string {
  const number = decimal(text);
  return number === undefined ? text : number;
}

function takePing(e: AtEvents, line: string): void {
  if (numberOf(line, 0) !== 0) return;
  if (line.indexOf('"') > 0) {
    e.pingTime = numberOf(line, 3);
    if (e.pingTime !== undefined) e.pings++;
  } else if (countFields(line) >= 7) {
    e.sent = numberOf(line, 1);
    e.received = numberOf(line, 2);
    e.lost = numberOf(line, 3);
    e.shortest = numberOf(line, 4);
    e.longest = numberOf(line, 5);
    e.mean = numberOf(line, 6);
  }
}

/** Understands a line; false where it says nothing of these. Never throws. */
export function takeEventLine(e: AtEvents, line: string): boolean {
  if (begins(line, '+CME ERROR:') || begins(line, '+CMS ERROR:')) {
    const text = line.slice(11);
    e.error = numberOrText(text.charAt(0) === ' ' ? text.slice(1) : text);
    e.errors++;
  } else if (begins(line, '+QIOPEN:')) {
    e.socket = numberOf(line, 0);
    e.result = numberOf(line, 1);
    if (e.socket !== undefined && e.result !== undefined) e.opens++;
  } else if (begins(line, '+QIURC:')) {
    e.urc = fieldOf(line, 0);
    e.urcOf = numberOrText(fieldOf(line, 1));
    e.urcs++;
  } else if (begins(line, '+QPING:')) takePing(e, line);
  else return false;
  return true;
}
