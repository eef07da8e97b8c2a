/** A client: what it said of itself, and its objects. */
import { h, removeElement, setReachable, setText } from './dom.js';
import { collectAFrame, onceAFrame } from './frame.js';
import { makeObject } from './object.js';
import { makeSettings } from './settings.js';
import { store } from './store.js';
import { duration, timeText } from './values.js';

const unknownSpec = (id) => ({ id, name: `Object ${id}`, instancetype: 'multiple', version: '', resourcedefs: [] });

/** What a registration says, as pairs of name and text. */
function factsOf(client) {
  const binding = String(client.bindingMode ?? 'U');
  return [
    ['Address', client.address],
    ['LwM2M', client.lwM2mVersion],
    ['Lifetime', client.lifetime === 0 ? 'for ever' : `${client.lifetime} s`],
    ['Binding', binding + (client.queuemode && !binding.includes('Q') ? ' + queue' : '')],
    ['Registered', timeText(client.registrationDate)],
    ['Last update', `${duration((Date.now() - client.lastUpdate) / 1000)} ago`],
    ['Location', `/rd/${client.registrationId}`],
    ['Root path', client.rootPath === '/' ? '' : (client.rootPath ?? '')],
    ['SMS', client.smsNumber ?? ''],
  ];
}

/** A list of pairs whose texts change where they stand. */
function makeFacts() {
  const element = h('dl', { class: 'facts' });
  const shown = new Map();
  return {
    element,
    show(pairs) {
      for (const [name, text] of pairs) {
        if (!shown.has(name)) {
          const value = h('dd', {});
          shown.set(name, { holder: h('div', {}, h('dt', {}, name), value), value });
          element.append(shown.get(name).holder);
        }
        const { holder, value } = shown.get(name);
        setText(value, String(text));
        holder.hidden = text === '';
      }
    },
  };
}

/**
 * Returns { element, setConnected(up), destroy() }; follows the store until then.
 * @param {string} endpoint
 * @param {() => boolean} isConnected whether the server can be reached
 */
export function makeClient(endpoint, isConnected) {
  const facts = makeFacts();
  const gone = h(
    'p',
    { class: 'gone', role: 'status', hidden: true },
    'This client is no longer registered. The values that were read stay here until it registers again.',
  );
  const none = h('p', { class: 'nothing', hidden: true }, 'The client announced no objects.');
  const objects = h('div', { class: 'objects' }, none);
  const title = h('h2', { tabindex: '-1' }, h('bdi', {}, endpoint));
  const element = h('div', { class: 'client' }, h('header', { class: 'who' }, title, facts.element), makeSettings(), gone, objects);
  /** object id → its part */
  const parts = new Map();

  let reachable = true;

  /** Greys the buttons that need the device in the same moment in which the page says that it is gone. */
  function reach() {
    const before = reachable;
    reachable = store.clients.has(endpoint) && isConnected();
    if (reachable !== before) setReachable(objects, reachable);
  }

  /** New buttons are as the others. */
  const filled = () => reachable || setReachable(objects, false);

  function describe() {
    const client = store.clients.get(endpoint);
    gone.hidden = Boolean(client);
    objects.classList.toggle('off', !client || !isConnected());
    reach();
    if (client) facts.show(factsOf(client));
  }

  /** Brings objects and instances to what the client has; what it has still is not made anew. */
  function build() {
    describe();
    const client = store.clients.get(endpoint);
    const specs = store.specs.get(endpoint);
    if (!client || !specs) return;
    const wanted = Object.entries(client.availableInstances ?? {}).map(([id, ids]) => [Number(id), ids]);
    const has = new Map(wanted);
    for (const [id, part] of parts) {
      if (has.has(id) && JSON.stringify(specs.get(id) ?? unknownSpec(id)) === part.key) continue;
      part.destroy();
      parts.delete(id);
      removeElement(part.element, title);
    }
    let next = null;
    for (const [id, ids] of wanted.sort(([a], [b]) => b - a)) {
      if (!parts.has(id)) {
        parts.set(id, makeObject(endpoint, specs.get(id) ?? unknownSpec(id), filled));
        objects.insertBefore(parts.get(id).element, next);
      }
      next = parts.get(id).element;
      parts.get(id).setInstances(ids);
      parts.get(id).refresh();
    }
    none.hidden = wanted.length > 0;
    filled();
  }

  /** The values of a frame, by instance. */
  function showValues(paths) {
    const byInstance = new Map();
    for (const path of paths) {
      const [, object, instance, resource] = path.split('/').map(Number);
      const part = parts.get(object)?.parts.get(instance);
      if (!part) continue;
      if (!byInstance.has(part)) byInstance.set(part, []);
      byInstance.get(part).push(resource);
    }
    for (const [part, ids] of byInstance) part.resources(ids);
  }

  function showObserved(paths) {
    const ids = new Set([...paths].map((path) => Number(path.split('/')[1])));
    for (const id of ids) parts.get(id)?.observed();
  }

  function showAttributes(paths) {
    for (const path of paths) {
      const [, object, instance, resource] = path.split('/').map(Number);
      if (instance === undefined) parts.get(object)?.attributed();
      else parts.get(object)?.parts.get(instance)?.attributed(resource);
    }
  }

  const follow = (name, handler) => {
    const listener = ({ detail }) => {
      if (detail.endpoint === endpoint) handler(detail.path);
    };
    store.addEventListener(name, listener);
    return () => store.removeEventListener(name, listener);
  };
  const ends = [
    follow('client', build),
    follow('registration', onceAFrame(describe)),
    follow('value', collectAFrame(showValues)),
    follow('observed', collectAFrame(showObserved)),
    follow('attributes', collectAFrame(showAttributes)),
  ];
  const ticking = setInterval(() => document.hidden || describe(), 1000);
  build();
  return {
    element,
    setConnected: describe,
    destroy() {
      clearInterval(ticking);
      ends.forEach((end) => end());
      parts.forEach((part) => part.destroy());
    },
  };
}
