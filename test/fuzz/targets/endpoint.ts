/** The whole client: any datagrams, one after the other, from its server and from others, while time passes. */
import assert from 'node:assert/strict';
import { codeText, decodeMessage, type RefMessage } from '../../reference/coap';
import { build, createBench, pathOptions, seeded, toHex, type Bench, type Sent } from '../../support/bench';
import type { Udp } from '../../../src/device/index';
import type { CoreUnderTest } from '../../support/core';
import { slotsOf } from '../../support/slots';
import { createWorld } from '../../support/world';
import { guarded } from '../guard';
import type { Subject, Target } from '../target';
import { below, type Random } from '../mutate';
import { datagrams } from '../vectors';

/** A datagram, and the buffer that has some bytes more: LIMIT_DATAGRAM of the board `host`. */
const LONGEST = 1200;
const BUFFER = 1216;
/** The head of an option that is cut is read as if it went on, and refused then (RFC 7252 3.1). */
const LOOKS_BEHIND = 5;
const OTHER = '192.0.2.66';

/** What the client sends has to be a message, and one that may be sent. */
function parse({ bytes }: Sent): RefMessage {
  assert.ok(bytes.length <= LONGEST, `a datagram of ${bytes.length} bytes`);
  const m = decodeMessage(bytes);
  assert.ok(typeof m !== 'string', `no CoAP message: ${toHex(bytes)}`);
  const kind = m.code >> 5;
  if (m.type === 3) assert.equal(m.code, 0, 'a Reset that is not empty');
  else if (m.code === 0) assert.equal(m.type, 2, 'an empty message that is no acknowledgement');
  else assert.ok(kind === 0 || kind === 2 || kind === 4 || kind === 5, `code ${codeText(m.code)}`);
  m.options.forEach((option, i) => assert.ok(!i || option.number >= m.options[i - 1]!.number));
  return m;
}

interface Asked {
  mid: number;
  token: string;
  request: boolean;
}

class Client implements Subject {
  readonly #bench: Bench;
  readonly #under: CoreUnderTest;
  readonly #random: Random;
  #mid = 0xf000;

