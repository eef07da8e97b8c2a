/** The list of clients: draws the visible rows, and updates only those that changed. */
import { h, setAttribute, setText } from './dom.js';
import { collectAFrame, onceAFrame } from './frame.js';
import { store } from './store.js';
import { duration } from './values.js';
import { makeVirtualList } from './virtual.js';

/** pixels, as in style.css */
const ROW = 62;
/** clients from which on there is something to search */
const MANY = 8;

export const addressOf = (endpoint) => `#/client/${encodeURIComponent(endpoint)}`;

/**
 * Fills `holder`; `current` returns the client that the page shows. Returns { showCurrent() }.
 * @param {HTMLElement} holder
 * @param {() => string | undefined} current
 */
export function makeClientList(holder, current) {
  const search = h('input', { type: 'search', placeholder: 'Find a client', 'aria-label': 'Find a client by name or address', oninput: () => showAll() });
  const number = h('span', { class: 'count' });
  const list = h('ul', { 'aria-label': 'Clients' });
  const scroller = h('div', { class: 'scroller' }, list);
  holder.append(h('header', {}, h('h2', {}, 'Clients ', number), search), scroller);
  let endpoints = [];
  /** the client that Tab comes to */
  let turn;

  const make = (endpoint) => {
    const link = h(
      'a',
      { href: addressOf(endpoint), title: endpoint },
      h('strong', {}, endpoint),
      h('small', { class: 'address' }),
      h('small', { class: 'age' }),
    );
    link.addEventListener('focus', () => {
      turn = endpoint;
      rows.changeAll();
    });
    return h('li', {}, link);
  };

  function update(element, endpoint, index, count) {
    const link = element.firstChild;
    const client = store.clients.get(endpoint);
    setAttribute(element, 'aria-posinset', String(index + 1));
    setAttribute(element, 'aria-setsize', String(count));
    setAttribute(link, 'aria-current', endpoint === current() ? 'page' : null);
    setAttribute(link, 'tabindex', endpoint === turn ? '0' : '-1');
    if (!client) return;
    const [, address, age] = link.children;
    setText(address, client.address);
    setText(age, `${duration((Date.now() - client.lastUpdate) / 1000)} ago of ${client.lifetime === 0 ? 'ever' : duration(client.lifetime)}`);
  }

  const rows = makeVirtualList({
    scroller,
    list,
    height: ROW,
    keyOf: (endpoint) => endpoint,
    make,
    update,
    pinned: () => turn,
    refocus: () => document.getElementById('main').focus(),
  });

  function showAll() {
    const wanted = search.value.trim().toLowerCase();
    endpoints =
      wanted === ''
        ? [...store.clients.keys()]
        : [...store.clients.values()]
            .filter(({ endpoint, address }) => endpoint.toLowerCase().includes(wanted) || String(address).includes(wanted))
            .map(({ endpoint }) => endpoint);
    if (!endpoints.includes(turn)) turn = endpoints.includes(current()) ? current() : endpoints[0];
    setText(number, wanted === '' ? String(store.clients.size) : `${endpoints.length} of ${store.clients.size}`);
    search.hidden = store.clients.size < MANY && wanted === '' && document.activeElement !== search;
    rows.show(endpoints);
  }

  list.addEventListener('keydown', (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: rows.rows(), PageUp: -rows.rows(), Home: -Infinity, End: Infinity };
    if (!Object.hasOwn(steps, event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    rows.focusOn(Math.max(0, rows.focused() + steps[event.key]));
  });

  store.addEventListener('members', onceAFrame(showAll));
  const changed = collectAFrame((keys) => keys.forEach((key) => rows.change(key)));
  store.addEventListener('registration', ({ detail }) => changed(detail.endpoint));
  // the ages of those that are seen
  setInterval(() => document.hidden || rows.changeAll(), 1000);
  showAll();

  return {
    /** Another client is shown, or none. */
    showCurrent() {
      if (!list.contains(document.activeElement) && endpoints.includes(current())) turn = current();
      rows.show(endpoints);
      rows.changeAll();
    },
  };
}
