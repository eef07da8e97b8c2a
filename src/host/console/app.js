/** The page: the list of clients, the client that is chosen, the log, and the events that move them. */
import { api, listen } from './api.js';
import { makeClient } from './client.js';
import { h, setText } from './dom.js';
import { onceAFrame } from './frame.js';
import { addressOf, makeClientList } from './list.js';
import { makeLog } from './log.js';
import { store } from './store.js';
import { startTheme } from './theme.js';
import { toast } from './toast.js';
import { timeText } from './values.js';

/** milliseconds after which a list that could not be read is asked for again */
const RETRY_MS = 3000;

const byId = (id) => document.getElementById(id);

/** The client in the address: "#/client/urn%3Adev". */
function chosen() {
  const [, name] = /^#\/client\/(.+)$/.exec(location.hash) ?? [];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

startTheme(byId('theme'));
const clients = makeClientList(byId('clients'), chosen);
const log = makeLog(byId('log'), chosen);

// The client

/** { endpoint, element, destroy() } of the client that is shown */
let view;
/** shown instead of a client; changed only if the text differs */
let standIn;

function showStandIn(key, ...children) {
  if (standIn === key) return;
  standIn = key;
  byId('main').replaceChildren(h('div', { class: 'welcome' }, ...children));
}

function welcome() {
  if (store.clients.size) return showStandIn('choose', h('h2', {}, 'Choose a client'), h('p', {}, 'The list shows the registered clients.'));
  const [address = 'coap://127.0.0.1:5683'] = (byId('server').dataset.addresses ?? '').split(' ').filter(Boolean);
  return showStandIn(
    `none ${address}`,
    h('h2', {}, 'No client yet'),
    h('p', {}, 'A device appears here as soon as it registers.'),
    h('p', {}, 'A simulated board registers by itself:'),
    h('pre', {}, `node bin/wixt.js sim --server ${address} --endpoint my-board`),
  );
}

async function showChosen() {
  const endpoint = chosen();
  if (endpoint === undefined && store.clients.size === 1 && !location.hash) return location.replace(addressOf(store.clients.keys().next().value));
  if (view && view.endpoint === endpoint) return undefined;
  if (endpoint !== store.shown) {
    store.show(endpoint);
    document.title = endpoint ? `${endpoint} · wixt console` : 'wixt console';
    clients.showCurrent();
    log.refresh();
  }
  view?.destroy();
  view = undefined;
  if (endpoint === undefined) return welcome();
  if (!store.clients.has(endpoint) && !store.specs.has(endpoint)) {
    const text = `The client "${endpoint}" is not registered. It appears here when it registers.`;
    return showStandIn(`absent ${endpoint}`, h('h2', {}, 'Not registered'), h('p', {}, text));
  }
  if (!store.specs.has(endpoint)) {
    try {
      await store.load(endpoint);
    } catch (error) {
      return toast(error.message, 'bad');
    }
  }
  if (chosen() !== endpoint || view) return undefined;
  view = { endpoint, ...makeClient(endpoint, () => connected) };
  standIn = undefined;
  return byId('main').replaceChildren(view.element);
}

const showMembers = onceAFrame(() => {
  if (!view) showChosen();
});
store.addEventListener('members', showMembers);
addEventListener('hashchange', showChosen);

// The connection to the server

let connected = false;
let lostAt;

function setLink(up, why = '') {
  connected = up;
  if (!up) lostAt ??= Date.now();
  else lostAt = undefined;
  const link = byId('link');
  link.className = up ? 'link up' : 'link down';
  setText(link, up ? 'live' : 'no connection');
  link.title = why;
  const banner = byId('lost');
  banner.hidden = up;
  if (up) banner.textContent = '';
  else
    setText(
      banner,
      `The connection to the server is lost. This page tries to reconnect. ${why || 'The server may have stopped.'} ` +
        `This page shows the state at ${timeText(lostAt)}. The devices may still be registered.`,
    );
  view?.setConnected(up);
}

async function refresh() {
  try {
    const { coap, version } = await api.server();
    setText(byId('server'), coap.join('  '));
    byId('server').dataset.addresses = coap.join(' ');
    byId('server').title = `wixt ${version}; devices register here`;
    log.merge(await api.log());
    await store.reload();
    await showChosen();
  } catch (error) {
    if (!connected) return;
    toast(error.message, 'bad');
    setTimeout(() => connected && refresh(), RETRY_MS);
  }
}

/** An observation that the device ended: whether it is one still. */
async function checkObservation({ ep, res, error }) {
  toast(`${ep} ${res}: ${error}`, 'bad');
  const observations = await api.observations(ep).catch(() => undefined);
  if (observations)
    store.setObserved(
      ep,
      res,
      observations.some(({ path }) => path === res),
    );
}

listen(
  {
    REGISTRATION: (client) => store.registered(client),
    UPDATED: (change) => store.updated(change),
    DEREGISTRATION: (client) => store.left(client),
    NOTIFICATION: (notification) => store.notified(notification),
    OBSERVATION_ERROR: checkObservation,
    WARNING: ({ message }) => toast(message, 'bad'),
    COAPLOG: (entry) => log.add(entry),
  },
  () => {
    setLink(true);
    refresh();
  },
  (why) => setLink(false, why),
);
