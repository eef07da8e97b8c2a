/** Object 4. */
import { Content, Integer, Multiple, MultipleIntegers, OMA_OBJECT_LWM2M_CONNECTIVITY_MONITORING, String, Unauthorized } from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry, Value } from 'wixt/compat';

export class ConnectivityMonitoringObject implements ObjectEnabler {
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
    let val: Value | undefined;

    switch (resourceId) {
      case 0:
        // WLAN
        val = Integer(21);
        break;

      case 1:
        val = MultipleIntegers(Integer(21));
        break;

      case 2:
        val = Integer(-62);
        break;

      case 3:
        val = Integer(98);
        break;

      case 4:
        val = Multiple(String('192.0.2.17'));
        break;

      case 5:
        val = Multiple(String('192.0.2.1'));
        break;

      case 6:
        val = Integer(5);
        break;

      default:
        break;
    }
    return Content(val);
  }

  onWrite(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Unauthorized();
  }
}

export function newExampleConnectivityMonitoringObject(reg: Registry): ConnectivityMonitoringObject {
  return new ConnectivityMonitoringObject(reg.getDefinition(OMA_OBJECT_LWM2M_CONNECTIVITY_MONITORING));
}
