/** Write-Attributes, and the attributes of a path: LwM2M 1.0.2 sections 5.1.2 and 5.4.4. */
import { FEATURE_BLOCK2, LIMIT_ATTRIBUTES } from '../../features';
import { OPTION_URI_QUERY, CODE_BAD_REQUEST, CODE_CHANGED, CODE_SERVICE_UNAVAILABLE, takeOption } from '../../wire/coap';
import { putString, takeString } from '../../wire/string';
import { takeNumber } from '../../formats/text';
import { META_TYPE, TYPE_FLOAT, TYPE_INTEGER } from '../../formats/types';
import type { Attributes, Client } from '../model';
import { renew } from '../version';
import { isAbove } from '../path';
import type { Path } from '../path';

// In the order of Discover: 0 for periods, 1 for thresholds of numbers. Created on demand, which is rare: a permanent record costs eight JsVars.
function kinds(): Attributes['_values'] {
  return { pmin: 0, pmax: 0, epmin: 0, epmax: 0, gt: 1, lt: 1, st: 1 };
}

/** Returns attribute `name` that the current server has set at `p` or on the nearest level above, of at least `least` ids; `v` when absent. */
export function attributeOf(c: Client, p: Path, name: string, least?: number, v?: number): number | undefined {
  for (let i = c._attributes.length; i--; ) {
    const a = c._attributes[i];
    if (a._server === c._peer && !(a._n < least!) && a._values[name] !== undefined && isAbove(a, p)) {
      v = a._values[name];
      least = a._n;
    }
  }
  return v;
}

/** Writes the attributes at the first `n` ids of the request's path as link attributes, with or without inherited ones. Returns the offset behind. */
export function putAttributes(c: Client, at: number, n: number, inherited: boolean): number {
  const was = c._n;
  c._n = n;
  if (c._attributes.length)
    for (const name in /*@__NOINLINE__*/ kinds()) {
      const v = attributeOf(c, c, name, inherited ? 0 : n);
      if (v !== undefined) at = putString(c, at, ';' + name + '=' + v);
    }
  c._n = was;
  return at;
}

/** Answers a Write-Attributes, which sets all attributes or, on an error, none. Returns the code. */
export function writeAttributes(c: Client): number {
  const b = c._b;
  const type = c._meta & META_TYPE;
  const values: Attributes['_values'] = {};
  const left = /*@__NOINLINE__*/ kinds();
  const list = c._attributes;
  let slot = list.length;
  let from = c._query;
  let kind;
  let name;
  let v;
  while (slot-- && (list[slot]._server !== c._peer || list[slot]._n !== c._n || !isAbove(list[slot], c)));
  if (slot >= 0) for (name in list[slot]._values) values[name] = list[slot]._values[name];
  c._number = OPTION_URI_QUERY;
  c._length = c._queryLength;
  while (from > 0 && c._number === OPTION_URI_QUERY) {
    const at = from + c._length;
    let i = from;
    while (i < at && b[i] !== 61) i++;
    name = takeString(b, from, i)!;
    kind = left[name];
    // Thresholds apply to numbers (Integer, Unsigned, Float; a path above has no type). Each attribute may come once, with a number, not negative for a period.
    if (!(kind! >= 0) || (kind && (type < TYPE_INTEGER || type > TYPE_FLOAT))) return CODE_BAD_REQUEST;
    delete left[name];
    delete values[name];
    if (i < at) {
      v = takeNumber(b, i + 1, at, kind! > 0);
      if (v === undefined || (v < 0 && (!kind || name === 'st'))) return CODE_BAD_REQUEST;
      values[name] = v;
    }
    from = takeOption(c, b, at, c._to);
  }
  // lt < gt, and lt + 2 st < gt if all are set (LwM2M 1.0.2 5.1.2).
  if (values.lt! + 2 * (values.st || 0) >= values.gt!) return CODE_BAD_REQUEST;
  // A slot is allocated when attributes are set, which is rare, and freed with the last of them.
  kind = 0;
  for (name in values) kind = 1;
  if (slot >= 0) list.splice(slot, 1);
  if (kind) {
    if (list.length >= LIMIT_ATTRIBUTES) return CODE_SERVICE_UNAVAILABLE;
    list.push({ _server: c._peer, _n: c._n, _o: c._o, _i: c._i, _r: c._r, _m: c._m, _values: values });
  }
  if (FEATURE_BLOCK2) renew(c, c._o, c._n > 1 ? c._i : -1, c._n > 2 ? c._r : -1);
  return CODE_CHANGED;
}
