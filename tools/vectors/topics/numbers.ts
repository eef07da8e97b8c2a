/** Values of options: Block1 and Block2 (RFC 7959 2.2), Observe (RFC 7641 2, 3.4). */
import { isNewer } from '../../../src/host/server/coap/observe';
import { blockOption, makeBlock, makeUint, uintOption } from '../../../src/host/server/coap/options';
import type { Message } from '../../../src/host/server/coap/message';
import { toHex } from '../../../test/support/bench';
import { decodeFrom, encodeInto } from '../buffers';
import { same, Skip } from '../check';
import type { Context, Run, Vector } from '../types';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The value of an option as the codecs write it: the option's head has one byte before it. */
function encodeUint({ codecs: { core } }: Context, v: number): string {
  return toHex(encodeInto(8, (b, at) => core.encodeUint(b, at, 6, v)).slice(1));
}

function decodeUint({ codecs: { core } }: Context, hex: string): number {
  return decodeFrom(fromHex(hex), (b, at, end) => core.decodeUint(b, at, end - at));
}

const messageWith = (number: number, hex: string): Message => ({ options: [{ number, value: fromHex(hex) }] }) as Message;

function checkBlock(vector: Vector, context: Context): void {
  const { core } = context.codecs;
  const { num, more, size, hex, op } = vector;
  const expected = { num, more, size, offset: vector.offset ?? num * size };
  if (op !== 'encode') {
    same(core.decodeBlockValue(decodeUint(context, hex)), expected, 'decoded');
    const block = blockOption(messageWith(23, hex), 23)!;
    same({ num: block.offset / (16 << block.szx), more: block.more, size: 16 << block.szx, offset: block.offset }, expected, 'decoded by the server');
  }
  if (op !== 'decode') {
    same(encodeUint(context, core.encodeBlockValue(num, more, size)), hex, 'encoded');
    same(toHex(makeBlock(23, { offset: num * size, more, szx: Math.log2(size / 16) }).value), hex, 'encoded by the server');
  }
}

function checkUint(vector: Vector, context: Context): void {
  const { value, hex, op } = vector;
  if (op !== 'encode') {
    same(decodeUint(context, hex), value, 'decoded');
    same(uintOption(messageWith(6, hex), 6), value, 'decoded by the server');
  }
  if (op !== 'decode') {
    same(encodeUint(context, value), hex, 'encoded');
    same(toHex(makeUint(6, value).value), hex, 'encoded by the server');
  }
}

export const runOptionValue: Run = (vector, context) => {
  const { op } = vector;
  if (op === 'compare') return same(isNewer(vector.v1, vector.t1, vector.v2, vector.t2), vector.second_is_newer, 'the second is newer, by the server');
  if (op !== 'both' && op !== 'decode' && op !== 'encode') throw new Skip(`the operation ${op} is not known for values of options`);
  if (typeof vector.hex !== 'string') throw new Skip('it has no hex');
  if ('size' in vector && 'num' in vector) checkBlock(vector, context);
  else if (typeof vector.value === 'number') checkUint(vector, context);
  else throw new Skip('it has neither num and size nor a value');
};
