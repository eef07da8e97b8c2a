/** The server's side of a conversation with a bench: requests one by one, whole or in blocks. */
import { codeText, decodeBlock, uintOption as optionOf, valuesOf, type RefMessage } from '../reference/coap';
import { blockOption, build, parse, pathOptions, SERVER, text, toHex, uintOption, type Bench, type Sent } from './bench';

export const METHODS = { GET: 1, POST: 2, PUT: 3, DELETE: 4, FETCH: 5 };
export const TLV = 11542;

export interface Request {
  format?: number;
  accept?: number;
  payload?: Iterable<number>;
  query?: string[];
  observe?: number;
  /** [num, more, size] */
  block1?: [number, boolean, number];
  block2?: [number, boolean, number];
  type?: number;
  token?: number[];
  mid?: number;
  from?: string;
}

export interface Answer extends RefMessage {
  /** "2.05" */
  text: string;
  /** The whole datagram, hex. */
  hex: string;
}

export class Dialogue {
  #mid = 0x2000;
  #token = 0;
  readonly bench: Bench;
  /** What the client sent that was no answer to a request: notifications, its own requests. */
  readonly unasked: Sent[] = [];

  constructor(bench: Bench) {
    this.bench = bench;
  }

  /** The bytes of a request; message id and token are new unless given. */
  build(method: number, path: string, request: Request = {}): Uint8Array {
    const { format, accept, payload = [], query = [], observe, block1, block2, type = 0 } = request;
    const options = [
      ...(observe === undefined ? [] : [uintOption(6, observe)]),
      ...pathOptions(path),
      ...(format === undefined ? [] : [uintOption(12, format)]),
      ...query.map((q) => ({ number: 15, value: text(q) })),
      ...(accept === undefined ? [] : [uintOption(17, accept)]),
      ...(block2 ? [blockOption(23, ...block2)] : []),
      ...(block1 ? [blockOption(27, ...block1)] : []),
    ];
    const token = request.token ?? [0x70, ++this.#token & 255];
    const mid = request.mid ?? (this.#mid = (this.#mid + 1) & 0xffff);
    return build({ type, code: method, mid, token, options, payload: [...payload] });
  }

  /** Sends a datagram and returns its only answer; undefined without one. Throws when there are several. */
  exchange(datagram: Uint8Array, from = SERVER): Answer | undefined {
    const asked = parse(datagram);
    const answers: Answer[] = [];
    for (const sent of this.bench.give(datagram, from)) {
      const m = parse(sent.bytes);
      const matches = m.type >= 2 ? m.mid === asked.mid : toHex(m.token) === toHex(asked.token) && sent.address === from;
      if (matches) answers.push({ ...m, text: codeText(m.code), hex: toHex(sent.bytes) });
      else this.unasked.push(sent);
    }
    if (answers.length > 1) throw new Error(`the client answered ${answers.length} times: ${answers.map(({ hex }) => hex).join(' ')}`);
    return answers[0];
  }

  /** Throws when there is no answer. */
  ask(method: number, path: string, request: Request = {}): Answer {
    const answer = this.exchange(this.build(method, path, request), request.from);
    if (!answer) throw new Error(`the client did not answer ${Object.keys(METHODS)[method - 1]} ${path}`);
    return answer;
  }

  get = (path: string, request?: Request): Answer => this.ask(METHODS.GET, path, request);
  post = (path: string, request?: Request): Answer => this.ask(METHODS.POST, path, request);
  put = (path: string, request?: Request): Answer => this.ask(METHODS.PUT, path, request);
  delete = (path: string, request?: Request): Answer => this.ask(METHODS.DELETE, path, request);

  /** A GET in blocks of at most `size`. Returns the last answer, its payload whole. Throws when the blocks do not fit together. */
  getAll(path: string, size: number, request: Request = {}): Answer {
    const payload: number[] = [];
    for (let num = 0, asked = size; ; ) {
      const answer = this.get(path, { ...request, block2: [num, false, asked] });
      const option = valuesOf(answer, 23)[0];
      if (answer.payload.length > asked && answer.code === 0x45) throw new Error(`${answer.payload.length} bytes came where a block of ${asked} was asked for`);
      if (answer.code !== 0x45 || !option) return { ...answer, payload: [...payload, ...answer.payload] };
      const block = decodeBlock(option);
      if (block.num * block.size !== payload.length || block.size > asked) throw new Error(`block ${block.num} of ${block.size} came for byte ${payload.length}`);
      if (block.more && answer.payload.length !== block.size) throw new Error(`a block of ${answer.payload.length} bytes came where ${block.size} belong`);
      payload.push(...answer.payload);
      if (!block.more) return { ...answer, payload };
      num = payload.length / block.size;
      asked = block.size;
    }
  }

  /** A request with its payload in blocks of `size`; whole when it fits. Returns the last answer. */
  sendAll(method: number, path: string, payload: Uint8Array, size: number, request: Request = {}): Answer {
    for (let at = 0, num = 0; ; at += size, num++) {
      const more = at + size < payload.length;
      if (!more && !at && payload.length <= size) return this.ask(method, path, { ...request, payload });
      const answer = this.ask(method, path, { ...request, payload: payload.subarray(at, at + size), block1: [num, more, size] });
      if (!more || answer.text !== '2.31') return answer;
    }
  }

  /** Acknowledges a Confirmable message of the client, or refuses it with a Reset. */
  settle({ bytes, address }: Sent, reset = false): void {
    const m = parse(bytes);
    if (m.type === 0) this.bench.say({ type: reset ? 3 : 2, mid: m.mid }, address);
    else if (reset) this.bench.say({ type: 3, mid: m.mid }, address);
  }

  /** Takes what came unasked, with what the bench returned meanwhile. */
  take(...more: Sent[]): RefMessage[] {
    return [...this.unasked.splice(0), ...more].map(({ bytes }) => parse(bytes));
  }
}

export const formatOf = (answer: RefMessage): number | undefined => optionOf(answer, 12);
export const observeOf = (answer: RefMessage): number | undefined => optionOf(answer, 6);
export const textOf = (answer: RefMessage): string => Buffer.from(answer.payload).toString('utf8');
