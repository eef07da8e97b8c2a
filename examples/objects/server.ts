/** Object 1: the client keeps its account itself, so nobody asks this enabler. */
import { OMA_OBJECT_LWM2M_SERVER, Unauthorized } from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry } from 'wixt/compat';

export class ServerObject implements ObjectEnabler {
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

export function newExampleServerObject(reg: Registry): ServerObject {
  return new ServerObject(reg.getDefinition(OMA_OBJECT_LWM2M_SERVER));
}
