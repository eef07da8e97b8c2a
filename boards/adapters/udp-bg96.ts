/**
 * The Quectel BG96 (LTE Cat M1, Cat NB1) as Udp, by its AT commands over a serial port: a socket of the kind "UDP SERVICE", whose data the
 * modem keeps until it is asked for them (BG96 TCP/IP AT Commands Manual V1.0). Whatever happens to modem, network or line, the answer is
 * the same: begin again at the earliest step that may be in doubt, ever later. A line that nobody understands may have been the
 * modem's word that data came, so it is asked.
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import { ATTENTION, CLOSE, CONTEXT, DEACTIVATE, DORMANT, ECHO_OFF, firstStep, NETWORK, OPEN, OWN, READY, SIM, stepCommand, stepTime, SUPPLY_ON } from './bg96';
import type { Connection, Modem, SerialPort } from './bg96';
import { isLiteral, resolveName } from './names';
import type { Names } from './names';

export type { Modem } from './bg96';

interface ModemUdp extends Udp, Names {
  onReadable?: (this: Udp) => void;
  /** Without modem, on the way to the network, and with a socket. */
  connection: Connection;
  _modem: Modem;
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
  /** The answer that this step waits for was among what came. */
  _seen: boolean;
  /** There may be data in the modem. */
  _waiting: boolean;
  _data?: string;
  /** Datagrams to be sent, each as what the command says of it, a line feed, and its bytes. */
  _out: string[];
  /** A socket was open before. */
  _opened?: boolean;
  _asleep?: boolean;
  /** How often we were asked for the name since the modem is. */
  _asked: number;
  _closed?: boolean;
}

interface OwnedPort extends SerialPort {
  udp: ModemUdp;
}

const ASK_SEND = 1;
const SEND = 2;
const RECEIVE = 3;
const LOOK_UP = 4;
/** Whatever went wrong: the modem is heard again. */
const LISTEN = 5;
/** On the way to READY: a step waits for its answer, or for its time to come. */
const ANSWER = 6;

const ANSWER_MS = 5000;
const LOOK_UP_MS = 60000;
const LONGEST_PAUSE_MS = 300000;
/** More than a line or a datagram of 1,500 bytes: noise. */
const NOISE = 1700;
/** Datagrams that may wait for the modem. */
const QUEUE = 4;
/** Questions for the address of a name, one each 500 ms, until a look-up that has not ended counts as failed. */
const PATIENCE = 120;

function setTimer(u: ModemUdp, ms: number): void {
  if (u._timer) clearTimeout(u._timer);
  u._timer = setTimeout(onTimer, ms, u);
}

function tell(u: ModemUdp, connection: Connection): void {
  if (u.connection === connection || u._closed) return;
  u.connection = connection;
  if (u._modem.onChanged) u._modem.onChanged.call(u, connection);
}

function notify(u: ModemUdp): void {
  if (u.onReadable && !u._closed) u.onReadable();
}

function ask(u: ModemUdp, command: string, ms: number): void {
  u._seen = false;
  u._modem.serial.write(command + '\r');
  setTimer(u, ms);
}

// Begins again at a step, after a pause that grows.
function begin(u: ModemUdp, from: number, failed: boolean): void {
  u._failures = failed ? u._failures + 1 : 0;
  // Now and then from the very beginning; but it is nothing wrong with a modem that there is no network for an hour.
  u._step = failed && u._failures % (from === NETWORK ? 16 : 6) === 0 ? firstStep(u._modem) : from;
  u._own = u._work = u._need = 0;
  u._waiting = false;
  u._asked = 0;
  if (u._asleep) digitalWrite(u._modem.sleep!, 0);
  u._asleep = false;
  setTimer(u, failed ? Math.min(500 << Math.min(u._failures, 10), LONGEST_PAUSE_MS) : 1);
  tell(u, u._step < ECHO_OFF ? 0 : 1);
}

// Says what the step says; those that say nothing pass, or wait for their time.
function goOn(u: ModemUdp): void {
  let command = '';
  for (; u._step < READY; u._step++) {
    const step = u._step;
    command = stepCommand(u._modem, step, u._own, u._port);
    if (step === ECHO_OFF) tell(u, 1);
    if (command || step < ATTENTION) break;
  }
  if (u._step < READY) {
    u._work = ANSWER;
    if (command) ask(u, command, stepTime(u._step));
    else setTimer(u, stepTime(u._step));
    return;
  }
  u._work = u._failures = 0;
  tell(u, 2);
  // Who had a socket before may have missed something.
  if (u._opened) notify(u);
  u._opened = true;
  proceed(u);
}

// The step is done.
function pass(u: ModemUdp): void {
  u._work = 0;
  if (u._step === OWN && u._modem.setup && u._own + 1 < u._modem.setup.length) u._own++;
  else u._step++;
  goOn(u);
}

