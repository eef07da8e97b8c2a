/**
 * An ESP8266 with Espressif's AT firmware as Udp: one UDP socket for changing peers (mode 2). Each datagram is sent with its address and received
 * with its sender's (ESP-AT User Guide v2.2 and v3, TCP/IP AT Commands; ESP8266 AT Instruction Set 3.0, for the older "NonOS" firmware from 0.25 on).
 * Data arrive at once ("active mode"): in passive mode the firmware joins datagrams (espressif/esp-at issues 323 and 451).
 */
import type { Udp, UdpOptions } from '../../src/device/hal/udp';
import {
  ANSWER_MS, ask, ASK_SEND, ATTENTION, begin, CLOSE, deliver, ECHO_OFF, found, goOn, LISTEN, LOOK_UP, LOOK_UP_MS, NETWORK, NOISE, OPEN, openAt, OWN, pass, READY, rest, SEND, setTimer, SUPPLY_OFF,
  SUPPLY_ON,
} from './at';
import type { AtModem, AtUdp, Framed } from './at';
import { isLiteral } from './names';

/** Use `setup` for further commands: AT+CIPSTA_CUR for a fixed address, AT+UART_CUR. */
export interface Wifi extends AtModem {
  /** Name and password of the network; an open one has no password. Without a name the module joins the network that it remembers. */
  ssid?: string;
  password?: string;
  /** The pin at CH_PD (EN), which switches the module on; without one a command restarts it. */
  enable?: Pin;
  /** Called when the module could not join: 1 time-out, 2 wrong password, 3 no such network, 4 and others: failed. It tries again. */
  onRefused?: (this: Udp, reason: number) => void;
}

interface WifiUdp extends AtUdp {
  /** Keeps settings out of flash: a suffix on the older firmware, one command for all on the newer one. */
  _suffix: string;
  _quiet?: number;
}

const STORE = 7;
const MODE = 8;
const SINGLE = 9;
const SENDER = 10;

/** After a longer gap inside a datagram, the rest counts as lost. */
const GAP_MS = 250;
/** Time after a datagram in which further input shows whether it was complete. */
const FOLLOW_MS = 10;

function escape(text: string | undefined): string {
  let escaped = '"';
  for (let i = 0; text && i < text.length; i++) {
    const c = text.charAt(i);
    escaped = escaped + (c === '"' || c === ',' || c === '\\' ? '\\' + c : c);
  }
  return escaped + '"';
}

function command(this: AtUdp): string {
  const u = this as WifiUdp;
  const m = u._modem as Wifi;
  switch (u._step) {
    case SUPPLY_OFF:
      if (m.enable !== undefined) digitalWrite(m.enable, 0);
      break;
    case SUPPLY_ON:
      if (m.enable !== undefined) digitalWrite(m.enable, 1);
      else {
        // The module may still wait for bytes of a datagram from before our start; it ignores a line that is too long.
        for (let i = 0; i < 32; i++) m.serial.write('                        ');
        return '\r\nAT+RST';
      }
      break;
    case ATTENTION:
      return 'AT';
    case ECHO_OFF:
      return 'ATE0';
    case STORE:
      return 'AT+SYSSTORE=0';
    case MODE:
      return 'AT+CWMODE' + u._suffix + '=1';
    case SINGLE:
      return 'AT+CIPMUX=0';
    case SENDER:
      return 'AT+CIPDINFO=1';
    case OWN:
      return (m.setup && m.setup[u._own]) || '';
    case NETWORK:
      return m.ssid ? 'AT+CWJAP' + u._suffix + '=' + escape(m.ssid) + ',' + escape(m.password) : 'AT+CWJAP?';
    case CLOSE:
      return 'AT+CIPCLOSE';
    case OPEN:
      return 'AT+CIPSTART="UDP","0.0.0.0",' + u._port + ',' + u._port + ',2';
  }
  return '';
}

function time(step: number): number {
  if (step < ATTENTION) return step === SUPPLY_ON ? 3000 : 300;
  if (step === ATTENTION) return 1000;
  // The firmware itself gives up after 15 to 20 s.
  return step === NETWORK ? 30000 : ANSWER_MS;
}

function proceed(this: AtUdp): void {
  const u = this;
  if (u._step !== READY || u._work || u._closed) return;
  if (u._out.length) ask(u, ASK_SEND, 'AT+CIPSEND=' + u._out[0].slice(0, u._out[0].indexOf('\n')), ANSWER_MS);
  else if (u._host && u._found === undefined && !u._asked) {
    // Resolve here: AT+CIPSTART looks up names and then does not send (espressif/ESP8266_AT issue 7).
    ask(u, LOOK_UP, 'AT+CIPDOMAIN="' + u._host + '"', LOOK_UP_MS);
    u._asked = 1;
  } else rest(u);
}

