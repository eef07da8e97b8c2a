/** Payloads: the representation of a path, a discovery or the list of objects, whole or as one block (RFC 7959). */
import {
  FEATURE_BASE64,
  FEATURE_BLOCK2,
  FEATURE_DISCOVER,
  FEATURE_MULTIPLE,
  FEATURE_OBJECT_READ,
  FEATURE_OPAQUE,
  FEATURE_REGISTER_BLOCK1,
  FEATURE_SERVERS,
  FEATURE_TEXT,
  FEATURE_WIDE_TEXT,
  LIMIT_DATAGRAM,
} from '../../features';
import { addUint } from '../../coap/endpoint';
import { encodeBlock, offsetOf } from '../../wire/block';
import {
  CODE_BAD_REQUEST,
  CODE_CONTENT,
  CODE_INTERNAL_SERVER_ERROR,
  CODE_NOT_ACCEPTABLE,
  CODE_NOT_FOUND,
  FORMAT_LINK,
  FORMAT_OPAQUE,
  FORMAT_TEXT,
  OPTION_BLOCK1,
  OPTION_BLOCK2,
  OPTION_CONTENT_FORMAT,
  OPTION_ETAG,
  OPTION_OBSERVE,
  putOption,
} from '../../wire/coap';
import { putBytes, putInt } from '../../wire/numbers';
import type { Bytes } from '../../wire/numbers';
import { putText } from '../../formats/text';
import { putTlv, sizeTlv, TLV_OBJECT_INSTANCE, TLV_RESOURCE, TLV_RESOURCE_INSTANCE } from '../../formats/tlv';
import { META_MULTIPLE, META_READ, META_TYPE, TYPE_OPAQUE } from '../../formats/types';
import { putMultiple, putOne } from '../../formats/value';
import type { Multiple, Value } from '../../formats/value';
import { isAllowed } from '../access';
import { putDiscovery, putObjects } from './discover';
import { readRight } from './given';
import { ACCESS_READ, handlersOf } from '../model';
import type { Client, LwM2mObject } from '../model';
import { putQueries } from '../registration/queries';
import { versionOf } from '../version';
import type { Path } from '../path';

/** Returns the value of a resource or resource instance; undefined when it is absent. */
export function readValue(o: LwM2mObject, p: Path): Value | Multiple | undefined {
  const v = handlersOf(o).read(o, p._i, p._r);
  return FEATURE_MULTIPLE && p._n > 3 && v !== undefined ? (v as Value[])[p._m] : v;
}

export function putInstance(c: Client, at: number, o: LwM2mObject, id: number): number {
  const t = o.table;
  const n = t.length;
  const handlers = handlersOf(o);
  let meta;
  let r;
  let v;
  let from;
  for (let i = 0; i < n; i += 2) {
    meta = t[i + 1];
    if (meta & META_READ) {
      r = t[i];
      v = handlers.read(o, id, r);
      if (v !== undefined) {
        from = at;
        at = FEATURE_MULTIPLE && meta & META_MULTIPLE ? putMultiple(c, at, r, meta & META_TYPE, v as Multiple) : putOne(c, at, TLV_RESOURCE, r, meta & META_TYPE, v as Value);
        // Nothing was written: the value is invalid, and readRight reports it.
        if (at === from) readRight(c, id, r, meta);
      }
    }
  }
  return at;
}

// Writes instances with their heads. A head holds the length of what follows, so it is guessed, and written again with the instance if
// the guess was wrong. That moves no bytes, and the guess, 8 to 255 bytes, is nearly always right.
function putObject(c: Client, at: number, o: LwM2mObject): number {
  let head;
  let end;
  let n;
  for (let i = 0; i < o.instances.length; i++) {
    const id = o.instances[i];
    if (FEATURE_SERVERS && !isAllowed(c, o.id, id, ACCESS_READ)) continue;
    n = 8;
    do {
      head = sizeTlv(id, n) - n;
      end = putInstance(c, at + head, o, id);
      n = end - at - head;
    } while (head !== sizeTlv(id, n) - n);
    putTlv(c, at, TLV_OBJECT_INSTANCE, id, n);
    at = end;
  }
  return at;
}

/**
 * Appends options and payload to the message: the representation of `p`, resolved by `aim`, for the current server; without `p` the list of
 * objects of a registration. Whole, or the block of Block2 option `block` (-1: absent, whole if it fits). `observe` ≥ 0 becomes an Observe
 * option. Returns 2.05 or the code of an error.
 */
