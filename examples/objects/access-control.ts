/** Object 2: three entries that say who would own what, if there were several servers. */
import { Content, Integer, MultipleIntegers, OMA_OBJECT_LWM2M_ACCESS_CONTROL, Unauthorized } from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry, Value } from 'wixt/compat';

export class AccessControlObject implements ObjectEnabler {
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
        // Object: 1, 3 and 4.
        val = Integer([1, 3, 4][instanceId]);
        break;

      case 1:
        val = Integer(instanceId === 0 ? 1 : 0);
        break;

      case 2:
        // Default rights: read.
        val = MultipleIntegers(Integer(1));
        break;

      case 3:
        val = Integer(1);
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

export function newExampleAccessControlObject(reg: Registry): AccessControlObject {
  return new AccessControlObject(reg.getDefinition(OMA_OBJECT_LWM2M_ACCESS_CONTROL));
}
