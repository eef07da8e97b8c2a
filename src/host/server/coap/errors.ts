/** Reasons why a request has no response. `name` is for programs, `message` for people. */

/** There was no answer in time. */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** The device answered with a Reset: it could not process the request. */
export class ResetError extends Error {
  override name = 'ResetError';
}

/** The server cancelled the request, because it stops or the client left. */
export class CanceledError extends Error {
  override name = 'CanceledError';
}

/** A response violates the protocol. */
export class InvalidResponseError extends Error {
  override name = 'InvalidResponseError';
}
