/**
 * IPSO sensors (Temperature 3303, Humidity 3304, Voltage 3316 and others with these resources): the measured value, and the lowest
 * and highest since the start or the last reset. The OMA registry has the object definitions.
 */
import { FEATURE_WRITE } from '../features';
import type { Handlers, LwM2mObject } from '../lwm2m/model';
import { MAX_MEASURED_VALUE, MIN_MEASURED_VALUE, RESET_MIN_AND_MAX_MEASURED_VALUES, SENSOR_VALUE } from './generated/temperature';
import { NEVER_MS } from './poll';
import type { Later, Teller } from './poll';
import { clearStored, object, readStored, set, writeStored } from './stored';
import type { Instances, Model, StoredObject } from './stored';
import type { ResourceOf, ResourcesOf, Unknown } from './typed';

/** Instances of an object, each with its Sensor Value. An object without that resource has none. */
export type Sensors<T> = string extends T[keyof T]
  ? Instances
  : T extends { 5700: infer D }
    ? D extends `${string} float`
      ? { [instance: number]: ResourcesOf<T> & { 5700: ResourceOf<D> } }
      : never
    : never;

export interface SensorObject<T = Unknown> extends StoredObject<T>, Later {
  /** Instances whose extremes a server has reset, not yet notified. */
  _reset: number[];
}

// The table has one executable resource.
function executeSensor(o: LwM2mObject, instance: number): void {
  const all = (o as SensorObject)._values[instance];
  all[MIN_MEASURED_VALUE] = all[MAX_MEASURED_VALUE] = all[SENSOR_VALUE];
  (o as SensorObject)._reset.push(instance);
  (o as SensorObject).poll = pollSensor;
}

function tellExtremes(d: Teller, o: LwM2mObject, instance: number): void {
  d.changed(o.id, instance, MIN_MEASURED_VALUE);
  d.changed(o.id, instance, MAX_MEASURED_VALUE);
}

function pollSensor(o: LwM2mObject, d: Teller): number {
  const list = (o as SensorObject)._reset;
  (o as SensorObject).poll = undefined;
  while (list.length) tellExtremes(d, o, list.pop()!);
  return NEVER_MS;
}

const SENSOR: Handlers = { read: readStored, write: FEATURE_WRITE ? writeStored : undefined, clear: FEATURE_WRITE ? clearStored : undefined, execute: executeSensor };

function sensorHandlers(): Handlers {
  return SENSOR;
}

/**
 * Creates a sensor object: `sensor(Temperature.model(), { 0: { [Temperature.SENSOR_VALUE]: 21.5, [Temperature.SENSOR_UNITS]: 'Cel' } })`.
 * Each instance needs an initial Sensor Value; the extremes and their reset are added.
 */
export function sensor<T = Unknown>(model: Model<T>, instances: NoInfer<Sensors<T>>): SensorObject<T> {
  for (const k in instances) {
    const all = (instances as Instances)[k];
    if (all[MIN_MEASURED_VALUE] === undefined) all[MIN_MEASURED_VALUE] = all[SENSOR_VALUE];
    if (all[MAX_MEASURED_VALUE] === undefined) all[MAX_MEASURED_VALUE] = all[SENSOR_VALUE];
    all[RESET_MIN_AND_MAX_MEASURED_VALUES] = 0;
  }
  const o = object(model as Model, instances as Instances) as SensorObject<T>;
  o._reset = [];
  o.handlers = sensorHandlers;
  return o;
}

/** Takes a sample, in the unit of the sensor: sets the value, and the extremes if it exceeds them. NaN, as from a failed sensor, is ignored. */
export function measure<T>(d: Teller, o: SensorObject<T>, instance: number, value: number): void {
  // Ignores infinities, too.
  if (value - value !== 0) return;
  const s = o as SensorObject;
  const all = s._values[instance];
  set(d, s, instance, SENSOR_VALUE, value);
  if (value < (all[MIN_MEASURED_VALUE] as number)) set(d, s, instance, MIN_MEASURED_VALUE, value);
  if (value > (all[MAX_MEASURED_VALUE] as number)) set(d, s, instance, MAX_MEASURED_VALUE, value);
}
