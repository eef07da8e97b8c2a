/** Requests and responses on top of messages (RFC 7252 section 5): tokens, timeouts, and the way in for requests of others. */
import * as wire from '../../../device/wire/coap';
import type { Clock } from './clock';
import { CanceledError, InvalidResponseError, ResetError, TimeoutError } from './errors';
import { BlockReceiver } from './incoming';
import { NOTHING, type Message, type Option } from './message';
import { MessageLayer, type Draft } from './messages';
import { screenOptions, uintOption } from './options';
import { hostPort, type Peer, type Transport } from './transport';

/** A request as the caller thinks of it: any length, no token. */
export interface Request {
  code: number;
  options: Option[];
  payload?: Uint8Array;
}

export interface Response {
  code: number;
  options?: Option[];
  payload?: Uint8Array;
}

/** A request that came in, whole. */
export interface Incoming extends Message {
  peer: Peer;
}

export interface EndpointOptions {
  transport: Transport;
  clock: Clock;
  /** from 0 up to 1 */
  random: () => number;
  handle: (request: Incoming) => Response | Promise<Response>;
  trace?: (incoming: boolean, datagram: Uint8Array, peer: Peer) => void;
  /** an unexpected error of a handler; the peer gets 5.00 */
  onError: (error: unknown) => void;
  /** bytes of one payload, block by block */
  maxPayload: number;
  /** block-wise uploads that may be under way at once */
  maxTransfers: number;
  /** messages remembered for the detection of duplicates */
  maxSeen: number;
}

/** What may come for a token after the first response, until the token is released. */
export type Listener = (message: Message) => void;

interface Pending {
  peer: Peer;
  /** whether this message is the response waited for */
  accepts: (message: Message) => boolean;
  resolve(message: Message): void;
  reject(error: Error): void;
}

export interface ExchangeOptions {
  /** 4 random bytes by default */
  token?: Uint8Array;
  /** milliseconds until TimeoutError; by default as long as CoAP tries, or MAX_RESPONSE_WAIT_MS behind an acknowledgement */
  timeout?: number;
  accepts?: (message: Message) => boolean;
  /** Abandons the exchange with CanceledError. */
  signal?: AbortSignal;
}

/** How long a response may follow its acknowledgement when the caller sets no limit; CoAP knows none. */
const MAX_RESPONSE_WAIT_MS = 120_000;

/** RFC 7252 5.4.1: what a response may carry that must be understood */
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

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class CoapEndpoint {
  readonly #layer: MessageLayer;
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Map<string, { peer: Peer; listen: Listener }>();
  readonly #receiver: BlockReceiver;

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

  /** Rejects as Transport.start does. */
  start(): Promise<void> {
    return this.options.transport.start((datagram, from) => this.#layer.receive(datagram, from));
  }

  async stop(): Promise<void> {
    this.#layer.clear();
    for (const pending of [...this.#pending.values()]) pending.reject(new CanceledError('the server stops'));
    this.#listeners.clear();
    await this.options.transport.stop();
  }

  makeToken(): Uint8Array {
    // RFC 7252 5.3.1: 32 random bits against spoofing
    for (;;) {
      const token = Uint8Array.from({ length: 4 }, () => Math.floor(this.options.random() * 256));
      if (!this.#pending.has(hex(token)) && !this.#listeners.has(hex(token))) return token;
    }
  }

  /** One request of one message, and its response, of which a block may be all. Rejects with one of errors.ts. */
  exchange(
    peer: Peer,
    request: Request,
    { token = this.makeToken(), timeout, accepts = () => true, signal }: ExchangeOptions = {},
  ): Promise<Message> {
    const key = hex(token);
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const where = hostPort(peer);
      let stopTimer = (): void => {};
      const end = (): void => {
        stopTimer();
        abandon();
        signal?.removeEventListener('abort', onAbort);
        if (this.#pending.get(key) === pending) this.#pending.delete(key);
      };
      const limit = (milliseconds: number): void => {
        stopTimer();
        stopTimer = clock.after(milliseconds, () => pending.reject(new TimeoutError(`no response from ${where} within ${milliseconds / 1000} s`)));
      };
      const onAbort = (): void => pending.reject(signal!.reason instanceof Error ? signal!.reason : new CanceledError('the request was given up'));
      const pending: Pending = {
        peer,
        accepts,
        resolve: (message) => (end(), resolve(message)),
        reject: (error) => (end(), reject(error)),
      };
      let abandon = (): void => {};
      if (signal?.aborted) return onAbort();
      this.#pending.get(key)?.reject(new CanceledError('another request took over its token'));
      this.#pending.set(key, pending);
      signal?.addEventListener('abort', onAbort);
      if (timeout !== undefined) limit(timeout);
      const draft = { code: request.code, token, options: request.options, payload: request.payload ?? NOTHING };
      abandon = this.#layer.confirm(peer, draft, {
        acknowledged: () => timeout === undefined && limit(MAX_RESPONSE_WAIT_MS),
        reset: () => pending.reject(new ResetError(`${where} refused the request with a Reset`)),
        failed: () => pending.reject(new TimeoutError(`${where} did not acknowledge the request`)),
      });
    });
  }

  /** Messages from `peer` with this token go to `listen`, unless a response with it is waited for. */
  listen(token: Uint8Array, peer: Peer, listen: Listener): void {
    this.#listeners.set(hex(token), { peer, listen });
  }

  /** Further messages with the token are answered by a Reset. */
  release(token: Uint8Array): void {
    this.#listeners.delete(hex(token));
  }

  #accept(message: Message, peer: Peer): boolean {
    const key = hex(message.token);
    const pending = this.#pending.get(key);
    const mine = pending?.peer.key === peer.key && pending.accepts(message) ? pending : undefined;
    const listener = this.#listeners.get(key);
    if (!mine && listener?.peer.key !== peer.key) return false;
    const critical = screenOptions(message, IN_RESPONSE);
    if (critical !== undefined) {
      mine?.reject(new InvalidResponseError(`${hostPort(peer)} answered with the unknown critical option ${critical}`));
      return false;
    }
    if (mine) mine.resolve(message);
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
