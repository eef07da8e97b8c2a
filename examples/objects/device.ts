/** Object 3, line by line. */
import {
  BINDINGMODE_UDP, Changed, Content, Created, Deleted, Empty, Integer, MultipleIntegers, NotFound, OMA_OBJECT_LWM2M_DEVICE, POWERSOURCE_INTERNAL,
  POWERSOURCE_USB, String, Time,
} from 'wixt/compat';
import type { Lwm2mRequest, Lwm2mResponse, ObjectDefinition, ObjectEnabler, Registry, Value } from 'wixt/compat';

export class DeviceObject implements ObjectEnabler {
  model: ObjectDefinition | undefined;
  currentTime: Date;
  utcOffset: string;
  timeZone: string;

  constructor(model: ObjectDefinition | undefined, currentTime: Date, utcOffset: string, timeZone: string) {
    this.model = model;
    this.currentTime = currentTime;
    this.utcOffset = utcOffset;
    this.timeZone = timeZone;
  }

  onExecute(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Changed();
  }

  onCreate(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Created();
  }

  onDelete(instanceId: number, req: Lwm2mRequest): Lwm2mResponse {
    return Deleted();
  }

  onRead(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    if (resourceId === -1) {
      // Read Object Instance
    } else {
      // Read Resource Instance
      let val: Value | undefined;

      switch (resourceId) {
        case 0:
          val = String('Open Mobile Alliance');
          break;

        case 1:
          val = String('Lightweight M2M Client');
          break;

        case 2:
          val = String('345000123');
          break;

        case 3:
          val = String('1.0');
          break;

        case 6:
          val = Integer(POWERSOURCE_INTERNAL, POWERSOURCE_USB);
          break;

        case 7:
          val = Integer(3800, 5000);
          break;

        case 8:
          val = Integer(125, 900);
          break;

        case 9:
          val = Integer(100);
          break;

        case 10:
          val = Integer(15);
          break;

        case 11:
          val = MultipleIntegers(Integer(0));
          break;

        case 13:
          val = Time(this.currentTime);
          break;

        case 14:
          val = String(this.utcOffset);
          break;

        case 15:
          val = String(this.timeZone);
          break;

        case 16:
          val = String(BINDINGMODE_UDP);
          break;

        default:
          break;
      }
      return Content(val);
    }
    return NotFound();
  }

  onWrite(instanceId: number, resourceId: number, req: Lwm2mRequest): Lwm2mResponse {
    const val = req.getMessage().payload;

    switch (resourceId) {
      case 13:
        break;

      case 14:
        this.utcOffset = val.string();
        break;

      case 15:
        this.timeZone = val.string();
        break;

      default:
        return NotFound();
    }
    return Changed();
  }

  reboot(): Value {
    return Empty();
  }

  factoryReset(): Value {
    return Empty();
  }

  resetErrorCode(): string {
    return '';
  }
}

export function newExampleDeviceObject(reg: Registry): DeviceObject {
  return new DeviceObject(reg.getDefinition(OMA_OBJECT_LWM2M_DEVICE), new Date(1367491215 * 1000), '+02:00', '+02:00');
}
