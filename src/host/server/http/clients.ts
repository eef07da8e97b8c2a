/**
 * /api/clients: the clients and the operations on them, in the manner of Leshan's demo.
 *
 *   GET    /api/clients                    all registrations, or some: see list.ts
 *   GET    /api/clients/EP                 one
 *   GET    /api/clients/EP/3/0/9           Read, at any level                        ?format= ?timeout=
 *   GET    /api/clients/EP/3/discover      Discover
 *   PUT    /api/clients/EP/3/0/14          Write; JSON, text or bytes                ?replace=false ?format= ?timeout=
 *   PUT    /api/clients/EP/3/0/9/attributes?pmin=5&gt    Write-Attributes; a name alone unsets it
 *   POST   /api/clients/EP/3/0/4           Execute; the body has the arguments
 *   POST   /api/clients/EP/16              Create; JSON of an instance, or nothing
 *   DELETE /api/clients/EP/16/1            Delete
 *   POST   /api/clients/EP/3/0/9/observe   Observe
 *   DELETE /api/clients/EP/3/0/9/observe   forget the observation; with ?active cancel it at the device
 *   GET    /api/clients/EP/observations    list of observations (not in Leshan)
 *   GET    /api/clients/EP/queue           how many operations are under way or wait, and the limit (not Leshan's)
 *   GET    /api/objectspecs/EP             definitions of the client's objects
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NOTHING } from '../coap/message';
import { BusyError, CodecError, InvalidRequestError, UnknownClientError, shorten } from '../errors';
import { parseFormat } from '../formats/format';
import { MAX_OBSERVATIONS_PER_CLIENT } from '../limits';
import type { Attributes, OperationOptions } from '../management/management';
import type { Node, ObjectInstance } from '../node';
import { parsePath } from '../path';
import type { Registration } from '../registration/registry';
import type { LwM2mServer } from '../server';
import { decodeUtf8, parseText } from '../formats/value';
import { answerToJson, definitionToJson, nodeFromJson, parseJson, registrationToJson } from './json';
import { registerList } from './list';
import { Operations } from './operations';
import { one, type Query } from './query';

type Params = { endpoint: string; '*': string };
type Route = { Params: Params; Querystring: Query; Body: Buffer | null | undefined };

/** As in Leshan's demo: enough for one retransmission. */
const DEFAULT_TIMEOUT_S = 5;
const MAX_TIMEOUT_S = 3600;

function optionsOf(query: Query): OperationOptions {
  const timeout = one(query, 'timeout') ?? String(DEFAULT_TIMEOUT_S);
  if (!/^\d+(\.\d+)?$/.test(timeout) || Number(timeout) <= 0 || Number(timeout) > MAX_TIMEOUT_S) {
    throw new InvalidRequestError(`timeout=${shorten(timeout)} is not a number of seconds from 1 to ${MAX_TIMEOUT_S}`);
  }
  const format = one(query, 'format');
  return { timeout: Number(timeout) * 1000, ...(format === undefined ? {} : { format: parseFormat(format) }) };
}

/** Splits a URL path into the LwM2M path and the word after it: "3/0/observe" → ["/3/0", "observe"]. */
function split(text: string): [string, string | undefined] {
  const parts = text.split('/');
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const word = /^[a-z]+$/.test(parts.at(-1)!) ? parts.pop() : undefined;
  return [`/${parts.join('/')}`, word];
}

/** Decodes a text body. Throws InvalidRequestError if it is not UTF-8. */
function textOf(body: Uint8Array): string {
  try {
    return decodeUtf8(body);
  } catch (error) {
    throw error instanceof CodecError ? new InvalidRequestError(`the body is ${error.message}`) : error;
  }
}

function bodyNode(server: LwM2mServer, endpoint: string, path: number[], request: FastifyRequest<Route>): Node {
  const model = server.modelOf(endpoint);
  const type = request.headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase();
  const kind = path.length === 3 ? 'singleResource' : 'resourceInstance';
  const id = path.at(-1)!;
  if (type === 'application/octet-stream') {
    if (path.length < 3) throw new InvalidRequestError('a body of bytes writes one resource; an instance takes application/json');
    return { kind, id, type: 'opaque', value: request.body ?? NOTHING };
  }
  const body = textOf(request.body ?? NOTHING);
  if (type === 'text/plain') {
    if (path.length < 3) throw new InvalidRequestError('a text/plain body writes one resource; an instance takes application/json');
    try {
      const known = model.resource(path[0], path[2])?.type ?? 'string';
      return { kind, id, type: known, value: parseText(known, body) };
    } catch (error) {
      if (error instanceof CodecError) throw new InvalidRequestError(`the body has ${error.message}`);
      throw error;
    }
  }
  // curl -d announces a form; a body that begins like JSON is treated as JSON.
  if (type === 'application/json' || body.trimStart().startsWith('{')) return nodeFromJson(path, parseJson(body), model);
  throw new InvalidRequestError(
    body === ''
      ? 'the body is missing'
      : `the content type ${shorten(type ?? '(none)')} is not supported; use application/json, text/plain or application/octet-stream`,
  );
}

const ATTRIBUTES = new Map<string, RegExp>([
  ...['pmin', 'pmax', 'epmin', 'epmax', 'con', 'hqmax', 'edge'].map((name) => [name, /^\d{1,10}$/] as const),
  ...['gt', 'lt', 'st'].map((name) => [name, /^-?\d{1,40}(\.\d{1,40})?$/] as const),
]);

