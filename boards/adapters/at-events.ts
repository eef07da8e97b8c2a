/** A modem's other reports: errors, sockets, pings (Quectel BG96 TCP/IP AT Commands Manual). Keeps the last of each kind and a count. */
import { begins, countFields, decimal, fieldOf, numberOf } from './at-lines';

export interface AtEvents {
  /** Number of +CME ERROR and +CMS ERROR lines. The error is a number, or a text if the modem is set to verbose errors. */
  errors: number;
  error?: number | string;
  /** +QIOPEN: the socket, and 0 or an error. */
  opens: number;
  socket?: number;
  result?: number;
  /** +QIURC: the kind of event, and its socket or context. */
  urcs: number;
  urc?: string;
  urcOf?: number | string;
  /** +QPING: the time of one answer in ms; at the end the numbers sent, received and lost, and the shortest, longest and mean time in ms. */
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

/** Interprets a line. Returns false if it is not one of these. Never throws. */
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
