/** Object 16, Portfolio: identities of the device's host, which servers may create and delete (OMA ObjLwM2M_Portfolio 1.0). */
import { IDENTITY, model } from './generated/portfolio';
import type { Types } from './generated/portfolio';
import { object } from './stored';
import type { Instances, StoredObject } from './stored';

/**
 * Creates the object from identities by instance: `{ 0: ['Host Device ID', 'Host Device Manufacturer', 'Host Device Model', 'Host
 * Device Software Version'] }`.
 */
export function portfolio(identities: { [instance: number]: string[] }): StoredObject<Types> {
  const instances: Instances = {};
  for (const k in identities) {
    instances[k] = {};
    instances[k][IDENTITY] = identities[k];
  }
  return object(model(), instances, { create: true });
}
