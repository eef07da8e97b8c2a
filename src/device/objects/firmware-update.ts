/**
 * Object 5, Firmware Update: LwM2M 1.0.2 E.6. A package arrives in pieces, by a block-wise Write of Package, and is never held here: the
 * application takes each piece. After an Execute of Update has been answered, the application applies the package.
 */
import type { Store } from '../hal/store';
import type { Handlers, LwM2mObject } from '../lwm2m/model';
import { CODE_INTERNAL_SERVER_ERROR, CODE_METHOD_NOT_ALLOWED, EXCHANGE_LIFETIME_MS } from '../wire/coap';
import type { Multiple, Value } from '../formats/value';
import {
  FIRMWARE_UPDATE_PROTOCOL_SUPPORT,
  ID,
  model,
  PACKAGE,
  PACKAGE_URI,
  PKG_NAME,
  PKG_VERSION,
  STATE,
  UPDATE_RESULT,
} from './generated/firmware-update';
import { NEVER_MS } from './poll';
import type { Later, Teller } from './poll';

/** State: idle. */
export const STATE_IDLE = 0;
/** State: a package is arriving. */
export const STATE_DOWNLOADING = 1;
/** State: the package is complete. */
export const STATE_DOWNLOADED = 2;
/** State: the package is being applied. */
export const STATE_UPDATING = 3;

/** Update Result: none yet. */
export const RESULT_NONE = 0;
/** Update Result: the new firmware runs. */
export const RESULT_SUCCESS = 1;
/** Update Result: not enough flash. */
export const RESULT_NO_STORAGE = 2;
/** Update Result: not enough memory. */
export const RESULT_OUT_OF_MEMORY = 3;
/** Update Result: the connection was lost during the download. */
export const RESULT_CONNECTION_LOST = 4;
/** Update Result: the package failed its integrity check. */
export const RESULT_INTEGRITY = 5;
/** Update Result: unsupported type of package. */
export const RESULT_UNSUPPORTED_PACKAGE = 6;
/** Update Result: invalid URI. */
export const RESULT_INVALID_URI = 7;
/** Update Result: the update failed; the package is kept. */
export const RESULT_UPDATE_FAILED = 8;
/** Update Result: unsupported protocol. */
export const RESULT_UNSUPPORTED_PROTOCOL = 9;

/** Functions that the application provides for a package. Each may return the RESULT_… of a failure; nothing or 0 for success. */
export interface FirmwareHooks {
  /** A package starts. Do not erase flash here if that is slow: the server waits for the answer. */
  begin?(): number | void;
  /** Takes the bytes from `offset` on, which follow the previous piece; `data` is valid only during the call. */
  chunk(data: Uint8Array, offset: number): number | void;
  /** All `length` bytes have arrived: check signature and type here. */
  end?(length: number): number | void;
  /** Discards what has arrived, or the whole package. */
  cancel?(): void;
  /**
   * Applies the package; called after the answer to Update has been sent. Returns RESULT_SUCCESS when the new firmware runs, another result on
   * failure, or nothing when the outcome is open: the device then restarts, or calls `finishUpdate`.
   */
  apply(): number | void;
  /** Returns the result of an update after the restart; RESULT_SUCCESS when absent. */
  applied?(): number;
  /** Returns the name of the package; called while there is one. */
  name?(): string | undefined;
  /** Returns the version of the package; called while there is one. */
  version?(): string | undefined;
  /** Keeps the state across a restart, under the key "fw". */
  store?: Store;
  /** Pause in ms after which the connection counts as lost; 247,000 when absent, the longest pause of a block-wise transfer. */
  timeout?: number;
}

export interface FirmwareObject extends Later {
  _hooks: FirmwareHooks;
  _state: number;
  _result: number;
  _uri: string;
  /** Bytes of the package received. */
  _length: number;
  /** Arrival of the last piece, in ms; -1 for now. */
  _since: number;
  /** Update was executed; its answer is being sent. */
  _asked: boolean;
  /** State or result differ from what observers know. */
  _moved: boolean;
}

function move(f: FirmwareObject, state: number, result: number): void {
  const store = f._hooks.store;
  if (f._state === state && f._result === result) return;
  f._state = state;
  f._result = result;
  f._moved = true;
  f.poll = pollFirmware;
  if (store) store.write('fw', '' + state + result);
}

// Discards the received bytes.
function drop(f: FirmwareObject, result: number): void {
  const had = f._state;
  move(f, STATE_IDLE, result);
  f._length = 0;
  if (had && f._hooks.cancel) f._hooks.cancel();
}

function finish(f: FirmwareObject, result: number): void {
  if (result === RESULT_UPDATE_FAILED) move(f, STATE_DOWNLOADED, result);
  else if (result === RESULT_SUCCESS) move(f, STATE_IDLE, result);
  else drop(f, result);
}

function tell(f: FirmwareObject, d: Teller): void {
  f._moved = false;
  d.changed(ID, 0, STATE);
  d.changed(ID, 0, UPDATE_RESULT);
}

