/** Host names, for adapters whose engine resolves one at a time, and only to IPv4. */

/** State of an adapter's look-up. */
export interface Names {
  /** The name being looked up, and the result: null when there is no such name. */
  _host?: string;
  _found?: string | null;
}

/** Whether it is an IPv4 literal. No name ends in a digit (RFC 3696 2). */
export function isLiteral(host: string): boolean {
  const last = host.charCodeAt(host.length - 1);
  return last > 47 && last < 58 && host.indexOf(':') < 0;
}

/** Returns the answer of `resolve`. `lookUp` starts a look-up and sets `_found` when it ends, always asynchronously. */
export function resolveName<U extends Names>(u: U, host: string, lookUp: (u: U, host: string) => void): string | null | undefined {
  if (isLiteral(host)) return host;
  // An IPv4 address in an IPv6 one (RFC 4291 2.5.5.2).
  if (host.slice(0, 7) === '::ffff:' && host.indexOf('.') > 0) return host.slice(7);
  if (host.indexOf(':') >= 0) return null;
  if (!u._host) {
    u._host = host;
    u._found = undefined;
    lookUp(u, host);
  }
  // Wait for another look-up to end.
  if (u._host !== host || u._found === undefined) return undefined;
  u._host = undefined;
  return u._found;
}
