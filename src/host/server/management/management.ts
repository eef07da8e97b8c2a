/** Device management: each operation as one or more CoAP requests (LwM2M TS 1.0.2 sections 5.4, 5.5 and table 23). */
import * as wire from '../../../device/wire/coap';
import { segmentsOf } from '../registration/announced';
import { decodeArguments, encodeArguments, type ExecuteArguments } from './arguments';
import type { Cancellation } from '../coap/cancellation';
import type { CoapEndpoint } from '../coap/endpoint';
import { InvalidResponseError } from '../coap/errors';
import { isSuccess, type Message, type Option, type Request } from '../coap/message';
import { makeText, makeUint, textOptions, uintOption } from '../coap/options';
import { transfer, type TransferOptions } from '../coap/transfer';
import { CodecError, shorten } from '../errors';
import { decodeContent, encodeContent } from '../formats/format';
import { decodeLinks, LinkFormatError, type Link } from '../formats/link';
import type { Model, Node, ObjectInstance } from '../node';
import type { Observations } from '../reporting/observations';
import { pathText, type Path } from '../path';
import type { Registration } from '../registration/registry';
import { decodeUtf8 } from '../formats/value';

export interface OperationOptions {
  /** A Content-Format number; by default one that suits the path. */
  format?: number;
  /** Milliseconds to wait for the answer to each message, from the moment of its sending. */
  timeout?: number;
  /** Cancels the operation. A waiting request is not sent. */
  signal?: AbortSignal;
}

/** The answer of the device. An error code is also an answer, not an exception. */
export interface Answer {
  code: number;
  success: boolean;
  /** The diagnostic text of an error, if the device sent one. */
  message?: string;
  /** Deviations of an answer that is accepted nevertheless. */
  note?: string;
}

export interface ReadAnswer extends Answer {
  content?: Node;
  format?: number;
}

export interface ObserveAnswer extends ReadAnswer {
  /** Whether notifications will follow. */
  observed: boolean;
}

/** The target of a request: the client's address, and a signal that aborts when it leaves. */
export interface Target {
  registration: Registration;
  model: Model;
  cancellation: Cancellation;
}

/** Name → value of Write-Attributes; null unsets the attribute. */
export type Attributes = Record<string, string | null>;

export class Management {
  readonly #endpoint: CoapEndpoint;
  readonly #observations: Observations;
  readonly #limits: Pick<TransferOptions, 'blockSize' | 'maxPayload'>;
  /** By registration: the last upload, in progress or waiting. */
  readonly #uploads = new Map<string, Promise<unknown>>();

  constructor(endpoint: CoapEndpoint, observations: Observations, limits: Pick<TransferOptions, 'blockSize' | 'maxPayload'>) {
    this.#endpoint = endpoint;
    this.#observations = observations;
    this.#limits = limits;
  }

  async read(target: Target, path: Path, options: OperationOptions = {}): Promise<ReadAnswer> {
    const accept = options.format ?? defaultFormat(path, target.model);
    let response = await this.#get(target, getRequest(target, path, accept), options);
    if (accept !== undefined && isRefused(response, options)) response = await this.#get(target, getRequest(target, path, undefined), options);
    return readAnswer(response, path, target.model);
  }

  async observe(target: Target, path: Path, options: OperationOptions = {}): Promise<ObserveAnswer> {
    const { registration, cancellation } = target;
    const { timeout } = options;
    const send = (request: Request): Promise<Message> =>
      this.#observations.observe(registration, pathText(path), request, { ...this.#limits, cancellation, timeout, signal: options.signal });
    const accept = options.format ?? defaultFormat(path, target.model);
    let response = await send(getRequest(target, path, accept));
    if (accept !== undefined && isRefused(response, options)) response = await send(getRequest(target, path, undefined));
    const observed = this.#observations.has(registration, pathText(path));
    // The observation is established, whatever its first value is.
    return { ...(observed ? tolerantAnswer(response, path, target.model) : readAnswer(response, path, target.model)), observed };
  }

  /** Undefined if nothing is observed. */
  async cancel(target: Target, path: Path, options: OperationOptions = {}): Promise<ReadAnswer | undefined> {
    const { registration, cancellation } = target;
    const response = await this.#observations.cancel(registration, pathText(path), { cancellation, timeout: options.timeout, signal: options.signal });
    // The operation has succeeded, even if the value cannot be read.
    return response && tolerantAnswer(response, path, target.model);
  }

