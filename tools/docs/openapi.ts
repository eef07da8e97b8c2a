/**
 * The REST API of `wixt server` as OpenAPI 3.1. Each operation has one example: a request and what the server answers to it.
 * test/docs/rest.test.ts sends every example to a server with a simulated board, in this order, and finds every route here.
 */

export interface Example {
  /** Path and query as a client sends them. */
  url: string;
  body?: unknown;
  /** Content type of the body; JSON when absent. */
  type?: string;
  status: number;
  /** The answer's JSON; texts for other types; undefined: an empty body. */
  answer?: unknown;
}

interface Operation {
  title: string;
  method: 'get' | 'put' | 'post' | 'delete';
  path: string;
  tag: string;
  summary: string;
  /** Further sentences. */
  text?: string;
  query?: Record<string, string>;
  body?: string;
  example: Example;
}

const CHANGED = { status: 'CHANGED(204)', valid: true, success: true, failure: false };
const BATTERY = { kind: 'singleResource', id: 9, type: 'INTEGER', value: '100' };
const TIMEOUT = { timeout: 'Seconds to wait for the device, 5 when absent, at most 3600. The time counts from when the request is sent.' };
const FORMAT = { format: 'Content-Format that the device is asked for: TLV, TEXT, OPAQUE, JSON.' };
const WRITE_QUERY = { ...TIMEOUT, ...FORMAT, replace: '`false` updates an instance or adds to a multiple resource (POST in LwM2M); `true`, the default, replaces (PUT).' };
const REGISTRATION = {
  endpoint: 'board-1', registrationId: 'AxFXY9a6', registrationDate: 1796072513607, lastUpdate: 1796072513607, address: '127.0.0.1:45633', lwM2mVersion: '1.0',
  lifetime: 300, bindingMode: 'U', secure: false, queuemode: false, additionalRegistrationAttributes: {}, rootPath: '/',
  objectLinks: [['/1/0', {}], ['/3/0', {}], ['/4/0', {}], ['/5/0', {}], ['/6/0', {}], ['/7/0', {}], ['/3303', { ver: '1.1' }], ['/3303/0', {}], ['/16/0', {}]].map(
    ([url, attributes]) => ({ url, attributes }),
  ),
  availableInstances: { 1: [0], 3: [0], 4: [0], 5: [0], 6: [0], 7: [0], 16: [0], 3303: [0] },
};
const EVENT = { n: 0, t: 1796072513608, type: 'REGISTRATION', ep: 'board-1', data: REGISTRATION };