/** The query of a Write-Attributes; a name without a value unsets the attribute. */
function attributesOf(query: Query): Attributes {
  const attributes: Attributes = {};
  for (const name of Object.keys(query)) {
    if (name === 'timeout') continue;
    const value = one(query, name)!;
    const shape = ATTRIBUTES.get(name);
    if (!shape) throw new InvalidRequestError(`the attribute "${shorten(name)}" is not known; there are ${[...ATTRIBUTES.keys()].join(', ')}`);
    if (value !== '' && !shape.test(value))
      throw new InvalidRequestError(
        `the attribute ${name}=${shorten(value)} is not a ${name.length === 2 ? 'decimal number' : 'whole number from 0'}`,
      );
    attributes[name] = value === '' ? null : value;
  }
  if (Object.keys(attributes).length === 0) throw new InvalidRequestError('no attribute is given; write, for example, attributes?pmin=5&pmax=60');
  return attributes;
}

export function registerClients(app: FastifyInstance, server: LwM2mServer): void {
  const operations = new Operations(server.warnings);
  const registrationOf = (endpoint: string): Registration => {
    const registration = server.registry.byEndpoint(endpoint);
    if (!registration) throw new UnknownClientError(`No registered client with id '${shorten(endpoint, 300)}'`);
    return registration;
  };
  const unknownWord = (word: string): never => {
    throw new InvalidRequestError(`"${shorten(word)}" is not an operation; there are GET …/discover, PUT …/attributes, POST and DELETE …/observe`);
  };

  registerList(app, server);

  app.get<Route>('/api/clients/:endpoint', ({ params: { endpoint } }) => registrationToJson(registrationOf(endpoint)));

  app.get<Route>('/api/clients/:endpoint/*', async ({ params, query }, reply) => {
    const { endpoint } = params;
    registrationOf(endpoint);
    const [path, word] = split(params['*']);
    if (word === 'observations' && path === '/')
      return server.observationsOf(endpoint).map(({ path: observed, since, count }) => ({ path: observed, since, count }));
    if (word === 'queue' && path === '/') return operations.queueOf(endpoint);
    if (word === 'discover') return answerToJson(await operations.run(endpoint, reply, (signal) => server.discover(endpoint, path, { ...optionsOf(query), signal })));
    if (word !== undefined) unknownWord(word);
    return answerToJson(await operations.run(endpoint, reply, (signal) => server.read(endpoint, path, { ...optionsOf(query), signal })));
  });

  app.put<Route>('/api/clients/:endpoint/*', async (request, reply) => {
    const { params, query } = request;
    const { endpoint } = params;
    registrationOf(endpoint);
    const [path, word] = split(params['*']);
    if (word === 'attributes') {
      const attributes = attributesOf(query);
      return answerToJson(await operations.run(endpoint, reply, (signal) => server.writeAttributes(endpoint, path, attributes, { ...optionsOf({ timeout: query['timeout'] }), signal })));
    }
    if (word !== undefined) unknownWord(word);
    const replace = one(query, 'replace') ?? 'true';
    if (replace !== 'true' && replace !== 'false') throw new InvalidRequestError(`replace=${shorten(replace)} is neither true nor false`);
    const node = bodyNode(server, endpoint, parsePath(path, 'Write', 2, 4), request);
    return answerToJson(await operations.run(endpoint, reply, (signal) => server.write(endpoint, path, node, { ...optionsOf(query), signal, replace: replace === 'true' })));
  });

  app.post<Route>('/api/clients/:endpoint/*', async (request, reply) => {
    const { params, query } = request;
    const { endpoint } = params;
    registrationOf(endpoint);
    const [path, word] = split(params['*']);
    const options = optionsOf(query);
    if (word === 'observe') {
      const observed = server.observationsOf(endpoint);
      if (observed.length >= MAX_OBSERVATIONS_PER_CLIENT && !observed.some((observation) => observation.path === path))
        throw new BusyError(`"${endpoint}" has ${MAX_OBSERVATIONS_PER_CLIENT} observations, which is the limit; cancel some`);
      return answerToJson(await operations.run(endpoint, reply, (signal) => server.observe(endpoint, path, { ...options, signal })));
    }
    if (word !== undefined) unknownWord(word);
    const ids = parsePath(path, 'POST (Create, Execute)', 1, 3);
    if (ids.length === 3) return answerToJson(await operations.run(endpoint, reply, (signal) => server.execute(endpoint, path, textOf(request.body ?? NOTHING), { ...options, signal })));
    // With an empty body the device chooses all values.
    const instance = request.body?.length ? (bodyNode(server, endpoint, [ids[0], ids[1] ?? -1], request) as ObjectInstance) : undefined;
    return answerToJson(await operations.run(endpoint, reply, (signal) => server.create(endpoint, path, instance ?? {}, { ...options, signal })));
  });

  app.delete<Route>('/api/clients/:endpoint/*', async ({ params, query }, reply) => {
    const { endpoint } = params;
    registrationOf(endpoint);
    const [path, word] = split(params['*']);
    if (word !== undefined && word !== 'observe') unknownWord(word);
    if (word === undefined) return answerToJson(await operations.run(endpoint, reply, (signal) => server.delete(endpoint, path, { ...optionsOf(query), signal })));
    if (query['active'] === undefined) {
      server.dropObservation(endpoint, path);
      return reply.code(200).send();
    }
    const options = optionsOf({ timeout: query['timeout'] });
    const answer = await operations.run(endpoint, reply, (signal) => server.cancelObservation(endpoint, path, { ...options, signal }));
    return answer
      ? answerToJson(answer)
      : reply.code(404).send({ error: 'NotFound', message: `no observation for path ${path} for client '${endpoint}'` });
  });

  app.get<Route>('/api/objectspecs/:endpoint', ({ params: { endpoint } }) => {
    const { objects } = registrationOf(endpoint);
    const model = server.modelOf(endpoint);
    return [...objects.keys()].flatMap((id) => model.object(id) ?? []).map(definitionToJson);
  });
}
