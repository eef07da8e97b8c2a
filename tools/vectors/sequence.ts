/** Vectors of steps, as in blockwise.json: what a server sends, what the device must answer or send by itself, in virtual time. */
import { isNewer } from '../../src/host/server/coap/observe';
import { codeText, decodeBlock, TYPE_NAMES, uintOf, valuesOf, type RefMessage } from '../../test/reference/coap';
import { blockOption, fromHex, parse, text, toHex, type Sent } from '../../test/support/bench';
import { act } from './actions';
import { Device } from './device';
import { fail, ok, same, Skip, Failure } from './check';
import { readPrecondition } from './precondition';
import { collect, pass, type Session } from './session';
import type { Context, Run, Vector } from './types';

/** How long a device may take to do something by itself, ms: longer than any back-off of the steps. */
const PATIENCE_MS = 130_000;

function stepIn(s: Session, hex: string): void {
  const asked = fromHex(hex);
  const mid = asked[2]! * 256 + asked[3]!;
  const token = toHex(asked.subarray(4, 4 + (asked[0]! & 15)));
  s.reply = undefined;
  collect(s, s.device.bench.give(asked));
  const isReply = ({ bytes }: Sent): boolean => {
    const m = parse(bytes);
    return m.type >= 2 ? m.mid === mid && (m.code > 0 || m.type === 3) : m.code >= 64 && toHex(m.token) === token;
  };
  if (!s.pending.some(isReply)) pass(s, 5000);
  const replies = s.pending.filter(isReply);
  s.pending = s.pending.filter((sent) => !isReply(sent));
  // A notification may carry the same token; what answers comes first.
  s.pending.push(...replies.slice(1));
  if (replies[0]) s.reply = { ...parse(replies[0].bytes), hex: toHex(replies[0].bytes) };
}

function checkBlock(m: RefMessage, number: number, expected: Record<string, unknown>): void {
  const name = number === 23 ? 'block2' : 'block1';
  const value = valuesOf(m, number)[0];
  ok(value, `${name} is missing`);
  const block: Record<string, unknown> = decodeBlock(value);
  for (const [field, wanted] of Object.entries(expected)) same(block[field], wanted, `${name}.${field}`);
}

function checkEtag(s: Session, m: RefMessage, expected: unknown): void {
  const etag = valuesOf(m, 4).map(toHex)[0];
  if (expected === true) ok(etag, 'ETag is missing');
  else if (expected === false) same(etag, undefined, 'ETag');
  else if (expected === 'same') same(etag, s.remembered.etag, 'ETag');
  else if (typeof expected === 'string' && /^differs/.test(expected)) ok(etag !== s.remembered.etag, 'ETag is that of the first block');
  else if (typeof expected === 'string' && /^([0-9a-f]{2})*$/i.test(expected)) same(etag, expected, 'ETag');
  else throw new Skip(`the expectation etag: ${String(expected)} is not understood`);
}

function checkQuery(s: Session, m: RefMessage, expected: unknown): void {
  const query = valuesOf(m, 15).map((value) => Buffer.from(value).toString());
  if (Array.isArray(expected)) for (const one of expected) ok(query.includes(one), `the query has no ${one}: ${query.join('&')}`);
  else if (/^same\b/.test(String(expected))) same(query, valuesOf(s.first!, 15).map((value) => Buffer.from(value).toString()), 'query');
  else for (const one of String(expected).split('&')) ok(query.includes(one), `the query has no ${one}: ${query.join('&')}`);
}

const OPTION_NUMBERS: Record<string, number> = { content_format: 12, format: 12, ct: 12, max_age: 14, size1: 60, size2: 28, accept: 17 };

