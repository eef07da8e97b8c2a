/** How requests go out: how long a device may take, and in which formats values are read and written. */
import { h } from './dom.js';

const KEY = 'wixt-request';
const DEFAULTS = { timeout: '20', single: '', several: '', write: '' };
const LEAST_S = 1;
const MOST_S = 3600;

function restore() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return Object.fromEntries(Object.entries(DEFAULTS).map(([name, value]) => [name, typeof kept[name] === 'string' ? kept[name] : value]));
  } catch {
    return { ...DEFAULTS };
  }
}

const settings = restore();

/** Seconds that the page waits for a device; a lost message is sent again in them. */
export const timeoutSeconds = () => (Number(settings.timeout) >= LEAST_S && Number(settings.timeout) <= MOST_S ? Number(settings.timeout) : 20);

/** The query of a Read or Observe: `several` values, or a single one. */
export const readQuery = (several) => query(several ? settings.several : settings.single);

/** The query of a Write of one value; several are always TLV. */
export const writeQuery = () => query(settings.write);

const query = (format) => (format === '' ? {} : { format });

const select = (name, label, formats) => {
  const element = h(
    'select',
    { 'aria-label': label },
    ['', ...formats].map((format) => h('option', { value: format }, format === '' ? 'automatic' : format)),
  );
  element.value = formats.includes(settings[name]) ? settings[name] : '';
  element.addEventListener('change', () => keep(name, element.value));
  return h('label', {}, h('span', {}, label), element);
};

function keep(name, value) {
  settings[name] = value;
  localStorage.setItem(KEY, JSON.stringify(settings));
}

/** The choices, folded away; they hold for all clients and are kept in the browser. */
export function makeSettings() {
  const timeout = h('input', {
    type: 'number',
    min: LEAST_S,
    max: MOST_S,
    required: true,
    'aria-label': 'Time-out in seconds',
    value: settings.timeout,
    onchange: () => (timeout.checkValidity() ? keep('timeout', timeout.value) : (timeout.value = settings.timeout)),
  });
  return h(
    'details',
    { class: 'settings' },
    h('summary', {}, 'Time-out and formats'),
    h(
      'div',
      { class: 'choices' },
      h('label', {}, h('span', {}, 'Time-out in seconds'), timeout),
      select('single', 'Read one value as', ['TEXT', 'OPAQUE', 'TLV', 'JSON']),
      select('several', 'Read several values as', ['TLV', 'JSON']),
      select('write', 'Write one value as', ['TEXT', 'OPAQUE', 'TLV']),
    ),
  );
}
