/**
 * A modem with AT commands at a serial port, as Udp: the shared part of its drivers. A socket is opened in steps, each a command or a wait.
 * Every failure of modem, network or line is handled alike: restart at the earliest step in doubt, after a growing pause. A driver supplies the
 * commands of its modem and interprets its lines.
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { isLiteral, resolveName } from './names';
import type { Names } from './names';

/** As in hal/network.ts: 0 no modem, 1 connecting, 2 a socket is open. */
export type Connection = 0 | 1 | 2;

/** A configured serial port: the methods of Espruino's Serial in use. */
export interface SerialPort {
  on(event: 'data', callback: (data: string) => void): void;
  removeAllListeners(event: string): void;
  write(data: string): void;
}

export interface AtModem {
  serial: SerialPort;
  /** A pin that is high while nothing is sent, which lets the modem sleep. */
  sleep?: Pin;
  /** Further commands, sent before the modem looks for a network. */
  setup?: string[];
  /** `connection` of the socket has changed. Never called from within a method. */
  onChanged?: (this: Udp, connection: Connection) => void;
}

/** The part that a driver supplies. */
export interface Driver {
  /** The end of a command. */
  _end: string;
  /** The earliest step that needs no manual action. */
  _first: number;
  /** Returns the command of the current step; "" for none. Sets the pins of the step. */
  _command(this: AtUdp): string;
  /** Returns the time limit, or the duration, of a step in ms. */
  _time(step: number): number;
  /** Interprets a line. */
  _take(this: AtUdp, line: string): void;
  /** Consumes input at the start of `_in` that is not a line. */
  _frame(this: AtUdp): Framed;
  /** Starts the next operation on an open socket, one at a time. */
  _proceed(this: AtUdp): void;
}

/** Results: only lines follow; input was consumed; more input is needed. */
export type Framed = 0 | 1 | 2;

export interface AtUdp extends Udp, Names, Driver {
  onReadable?: (this: Udp) => void;
  /** Values of `connection`: no modem, connecting, a socket is open. */
  connection: Connection;
  _modem: AtModem;
  _port: number;
  /** The first step, and the next of the user's own commands. */
  _step: number;
  _own: number;
  /** The open command in READY. */
  _work: number;
  _timer?: number;
  /** Consecutive failures. */
  _failures: number;
  /** Input not yet interpreted; bytes of a datagram that follow; its sender. */
  _in: string;
  _need: number;
  _address?: string;
  _remote: number;
  /** The modem may hold data. */
  _waiting: boolean;
  _data?: string;
  /** Datagrams to send, each as arguments of its command, a line feed, and its bytes. */
  _out: string[];
  /** Whether a socket was open before. */
  _opened?: boolean;
  _asleep?: boolean;
  /** Whether the awaited answer of this step has arrived. */
  _seen: boolean;
  /** Number of `resolve` calls since the modem started the look-up. */
  _asked: number;
  _closed?: boolean;
}

interface OwnedPort extends SerialPort {
  udp: AtUdp;
}

/** Steps of all drivers; some drivers do nothing in some of them. Before ATTENTION no command is sent. */
export const SUPPLY_OFF = 0;
export const SUPPLY_ON = 1;
export const KEY_DOWN = 2;
export const KEY_UP = 3;
export const ATTENTION = 4;
export const ECHO_OFF = 5;
export const SIM = 6;
export const OWN = 11;
export const NETWORK = 12;
export const CLOSE = 16;
export const OPEN = 17;
export const READY = 18;

/** Values of `_work` in READY. */
export const ASK_SEND = 1;
export const SEND = 2;
export const RECEIVE = 3;
export const LOOK_UP = 4;
/** After any failure: checks that the modem answers. */
export const LISTEN = 5;
/** Before READY: a step awaits its answer or its time. */
export const ANSWER = 6;

export const ANSWER_MS = 5000;
export const LOOK_UP_MS = 60000;
/** Pause after memory ran out. */
const AGAIN_MS = 4000;
const LONGEST_PAUSE_MS = 300000;
/** Longer input, beyond a line or a datagram of 1,500 bytes, is noise. */
export const NOISE = 1700;
/** Datagrams that may wait for the modem, besides the one being sent. */
const QUEUE = 4;
/** Calls of `resolve`, one each 500 ms, after which an unfinished look-up counts as failed. */
const PATIENCE = 120;

