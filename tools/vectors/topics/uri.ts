/** coap URIs: all of them for the server, scheme, host and port for the client. */
import { decodeUri, UriError } from '../../../src/host/server/uri';
import { same, Skip } from '../check';
import type { Run } from '../types';

export const runUri: Run = (vector, { codecs: { core } }) => {
  const { uri, expect } = vector;
  if (typeof uri !== 'string') throw new Skip('it has no uri');
  if (vector.op === 'reject' || expect === null) {
    let result: unknown;
    try {
      result = decodeUri(uri);
    } catch (error) {
      if (!(error instanceof UriError)) throw error;
    }
    return same(result, undefined, 'the server');
  }
  if (vector.op !== 'decode' && vector.op !== 'both') throw new Skip(`the operation ${vector.op} is not known for URIs`);
  const result = decodeUri(uri) as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(expect)) same(result[field], value, `${field}, by the server`);
  same(core.decodeServerUri(uri), { host: expect.host, port: expect.port }, 'by the client');
};