// What there is to do with an open socket, one thing at a time.
function proceed(u: ModemUdp): void {
  const m = u._modem;
  if ((u._step !== READY && u._step !== DORMANT) || u._work || u._closed) return;
  const send = u._out.length;
  const look = u._host && u._found === undefined && !u._asked;
  const receive = u._waiting && u._data === undefined;
  if (u._timer) clearTimeout(u._timer);
  u._timer = undefined;
  if (u._step === DORMANT) {
    if (!send && !look) return;
    // The key comes next.
    u._step = SUPPLY_ON;
    u._work = ANSWER;
    setTimer(u, 1);
  } else if (send || look || receive) {
    if (u._asleep) {
      u._asleep = false;
      digitalWrite(m.sleep!, 0);
      // It needs a moment.
      setTimer(u, 50);
    } else if (send) {
      u._work = ASK_SEND;
      ask(u, 'AT+QISEND=0,' + u._out[0].slice(0, u._out[0].indexOf('\n')), ANSWER_MS);
    } else if (receive) {
      u._work = RECEIVE;
      ask(u, 'AT+QIRD=0', ANSWER_MS);
    } else {
      u._work = LOOK_UP;
      u._asked = 1;
      ask(u, 'AT+QIDNSGIP=1,"' + u._host + '"', LOOK_UP_MS);
    }
  } else if (m.sleep !== undefined && !u._asleep) {
    u._asleep = true;
    digitalWrite(m.sleep, 1);
  }
}

function onTimer(u: ModemUdp): void {
  const step = u._step;
  const work = u._work;
  u._timer = undefined;
  if (u._closed) return;
  u._in = u._work && step >= ATTENTION ? '' : u._in;
  if (step < READY) {
    if (!work) goOn(u);
    else if (step < ATTENTION) pass(u);
    else begin(u, step === SIM || step === NETWORK ? step : ATTENTION, true);
  } else if (!work) proceed(u);
  else if (work === LISTEN && ++u._failures > 3) begin(u, ATTENTION, true);
  else {
    // A modem that asked too late, or got too little, still waits for bytes: it gets them, or does not know what they mean.
    const out = work < RECEIVE ? u._out.shift()! : '';
    if (work === LOOK_UP) found(u, null);
    u._work = LISTEN;
    u._need = 0;
    u._waiting = true;
    ask(u, (out && out.slice(out.indexOf('\n') + 1) + '\r') + 'AT', 1000);
  }
}

function found(u: ModemUdp, address: string | null): void {
  if (!u._asked || u._found !== undefined) return;
  u._found = address;
  u._asked = 0;
  notify(u);
}

// A line that the modem said.
function take(u: ModemUdp, line: string): void {
  const good = line === 'OK' || line === 'SEND OK';
  if (line === 'RDY' || line === 'APP RDY' || line === 'POWERED DOWN' || line === 'NORMAL POWER DOWN') {
    // It says both when it begins.
    if (u._step > ECHO_OFF || (u._step < ATTENTION && line === 'RDY')) begin(u, ATTENTION, false);
  } else if (line === 'PSM POWER DOWN') {
    u._step = DORMANT;
    u._work = 0;
    tell(u, 1);
    proceed(u);
  } else if (line.indexOf('+QIURC: "') === 0) {
    const what = line.slice(9, 13);
    if (what === 'recv') u._waiting = true;
    else if (what === 'clos') u._step === READY && begin(u, CLOSE, false);
    else if (what === 'pdpd') u._step > CONTEXT && begin(u, NETWORK, false);
    else if (what === 'dnsg') {
      const rest = line.slice(17);
      if (rest.charAt(0) === '"') found(u, rest.slice(1, rest.indexOf('"', 1)));
      else if (rest.charAt(0) !== '0') found(u, null);
    }
    proceed(u);
  } else if (line.indexOf('+QIRD: ') === 0) {
    const parts = line.slice(7).split(',');
    u._seen = true;
    if (parts.length > 2) {
      u._need = +parts[0];
      u._address = parts[1].slice(1, parts[1].length - 1);
      u._remote = +parts[2];
      if (!(u._need > 0 && u._need < NOISE)) u._need = 0;
    } else u._waiting = false;
  } else if (line === '+CPIN: READY') u._seen = true;
  else if (line.indexOf('+CEREG: ') === 0) {
    const state = line.charAt(line.length - 1);
    if (state === '1' || state === '5') {
      u._seen = true;
      // It tells by itself, between two questions.
      if (u._step === NETWORK && !u._work && u._failures) begin(u, NETWORK, false);
    }
  } else if (line.indexOf('+QIOPEN: 0,') === 0) {
    if (u._step === OPEN && u._work) {
      if (line === '+QIOPEN: 0,0') pass(u);
      else begin(u, DEACTIVATE, true);
    }
  } else if (good || line === 'ERROR' || line === 'SEND FAIL' || line.indexOf('+CM') === 0) {
    const step = u._step;
    if (!u._work || step < ATTENTION) return;
    if (step < READY) {
      // This one tells later how it went.
      if (step === OPEN && good) return;
      if (step === SIM || step === NETWORK ? u._seen : good || step === DEACTIVATE || step === CLOSE) pass(u);
      else begin(u, step === SIM || step === NETWORK ? step : ATTENTION, true);
      return;
    }
    if (good) u._failures = 0;
    // One that comes late, of a command that was given up.
    if (line === 'OK' && (u._work === SEND || u._work === ASK_SEND)) return;
    if (u._work === LOOK_UP && !good) found(u, null);
    if (u._work === SEND || u._work === ASK_SEND) {
      u._out.shift();
      // The answer may be there, and the word of it be lost.
      u._waiting = true;
      u._work = 0;
      // The socket is in doubt.
      if (line === 'ERROR') return begin(u, CLOSE, false);
    }
    if (u._work === RECEIVE && !good) return begin(u, CLOSE, false);
    u._work = 0;
    proceed(u);
  } else if (u._step === READY && line.charAt(0) !== 'A') {
    u._waiting = true;
    proceed(u);
  }
}

