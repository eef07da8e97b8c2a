/** Our server: what it parses, and the whole of it between any datagrams. */
import assert from 'node:assert/strict';
import { loadDefaults } from '../../../src/host/objects/registry';
import { ArgumentsError, decodeArguments } from '../../../src/host/server/management/arguments';
import { makePeer, type Transport } from '../../../src/host/server/coap/transport';
import { CodecError } from '../../../src/host/server/errors';
import { decodeContent } from '../../../src/host/server/formats/format';
import { decodeLinks, encodeLinks, LinkFormatError } from '../../../src/host/server/formats/link';
import { LwM2mServer } from '../../../src/host/server/server';
import { decodeUri, UriError } from '../../../src/host/server/uri';
import { definition, resource } from '../../../src/host/objects/registry';
import { codeText, decodeMessage, type RefMessage } from '../../reference/coap';
import { build, pathOptions, text, toHex, uintOption } from '../../support/bench';
import type { Core } from '../../support/core';
import { VirtualTime } from '../../simulated/network';
import { below, pick, type Random } from '../mutate';
import { fromHex, type Subject, type Target } from '../target';
import { datagrams, fieldOf, vectorsOf } from '../vectors';

const objects = loadDefaults();
const model = { object: (id: number) => definition(objects, id), resource: (id: number, r: number) => resource(objects, id, r) };
const PATHS = [[3], [3, 0], [3, 0, 0], [3, 0, 6], [3, 0, 6, 1], [3, 0, 13], [3442, 0], [3442, 0, 130], [3442, 0, 140], [3442, 0, 150], [3442, 0, 170], [9999, 0, 1]];

/** The letter of an outcome: fine, or refused in the way that is promised. Anything else that is thrown is a finding. */
function attempt(refusal: new (...args: never[]) => Error, run: () => void): string {
  try {
    run();
    return '+';
  } catch (error) {
    if (error instanceof refusal) return '-';
    throw error;
  }
}

/** Also what the client reads of texts: the URI of its server. */
export const parsersTarget = (core: Core): Target => ({
  name: 'parsers',
  title: 'the server\'s link-format, URIs, arguments, payloads; the client\'s URIs',
  inputs: 1000,
  seeds: () => [
    ...[...vectorsOf('linkformat'), ...vectorsOf('execute_args')].map((vector) => Uint8Array.from(Buffer.from(String(vector.text), 'utf8'))),
    ...vectorsOf('uri').map((vector) => Uint8Array.from(Buffer.from(String(vector.uri), 'utf8'))),
    ...vectorsOf('tlv').map(fieldOf('hex')).filter((b) => b.length < 300),
  ],
  create: () => ({
    take(input) {
      const s = Buffer.from(input).toString('utf8');
      const ways = [false, true].map((lenient) =>
        attempt(LinkFormatError, () => {
          const links = decodeLinks(s, lenient);
          const again = decodeLinks(encodeLinks(links));
          assert.deepEqual(again, links, 'links that are not the same when written and read');
        }),
      );
      ways.push(attempt(UriError, () => void decodeUri(s)));
      ways.push(attempt(ArgumentsError, () => void decodeArguments(s)));
      const uri = core.decodeServerUri(s);
      if (uri) assert.ok(uri.host.length > 0 && Number.isInteger(uri.port) && uri.port > 0 && uri.port < 65536, `${s}: ${JSON.stringify(uri)}`);
      ways.push(uri ? '+' : '-');
      for (const path of PATHS) for (const format of [undefined, 0, 42, 11542]) ways.push(attempt(CodecError, () => void decodeContent(format, input, path, model)));
      return `${ways.join('')} ${Math.min(input.length, 6)}`;
    },
  }),
});

const DEVICES = ['192.0.2.7', '192.0.2.8', '192.0.2.9'].map((address, i) => makePeer(address, 40_000 + i, 0));

class Server implements Subject {
  readonly #server: LwM2mServer;
  readonly #time = new VirtualTime();
  readonly #random: Random;
  readonly #faults: unknown[] = [];
  readonly #sent: { m: RefMessage; key: string }[] = [];
  #deliver: (datagram: Uint8Array, from: (typeof DEVICES)[number]) => void = () => {};
  #mid = 1;