export const OPERATIONS: Operation[] = [
  {
    title: 'The server', method: 'get', path: '/api/server', tag: 'server', summary: 'Name, version and CoAP addresses of the server.',
    example: { url: '/api/server', status: 200, answer: { name: 'wixt', version: '0.1.0', coap: ['coap://127.0.0.1:5683'] } },
  },
  {
    title: 'Session of a browser', method: 'post', path: '/api/session', tag: 'server', summary: 'Sets the cookie that lets a browser open the event stream.',
    text: 'Only useful where the server asks for a token: `EventSource` cannot send an `Authorization` header.',
    example: { url: '/api/session', status: 204 },
  },
  {
    title: 'List clients', method: 'get', path: '/api/clients', tag: 'clients', summary: 'Lists the registered clients.',
    text: 'The header `X-Total-Count` has the number of matches. With `limit=`, the header `Link` has the address of the next page.',
    query: {
      endpoint: 'Names that begin with this text.', q: 'Text in the name or the address; case does not matter.', address: 'An address, with or without port.',
      object: 'Clients that have this object.', sort: '`registered` (the default), `endpoint` or `updated`; with `-` in front for the reverse order.',
      limit: 'Clients on a page, 1 to 10,000.', after: 'Where a page begins; from the `Link` of the page before.',
    },
    example: { url: '/api/clients?endpoint=board&object=3303', status: 200, answer: [REGISTRATION] },
  },
  {
    title: 'One client', method: 'get', path: '/api/clients/{endpoint}', tag: 'clients', summary: 'One client, by endpoint name.',
    example: { url: '/api/clients/board-1', status: 200, answer: REGISTRATION },
  },
  {
    title: 'Queue of a client', method: 'get', path: '/api/clients/{endpoint}/queue', tag: 'clients', summary: 'How many operations on the client are under way or wait.',
    text: 'Not in Leshan. A device gets one request after another; the header `x-operations-before` of each answer says how many came first.',
    example: { url: '/api/clients/board-1/queue', status: 200, answer: { operations: 0, limit: 100 } },
  },
  {
    title: 'Object definitions', method: 'get', path: '/api/objectspecs/{endpoint}', tag: 'clients', summary: "Definitions of the client's objects, as far as the server knows them.",
    example: { url: '/api/objectspecs/board-1', status: 200, answer: 'a list of objects' },
  },
  {
    title: 'Read', method: 'get', path: '/api/clients/{endpoint}/{path}', tag: 'operations', summary: 'Read an object, instance, resource or resource instance.',
    text: '`path` is `3`, `3/0`, `3/0/9` or `3/0/6/0`. The HTTP status is 200 for every answer of the device; `status` and `success` say what the answer was.', query: { ...TIMEOUT, ...FORMAT },
    example: { url: '/api/clients/board-1/3/0/9', status: 200, answer: { status: 'CONTENT(205)', valid: true, success: true, failure: false, content: BATTERY } },
  },
  {
    title: 'Discover', method: 'get', path: '/api/clients/{endpoint}/{path}/discover', tag: 'operations', summary: 'Which instances and resources there are, and their attributes.', query: TIMEOUT,
    example: { url: '/api/clients/board-1/16/discover', status: 200, answer: { status: 'CONTENT(205)', valid: true, success: true, failure: false, objectLinks: [{ url: '/16', attributes: {} }, { url: '/16/0', attributes: {} }, { url: '/16/0/0', attributes: { dim: '4' } }] } },
  },
  {
    title: 'Write', method: 'put', path: '/api/clients/{endpoint}/{path}', tag: 'operations', summary: 'Write an instance, a resource or a resource instance.',
    text: 'A body of `text/plain` or `application/octet-stream` writes one resource. JSON is as in the answer to a Read.', query: WRITE_QUERY,
    body: 'A resource: `{"id", "kind": "singleResource", "value", "type"}` or `{"id", "kind": "multiResource", "values", "type"}`. An instance: `{"id", "resources": […]}`.',
    example: { url: '/api/clients/board-1/3/0/14', body: { id: 14, kind: 'singleResource', value: '+01:00', type: 'string' }, status: 200, answer: CHANGED },
  },
  {
    title: 'Write-Attributes', method: 'put', path: '/api/clients/{endpoint}/{path}/attributes', tag: 'operations', summary: 'When notifications are sent.',
    text: 'A name without a value removes the attribute: `attributes?pmin`.',
    query: { pmin: 'Seconds between two notifications, at least.', pmax: 'Seconds between two notifications, at most.', gt: 'Notify when the value crosses this upper limit.', lt: 'Notify when the value crosses this lower limit.', st: 'Notify when the value has changed by so much.', ...TIMEOUT },
    example: { url: '/api/clients/board-1/3/0/9/attributes?pmin=5&pmax=60', status: 200, answer: CHANGED },
  },
  {
    title: 'Observe', method: 'post', path: '/api/clients/{endpoint}/{path}/observe', tag: 'operations', summary: 'Observe a path.', text: 'Notifications arrive as events `NOTIFICATION`. If the device refuses, `observed` is false.', query: { ...TIMEOUT, ...FORMAT },
    example: { url: '/api/clients/board-1/3/0/9/observe', status: 200, answer: { status: 'CONTENT(205)', valid: true, success: true, failure: false, content: BATTERY, observed: true } },
  },
  {
    title: 'List observations', method: 'get', path: '/api/clients/{endpoint}/observations', tag: 'operations', summary: 'What is observed.', text: 'Not in Leshan. `since` is in ms since 1970; `count` is the number of notifications.',
    example: { url: '/api/clients/board-1/observations', status: 200, answer: [{ path: '/3/0/9', since: 1796072515440, count: 0 }] },
  },
  {
    title: 'Cancel an observation', method: 'delete', path: '/api/clients/{endpoint}/{path}/observe', tag: 'operations', summary: 'End an observation.',
    text: 'Without `active` the server forgets the observation, and the next notification is answered with Reset. With `active` it tells the device at once.', query: { active: 'Tell the device.', ...TIMEOUT },
    example: { url: '/api/clients/board-1/3/0/9/observe?active', status: 200, answer: { status: 'CONTENT(205)', valid: true, success: true, failure: false, content: BATTERY } },
  },
  {
    title: 'Execute and Create', method: 'post', path: '/api/clients/{endpoint}/{path}', tag: 'operations', summary: 'Execute a resource, or create an instance.',
    text: 'A path with three ids executes; the body has the arguments as text, such as `0=\'5\'`. A path with one id creates an instance; the body has the instance as JSON, or is empty.', query: TIMEOUT,
    body: 'Execute: arguments as text. Create: `{"id", "resources": […]}`.',
    example: { url: '/api/clients/board-1/16', body: { id: 1, resources: [{ id: 0, kind: 'multiResource', values: { 0: 'Gateway 7' } }] }, status: 200, answer: { status: 'CREATED(201)', valid: true, success: true, failure: false, location: '16/1' } },
  },
  {
    title: 'Delete', method: 'delete', path: '/api/clients/{endpoint}/{path}', tag: 'operations', summary: 'Delete an instance.', query: TIMEOUT,
    example: { url: '/api/clients/board-1/16/1', status: 200, answer: { status: 'DELETED(202)', valid: true, success: true, failure: false } },
  },
  {
    title: 'List events', method: 'get', path: '/api/events', tag: 'events', summary: 'The last events, from a number on.', text: 'For clients that ask now and then. `n` counts from the start of the server, `t` is in ms since 1970.',
    query: { since: 'The number of the first event that is wanted; 0 when absent.' },
    example: { url: '/api/events?since=0', status: 200, answer: [EVENT] },
  },
  {
    title: 'Stream of events', method: 'get', path: '/api/event', tag: 'events', summary: 'The events as a stream (server-sent events).',
    text: 'Events: `REGISTRATION`, `UPDATED`, `DEREGISTRATION`, `NOTIFICATION`, `OBSERVATION_ERROR`, `WARNING`, `COAPLOG`.', query: { ep: 'Only events of this client.' },
    example: { url: '/api/event?ep=board-1', status: 200, answer: ': the events of wixt\n\n' },
  },
  {
    title: 'Log of messages', method: 'get', path: '/api/coaplog', tag: 'events', summary: 'The last CoAP messages in words.', query: { ep: 'Only messages of this client.', count: 'How many; 200 when absent.' },
    example: { url: '/api/coaplog?ep=board-1&count=1', status: 200, answer: [{ timestamp: 1796072516604, incoming: true, ep: 'board-1', peer: '127.0.0.1:45633', length: 8, type: 'ACK', code: '2.02', mId: 56249, token: '02ba3977', path: '/rd' }] },
  },
];

