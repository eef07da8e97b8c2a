/** Cases of badinput.json: bad or unusual input, and what a robust client may answer. */
import { codeText, type RefMessage } from '../../test/reference/coap';
import { fromHex, parse, toHex, type Sent } from '../../test/support/bench';
import { Device } from './device';
import { fail, ok, same, Skip, Tolerated } from './check';
import { runServerAnswer } from './serveranswer';
import type { Context, Run, Vector } from './types';

const EXCHANGE_LIFETIME_MS = 247_000;

/** Categories that are about what this client does not have yet. */
const LATER: Record<string, string> = {
  bootstrap: 'there is no bootstrap interface yet',
  dtls: 'there is no security layer yet: the client speaks CoAP over UDP (NoSec)',
};

/** Formats and operations of LwM2M 1.1, which a 1.0 client refuses as unknown. */
const NOT_IN_1_0: Record<string, string[]> = {
  'senml-json': ['4.15'],
  'senml-cbor': ['4.15'],
  cbor: ['4.15'],
  'lwm2m-cbor': ['4.15'],
  composite: ['4.05', '4.15', '4.01'],
};

/** "2.05", "rst", "silent": what came back for a datagram. */
function describe(sent: Sent[], mid: number): { outcome: string; hex: string } {
  const answers = sent.map(({ bytes }) => parse(bytes)).filter((m) => m.type === 3 || m.code >= 64);
  ok(answers.length <= 1, `${answers.length} answers to one datagram: ${sent.map(({ bytes }) => toHex(bytes)).join(' ')}`);
  const m = answers[0] as RefMessage | undefined;
  if (!m) return { outcome: 'silent', hex: '' };
  ok(m.type < 2 || m.mid === mid, `message id ${m.mid} instead of ${mid}`);
  return { outcome: m.type === 3 ? 'rst' : codeText(m.code), hex: toHex(sent[0]!.bytes) };
}

function give(device: Device, hex: string): { outcome: string; hex: string } {
  const datagram = fromHex(hex);
  return describe(device.bench.give(datagram), (datagram[2] ?? 0) * 256 + (datagram[3] ?? 0));
}

/** Bytes of the longest datagram that the board `host` takes; longer ones may be refused as such. */
const LONGEST = 1200;

/** Expected, tolerated, or wrong. */
function judge(outcome: string, vector: Vector): void {
  const expected = vector.expect as string[];
  const tooLong = (vector.datagram?.length ?? 0) / 2 > LONGEST ? ['4.13'] : [];
  const tolerated = [...((vector.tolerated as string[] | undefined) ?? []), ...(NOT_IN_1_0[vector.category] ?? []), ...tooLong, '5.00'];
  if (expected.includes(outcome)) return;
  if (tolerated.includes(outcome)) throw new Tolerated(outcome);
  fail(`answered ${outcome} instead of ${expected.join(' or ')}${vector.tolerated ? `, ${(vector.tolerated as string[]).join(', ')} being tolerated` : ''}`);
}

/** What has to be there for a case: the device of the file has it all, but /16/0 only where it is said, and the resource of the target. */
function deviceFor(context: Context, vector: Vector): Device {
  const device = new Device(context);
  const { portfolio } = device.world;
  if (!/\/16\/0 exists/.test(vector.note ?? '')) {
    delete portfolio.values[0];
    portfolio.instances = [];
  }
  device.bench.register();
  return device;
}