  /** `replace`: removes resources or resource instances that are not given; otherwise they stay. */
  async write(target: Target, path: Path, node: Node, replace: boolean, options: OperationOptions = {}): Promise<Answer> {
    const { format } = options;
    // A single value has no parts that could stay. A POST to a resource could be mistaken for an Execute.
    const partial = !replace && (node.kind === 'instance' || node.kind === 'multiResource');
    const attempt = (contentFormat: number): Promise<Message> => {
      const request = {
        code: partial ? wire.CODE_POST : wire.CODE_PUT,
        options: [...pathOptions(target.registration, path), makeUint(wire.OPTION_CONTENT_FORMAT, contentFormat)],
        payload: encodeContent(contentFormat, node),
      };
      return this.#send(target, request, options);
    };
    let response = await attempt(format ?? (!('value' in node) ? wire.FORMAT_TLV : node.type === 'opaque' ? wire.FORMAT_OPAQUE : wire.FORMAT_TEXT));
    if (response.code === wire.CODE_UNSUPPORTED_CONTENT_FORMAT && format === undefined && 'value' in node) response = await attempt(wire.FORMAT_TLV);
    return answerOf(response);
  }

  /** Throws ArgumentsError. */
  async execute(target: Target, path: Path, args: ExecuteArguments | string = '', options: OperationOptions = {}): Promise<Answer> {
    const text = encodeArguments(typeof args === 'string' ? decodeArguments(args) : args);
    const extra = text === '' ? [] : [makeUint(wire.OPTION_CONTENT_FORMAT, wire.FORMAT_TEXT)];
    const request = { code: wire.CODE_POST, options: [...pathOptions(target.registration, path), ...extra], payload: Buffer.from(text) };
    return answerOf(await this.#send(target, request, options));
  }

  /** `location` is the new instance's path without the first slash, as in Leshan; undefined if the device does not send it. */
  async create(target: Target, path: Path, instance: ObjectInstance, options: OperationOptions = {}): Promise<Answer & { location?: string }> {
    const format = options.format ?? wire.FORMAT_TLV;
    const request = {
      code: wire.CODE_POST,
      options: [...pathOptions(target.registration, path), makeUint(wire.OPTION_CONTENT_FORMAT, format)],
      payload: encodeContent(format, instance, true),
    };
    const response = await this.#send(target, request, options);
    const location = textOptions(response, wire.OPTION_LOCATION_PATH);
    const root = segmentsOf(target.registration.rootPath);
    const own = location.slice(root.every((segment, level) => location[level] === segment) ? root.length : 0).join('/');
    return { ...answerOf(response), ...(own === '' ? {} : { location: own }) };
  }

  async delete(target: Target, path: Path, options: OperationOptions = {}): Promise<Answer> {
    return answerOf(await this.#send(target, { code: wire.CODE_DELETE, options: pathOptions(target.registration, path) }, options));
  }

  async discover(target: Target, path: Path, options: OperationOptions = {}): Promise<Answer & { links?: Link[] }> {
    const request = { code: wire.CODE_GET, options: [...pathOptions(target.registration, path), makeUint(wire.OPTION_ACCEPT, wire.FORMAT_LINK)] };
    const response = await this.#send(target, request, options);
    if (!isSuccess(response.code)) return answerOf(response);
    try {
      return { ...answerOf(response), links: decodeLinks(decodeUtf8(response.payload), true) };
    } catch (error) {
      throw invalid(error, 'Discover');
    }
  }

  async writeAttributes(target: Target, path: Path, attributes: Attributes, options: OperationOptions = {}): Promise<Answer> {
    const query = Object.entries(attributes).map(([name, value]) => makeText(wire.OPTION_URI_QUERY, value === null ? name : `${name}=${value}`));
    return answerOf(await this.#send(target, { code: wire.CODE_PUT, options: [...pathOptions(target.registration, path), ...query] }, options));
  }

  /** A request without a payload. */
  #get(target: Target, request: Request, { timeout, signal }: OperationOptions): Promise<Message> {
    const { cancellation, registration } = target;
    const { blockSize, maxPayload } = this.#limits;
    return transfer(this.#endpoint, registration.peer, request, { blockSize, maxPayload, timeout, cancellation, signal });
  }

  #send(target: Target, request: Request, options: OperationOptions): Promise<Message> {
    if ((request.payload?.length ?? 0) <= 16) return this.#get(target, request, options);
    return this.#upload(target, () => this.#get(target, request, options));
  }

  async #upload(target: Target, send: () => Promise<Message>): Promise<Message> {
    const { registration } = target;
    // RFC 7959 2.5: two concurrent block-wise uploads would mix. Any payload longer than the smallest block may become one.
    const before = this.#uploads.get(registration.id);
    const mine = (before ?? Promise.resolve()).then(send);
    const settled = mine.catch(() => {});
    this.#uploads.set(registration.id, settled);
    try {
      return await mine;
    } finally {
      if (this.#uploads.get(registration.id) === settled) this.#uploads.delete(registration.id);
    }
  }
}

/** Decodes the answer to a Read, or a notification. Throws InvalidResponseError. */
export function readAnswer(response: Message, path: Path, model: Model): ReadAnswer {
  // The answer to a cancelled observation may have no value.
  if (response.code !== wire.CODE_CONTENT) return answerOf(response);
  const format = uintOption(response, wire.OPTION_CONTENT_FORMAT);
  try {
    const content = decodeContent(format, response.payload, path, model);
    return format === undefined ? { code: response.code, success: true, content } : { code: response.code, success: true, content, format };
  } catch (error) {
    throw invalid(error, pathText(path));
  }
}

/** Like readAnswer, for requests whose value is secondary: an unreadable value becomes a note. */
function tolerantAnswer(response: Message, path: Path, model: Model): ReadAnswer {
  try {
    return readAnswer(response, path, model);
  } catch (error) {
    if (error instanceof InvalidResponseError) return { ...answerOf(response), note: error.message };
    throw error;
  }
}

function invalid(error: unknown, what: string): unknown {
  return error instanceof CodecError || error instanceof LinkFormatError
    ? new InvalidResponseError(`the device's answer to ${what} cannot be read: ${error.message}`)
    : error;
}

/** TLV for several values, text for one. Undefined without a definition, so that the device chooses. */
function defaultFormat(path: Path, model: Model): number | undefined {
  const definition = path.length > 2 ? model.resource(path[0], path[2]) : undefined;
  if (path.length < 3) return wire.FORMAT_TLV;
  if (!definition) return undefined;
  return definition.type === 'opaque' || (definition.multiple && path.length === 3) ? wire.FORMAT_TLV : wire.FORMAT_TEXT;
}

/** Content-Format → its Accept option. */
const ACCEPT = new Map<number, Option>();

/** A GET that asks for the format, or for the device's own. */
function getRequest(target: Target, path: Path, accept: number | undefined): Request {
  const options = pathOptions(target.registration, path);
  if (accept === undefined) return { code: wire.CODE_GET, options };
  let option = ACCEPT.get(accept);
  if (!option) ACCEPT.set(accept, (option = makeUint(wire.OPTION_ACCEPT, accept)));
  options.push(option);
  return { code: wire.CODE_GET, options };
}

/** Whether the device refused a format that the caller did not choose. Then the request is repeated without one. */
function isRefused({ code }: Message, { format }: OperationOptions): boolean {
  return format === undefined && (code === wire.CODE_NOT_ACCEPTABLE || code === wire.CODE_BAD_OPTION);
}

/** Cached options of an id. Most ids are small. */
const ID_OPTIONS: Option[] = [];

function idOption(id: number): Option {
  if (id > 9999) return makeText(wire.OPTION_URI_PATH, String(id));
  return (ID_OPTIONS[id] ??= makeText(wire.OPTION_URI_PATH, String(id)));
}

function pathOptions({ rootPath }: Registration, path: Path): Option[] {
  const options = rootPath === '/' ? [] : segmentsOf(rootPath).map((segment) => makeText(wire.OPTION_URI_PATH, segment));
  for (const id of path) options.push(idOption(id));
  return options;
}

function answerOf(response: Message): Answer {
  const { code } = response;
  if (isSuccess(code)) return { code, success: true };
  const message = shorten(Buffer.from(response.payload).toString('utf8'), 200);
  return message === '' ? { code, success: false } : { code, success: false, message };
}
