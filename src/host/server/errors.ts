/** What callers of the server may get besides the errors of coap/errors.ts, and how its sentences quote. */

/** No client of that name is registered. */
export class UnknownClientError extends Error {
  override name = 'UnknownClientError';
}

/** The caller's request makes no sense; nothing was sent. The message is one sentence that says what and where. */
export class InvalidRequestError extends Error {
  override name = 'InvalidRequestError';
}

/** A payload that is not what its Content-Format says, or does not fit its path. */
export class CodecError extends Error {
  override name = 'CodecError';
}

/** A limit is met; the same may go well a little later. The message says which. */
export class BusyError extends Error {
  override name = 'BusyError';
}

/** What somebody sent, as a sentence quotes it: its first `most` characters, and … for the rest. */
export function shorten(text: string, most = 60): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text[most - 1]!) ? most - 1 : most;
  return `${text.slice(0, end)}…`;
}
