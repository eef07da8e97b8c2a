/** Host names, for adapters whose engine looks them up one at a time and for IPv4 only. */

/** What an adapter remembers of a look-up. */
export interface Names {
  /** The name that is looked up, and what was found: null when there is no such name. */
  _host?: string;
  _found?: string | null;
}

/** Whether it is an IPv4 literal. No name ends in a digit (RFC 3696 2). */
export function isLiteral(host: string): boolean {
  const last = host.charCodeAt(host.length - 1);
  return last > 47 && last < 58 && host.indexOf(':') < 0;
}

/** What `resolve` answers; `lookUp` begins a look-up, and puts `_found` in when it ends, which is never at once. */
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
  // Another is being looked up: its turn comes.
  if (u._host !== host || u._found === undefined) return undefined;
  u._host = undefined;
  return u._found;
}
