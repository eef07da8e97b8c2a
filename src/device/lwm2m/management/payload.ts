/** Payloads: what a path shows, a discovery, the list of objects, each whole or as one block of it (RFC 7959). */
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

/** The value at a path of resource or resource instance; undefined when it is absent. */
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
        // Nothing was written: it is none, and asked for again the program hears of it.
        if (at === from) readRight(c, id, r, meta);
      }
    }
  }
  return at;
}

// Instances with their heads. The length stands before what it counts, so a head is guessed, and instance and head are made again
// when the guess was wrong: that moves no bytes, costs nothing when right, and 8 to 255 bytes is nearly always right.
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
 * Writes options and payload behind what has been written of a message: what path `p`, which `aim` has found, shows to `s`; without a
 * path the list of objects of a registration. Whole, or the block that `block` is the option of (-1: none asked for, whole if it
 * fits). `observe` ≥ 0 goes into an Observe option. Returns 2.05 or the code of what is wrong.
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
    // Read once for both passes: a stream may be expensive to open. Of what is not there no link is no answer to a Discover.
    v = readRight(c, p._i, p._r, c._meta);
    if (FEATURE_MULTIPLE && p._n > 3 && format !== FORMAT_LINK && v !== undefined) v = (v as Value[])[p._m];
    if (v === undefined) return c._object.refused || CODE_NOT_FOUND;
    // What has no text in this build: TLV carries it.
    if (FEATURE_TEXT && !(FEATURE_WIDE_TEXT && FEATURE_BASE64) && format === FORMAT_TEXT && typeof v === 'object' && !(type === TYPE_OPAQUE ? FEATURE_BASE64 : FEATURE_WIDE_TEXT)) return CODE_NOT_ACCEPTABLE;
  }
  // The first pass writes it whole and tells how long that is; when it has to go in blocks, a second one makes the block. A block that
  // is asked for is nearly always one more of what went in blocks last: then the length is known, and the first pass makes it.
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
  // What is known to have changed, and what has moved by itself: see _sum (RFC 7959 2.4).
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