export function putPayload(c: Client, p: Path | undefined, format: number, observe: number, block: number): number {
  const start = c._end;
  const last = c._last;
  const blocks = p ? FEATURE_BLOCK2 : FEATURE_REGISTER_BLOCK1;
  let szx = FEATURE_BLOCK2 || FEATURE_REGISTER_BLOCK1 ? c._szx : 0;
  let offset = 0;
  let total = -1;
  let pass = 0;
  let tag = 0;
  const type = c._meta & META_TYPE;
  let v;
  let at;
  let n;
  if (blocks && block >= 0) {
    offset = offsetOf(block);
    total = c._total;
    if ((block & 7) < szx) szx = block & 7;
  }
  if (p && p._n > 2 && c._meta & META_READ) {
    // Read once for both passes: a stream may be expensive to open. A Discover of an absent resource is an error, not an empty list.
    v = readRight(c, p._i, p._r, c._meta);
    if (FEATURE_MULTIPLE && p._n > 3 && format !== FORMAT_LINK && v !== undefined) v = (v as Value[])[p._m];
    if (v === undefined) return c._object.refused || CODE_NOT_FOUND;
    // Types without a text form in this build: use TLV.
    if (FEATURE_TEXT && !(FEATURE_WIDE_TEXT && FEATURE_BASE64) && format === FORMAT_TEXT && typeof v === 'object' && !(type === TYPE_OPAQUE ? FEATURE_BASE64 : FEATURE_WIDE_TEXT)) return CODE_NOT_ACCEPTABLE;
  }
  // The first pass writes the whole and finds its length; if it needs blocks, a second pass writes the block. A requested block nearly
  // always continues the last transfer: then the length is known, and the first pass writes the block.
  for (; ; pass++) {
    if (pass) {
      c._end = start;
      c._last = last;
    }
    c._sum = -1;
    if (FEATURE_BLOCK2 && p && total >= 0) {
      tag = putOption(c._b, c._end, OPTION_ETAG, 4);
      c._end = tag + 4;
      c._last = OPTION_ETAG;
      c._sum = 0;
    }
    if (observe >= 0) addUint(c, OPTION_OBSERVE, observe);
    addUint(c, OPTION_CONTENT_FORMAT, format);
    if (!p) putQueries(c);
    c._hi = LIMIT_DATAGRAM;
    if (blocks && total >= 0) {
      addUint(c, p ? OPTION_BLOCK2 : OPTION_BLOCK1, encodeBlock(offset, offset + (16 << szx) < total, szx));
      n = c._end + 1 + (16 << szx);
      if (n < LIMIT_DATAGRAM) c._hi = n;
    }
    at = c._end + 1;
    c._lo = at;
    at -= offset;
    if (!p) at = putObjects(c, at);
    else if (FEATURE_DISCOVER && format === FORMAT_LINK) at = putDiscovery(c, at);
    else if (p._n < 3) at = FEATURE_OBJECT_READ && p._n < 2 ? putObject(c, at, c._object) : putInstance(c, at, c._object, p._i);
    else if (FEATURE_TEXT && format === FORMAT_TEXT) at = putText(c, at, type, v as Value);
    else if (FEATURE_OPAQUE && format === FORMAT_OPAQUE) at = putBytes(c, at, v as Bytes);
    else if (FEATURE_MULTIPLE && !c._single) at = putMultiple(c, at, p._r, type, v as Multiple);
    else at = putOne(c, at, FEATURE_MULTIPLE && p._n > 3 ? TLV_RESOURCE_INSTANCE : TLV_RESOURCE, FEATURE_MULTIPLE && p._n > 3 ? p._m : p._r, type, v as Value);
    n = at - c._lo + offset;
    if (!blocks || pass || (block < 0 && at <= LIMIT_DATAGRAM && n <= c._plain)) break;
    if (offset && offset >= n) return CODE_BAD_REQUEST;
    if (n === total) break;
    total = c._total = n;
  }
  if (!blocks && at > LIMIT_DATAGRAM) return CODE_INTERNAL_SERVER_ERROR;
  // Both announced changes and silent ones change the ETag: see _sum (RFC 7959 2.4).
  if (FEATURE_BLOCK2 && tag) {
    const version = versionOf(c, p!);
    putInt(c._b, putInt(c._b, tag, version, 2), c._sum! + n, 2);
  }
  if (at > c._hi) at = c._hi;
  if (at > c._lo) {
    c._b[c._lo - 1] = 255;
    c._end = at;
  }
  return CODE_CONTENT;
}