/** Ends an update that `apply` left open: with RESULT_SUCCESS, with RESULT_UPDATE_FAILED, which keeps the package, or with a result that discards it. */
export function finishUpdate(d: Teller, f: FirmwareObject, result: number): void {
  finish(f, result);
  tell(f, d);
}

function readFirmware(o: LwM2mObject, _instance: number, resource: number): Value | Multiple | undefined {
  const f = o as FirmwareObject;
  const hooks = f._hooks;
  if (resource === STATE) return f._state;
  if (resource === UPDATE_RESULT) return f._result;
  if (resource === PACKAGE_URI) return f._uri;
  if (resource === PKG_NAME) return hooks.name ? hooks.name() : undefined;
  if (resource === PKG_VERSION) return hooks.version ? hooks.version() : undefined;
  // CoAP; push only.
  return resource === FIRMWARE_UPDATE_PROTOCOL_SUPPORT ? [0] : 1;
}

function chunkFirmware(o: LwM2mObject, _instance: number, _resource: number, data: Uint8Array, offset: number, more: boolean): number {
  const f = o as FirmwareObject;
  const hooks = f._hooks;
  let result: number | void = 0;
  // An empty package, or one NUL, resets the state machine, unless the update can no longer be stopped.
  const empty = !offset && !more && data.length < 2 && !data[0];
  if (empty ? f._state === STATE_UPDATING : offset ? f._state !== STATE_DOWNLOADING : f._state > STATE_DOWNLOADING) return CODE_METHOD_NOT_ALLOWED;
  if (empty) {
    drop(f, RESULT_NONE);
    return 0;
  }
  if (!offset) {
    // The first block again restarts the download.
    if (f._state) drop(f, RESULT_NONE);
    f._uri = '';
    move(f, STATE_DOWNLOADING, RESULT_NONE);
    if (hooks.begin) result = hooks.begin();
  }
  f._since = -1;
  f._length = offset + data.length;
  if (!result) result = hooks.chunk(data, offset);
  if (!result && !more && hooks.end) result = hooks.end(f._length);
  if (result) {
    drop(f, result);
    return CODE_INTERNAL_SERVER_ERROR;
  }
  if (!more) move(f, STATE_DOWNLOADED, RESULT_NONE);
  return 0;
}

function writeFirmware(o: LwM2mObject, instance: number, resource: number, v: Value | Multiple): number {
  const f = o as FirmwareObject;
  if (resource === PACKAGE) return chunkFirmware(o, instance, resource, v as Uint8Array, 0, false);
  if (v ? f._state > STATE_IDLE : f._state === STATE_UPDATING) return CODE_METHOD_NOT_ALLOWED;
  f._uri = v as string;
  // Update Result reports errors, not the answer (E.6.1). Pull is not supported, so no protocol is.
  drop(f, !v ? RESULT_NONE : (v as string).indexOf('://') > 0 && (v as string).indexOf(' ') < 0 ? RESULT_UNSUPPORTED_PROTOCOL : RESULT_INVALID_URI);
  return 0;
}

// The table has one executable resource: Update.
function executeFirmware(o: LwM2mObject): number {
  const f = o as FirmwareObject;
  if (f._state !== STATE_DOWNLOADED) return CODE_METHOD_NOT_ALLOWED;
  move(f, STATE_UPDATING, RESULT_NONE);
  f._asked = true;
  return 0;
}

function pollFirmware(o: LwM2mObject, d: Teller, now: number): number {
  const f = o as FirmwareObject;
  const timeout = f._hooks.timeout || EXCHANGE_LIFETIME_MS;
  let result;
  if (f._asked) {
    f._asked = false;
    result = f._hooks.apply();
    if (result) finish(f, result);
  }
  if (f._since < 0) f._since = now;
  if (f._state === STATE_DOWNLOADING && now - f._since >= timeout) drop(f, RESULT_CONNECTION_LOST);
  if (f._moved) tell(f, d);
  if (f._state === STATE_DOWNLOADING) return f._since + timeout - now;
  f.poll = undefined;
  return NEVER_MS;
}

const FIRMWARE: Handlers = { read: readFirmware, write: writeFirmware, chunk: chunkFirmware, execute: executeFirmware };

function firmwareHandlers(): Handlers {
  return FIRMWARE;
}

/** Creates the object. With a store, it continues in the state before the restart. */
export function firmwareUpdate(hooks: FirmwareHooks): FirmwareObject {
  const f = model() as unknown as FirmwareObject;
  const kept = hooks.store ? hooks.store.read('fw') : undefined;
  f.instances = [0];
  f._hooks = hooks;
  f._state = kept ? +kept.charAt(0) : STATE_IDLE;
  f._result = kept ? +kept.charAt(1) : RESULT_NONE;
  f._uri = '';
  f._length = 0;
  f._since = 0;
  f._asked = f._moved = false;
  f.handlers = firmwareHandlers;
  if (f._state === STATE_DOWNLOADING) drop(f, RESULT_CONNECTION_LOST);
  if (f._state === STATE_UPDATING) finish(f, hooks.applied ? hooks.applied() : RESULT_SUCCESS);
  return f;
}
