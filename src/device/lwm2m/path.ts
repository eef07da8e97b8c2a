/** Paths of objects, instances, resources and their instances: LwM2M 1.0.2 section 6.2.1. */
import { FEATURE_MULTIPLE } from '../features';

/** A path as a request, an observation or attributes have it: the first _n of the four ids count. */
export interface Path {
  /** Ids given, 0 to 4; 5 and more: not a path of LwM2M. */
  _n: number;
  _o: number;
  _i: number;
  _r: number;
  _m: number;
}

/** Is `a`, with an id or more, the path `p` or one above it? */
export function isAbove(a: Path, p: Path): boolean {
  const n = a._n;
  return n <= p._n && a._o === p._o && (n < 2 || a._i === p._i) && (n < 3 || a._r === p._r) && (!FEATURE_MULTIPLE || n < 4 || a._m === p._m);
}

/** The path as text, "/3/0/9". */
export function pathOf(p: Path): string {
  return '/' + p._o + (p._n > 1 ? '/' + p._i + (p._n > 2 ? '/' + p._r + (p._n > 3 ? '/' + p._m : '') : '') : '');
}

/** Makes `to` the path `from`. */
export function copyPath(to: Path, from: Path): void {
  to._n = from._n;
  to._o = from._o;
  to._i = from._i;
  to._r = from._r;
  to._m = from._m;
}
