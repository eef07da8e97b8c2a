/** Options and events of a server. */
import type { Registry as Objects } from '../objects/registry';
import type { Clock } from './coap/clock';
import type { Transport } from './coap/transport';
import type { LimitOptions } from './limits';
import type { LogEntry } from './log';
import type { Node } from './node';
import type { Observation } from './reporting/observations';
import type { Announcement, LeaveReason, Registration } from './registration/registry';
import type { Warning } from './warnings';

export interface CoreOptions extends LimitOptions {
  /** Definitions of objects. May be replaced later: `server.objects = …`. */
  objects: Objects;
  /** CoAP port; 0 lets the system choose. Default 5683. */
  coapPort?: number;
  /** Addresses to listen on for CoAP. Default 127.0.0.1 and, if IPv6 is available, ::1. */
  hosts?: readonly string[];
  /** Milliseconds that a registration outlives its lifetime. Default 5000. */
  grace?: number;
  /**
   * Whether a registered name may be taken over, moved or ended from another address while the first address still answers. Default: true if `hosts`
   * contains only addresses of this machine.
   */
  takeover?: boolean;
  /** Bytes of one payload, over all blocks. Default 1 MiB for devices' answers and for payloads to them, 32 KiB for their requests. */
  maxPayload?: number;
  /**
   * Payloads above this many bytes go to devices in blocks of this size. Default 128: Espruino on an ESP8266 drops datagrams above 260 bytes
   * and elsewhere truncates them at 528, silently. A smaller size requested by a device is respected.
   */
  blockSize?: number;
  /** CoAP messages that the log keeps. Default 500. */
  logCapacity?: number;
  clock?: Clock;
  /** Returns an unpredictable number in [0, 1): tokens and locations are made from it. */
  random?: () => number;
  transport?: Transport;
}

export interface Notification {
  registration: Registration;
  /** "/3/0/9". */
  path: string;
  content: Node;
}

/** Name → arguments of the listeners of `server.events`. */
export interface ServerEvents {
  registration: [registration: Registration];
  updated: [registration: Registration, before: Registration, changes: Announcement];
  deregistration: [registration: Registration, reason: LeaveReason];
  notification: [notification: Notification];
  /** The device ended an observation, or a notification could not be read. */
  observationError: [observation: Observation, error: Error];
  /** A CoAP message. It is formatted only if there is a listener. */
  coaplog: [entry: LogEntry];
  /** A bound was reached, or a takeover attempted. Each kind is emitted once in ten seconds. */
  warning: [warning: Warning];
  /** An error in the server itself; the device got 5.00. Ignored without a listener. */
  fault: [error: unknown];
}