  constructor(random: Random) {
    this.#random = random;
    const transport: Transport = {
      start: async (onDatagram) => void (this.#deliver = onDatagram),
      stop: async () => {},
      send: (datagram, to) => {
        const m = decodeMessage(datagram);
        assert.ok(typeof m !== 'string', `no CoAP message: ${toHex(datagram)}`);
        this.#sent.push({ m, key: to.key });
      },
      addresses: () => [{ address: '192.0.2.1', port: 5683 }],
    };
    const clock = { now: () => 1_700_000_000_000 + this.#time.now, after: (delay: number, run: () => void) => this.#time.after(delay, run) };
    this.#server = new LwM2mServer({ objects, transport, clock, random, maxClients: 8 });
    this.#server.events.on('fault', (error) => void this.#faults.push(error));
  }

  async start(): Promise<this> {
    await this.#server.start();
    for (const peer of DEVICES) await this.#register(peer);
    return this;
  }

  async #register(peer: (typeof DEVICES)[number]): Promise<void> {
    const options = [...pathOptions('/rd'), uintOption(12, 40), ...[`ep=${peer.address}`, 'lt=300', 'lwm2m=1.0', 'b=U'].map((q) => ({ number: 15, value: text(q) }))];
    this.#mid = (this.#mid + 1) & 0xffff;
    this.#sent.length = 0;
    this.#deliver(build({ code: 2, mid: this.#mid, token: [this.#mid >> 8, this.#mid & 255, 9], options, payload: text('</1/0>,</3/0>,</3442/0>') }), peer);
    await this.#time.pass(0);
    const answer = this.#sent.find(({ m }) => m.type === 2 && m.mid === this.#mid);
    assert.equal(answer && codeText(answer.m.code), '2.01', 'it registers nobody any more');
  }

  /** Something that the server wants of a device, so that there are answers to wait for. */
  #ask(peer: (typeof DEVICES)[number]): void {
    const name = peer.address;
    const server = this.#server;
    const asked = pick(this.#random, [
      () => server.read(name, '/3/0'),
      () => server.read(name, '/3/0/9'),
      () => server.observe(name, '/3/0/9'),
      () => server.write(name, '/3442/0/150', new Uint8Array(500)),
      () => server.discover(name, '/3'),
      () => server.create(name, '/3442', { 110: 'a' }),
    ]);
    // Any outcome is fine, as long as it is one of an operation.
    asked().catch((error: Error) => {
      if (!/Timeout|Reset|Canceled|InvalidResponse|UnknownClient/.test(error.name + error.constructor.name)) this.#faults.push(error);
    });
  }

  async take(input: Uint8Array): Promise<string> {
    const peer = pick(this.#random, DEVICES);
    const bytes = input.slice();
    if (below(this.#random, 3) === 0) this.#ask(peer);
    await this.#time.pass(0);
    // An answer to what the server asked last, sometimes.
    const waiting = this.#sent.filter(({ m, key }) => key === peer.key && m.type === 0 && m.code > 0 && m.code < 32).at(-1);
    if (waiting && bytes.length >= 4 && below(this.#random, 2) === 0) {
      bytes[2] = waiting.m.mid >> 8;
      bytes[3] = waiting.m.mid & 255;
      if ((bytes[0]! & 15) === waiting.m.token.length) bytes.set(waiting.m.token.slice(0, Math.max(bytes.length - 4, 0)), 4);
    }
    this.#sent.length = 0;
    this.#deliver(bytes, peer);
    await this.#time.pass(0);
    const mid = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);
    const answers = this.#sent.filter(({ m, key }) => key === peer.key && m.type >= 2 && m.mid === mid);
    assert.ok(answers.length <= 1, `${answers.length} answers`);
    const way = answers[0] ? `${answers[0].m.type}${codeText(answers[0].m.code)}` : 'silent';
    await this.#time.pass([0, 0, 10, 2000, 100_000, 400_000][below(this.#random, 6)]!);
    assert.deepEqual(this.#faults, []);
    assert.ok(this.#server.registry.size <= 8);
    const m = decodeMessage(input);
    return `${way} ${this.#sent.length > 1} ${typeof m === 'string' ? m : `${m.type}${codeText(m.code)} ${[...new Set(m.options.map(({ number }) => number))].slice(0, 4).join()}`}`;
  }

  async check(): Promise<void> {
    await this.#time.pass(1_000_000);
    this.#server.registry.clear();
    await this.#register(DEVICES[0]!);
    await this.#server.stop();
    assert.deepEqual(this.#faults, []);
  }
}

/** Answers of a device: contents, blocks, errors. Id and token are put in as they are waited for. */
const ANSWERS = [
  '64 45 0001 01020304 c0 ff 3530',
  '64 45 0001 01020304 60 60 ff 3530',
  '64 45 0001 01020304 c12d ff c10932',
  '64 44 0001 01020304',
  '64 5f 0001 01020304 d1 0e 0b',
  '64 45 0001 01020304 d1 0a 0a ff 30313233343536373839616263646566',
  '64 84 0001 01020304',
  '64 41 0001 01020304 84 33343432 01 35',
];

export const serverTarget = (): Target => ({
  name: 'server',
  title: 'the whole server',
  messages: true,
  inputs: 100,
  seeds: () => [
    ...datagrams(),
    ...ANSWERS.map((hex) => fromHex(hex.replace(/ /g, ''))),
  ],
  create: (random) => new Server(random).start(),
});
