/** The objects that a client knows: their tables. */
import { model as accessControl } from '../device/objects/generated/access-control';
import { model as connectivityMonitoring } from '../device/objects/generated/connectivity-monitoring';
import { model as connectivityStatistics } from '../device/objects/generated/connectivity-statistics';
import { model as device } from '../device/objects/generated/device';
import { model as firmwareUpdate } from '../device/objects/generated/firmware-update';
import { model as location } from '../device/objects/generated/location';
import { model as security } from '../device/objects/generated/security';
import { model as server } from '../device/objects/generated/server';
import type { Model } from '../device/objects/stored';

/** A table of resources, as `model` of a generated module gives it. */
export type ObjectDefinition = Model;

/** The objects that a device may have. */
export interface Registry {
  /** A new copy, so that no two objects share one; undefined for an object that it does not have. */
  getDefinition(id: number): ObjectDefinition | undefined;
  /** Adds what a generated module's `model` gives: `registry.register(Temperature.model)`. */
  register(source: () => ObjectDefinition): void;
}

interface ListRegistry extends Registry {
  _sources: (() => ObjectDefinition)[];
}

function getDefinition(this: Registry, id: number): ObjectDefinition | undefined {
  const list = (this as ListRegistry)._sources;
  let found: ObjectDefinition | undefined;
  for (let i = list.length; i-- && (!found || found.id !== id); ) found = list[i]();
  return found && found.id === id ? found : undefined;
}

function register(this: Registry, source: () => ObjectDefinition): void {
  (this as ListRegistry)._sources.push(source);
}

/** A registry of the objects given: each source is the `model` of a generated module. */
export function newObjectRegistry(...sources: (() => ObjectDefinition)[]): Registry {
  const registry: ListRegistry = { _sources: sources, getDefinition: getDefinition, register: register };
  return registry;
}

/** LwM2M's own objects, 0 to 7. A device carries all of their tables; `newObjectRegistry` carries fewer. */
export function newDefaultObjectRegistry(): Registry {
  return newObjectRegistry(security, server, accessControl, device, connectivityMonitoring, firmwareUpdate, location, connectivityStatistics);
}
