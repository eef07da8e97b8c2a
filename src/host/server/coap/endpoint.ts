/** Requests and responses on top of messages (RFC 7252 section 5): tokens, timeouts, and incoming requests. */
import * as wire from '../../../device/wire/coap';
import type { Budget } from './assembly';
import type { Clock } from './clock';
import { CanceledError, InvalidResponseError } from './errors';
import { Exchange, reasonOf, type ExchangeOptions } from './exchange';
import { BlockReceiver } from './incoming';
import { NOTHING, type Incoming, type Message, type Request, type Response } from './message';
import { MessageLayer, type Draft } from './messages';
import { screenOptions, uintOption } from './options';
import { hostPort, type Peer, type Transport } from './transport';

/** Options of a CoAP endpoint. */
export interface EndpointOptions {
  transport: Transport;
  clock: Clock;
  /** Returns a number in [0, 1). */
  random: () => number;
  handle: (request: Incoming) => Response | Promise<Response>;
  trace?: (incoming: boolean, datagram: Uint8Array, peer: Peer) => void;
  /** An unexpected error of a handler; the peer gets 5.00. */
  onError: (error: unknown) => void;
  /** Maximum bytes of one payload, over all blocks. */
  maxPayload: number;
  /** Memory for all block-wise responses in progress; default: no limit. */
  assembly?: Budget;
  /** Concurrent block-wise uploads, in total and from one peer. */
  maxTransfers: number;
  maxTransfersPerPeer?: number;
  /** A limit was reached; `kind` is one of a few fixed words. */
  warn?: (kind: string, message: string) => void;
  /** Number of messages remembered to detect duplicates. */
  maxSeen: number;
}

/** Receives messages for a token after the first response, until the token is released. */
export type Listener = (message: Message) => void;

/** RFC 7252 5.4.1: critical options that a response may have. */
const IN_RESPONSE = new Set([wire.OPTION_BLOCK1, wire.OPTION_BLOCK2]);
const IN_REQUEST = new Set([
  wire.OPTION_URI_HOST,
  wire.OPTION_URI_PORT,
  wire.OPTION_URI_PATH,
  wire.OPTION_URI_QUERY,
  wire.OPTION_ACCEPT,
  wire.OPTION_BLOCK1,
  wire.OPTION_BLOCK2,
]);

/** Our own tokens have 4 bytes (RFC 7252 5.3.1: 32 random bits against spoofing). */
const TOKEN_BYTES = 4;

/** Our token as a number; NaN for a foreign token. */
function numberOf(token: Uint8Array): number {
  return token.length === TOKEN_BYTES ? ((token[0]! * 256 + token[1]!) * 256 + token[2]!) * 256 + token[3]! : NaN;
}

const NO_OPTIONS: ExchangeOptions = {};

export class CoapEndpoint {
  readonly #layer: MessageLayer;
  /** By token. */
  readonly #pending = new Map<number, Exchange>();
  readonly #listeners = new Map<number, { peer: Peer; listen: Listener }>();
  readonly #receiver: BlockReceiver;
  /** Cancel functions of open pings. */
  readonly #pings = new Set<() => void>();

