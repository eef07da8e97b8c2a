/** LwM2M paths: /object/instance/resource/resource instance, each an id from 0 to 65534 (LwM2M TS 1.0.2 section 6.2 and 8.2.5). */
import { InvalidRequestError } from './errors';

export type Path = readonly number[];

const MAX_ID = 65534;

/** "/3/0/9" → [3, 0, 9]; undefined for what is no path. The root "/" is an empty one. */
export function takePath(text: string): number[] | undefined {
  if (text === '/' || text === '') return [];
  if (!/^\/(?:0|[1-9]\d{0,4})(?:\/(?:0|[1-9]\d{0,4})){0,3}$/.test(text)) return undefined;
  const ids = text.slice(1).split('/').map(Number);
  return ids.some((id) => id > MAX_ID) ? undefined : ids;
}

/** As takePath, and checks the depth: 1 object, 2 instance, 3 resource, 4 resource instance. Throws InvalidRequestError. */
export function parsePath(text: string, what: string, least: number, most: number): number[] {
  const path = takePath(text);
  if (!path || path.length < least || path.length > most) {
    const forms = ['/object', '/object/instance', '/object/instance/resource', '/object/instance/resource/resource-instance'].slice(least - 1, most);
    throw new InvalidRequestError(`${what} takes a path ${forms.join(' or ')} of ids from 0 to ${MAX_ID}, not "${text.slice(0, 60)}"`);
  }
  return path;
}

export const pathText = (path: Path): string => `/${path.join('/')}`;
