/** Object 5: idle, and it stays so. For one that works see `firmwareUpdate` of wixt/objects. */
import { Content, Integer, MethodNotAllowed, OMA_OBJECT_LWM2M_FIRMWARE_UPDATE, String, Unauthorized } from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry, Value } from 'wixt/compat';

export class FirmwareUpdateObject implements ObjectEnabler {
  model: ObjectDefinition | undefined;

  constructor(model: ObjectDefinition | undefined) {
    this.model = model;
  }

  onExecute(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    // There is nothing to update with: Update needs the state Downloaded.
    return MethodNotAllowed();
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
      case 1:
        val = String('');
        break;

      case 3:
      case 5:
        val = Integer(0);
        break;

      case 9:
        // Push only
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

export function newExampleFirmwareUpdateObject(reg: Registry): FirmwareUpdateObject {
  return new FirmwareUpdateObject(reg.getDefinition(OMA_OBJECT_LWM2M_FIRMWARE_UPDATE));
}