/** The errors that every operation may answer with. */
export const ERRORS: [number, string, string][] = [
  [400, 'InvalidRequestError', 'The path, the query or the body is wrong; `message` says where.'],
  [401, 'Unauthorized', 'The server asks for its token.'],
  [403, 'Forbidden', "The request comes from a page of another site, or by a name that is not this server's."],
  [404, 'UnknownClientError', 'No client has this name.'],
  [413, 'FastifyError', 'The body is too large.'],
  [502, 'ResetError', 'The device answered with Reset, or with something that is not LwM2M (`InvalidResponseError`).'],
  [503, 'BusyError', 'A limit of the server is met; try again later.'],
  [504, 'TimeoutError', 'The device did not answer in time.'],
];

const ERROR_SCHEMA = { type: 'object', required: ['error', 'message'], properties: { error: { type: 'string' }, message: { type: 'string' } } };

function makeOperation({ method, path, tag, summary, text, query = {}, body, example }: Operation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name, in: 'path', required: true, schema: { type: 'string' }, description: name === 'endpoint' ? 'The endpoint name, URL-encoded.' : 'Ids, separated by `/`, which is not encoded: `3/0/9`.',
  }));
  const inQuery = Object.entries(query).map(([name, description]) => ({ name, in: 'query', required: false, schema: { type: 'string' }, description }));
  const type = path === '/api/event' ? 'text/event-stream' : 'application/json';
  return {
    operationId: `${method}${path.replace('/api', '').replace(/[/{]+(\w)/g, (_, letter) => letter.toUpperCase()).replace(/\}/g, '')}`,
    tags: [tag], summary, ...(text && { description: text }), parameters: [...inPath, ...inQuery],
    ...(body && { requestBody: { description: body, content: { 'application/json': { schema: {}, ...(example.body !== undefined && { example: example.body }) }, 'text/plain': { schema: { type: 'string' } }, 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } }),
    responses: {
      [example.status]: { description: 'It worked, or the device has answered.', ...(example.answer !== undefined && { content: { [type]: { schema: {}, example: example.answer } } }) },
      default: { description: 'An error.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
    'x-example-request': `${method.toUpperCase()} ${example.url}`,
  };
}

/** The whole document. */
export function makeOpenApi(): Record<string, any> {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = makeOperation(operation);
  return {
    openapi: '3.1.0',
    info: { title: 'wixt server', version: '1', description: "REST of `wixt server`, in the manner of Leshan's demo server.", license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: 'http://127.0.0.1:8080', description: 'where `wixt server` listens by default' }],
    security: [{}, { token: [] }],
    paths,
    components: {
      schemas: { Error: ERROR_SCHEMA },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'The token that the server prints when it listens beyond this machine.' } },
    },
  };
}
