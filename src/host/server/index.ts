/** The LwM2M server for programs: `createLwM2mServer(options)`, `start()`, operations and events, `stop()`. */
import { loadDefaults, type Registry as Objects } from '../objects/registry';
import { isLoopback } from './address';
import type { HttpOptions, HttpSide } from './http/http';
import { loadHttp } from './http/load';
import { makeToken, TOKEN_RULE, TOKEN_SHAPE } from './http/token';
import type { CoreOptions } from './options';
import { LwM2mServer } from './server';

export interface ServerOptions extends Omit<CoreOptions, 'objects'> {
  /** Definitions of objects. Default: those that wixt ships. */
  objects?: Objects;
  /** Port of REST and console; 0 lets the system choose, false disables HTTP. Default 8080. */
  httpPort?: number | false;
  /** Address for HTTP. Default 127.0.0.1. */
  httpHost?: string;
  /** Names of this server in URLs, besides localhost, the machine's own names and addresses. */
  httpNames?: readonly string[];
  /**
   * The token that /api requires ("Authorization: Bearer …"); false: none. Default: none if `httpHost` is an address of this machine, otherwise a
   * random one, see `httpToken`.
   */
  httpToken?: string | false;
}

class ServerWithHttp extends LwM2mServer {
  #http: HttpSide | undefined;
  /** `undefined`: HTTP is disabled. */
  readonly #httpOptions: HttpOptions | undefined;
  /** The token that /api requires; undefined: none. */
  readonly httpToken: string | undefined;

  constructor({ httpPort = 8080, httpHost = '127.0.0.1', httpNames = [], httpToken, ...options }: ServerOptions) {
    super({ ...options, objects: options.objects ?? loadDefaults() });
    if (httpToken && !TOKEN_SHAPE.test(httpToken)) throw new TypeError(`httpToken: ${TOKEN_RULE}`);
    this.httpToken = httpToken === false ? undefined : (httpToken ?? (isLoopback(httpHost) ? undefined : makeToken()));
    if (httpPort !== false) this.#httpOptions = { host: httpHost, port: httpPort, names: httpNames, token: this.httpToken };
  }

  /** The console's URL for a user, including the token; undefined without HTTP. */
  get consoleUrl(): string | undefined {
    return this.httpUrl && (this.httpToken === undefined ? this.httpUrl : `${this.httpUrl}/#token=${encodeURIComponent(this.httpToken)}`);
  }

  /** The URL of console and REST, once started; undefined without HTTP. */
  get httpUrl(): string | undefined {
    return this.#http?.url;
  }

  /**
   * Opens both sides or none. Rejects with Node's error, and `side` 'coap' or 'http', if a port is not available; with a Problem if HTTP is enabled
   * and its npm packages are not installed.
   */
  override async start(): Promise<void> {
    const tell = (side: string) => (error: Error) => {
      throw Object.assign(error, { side });
    };
    // Before CoAP: its event stream includes every registration.
    if (this.#httpOptions) this.#http = new (await loadHttp())(this, this.#httpOptions);
    await super.start().catch(tell('coap'));
    if (!this.#http) return;
    try {
      await this.#http.start().catch(tell('http'));
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.#http?.stop();
  }
}

export type Server = ServerWithHttp;

export function createLwM2mServer(options: ServerOptions = {}): Server {
  return new ServerWithHttp(options);
}

export { CanceledError, InvalidResponseError, ResetError, TimeoutError } from './coap/errors';
export { InvalidRequestError, UnknownClientError } from './errors';
export { ArgumentsError, decodeArguments, encodeArguments } from './management/arguments';
export { decodeLinks, encodeLinks, LinkFormatError } from './formats/link';
export { decodeUri, UriError } from './uri';
export { formatName, parseFormat } from './formats/format';
export { nodeToJson } from './http/json';
export type { Answer, Attributes, ObserveAnswer, OperationOptions, ReadAnswer } from './management/management';
export type { LogEntry } from './log';
export type { Node, ObjectInstance, ObjectNode, Resource } from './node';
export type { Registration } from './registration/registry';
export type { Notification, ServerEvents } from './options';
export type { Value } from './formats/value';
