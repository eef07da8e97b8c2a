/** Parses coap and coaps URIs into a destination and the options of a request (RFC 7252 sections 6.1 to 6.4). */
import { isIPv6 } from 'node:net';

export interface CoapUri {
  scheme: 'coap' | 'coaps';
  /** In lower case; an IPv6 address without its brackets. */
  host: string;
  port: number;
  /** One entry for each Uri-Path option, percent-decoded. */
  path: string[];
  /** One entry for each Uri-Query option, percent-decoded. */
  query: string[];
}

/** The text is not a CoAP URI. The message says why in a few words. */
export class UriError extends Error {
  override name = 'UriError';
}

const DEFAULT_PORT = { coap: 5683, coaps: 5684 };
const SHAPE = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/s;
/** RFC 3986 3.3 and 3.4: allowed characters of a path or query besides the separators. */
const SEGMENT = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*$/;
const ARGUMENT = /^(?:[A-Za-z0-9\-._~!$'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
const NAME = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;

function decodePart(text: string, shape: RegExp, what: string): string {
  if (!shape.test(text)) throw new UriError(`${what} "${text}" has a character that must be written as %XX`);
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new UriError(`${what} "${text}" is not UTF-8`);
  }
  // RFC 7252 5.10: these options hold 255 bytes at most
  if (Buffer.byteLength(decoded) > 255) throw new UriError(`${what} is longer than 255 bytes`);
  return decoded;
}

/** RFC 3986 5.2.4 on a list of segments: "." and ".." never become options (RFC 7252 5.10.1). */
function removeDots(segments: string[]): string[] {
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
    if (last && (segment === '..' || segment === '.')) kept.push('');
  });
  return kept;
}

function decodeHost(text: string): string {
  if (text.startsWith('[')) {
    const address = text.slice(1, -1);
    if (!text.endsWith(']') || !isIPv6(address)) throw new UriError(`"${text}" is not an IPv6 address in brackets`);
    return address.toLowerCase();
  }
  if (text === '') throw new UriError('the host is missing');
  return decodePart(text, NAME, 'the host').toLowerCase();
}

function decodePort(text: string | undefined, scheme: CoapUri['scheme']): number {
  if (text === undefined || text === '') return DEFAULT_PORT[scheme];
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) throw new UriError(`"${text}" is not a port (1 to 65535)`);
  return port;
}

/** Throws UriError. */
export function decodeUri(uri: string): CoapUri {
  const parts = SHAPE.exec(uri);
  if (!parts) throw new UriError(`"${uri}" is not of the form coap://host[:port][/path][?query]`);
  const scheme = parts[1].toLowerCase();
  if (scheme !== 'coap' && scheme !== 'coaps') throw new UriError(`the scheme "${scheme}" is neither coap nor coaps`);
  if (parts[5] !== undefined) throw new UriError('a fragment (#…) has no place in a CoAP URI');
  const authority = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(parts[2]);
  if (!authority) throw new UriError(`"${parts[2]}" is not host or host:port`);
  const path = parts[3] === '' ? [] : removeDots(parts[3].slice(1).split('/'));
  return {
    scheme,
    host: decodeHost(authority[1]),
    port: decodePort(authority[2], scheme),
    path: path.length === 1 && path[0] === '' ? [] : path.map((segment) => decodePart(segment, SEGMENT, 'the path segment')),
    query: parts[4] ? parts[4].split('&').map((argument) => decodePart(argument, ARGUMENT, 'the query')) : [],
  };
}
