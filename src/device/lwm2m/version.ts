/** Versions of representations, sent as ETags, tell whether one has changed since its first block: RFC 7252 5.10.6, RFC 7959 2.4. */
import type { Client } from './model';
import type { Path } from './path';

/** Representations that may be in block-wise transfer at a time. */
export const LIMIT_VERSIONS = 8;

/**
 * Returns the version of the representation at `p`: an ETag belongs to one representation (RFC 7252 5.10.6), of which no copy is kept. Each place
 * in _versions has four numbers: object, instance, resource (65535 when absent), and the version, which `renew` changes. The number before them
 * counts the places assigned. A representation that lost its place to a later one gets a new version.
 */
export function versionOf(c: Client, p: Path): number {
  const v = c._versions;
  const i = p._n > 1 ? p._i : 65535;
  const r = p._n > 2 ? p._r : 65535;
  let k = 1;
  while (k < v.length && (v[k] !== p._o || v[k + 1] !== i || v[k + 2] !== r)) k += 4;
  if (k >= v.length) {
    v[0]++;
    k = (v[0] % LIMIT_VERSIONS) * 4 + 1;
    v[k] = p._o;
    v[k + 1] = i;
    v[k + 2] = r;
    v[k + 3] = v[0] * 997;
  }
  return v[k + 3];
}

/** Changes the version of every representation that includes `o`/`i`/`r` (`i`, `r` < 0: several) (RFC 7959 2.4). */
export function renew(c: Client, o: number, i: number, r: number): void {
  const v = c._versions;
  for (let k = v.length; k > 1; ) {
    k -= 4;
    if (v[k] === o && (i < 0 || v[k + 1] === i || v[k + 1] > 65534) && (r < 0 || v[k + 2] === r || v[k + 2] > 65534)) v[k + 3]++;
  }
}
