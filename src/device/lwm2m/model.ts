/** What the engine works on: objects, accounts, observations, attributes, and the client that holds them. */
import type { Endpoint, Peer } from '../coap/endpoint';
import type { Udp } from '../hal/udp';
import type { Tlv } from '../formats/tlv';
import type { Multiple, Value } from '../formats/value';
import type { Path } from './path';

/** The arguments of Execute: digit → value, null for a digit without one. */
export interface Arguments {
  [digit: string]: string | null;
}

/**
 * What an object does. Each handler gets the object first. One that returns a CoAP code (a number from 128 on, as CODE_NOT_FOUND = 132)
 * refuses; nothing or 0 is success.
 */
export interface Handlers {
  /**
   * The value of a resource, right for its type, or values by instance id for one with several; undefined when it is absent. Anything else
   * (NaN, null, an Integer with a fraction, text for a number) counts as absent, and the event "error" tells its path.
   * A number may be another each time; who changes a string or bytes says `changed`, so that no Read in blocks mixes two of them.
   */
  read(o: LwM2mObject, instance: number, resource: number): Value | Multiple | undefined;
  /** A new value, right for the type. `replace` is false when a Multiple adds to the instances that there are. */
  write?(o: LwM2mObject, instance: number, resource: number, value: Value | Multiple, replace: boolean): number | void;
  /**
   * A part of a value that is written in pieces: `data` from byte `offset` on, `more` when there will be another. `data` is only
   * good during the call. Where there is this handler, opaque resources are never held whole. The same bytes come once. A value
   * that has no last part was broken off: what comes next begins at byte 0.
   */
  chunk?(o: LwM2mObject, instance: number, resource: number, data: Uint8Array, offset: number, more: boolean): number | void;
  /** Before the writes of a Replace of a whole instance: forget the optional writable values. */
  clear?(o: LwM2mObject, instance: number): void;
  /** Executes a resource (LwM2M 1.0.2 5.4.5). `args` is empty when the request has no arguments. Return at once: the answer waits. */
  execute?(o: LwM2mObject, instance: number, resource: number, args: Arguments): number | void;
  /** Makes an instance, whose values are then written. Absent: Create is 4.05. */
  create?(o: LwM2mObject, instance: number): number | void;
  /** Removes an instance. Absent: Delete is 4.05. */
  remove?(o: LwM2mObject, instance: number): number | void;
}

/** An object as the engine sees it: a table and handlers, which are its own members or what `handlers` gives. */
export interface LwM2mObject extends Partial<Handlers> {
  /** Object id. */
  id: number;
  /** Version, where it is not 1.0: told at registration. */
  version?: string;
  /** [resource id, META_… | TYPE_…] pairs, ids ascending, of the resources that this object has here. */
  table: Uint16Array;
  /** Ids of the instances there are. */
  instances: number[];
  /**
   * The handlers, where several objects have the same: they are asked for when a request needs them, so that they may be
   * elsewhere until then (FEATURE_OVERLAYS).
   */
  handlers?(o: LwM2mObject): Handlers;
  /** The CoAP code with which `read` has refused last, when it gave undefined for another reason than that nothing is there. */
  refused?: number;
}

/** Who may do what, when there are several servers (object 2). */
export interface Access {
  /** The rights of a server on an instance (65535: on creating instances of the object): ACCESS_… bits. */
  rights(a: Access, object: number, instance: number, ssid: number): number;
  /** A server has created an instance, and owns it. */
  created(a: Access, object: number, instance: number, ssid: number): void;
  /** An instance is gone. */
  removed(a: Access, object: number, instance: number): void;
}

/** Read, Observe, Discover and Write-Attributes (LwM2M 1.0.2 E.3, ACL). */
export const ACCESS_READ = 1;
/** Write. */
export const ACCESS_WRITE = 2;
/** Execute. */
export const ACCESS_EXECUTE = 4;
/** Delete. */
export const ACCESS_DELETE = 8;
/** Create. */
export const ACCESS_CREATE = 16;

