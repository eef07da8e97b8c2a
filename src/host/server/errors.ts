/** Errors of the server besides those of coap/errors.ts, and how its messages quote input. */

/** No client with that name is registered. */
export class UnknownClientError extends Error {
  override name = 'UnknownClientError';
}

/** The caller's request is invalid; nothing was sent. The message is one sentence that says what is wrong, and where. */
export class InvalidRequestError extends Error {
  override name = 'InvalidRequestError';
}

/** A payload does not match its Content-Format or its path. */
export class CodecError extends Error {
  override name = 'CodecError';
}

/** A limit was reached; the same request may succeed a little later. The message names the limit. */
export class BusyError extends Error {
  override name = 'BusyError';
}

/** Quotes received text in a message: its first `most` characters, followed by … if it is longer. */
export function shorten(text: string, most = 60): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most;
  return `${text.slice(0, end)}…`;
}
