/** Definitions of the objects of one client, in its versions. */
import { definition, impliedVersion, resource, type ObjectDefinition, type Registry as Objects, type ResourceDefinition } from '../objects/registry';
import type { Model } from './node';
import type { Registration } from './registration/registry';

export class ClientModel implements Model {
  readonly #objects: Objects;
  readonly #registration: Registration;
  /** The cache of the last object: its resources are usually looked up one after the other. */
  #lastObject = -1;
  #lastVersion = '';

  constructor(objects: Objects, registration: Registration) {
    this.#objects = objects;
    this.#registration = registration;
  }

  object(objectId: number): ObjectDefinition | undefined {
    return definition(this.#objects, objectId, this.#versionOf(objectId));
  }

  resource(objectId: number, resourceId: number): ResourceDefinition | undefined {
    return resource(this.#objects, objectId, resourceId, this.#versionOf(objectId));
  }

  /** The announced version (`ver=`). Without it the enabler's version determines those of its own objects (LwM2M TS 1.1.1 Core section 7.2). */
  #versionOf(objectId: number): string {
    if (objectId === this.#lastObject) return this.#lastVersion;
    this.#lastObject = objectId;
    return (this.#lastVersion = this.#registration.objects.get(objectId)?.version ?? impliedVersion(objectId, this.#registration.version));
  }
}
