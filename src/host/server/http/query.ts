/** Reads the query of a request. Each name may occur once. */
import { InvalidRequestError, shorten } from '../errors';

export type Query = Record<string, string | string[] | undefined>;

/** Own properties only, not inherited ones. */
export function one(query: Query, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (Array.isArray(value)) throw new InvalidRequestError(`${shorten(name)}= is given twice`);
  return value;
}
