/** CoAP messages: decoded and encoded by the codecs, and by the server. */
import * as server from '../../../src/host/server/coap/message';
import { decodeMessage as referenceDecode } from '../../../test/reference/coap';
import { toHex } from '../../../test/support/bench';
import type { Core } from '../../../test/support/core';
import { decodeFrom, encodeInto, truncations } from '../buffers';
import { ok, same, Skip } from '../check';
import type { Run } from '../types';

const TYPES = ['CON', 'NON', 'ACK', 'RST'];

/** A message as the vectors spell it. */
interface Plain {
  type: string;
  code: string;
  mid: number;
  token: string;
  options: [number, string][];
  payload: string;
}

interface Parts {
  type: number;
  code: number;
  mid: number;
  token: Iterable<number>;
  options: { number: number; value: Iterable<number> }[];
  payload: Iterable<number>;
}

const plainOf = (m: Parts): Plain => ({
  type: TYPES[m.type]!,
  code: `${m.code >> 5}.${String(m.code & 31).padStart(2, '0')}`,
  mid: m.mid,
  token: toHex(m.token),
  options: m.options.map(({ number, value }) => [number, toHex(value)]),
  payload: toHex(m.payload),
});

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

function partsOf(m: Plain) {
  const [group, detail] = m.code.split('.').map(Number) as [number, number];
  return {
    type: TYPES.indexOf(m.type),
    code: group * 32 + detail,
    mid: m.mid,
    token: fromHex(m.token),
    options: m.options.map(([number, value]) => ({ number, value: fromHex(value) })),
    payload: fromHex(m.payload),
  };
}

/** As the codec reads it; an error as undefined. A copy at the front of a buffer: a message begins at 0. */
function decode(core: Core, bytes: Uint8Array): Plain | undefined {
  return decodeFrom(bytes, (b, at, end) => {
    const m = core.decodeMessage(b.slice(at), end - at);
    return typeof m === 'number' ? undefined : plainOf(m);
  });
}

export const runCoap: Run = (vector, { codecs: { core } }) => {
  if (typeof vector.hex !== 'string') throw new Skip('it has no hex');
  const bytes = fromHex(vector.hex);
  if (vector.op === 'reject' || vector.message === null) {
    same(decode(core, bytes), undefined, 'the codec');
    ok('malformed' in server.decodeMessage(bytes), 'the server takes it for a message');
    return;
  }
  if (vector.op !== 'both' && vector.op !== 'decode' && vector.op !== 'encode') throw new Skip(`the operation ${vector.op} is not known for CoAP messages`);
  if (typeof vector.message !== 'object') throw new Skip('it has no message');
  const message = vector.message as Plain;
  if (vector.op !== 'encode') {
    same(decode(core, bytes), message, 'decoded');
    const served = server.decodeMessage(bytes);
    ok(!('malformed' in served), 'the server takes it for malformed');
    same(plainOf(served), message, 'decoded by the server');
    for (const cut of truncations(bytes)) {
      const reference = referenceDecode(cut);
      same(decode(core, cut), typeof reference === 'string' ? undefined : plainOf(reference), `cut to ${cut.length} bytes`);
    }
  }
  if (vector.op !== 'decode') {
    const encoded = encodeInto(bytes.length, (b, at) => at + core.encodeMessage(partsOf(message), b.subarray(at)));
    same(toHex(encoded), vector.hex, 'encoded');
    same(toHex(server.encodeMessage(partsOf(message))), vector.hex, 'encoded by the server');
  }
};
