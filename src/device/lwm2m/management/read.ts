/** Read: LwM2M 1.0.2 section 5.4.1. */
import { FEATURE_OPAQUE, FEATURE_TEXT } from '../../features';
import { CODE_METHOD_NOT_ALLOWED, CODE_NOT_ACCEPTABLE, FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../../wire/coap';
import { META_READ, META_TYPE, TYPE_OPAQUE } from '../../formats/types';
import type { Client } from '../model';
import { putPayload } from './payload';
import type { Path } from '../path';

/** Checks and writes the representation of `p`, resolved by `aim`, for a request or notification with _accept and _block2. Returns the code. */
export function read(c: Client, p: Path, observe: number): number {
  const type = c._meta & META_TYPE;
  let format = !c._single ? FORMAT_TLV : FEATURE_OPAQUE && type === TYPE_OPAQUE ? FORMAT_OPAQUE : FEATURE_TEXT ? FORMAT_TEXT : FORMAT_TLV;
  if (p._n > 2 && !(c._meta & META_READ)) return CODE_METHOD_NOT_ALLOWED;
  if (c._accept >= 0 && c._accept !== format) {
    format = c._accept;
    if (format !== FORMAT_TLV && !(FEATURE_TEXT && format === FORMAT_TEXT && c._single)) return CODE_NOT_ACCEPTABLE;
  }
  return putPayload(c, p, format, observe, c._block2);
}
