/** Execute: LwM2M 1.0.2 section 5.4.5. */
import { CODE_BAD_REQUEST, CODE_CHANGED, CODE_METHOD_NOT_ALLOWED, CODE_UNSUPPORTED_CONTENT_FORMAT, FORMAT_TEXT } from '../../wire/coap';
import { takeString } from '../../wire/string';
import { META_EXECUTE } from '../../formats/types';
import { handlersOf } from '../model';
import type { Arguments, Client } from '../model';

/** Returns the arguments in the text [at, end), such as `0='a',1`; undefined on a syntax error. */
export function takeArguments(b: Uint8Array, at: number, end: number): Arguments | undefined {
  const args: Arguments = {};
  let digit;
  let from;
  let s: string | null;
  while (at < end) {
    digit = b[at] - 48;
    at++;
    if (!(digit >= 0 && digit < 10)) return undefined;
    s = null;
    if (at < end && b[at] === 61) {
      if (b[at + 1] !== 39) return undefined;
      from = at + 2;
      for (at = from; at < end && b[at] !== 39; at++) if (b[at] < 33 || b[at] > 126 || b[at] === 34 || b[at] === 92) return undefined;
      if (at >= end) return undefined;
      s = takeString(b, from, at)!;
      at++;
    }
    args[digit] = s;
    // A comma must be followed by an argument.
    if (at < end && (b[at] !== 44 || ++at >= end)) return undefined;
  }
  return args;
}

/** Answers an Execute. Returns the code. */
export function execute(c: Client): number {
  const o = c._object;
  const handlers = handlersOf(o);
  if (c._n > 3 || !(c._meta & META_EXECUTE) || !handlers.execute) return CODE_METHOD_NOT_ALLOWED;
  // Without a payload the Content-Format has no meaning.
  if (c._format > FORMAT_TEXT && c._at < c._to) return CODE_UNSUPPORTED_CONTENT_FORMAT;
  const args = takeArguments(c._payload, c._at, c._to);
  return args ? handlers.execute(o, c._i, c._r, args) || CODE_CHANGED : CODE_BAD_REQUEST;
}
