/** The client's decoders, held against the slow reference versions. */
import assert from 'node:assert/strict';
import * as coap from '../../reference/coap';
import * as tlv from '../../reference/tlv';
import * as value from '../../reference/value';
import { REF_TYPES } from '../../support/arbitraries';
import type { Core } from '../../support/core';
import { TYPES } from '../../support/store';
import { toReference } from '../../support/values';
import type { Target } from '../target';
import { fieldOf, vectorsOf } from '../vectors';

const FRONT = 16;
const BEHIND = 16;

let calls = 0;

/** Calls a decoder on the input between other bytes: it may neither change them nor depend on them. */
function between<T>(input: Uint8Array, decode: (b: Uint8Array, at: number, end: number) => T): T {
  const results = [0x00, 0xff, 0x2c].map((fill) => {
    const b = new Uint8Array(FRONT + input.length + BEHIND).fill(fill);
    b.set(input, FRONT);
    const before = b.slice();
    const result = decode(b, FRONT, FRONT + input.length);
    assert.ok(Buffer.compare(b, before) === 0, 'the decoder wrote into its input');
    if (++calls % 64 === 0) assert.equal(Object.keys(b).length, b.length, 'the decoder wrote outside of its input');
    return result;
  });
  // undefined and numbers are most of them.
  if (results[0] !== results[1] || results[0] !== results[2]) {
    assert.deepEqual(results[1], results[0], 'what stands behind the end matters');
    assert.deepEqual(results[2], results[0], 'what stands behind the end matters');
  }
  return results[0]!;
}

export const coapTarget = (core: Core): Target => ({
  name: 'coap',
  title: 'messages: decodeHeader, takeOption, putOption',
  messages: true,
  inputs: 1000,
  seeds: () => vectorsOf('coap').map(fieldOf('hex')),
  create: () => ({
    take(input) {
      const m = between(input, (b, at, end) => core.decodeMessage(b.slice(at), end - at));
      const expected = coap.decodeMessage(input);
      if (typeof m === 'number') {
        assert.equal(m === -1 ? 'silent' : 'format', expected);
        return String(m);
      }
      assert.deepEqual({ ...m, token: [...m.token], options: m.options.map((o) => ({ number: o.number, value: [...o.value] })), payload: [...m.payload] }, expected);
      const again = new Uint8Array(input.length + 64).fill(0xa5);
      const end = core.encodeMessage(m, again);
      // Lengths and deltas may have been written the long way; what is read again is the same.
      assert.deepEqual(coap.decodeMessage(again.subarray(0, end)), expected);
      assert.ok(again.subarray(end).every((byte) => byte === 0xa5), 'the encoder wrote behind its end');
      return `${m.type} ${m.code >> 5} ${m.token.length} ${m.options.map(({ number, value: v }) => `${Math.min(number, 300)}.${Math.min(v.length, 14)}`).slice(0, 3).join()} ${m.payload.length > 0}`;
    },
  }),
});

const KINDS: Record<number, tlv.RefKind> = { 0: 'obj_instance', 64: 'res_instance', 128: 'multi_resource', 192: 'resource' };

function readTree(core: Core, b: Uint8Array, at: number, end: number): tlv.RefItem[] | undefined {
  const items: tlv.RefItem[] = [];
  while (at < end) {
    const one = core.decodeItem(b, at, end);
    if (!one) return undefined;
    assert.ok(one.value > at && one.value <= one.end && one.end <= end, 'an item that lies outside');
    const kind = KINDS[one.kind]!;
    if (kind === 'resource' || kind === 'res_instance') items.push({ kind, id: one.id, value: [...b.subarray(one.value, one.end)] });
    else {
      const children = readTree(core, b, one.value, one.end);
      if (!children) return undefined;
      items.push({ kind, id: one.id, children });
    }
    at = one.end;
  }
  return items;
}

export const tlvTarget = (core: Core): Target => ({
  name: 'tlv',
  title: 'OMA TLV: takeTlv, takeValue of every type',
  inputs: 1000,
  seeds: () => vectorsOf('tlv').map(fieldOf('hex')).filter((b) => b.length < 400),
  create: () => ({
    take(input) {
      const tree = between(input, (b, at, end) => readTree(core, b, at, end));
      assert.deepEqual(tree, tlv.decodeTlv(input));
      const ways: string[] = [];
      for (const type of REF_TYPES) {
        const seen = toReference(type, between(input, (b, at, end) => core.decodeValue(TYPES[type]!, b, at, end)));
        assert.deepEqual(seen, value.decodeValue(type, input), type);
        if (seen !== undefined) ways.push(type[0]!);
      }
      return `${tree?.map(({ kind, id, children }) => `${kind[0]}${id > 255 ? 'w' : ''}${children?.length ?? ''}`).slice(0, 4).join()} ${Math.min(input.length, 10)} ${ways.join('')}`;
    },
  }),
});

export const textTarget = (core: Core): Target => ({
  name: 'text',
  title: 'text/plain: takeText of every type, arguments of Execute',
  inputs: 1000,
  seeds: () => [...vectorsOf('text'), ...vectorsOf('execute_args')].map((vector) => Uint8Array.from(Buffer.from(String(vector.text ?? ''), 'utf8'))).filter((b) => b.length < 200),
  create: () => ({
    take(input) {
      const ways: string[] = [];
      for (const type of REF_TYPES) {
        const seen = toReference(type, between(input, (b, at, end) => core.decodeText(TYPES[type]!, b, at, end)));
        assert.deepEqual(seen, value.decodeText(type, input), type);
        if (seen !== undefined) ways.push(type[0]!);
      }
      const args = between(input, (b, at, end) => core.decodeArguments(b, at, end));
      assert.deepEqual(args, referenceArguments(Buffer.from(input).toString('latin1')), 'arguments');
      return `${ways.join('')} ${args ? Object.keys(args).length : '-'} ${Math.min(input.length, 20)}`;
    },
  }),
});

/** The grammar of LwM2M 1.0.2 5.4.5 as an expression; of a digit that comes twice the last counts. */
function referenceArguments(text: string): Record<string, string | null> | undefined {
  const one = /([0-9])(?:='([!\x23-\x26\x28-\x5b\x5d-\x7e]*)')?/;
  if (text === '') return {};
  if (!new RegExp(`^${one.source}(?:,${one.source})*$`).test(text)) return undefined;
  const args: Record<string, string | null> = {};
  // Commas stand inside quotes as well, so pieces are taken from the front.
  for (let rest = text; rest !== ''; ) {
    const [whole, digit, inside] = one.exec(rest)!;
    args[digit!] = inside ?? null;
    rest = rest.slice(whole.length + 1);
  }
  return args;
}