/** Each thing that a step may expect of a message. */
const CHECKS: Record<string, (s: Session, m: RefMessage, expected: any) => void> = {
  code: (_s, m, expected) => same(codeText(m.code), expected, 'code'),
  code_in: (_s, m, expected: string[]) => ok(expected.includes(codeText(m.code)), `code: ${codeText(m.code)} is none of ${expected.join(', ')}`),
  type: (_s, m, expected) => same(TYPE_NAMES[m.type], expected, 'type'),
  type_in: (_s, m, expected: string[]) => ok(expected.includes(TYPE_NAMES[m.type]!), `type: ${TYPE_NAMES[m.type]} is none of ${expected.join(', ')}`),
  token: (_s, m, expected) => same(toHex(m.token), expected, 'token'),
  mid: (_s, m, expected) => same(m.mid, expected, 'message id'),
  path: (_s, m, expected) => same('/' + valuesOf(m, 11).map((value) => Buffer.from(value).toString()).join('/'), expected, 'path'),
  query: checkQuery,
  block1: (_s, m, expected) => checkBlock(m, 27, expected),
  block2: (_s, m, expected) => checkBlock(m, 23, expected),
  block1_size_at_most: (_s, m, expected) => ok(decodeBlock(valuesOf(m, 27)[0] ?? []).size <= expected, `block1 is larger than ${expected}`),
  block2_size_at_most: (_s, m, expected) => ok(decodeBlock(valuesOf(m, 23)[0] ?? []).size <= expected, `block2 is larger than ${expected}`),
  observe: (s, m, expected) => {
    const value = valuesOf(m, 6)[0];
    if (typeof expected === 'boolean') same(value !== undefined, expected, 'Observe is there');
    else if (typeof expected === 'number') same(value && uintOf(value), expected, 'Observe');
    else if (/greater|larger|higher|newer|increas/.test(String(expected))) ok(value && s.observed !== undefined && isNewer(s.observed, 0, uintOf(value), 1), `Observe ${value && uintOf(value)} after ${s.observed}`);
    else throw new Skip(`the expectation observe: ${String(expected)} is not understood`);
    if (value) s.observed = uintOf(value);
  },
  payload: (_s, m, expected) => same(toHex(m.payload), expected, 'payload'),
  payload_text: (_s, m, expected) => same(Buffer.from(m.payload).toString(), expected, 'payload'),
  etag: checkEtag,
  remember(s, m, expected: string) {
    if (expected !== 'etag') throw new Skip(`what is to be remembered, ${expected}, is not known`);
    s.remembered.etag = valuesOf(m, 4).map(toHex)[0] ?? 'none';
  },
  either(s, m, alternatives: Record<string, unknown>[]) {
    const wrong: string[] = [];
    for (const one of alternatives) {
      try {
        return checkMessage(s, m, one);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        wrong.push(error.message);
      }
    }
    fail(`none of the alternatives: ${wrong.join('; ')}`);
  },
  note() {},
};
for (const [name, number] of Object.entries(OPTION_NUMBERS)) {
  CHECKS[name] ??= (_s, m, expected) => {
    const value = valuesOf(m, number)[0];
    if (typeof expected === 'boolean') same(value !== undefined, expected, `${name} is there`);
    else same(value && uintOf(value), expected, name);
  };
}

function checkMessage(s: Session, m: RefMessage, expected: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(expected)) {
    const check = CHECKS[name];
    if (!check) throw new Skip(`the expectation ${name} is not known`);
    check(s, m, value);
  }
}

function checkReply(s: Session, before: string | undefined, expected: Record<string, unknown>): void {
  const { same_as_previous_reply: repeated, silent, ...rest } = expected;
  if (silent === true) return same(s.reply?.hex, undefined, 'reply');
  ok(s.reply, 'the device did not answer');
  if (repeated === true) same(s.reply.hex, before, 'the reply, repeated');
  checkMessage(s, s.reply, rest);
}

/** "same mid, up to 4 times, 2-3 s then doubling" */
function checkRetransmissions(s: Session, first: Sent, expected: string): void {
  const times = Number(/(?:up to )?(\d+) times/.exec(expected)?.[1] ?? 4);
  const [, shortest = 2, longest = 3] = /([\d.]+)-([\d.]+) s/.exec(expected)?.map(Number) ?? [];
  const m = parse(first.bytes);
  pass(s, 93_000);
  const copies = s.pending.filter(({ bytes }) => parse(bytes).mid === m.mid);
  same(copies.length, times, 'retransmissions');
  let gap = (copies[0]!.at - first.at) / 1000;
  ok(gap >= shortest && gap <= longest, `the first retransmission came after ${gap} s instead of ${shortest} to ${longest}`);
  for (let i = 1; i < copies.length; i++) {
    const next = (copies[i]!.at - copies[i - 1]!.at) / 1000;
    ok(Math.abs(next - 2 * gap) < 0.1, `retransmission ${i + 1} came after ${next} s instead of ${2 * gap}`);
    gap = next;
  }
  s.pending = s.pending.filter((sent) => !copies.includes(sent));
}

function stepOut(s: Session, { retransmits, ...expected }: Record<string, any>): void {
  const end = s.device.bench.now + PATIENCE_MS;
  while (!s.pending.length && s.device.bench.now < end) collect(s, s.device.bench.wait(end - s.device.bench.now));
  const next = s.pending.shift();
  ok(next, 'the device sent nothing by itself');
  s.taken = parse(next.bytes);
  s.first ??= s.taken;
  checkMessage(s, s.taken, expected);
  if (retransmits) checkRetransmissions(s, next, String(retransmits));
}

