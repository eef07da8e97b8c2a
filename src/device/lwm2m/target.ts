/** From a path to the object and the metadata that it names. */
import { FEATURE_MULTIPLE } from '../features';
import { CODE_NOT_FOUND } from '../wire/coap';
import { META_MULTIPLE } from '../wire/types';
import { findMeta, findObject } from './model';
import type { Client, LwM2mObject, Path } from './model';

/** Sets c._object, c._meta and c._single for `p`. Returns 0, or 4.04 when it names nothing that is there. */
export function aim(c: Client, p: Path): number {
  const o = findObject(c, p._o);
  c._meta = 0;
  if (!o || p._n > 4) return CODE_NOT_FOUND;
  c._object = o as LwM2mObject;
  if (p._n > 1 && o.instances.indexOf(p._i) < 0) return CODE_NOT_FOUND;
  if (p._n > 2) {
    c._meta = findMeta(o.table, p._r);
    if (!c._meta) return CODE_NOT_FOUND;
  }
  c._single = p._n > 3 || (p._n > 2 && !(FEATURE_MULTIPLE && c._meta & META_MULTIPLE));
  return 0;
}
