/** The server's REST interface and its events. */
import { explainAnswer, explainStatus, UNREACHABLE } from './explain.js';
import { readQuery, timeoutSeconds, writeQuery } from './settings.js';

/** clients that one answer of the list holds */
const PAGE = 500;
/** without an event for so long the connection is looked at */
const QUIET_MS = 30_000;
const RETRY_MS = 3000;

/**
 * Beyond its own machine the server asks for its token, which stands behind the address that it prints: "#token=…". It opens a session,
 * whose cookie goes with every request and with the stream of events; and it goes from the address.
 */
async function signIn() {
  const [, token] = /^#token=(.+)$/.exec(location.hash) ?? [];
  if (token === undefined) return;
  history.replaceState(null, '', location.pathname);
  await fetch('api/session', { method: 'POST', headers: { authorization: `Bearer ${decodeURIComponent(token)}` } }).catch(() => {});
}
const signedIn = signIn();

/** Rejects with a readable error. `what` names the operation. */
async function ask(method, path, { query = {}, body, what = '' } = {}) {
  await signedIn;
  const search = new URLSearchParams(query).toString();
  let response;
  try {
    response = await fetch(`api/${path}${search && `?${search}`}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  } catch {
    throw new Error(UNREACHABLE);
  }
  let json;
  try {
    const text = await response.text();
    json = text ? JSON.parse(text) : undefined;
  } catch {
    if (response.ok) throw new Error(`${what}${what && ': '}The server answered with something else than JSON (${response.status}).`);
  }
  if (!response.ok) throw new Error(explainStatus(what, response.status, json, query.timeout));
  return { json, headers: response.headers };
}

const request = async (method, path, options) => (await ask(method, path, options)).json;

const at = (endpoint, path = '') => `clients/${encodeURIComponent(endpoint)}${path}`;

/** An operation on a device; a refusal of the device is an error here. */
async function operate(name, method, endpoint, path, { query = {}, body, suffix = '' } = {}) {
  const what = `${name} ${path}`;
  const answer = await request(method, at(endpoint, path + suffix), { query: { timeout: timeoutSeconds(), ...query }, body, what });
  if (answer?.failure) throw new Error(explainAnswer(what, answer.status, answer.errormessage));
  return answer;
}

/** Paths of objects and instances hold several values, and so does a resource with instances. */
const isSeveral = (path, multiple) => path.split('/').length < 4 || multiple;

export const api = {
  server: () => request('GET', 'server'),
  /** The clients, a page after the other. */
  async *clients() {
    for (let query = { limit: String(PAGE) }; query; ) {
      const { json, headers } = await ask('GET', 'clients', { query });
      yield json;
      const [, next] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '') ?? [];
      query = next && Object.fromEntries(new URL(next, location.href).searchParams);
    }
  },
  specs: (endpoint) => request('GET', `objectspecs/${encodeURIComponent(endpoint)}`),
  observations: (endpoint) => request('GET', at(endpoint, '/observations')),
  log: () => request('GET', 'coaplog', { query: { count: 200 } }),
  read: (endpoint, path, multiple = false) => operate('Read', 'GET', endpoint, path, { query: readQuery(isSeveral(path, multiple)) }),
  write: (endpoint, path, body, replace = true) =>
    operate('Write', 'PUT', endpoint, path, { body, query: { replace, ...('value' in body ? writeQuery() : {}) } }),
  execute: (endpoint, path, args) => operate('Execute', 'POST', endpoint, path, args ? { body: args } : {}),
  create: (endpoint, path, body) => operate('Create', 'POST', endpoint, path, { body }),
  remove: (endpoint, path) => operate('Delete', 'DELETE', endpoint, path),
  discover: (endpoint, path) => operate('Discover', 'GET', endpoint, path, { suffix: '/discover' }),
  attributes: (endpoint, path, query) => operate('Write attributes of', 'PUT', endpoint, path, { query, suffix: '/attributes' }),
  observe: (endpoint, path, multiple = false) =>
    operate('Observe', 'POST', endpoint, path, { query: readQuery(isSeveral(path, multiple)), suffix: '/observe' }),
  /** Cancels at the device, too. */
  cancel: (endpoint, path) => operate('Cancel the observation of', 'DELETE', endpoint, path, { query: { active: '' }, suffix: '/observe' }),
  /** Only the server forgets it: a Reset answers the next notification. */
  forget: (endpoint, path) => request('DELETE', at(endpoint, `${path}/observe`), { what: `Forget the observation of ${path}` }),
};

/**
 * Listens for ever; `handlers` by event name get the parsed data, `open` and `lost` tell of the connection, `lost` with a sentence where the
 * server gives a reason. A connection that is silent is tried, since nobody tells the browser of a server that went without a word.
 */
export async function listen(handlers, open, lost) {
  await signedIn;
  const source = new EventSource('api/event');
  let quiet;
  const again = () => {
    clearTimeout(quiet);
    source.close();
    setTimeout(() => listen(handlers, open, lost), RETRY_MS);
  };
  const heard = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      Promise.race([api.server(), new Promise((_, reject) => setTimeout(reject, RETRY_MS, new Error(UNREACHABLE)))]).then(heard, () => {
        lost();
        again();
      });
    }, QUIET_MS);
  };
  source.addEventListener('open', () => {
    heard();
    open();
  });
  source.addEventListener('error', () => {
    clearTimeout(quiet);
    lost();
    // the browser comes back by itself, unless the server answered with an error
    if (source.readyState !== EventSource.CLOSED) return;
    api.server().catch((error) => lost(error.message));
    again();
  });
  for (const [name, handler] of Object.entries(handlers))
    source.addEventListener(name, (event) => {
      heard();
      handler(JSON.parse(event.data));
    });
}
