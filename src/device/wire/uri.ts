/** coap:// and coaps:// URIs of a server account: RFC 7252 6.1, 6.2. An LwM2M client ignores path and query. */

/** Host and port of a URI: filled by `takeUri`. */
export interface Authority {
  _host: string;
  _port: number;
}

/**
 * Reads host (lower case; an IPv6 literal without brackets, its zone behind a % and unchanged) and port into `a`. Returns whether `uri` is a
 * valid coap:// or coaps:// URI.
 */
export function takeUri(a: Authority, uri: string): boolean {
  const at = uri.indexOf('://') + 3;
  const scheme = uri.slice(0, at).toLowerCase();
  let port = scheme === 'coap://' ? 5683 : scheme === 'coaps://' ? 5684 : NaN;
  let end = at;
  // The host ends at a path, a query or a fragment (RFC 3986 3.2).
  while (end < uri.length && '/?#'.indexOf(uri.charAt(end)) < 0) end++;
  const s = uri.slice(at, end);
  const close = s.charAt(0) === '[' ? s.indexOf(']') : 0;
  let colon = s.indexOf(':', close);
  if (colon < 0) colon = s.length;
  let host = s.slice(close ? 1 : 0, close || colon);
  const zone = close ? host.indexOf('%') : -1;
  // A port has only digits (RFC 3986 3.2.3).
  if (colon + 1 < s.length)
    for (port -= port, end = colon + 1; end < s.length; end++) {
      const digit = s.charCodeAt(end) - 48;
      port = port * 10 + (digit < 0 || digit > 9 ? NaN : digit);
    }
  a._port = port;
  // No user information (RFC 7252 6.1). Brackets hold an IPv6 literal; only a port may follow them.
  const good = close ? close > 0 && colon === close + 1 && host.indexOf(':') >= 0 && zone !== host.length - 1 : host.length > 0 && host.indexOf('@') < 0;
  a._host = host.toLowerCase();
  if (zone >= 0) {
    // A zone follows %25 (RFC 6874 2) or, as people write it, a plain %. Interface names may have upper case.
    host = host.slice(zone + 1);
    a._host = a._host.slice(0, zone + 1) + (host.length > 2 && host.slice(0, 2) === '25' ? host.slice(2) : host);
  }
  return good && port > 0 && port < 65536;
}
