/**
 * A modem at a serial port that is spoken to in AT commands, as Udp: what its drivers have in common. The way to a socket goes in steps, each a
 * command or a wait. Whatever happens to modem, network or line, the answer is the same: begin again at the earliest step that may be in
 * doubt, ever later. A driver says what its modem is told, and understands what it says.
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { isLiteral, resolveName } from './names';
import type { Names } from './names';

/** As in hal/network.ts: no modem, on the way to the network, a socket. */
export type Connection = 0 | 1 | 2;

/** A serial port, set up: what of Espruino's Serial is used. */
export interface SerialPort {
  on(event: 'data', callback: (data: string) => void): void;
  removeAllListeners(event: string): void;
  write(data: string): void;
}

export interface AtModem {
  serial: SerialPort;
  /** A pin that lets the modem sleep while nothing is sent: high. */
  sleep?: Pin;
  /** Further commands, before the modem looks for a network. */
  setup?: string[];
  /** `connection` of the socket is another. Never called from inside a method. */
  onChanged?: (this: Udp, connection: Connection) => void;
}

/** What a driver adds. */
export interface Driver {
  /** What ends a command. */
  _end: string;
  /** The earliest step that can be done without a person. */
  _first: number;
  /** What the modem is told in the step where it is; "" when there is nothing to tell. Turns what has to be turned. */
  _command(this: AtUdp): string;
  /** How long a step may take, or takes, in milliseconds. */
  _time(step: number): number;
  /** Understands a line. */
  _take(this: AtUdp, line: string): void;
  /** Takes from the beginning of `_in` what is no line. */
  _frame(this: AtUdp): Framed;
  /** Does what there is to do with an open socket, one thing at a time. */
  _proceed(this: AtUdp): void;
}

/** There was nothing but lines; something was taken; more of it must come. */
export type Framed = 0 | 1 | 2;

export interface AtUdp extends Udp, Names, Driver {
  onReadable?: (this: Udp) => void;
  /** Without modem, on the way to the network, and with a socket. */
  connection: Connection;
  _modem: AtModem;
  _port: number;
  /** Where the beginning is, and which of the person's own commands is next. */
  _step: number;
  _own: number;
  /** What the modem is asked in READY. */
  _work: number;
  _timer?: number;
  /** Failures in a row. */
  _failures: number;
  /** What has come and is not understood yet; how many bytes of a datagram come next; whose they are. */
  _in: string;
  _need: number;
  _address?: string;
  _remote: number;
  /** There may be data in the modem. */
  _waiting: boolean;
  _data?: string;
  /** Datagrams to be sent, each as what the command says of it, a line feed, and its bytes. */
  _out: string[];
  /** A socket was open before. */
  _opened?: boolean;
  _asleep?: boolean;
  /** The answer that this step waits for was among what came. */
  _seen: boolean;
  /** How often we were asked for the name since the modem is. */
  _asked: number;
  _closed?: boolean;
}

interface OwnedPort extends SerialPort {
  udp: AtUdp;
}

/** Steps that all have, if not all have something to do in them. Before ATTENTION nothing is asked. */
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

/** `_work` in READY. */
export const ASK_SEND = 1;
export const SEND = 2;
export const RECEIVE = 3;
export const LOOK_UP = 4;
/** Whatever went wrong: the modem is heard again. */
export const LISTEN = 5;
/** On the way to READY: a step waits for its answer, or for its time to come. */
export const ANSWER = 6;

export const ANSWER_MS = 5000;
export const LOOK_UP_MS = 60000;
/** When to go on after memory ended. */
const AGAIN_MS = 4000;
const LONGEST_PAUSE_MS = 300000;
/** More than a line or a datagram of 1,500 bytes: noise. */
export const NOISE = 1700;
/** Datagrams that may wait for the modem, beside the one that is being sent. */
const QUEUE = 4;
/** Questions for the address of a name, one each 500 ms, until a look-up that has not ended counts as failed. */
const PATIENCE = 120;

// Espruino ends what runs out of memory, wherever it is: there is always a timer while something is to be done, and it is set before anything else changes.
export function setTimer(u: AtUdp, ms: number): void {
  const old = u._timer;
  u._timer = setTimeout(onTimer, ms, u);
  if (old) clearTimeout(old);
}

/** There is nothing to wait for. */
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
  // Not before it is said: one waits minutes for some answers.
  if (ms > ANSWER_MS) setTimer(u, ms);
}

/** Begins again at a step, after a pause that grows with the failures. ATTENTION, where it failed: unless the step was one that takes patience. */
export function begin(u: AtUdp, from: number, failed: boolean): void {
  if (failed && from === ATTENTION && (u._step === SIM || u._step === NETWORK)) from = u._step;
  const failures = failed ? u._failures + 1 : 0;
  setTimer(u, failed ? Math.min(500 << Math.min(failures, 10), LONGEST_PAUSE_MS) : 1);
  u._failures = failures;
  // Now and then from the very beginning; but it is nothing wrong with a modem that there is no network for an hour.
  u._step = failed && failures % (from === NETWORK ? 16 : 6) === 0 ? u._first : from;
  u._own = u._work = u._need = 0;
  u._waiting = false;
  u._asked = 0;
  if (u._asleep) digitalWrite(u._modem.sleep!, 0);
  u._asleep = false;
  tell(u, u._step < ECHO_OFF ? 0 : 1);
}

/** Says what the step says; those that say nothing pass, or wait for their time. */
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
  // Who had a socket before may have missed something.
  if (u._opened) notify(u);
  u._opened = true;
  u._proceed();
}

/** The step is done. */
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
    // A modem that asked too late, or got too little, still waits for bytes: it gets them, or does not know what they mean.
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

/** The bytes that `_need` counts are there: a datagram, if they are as they were sent and none waits to be read. */
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
        // Neither empty nor the space behind a prompt.
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
  // What it waited for was lost with the memory.
  if (!u._timer && (u._work || (u._step >= 0 && u._step < READY))) setTimer(u, AGAIN_MS);
  // Without a network the client tries again and again: the last try is enough. One that is being sent stays.
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

/** Makes the driver's record the socket, which opens when the network lets it. */
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
