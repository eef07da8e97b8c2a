/** Object 6, without an instance. */
import { OMA_OBJECT_LWM2M_LOCATION, Unauthorized } from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry } from 'wixt/compat';

export class LocationObject implements ObjectEnabler {
  model: ObjectDefinition | undefined;

  constructor(model: ObjectDefinition | undefined) {
    this.model = model;
  }

  onExecute(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Unauthorized();
  }

  onCreate(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Unauthorized();
  }

  onDelete(instanceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Unauthorized();
  }

  onRead(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Unauthorized();
  }

  onWrite(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Unauthorized();
  }
}

export function newExampleLocationObject(reg: Registry): LocationObject {
  return new LocationObject(reg.getDefinition(OMA_OBJECT_LWM2M_LOCATION));
}
