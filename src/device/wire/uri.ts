/** coap:// and coaps:// URIs of a server account: RFC 7252 6.1, 6.2. Path and query mean nothing to a LwM2M client. */

/** Where the host part starts and ends in `uri`: filled by `takeUri`. */
export interface Authority {
  _host: string;
  _port: number;
}

/** Reads host (lower case, brackets of an IPv6 literal removed) and port into `a`. Returns false when `uri` is none of ours. */
export function takeUri(a: Authority, uri: string): boolean {
  let at = uri.indexOf('://') + 3;
  const scheme = uri.slice(0, at).toLowerCase();
  let port = scheme === 'coap://' ? 5683 : scheme === 'coaps://' ? 5684 : 0;
  let end = at;
  let colon;
  // The host ends at a path, a query or a fragment (RFC 3986 3.2).
  while (end < uri.length && '/?#'.indexOf(uri.charAt(end)) < 0) end++;
  const close = uri.charAt(at) === '[' ? uri.indexOf(']', at) : 0;
  colon = uri.indexOf(':', close || at);
  if (colon < 0 || colon > end) colon = end;
  else if (colon + 1 < end) port = +uri.slice(colon + 1, end);
  a._host = uri.slice(close ? at + 1 : at, close || colon).toLowerCase();
  a._port = port;
  return close >= 0 && at > 2 && a._host.length > 0 && port > 0 && port < 65536;
}
