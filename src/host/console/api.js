/** The server's REST interface and its events. */

/** seconds that the console waits for a device; a lost message is sent again in them */
const TIMEOUT_S = 20;

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

/** Rejects with an error whose message a person can read. */
async function request(method, path, { query = {}, body } = {}) {
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
    throw new Error('The server cannot be reached.');
  }
  const text = await response.text();
  let json;
  try {
    json = text ? JSON.parse(text) : undefined;
  } catch {
    throw new Error(`The server answered ${response.status} with something else than JSON.`);
  }
  if (!response.ok) throw new Error(json?.message ?? `The server answered ${response.status}.`);
  return json;
}

const at = (endpoint, path = '') => `clients/${encodeURIComponent(endpoint)}${path}`;

/** An operation on a device; a refusal of the device is an error here. */
async function operate(method, endpoint, path, { query = {}, body } = {}) {
  const answer = await request(method, at(endpoint, path), { query: { timeout: TIMEOUT_S, ...query }, body });
  if (answer?.failure)
    throw new Error(`${path.replace(/\/[a-z]+$/, '')}: the device answered ${answer.status}${answer.errormessage ? `, ${answer.errormessage}` : ''}`);
  return answer;
}

export const api = {
  server: () => request('GET', 'server'),
  clients: () => request('GET', 'clients'),
  specs: (endpoint) => request('GET', `objectspecs/${encodeURIComponent(endpoint)}`),
  observations: (endpoint) => request('GET', at(endpoint, '/observations')),
  log: () => request('GET', 'coaplog', { query: { count: 200 } }),
  read: (endpoint, path) => operate('GET', endpoint, path),
  write: (endpoint, path, body, replace = true) => operate('PUT', endpoint, path, { body, query: { replace } }),
  execute: (endpoint, path, args) => operate('POST', endpoint, path, args ? { body: args } : {}),
  create: (endpoint, path, body) => operate('POST', endpoint, path, { body }),
  remove: (endpoint, path) => operate('DELETE', endpoint, path),
  discover: (endpoint, path) => operate('GET', endpoint, `${path}/discover`),
  attributes: (endpoint, path, query) => operate('PUT', endpoint, `${path}/attributes`, { query }),
  observe: (endpoint, path) => operate('POST', endpoint, `${path}/observe`),
  cancel: (endpoint, path) => operate('DELETE', endpoint, `${path}/observe`, { query: { active: '' } }),
  forget: (endpoint, path) => request('DELETE', at(endpoint, `${path}/observe`)),
};

/**
 * Listens for ever; `handlers` by event name get the parsed data, `open` and `lost` tell of the connection, `lost` with a sentence where the
 * server gives a reason.
 */
export async function listen(handlers, open, lost) {
  await signedIn;
  const source = new EventSource('api/event');
  source.addEventListener('open', open);
  source.addEventListener('error', () => {
    lost();
    // the browser comes back by itself, unless the server answered with an error
    if (source.readyState !== EventSource.CLOSED) return;
    api.server().catch((error) => lost(error.message));
    setTimeout(() => listen(handlers, open, lost), 3000);
  });
  for (const [name, handler] of Object.entries(handlers)) source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
}
