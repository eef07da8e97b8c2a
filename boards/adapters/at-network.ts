/**
 * A modem's reports about its network, as a record: registration, operator, cell, signal, address, power saving, battery (3GPP TS 27.007; Quectel
 * BG96 and BG95&BG77 AT Commands Manuals). Unknown or impossible values are undefined.
 */
import { begins, countFields, decimal, fieldOf, hexOf, numberOf, within } from './at-lines';

/** The access technology. */
export type AtBearer = 'GSM' | 'WCDMA' | 'LTE' | 'LTE-M' | 'NB-IoT';

export interface AtNetwork {
  /** From +CEREG: 0 not registered, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming. */
  registration?: number;
  /** The same from +CGREG, which applies to GSM. */
  packets?: number;
  /** From +COPS and +QNWINFO. */
  mcc?: number;
  mnc?: number;
  operator?: string;
  /** Access technology from +COPS, unchanged: 7 LTE, 8 Cat M1 on Quectel, 9 NB-IoT. */
  act?: number;
  tac?: number;
  cell?: number;
  bearer?: AtBearer;
  band?: string;
  channel?: number;
  /** dBm, from +CSQ (or +QCSQ on GSM). */
  rssi?: number;
  /** From +QCSQ: dBm, dBm, dB, dB. */
  lteRssi?: number;
  rsrp?: number;
  sinr?: number;
  rsrq?: number;
  /** An address literal, from +QIACT of an active context or +CGPADDR. It does not prove connectivity. */
  address?: string;
  /** From +CPSMS: whether power saving is on; T3412 and T3324 in seconds, undefined if switched off. */
  psm?: boolean;
  tau?: number;
  active?: number;
  /** From +CBC: 0 not charging, 1 charging, 2 full; percent; V. */
  charging?: number;
  level?: number;
  voltage?: number;
}

export function createAtNetwork(): AtNetwork {
  return {
    registration: undefined, packets: undefined, mcc: undefined, mnc: undefined, operator: undefined, act: undefined, tac: undefined, cell: undefined, bearer: undefined, band: undefined,
    channel: undefined, rssi: undefined, lteRssi: undefined, rsrp: undefined, sinr: undefined, rsrq: undefined, address: undefined, psm: undefined, tau: undefined, active: undefined,
    charging: undefined, level: undefined, voltage: undefined,
  };
}

/** Whether the modem is registered for packets, at home or roaming. */
export function isRegistered(n: AtNetwork): boolean {
  return n.registration === 1 || n.registration === 5 || n.packets === 1 || n.packets === 5;
}

/** Whether a name contains a text. Espruino's `indexOf` also finds the beginning of the text at the end. */
function has(name: string, text: string): boolean {
  const at = name.indexOf(text);
  return at >= 0 && name.length >= at + text.length;
}

function bearerOf(name: string): AtBearer | undefined {
  if (has(name, 'NB')) return 'NB-IoT';
  if (has(name, 'M1') || has(name, 'MTC')) return 'LTE-M';
  if (has(name, 'LTE')) return 'LTE';
  if (name === 'GSM' || name === 'GPRS' || name === 'EDGE') return 'GSM';
  return has(name, 'CDMA') || begins(name, 'HS') ? 'WCDMA' : undefined;
}

/** Three digits of the country code and two or three of the network code. */
function setPlmn(n: AtNetwork, text: string): void {
  const code = text.length === 5 || text.length === 6 ? within(decimal(text), 0, 999999) : undefined;
  const unit = text.length === 5 ? 100 : 1000;
  n.mcc = code === undefined ? undefined : Math.floor(code / unit);
  n.mnc = code === undefined ? undefined : code % unit;
}

/** The received signal in dBm. */
function dBm(line: string, index: number): number | undefined {
  return within(numberOf(line, index), -160, -1);
}

/** +QCSQ: the system mode and its values. */
function takeSignal(n: AtNetwork, line: string): void {
  const bearer = bearerOf(fieldOf(line, 0));
  const lte = bearer !== undefined && bearer !== 'GSM' && bearer !== 'WCDMA';
  const sinr = lte ? within(numberOf(line, 3), 0, 250) : undefined;
  n.bearer = bearer;
  n.lteRssi = lte ? dBm(line, 1) : undefined;
  n.rsrp = lte ? dBm(line, 2) : undefined;
  // In steps of a fifth of a dB, starting at -20.
  n.sinr = sinr === undefined ? undefined : (sinr - 100) / 5;
  n.rsrq = lte ? within(numberOf(line, 4), -50, 20) : undefined;
  if (!bearer) n.rssi = undefined;
  else if (!lte) n.rssi = dBm(line, 1);
}