function onQuiet(u: WifiUdp): void {
  u._quiet = undefined;
  if (u._need) deliver(u, u._in.length === u._need);
}

function frame(this: AtUdp): Framed {
  const u = this as WifiUdp;
  const more = u._in.length - u._need;
  if (u._quiet) clearTimeout(u._quiet);
  u._quiet = undefined;
  if (u._need && more < 1) {
    u._quiet = setTimeout(onQuiet, more ? GAP_MS : FOLLOW_MS, u);
    return 2;
  }
  if (u._need) {
    // It has no end mark, but the next output starts with an empty line. If not, bytes were lost, and these belong to another message.
    deliver(u, u._in.charAt(u._need) === '\r');
    return 1;
  }
  if (u._in.indexOf('+IPD,') !== 0) return 0;
  const colon = u._in.indexOf(':');
  const end = u._in.indexOf('\n');
  if (colon < 0 || (end >= 0 && end < colon)) return end < 0 && u._in.length < 50 ? 2 : 0;
  const parts = u._in.slice(5, colon).split(',');
  u._need = +parts[0];
  if (parts.length < 3 || !(u._need > 0 && u._need < NOISE)) {
    u._need = 0;
    return 0;
  }
  // The newer firmware has quotes.
  u._address = parts[1].charAt(0) === '"' ? parts[1].slice(1, parts[1].length - 1) : parts[1];
  u._remote = +parts[2];
  u._in = u._in.slice(colon + 1);
  return 1;
}

function take(this: AtUdp, line: string): void {
  const u = this as WifiUdp;
  const m = u._modem as Wifi;
  const step = u._step;
  const work = u._work;
  const good = line === 'OK' || line === 'SEND OK';
  if (line === 'ready') {
    if (step > ECHO_OFF || step < ATTENTION) begin(u, ATTENTION, false);
  } else if (line === 'WIFI DISCONNECT') {
    if (step > NETWORK) begin(u, NETWORK, true);
  } else if (line === 'WIFI GOT IP') {
    // Unsolicited, between two attempts.
    if (step === NETWORK && !work) begin(u, CLOSE, false);
  } else if (line === 'CLOSED') {
    if (step === READY) begin(u, CLOSE, false);
  } else if (line.indexOf('+CIPDOMAIN:') === 0) {
    const rest = line.slice(11);
    const address = rest.charAt(0) === '"' ? rest.slice(1, rest.length - 1) : rest;
    if (work === LOOK_UP) found(u, isLiteral(address) ? address : null);
  } else if (line.indexOf('+CWJAP') === 0) {
    // The current network, or the reason for having none.
    if (line.indexOf('"') > 0) u._seen = true;
    else if (step === NETWORK && work && m.onRefused) m.onRefused.call(u, +line.slice(line.indexOf(':') + 1));
  } else if (line.indexOf('busy') === 0) {
    // It has rejected the command: repeat it soon. While it sends, this line has no meaning.
    if (!work || step < ATTENTION || work === SEND) return;
    if (step < READY) return begin(u, ATTENTION, true);
    // Some modules look up a name for ever, and only a restart ends that (espressif/ESP8266_NONOS_SDK issue 314).
    if (u._failures > 2) return begin(u, SUPPLY_OFF, true);
    if (work === LOOK_UP) u._asked = 0;
    setTimer(u, 500);
    u._work = LISTEN;
  } else if (good || line === 'ERROR' || line === 'FAIL' || line === 'SEND FAIL') {
    if (!work || step < ATTENTION) return;
    if (step < READY) {
      if (step === MODE && !good && u._suffix) {
        u._suffix = '';
        goOn(u);
      } else if (step === NETWORK && !m.ssid && !u._seen) begin(u, NETWORK, true);
      else if (good || step === STORE || step === SINGLE || step === CLOSE) pass(u);
      else begin(u, step === OPEN ? NETWORK : ATTENTION, true);
      return;
    }
    if (good) u._failures = 0;
    if (work === ASK_SEND || work === SEND) {
      // The module awaits the bytes; or this is the result of an earlier command, which may have two.
      if (line === 'OK' || (work === ASK_SEND && line !== 'ERROR')) return;
      u._out.shift();
      // The socket or the network is lost.
      if (line === 'ERROR') return begin(u, CLOSE, false);
    }
    if (work === LOOK_UP) found(u, null);
    u._work = 0;
    u._proceed();
  }
}

/** Returns the socket, which opens when there is a network. `options.address` has no effect. */
export function openUdp(options: UdpOptions, wifi: Wifi): Udp {
  const driver = { _end: '\r\n', _first: SUPPLY_OFF, _command: command, _time: time, _take: take, _frame: frame, _proceed: proceed, _suffix: '_CUR' };
  return openAt(options, wifi, driver);
}
