/** The data model: objects, accounts, observations, attributes, and the client that holds them. */
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
 * The operations of an object. Each handler gets the object as its first argument. It returns nothing or 0 for success, or a CoAP code from 128 on
 * to refuse, such as CODE_NOT_FOUND (132).
 */
export interface Handlers {
  /**
   * Returns the value of a resource, of its type, or values by instance id for a multiple resource; undefined when it is absent. Anything else
   * (NaN, null, an Integer with a fraction, text for a number) counts as absent, and the event "error" has its path.
   * Numbers may differ at each call. After changing a string or bytes call `changed`, so that no Read in blocks mixes two values.
   */
  read(o: LwM2mObject, instance: number, resource: number): Value | Multiple | undefined;
  /** Stores a new value, of the resource's type. `replace` is false when a Multiple adds to the existing instances. */
  write?(o: LwM2mObject, instance: number, resource: number, value: Value | Multiple, replace: boolean): number | void;
  /**
   * Takes a piece of an opaque value: `data` from byte `offset` on; `more` when another follows. `data` is valid only during the call.
   * With this handler opaque values are never held whole. Each byte comes once. A value without a last piece was aborted: the next
   * piece then starts at byte 0.
   */
  chunk?(o: LwM2mObject, instance: number, resource: number, data: Uint8Array, offset: number, more: boolean): number | void;
  /** Called before the writes that replace a whole instance: deletes the optional writable values. */
  clear?(o: LwM2mObject, instance: number): void;
  /** Executes a resource (LwM2M 1.0.2 5.4.5). `args` is empty when the request has no arguments. Return quickly: the answer waits. */
  execute?(o: LwM2mObject, instance: number, resource: number, args: Arguments): number | void;
  /** Creates an instance, whose values are then written. Without it Create is 4.05. */
  create?(o: LwM2mObject, instance: number): number | void;
  /** Deletes an instance. Without it Delete is 4.05. */
  remove?(o: LwM2mObject, instance: number): number | void;
}

/** An object: a table and handlers, which are its own members or returned by `handlers`. */
export interface LwM2mObject extends Partial<Handlers> {
  /** Object id. */
  id: number;
  /** Version, if it is not 1.0; sent at registration. */
  version?: string;
  /** [resource id, META_… | TYPE_…] pairs, ids ascending, of the resources that this object has. */
  table: Uint16Array;
  /** Ids of its instances. */
  instances: number[];
  /**
   * Returns handlers that several objects share. Called when a request needs them, so that they may lie in flash until then
   * (FEATURE_OVERLAYS).
   */
  handlers?(o: LwM2mObject): Handlers;
  /** The CoAP code of a refusal: set by a `read` that returned undefined although the resource exists. */
  refused?: number;
}

