/** The arguments of Execute: read by the client, whole and as a codec, and by the server, which writes them too. */
import { ArgumentsError, decodeArguments, encodeArguments } from '../../../src/host/server/management/arguments';
import { createBench } from '../../../test/support/bench';
import { Dialogue } from '../../../test/support/dialogue';
import { createStore } from '../../../test/support/store';
import { decodeFrom, truncations } from '../buffers';
import { same, Skip } from '../check';
import type { Run } from '../types';

export const runArguments: Run = (vector, { codecs, endpoint }) => {
  if (typeof vector.text !== 'string') throw new Skip('it has no text');
  const bytes = Uint8Array.from(Buffer.from(vector.text, 'utf8'));
  const decode = (b: Uint8Array) => decodeFrom(b, (all, at, end) => codecs.core.decodeArguments(all, at, end));
  const store = createStore(3442, { 3: 'E' }, { 0: {} });
  const bench = createBench(endpoint, [store]);
  bench.register();
  const execute = () => new Dialogue(bench).post('/3442/0/3', { format: 0, payload: bytes }).text;
  if (vector.op === 'reject' || vector.args === null || vector.args === undefined) {
    same(decode(bytes), undefined, 'by the client');
    same(execute(), '4.00', 'Execute');
    same(store.calls.length, 0, 'executed, times');
    let result: unknown;
    try {
      result = decodeArguments(vector.text);
    } catch (error) {
      if (!(error instanceof ArgumentsError)) throw error;
    }
    return same(result, undefined, 'by the server');
  }
  if (vector.op !== 'both' && vector.op !== 'decode' && vector.op !== 'encode') throw new Skip(`the operation ${vector.op} is not known for arguments`);
  if (vector.op !== 'encode') {
    same(decode(bytes), vector.args, 'by the client');
    for (const cut of truncations(bytes)) decode(cut);
    same(execute(), '2.04', 'Execute');
    same(store.calls, [{ name: 'execute', instance: 0, resource: 3, args: vector.args }], 'what the application got');
    same({ ...decodeArguments(vector.text) }, vector.args, 'by the server');
  }
  if (vector.op !== 'decode') same({ ...decodeArguments(encodeArguments(vector.args)) }, vector.args, 'written and read by the server');
};
