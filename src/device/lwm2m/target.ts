/** Resolves a path to its object and metadata. */
import { FEATURE_MULTIPLE } from '../features';
import { CODE_NOT_FOUND } from '../wire/coap';
import { META_MULTIPLE } from '../formats/types';
import { findMeta } from './model';
import type { Client } from './model';
import type { Path } from './path';

/** Sets c._object, c._meta and c._single for `p`. Returns 0, or 4.04 when `p` names nothing that exists. */
export function aim(c: Client, p: Path): number {
  const n = p._n;
  const list = c._objects;
  const id = p._o;
  let i = list.length;
  let meta = 0;
  let o;
  do {
    if (!i) return CODE_NOT_FOUND;
    o = list[--i];
  } while (o.id !== id);
  if (n > 4 || (n > 1 && o.instances.indexOf(p._i) < 0)) return CODE_NOT_FOUND;
  if (n > 2) {
    meta = findMeta(o.table, p._r);
    // A single resource has no instances.
    if (!meta || (n > 3 && !(FEATURE_MULTIPLE && meta & META_MULTIPLE))) return CODE_NOT_FOUND;
  }
  c._object = o;
  c._meta = meta;
  c._single = n > 3 || (n > 2 && !(FEATURE_MULTIPLE && meta & META_MULTIPLE));
  return 0;
}
