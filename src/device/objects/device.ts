/** Object 3, Device: LwM2M 1.0.2 E.4. The application provides the values. */
import { FEATURE_WRITE } from '../features';
import type { Handlers, LwM2mObject } from '../lwm2m/model';
import { CODE_METHOD_NOT_ALLOWED } from '../wire/coap';
import { ERROR_CODE, CURRENT_TIME, FACTORY_RESET, model, REBOOT, RESET_ERROR_CODE, SUPPORTED_BINDING_AND_MODES } from './generated/device';
import type { Types } from './generated/device';
import { NEVER_MS } from './poll';
import type { Later, Teller } from './poll';
import { clearStored, object, readStored, set, writeStored } from './stored';
import type { Resources, StoredObject, StoredOptions } from './stored';
import type { ResourcesOf } from './typed';

/** Error Code: no error. */
export const ERROR_NONE = 0;
/** Error Code: low battery. */
export const ERROR_LOW_BATTERY = 1;
/** Error Code: external power supply off. */
export const ERROR_EXTERNAL_POWER_OFF = 2;
/** Error Code: GPS module failure. */
export const ERROR_GPS = 3;
/** Error Code: low signal strength. */
export const ERROR_LOW_SIGNAL = 4;
/** Error Code: out of memory. */
export const ERROR_OUT_OF_MEMORY = 5;
/** Error Code: SMS failure. */
export const ERROR_SMS = 6;
/** Error Code: IP connectivity failure. */
export const ERROR_IP = 7;
/** Error Code: peripheral malfunction. */
export const ERROR_PERIPHERAL = 8;

/** Functions that the application provides for the executable resources. */
export interface DeviceOptions {
  /** Restarts the device; called after the answer to the Execute has been sent. Without it Reboot succeeds and does nothing. */
  onReboot?(): void;
  /** The same for Factory Reset, a resource that the object has only with this function. */
  onFactoryReset?(): void;
  /** Returns the errors that persist when a server resets the error codes: ERROR_…; an empty list for none. */
  onResetErrors?(): number[];
  /** Returns the ms of a monotonic clock. With it, Current Time advances from its initial value, in seconds since 1970. */
  clock?(): number;
  /** As in StoredOptions. */
  onWrite?: StoredOptions['onWrite'];
}

export interface DeviceObject extends StoredObject<Types>, Later {
  _hooks: DeviceOptions;
  /** The resource whose function is to be called; 0 for none. */
  _pending: number;
  _cleared: boolean;
}

/** Returns the value of a writable resource of type Time that starts at `seconds` and advances by `clock`, in ms. */
export function ticking(seconds: number, clock: () => number): (given?: number) => number {
  let from = seconds - clock() / 1000;
  return (given) => {
    const now = clock() / 1000;
    if (given !== undefined) from = given - now;
    return Math.floor(from + now);
  };
}

/** Adds `code`, ERROR_…, to Error Code, unless it is there. */
export function raiseError(d: Teller, o: DeviceObject, code: number): void {
  const old = o._values[0][ERROR_CODE] as number[];
  const all: { [id: string]: number } = {};
  let free = 0;
  for (const k in old) {
    if (old[k] === code) return;
    if (old[k]) all[k] = old[k];
  }
  while (all[free]) free++;
  all[free] = code;
  set(d, o, 0, ERROR_CODE, all);
}

/** Removes `code` from Error Code. The last error leaves instance 0 with the value 0. */
export function clearError(d: Teller, o: DeviceObject, code: number): void {
  const old = o._values[0][ERROR_CODE] as number[];
  const all: { [id: string]: number } = {};
  let left = 0;
  for (const k in old)
    if (old[k] && old[k] !== code) {
      all[k] = old[k];
      left++;
    }
  set(d, o, 0, ERROR_CODE, left ? all : [ERROR_NONE]);
}

function executeDevice(o: LwM2mObject, _instance: number, resource: number): number {
  const device = o as DeviceObject;
  const hooks = device._hooks;
  let errors: number[] = [];
  if (resource === RESET_ERROR_CODE) {
    if (hooks.onResetErrors) errors = hooks.onResetErrors();
    device._values[0][ERROR_CODE] = errors.length ? errors : [ERROR_NONE];
    device._cleared = true;
  } else if (resource === REBOOT || resource === FACTORY_RESET) device._pending = resource;
  else return CODE_METHOD_NOT_ALLOWED;
  device.poll = pollDevice;
  return 0;
}

function pollDevice(o: LwM2mObject, d: Teller): number {
  const device = o as DeviceObject;
  const hooks = device._hooks;
  const pending = device._pending;
  device._pending = 0;
  device.poll = undefined;
  if (device._cleared) d.changed(device.id, 0, ERROR_CODE);
  device._cleared = false;
  if (pending === REBOOT && hooks.onReboot) hooks.onReboot();
  if (pending === FACTORY_RESET && hooks.onFactoryReset) hooks.onFactoryReset();
  return NEVER_MS;
}

const DEVICE: Handlers = { read: readStored, write: FEATURE_WRITE ? writeStored : undefined, clear: FEATURE_WRITE ? clearStored : undefined, execute: executeDevice };

function deviceHandlers(): Handlers {
  return DEVICE;
}

/**
 * Creates the object from its values by resource id. It adds Reboot, Reset Error Code, Error Code and, unless given, the
 * binding "U".
 *
 * @example
 * ```ts
 * const self = device({ [Device.MANUFACTURER]: 'ACME', [Device.MODEL_NUMBER]: 'T-1' }, { onReboot: () => E.reboot() });
 * ```
 */
export function device(values: ResourcesOf<Types>, options: DeviceOptions): DeviceObject {
  const all = values as Resources;
  const time = all[CURRENT_TIME];
  all[REBOOT] = all[RESET_ERROR_CODE] = 0;
  if (options.onFactoryReset) all[FACTORY_RESET] = 0;
  if (all[ERROR_CODE] === undefined) all[ERROR_CODE] = [ERROR_NONE];
  if (all[SUPPORTED_BINDING_AND_MODES] === undefined) all[SUPPORTED_BINDING_AND_MODES] = 'U';
  if (options.clock && typeof time === 'number') all[CURRENT_TIME] = ticking(time, options.clock);
  const o = object(model(), { 0: values }, { onWrite: options.onWrite }) as DeviceObject;
  o._hooks = options;
  o._pending = 0;
  o._cleared = false;
  o.handlers = deviceHandlers;
  return o;
}
