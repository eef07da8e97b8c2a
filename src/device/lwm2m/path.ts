/** Paths of objects, instances, resources and their instances: LwM2M 1.0.2 section 6.2.1. */
import { FEATURE_MULTIPLE } from '../features';

/** The path of a request, an observation or attributes: the first _n of its four ids count. */
export interface Path {
  /** Number of ids, 0 to 4; 5 and more: not an LwM2M path. */
  _n: number;
  _o: number;
  _i: number;
  _r: number;
  _m: number;
}

/** Whether `a`, of at least one id, is the path `p` or above it. */
export function isAbove(a: Path, p: Path): boolean {
  const n = a._n;
  return n <= p._n && a._o === p._o && (n < 2 || a._i === p._i) && (n < 3 || a._r === p._r) && (!FEATURE_MULTIPLE || n < 4 || a._m === p._m);
}

/** Returns the path as text, "/3/0/9". */
export function pathOf(p: Path): string {
  return '/' + p._o + (p._n > 1 ? '/' + p._i + (p._n > 2 ? '/' + p._r + (p._n > 3 ? '/' + p._m : '') : '') : '');
}

/** Copies path `from` to `to`. */
export function copyPath(to: Path, from: Path): void {
  to._n = from._n;
  to._o = from._o;
  to._i = from._i;
  to._r = from._r;
  to._m = from._m;
}
