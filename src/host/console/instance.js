/** An object instance: its operations and, once it is opened, its resources. */
import { attributesDialog, attributesText, discover } from './attributes.js';
import { showDialog } from './dialog.js';
import { api } from './api.js';
import { button, h, setText } from './dom.js';
import { observeButtons, readPath } from './observe.js';
import { IPSO_UNITS, makeRow } from './row.js';
import { store } from './store.js';
import { toast } from './toast.js';
import { writeInstanceDialog } from './write.js';

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

/** Which instances are open, so that a client that is shown again shows them. */
const open = new Set();

function removeDialog(endpoint, path, name) {
  const ask = h('p', {}, 'The device removes the instance and its values.');
  const remove = async () => {
    await api.remove(endpoint, path);
    toast(`${path} deleted`);
  };
  showDialog(`Delete ${name} ${path}?`, [ask], 'Delete', remove, { danger: true });
}

/**
 * Returns { element, summary, resources(ids), refresh(), observed(path), attributed(path), destroy() }.
 * @param {string} endpoint
 * @param {any} spec the object's definition
 * @param {number} instance
 * @param {() => void} filled called when rows came
 */
export function makeInstance(endpoint, spec, instance, filled) {
  const path = `/${spec.id}/${instance}`;
  const key = `${endpoint} ${path}`;
  const multiple = spec.instancetype === 'multiple';
  const rows = new Map();
  const list = h('ul', { class: 'rows' });
  const observe = observeButtons(endpoint, path, spec.name);
  const attributes = h('small', { class: 'attributes' });
  const readAll = () => readPath(endpoint, path);
  const said = (verb) => `${verb} ${spec.name} ${path}`;
  const read = button('Read', readAll, { class: 'primary', device: true, label: said('Read') });
  const known = () => [...(store.values.get(endpoint)?.keys() ?? [])].filter((at) => at.startsWith(`${path}/`));
  const canWrite = spec.resourcedefs.some(({ operations }) => operations.includes('W'));

  function fill() {
    const definitions = new Map(spec.resourcedefs.map((definition) => [definition.id, definition]));
    for (const at of known()) {
      const id = Number(at.split('/')[3]);
      if (!definitions.has(id)) definitions.set(id, unknownResource(id, store.valueOf(endpoint, at).type));
    }
    let next = null;
    for (const [id, definition] of [...definitions].sort(([a], [b]) => b - a)) {
      if (!rows.has(id)) {
        if (definition.operations === 'NONE') continue;
        const row = makeRow(endpoint, `${path}/${id}`, definition);
        rows.set(id, row);
        list.insertBefore(row.element, next);
      }
      next = rows.get(id).element;
    }
    filled();
  }

  const summary = h(
    'summary',
    {},
    h('span', { class: 'title' }, multiple ? `Instance ${instance}` : spec.name),
    h('code', {}, path),
    attributes,
    observe.above,
  );
  const details = h(
    'details',
    { class: 'instance', 'data-path': path, open: open.has(key) },
    summary,
    h(
      'div',
      { class: 'tools' },
      read,
      observe.elements,
      canWrite && button('Write', () => writeInstanceDialog(endpoint, spec, instance, readAll), { device: true, label: said('Write') }),
      button('Discover', () => discover(endpoint, path, spec.name), { device: true, label: said('Discover') }),
      button('Attributes', () => attributesDialog(endpoint, path, spec.name), { device: true, label: said('Attributes of') }),
      multiple && button('Delete', () => removeDialog(endpoint, path, spec.name), { class: 'danger', device: true, label: said('Delete') }),
    ),
    list,
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return open.delete(key);
    open.add(key);
    fill();
    // opening an instance reads it
    if (known().length === 0) read.click();
    return undefined;
  });
  if (open.has(key)) fill();
  const attributed = () => setText(attributes, attributesText(store.attributesOf(endpoint, path)));
  attributed();

  return {
    element: details,
    summary,
    /** Values of these resources came. */
    resources(ids) {
      if (!details.open) return;
      if (ids.some((id) => !rows.has(id))) fill();
      // the unit of the others (IPSO)
      const changed = ids.includes(IPSO_UNITS) ? [...rows.keys()] : ids;
      changed.forEach((id) => rows.get(id)?.update());
      ids.forEach((id) => rows.get(id)?.flash());
    },
    /** Everything may be another now. */
    refresh() {
      observe.update();
      attributed();
      for (const row of rows.values()) {
        row.update();
        row.observed();
        row.attributed();
      }
    },
    observed() {
      observe.update();
      rows.forEach((row) => row.observed());
    },
    attributed(id) {
      if (id === undefined) attributed();
      else rows.get(id)?.attributed();
    },
    destroy: () => rows.forEach((row) => row.destroy()),
  };
}
