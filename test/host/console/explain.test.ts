/** Errors: the code on the wire, and a sentence that a person understands. */
import test from 'ava';
import { statusText } from '../../../src/host/server/status';
import { loadModule } from './support/modules';

const { codeText, explainAnswer, explainStatus } = await loadModule('explain');

/** The registry of CoAP response codes, as far as errors go. */
const CODES: [number, string][] = [
  [400, 'Bad Request'], [401, 'Unauthorized'], [402, 'Bad Option'], [403, 'Forbidden'], [404, 'Not Found'], [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'], [408, 'Request Entity Incomplete'], [409, 'Conflict'], [412, 'Precondition Failed'], [413, 'Request Entity Too Large'],
  [415, 'Unsupported Content-Format'], [422, 'Unprocessable Entity'], [429, 'Too Many Requests'], [500, 'Internal Server Error'],
  [501, 'Not Implemented'], [502, 'Bad Gateway'], [503, 'Service Unavailable'], [504, 'Gateway Timeout'], [505, 'Proxying Not Supported'],
  [508, 'Hop Limit Reached'],
];

test('each error code of CoAP has its name and a sentence of its own', (t) => {
  const sentences = new Set<string>();
  for (const [decimal, name] of CODES) {
    const wire = `${Math.floor(decimal / 100)}.${String(decimal % 100).padStart(2, '0')}`;
    // as REST sends it
    const status = statusText((Math.floor(decimal / 100) << 5) | (decimal % 100));
    t.is(codeText(status), `${wire} ${name}`);
    const text: string = explainAnswer('Read /3/0/9', status);
    t.true(text.startsWith(`Read /3/0/9: ${wire} ${name}. The `) || text.startsWith(`Read /3/0/9: ${wire} ${name}. `), text);
    t.regex(text, /\. [A-Z].{20,}\.$/);
    sentences.add(text.replace(/^.*?\d\.\d\d [^.]*\. /, ''));
  }
  t.is(sentences.size, CODES.length);
});

test('a code that no table has is explained by its class', (t) => {
  t.is(explainAnswer('Read /3', 'UNKNOWN(431)'), 'Read /3: 4.31. The device refuses the request.');
  t.is(explainAnswer('Read /3', 'UNKNOWN(531)'), 'Read /3: 5.31. The device failed.');
  t.is(explainAnswer('Read /3', 'UNKNOWN(701)'), 'Read /3: 7.01. The device answered with a code that LwM2M does not use.');
  t.regex(explainAnswer('Read /3', 'odd'), /^Read \/3: odd\. /);
});

test('what the device itself says stands at the end', (t) => {
  t.regex(explainAnswer('Write /3/0/14', 'BAD_REQUEST(400)', 'no such zone'), /The device says: “no such zone”$/);
});

test('an error of the server says what it means for the device, and the status of HTTP', (t) => {
  t.regex(explainStatus('Read /3/0', 504, { error: 'TimeoutError', message: 'x' }, 20), /^Read \/3\/0: The device did not answer within 20 s\..*\(504\)$/);
  t.regex(explainStatus('Read /3/0', 404, { error: 'UnknownClientError', message: "No registered client with id 'a'" }), /no longer registered.*\(404\)$/);
  t.regex(explainStatus('Read /3/0', 502, { error: 'ResetError', message: 'reset' }), /Reset/);
  t.regex(explainStatus('', 401, undefined), /token/);
  for (const status of [400, 401, 403, 404, 405, 408, 413, 414, 418, 429, 431, 500, 502, 503, 504, 507]) {
    const text: string = explainStatus('Read /3', status, {}, 5);
    t.regex(text, /^Read \/3: (The|There|Something) .{15,}\. \(\d{3}\)$|^Read \/3: The .*\. \(\d{3}\)$/, text);
    t.notRegex(text, /undefined/);
  }
});
