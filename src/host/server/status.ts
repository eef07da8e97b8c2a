/** Response codes as Leshan names them: "CONTENT(205)". */
import { isSuccess } from './coap/message';

const NAMES: Record<number, string> = {
  201: 'CREATED',
  202: 'DELETED',
  204: 'CHANGED',
  205: 'CONTENT',
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_ENTITY_INCOMPLETE',
  412: 'PRECONDITION_FAILED',
  413: 'REQUEST_ENTITY_TOO_LARGE',
  415: 'UNSUPPORTED_CONTENT_FORMAT',
  500: 'INTERNAL_SERVER_ERROR',
};

/** "CONTENT(205)" for 2.05. A code that LwM2M does not define is "UNKNOWN(…)". */
export function statusText(code: number): string {
  const decimal = (code >> 5) * 100 + (code & 31);
  return `${NAMES[decimal] ?? 'UNKNOWN'}(${decimal})`;
}

/** Whether the code is one that LwM2M uses. */
export const isKnown = (code: number): boolean => (code >> 5) * 100 + (code & 31) in NAMES;

export { isSuccess };
