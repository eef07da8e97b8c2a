/** CoRE link-format (RFC 6690 section 2), as a server receives it in Register payloads and Discover answers. */
import { shorten } from '../errors';

export interface Link {
  /** The URI reference between the angle brackets, as written. */
  uri: string;
  /** Name → value as written (quotes kept), null for an attribute without a value. */
  attributes: Record<string, string | null>;
}

/** The text is not link-format. The message says what was expected, and where. */
export class LinkFormatError extends Error {
  override name = 'LinkFormatError';
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
/** RFC 3986: pchar, "/", "?" and whole percent triplets; a fragment never travels in CoAP. */
const REFERENCE = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]]|%[0-9A-Fa-f]{2})*$/;
/** RFC 5987 parmname, with the "*" that RFC 6690's ext-name-star adds. */
const NAME = /[A-Za-z0-9!#$&+\-.^_`|~]+\*?/y;
const TOKEN = /[A-Za-z0-9!#$%&'()*+\-./:<=>?@[\]^_`{|}~]+/y;
const QUOTED = /"(?:[^"\\]|\\[^])*"/y;
const SPACE = /[ \t\r\n]*/y;
/** NULs at the end, from `sizeof` in place of `strlen` in C. */
const END = /\0{1,64}$/;

/** Characters that end a value, or may follow it, in unquoted values of devices: `ct=60 110`. */
const LOOSE = /[^;,"<>\r\n]*/y;

function checkReference(uri: string, at: number): void {
  const absolute = SCHEME.test(uri);
  if (!absolute && (uri[0] !== '/' || uri[1] === '/')) throw new LinkFormatError(`a path that begins with "/" was expected in <> at character ${at}`);
  if (!REFERENCE.test(uri) || (!absolute && /[?[\]]/.test(uri)))
    throw new LinkFormatError(`a character that no path may have, at or behind character ${at}`);
}

/**
 * Parses links, in order. An empty text has no links. `lenient` also accepts what real devices send: white space around separators, an empty or
 * trailing link or parameter, values with spaces or characters that need quotes, a path without its first slash, and the end of a C string.
 * Deviations that are not harmless are reported in `notes`. Throws LinkFormatError.
 */
export function decodeLinks(given: string, lenient = false, notes: string[] = []): Link[] {
  const text = lenient ? given.replace(/^\ufeff/, '').replace(END, '') : given;
  if (text.length !== given.length) notes.push('a byte order mark or zero bytes around the links');
  const links: Link[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (): void => {
    if (lenient) take(SPACE);
  };
  const expect = (what: string): never => {
    throw new LinkFormatError(
      `${what} was expected at character ${at}${at < text.length ? `, not ${JSON.stringify(text[at])}` : ', where the text ends'}`,
    );
  };

  /** Skips text that is not a parameter, up to the next parameter. */
  const skipParameter = (): undefined => {
    take(LOOSE);
    if (text[at] === '"') take(QUOTED) ?? expect('a closing quote for the one');
    notes.push('a parameter without a name was left out');
    return undefined;
  };
  /** An unquoted value up to the next separator, treated as quoted if the grammar requires quotes. */
  const looseValue = (name: string): string | null => {
    const value = take(LOOSE)!.trimEnd();
    if (value === '') {
      notes.push(`the parameter ${name} has no value behind "="`);
      return null;
    }
    TOKEN.lastIndex = 0;
    if (TOKEN.exec(value)?.[0] === value) return value;
    notes.push(`the value of ${name} wants quotes`);
    return `"${value.replace(/["\\]/g, '\\$&')}"`;
  };

  skip();
  if (at === text.length) return links;
  for (;;) {
    if (text[at] !== '<') {
      if (lenient && (at === text.length || text[at] === ',')) {
        if (at === text.length) return links;
        at++;
        skip();
        continue;
      }
      expect('"<"');
    }
    const close = text.indexOf('>', at);
    if (close < 0) expect('">" behind a path');
    const uri = lenient ? looseReference(text.slice(at + 1, close), notes) : text.slice(at + 1, close);
    if (!lenient) checkReference(uri, at + 1);
    at = close + 1;

    const attributes: Link['attributes'] = Object.create(null);
    for (skip(); text[at] === ';'; skip()) {
      at++;
      skip();
      if (lenient && (at === text.length || text[at] === ';' || text[at] === ',')) continue;
      const name = take(NAME) ?? (lenient ? skipParameter() : expect('the name of a parameter'));
      if (name === undefined) continue;
      skip();
      let value: string | null = null;
      if (text[at] === '=') {
        at++;
        skip();
        if (text[at] === '"') value = take(QUOTED) ?? expect('a closing quote for the one');
        else value = lenient ? looseValue(name) : (take(TOKEN) ?? expect('a value'));
      }
      // RFC 6690 2.1 and others: a parameter that must not repeat keeps its first value.
      if (!(name in attributes)) attributes[name] = value;
    }
    links.push({ uri, attributes: { ...attributes } });
    if (at === text.length) return links;
    if (text[at] !== ',') expect('"," or ";"');
    at++;
    skip();
    if (at === text.length && !lenient) expect('a link behind ","');
  }
}

/** Normalizes a reference. Returns a reference that is not a path unchanged. */
function looseReference(uri: string, notes: string[]): string {
  const trimmed = uri.trim();
  const path = /^\d{1,5}(?:\/|$)/.test(trimmed) ? `/${trimmed}` : trimmed;
  if (path !== uri) notes.push(`the link <${shorten(uri)}> is read as <${shorten(path)}>`);
  return path;
}

/** Encodes links; the inverse of decodeLinks. Values must be as written (with their quotes). */
export function encodeLinks(links: readonly Link[]): string {
  return links
    .map(
      ({ uri, attributes }) =>
        `<${uri}>` +
        Object.entries(attributes)
          .map(([name, value]) => (value === null ? `;${name}` : `;${name}=${value}`))
          .join(''),
    )
    .join(',');
}

/** The value of an attribute without its quotes and escapes; undefined if the attribute or its value is absent. */
export function attributeText(link: Link, name: string): string | undefined {
  // RFC 8288 2.2: parameter names are not case-sensitive.
  const value = link.attributes[name] ?? link.attributes[name.toUpperCase()];
  if (value === null || value === undefined) return undefined;
  return value[0] === '"' ? value.slice(1, -1).replace(/\\([^])/g, '$1') : value;
}