function stepReply(s: Session, { code, block1, type, location, options = [], ...rest }: Record<string, any>): void {
  if (Object.keys(rest).length) throw new Skip(`the reply has a field ${Object.keys(rest)[0]}, which is not known`);
  ok(s.taken, 'there is nothing to reply to');
  // Without a code it is an empty acknowledgement or a Reset.
  const [group, detail] = String(code ?? '0.00').split('.').map(Number) as [number, number];
  const all = [
    ...(location ?? (code === '2.01' ? ['rd', '1'] : [])).map((part: string) => ({ number: 8, value: text(part) })),
    ...(block1 ? [blockOption(27, block1.num, block1.more, block1.size)] : []),
    ...options,
  ];
  const isType = Math.max(0, TYPE_NAMES.indexOf(type ?? 'ACK'));
  collect(s, s.device.bench.say({ type: isType, code: group * 32 + detail, mid: isType >= 2 ? s.taken.mid : 0x4321, token: group ? s.taken.token : [], options: all }));
}

function checkText(s: Session, expected: string): void {
  let understood = false;
  if (/^(silent|silence|no answer|nothing)$/i.test(expected)) return same(s.reply?.hex, undefined, 'reply');
  if (/^(rst|reset)$/i.test(expected)) return same(s.reply && TYPE_NAMES[s.reply.type], 'RST', 'reply');
  if (/observation (is )?(removed|gone|ended|cancelled)/.test(expected)) {
    understood = true;
    same(s.device.slots().observations, [], 'observations');
  }
  if (/keeps running|alive/.test(expected)) {
    understood = true;
    same(s.device.alive(), '2.05', 'Read of /3/0/9');
  }
  if (/not resend|no (more )?(notification|retransmission)/.test(expected)) {
    understood = true;
    s.pending = s.pending.filter(({ bytes }) => parse(bytes).code < 32);
    pass(s, 300_000);
    ok(!s.pending.some(({ bytes }) => parse(bytes).code >= 64), 'the device went on sending');
  }
  if (!understood) throw new Skip(`the expectation "${expected}" is not understood`);
}

function checkFinal(s: Session, final: Record<string, unknown>): void {
  const { device } = s;
  for (const [what, expected] of Object.entries(final)) {
    if (/^executed/.test(what)) {
      same(device.world.objects.flatMap((store) => store.calls).filter(({ name }) => name === 'execute').length, Number(expected), 'executed, times');
      continue;
    }
    const path = /^(?:\/\d+){3,4}/.exec(what)?.[0];
    if (!path) throw new Skip(`"${what}" is not understood as what shall be at the end`);
    const value = s.device.valueAt(path);
    same(typeof value === 'object' ? toHex(value as Uint8Array) : value, expected, `${what} at the end`);
  }
}

function runStep(s: Session, step: Record<string, any>): void {
  const before = s.reply?.hex;
  if (step.in !== undefined) stepIn(s, step.in);
  if (step.action !== undefined) act(s, step.action);
  if (step.expect_out !== undefined) stepOut(s, step.expect_out);
  if (step.reply !== undefined) stepReply(s, step.reply);
  if (typeof step.expect === 'string') checkText(s, step.expect);
  else if (step.expect !== undefined) checkReply(s, before, step.expect);
  if (step.expect_silence_s !== undefined) {
    pass(s, step.expect_silence_s * 1000);
    same(s.pending.map(({ bytes }) => toHex(bytes)), [], 'what the device sent where it should be silent');
  }
  if (step.wait_s !== undefined) pass(s, step.wait_s * 1000);
  const known = ['in', 'expect', 'action', 'expect_out', 'reply', 'expect_silence_s', 'wait_s', 'note', 'optional'];
  const unknown = Object.keys(step).find((name) => !known.includes(name));
  if (unknown) throw new Skip(`a step has the field ${unknown}, which is not known`);
}

/** Does the device speak first, before anything is asked of it? Then it is not registered yet. */
const startsByItself = (steps: Record<string, any>[]): boolean => {
  const first = steps.find((step) => step.in !== undefined || step.expect_out !== undefined || step.action !== undefined);
  return first?.expect_out?.path === '/rd' || /^(start|register|make the device register)/i.test(first?.action ?? '');
};

export const runSequence: Run = (vector: Vector, context: Context) => {
  const steps = vector.steps as Record<string, any>[] | undefined;
  if (!Array.isArray(steps)) throw new Skip('it has no steps');
  const given = readPrecondition(String(vector.precondition ?? ''));
  const device = new Device(context, given);
  // Where a step says how a notification is settled, none is acknowledged by itself.
  const settles = steps.some(({ reply }) => reply && (reply.code === undefined || reply.code === '0.00' || reply.type === 'RST'));
  const s: Session = { device, pending: [], acknowledging: !settles, path: given.wishes[0]?.path, remembered: {} };
  if (startsByItself(steps)) {
    device.bench.start();
    collect(s, device.bench.out);
  } else device.bench.register();
  steps.forEach((step, i) => {
    try {
      runStep(s, step);
    } catch (error) {
      if (error instanceof Failure || error instanceof Skip) error.message = `step ${i + 1}: ${error.message}`;
      throw error;
    }
  });
  if (vector.final) checkFinal(s, vector.final);
  same(device.alive(), '2.05', 'Read of /3/0/9 afterwards');
};