function onData(this: SerialPort, data: string): void {
  const u = (this as OwnedPort).udp;
  if (u._closed) return;
  u._in = u._in + data;
  for (;;) {
    if (u._need) {
      if (u._in.length < u._need + 2) return;
      // Where bytes were lost the end is not where it should be.
      if (u._in.slice(u._need, u._need + 2) === '\r\n' && u._data === undefined) {
        u._data = u._in.slice(0, u._need);
        u.remoteAddress = u._address;
        u.remotePort = u._remote;
      }
      u._in = u._in.slice(u._need);
      u._need = 0;
      if (u._data !== undefined) notify(u);
    } else if (u._work === ASK_SEND && u._in.charAt(0) === '>') {
      u._work = SEND;
      u._in = '';
      const out = u._out[0];
      u._modem.serial.write(out.slice(out.indexOf('\n') + 1));
      setTimer(u, ANSWER_MS);
    } else {
      const end = u._in.indexOf('\n');
      if (end < 0) {
        if (u._in.length > NOISE) u._in = '';
        return;
      }
      const line = u._in.slice(0, u._in.charAt(end - 1) === '\r' ? end - 1 : end);
      u._in = u._in.slice(end + 1);
      if (line) take(u, line);
    }
    if (u._closed) return;
  }
}

function read(this: Udp, into: Uint8Array): number | undefined {
  const u = this as ModemUdp;
  const data = u._data;
  if (data === undefined) return undefined;
  u._data = undefined;
  into.set(data as unknown as Uint8Array);
  proceed(u);
  return data.length;
}

function write(this: Udp, data: Uint8Array, length: number, address: string, port: number): void {
  const u = this as ModemUdp;
  if (u._closed || !isLiteral(address) || !port || !length) return;
  // Without a network the client tries again and again: the last try is enough. One that is being sent stays.
  if (u._step >= ATTENTION && u._step < READY) u._out = [];
  else if (u._out.length >= QUEUE) u._out.splice(1, 1);
  u._out.push(length + ',"' + address + '",' + port + '\n' + E.toString(data).slice(0, length));
  proceed(u);
}

function close(this: Udp): void {
  const u = this as ModemUdp;
  const m = u._modem;
  if (u._closed) return;
  u._closed = true;
  u._data = undefined;
  u._out = [];
  if (u._timer) clearTimeout(u._timer);
  if (u._step === READY) m.serial.write('AT+QICLOSE=0\r');
  m.serial.removeAllListeners('data');
}

function lookUp(u: ModemUdp): void {
  u._asked = 0;
  proceed(u);
}

function resolve(this: Udp, host: string): string | null | undefined {
  const u = this as ModemUdp;
  if (u._asked && u._host === host && ++u._asked > PATIENCE) {
    u._found = null;
    u._asked = 0;
  }
  return resolveName(u, host, lookUp);
}

/** The socket, which opens when the network lets it. `options.address` means nothing here. */
export function openUdp(options: UdpOptions, modem: Modem): Udp {
  const u = {
    target: options.target,
    onReadable: options.onReadable,
    connection: 0,
    _modem: modem,
    _port: options.port || 49152 + Math.floor(Math.random() * 16384),
    _step: firstStep(modem),
    _own: 0,
    _work: 0,
    _failures: 0,
    _in: '',
    _need: 0,
    _waiting: false,
    _asked: 0,
    _seen: false,
    _out: [],
    read: read,
    write: write,
    close: close,
    resolve: resolve,
  } as unknown as ModemUdp;
  (modem.serial as OwnedPort).udp = u;
  modem.serial.on('data', onData);
  setTimer(u, 1);
  return u;
}