/** Judges the answers to several datagrams by a sentence. */
function judgeSequence(device: Device, vector: Vector, answers: { outcome: string; hex: string }[]): void {
  const outcomes = answers.map(({ outcome }) => outcome);
  const sentence = (vector.expect as string[]).join(' or ');
  const plain = /^\d\.\d\d( or \d\.\d\d)*$/.test(sentence);
  if (plain) return judge(outcomes[outcomes.length - 1]!, vector);
  let understood = false;
  for (const part of sentence.split(/;\s*|,\s+(?=executed|written)/)) {
    const nth = /^(\d\.\d\d) on the (first|second|third|fourth|last)$/.exec(part);
    if (nth) {
      const at = nth[2] === 'last' ? outcomes.length - 1 : ['first', 'second', 'third', 'fourth'].indexOf(nth[2]!);
      same(outcomes[at], nth[1], `answer to the ${nth[2]}`);
    } else if (/^\d\.\d\d/.test(part)) {
      part.split(/,\s*/).forEach((codes, i) => ok(codes.split(' or ').includes(outcomes[i]!), `answer ${i + 1}: ${outcomes[i]} instead of ${codes}`));
    } else if (/^same (reply|answer)/.test(part)) {
      same(answers[answers.length - 1]!.hex, answers[answers.length - 2]!.hex, 'the answer to the repeated one');
      ok(/^2\./.test(outcomes[outcomes.length - 1]!), `answered ${outcomes.join(', ')}`);
    } else if (/executed once/.test(part)) {
      same(device.world.test.calls.filter(({ name }) => name === 'execute').length, 1, 'executed, times');
    } else if (/written once/.test(part)) {
      const last = device.world.firmware.calls.filter((call) => call.name === 'chunk' && !call.more);
      same(last.length, 1, 'last block written, times');
    } else if (/never mixed/.test(part)) {
      const value = device.world.firmware.values[0]![0] as Uint8Array;
      ok(!toHex(value).includes('7a'), 'the body has bytes of another one');
    } else if (/state freed/.test(part)) {
      device.bench.advance(EXCHANGE_LIFETIME_MS + 1000);
      same(device.slots().transfers, 0, 'transfers after EXCHANGE_LIFETIME');
    } else continue;
    understood = true;
  }
  if (!understood) throw new Skip(`the expectation "${sentence}" is not understood`);
}

/** The same request again and again, with a new message id each time. */
function runBurst(device: Device, { count, datagram }: { count: number; datagram: string }): void {
  let answered = 0;
  for (let i = 0; i < count; i++) {
    const mid = (0x5000 + i).toString(16).padStart(4, '0');
    if (give(device, datagram.slice(0, 4) + mid + datagram.slice(8)).outcome !== 'silent') answered++;
  }
  ok(answered > 0, 'none of them was answered');
}

function run(vector: Vector, context: Context): void {
  const device = deviceFor(context, vector);
  const before = device.slots();
  try {
    if (vector.repeat) runBurst(device, vector.repeat);
    else if (Array.isArray(vector.sequence)) judgeSequence(device, vector, (vector.sequence as string[]).map((hex) => give(device, hex)));
    else if (typeof vector.datagram === 'string') judge(give(device, vector.datagram).outcome, vector);
    else throw new Skip('it has neither a datagram nor a sequence');
  } finally {
    same(device.alive(), '2.05', 'Read of /3/0/9 right after');
    release(device);
    same(device.slots(), before, 'what the client holds afterwards');
  }
}

/** What a well-formed request may rightly leave: an observation, attributes, a transfer. The server takes them back, or they time out. */
function release(device: Device): void {
  for (const path of device.slots().observations) device.dialogue.get(path, { observe: 1 });
  for (const path of device.slots().attributes) device.dialogue.put(path, { query: ['pmin', 'pmax', 'gt', 'lt', 'st', 'epmin', 'epmax'].slice(0, path.split('/').length > 3 ? 7 : 2) });
  device.bench.advance(EXCHANGE_LIFETIME_MS + 1000);
}

export const runBadInput: Run = (vector, context) => {
  const reason = LATER[vector.category];
  if (reason) throw new Skip(reason);
  if (!Array.isArray(vector.expect)) throw new Skip('it has no list of expectations');
  if (vector.category === 'server-answers') return runServerAnswer(vector, context);
  run(vector, context);
};

