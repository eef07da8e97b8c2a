/** What was asked of a device over a rough network, what it did, and what of CoAP's promises was broken. */
import { CanceledError, InvalidResponseError, TimeoutError } from '../../src/host/server/coap/errors';
import { UnknownClientError } from '../../src/host/server/errors';
import type { LwM2mServer } from '../../src/host/server/server';
import { toHex } from '../support/bench';
import type { World } from '../support/world';

export type Kind = 'executed' | 'written' | 'blocks' | 'read';
export const KINDS = ['executed', 'written', 'blocks', 'read'] as const;

export const OBSERVED = '/3/0/9';
const EXECUTE = '/3442/0/3';
const WRITE = '/3442/0/120';
const LARGE = '/3442/0/150';
const INCOMPLETE = 0x88;

/** How an operation may end on such a network without an answer. */
const EXPECTED = [TimeoutError, CanceledError, UnknownClientError, InvalidResponseError];

/** 600 bytes that say which write they are of, all through. */
const bodyOf = (n: number): Uint8Array => Uint8Array.from({ length: 600 }, (_, i) => (n * 31 + i * (1 + (n % 5))) & 255);

export class Book {
  readonly breaches: string[] = [];
  /** Numbers that operations carried, in the order in which they were asked for, and whether the answer came. */
  readonly asked: Record<Kind, { n: number; answered: boolean }[]> = { executed: [], written: [], blocks: [], read: [] };
  readonly notes: number[] = [];
  readonly #server: LwM2mServer;
  readonly #endpoint: string;
  readonly #world: World;
  readonly #now: () => number;
  #number = 0;

  /** `now` in ms, of any origin. */
  constructor(server: LwM2mServer, endpoint: string, world: World, now: () => number) {
    this.#server = server;
    this.#endpoint = endpoint;
    this.#world = world;
    this.#now = now;
    server.events.on('notification', ({ registration, path, content }) => {
      if (registration.endpoint === endpoint && path === OBSERVED) this.notes.push(Number('value' in content ? content.value : NaN));
    });
  }

  breach(sentence: string): void {
    this.breaches.push(`${this.#endpoint}, at ${(this.#now() / 1000).toFixed(1)} s: ${sentence}`);
  }

  /** Starts an operation. A refusal is a breach; no answer is not. Never rejects. */
  async #begin(kind: Kind, operation: (n: number) => Promise<{ code: number; success: boolean }>): Promise<void> {
    const entry = { n: ++this.#number, answered: false };
    this.asked[kind].push(entry);
    try {
      const { success, code } = await operation(entry.n);
      entry.answered = success;
      // A body may lose its place when the client registers anew between two blocks.
      if (!success && !(kind === 'blocks' && code === INCOMPLETE)) this.breach(`${kind} ${entry.n} was answered ${code >> 5}.${code & 31}`);
    } catch (error) {
      if (!EXPECTED.some((type) => error instanceof type)) this.breach(`${kind} ${entry.n} failed: ${String(error)}`);
    }
  }

  execute = (): Promise<void> => this.#begin('executed', async (n) => this.#server.execute(this.#endpoint, EXECUTE, { 0: String(n) }));
  write = (): Promise<void> => this.#begin('written', async (n) => this.#server.write(this.#endpoint, WRITE, n));
  writeBlocks = (): Promise<void> => this.#begin('blocks', async (n) => this.#server.write(this.#endpoint, LARGE, bodyOf(n)));
  read = (): Promise<void> => this.#begin('read', async () => this.#server.read(this.#endpoint, '/3/0'));

  /** Never rejects. */
  async observe(): Promise<void> {
    await this.#server.observe(this.#endpoint, OBSERVED).catch(() => {});
  }

  get registered(): boolean {
    return this.#server.registry.byEndpoint(this.#endpoint) !== undefined;
  }

  /** What the application of the device saw, in that order. */
  #seen(kind: 'executed' | 'written'): number[] {
    return this.#world.test.calls.flatMap((call) => {
      if (kind === 'executed' && call.name === 'execute') return [Number(call.args[0])];
      return kind === 'written' && call.name === 'write' && call.resource === 120 ? [call.value as number] : [];
    });
  }

  /** No Execute runs twice, no Write is lost or applied out of date, notifications come in order. */
  check(): void {
    for (const kind of ['executed', 'written'] as const) {
      const seen = this.#seen(kind);
      seen.forEach((n, i) => {
        if (seen.indexOf(n) !== i) this.breach(`${n} was ${kind} twice`);
        if (i && n < seen[i - 1]!) this.breach(`${n} was ${kind} after ${seen[i - 1]}`);
      });
      for (const { n, answered } of this.asked[kind]) if (answered && !seen.includes(n)) this.breach(`${n} was answered and never ${kind}`);
    }
    this.notes.forEach((value, i) => {
      if (i && value < this.notes[i - 1]!) this.breach(`notification ${value} came after ${this.notes[i - 1]}`);
    });
    if (this.breaches.length > 20) throw new Error(`too much is wrong: ${this.breaches.slice(0, 3).join('; ')}`);
  }

  /** What the device has in the end is what was written last, and what the server knows is what the device has. */
  checkEnd(level: number): void {
    this.check();
    const values = this.#world.test.values[0]!;
    if (this.notes.at(-1) !== level) this.breach(`the last notification says ${this.notes.at(-1)}, the device ${level}`);
    const written = this.#seen('written');
    if (written.length && values[120] !== written.at(-1)) this.breach('the value is not the one written last');
    // One that was not answered may have arrived all the same.
    const first = this.asked.blocks.findLastIndex(({ answered }) => answered);
    const possible = this.asked.blocks.slice(Math.max(first, 0));
    if (first >= 0 && !possible.some(({ n }) => toHex(bodyOf(n)) === toHex(values[150] as Uint8Array))) this.breach('the large value is none of those written last');
  }

  /** [answered, without answer] */
  tally(kind: Kind): [number, number] {
    const answered = this.asked[kind].filter((entry) => entry.answered).length;
    return [answered, this.asked[kind].length - answered];
  }
}
