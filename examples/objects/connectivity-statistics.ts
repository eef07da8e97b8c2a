/** Object 7, without an instance. */
import { OMA_OBJECT_LWM2M_CONNECTIVITY_STATISTICS, Unauthorized } from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry } from 'wixt/compat';

export class ConnectivityStatisticsObject implements ObjectEnabler {
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

export function newExampleConnectivityStatisticsObject(reg: Registry): ConnectivityStatisticsObject {
  return new ConnectivityStatisticsObject(reg.getDefinition(OMA_OBJECT_LWM2M_CONNECTIVITY_STATISTICS));
}
