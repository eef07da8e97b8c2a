/** How a Quectel BG96 is brought to a network, step by step: what it is told, and how long it may take (BG96 AT Commands Manual; TCP/IP AT Commands Manual). */
import { ATTENTION, CLOSE, ECHO_OFF, KEY_DOWN, KEY_UP, NETWORK, OPEN, OWN, SIM, SUPPLY_OFF, SUPPLY_ON } from './at';
import type { AtModem, AtUdp } from './at';

/** `sleep` is the pin at the modem's DTR: high lets it sleep while nothing is sent (AT+QSCLK). `setup` is for bands and operator. */
export interface Modem extends AtModem {
  /** Access point name, and what the operator wants to see; none when absent. */
  apn?: string;
  user?: string;
  password?: string;
  /** The pin that switches the modem's supply, and the one that presses its key (PWRKEY); it is believed to be on when there is none. */
  supply?: Pin;
  key?: Pin;
  /** Power saving: T3412 and T3324 as eight bits each (3GPP TS 24.008 10.5.7.3, 10.5.7.4a). In PSM nobody reaches the device; it wakes, by `key`, for what is sent. */
  psm?: [string, string];
  /** Cat NB1's eDRX cycle as four bits (3GPP TS 24.008 10.5.5.32). */
  edrx?: string;
}

/** In PSM. */
export const DORMANT = -1;
const SLEEP = 7;
const PSM = 8;
const EDRX = 9;
const REPORT = 10;
export const CONTEXT = 13;
export const DEACTIVATE = 14;
const ACTIVATE = 15;

/** Where the beginning is: the earliest step that can be done without a person. */
export function firstStep(m: Modem): number {
  return m.supply === undefined && m.key === undefined ? ATTENTION : SUPPLY_OFF;
}

/** How long a step may take, or takes, in milliseconds. */
export function stepTime(step: number): number {
  if (step < KEY_DOWN) return 300;
  if (step === KEY_DOWN || step === ATTENTION) return 1000;
  if (step === DEACTIVATE) return 40000;
  // As long as a network lets them wait.
  return step === ACTIVATE || step === OPEN ? 150000 : 5000;
}

/** What the modem is told in the step where it is; "" when there is nothing to tell. Turns what has to be turned. */
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
