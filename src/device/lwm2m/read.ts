/** Read: LwM2M 1.0.2 section 5.4.1. */
import { FEATURE_OPAQUE, FEATURE_TEXT } from '../features';
import { CODE_METHOD_NOT_ALLOWED, CODE_NOT_ACCEPTABLE, FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../wire/coap';
import { META_READ, META_TYPE, TYPE_OPAQUE } from '../wire/types';
import type { Client, Path } from './model';
import { putPayload } from './payload';

/** The format in which the path that `aim` found is read when the request accepts `accept` (-1: any), or -1 when there is none. */
export function chooseFormat(c: Client, accept: number): number {
  const type = c._meta & META_TYPE;
  const single = c._single;
  const best = !single ? FORMAT_TLV : FEATURE_OPAQUE && type === TYPE_OPAQUE ? FORMAT_OPAQUE : FEATURE_TEXT ? FORMAT_TEXT : FORMAT_TLV;
  return accept < 0 || accept === best ? best : accept === FORMAT_TLV || (FEATURE_TEXT && accept === FORMAT_TEXT && single) ? accept : -1;
}

/** Writes what path `p`, which `aim` has found, shows to a request or notification with _accept and _block2: checks first. Returns the code. */
export function read(c: Client, p: Path, observe: number): number {
  const format = chooseFormat(c, c._accept);
  if (p._n > 2 && !(c._meta & META_READ)) return CODE_METHOD_NOT_ALLOWED;
  if (format < 0) return CODE_NOT_ACCEPTABLE;
  return putPayload(c, p, format, observe, c._block2);
}
