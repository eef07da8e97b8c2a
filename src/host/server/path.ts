/** LwM2M paths: /object/instance/resource/resource instance, each an id from 0 to 65534 (LwM2M TS 1.0.2 section 6.2 and 8.2.5). */
import { InvalidRequestError, shorten } from './errors';

export type Path = readonly number[];

const MAX_ID = 65534;
const SLASH = 47;
const ZERO = 48;

/** "/3/0/9" → [3, 0, 9]; undefined if the text is not a path. The root "/" is an empty list. */
export function takePath(text: string): number[] | undefined {
  if (text === '/' || text === '') return [];
  const ids: number[] = [];
  for (let at = 0; at < text.length; ) {
    if (text.charCodeAt(at) !== SLASH || ids.length === 4) return undefined;
    const from = ++at;
    let id = 0;
    for (; at < text.length && at < from + 6; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      id = id * 10 + digit;
    }
    // No digits, or leading zeros.
    if (at === from || id > MAX_ID || (text.charCodeAt(from) === ZERO && at > from + 1)) return undefined;
    ids.push(id);
  }
  return ids;
}

/** Like takePath, but also checks the depth: 1 object, 2 instance, 3 resource, 4 resource instance. Throws InvalidRequestError. */
export function parsePath(text: string, what: string, least: number, most: number): number[] {
  const path = takePath(text);
  if (!path || path.length < least || path.length > most) {
    const forms = ['/object', '/object/instance', '/object/instance/resource', '/object/instance/resource/resource-instance'].slice(least - 1, most);
    throw new InvalidRequestError(`${what} takes a path ${forms.join(' or ')} of ids from 0 to ${MAX_ID}, not "${shorten(text)}"`);
  }
  return path;
}

export const pathText = (path: Path): string => `/${path.join('/')}`;
