/** The LwM2M server as a program uses it: `createLwM2mServer(options)`, `start()`, operations and events, `stop()`. */
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
  /** Port of REST and console; 0 lets the system choose, false leaves HTTP out. Default 8080. */
  httpPort?: number | false;
  /** Address for HTTP. Default 127.0.0.1. */
  httpHost?: string;
  /** Names in URLs that are this server's, besides localhost, the machine's own and addresses. */
  httpNames?: readonly string[];
  /**
   * What /api asks for ("Authorization: Bearer …"); false: nothing. Default: nothing where `httpHost` is an address of this machine, else a
   * random one, see `httpToken`.
   */
  httpToken?: string | false;
}

class ServerWithHttp extends LwM2mServer {
  #http: HttpSide | undefined;
  /** `undefined`: without HTTP. */
  readonly #httpOptions: HttpOptions | undefined;
  /** What /api asks for; undefined: nothing. */
  readonly httpToken: string | undefined;

  constructor({ httpPort = 8080, httpHost = '127.0.0.1', httpNames = [], httpToken, ...options }: ServerOptions) {
    super({ ...options, objects: options.objects ?? loadDefaults() });
    if (httpToken && !TOKEN_SHAPE.test(httpToken)) throw new TypeError(`httpToken: ${TOKEN_RULE}`);
    this.httpToken = httpToken === false ? undefined : (httpToken ?? (isLoopback(httpHost) ? undefined : makeToken()));
    if (httpPort !== false) this.#httpOptions = { host: httpHost, port: httpPort, names: httpNames, token: this.httpToken };
  }

  /** Where the console is for a person, the token with it; undefined without HTTP. */
  get consoleUrl(): string | undefined {
    return this.httpUrl && (this.httpToken === undefined ? this.httpUrl : `${this.httpUrl}/#token=${encodeURIComponent(this.httpToken)}`);
  }

  /** Where the console and REST are, once started; undefined without HTTP. */
  get httpUrl(): string | undefined {
    return this.#http?.url;
  }

  /**
   * Opens both sides or none. Rejects with Node's error, and `side` 'coap' or 'http', if a port is not available; with a Problem if HTTP is
   * on and its npm packages are not installed.
   */
  override async start(): Promise<void> {
    const tell = (side: string) => (error: Error) => {
      throw Object.assign(error, { side });
    };
    // Before CoAP: its stream of events has every registration.
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