  readonly options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.options = options;
    const upper = {
      request: (message: Message, peer: Peer, respond: (draft: Draft) => void) => this.#serve(message, peer, respond),
      response: (message: Message, peer: Peer) => this.#accept(message, peer),
    };
    this.#layer = new MessageLayer(options.transport, upper, options);
    this.#receiver = new BlockReceiver(options);
  }

  /** Rejects like Transport.start. */
  start(): Promise<void> {
    return this.options.transport.start((datagram, from) => this.#layer.receive(datagram, from));
  }

  async stop(): Promise<void> {
    this.#layer.clear();
    for (const pending of [...this.#pending.values()]) pending.fail(new CanceledError('the server stops'));
    for (const end of [...this.#pings]) end();
    this.#listeners.clear();
    await this.options.transport.stop();
  }

  makeToken(): Uint8Array {
    for (;;) {
      const key = Math.floor(this.options.random() * 2 ** 32);
      if (!this.#pending.has(key) && !this.#listeners.has(key)) return Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key);
    }
  }

  /** Sends one request message and returns its response, which may be a single block. Rejects with an error of errors.ts. */
  exchange(peer: Peer, request: Request, options: ExchangeOptions = NO_OPTIONS): Promise<Message> {
    const token = options.token ?? this.makeToken();
    const reason = options.cancellation?.reason ?? (options.signal?.aborted ? reasonOf(options.signal) : undefined);
    if (reason) return Promise.reject(reason);
    const key = numberOf(token);
    this.#pending.get(key)?.fail(new CanceledError('another request took over its token'));
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(peer, key, options, { layer: this.#layer, clock: this.options.clock, pending: this.#pending }, resolve, reject);
      exchange.begin({ code: request.code, token, options: request.options, payload: request.payload ?? NOTHING });
    });
  }

  /** Whether the peer answers an empty Confirmable (RFC 7252 4.3) within `timeout` milliseconds from its sending. */
  ping(peer: Peer, timeout: number): Promise<boolean> {
    return new Promise((resolve) => {
      let stopTimer = (): void => {};
      const end = (answered: boolean): void => {
        stopTimer();
        this.#pings.delete(giveUp);
        resolve(answered);
      };
      const giveUp = (): void => (this.#layer.abandon(outgoing), end(false));
      this.#pings.add(giveUp);
      const draft = { code: wire.CODE_EMPTY, token: NOTHING, options: [], payload: NOTHING };
      const outgoing = this.#layer.confirm(peer, draft, {
        sent: () => (stopTimer = this.options.clock.after(timeout, giveUp)),
        acknowledged: () => end(true),
        reset: () => end(true),
        failed: () => end(false),
      });
    });
  }

  /** Passes messages from `peer` with this token to `listen`, unless a request waits for them. */
  listen(token: Uint8Array, peer: Peer, listen: Listener): void {
    this.#listeners.set(numberOf(token), { peer, listen });
  }

  /** Further messages with the token are answered by a Reset. */
  release(token: Uint8Array): void {
    this.#listeners.delete(numberOf(token));
  }

  #accept(message: Message, peer: Peer): boolean {
    const key = numberOf(message.token);
    const pending = this.#pending.get(key);
    const mine = pending?.peer.key === peer.key && (pending.options.accepts === undefined || pending.options.accepts(message)) ? pending : undefined;
    const listener = this.#listeners.get(key);
    if (!mine && listener?.peer.key !== peer.key) return false;
    const critical = screenOptions(message, IN_RESPONSE);
    if (critical !== undefined) {
      mine?.fail(new InvalidResponseError(`${hostPort(peer)} answered with the unknown critical option ${critical}`));
      return false;
    }
    if (mine) mine.succeed(message);
    else listener!.listen(message);
    return true;
  }

  #serve(message: Message, peer: Peer, respond: (draft: Draft) => void): void {
    const reply = ({ code, options = [], payload = NOTHING }: Response): void => respond({ code, token: message.token, options, payload });
    const critical = screenOptions(message, IN_REQUEST);
    if (critical !== undefined) {
      const proxy = critical === wire.OPTION_PROXY_URI || critical === wire.OPTION_PROXY_SCHEME;
      const payload = Buffer.from(proxy ? 'this server is no proxy' : `critical option ${critical} is not supported here`);
      return reply({ code: proxy ? wire.CODE_PROXYING_NOT_SUPPORTED : wire.CODE_BAD_OPTION, payload });
    }
    const block = uintOption(message, wire.OPTION_BLOCK2);
    const whole = this.#receiver.receive(message, peer);
    if ('code' in whole) return reply(whole);
    const finish = (response: Response): void => reply(this.#receiver.finish(response, whole.echo, block));
    const fail = (error: unknown): void => {
      this.options.onError(error);
      finish({ code: wire.CODE_INTERNAL_SERVER_ERROR });
    };
    try {
      const response = this.options.handle({ ...message, payload: whole.payload, peer });
      if (response instanceof Promise) response.then(finish).catch(fail);
      else finish(response);
    } catch (error) {
      fail(error);
    }
  }
}
