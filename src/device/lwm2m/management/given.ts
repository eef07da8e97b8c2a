/** Checks values of the program, so that no malformed one is sent. */
import { FEATURE_MULTIPLE } from '../../features';
import { META_MULTIPLE, META_TYPE } from '../../formats/types';
import { FAR, putInstances, sizeValue } from '../../formats/value';
import type { Multiple, Value } from '../../formats/value';
import { emit, handlersOf } from '../model';
import type { Client } from '../model';

/** Returns the value, or all instances, of a resource of c._object; undefined when it is absent, or when the program's value is invalid: then the event "error" has its path. */
export function readRight(c: Client, instance: number, resource: number, meta: number): Value | Multiple | undefined {
  const v = handlersOf(c._object).read(c._object, instance, resource);
  const type = meta & META_TYPE;
  if (v === undefined || (FEATURE_MULTIPLE && meta & META_MULTIPLE ? putInstances(c, FAR, type, v as Multiple) : sizeValue(type, v as Value)) >= 0) return v;
  emit(c, 'error', '/' + c._object.id + '/' + instance + '/' + resource);
  return undefined;
}
