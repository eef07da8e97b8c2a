/** Read: LwM2M 1.0.2 section 5.4.1. */
import { FEATURE_MULTIPLE, FEATURE_OPAQUE, FEATURE_TEXT } from '../features';
import { CODE_METHOD_NOT_ALLOWED, CODE_NOT_ACCEPTABLE, CODE_NOT_FOUND, FORMAT_OPAQUE, FORMAT_TEXT, FORMAT_TLV } from '../wire/coap';
import { META_READ, META_TYPE, TYPE_OPAQUE } from '../wire/types';
import type { Multiple, Value } from '../wire/value';
import type { Client, LwM2mObject, Path, Server } from './model';
import { putPayload } from './payload';

/** The value at a path of resource or resource instance; undefined when it is absent. */
export function readValue(o: LwM2mObject, p: Path): Value | Multiple | undefined {
  let v = o.read(o, p._i, p._r);
  if (FEATURE_MULTIPLE && p._n > 3 && v !== undefined) v = (v as Value[])[p._m];
  return v;
}

/** The format in which the path that `aim` found is read when the request accepts `accept` (-1: any), or -1 when there is none. */
export function chooseFormat(c: Client, accept: number): number {
  const type = c._meta & META_TYPE;
  const single = c._single;
  const best = !single ? FORMAT_TLV : FEATURE_OPAQUE && type === TYPE_OPAQUE ? FORMAT_OPAQUE : FEATURE_TEXT ? FORMAT_TEXT : FORMAT_TLV;
  return accept < 0 || accept === best ? best : accept === FORMAT_TLV || (FEATURE_TEXT && accept === FORMAT_TEXT && single) ? accept : -1;
}

/** Writes the content of path `p` behind a header with token, as putPayload does. Returns the code. */
export function putContent(c: Client, s: Server, p: Path, format: number, observe: number, block: number): number {
  const v = p._n > 2 ? readValue(c._object, p) : 0;
  return v === undefined ? c._object.refused || CODE_NOT_FOUND : putPayload(c, s, p, format, observe, block, v);
}

/** Answers a GET for content: checks first, then the content. Returns the code. */
export function read(c: Client, s: Server, observe: number): number {
  const format = chooseFormat(c, c._accept);
  if (c._n > 2 && !(c._meta & META_READ)) return CODE_METHOD_NOT_ALLOWED;
  if (format < 0) return CODE_NOT_ACCEPTABLE;
  return putContent(c, s, c, format, observe, c._block2);
}
