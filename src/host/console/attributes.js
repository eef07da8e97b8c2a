/** Attributes and Discover: what the device says that it has, and when it notifies. */
import { api } from './api.js';
import { showDialog } from './dialog.js';
import { h } from './dom.js';
import { isNumeric, store } from './store.js';
import { toast } from './toast.js';

const ATTRIBUTES = [
  ['pmin', 'Minimum time between notifications, in seconds', false],
  ['pmax', 'Maximum time between notifications, in seconds', false],
  ['gt', 'Notify when the value rises above this', true],
  ['lt', 'Notify when the value falls below this', true],
  ['st', 'Notify when the value changes by this', true],
];

/** "pmin=5; pmax=60" */
export const attributesText = (attributes) =>
  Object.entries(attributes)
    .map(([key, value]) => (value === null || value === '' ? key : `${key}=${value}`))
    .join('; ');

async function discoverPath(endpoint, path) {
  const { objectLinks = [] } = await api.discover(endpoint, path);
  store.setAttributes(endpoint, objectLinks);
  return objectLinks;
}

/** Write-Attributes, filled in with what the device has; the thresholds for numeric resources only. */
export async function attributesDialog(endpoint, path, name, type) {
  let before = {};
  let note;
  try {
    const links = await discoverPath(endpoint, path);
    before = links.find(({ url }) => url === path)?.attributes ?? {};
  } catch (error) {
    note = h('p', { class: 'failed' }, `The present attributes could not be read. ${error.message}`);
  }
  const inputs = ATTRIBUTES.filter(([, , numeric]) => !numeric || isNumeric(type)).map(([key, hint, numeric]) => {
    const value = h('input', {
      type: 'text',
      inputmode: numeric ? 'decimal' : 'numeric',
      autocomplete: 'off',
      'aria-label': key,
      'aria-describedby': `hint-${key}`,
      value: before[key] ?? '',
    });
    const unset = h('input', { type: 'checkbox', 'aria-label': `unset ${key}`, onchange: () => (value.disabled = unset.checked) });
    const element = h(
      'div',
      { class: 'field' },
      h('span', {}, key),
      h('div', { class: 'pair' }, value, h('label', { class: 'check' }, unset, ' unset')),
      h('small', { id: `hint-${key}` }, hint),
    );
    return { key, value, unset, numeric, element };
  });
  const others = Object.fromEntries(Object.entries(before).filter(([key]) => !inputs.some((input) => input.key === key)));
  const rest = attributesText(others);

  /** The attributes to send: those that have changed. */
  function read() {
    const query = {};
    for (const { key, value, unset, numeric } of inputs) {
      const text = unset.checked ? '' : value.value.trim();
      const known = before[key] ?? '';
      if (text === String(known) && !unset.checked) continue;
      if (text !== '' && !(numeric ? /^-?\d+(\.\d+)?$/ : /^\d{1,10}$/).test(text))
        throw Object.assign(new Error(`${key}: ${numeric ? 'a number' : 'a whole number of seconds'} is expected`), { field: value });
      query[key] = text;
    }
    if (Object.keys(query).length === 0) throw new Error('Nothing is changed: give a value to at least one attribute, or unset it.');
    return query;
  }

  showDialog(
    `Attributes of ${name} ${path}`,
    [note, ...inputs.map(({ element }) => element), rest && h('small', {}, `The device also says ${rest}.`)].filter(Boolean),
    'Write attributes',
    async () => {
      await api.attributes(endpoint, path, read());
      toast(`Attributes of ${path} written`);
      await discoverPath(endpoint, path).catch(() => {});
    },
  );
}

/** Discover: the answer as a table; its attributes stand at the rows from then on. */
export async function discover(endpoint, path, name) {
  const links = await discoverPath(endpoint, path);
  const rows = links.map(({ url, attributes }) => h('tr', {}, h('td', {}, h('code', {}, url)), h('td', {}, attributesText(attributes))));
  const head = h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Path'), h('th', { scope: 'col' }, 'Attributes')));
  showDialog(`Discover ${name} ${path}`, [
    h('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'What the device has' }, h('table', { class: 'links' }, head, h('tbody', {}, ...rows))),
  ]);
}