/** A server as the application configures it: an instance of object 0 and one of object 1. */
export interface Account {
  /** coap://host[:port]; an IPv6 literal in brackets. */
  uri: string;
  /** Short server id, 1 to 65534; 1 when absent. */
  ssid?: number;
  /** Instance id in objects 0 and 1; the position in the list when absent. */
  instance?: number;
  /** Seconds, 4 to 2^32 - 1; 86400 when absent. */
  lifetime?: number;
  /** Default minimum period of notifications, in seconds; 0 when absent. */
  pmin?: number;
  /** Default maximum period of notifications, in seconds; none when absent. */
  pmax?: number;
  /** Notification storing when disabled or offline; true when absent. */
  storing?: boolean;
  /** Seconds from Disable to the next registration; 86400 when absent. */
  disable?: number;
  /** "U" when absent, or "UQ": the server holds its requests back until an Update comes. */
  binding?: string;
}

/**
 * What the application hears of, one event for each change of state. `registered`: a server has accepted the registration. `updated`: it has accepted an
 * Update. `lost`: the registration is gone, and the next attempt comes by itself. `error`: an attempt failed, or a value is not of its type.
 * `deregistered`: the client has left a server. `observed`, `cancelled`: an observation has begun or ended.
 */
export type EventName = 'registered' | 'updated' | 'deregistered' | 'lost' | 'error' | 'observed' | 'cancelled';

/** What `createClient` takes. `connect` of a board fills in `udp` and `random`. */
export interface ClientOptions {
  /** Endpoint client name, unique at the server. */
  endpoint: string;
  /** The servers, each with a short server id of its own. */
  servers: Account[];
  /** The objects, without 0 and 1, which the client has by itself. */
  objects: LwM2mObject[];
  /** Sends and receives datagrams: the board's adapter. */
  udp: Udp;
  /** Uniform in [0, 1); Math.random where that is seeded well. */
  random: () => number;
  /**
   * `detail`: with "error" the CoAP code that refused, 0 for none, or the path of a resource for which the program gave a value that is none
   * of its type, and which is left out; with "observed" and "cancelled" the path.
   */
  onEvent?: (c: Client, name: EventName, ssid: number, detail?: number | string) => void;
  /** Which server may do what: `accessControl` makes it (object 2). Without it every server may do everything. */
  access?: Access;
  /** Bytes of a block, 16 to LIMIT_BLOCK: LIMIT_BLOCK when absent. */
  block?: number;
  /** Telephone number for the registration. */
  sms?: string;
}

/** An account and how its registration stands. */
export interface Server extends Peer {
  /** Its instance of objects 0 and 1. */
  _instance: number;
  _host: string;
  /** The resources of its instance of object 1, by id: SERVER_…. */
  _values: (number | boolean | string)[];
  /** STATE_…. */
  _state: number;
  /** When to do what the state asks for, in ms; Infinity for never. */
  _due: number;
  /** Failures in a row. */
  _failures: number;
  /** What an Update has to say: CHANGED_… bits. */
  _changed: number;
  /** The bits that the Update under way says; the code of the notification under way. */
  _saying: number;
  /** The lifetime that the server was told last. */
  _told: number;
  /** The path that Register was answered with, as the Uri-Path options that Update and De-register begin with; `_locationEnd` is negative when it did not fit. */
  _location: Uint8Array;
  _locationEnd: number;
  /** Value of the Observe option of the notification sent last. */
  _sequence: number;
  /** The Block1 option of the Register or Update that goes in blocks; -1 while it goes whole. */
  _block: number;
}

export const SERVER_SSID = 0;
export const SERVER_LIFETIME = 1;
export const SERVER_PMIN = 2;
export const SERVER_PMAX = 3;
export const SERVER_DISABLE = 5;
export const SERVER_STORING = 6;
export const SERVER_BINDING = 7;

/** What an exchange is about; a notification is -1 - the slot of its observation. */
export const ABOUT_REGISTER = 1;
export const ABOUT_UPDATE = 2;
export const ABOUT_DEREGISTER = 3;

// What happens in each: ARCHITECTURE.md, "Registration".
export const STATE_STOPPED = 0;
/** To be registered at _due. */
export const STATE_WAITING = 1;
export const STATE_REGISTERED = 2;
/** To be de-registered; _due says when to come back. */
export const STATE_LEAVING = 3;

/** Nothing has changed, and an Update is asked for all the same. */
export const CHANGED_NOTHING = 1;
export const CHANGED_LIFETIME = 2;
export const CHANGED_BINDING = 4;
export const CHANGED_OBJECTS = 8;

