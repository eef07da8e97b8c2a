/** Object 4, Connectivity Monitoring: LwM2M 1.0.2 E.5. The board describes its network; this object shows that as resources. */
import {
  AVAILABLE_NETWORK_BEARER,
  IP_ADDRESSES,
  LINK_QUALITY,
  model,
  NETWORK_BEARER,
  RADIO_SIGNAL_STRENGTH,
  ROUTER_IP_ADDRESSES,
} from './generated/connectivity-monitoring';
import type { Types } from './generated/connectivity-monitoring';
import type { Teller } from './poll';
import { object, set } from './stored';
import type { Resources, StoredObject } from './stored';
import type { ResourcesOf } from './typed';

/** Network Bearer: GSM. */
export const BEARER_GSM = 0;
/** Network Bearer: WCDMA. */
export const BEARER_WCDMA = 2;
/** Network Bearer: LTE-TDD. */
export const BEARER_LTE_TDD = 5;
/** Network Bearer: LTE-FDD. */
export const BEARER_LTE_FDD = 6;
/** Network Bearer: NB-IoT. */
export const BEARER_NB_IOT = 7;
/** Network Bearer: Wi-Fi. */
export const BEARER_WLAN = 21;
/** Network Bearer: Bluetooth. */
export const BEARER_BLUETOOTH = 22;
/** Network Bearer: IEEE 802.15.4. */
export const BEARER_802_15_4 = 23;
/** Network Bearer: Ethernet. */
export const BEARER_ETHERNET = 41;
/** Network Bearer: DSL. */
export const BEARER_DSL = 42;
/** Network Bearer: power line. */
export const BEARER_PLC = 43;

/** The current state of the network. */
export interface Connection {
  /** The bearer in use, BEARER_…. */
  bearer: number;
  /** The available bearers, BEARER_…; the one in use when absent. */
  bearers?: number[];
  /** Signal strength in dBm. */
  signal: number;
  /** In the unit of the bearer: LQI, RxQual, RSRQ. */
  quality?: number;
  /** IP addresses of the device, as text. */
  addresses: string[];
  /** IP addresses of the routers, as text. */
  routers?: string[];
}

/** Creates the object from the initial network; `more` holds further resources: cell, APN, operator codes. */
export function connectivityMonitoring(at: Connection, more?: ResourcesOf<Types>): StoredObject<Types> {
  const all = (more || {}) as Resources;
  all[NETWORK_BEARER] = at.bearer;
  all[AVAILABLE_NETWORK_BEARER] = at.bearers || [at.bearer];
  all[RADIO_SIGNAL_STRENGTH] = at.signal;
  all[IP_ADDRESSES] = at.addresses;
  if (at.quality !== undefined) all[LINK_QUALITY] = at.quality;
  if (at.routers) all[ROUTER_IP_ADDRESSES] = at.routers;
  return object(model(), { 0: all });
}

/** Takes a new state of the network, and notifies the observers of what differs. */
export function setConnection(d: Teller, o: StoredObject<Types>, at: Connection): void {
  set(d, o, 0, NETWORK_BEARER, at.bearer);
  set(d, o, 0, AVAILABLE_NETWORK_BEARER, at.bearers || [at.bearer]);
  set(d, o, 0, RADIO_SIGNAL_STRENGTH, at.signal);
  set(d, o, 0, IP_ADDRESSES, at.addresses);
  if (at.quality !== undefined) set(d, o, 0, LINK_QUALITY, at.quality);
  if (at.routers) set(d, o, 0, ROUTER_IP_ADDRESSES, at.routers);
}
