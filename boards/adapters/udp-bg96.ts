/**
 * The Quectel BG96 (LTE Cat M1, Cat NB1) as Udp, by AT commands over a serial port: a socket of type "UDP SERVICE", whose data the modem
 * keeps until they are requested (BG96 TCP/IP AT Commands Manual V1.0). An unknown line may have been a garbled notice of data, so request
 * them after it.
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import {
  ANSWER, ANSWER_MS, ask, ASK_SEND, ATTENTION, begin, CLOSE, deliver, ECHO_OFF, found, LOOK_UP, LOOK_UP_MS, NETWORK, NOISE, OPEN, openAt, pass, READY, RECEIVE, rest, SEND, setTimer,
  SIM, SUPPLY_ON, tell,
} from './at';
import type { AtUdp, Framed } from './at';
import { CONTEXT, DEACTIVATE, DORMANT, firstStep, stepCommand, stepTime } from './bg96';
import type { Modem } from './bg96';

export type { Modem } from './bg96';

function proceed(this: AtUdp): void {
  const u = this;
  const m = u._modem;
  if ((u._step !== READY && u._step !== DORMANT) || u._work || u._closed) return;
  const send = u._out.length;
  const look = u._host && u._found === undefined && !u._asked;
  const receive = u._waiting && u._data === undefined;
  if (u._step === DORMANT) {
    rest(u);
    if (!send && !look) return;
    // The key comes next.
    setTimer(u, 1);
    u._step = SUPPLY_ON;
    u._work = ANSWER;
  } else if (send || look || receive) {
    if (u._asleep) {
      // The modem needs a moment.
      setTimer(u, 50);
      u._asleep = false;
      digitalWrite(m.sleep!, 0);
    } else if (send) ask(u, ASK_SEND, 'AT+QISEND=0,' + u._out[0].slice(0, u._out[0].indexOf('\n')), ANSWER_MS);
    else if (receive) ask(u, RECEIVE, 'AT+QIRD=0', ANSWER_MS);
    else {
      ask(u, LOOK_UP, 'AT+QIDNSGIP=1,"' + u._host + '"', LOOK_UP_MS);
      u._asked = 1;
    }
  } else {
    rest(u);
    if (m.sleep !== undefined && !u._asleep) {
      u._asleep = true;
      digitalWrite(m.sleep, 1);
    }
  }
}

function take(this: AtUdp, line: string): void {
  const u = this;
  const good = line === 'OK' || line === 'SEND OK';
  if (line === 'RDY' || line === 'APP RDY' || line === 'POWERED DOWN' || line === 'NORMAL POWER DOWN') {
    // It sends both at its start.
    if (u._step > ECHO_OFF || (u._step < ATTENTION && line === 'RDY')) begin(u, ATTENTION, false);
  } else if (line === 'PSM POWER DOWN') {
    u._step = DORMANT;
    u._work = 0;
    tell(u, 1);
    u._proceed();
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
    u._proceed();
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
      // An unsolicited line, between two commands.
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
      // The result of this command follows later.
      if (step === OPEN && good) return;
      if (step === SIM || step === NETWORK ? u._seen : good || step === DEACTIVATE || step === CLOSE) pass(u);
      else begin(u, ATTENTION, true);
      return;
    }
    if (good) u._failures = 0;
    // A late result, of a command that we gave up.
    if (line === 'OK' && (u._work === SEND || u._work === ASK_SEND)) return;
    if (u._work === LOOK_UP && !good) found(u, null);
    if (u._work === SEND || u._work === ASK_SEND) {
      u._out.shift();
      // The answer may have arrived although its notice was lost.
      u._waiting = true;
      u._work = 0;
      // The socket is in doubt.
      if (line === 'ERROR') return begin(u, CLOSE, false);
    }
    if (u._work === RECEIVE && !good) return begin(u, CLOSE, false);
    u._work = 0;
    u._proceed();
  } else if (u._step === READY && line.charAt(0) !== 'A') {
    u._waiting = true;
    u._proceed();
  }
}

function frame(this: AtUdp): Framed {
  if (!this._need) return 0;
  if (this._in.length < this._need + 2) return 2;
  // If bytes were lost, the end is at the wrong place.
  deliver(this, this._in.slice(this._need, this._need + 2) === '\r\n');
  return 1;
}

/** Returns the socket, which opens when there is a network. `options.address` has no effect. */
export function openUdp(options: UdpOptions, modem: Modem): Udp {
  const driver = { _end: '\r', _first: firstStep(modem), _command: stepCommand, _time: stepTime, _take: take, _frame: frame, _proceed: proceed };
  return openAt(options, modem, driver);
}