// Espruino aborts code that runs out of memory anywhere: so a timer always runs while work is left, and it is set before any other change.
export function setTimer(u: AtUdp, ms: number): void {
  const old = u._timer;
  u._timer = setTimeout(onTimer, ms, u);
  if (old) clearTimeout(old);
}

/** Stops the timer. */
export function rest(u: AtUdp): void {
  if (u._timer) clearTimeout(u._timer);
  u._timer = undefined;
}

export function tell(u: AtUdp, connection: Connection): void {
  if (u.connection === connection || u._closed) return;
  u.connection = connection;
  if (u._modem.onChanged) u._modem.onChanged.call(u, connection);
}

function notify(u: AtUdp): void {
  if (u.onReadable && !u._closed) u.onReadable();
}

export function ask(u: AtUdp, work: number, command: string, ms: number): void {
  setTimer(u, Math.min(ms, ANSWER_MS));
  u._work = work;
  u._seen = false;
  u._modem.serial.write(command + u._end);
  // Only after sending: some answers take minutes.
  if (ms > ANSWER_MS) setTimer(u, ms);
}

/** Restarts at a step, after a pause that grows with the failures. Restarts at ATTENTION unless the failed step is slow by nature. */
export function begin(u: AtUdp, from: number, failed: boolean): void {
  if (failed && from === ATTENTION && (u._step === SIM || u._step === NETWORK)) from = u._step;
  const failures = failed ? u._failures + 1 : 0;
  setTimer(u, failed ? Math.min(500 << Math.min(failures, 10), LONGEST_PAUSE_MS) : 1);
  u._failures = failures;
  // From time to time restart from the first step; but a modem is not faulty if there is no network for an hour.
  u._step = failed && failures % (from === NETWORK ? 16 : 6) === 0 ? u._first : from;
  u._own = u._work = u._need = 0;
  u._waiting = false;
  u._asked = 0;
  if (u._asleep) digitalWrite(u._modem.sleep!, 0);
  u._asleep = false;
  tell(u, u._step < ECHO_OFF ? 0 : 1);
}

/** Sends the command of the step; a step without one ends at once or waits. */
export function goOn(u: AtUdp): void {
  let command = '';
  for (; u._step < READY; u._step++) {
    command = u._command();
    if (u._step === ECHO_OFF) tell(u, 1);
    if (command || u._step < ATTENTION) break;
  }
  if (u._step < READY) {
    if (command) ask(u, ANSWER, command, u._time(u._step));
    else {
      setTimer(u, u._time(u._step));
      u._work = ANSWER;
    }
    return;
  }
  u._work = u._failures = 0;
  tell(u, 2);
  // After a lost socket, datagrams may have been missed.
  if (u._opened) notify(u);
  u._opened = true;
  u._proceed();
}

/** Ends the step. */
export function pass(u: AtUdp): void {
  const setup = u._modem.setup;
  u._work = 0;
  if (u._step === OWN && setup && u._own + 1 < setup.length) u._own++;
  else u._step++;
  goOn(u);
}

function onTimer(u: AtUdp): void {
  const step = u._step;
  const work = u._work;
  u._timer = undefined;
  if (u._closed) return;
  setTimer(u, AGAIN_MS);
  u._in = work && step >= ATTENTION ? '' : u._in;
  if (step < READY) {
    if (!work) goOn(u);
    else if (step < ATTENTION) pass(u);
    else begin(u, ATTENTION, true);
  } else if (!work) u._proceed();
  else if (work === LISTEN && ++u._failures > 3) begin(u, ATTENTION, true);
  else {
    // A modem that prompted too late, or got too few bytes, still waits for them: send them. One that does not wait ignores them.
    u._work = LISTEN;
    u._need = 0;
    const out = work < RECEIVE ? u._out.shift()! : '';
    if (work === LOOK_UP) found(u, null);
    u._waiting = true;
    ask(u, LISTEN, (out && out.slice(out.indexOf('\n') + 1) + u._end) + 'AT', 1000);
  }
}

