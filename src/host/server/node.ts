/** The data at a path: objects, instances, resources, and their values. */
import type { ObjectDefinition, ResourceDefinition, ResourceType } from '../objects/registry';
import type { Value } from './formats/value';

export interface SingleResource {
  kind: 'singleResource';
  id: number;
  type: ResourceType;
  value: Value;
  /** Why the type differs from the definition, or how the value deviates. */
  note?: string;
}

export interface MultiResource {
  kind: 'multiResource';
  id: number;
  type: ResourceType;
  /** By resource instance. */
  values: Map<number, Value>;
  /** Why the type differs from the definition, or how the value deviates. */
  note?: string;
}

export interface ResourceInstance {
  kind: 'resourceInstance';
  id: number;
  type: ResourceType;
  value: Value;
  /** Why the type differs from the definition, or how the value deviates. */
  note?: string;
}

export type Resource = SingleResource | MultiResource;

export interface ObjectInstance {
  kind: 'instance';
  /** `undefined`: the device chooses (Create). */
  id?: number;
  resources: Resource[];
  /** Which parts were omitted, and why. */
  note?: string;
}

export interface ObjectNode {
  kind: 'obj';
  id: number;
  instances: ObjectInstance[];
  /** Which parts were omitted, and why. */
  note?: string;
}

export type Node = ObjectNode | ObjectInstance | Resource | ResourceInstance;

/** Definitions of the objects of a client, in its versions. */
export interface Model {
  object(objectId: number): ObjectDefinition | undefined;
  resource(objectId: number, resourceId: number): ResourceDefinition | undefined;
}
