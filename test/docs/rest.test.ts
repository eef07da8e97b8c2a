/** The REST API as docs/public/openapi.json has it: every route of the running server, and every example sent to it. */
import { channel } from 'node:diagnostics_channel';
import test from 'ava';
import { createLwM2mServer } from '../../src/host/server/index';
import { ERRORS, makeOpenApi, OPERATIONS } from '../../tools/docs/openapi';
import { runWixt } from '../support/live';

const routes: { method: string; url: string }[] = [];
// Fastify announces each application on a channel; the server does not expose its own.
channel('fastify.initialization').subscribe((message) => {
  const { fastify } = message as { fastify: { addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): void } };
  fastify.addHook('onRoute', ({ method, url }) => [method].flat().forEach((one) => routes.push({ method: one, url })));
});

const server = createLwM2mServer({ coapPort: 0, httpPort: 0, hosts: ['127.0.0.1'] });
await server.start();
test.after.always(() => server.stop());

/** "/api/clients/{endpoint}/{path}/observe" as a pattern of the server's own routes, in which `*` is the rest. */
const matches = (route: string, path: string): boolean => {
  const pattern = route.replace(/[.+?^$()[\]\\|]/g, '\\$&').replace(/:\w+/g, '[^/]+').replace(/\*/g, '.+');
  return new RegExp(`^${pattern}$`).test(path);
};

test('OpenAPI has every route of the running server, and no other', (t) => {
  const api = routes.filter(({ method, url }) => url.startsWith('/api/') && method !== 'HEAD');
  t.true(api.length > 8);
  for (const { method, url } of api) t.true(OPERATIONS.some((one) => one.method === method.toLowerCase() && matches(url, one.path)), `${method} ${url} is not in OpenAPI`);
  for (const { method, path } of OPERATIONS) t.true(api.some((route) => route.method.toLowerCase() === method && matches(route.url, path)), `the server has no ${method} ${path}`);
});

/** What differs from run to run: only its type is compared. */
const DIFFERS = new Set(['registrationId', 'registrationDate', 'lastUpdate', 'address', 'since', 'count', 't', 'n', 'timestamp', 'peer', 'length', 'mId', 'token', 'version', 'coap', 'code', 'type', 'incoming', 'data', 'path']);
/** What messages of the log have or have not. */
const MAY_BE = new Set(['options', 'payload', 'format']);

/** Where an answer is not as its example says; undefined when it is. */
function differ(found: any, wanted: any, at: string): string | undefined {
  if (typeof found !== typeof wanted || Array.isArray(found) !== Array.isArray(wanted)) return `${at}: ${JSON.stringify(found)} is not like ${JSON.stringify(wanted)}`;
  if (typeof wanted !== 'object' || wanted === null) return found === wanted ? undefined : `${at}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
  if (Array.isArray(wanted) && at.endsWith('answer')) found = found.slice(0, wanted.length);
  const keys = Object.keys(wanted);
  if (keys.join() !== Object.keys(found).filter((key) => keys.includes(key) || !MAY_BE.has(key)).join()) return `${at}: has ${Object.keys(found)}, the example has ${keys}`;
  for (const key of keys) {
    // A list of events or messages begins with another one.
    const fault = DIFFERS.has(key) && !/content/.test(at) ? (typeof found[key] === typeof wanted[key] ? undefined : `${at}.${key}: another type`) : differ(found[key], wanted[key], `${at}.${key}`);
    if (fault) return fault;
  }
  return undefined;
}

test('every example of OpenAPI is answered as it says', async (t) => {
  t.timeout(300_000);
  const registered = new Promise((resolve) => server.events.once('registration', resolve));
  const board = runWixt('sim', '--server', `coap://127.0.0.1:${server.coapAddresses[0]!.port}`, '--endpoint', 'board-1', '--json');
  t.teardown(() => board.child.kill('SIGKILL'));
  await registered;
  for (const { method, path, example } of OPERATIONS) {
    const { url, body, type = 'application/json', status, answer } = example;
    const place = `${method.toUpperCase()} ${url}`;
    const gone = new AbortController();
    const response = await fetch(server.httpUrl + url, { method: method.toUpperCase(), ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }), signal: gone.signal });
    t.is(response.status, status, place);
    if (path === '/api/event') {
      const { value } = await response.body!.getReader().read();
      t.true(new TextDecoder().decode(value).startsWith(answer as string), place);
      gone.abort();
    } else if (answer === undefined) t.is(await response.text(), '', place);
    else if (typeof answer === 'string') t.true(((await response.json()) as unknown[]).length > 0, place);
    else t.is(differ(await response.json(), answer, 'answer'), undefined, place);
  }
});

test('every error of OpenAPI is one that the server knows', async (t) => {
  const found = await fetch(`${server.httpUrl}/api/clients/nobody`);
  t.is(found.status, 404);
  t.deepEqual(Object.keys((await found.json()) as object), ['error', 'message']);
  const names = ERRORS.map(([, name]) => name);
  t.true(names.includes('UnknownClientError') && names.includes('TimeoutError'));
  const wrong = await fetch(`${server.httpUrl}/api/clients?limit=none`);
  t.is(wrong.status, 400);
  t.is(((await wrong.json()) as { error: string }).error, 'InvalidRequestError');
  const ids = Object.values(makeOpenApi().paths as Record<string, Record<string, { operationId: string }>>).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  t.is(new Set(ids).size, OPERATIONS.length);
});