export function found(u: AtUdp, address: string | null): void {
  if (!u._asked || u._found !== undefined) return;
  u._found = address;
  u._asked = 0;
  notify(u);
}

/** Takes the `_need` bytes of a datagram, if they are intact and none waits to be read. */
export function deliver(u: AtUdp, whole: boolean): void {
  const first = whole && u._data === undefined;
  if (first) {
    u._data = u._in.slice(0, u._need);
    u.remoteAddress = u._address;
    u.remotePort = u._remote;
  }
  u._in = u._in.slice(u._need);
  u._need = 0;
  if (u._data !== undefined) notify(u);
}

function onData(this: SerialPort, data: string): void {
  const u = (this as OwnedPort).udp;
  if (u._closed) return;
  u._in = u._in + data;
  for (;;) {
    const framed = u._frame();
    if (framed > 1) return;
    if (!framed) {
      if (u._work === ASK_SEND && u._in.charAt(0) === '>') {
        const out = u._out[0];
        setTimer(u, ANSWER_MS);
        u._work = SEND;
        u._in = u._in.slice(1);
        u._modem.serial.write(out.slice(out.indexOf('\n') + 1));
      } else {
        const end = u._in.indexOf('\n');
        if (end < 0) {
          if (u._in.length > NOISE) u._in = '';
          return;
        }
        const line = u._in.slice(0, u._in.charAt(end - 1) === '\r' ? end - 1 : end);
        u._in = u._in.slice(end + 1);
        // Skip empty lines and the space behind a prompt.
        if (line > ' ') u._take(line);
      }
    }
    if (u._closed) return;
  }
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const u = this as AtUdp;
  const data = u._data;
  if (data === undefined) return undefined;
  u._data = undefined;
  into.set(data as unknown as Uint8Array);
  u._proceed();
  return data.length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const u = this as AtUdp;
  if (u._closed || !isLiteral(address) || !port || !length) return;
  // The awaited input was lost when memory ran out.
  if (!u._timer && (u._work || (u._step >= 0 && u._step < READY))) setTimer(u, AGAIN_MS);
  // Without a network the client retransmits: keep only the last copy, besides the one being sent.
  if (u._step >= ATTENTION && u._step < READY) u._out = [];
  else if (u._out.length > QUEUE) u._out.splice(1, 1);
  u._out.push(length + ',"' + address + '",' + port + '\n' + E.toString(data).slice(0, length));
  u._proceed();
}

function close(this: Udp): void {
  const u = this as AtUdp;
  if (u._closed) return;
  u._closed = true;
  u._data = undefined;
  u._out = [];
  if (u._timer) clearTimeout(u._timer);
  if (u._step === READY) {
    u._step = CLOSE;
    u._modem.serial.write(u._command() + u._end);
  }
  u._modem.serial.removeAllListeners('data');
}

function lookUp(u: AtUdp): void {
  u._asked = 0;
  u._proceed();
}

function resolve(this: Udp, host: string): string | null | undefined {
  const u = this as AtUdp;
  if (u._asked && u._host === host && ++u._asked > PATIENCE) {
    u._found = null;
    u._asked = 0;
  }
  return resolveName(u, host, lookUp);
}

/** Turns the driver's record into the socket, which opens when there is a network. */
export function openAt(options: UdpOptions, modem: AtModem, driver: Driver): Udp {
  const u = driver as AtUdp;
  u.target = options.target;
  u.onReadable = options.onReadable;
  u.connection = 0;
  u._modem = modem;
  u._port = options.port || 49152 + Math.floor((options.random || Math.random)() * 16384);
  u._step = u._first;
  u._own = u._work = u._failures = u._need = u._asked = 0;
  u._in = '';
  u._waiting = u._seen = false;
  u._out = [];
  u.read = read;
  u.write = write;
  u.close = close;
  u.resolve = resolve;
  (modem.serial as OwnedPort).udp = u;
  modem.serial.on('data', onData);
  setTimer(u, 1);
  return u;
}
