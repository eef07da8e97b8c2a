/** Write: LwM2M 1.0.2 section 5.4.3. The whole request is checked before any of it is applied. */
import { FEATURE_MULTIPLE, FEATURE_OPAQUE, FEATURE_TEXT } from '../../features';
import {
  CODE_BAD_REQUEST,
  CODE_CHANGED,
  CODE_METHOD_NOT_ALLOWED,
  CODE_NOT_FOUND,
  CODE_UNSUPPORTED_CONTENT_FORMAT,
  FORMAT_OPAQUE,
  FORMAT_TEXT,
  FORMAT_TLV,
} from '../../wire/coap';
import { takeText } from '../../formats/text';
import { takeTlv, TLV_MULTIPLE, TLV_OBJECT_INSTANCE, TLV_RESOURCE, TLV_RESOURCE_INSTANCE } from '../../formats/tlv';
import { META_MULTIPLE, META_TYPE, META_WRITE, TYPE_OPAQUE } from '../../formats/types';
import { takeValue } from '../../formats/value';
import type { Multiple, Value } from '../../formats/value';
import { findMeta, handlersOf } from '../model';
import type { Client } from '../model';
import { changed } from '../reporting/notify';
import { isChunked, writeChunk } from '../transfer';

/** Only check; call no handler. */
export const MODE_CHECK = 0;
/** Pass the values to the handler: as a Replace, or as a Partial Update. */
export const MODE_REPLACE = 1;
export const MODE_UPDATE = 2;

/**
 * Checks or applies the TLV resources from `at` to the end of the payload, for instance `id`. A Create, whose path is an object, skips
 * read-only and unknown resources. Returns 0 or a code.
 */
export function applyTlv(c: Client, id: number, at: number, mode: number): number {
  const o = c._object;
  const handlers = handlersOf(o);
  const b = c._payload;
  const end = c._to;
  let next;
  let meta;
  let r;
  let v: Value | Multiple | undefined;
  let code;
  for (; at < end; at = next) {
    next = takeTlv(c, b, at, end);
    r = c._id;
    if (next < 0 || !(c._kind & TLV_MULTIPLE) || (c._n > 2 && r !== c._r)) return CODE_BAD_REQUEST;
    meta = findMeta(o.table, r);
    if (!(meta & META_WRITE)) {
      if (c._n > 1) return meta ? CODE_METHOD_NOT_ALLOWED : CODE_NOT_FOUND;
      continue;
    }
    if (c._kind !== (FEATURE_MULTIPLE && meta & META_MULTIPLE ? TLV_MULTIPLE : TLV_RESOURCE)) return CODE_BAD_REQUEST;
    if (FEATURE_MULTIPLE && meta & META_MULTIPLE) {
      const several: { [id: string]: Value } = {};
      for (let i = c._value; i < next; ) {
        i = takeTlv(c, b, i, next);
        v = i < 0 || (c._kind as number) !== TLV_RESOURCE_INSTANCE ? undefined : takeValue(meta & META_TYPE, b, c._value, i);
        if (v === undefined) return CODE_BAD_REQUEST;
        several[c._id] = v as Value;
      }
      v = several;
    } else v = takeValue(meta & META_TYPE, b, c._value, next);
    if (v === undefined) return CODE_BAD_REQUEST;
    if (mode) {
      code = handlers.write!(o, id, r, v, mode < MODE_UPDATE);
      if (code) return code;
    }
  }
  return 0;
}

/** Answers a Write: `replace` for PUT, else Partial Update. Returns the code. */
export function write(c: Client, replace: boolean): number {
  const o = c._object;
  const handlers = handlersOf(o);
  const single = c._single;
  // Without a Content-Format (1.0 servers omit it for text) the path decides.
  const format = c._format < 0 ? (single ? FORMAT_TEXT : FORMAT_TLV) : c._format;
  const type = c._meta & META_TYPE;
  let at = c._at;
  let v: Value | Multiple | undefined;
  let code: number | void;
  if (!handlers.write || (c._n > 2 && !(c._meta & META_WRITE))) return CODE_METHOD_NOT_ALLOWED;
  if (c._format < 0 && at >= c._to) return CODE_BAD_REQUEST;
  if (type === TYPE_OPAQUE && (format === FORMAT_TLV || format === FORMAT_OPAQUE) && isChunked(c)) code = writeChunk(c, format);
  else if (format === FORMAT_TLV && c._n < 4) {
    if (c._n < 3 && at < c._to) {
      // Some servers wrap the resources in their instance.
      v = takeTlv(c, c._payload, at, c._to);
      if (v === c._to && c._kind === TLV_OBJECT_INSTANCE && c._id === c._i) at = c._value;
    }
    if (c._n > 2 && takeTlv(c, c._payload, at, c._to) !== c._to) return CODE_BAD_REQUEST;
    code = applyTlv(c, c._i, at, MODE_CHECK);
    if (code) return code;
    if (replace && c._n < 3 && handlers.clear) handlers.clear(o, c._i);
    code = applyTlv(c, c._i, at, replace ? MODE_REPLACE : MODE_UPDATE);
  } else {
    if (!single || !((FEATURE_TEXT && format === FORMAT_TEXT) || (FEATURE_OPAQUE && format === FORMAT_OPAQUE && type === TYPE_OPAQUE))) return CODE_UNSUPPORTED_CONTENT_FORMAT;
    v = (FEATURE_TEXT && format === FORMAT_TEXT ? takeText : takeValue)(type, c._payload, at, c._to);
    if (v === undefined) return CODE_BAD_REQUEST;
    if (FEATURE_MULTIPLE && c._n > 3) {
      const one: Multiple = {};
      one[c._m] = v;
      code = handlers.write(o, c._i, c._r, one, false);
    } else code = handlers.write(o, c._i, c._r, v, true);
  }
  if (!code) changed(c, c._o, c._i, c._n > 2 ? c._r : -1);
  return code || CODE_CHANGED;
}
