/**
 * The API of betwixt, the LwM2M client and server in Go, call for call in TypeScript: for programs that were written for it. It stands
 * on the idiomatic API and costs nothing unless it is imported. Its server is `wixt/compat/server`.
 */
export * from './constants';
export * from './values';
export * from './responses';
export { newDefaultObjectRegistry, newObjectRegistry } from './registry';
export type { ObjectDefinition, Registry } from './registry';
export { newNullEnabler } from './enabler';
export type { Lwm2mRequest, ObjectEnabler, Payload } from './enabler';
export { newLwm2mClient } from './client';
export type { EnabledObject, LWM2MClient } from './client';
