/** The public names of a device bundle. */
export { createClient, poll, receive, start, stop, update } from './lwm2m/client';
export { changed } from './lwm2m/reporting/notify';
export { addInstance, removeInstance } from './lwm2m/management/create';
export { findMeta } from './lwm2m/model';
export type { Access, Account, Arguments, Client, ClientOptions, EventName, Handlers, LwM2mObject } from './lwm2m/model';
export type { Multiple, Value } from './formats/value';
export type { Bytes } from './wire/numbers';
export type { Udp, UdpOptions } from './hal/udp';
