/** The page: the list of clients, the client that is chosen, the log, and the events that move them. */
import { api, listen } from './api.js';
import { makeClient } from './client.js';
import { duration, h, toast } from './dom.js';
import { makeLog } from './log.js';
import { store } from './store.js';

const byId = (id) => document.getElementById(id);
const THEMES = ['auto', 'light', 'dark'];

/** The client in the address: "#/client/urn%3Adev". */
function chosen() {
  const [, name] = /^#\/client\/(.+)$/.exec(location.hash) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

const addressOf = (endpoint) => `#/client/${encodeURIComponent(endpoint)}`;

// The list

const search = h('input', { type: 'search', placeholder: 'Find a client', 'aria-label': 'Find a client', oninput: () => showClients() });
const list = h('ul', {});
const number = h('span', { class: 'count' });
byId('clients').append(h('header', {}, h('h2', {}, 'Clients ', number), search), list);

function showClients() {
  const wanted = search.value.trim().toLowerCase();
  const clients = [...store.clients.values()].filter(({ endpoint }) => endpoint.toLowerCase().includes(wanted));
  number.textContent = String(store.clients.size);
  search.hidden = store.clients.size < 8 && wanted === '';
  const current = chosen();
  list.replaceChildren(
    ...clients.map(({ endpoint, address, lastUpdate, lifetime }) =>
      h(
        'li',
        {},
        h(
          'a',
          { href: addressOf(endpoint), 'aria-current': endpoint === current ? 'page' : null },
          h('strong', {}, endpoint),
          h('small', {}, address),
          h(
            'small',
            { class: 'age', 'data-since': String(lastUpdate) },
            `${duration((Date.now() - lastUpdate) / 1000)} ago of ${lifetime === 0 ? 'ever' : duration(lifetime)}`,
          ),
        ),
      ),
    ),
  );
}

setInterval(() => {
  for (const element of list.querySelectorAll('.age'))
    element.textContent = element.textContent.replace(/^.* ago/, `${duration((Date.now() - Number(element.dataset.since)) / 1000)} ago`);
}, 1000);

// The client

let view;
let shown;

function welcome() {
  const addresses = byId('server').dataset.addresses ?? '';
  return h(
    'div',
    { class: 'welcome' },
    h('h2', {}, store.clients.size ? 'Choose a client' : 'No client yet'),
    h('p', {}, store.clients.size ? 'The clients that are registered stand in the list.' : 'A device appears here as soon as it registers.'),
    !store.clients.size && h('p', {}, 'A simulated board registers by itself:'),
    !store.clients.size && h('pre', {}, `node bin/wixt.js sim --server ${addresses.split(' ')[0] || 'coap://127.0.0.1:5683'} --endpoint my-board`),
  );
}

async function showChosen() {
  const endpoint = chosen();
  if (endpoint === undefined && store.clients.size === 1 && !location.hash) return location.replace(addressOf(store.clients.keys().next().value));
  showClients();
  if (endpoint === shown && endpoint !== undefined && view) return undefined;
  view?.destroy();
  view = undefined;
  shown = endpoint;
  document.title = endpoint ? `${endpoint} · wixt console` : 'wixt console';
  log.refresh();
  if (endpoint === undefined || (!store.clients.has(endpoint) && !store.specs.has(endpoint))) {
    byId('main').replaceChildren(
      endpoint === undefined
        ? welcome()
        : h(
            'div',
            { class: 'welcome' },
            h('h2', {}, 'Not registered'),
            h('p', {}, `There is no client "${endpoint}" now; it will show here when it registers.`),
          ),
    );
    return undefined;
  }
  if (!store.specs.has(endpoint)) await store.load(endpoint).catch((error) => toast(error.message, 'bad'));
  if (chosen() !== endpoint || view) return undefined;
  view = makeClient(endpoint);
  return byId('main').replaceChildren(view.element);
}

store.addEventListener('clients', () => {
  showClients();
  if (!view) showChosen();
});
addEventListener('hashchange', showChosen);

// The look

function setTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem('wixt-theme', theme);
  byId('theme').textContent = { auto: '◐', light: '☀', dark: '☾' }[theme];
  byId('theme').setAttribute('aria-label', `Colours: ${theme}`);
  byId('theme').title = `Colours: ${theme}`;
  document.dispatchEvent(new Event('theme'));
}
const kept = localStorage.getItem('wixt-theme');
setTheme(THEMES.includes(kept) ? kept : 'auto');
byId('theme').addEventListener('click', () => setTheme(THEMES[(THEMES.indexOf(localStorage.getItem('wixt-theme')) + 1) % THEMES.length]));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => document.dispatchEvent(new Event('theme')));

// Events

const log = makeLog(byId('log'), chosen);
let logged = false;

function setLink(up, why = '') {
  byId('link').className = up ? 'link up' : 'link down';
  byId('link').textContent = up ? 'live' : 'no connection';
  if (why && byId('link').title !== why) toast(why, 'bad');
  byId('link').title = why;
}

async function refreshAll() {
  const { coap, version } = await api.server();
  byId('server').textContent = coap.join('  ');
  byId('server').dataset.addresses = coap.join(' ');
  byId('server').title = `wixt ${version}; devices register here`;
  if (!logged) for (const entry of await api.log()) log.add(entry);
  logged = true;
  await store.reload();
  await showChosen();
}

listen(
  {
    REGISTRATION: (client) => store.registered(client),
    UPDATED: (change) => store.updated(change),
    DEREGISTRATION: (client) => store.left(client),
    NOTIFICATION: (notification) => store.notified(notification),
    OBSERVATION_ERROR: ({ ep, res, error }) => {
      toast(`${res}: ${error}`, 'bad');
      api
        .observations(ep)
        .then((observations) =>
          store.setObserved(
            ep,
            res,
            observations.some(({ path }) => path === res),
          ),
        )
        .catch(() => {});
    },
    WARNING: ({ message }) => toast(message, 'bad'),
    COAPLOG: (entry) => log.add(entry),
  },
  () => {
    setLink(true);
    refreshAll().catch((error) => toast(error.message, 'bad'));
  },
  (why) => setLink(false, why),
);