/** +COPS. The test form, a list in parentheses, does not contain the current operator. */
function takeOperator(n: AtNetwork, line: string): void {
  const name = fieldOf(line, 2);
  if (fieldOf(line, 0).charAt(0) === '(') return;
  if (numberOf(line, 1) === 2) setPlmn(n, name);
  else n.operator = name || undefined;
  n.act = numberOf(line, 3);
}

/** The registration state: the only field, the first of an unsolicited line, or the second of an answer. */
function stateAt(line: string): number {
  const fields = countFields(line);
  const second = fieldOf(line, 1);
  // In an unsolicited line the second field is the area: quoted, or hexadecimal and longer than a state.
  return fields > 1 && line.charAt(line.indexOf(',') + 1) !== '"' && second.length === 1 ? 1 : 0;
}

function takeRegistration(n: AtNetwork, line: string): void {
  const at = stateAt(line);
  const tac = hexOf(line, at + 1);
  const cell = hexOf(line, at + 2);
  n.registration = within(numberOf(line, at), 0, 10);
  if (tac !== undefined && cell !== undefined) {
    n.tac = tac;
    n.cell = cell;
  }
}

/** A timer of 3GPP TS 24.008 in seconds: three bits select one of `units`, five bits are the count; undefined if it is off. */
function timer(text: string, units: number[]): number | undefined {
  let value = 0;
  if (text.length !== 8) return undefined;
  for (let at = 0; at < 8; at++) {
    const c = text.charCodeAt(at) - 48;
    if (c !== 0 && c !== 1) return undefined;
    value = value * 2 + c;
  }
  const unit = units[value >> 5];
  return unit ? unit * (value & 31) : undefined;
}

function takePsm(n: AtNetwork, line: string): void {
  const on = numberOf(line, 0);
  n.psm = on === undefined ? undefined : on === 1;
  // TS 24.008 10.5.7.4a and 10.5.7.3: 111 is off, and undefined units count as minutes.
  n.tau = timer(fieldOf(line, 3), [600, 3600, 36000, 2, 30, 60, 1152000, 0]);
  n.active = timer(fieldOf(line, 4), [2, 60, 360, 60, 60, 60, 60, 0]);
}

function takeBattery(n: AtNetwork, line: string): void {
  const millivolts = within(numberOf(line, 2), 1, 60000);
  n.charging = within(numberOf(line, 0), 0, 2);
  n.level = within(numberOf(line, 1), 0, 100);
  n.voltage = millivolts === undefined ? undefined : millivolts / 1000;
}

/** Interprets a line. Returns false if it is not one of these. Never throws. */
export function takeNetworkLine(n: AtNetwork, line: string): boolean {
  const what = line.charAt(0) === '+' ? line.slice(1, line.indexOf(':')) : '';
  if (what === 'QCSQ') takeSignal(n, line);
  else if (what === 'CSQ') {
    const step = within(numberOf(line, 0), 0, 31);
    n.rssi = step === undefined ? undefined : 2 * step - 113;
  } else if (what === 'QNWINFO') {
    n.bearer = bearerOf(fieldOf(line, 0));
    setPlmn(n, fieldOf(line, 1));
    n.band = fieldOf(line, 2) || undefined;
    n.channel = numberOf(line, 3);
  } else if (what === 'COPS') takeOperator(n, line);
  else if (what === 'CEREG') takeRegistration(n, line);
  else if (what === 'CGREG') n.packets = within(numberOf(line, stateAt(line)), 0, 10);
  else if (what === 'QIACT') {
    if (numberOf(line, 1) === 1) n.address = fieldOf(line, 3) || undefined;
  } else if (what === 'CGPADDR') n.address = fieldOf(line, 1) || undefined;
  else if (what === 'CPSMS') takePsm(n, line);
  else if (what === 'CBC') takeBattery(n, line);
  else return false;
  return true;
}