/** Access rights, when there are several servers (object 2). */
export interface Access {
  /** Returns the rights of a server on an instance (65535: on creating instances of the object): ACCESS_… bits. */
  rights(a: Access, object: number, instance: number, ssid: number): number;
  /** Called when a server has created an instance, which it then owns. */
  created(a: Access, object: number, instance: number, ssid: number): void;
  /** Called when an instance has been deleted. */
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

/** Configuration of a server: an instance of object 0 and one of object 1. */
export interface Account {
  /** coap://host[:port]; an IPv6 literal in brackets. */
  uri: string;
  /** Short server id, 1 to 65534; 1 when absent. */
  ssid?: number;
  /** Instance id in objects 0 and 1; the index in the list when absent. */
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
  /** "U" when absent, or "UQ": the server queues its requests until an Update. */
  binding?: string;
}

/**
 * Events for the application, one for each change of state. `registered`: a server has accepted the registration. `updated`: it has accepted an
 * Update. `lost`: the registration is gone, and the client registers again by itself. `error`: an attempt failed, or a value is not of its type.
 * `deregistered`: the client has left a server. `observed`, `cancelled`: an observation has begun or ended.
 */
export type EventName = 'registered' | 'updated' | 'deregistered' | 'lost' | 'error' | 'observed' | 'cancelled';

/** Options of `createClient`. `connect` of a board adds `udp` and `random`. */
export interface ClientOptions {
  /** Endpoint client name, unique at the server. */
  endpoint: string;
  /** The servers, each with a short server id of its own. */
  servers: Account[];
  /** The objects, without 0 and 1, which the client provides. */
  objects: LwM2mObject[];
  /** The board's adapter, which sends and receives datagrams. */
  udp: Udp;
  /** Returns a uniform number in [0, 1); Math.random if it is seeded well. */
  random: () => number;
  /**
   * Called for each event. `detail` of "error": the CoAP code of the refusal, 0 without a response, or the path of a resource that was left out
   * because the program's value is not of its type; of "observed" and "cancelled": the path.
   */
  onEvent?: (c: Client, name: EventName, ssid: number, detail?: number | string) => void;
  /** Access rights of servers, from `accessControl` (object 2). Without it every server has all rights. */
  access?: Access;
  /** Block size in bytes, 16 to LIMIT_BLOCK; LIMIT_BLOCK when absent. */
  block?: number;
  /** Telephone number for the registration. */
  sms?: string;
}

/** An account and the state of its registration. */
export interface Server extends Peer {
  /** Its instance of objects 0 and 1. */
  _instance: number;
  _host: string;
  /** The resources of its instance of object 1, by id: SERVER_…. */
  _values: (number | boolean | string)[];
  /** STATE_…. */
  _state: number;
  /** When the next step of the state is due, in ms; Infinity for never. */
  _due: number;
  /** Consecutive failures. */
  _failures: number;
  /** Contents of the next Update: CHANGED_… bits. */
  _changed: number;
  /** CHANGED_… bits of the open Update; the code of the open notification. */
  _saying: number;
  /** The lifetime that the server knows. */
  _told: number;
  /** The Location-Path of the registration, encoded as the Uri-Path options of Update and De-register; `_locationEnd` is negative when it did not fit. */
  _location: Uint8Array;
  _locationEnd: number;
  /** Observe option of the last notification. */
  _sequence: number;
  /** Block1 option of a Register or Update sent in blocks; -1 while it is sent whole. */
  _block: number;
}

export const SERVER_SSID = 0;
export const SERVER_LIFETIME = 1;
export const SERVER_PMIN = 2;
export const SERVER_PMAX = 3;
export const SERVER_DISABLE = 5;
export const SERVER_STORING = 6;
export const SERVER_BINDING = 7;

/** Purpose of an exchange; a notification has -1 - the slot of its observation. */
export const ABOUT_REGISTER = 1;
export const ABOUT_UPDATE = 2;
export const ABOUT_DEREGISTER = 3;

// States of a registration: see ARCHITECTURE.md, "Registration".
export const STATE_STOPPED = 0;
/** Registers at _due. */
export const STATE_WAITING = 1;
export const STATE_REGISTERED = 2;
/** De-registers; registers again at _due. */
export const STATE_LEAVING = 3;

/** An Update is due although nothing has changed. */
export const CHANGED_NOTHING = 1;
export const CHANGED_LIFETIME = 2;
export const CHANGED_BINDING = 4;
export const CHANGED_OBJECTS = 8;

/** A slot for an observation; free when _server is absent. Its token is in the client's _tokens. */
export interface Observation extends Path {
  _server: Server | undefined;
  /** The Accept option of the request; -1 when absent. */
  _format: number;
  /** The Block2 option of the request, which sets the block size of its notifications; -1 when absent. */
  _block2: number;
  /** Time of the last notification, in ms. */
  _sent: number;
  /** Its value, if single. */
  _value: Value | Multiple | undefined;
  /** OBSERVATION_… bits, 0 when nothing is pending. For the higher bits see TURNS in notify.ts. */
  _state: number;
}

/** A value below the path has changed and must be compared. */
export const OBSERVATION_TOUCHED = 1;
/** A notification is due as soon as pmin allows. */
export const OBSERVATION_OWED = 2;
/** Either of the two. */
export const OBSERVATION_PENDING = 3;

/** The attributes that a server has set on a path. */
export interface Attributes extends Path {
  _server: Server;
  /** Values by attribute name. */
  _values: { [name: string]: number | undefined };
}

/** A block-wise request body in progress; free when _server is absent. */
export interface Transfer extends Path {
  _server: Server | undefined;
  /** 8 * Content-Format + method of the request. */
  _kind: number;
  /** Bytes received. */
  _length: number;
  /** Bytes of the TLV head of an opaque value, which the chunk handler does not get. */
  _head: number;
  /** Bytes of the body according to its TLV head; 0 without one. */
  _size: number;
  /** Arrival of its first block and of its last new one, in ms. */
  _began: number;
  _since: number;
  _body: Uint8Array;
}

/** A client: created by `createClient`, passed to every function of the library. It has no public fields. */
export interface Client extends Endpoint, Path, Tlv {
  _endpoint: string;
  _servers: Server[];
  /** The current server. */
  _peer: Server;
  _objects: LwM2mObject[];
  _observations: Observation[];
  /** Number of slots ever used; these come first. */
  _watched: number;
  /** Nine bytes for each observation: token length and token. */
  _tokens: Uint8Array;
  _attributes: Attributes[];
  /** A body being assembled, and one passed to a chunk handler; the same record with FEATURE_OVERLAYS. */
  _transfer: Transfer;
  _pieces: Transfer;
  _access: Access | undefined;
  _onEvent: ((c: Client, name: EventName, ssid: number, detail?: number | string) => void) | undefined;
  _szx: number;
  /** Largest payload sent whole, in bytes. */
  _plain: number;
  /** Length of the representation sent last in blocks; -1 before the first. */
  _total: number;
  _sms: string | undefined;
  /** Versions of the representations sent last in blocks: see `versionOf` in version.ts. */
  _versions: Uint16Array;
  /** Orders the turns of observations; rises in steps of 4. */
  _turn: number;
  /** Options of the current request; -1 when absent. */
  _accept: number;
  _format: number;
  _observe: number;
  _block1: number;
  _block2: number;
  /** Offset and length of the first Uri-Query option's value; offset 0 when absent. */
  _query: number;
  _queryLength: number;
  /** The payload: bytes [_at, _to) of _payload, which is another buffer for a body assembled from blocks. */
  _payload: Uint8Array;
  _to: number;
  /** Max-Age of the current response, in seconds, at most 65535; the default when absent (RFC 7252 5.10.5). */
  _maxAge: number;
  /** Error in the options of the current message: 0 for none, a CoAP code, or a negative error. */
  _wrong: number;
  /** Object of the current path, the metadata of its resource, and whether that is a single value. */
  _object: LwM2mObject;
  _meta: number;
  _single: boolean;
}

/** Returns the handlers of object `o`. */
export function handlersOf(o: LwM2mObject): Handlers {
  return o.handlers ? o.handlers(o) : (o as Handlers);
}

/** Returns the metadata of resource `id`; 0 when it is not in the table. */
export function findMeta(table: Uint16Array, id: number): number {
  // Ids ascend, so `id` is at place `id` or before: usually shortly before it, or near the end.
  for (let i = id < 24 ? id * 2 : table.length - 2; i >= 0; i -= 2) if (table[i] === id) return table[i + 1];
  return 0;
}

/** Reports an event of the current server to the application. */
export function emit(c: Client, name: EventName, detail?: number | string): void {
  if (c._onEvent) c._onEvent(c, name, c._peer._values[SERVER_SSID] as number, detail);
}