  /** `fill` is what stands behind the end of each datagram; old bytes when absent. */
  constructor(under: CoreUnderTest, random: Random, fill?: number) {
    this.#under = under;
    this.#random = random;
    const world = createWorld();
    this.#bench = createBench(under, world.objects, { random, block: [16, 64, 1024][below(random, 3)]!, servers: [{ uri: 'coap://192.0.2.1', ssid: 1, lifetime: 400 }] });
    // One of four has buffers that watch themselves, which is slow.
    if (below(random, 4) === 0) {
      const client = this.#bench.client as unknown as Record<string, Uint8Array>;
      for (const name of ['_b', '_duplicates', '_tokens']) if (client[under.nameOf(name)]) client[under.nameOf(name)] = guarded(client[under.nameOf(name)]!, name, name === '_b' ? LOOKS_BEHIND : 0);
      const transfer = (this.#bench.client as unknown as Record<string, Record<string, Uint8Array>>)[under.nameOf('_transfer')];
      if (transfer?.[under.nameOf('_body')]) transfer[under.nameOf('_body')] = guarded(transfer[under.nameOf('_body')]!, '_body');
    }
    if (fill !== undefined) {
      const udp = (this.#bench.client as unknown as Record<string, Udp>)[under.nameOf('_udp')]!;
      const { read } = udp;
      udp.read = (into) => {
        const n = read.call(udp, into);
        if (n !== undefined) into.fill(fill, n);
        return n;
      };
    }
    // Registered, or still about to be.
    if (below(random, 5)) this.#bench.register();
    else this.#bench.start();
  }

  take(input: Uint8Array): string {
    const bench = this.#bench;
    const asked = this.#meant(input);
    const stranger = below(this.#random, 30) === 0;
    const from = bench.out.length;
    bench.give(asked.bytes, stranger ? OTHER : undefined);
    const sent = bench.out.slice(from);
    if (stranger) assert.ok(!sent.some(({ address }) => address === OTHER), 'an answer to a stranger');
    const answers = sent.map(parse).filter((m) => this.#answers(m, asked));
    assert.ok(answers.length <= 1, `${answers.length} answers`);
    // Its own requests and notifications: as many as there are slots, and never two at a time.
    assert.ok(sent.length - answers.length <= 1, `${sent.length} datagrams for one`);
    const way = answers[0] ? `${answers[0].type}${codeText(answers[0].code)}${answers[0].options.map(({ number }) => number).join()}` : 'silent';
    const state = this.#pass();
    if (bench.out.length > 500) bench.out.splice(0, 400);
    if (bench.events.length > 100) bench.events.length = 0;
    return `${way} ${state} ${decodedWay(input)}`;
  }

  /** An answer means what waits for it: now and then the input gets the id and token of the client's own last message. */
  #meant(input: Uint8Array): Asked & { bytes: Uint8Array } {
    const bytes = input.slice();
    const last = this.#bench.out.at(-1);
    if (last && bytes.length >= 4 && below(this.#random, 3) === 0) {
      bytes.set(last.bytes.subarray(2, 4), 2);
      const own = last.bytes[0]! & 15;
      if ((bytes[0]! & 15) === own) bytes.set(last.bytes.subarray(4, 4 + own).subarray(0, Math.max(bytes.length - 4, 0)), 4);
    }
    const code = bytes[1] ?? 0;
    return { bytes, mid: (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0), token: toHex(bytes.subarray(4, 4 + ((bytes[0] ?? 0) & 15))), request: code > 0 && code < 32 };
  }

  #answers(m: RefMessage, { mid, token, request }: Asked): boolean {
    if (m.type >= 2) {
      assert.equal(m.mid, mid, 'an answer to another message id');
      if (m.code && request) assert.equal(toHex(m.token), token, 'an answer with another token');
      return true;
    }
    return m.code >= 64 && m.type === 1 && toHex(m.token) === token;
  }

  /** Time, sometimes a little, sometimes longer than anything lasts; and a server that registers it, acknowledges, or does not. */
  #pass(): string {
    const bench = this.#bench;
    const ms = [0, 0, 0, 10, 1000, 70_000, 400_000][below(this.#random, 7)]!;
    if (ms) bench.advance(ms);
    for (const one of bench.out.slice(-3)) {
      const m = parse(one);
      if (m.type !== 0 || below(this.#random, 3) === 0) continue;
      if (m.code >= 64) bench.say({ type: 2, mid: m.mid });
      else if (m.code === 2 && m.payload.length) bench.say({ type: 2, code: 0x41, mid: m.mid, token: m.token, options: pathOptions('/rd/1', 8) });
      else if (m.code === 2) bench.say({ type: 2, code: 0x44, mid: m.mid, token: m.token });
      else if (m.code === 4) bench.say({ type: 2, code: 0x42, mid: m.mid, token: m.token });
    }
    const { observations, attributes, transfers, exchanges } = slotsOf(bench.client, this.#under, bench.now);
    assert.ok(observations.length <= 32 && attributes.length <= 32 && exchanges <= 1);
    return `${Math.min(observations.length, 2)}${Math.min(attributes.length, 2)}${transfers}${exchanges}`;
  }

  /** What it has sent last, when, and what it told. */
  get told(): unknown {
    return { out: this.#bench.out.slice(-8).map(({ at, bytes }) => `${at} ${toHex(bytes)}`), events: this.#bench.events.slice(-8) };
  }

  /** It still answers a Read. */
  check(): void {
    this.#mid = (this.#mid + 1) & 0xffff;
    const sent = this.#bench.give(build({ code: 1, mid: this.#mid, token: [0xaa], options: pathOptions('/3/0/9') })).map(parse);
    const answer = sent.find((m) => m.type === 2 && m.mid === this.#mid);
    assert.ok(answer, 'it does not answer a Read any more');
    assert.equal(codeText(answer.code), '2.05');
  }
}

/** The kind of request that an input is. */
function decodedWay(input: Uint8Array): string {
  const m = decodeMessage(input);
  return typeof m === 'string' ? m : `${m.type}${codeText(m.code)} ${[...new Set(m.options.map(({ number }) => number))].slice(0, 4).join()}`;
}

/** Two clients that differ in what stands behind the datagrams in their buffers: nothing that they say may depend on it. */
class Twins implements Subject {
  readonly #twins: Client[];

  constructor(under: CoreUnderTest, random: Random) {
    const seed = below(random, 2 ** 31);
    this.#twins = [0x00, 0xff].map((fill) => new Client(under, seeded(seed), fill));
  }

  take(input: Uint8Array): string {
    const ways = this.#twins.map((one) => one.take(input));
    this.#compare();
    return ways[0]!;
  }

  check(): void {
    for (const one of this.#twins) one.check();
    this.#compare();
  }

  #compare(): void {
    assert.deepEqual(this.#twins[1]!.told, this.#twins[0]!.told, 'what stands behind the end of a datagram matters');
  }
}

export const endpointTarget = (under: CoreUnderTest): Target => ({
  name: 'endpoint',
  title: 'the whole client',
  messages: true,
  ends: [LONGEST, BUFFER],
  inputs: 120,
  seeds: datagrams,
  create: (random) => {
    const client = below(random, 3) === 0 ? new Twins(under, random) : new Client(under, random);
    return {
      take(input) {
        const way = client.take(input);
        client.check();
        return way;
      },
    };
  },
});
