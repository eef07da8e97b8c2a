/** An object of a client: its operations and its instances. */
import { makeAbout } from './about.js';
import { attributesDialog, attributesText, discover } from './attributes.js';
import { button, h, removeElement, setText } from './dom.js';
import { makeInstance } from './instance.js';
import { observeButtons, readPath } from './observe.js';
import { store } from './store.js';
import { createDialog } from './write.js';

/**
 * Returns { element, key, parts, setInstances(ids), observed(), attributed(), destroy() }.
 * @param {string} endpoint
 * @param {any} spec
 * @param {() => void} filled called when there are other buttons
 */
export function makeObject(endpoint, spec, filled) {
  const path = `/${spec.id}`;
  /** instance id → its part, in the order of ids */
  const parts = new Map();
  const multiple = spec.instancetype === 'multiple';
  const said = (verb) => `${verb} ${spec.name} ${path}`;
  const observe = observeButtons(endpoint, path, spec.name);
  const about = makeAbout(spec, `${spec.name} ${path}`);
  const attributes = h('small', { class: 'attributes' });
  const title = h(
    'h3',
    { tabindex: '-1' },
    spec.name,
    ' ',
    h('code', {}, path),
    spec.version && h('small', {}, ` version ${spec.version}`),
    about && ' ',
    about?.toggle,
    ' ',
    attributes,
  );
  const none = h('p', { class: 'nothing' }, 'No instance.');
  const element = h(
    'section',
    { class: 'object', 'aria-label': spec.name },
    h(
      'header',
      {},
      title,
      h(
        'div',
        { class: 'tools' },
        button('Read', () => readPath(endpoint, path), { device: true, label: said('Read') }),
        observe.elements,
        button('Discover', () => discover(endpoint, path, spec.name), { device: true, label: said('Discover') }),
        button('Attributes', () => attributesDialog(endpoint, path, spec.name), { device: true, label: said('Attributes of') }),
        multiple && button('Create instance', () => createDialog(endpoint, spec), { device: true, label: said('Create instance of') }),
      ),
    ),
    about?.text,
    none,
  );
  const attributed = () => setText(attributes, attributesText(store.attributesOf(endpoint, path)));
  attributed();

  return {
    element,
    key: JSON.stringify(spec),
    parts,
    title,
    /** Instances that stay keep their elements, and so their focus. */
    setInstances(ids) {
      for (const [id, part] of parts) {
        if (ids.includes(id)) continue;
        part.destroy();
        parts.delete(id);
        removeElement(part.element, title);
      }
      let next = null;
      for (const id of [...ids].sort((a, b) => b - a)) {
        if (!parts.has(id)) {
          const part = makeInstance(endpoint, spec, id, filled);
          parts.set(id, part);
          element.insertBefore(part.element, next);
        }
        next = parts.get(id).element;
      }
      none.hidden = ids.length > 0;
    },
    refresh() {
      observe.update();
      attributed();
      parts.forEach((part) => part.refresh());
    },
    observed() {
      observe.update();
      parts.forEach((part) => part.observed());
    },
    attributed,
    destroy: () => parts.forEach((part) => part.destroy()),
  };
}
