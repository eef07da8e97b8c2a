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
  let end = uri.indexOf('/', at);
  let port = scheme === 'coap://' ? 5683 : scheme === 'coaps://' ? 5684 : 0;
  let colon;
  if (!port) return false;
  if (end < 0) end = uri.length;
  colon = uri.lastIndexOf(':', end);
  if (uri.charAt(at) === '[') {
    at++;
    const close = uri.indexOf(']', at);
    if (close < 0) return false;
    if (colon < close) colon = -1;
    a._host = uri.slice(at, close).toLowerCase();
  } else {
    if (colon < at) colon = -1;
    a._host = uri.slice(at, colon < 0 ? end : colon).toLowerCase();
  }
  if (colon >= 0 && colon + 1 < end) port = +uri.slice(colon + 1, end);
  a._port = port;
  return a._host.length > 0 && port > 0 && port < 65536;
}