/** A slot; free when _server is absent. Its token is in the client's _tokens. */
export interface Observation extends Path {
  _server: Server | undefined;
  /** What the request accepted, -1 for anything. */
  _format: number;
  /** The Block2 option that the observation asked with, -1 for none: its notifications have blocks of that size. */
  _block2: number;
  /** When the last notification was sent, in ms. */
  _sent: number;
  /** What it said, of a single value. */
  _value: Value | Multiple | undefined;
  /** OBSERVATION_…; none when all has been said. The bits above: TURNS of notify.ts. */
  _state: number;
}

/** Something below the path changed, and is to be compared. */
export const OBSERVATION_TOUCHED = 1;
/** A notification is owed, as soon as pmin allows. */
export const OBSERVATION_OWED = 2;
/** Either. */
export const OBSERVATION_PENDING = 3;

/** The attributes that a server has set on a path. */
export interface Attributes extends Path {
  _server: Server;
  /** By name. */
  _values: { [name: string]: number | undefined };
}

/** A request body in blocks, under way; none when _server is absent. */
export interface Transfer extends Path {
  _server: Server | undefined;
  /** Eight times the Content-Format, and the code of the request. */
  _kind: number;
  /** Bytes so far. */
  _length: number;
  /** Bytes of the head of an opaque value in TLV, which are not given to the chunk handler. */
  _head: number;
  /** Bytes of the body by its TLV head, 0 where it has none. */
  _size: number;
  /** When its first block and the one that came last were new, in ms. */
  _began: number;
  _since: number;
  _body: Uint8Array;
}

/** A client: made by `createClient`, passed to every function of the library. Its fields are the library's own. */
export interface Client extends Endpoint, Path, Tlv {
  _endpoint: string;
  _servers: Server[];
  /** Whose message, or whose turn, it is. */
  _peer: Server;
  _objects: LwM2mObject[];
  _observations: Observation[];
  /** How many of them have ever been in use: the first. */
  _watched: number;
  /** Nine bytes for each observation: the length of its token, and the token. */
  _tokens: Uint8Array;
  _attributes: Attributes[];
  /** A body that is put together, and one that goes to a chunk handler; the same record with FEATURE_OVERLAYS. */
  _transfer: Transfer;
  _pieces: Transfer;
  _access: Access | undefined;
  _onEvent: ((c: Client, name: EventName, ssid: number, detail?: number | string) => void) | undefined;
  _szx: number;
  /** Bytes of the largest payload that goes out whole. */
  _plain: number;
  /** Bytes of the representation that went out in blocks last; -1 for none yet. */
  _total: number;
  _sms: string | undefined;
  /** Versions of the representations that went out in blocks last: see `versionOf` in payload.ts. */
  _versions: Uint16Array;
  /** Observations have their turn in the order of this number, which goes up in steps of 4. */
  _turn: number;
  /** Options of the request at hand; -1 for absent. */
  _accept: number;
  _format: number;
  _observe: number;
  _block1: number;
  _block2: number;
  /** Where the value of the first Uri-Query option starts, and its length; 0 for none. */
  _query: number;
  _queryLength: number;
  /** The payload, which Block1 may have put together elsewhere: bytes [_at, _to) of _payload. */
  _payload: Uint8Array;
  _to: number;
  /** Max-Age of the response at hand, in seconds, 65535 for all beyond; the default where it has none (RFC 7252 5.10.5). */
  _maxAge: number;
  /** What is wrong with the options of the message at hand: 0, a CoAP code, or a negative error. */
  _wrong: number;
  /** The object that a path names, the metadata of its resource, and whether that is one value. */
  _object: LwM2mObject;
  _meta: number;
  _single: boolean;
}

/** What object `o` does. */
export function handlersOf(o: LwM2mObject): Handlers {
  return o.handlers ? o.handlers(o) : (o as Handlers);
}

/** The metadata of resource `id`, 0 when the table has none. */
export function findMeta(table: Uint16Array, id: number): number {
  // Ids are ascending, so `id` is not behind place `id`: mostly it is little before it, or near the end.
  for (let i = id < 24 ? id * 2 : table.length - 2; i >= 0; i -= 2) if (table[i] === id) return table[i + 1];
  return 0;
}

/** Tells the application what has happened with the server at hand. */
export function emit(c: Client, name: EventName, detail?: number | string): void {
  if (c._onEvent) c._onEvent(c, name, c._peer._values[SERVER_SSID] as number, detail);
}
