/** A client: what it said of itself, and its objects with their instances. */
import { attributesDialog, createDialog, discover, removeDialog } from './dialogs.js';
import { button, duration, h } from './dom.js';
import { IPSO_UNITS, makeRow, observeButton, readPath } from './row.js';
import { store } from './store.js';

const unknownSpec = (id) => ({ id, name: `Object ${id}`, instancetype: 'multiple', version: '', resourcedefs: [] });

/** What values show but no definition knows. */
const unknownResource = (id, type) => ({
  id,
  name: `Resource ${id}`,
  type: String(type ?? 'string').toLowerCase(),
  operations: 'RW',
  instancetype: 'single',
  units: '',
  range: '',
});

/** Which instances are open, so that a client's new registration does not close them. */
const open = new Set();

function makeInstance(endpoint, spec, instance) {
  const path = `/${spec.id}/${instance}`;
  const key = `${endpoint} ${path}`;
  const rows = new Map();
  const list = h('ul', { class: 'rows' });
  const observe = observeButton(endpoint, path);
  const read = button('Read', () => readPath(endpoint, path), { class: 'primary' });
  const hasValues = () => [...(store.values.get(endpoint)?.keys() ?? [])].some((known) => known.startsWith(`${path}/`));

  function fill() {
    const known = [...(store.values.get(endpoint) ?? [])]
      .filter(([at]) => at.startsWith(`${path}/`))
      .map(([at, { type }]) => [Number(at.split('/')[3]), type]);
    const definitions = new Map(spec.resourcedefs.map((definition) => [definition.id, definition]));
    for (const [id, type] of known) if (!definitions.has(id)) definitions.set(id, unknownResource(id, type));
    for (const [id, definition] of [...definitions].sort(([a], [b]) => a - b)) {
      if (rows.has(id) || definition.operations === 'NONE') continue;
      const row = makeRow(endpoint, `${path}/${id}`, definition);
      rows.set(id, row);
      const after = [...rows.keys()].filter((other) => other > id).sort((a, b) => a - b)[0];
      list.insertBefore(row.element, after === undefined ? null : rows.get(after).element);
    }
  }

  const details = h(
    'details',
    { class: 'instance', 'data-path': path, open: open.has(key) },
    h('summary', {}, h('span', { class: 'title' }, spec.instancetype === 'multiple' ? `Instance ${instance}` : spec.name), h('code', {}, path)),
    h(
      'div',
      { class: 'tools' },
      read,
      observe.element,
      button('Discover', () => discover(endpoint, path, spec.name)),
      h('button', { type: 'button', onclick: () => attributesDialog(endpoint, path, spec.name) }, 'Attributes'),
      spec.instancetype === 'multiple' &&
        h('button', { type: 'button', class: 'danger', onclick: () => removeDialog(endpoint, path, spec.name) }, 'Delete'),
    ),
    list,
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return open.delete(key);
    open.add(key);
    fill();
    // whoever opens an instance wants to see it
    if (!hasValues()) read.click();
    return undefined;
  });
  if (open.has(key)) fill();

  return {
    element: details,
    value(at) {
      if (!at.startsWith(`${path}/`) || !details.open) return;
      const id = Number(at.split('/')[3]);
      // the unit of the others (IPSO)
      if (id === IPSO_UNITS) rows.forEach((row) => row.update());
      else if (rows.has(id)) rows.get(id).update();
      else fill();
    },
    observed(at) {
      if (at === path) observe.update();
      else if (at.startsWith(`${path}/`)) rows.get(Number(at.split('/')[3]))?.observed();
    },
    destroy: () => rows.forEach((row) => row.destroy()),
  };
}

function makeObject(endpoint, spec, instances) {
  const path = `/${spec.id}`;
  const parts = instances.map((instance) => makeInstance(endpoint, spec, instance));
  const multiple = spec.instancetype === 'multiple';
  const element = h(
    'section',
    { class: 'object', 'aria-label': spec.name },
    (multiple || parts.length === 0) &&
      h(
        'header',
        {},
        h('h3', {}, spec.name, ' ', h('code', {}, path), spec.version && h('small', {}, ` version ${spec.version}`)),
        h(
          'div',
          { class: 'tools' },
          button('Discover', () => discover(endpoint, path, spec.name)),
          multiple && h('button', { type: 'button', onclick: () => createDialog(endpoint, spec) }, 'Create instance'),
        ),
      ),
    parts.map((part) => part.element),
  );
  return { element, parts };
}

/** Returns { element, destroy() }; follows the store until then. */
export function makeClient(endpoint) {
  const facts = h('dl', { class: 'facts' });
  const gone = h(
    'p',
    { class: 'gone', role: 'status', hidden: true },
    'This client is not registered any more. What was read stays here; it will come to life when the client registers again.',
  );
  const objects = h('div', { class: 'objects' });
  const element = h('div', { class: 'client' }, h('header', { class: 'who' }, h('h2', {}, endpoint), facts), gone, objects);
  let instances = [];

  function describe() {
    const client = store.clients.get(endpoint);
    gone.hidden = Boolean(client);
    objects.classList.toggle('off', !client);
    if (!client) return;
    const seconds = (Date.now() - client.lastUpdate) / 1000;
    const pairs = [
      ['Address', client.address],
      ['LwM2M', client.lwM2mVersion],
      ['Lifetime', client.lifetime === 0 ? 'for ever' : `${client.lifetime} s`],
      ['Binding', client.bindingMode + (client.queuemode && !client.bindingMode.includes('Q') ? ' + queue' : '')],
      ['Registered', new Date(client.registrationDate).toLocaleTimeString([], { hour12: false })],
      ['Last update', `${duration(seconds)} ago`],
      ['Location', `/rd/${client.registrationId}`],
      ...(client.rootPath === '/' ? [] : [['Root path', client.rootPath]]),
      ...(client.smsNumber ? [['SMS', client.smsNumber]] : []),
    ];
    facts.replaceChildren(...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
  }

  function build() {
    describe();
    const client = store.clients.get(endpoint);
    const specs = store.specs.get(endpoint);
    if (!client || !specs) return;
    instances.forEach((instance) => instance.destroy());
    const made = Object.entries(client.availableInstances).map(([id, ids]) =>
      makeObject(endpoint, specs.get(Number(id)) ?? unknownSpec(Number(id)), ids),
    );
    instances = made.flatMap(({ parts }) => parts);
    objects.replaceChildren(
      ...(made.length ? made.map((object) => object.element) : [h('p', { class: 'nothing' }, 'The client announced no objects.')]),
    );
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
    follow('registration', describe),
    follow('value', (path) => instances.forEach((instance) => instance.value(path))),
    follow('observed', (path) => instances.forEach((instance) => instance.observed(path))),
  ];
  const ticking = setInterval(describe, 1000);
  build();
  return {
    element,
    destroy() {
      clearInterval(ticking);
      ends.forEach((end) => end());
      instances.forEach((instance) => instance.destroy());
    },
  };
}
