/** Observing: a button that shows whether it is on, and one that ends it without a word to the device. */
import { api } from './api.js';
import { button, h, setAttribute, setText } from './dom.js';
import { store } from './store.js';
import { toast } from './toast.js';

export async function readPath(endpoint, path, multiple = false) {
  const { content, note } = await api.read(endpoint, path, multiple);
  store.keep(endpoint, path, content);
  if (note) toast(`${path}: ${note}`, 'bad');
}

/** Starts or ends an observation; one that the device knows no more is forgotten here too. */
async function toggleObserve(endpoint, path, multiple) {
  if (store.isObserved(endpoint, path)) {
    try {
      await api.cancel(endpoint, path);
    } catch (error) {
      await api.forget(endpoint, path);
      throw error;
    } finally {
      store.setObserved(endpoint, path, false);
    }
    return;
  }
  const { content, observed } = await api.observe(endpoint, path, multiple);
  store.keep(endpoint, path, content);
  store.setObserved(endpoint, path, observed);
  if (!observed) toast(`${path}: the device answered, but does not allow an observation`, 'bad');
}

/** The passive cancel: the server forgets, and its next notification is answered with a Reset. */
async function forget(endpoint, path) {
  await api.forget(endpoint, path);
  store.setObserved(endpoint, path, false);
  toast(`${path} is forgotten; the device learns it with its next notification`);
}

/** Returns { elements, update() }. `name` says of what, for a screen reader. */
export function observeButtons(endpoint, path, name, multiple = false) {
  const toggle = button('Observe', () => toggleObserve(endpoint, path, multiple), { class: 'observe', device: true });
  const passive = button('Forget', () => forget(endpoint, path), {
    class: 'minor',
    device: true,
    label: `Forget the observation of ${name} ${path}`,
    title: 'End the observation here without telling the device (passive cancel)',
  });
  const above = h('small', { class: 'above' });
  const update = () => {
    const on = store.isObserved(endpoint, path);
    const from = on ? undefined : store.observedAbove(endpoint, path);
    setText(toggle, on ? 'Observing' : 'Observe');
    setAttribute(toggle, 'aria-pressed', String(on));
    setAttribute(toggle, 'aria-label', `${on ? 'Observing' : 'Observe'} ${name} ${path}`);
    setAttribute(toggle, 'title', on ? `Stop observing ${path}` : `Observe ${path}`);
    if (!on && document.activeElement === passive) toggle.focus();
    passive.hidden = !on;
    setText(above, from ? `observed with ${from}` : '');
    above.hidden = !from;
  };
  update();
  return { elements: [toggle, passive], above, update };
}
