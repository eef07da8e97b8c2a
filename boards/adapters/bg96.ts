/** The steps that connect a Quectel BG96 to a network: commands and time limits (BG96 AT Commands Manual; TCP/IP AT Commands Manual). */
import { ATTENTION, CLOSE, ECHO_OFF, KEY_DOWN, KEY_UP, NETWORK, OPEN, OWN, SIM, SUPPLY_OFF, SUPPLY_ON } from './at';
import type { AtModem, AtUdp } from './at';

/** `sleep` is the pin at the modem's DTR: high lets it sleep while nothing is sent (AT+QSCLK). `setup` is for bands and operator. */
export interface Modem extends AtModem {
  /** Access point name, user and password, if the operator requires them. */
  apn?: string;
  user?: string;
  password?: string;
  /** The pin that switches the modem's supply, and the pin at its key (PWRKEY); without one the modem counts as on. */
  supply?: Pin;
  key?: Pin;
  /** Power saving: T3412 and T3324 as eight bits each (3GPP TS 24.008 10.5.7.3, 10.5.7.4a). In PSM the device cannot be reached; it wakes, by `key`, to send. */
  psm?: [string, string];
  /** Cat NB1's eDRX cycle as four bits (3GPP TS 24.008 10.5.5.32). */
  edrx?: string;
}

/** Whether the modem is in PSM. */
export const DORMANT = -1;
const SLEEP = 7;
const PSM = 8;
const EDRX = 9;
const REPORT = 10;
export const CONTEXT = 13;
export const DEACTIVATE = 14;
const ACTIVATE = 15;

/** Returns the first step: the earliest that needs no manual action. */
export function firstStep(m: Modem): number {
  return m.supply === undefined && m.key === undefined ? ATTENTION : SUPPLY_OFF;
}

/** Returns the time limit, or the duration, of a step in ms. */
export function stepTime(step: number): number {
  if (step < KEY_DOWN) return 300;
  if (step === KEY_DOWN || step === ATTENTION) return 1000;
  if (step === DEACTIVATE) return 40000;
  // As long as a network may take.
  return step === ACTIVATE || step === OPEN ? 150000 : 5000;
}

/** Returns the command of the current step; "" for none. Sets the pins of the step. */
export function stepCommand(this: AtUdp): string {
  const m = this._modem as Modem;
  const step = this._step;
  switch (step) {
    case SUPPLY_OFF:
    case SUPPLY_ON:
      if (m.supply !== undefined) digitalWrite(m.supply, step);
      break;
    case KEY_DOWN:
    case KEY_UP:
      if (m.key !== undefined) digitalWrite(m.key, KEY_UP - step);
      break;
    case ATTENTION:
      return 'AT';
    case ECHO_OFF:
      return 'ATE0';
    case SIM:
      return 'AT+CPIN?';
    case SLEEP:
      return m.sleep !== undefined ? 'AT+QSCLK=1' : '';
    case PSM:
      return m.psm ? 'AT+QCFG="psm/urc",1;+CPSMS=1,,,"' + m.psm.join('","') + '"' : '';
    case EDRX:
      return m.edrx ? 'AT+CEDRXS=1,5,"' + m.edrx + '"' : '';
    case REPORT:
      return 'AT+CEREG=1';
    case OWN:
      return (m.setup && m.setup[this._own]) || '';
    case NETWORK:
      return 'AT+CEREG?';
    case CONTEXT:
      return 'AT+QICSGP=1,1,"' + (m.apn || '') + '","' + (m.user || '') + '","' + (m.password || '') + '",' + (m.user ? 1 : 0);
    case DEACTIVATE:
      return 'AT+QIDEACT=1';
    case ACTIVATE:
      return 'AT+QIACT=1';
    case CLOSE:
      return 'AT+QICLOSE=0';
    case OPEN:
      return 'AT+QIOPEN=1,0,"UDP SERVICE","127.0.0.1",0,' + this._port + ',0';
  }
  return '';
}
