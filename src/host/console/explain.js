/** Explains codes on the wire by sentences. Needs no page. */

/** Response codes of RFC 7252 12.1.2, RFC 7959, 8132, 8516 and 8768: name, and what it says of a device. */
const CODES = {
  400: ['Bad Request', 'the device does not understand the request, or does not accept this value'],
  401: ['Unauthorized', 'the access control of the device does not allow this server to do that'],
  402: ['Bad Option', 'the device does not know a critical option of the request'],
  403: ['Forbidden', 'the device refuses this from every server'],
  404: ['Not Found', 'the device has nothing at this path, or no value there yet'],
  405: ['Method Not Allowed', 'the device does not allow this operation at this path'],
  406: ['Not Acceptable', 'the device cannot answer in the requested format; choose another one'],
  408: ['Request Entity Incomplete', 'the device lost a block of the request; try again'],
  409: ['Conflict', 'the device is in a state in which this cannot be done'],
  412: ['Precondition Failed', 'a condition of the request does not hold on the device'],
  413: ['Request Entity Too Large', 'the value is larger than the device can take'],
  415: ['Unsupported Content-Format', 'the device does not support the format of the value; choose another one'],
  422: ['Unprocessable Entity', 'the device understands the value, but cannot use it'],
  429: ['Too Many Requests', 'the device has received too many requests; wait before you try again'],
  500: ['Internal Server Error', 'something failed in the device'],
  501: ['Not Implemented', 'the device does not know this method'],
  502: ['Bad Gateway', 'a server behind the device answered with an error'],
  503: ['Service Unavailable', 'the device has no memory or no time for it now; try again later'],
  504: ['Gateway Timeout', 'a server behind the device did not answer'],
  505: ['Proxying Not Supported', 'the device is no proxy'],
  508: ['Hop Limit Reached', 'the request went through too many proxies'],
};
const CLASSES = { 4: 'the device refuses the request', 5: 'the device failed' };

/** What the error of the server means, by its name. */
const ERRORS = {
  TimeoutError: (seconds) =>
    `The device did not answer within ${seconds} s. It may be asleep, out of reach or switched off; a longer time-out may help.`,
  UnknownClientError: () => 'The client is no longer registered.',
  ResetError: () => 'The device rejected the message with a Reset.',
  InvalidResponseError: () => 'The answer of the device cannot be read.',
  CanceledError: () => 'The client left or registered again before it answered; try again.',
  BusyError: () => 'Too many operations are under way; try again when some have finished.',
  InvalidRequestError: () => 'The server cannot send this request.',
  ArgumentsError: () => 'The arguments are not valid.',
};

/** Errors whose sentence has all that the server's own says. */
const PLAIN = new Set(['TimeoutError', 'UnknownClientError']);

/** What an HTTP status means where the server gives no name, or something between the page and it answers. */
const STATUSES = {
  400: () => 'The server cannot send this request.',
  401: () => 'The server asks for its token: open the address that it printed at its start. It ends with #token=….',
  403: () => 'The server does not answer to this page: open the address that it printed at its start.',
  404: () => 'The server does not have this resource.',
  405: () => 'The server does not know this operation.',
  408: () => 'The request took too long to arrive.',
  413: () => 'The value is larger than the server accepts.',
  414: () => 'The request is longer than the server accepts.',
  429: () => 'The server has received too many requests; try again later.',
  431: () => 'The request is longer than the server accepts.',
  500: () => 'The server failed. See its output.',
  502: ERRORS.InvalidResponseError,
  503: () => 'The server, or the device, has no memory for it now; try again later.',
  504: ERRORS.TimeoutError,
};

/** "METHOD_NOT_ALLOWED(405)", the form of the REST interface, as "4.05 Method Not Allowed". */
export function codeText(status) {
  const [, whole, detail] = /(\d)(\d\d)\)?$/.exec(status) ?? [];
  if (whole === undefined) return String(status);
  const [name] = CODES[`${whole}${detail}`] ?? [];
  return `${whole}.${detail}${name ? ` ${name}` : ''}`;
}

/**
 * A refusal of the device: "Write /3/0/9: 4.05 Method Not Allowed. The device does not allow this operation at this path."
 * @param {string} what the operation and its path
 * @param {string} status in the form of the REST interface
 * @param {string} [text] the diagnostic text of the device
 */
export function explainAnswer(what, status, text) {
  const [, whole, detail] = /(\d)(\d\d)\)?$/.exec(status) ?? [];
  const [, sentence = CLASSES[whole] ?? 'the device answered with a code that LwM2M does not use'] = CODES[`${whole}${detail}`] ?? [];
  const start = sentence[0].toUpperCase() + sentence.slice(1);
  return `${what}: ${codeText(status)}. ${start}.${text ? ` The device says: “${text}”` : ''}`;
}

/**
 * A refusal of the server.
 * @param {string} what the operation and its path, or ''
 * @param {number} status of HTTP
 * @param {{ error?: string, message?: string }} [json] what the server says of it
 * @param {number} [seconds] that the device had
 */
export function explainStatus(what, status, json = {}, seconds = 0) {
  const known = Object.hasOwn(ERRORS, json.error ?? '') ? ERRORS[json.error] : (STATUSES[status] ?? (() => 'The server refused the request.'));
  const message = json.message && !PLAIN.has(json.error) ? ` ${json.message[0].toUpperCase()}${json.message.slice(1)}${/[.!?”"]$/.test(json.message) ? '' : '.'}` : '';
  return `${what}${what && ': '}${known(seconds)}${message} (${status})`;
}

export const UNREACHABLE = 'The server cannot be reached. Nothing was done, as far as this page knows.';
