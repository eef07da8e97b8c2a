/** Write-Attributes and what the attributes of a path are: LwM2M 1.0.2 sections 5.1.2 and 5.4.4. */
import { FEATURE_ATTRIBUTES, LIMIT_ATTRIBUTES } from '../features';
import { OPTION_URI_QUERY, CODE_BAD_REQUEST, CODE_CHANGED, CODE_SERVICE_UNAVAILABLE, takeOption } from '../wire/coap';
import { putString, takeString } from '../wire/string';
import { takeNumber } from '../wire/text';
import { META_TYPE, TYPE_FLOAT, TYPE_INTEGER, TYPE_UNSIGNED } from '../wire/types';
import { isSame } from './model';
import type { Attributes, Client, Path } from './model';

// Positions in the list of values: the periods come first, what is for numbers last.
export const ATTRIBUTE_PMIN = 0;
export const ATTRIBUTE_PMAX = 1;
export const ATTRIBUTE_GT = 4;
export const ATTRIBUTE_LT = 5;
export const ATTRIBUTE_ST = 6;
const COUNT = 7;

// Made when asked for: rarely, and an array that stays costs eight JsVars.
function names(): string[] {
  return ['pmin', 'pmax', 'epmin', 'epmax', 'gt', 'lt', 'st'];
}

/** The slot of the attributes that `s` has set on just the first `n` ids of `p`, or undefined. */
export function findAttributes(c: Client, p: Path, n: number): Attributes | undefined {
  const s = c._peer;
  for (let i = c._attributes.length, a; i--; ) {
    a = c._attributes[i];
    if (a._server === s && a._n === n && isSame(a, p, n)) return a;
  }
}

/** Attribute `k` as it is in force at `p`: its own, or that of the nearest level above that has one; undefined when none has. */
export function attributeOf(c: Client, p: Path, k: number): number | undefined {
  let a;
  if (FEATURE_ATTRIBUTES)
    for (let n = c._attributes.length && p._n; n; n--) {
      a = findAttributes(c, p, n);
      if (a && a._values[k] !== undefined) return a._values[k];
    }
}

/** Writes the attributes of the first `n` ids of `p` as link attributes: with those inherited, or only those set there. Returns the offset behind. */
export function putAttributes(c: Client, at: number, p: Path, n: number, inherited: boolean): number {
  const a = findAttributes(c, p, n);
  for (let k = 0; k < COUNT; k++) {
    const v = inherited ? attributeOf(c, p, k) : a ? a._values[k] : undefined;
    if (v !== undefined) at = putString(c, at, ';' + names()[k] + '=' + v);
  }
  return at;
}

/** Answers a Write-Attributes. Nothing is set when anything is wrong. Returns the code. */
export function writeAttributes(c: Client): number {
  const s = c._peer;
  const b = c._b;
  const type = c._meta & META_TYPE;
  const values: (number | undefined)[] = [];
  const given: number[] = [];
  let a = findAttributes(c, c, c._n);
  let from = c._query;
  let k;
  let v: number | undefined;
  for (k = 0; k < COUNT; k++) {
    values.push(a ? a._values[k] : undefined);
    given.push(0);
  }
  c._number = OPTION_URI_QUERY;
  c._length = c._queryLength;
  while (from > 0 && c._number === OPTION_URI_QUERY) {
    const at = from + c._length;
    let i = from;
    while (i < at && b[i] !== 61) i++;
    k = names().indexOf(takeString(b, from, i)!);
    // The thresholds are for single numbers, each attribute comes once, and each value is a number that is not below 0 for a period.
    if (k < 0 || given[k] || (k > 3 && (c._n < 3 || (type !== TYPE_INTEGER && type !== TYPE_FLOAT && type !== TYPE_UNSIGNED)))) return CODE_BAD_REQUEST;
    given[k] = 1;
    v = i < at ? takeNumber(b, i + 1, at, k > 3) : undefined;
    if (i < at && (v === undefined || (v < 0 && (k < 4 || k === ATTRIBUTE_ST)))) return CODE_BAD_REQUEST;
    values[k] = v;
    from = takeOption(c, b, at, c._to);
  }
  // lt < gt, and lt + 2 st < gt where all are there (LwM2M 1.0.2 5.1.2).
  k = values[ATTRIBUTE_LT];
  v = values[ATTRIBUTE_GT];
  if (k !== undefined && v !== undefined && k + 2 * (values[ATTRIBUTE_ST] || 0) >= v) return CODE_BAD_REQUEST;
  if (!a) {
    // A slot is made when attributes are set, which is seldom, and goes with the last of them.
    for (k = 0; k < c._attributes.length && c._attributes[k]._server; ) k++;
    if (k >= LIMIT_ATTRIBUTES) return CODE_SERVICE_UNAVAILABLE;
    if (k === c._attributes.length) c._attributes.push({ _server: s, _n: 0, _o: 0, _i: 0, _r: 0, _m: 0, _values: values });
    a = c._attributes[k];
    a._server = s;
    copyPath(a, c);
  }
  a._values = values;
  v = 0;
  for (k = 0; k < COUNT; k++) if (values[k] !== undefined) v = 1;
  if (!v) c._attributes.splice(c._attributes.indexOf(a), 1);
  return CODE_CHANGED;
}

export function copyPath(to: Path, from: Path): void {
  to._n = from._n;
  to._o = from._o;
  to._i = from._i;
  to._r = from._r;
  to._m = from._m;
}
