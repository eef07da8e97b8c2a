/** The questions before an operation: values, arguments, attributes; and the answers that are lists. */
import { api } from './api.js';
import { h, showDialog, toast } from './dom.js';
import { field, multiInput, valueInput } from './forms.js';
import { isNumeric, store } from './store.js';

const about = ({ type, units, range }) => [type.replace('_', ' '), units, range].filter(Boolean).join(', ');

/** Write: one value or several. */
export function writeDialog(endpoint, path, definition, readAfter) {
  const known = store.valueOf(endpoint, path);
  const multiple = definition.instancetype === 'multiple';
  const input = multiple
    ? multiInput(definition.type, known?.values, definition.name)
    : valueInput(definition.type, known?.value, { label: definition.name });
  const keep = h('input', { type: 'checkbox' });
  const fields = [
    multiple
      ? h('fieldset', {}, h('legend', {}, `Values by instance (${about(definition)})`), input.element)
      : field('Value', input.element, about(definition)),
    multiple && h('label', { class: 'check' }, keep, ' keep the instances that are not listed'),
  ];
  showDialog(`Write ${definition.name} ${path}`, fields, 'Write', async () => {
    const id = Number(path.split('/')[3]);
    const value = input.read();
    const body = multiple
      ? { id, kind: 'multiResource', type: definition.type, values: value }
      : { id, kind: 'singleResource', type: definition.type, value: value ?? '' };
    await api.write(endpoint, path, body, !keep.checked);
    toast(`${path} written`);
    await readAfter();
  });
}

export function executeDialog(endpoint, path, definition) {
  const input = h('input', { type: 'text', placeholder: "0='5',1", autocomplete: 'off', spellcheck: 'false' });
  showDialog(
    `Execute ${definition.name} ${path}`,
    [field('Arguments', input, 'Digits 0 to 9 with or without a value in quotes. Most resources need none.')],
    'Execute',
    async () => {
      await api.execute(endpoint, path, input.value.trim());
      toast(`${definition.name} executed`);
    },
  );
}

/** Create: an instance with the values that are given. */
export function createDialog(endpoint, spec) {
  const id = h('input', { type: 'text', inputmode: 'numeric', pattern: '[0-9]{1,5}', autocomplete: 'off' });
  const inputs = spec.resourcedefs
    .filter(({ operations }) => operations.includes('W'))
    .map((definition) => {
      const multiple = definition.instancetype === 'multiple';
      const input = valueInput(definition.type, undefined, { label: definition.name, required: false });
      const element = field(
        `${definition.id} ${definition.name}${definition.mandatory ? ' (mandatory)' : ''}`,
        input.element,
        `${about(definition)}${multiple ? ', the first of several' : ''}`,
      );
      return { definition, multiple, input, element };
    });
  showDialog(
    `Create an instance of ${spec.name}`,
    [field('Instance id', id, 'empty: the device chooses'), ...inputs.map(({ element }) => element)],
    'Create',
    async () => {
      const resources = inputs.flatMap(({ definition, multiple, input }) => {
        const value = input.read();
        if (value === undefined) return [];
        const common = { id: definition.id, type: definition.type };
        return [multiple ? { ...common, kind: 'multiResource', values: { 0: value } } : { ...common, kind: 'singleResource', value }];
      });
      const { location } = await api.create(endpoint, `/${spec.id}`, {
        kind: 'instance',
        ...(id.value === '' ? {} : { id: Number(id.value) }),
        resources,
      });
      toast(location ? `/${location} created` : `An instance of ${spec.name} was created`);
    },
  );
}

export function removeDialog(endpoint, path, name) {
  showDialog(`Delete ${name} ${path}?`, [h('p', {}, 'The device forgets the instance and its values.')], 'Delete', async () => {
    await api.remove(endpoint, path);
    toast(`${path} deleted`);
  });
}

const ATTRIBUTES = [
  ['pmin', 'Least seconds between notifications', false],
  ['pmax', 'Most seconds between notifications', false],
  ['gt', 'Notify when the value passes this upwards', true],
  ['lt', 'Notify when the value passes this downwards', true],
  ['st', 'Notify when the value changes by this', true],
];

/** Write-Attributes; the thresholds for numeric resources only. */
export function attributesDialog(endpoint, path, name, type) {
  const inputs = ATTRIBUTES.filter(([, , numeric]) => !numeric || isNumeric(type)).map(([key, hint, numeric]) => {
    const value = h('input', {
      type: 'text',
      inputmode: numeric ? 'decimal' : 'numeric',
      pattern: numeric ? '-?[0-9]+(\\.[0-9]+)?' : '[0-9]{1,10}',
      autocomplete: 'off',
      'aria-label': key,
    });
    const unset = h('input', { type: 'checkbox', 'aria-label': `unset ${key}`, onchange: () => (value.disabled = unset.checked) });
    return {
      key,
      value,
      unset,
      element: h(
        'div',
        { class: 'field' },
        h('span', {}, key),
        h('div', { class: 'pair' }, value, h('label', { class: 'check' }, unset, ' unset')),
        h('small', {}, hint),
      ),
    };
  });
  showDialog(
    `Attributes of ${name} ${path}`,
    inputs.map(({ element }) => element),
    'Write attributes',
    async () => {
      const given = inputs.filter(({ value, unset }) => unset.checked || value.value !== '');
      if (given.length === 0) throw new Error('Give a value to at least one attribute, or unset it.');
      await api.attributes(endpoint, path, Object.fromEntries(given.map(({ key, value, unset }) => [key, unset.checked ? '' : value.value])));
      toast(`Attributes of ${path} written`);
    },
  );
}

/** Discover: what the device says that it has, with attributes. */
export async function discover(endpoint, path, name) {
  const { objectLinks } = await api.discover(endpoint, path);
  const rows = objectLinks.map(({ url, attributes }) =>
    h(
      'tr',
      {},
      h('td', {}, h('code', {}, url)),
      h(
        'td',
        {},
        Object.entries(attributes)
          .map(([key, value]) => (value === null ? key : `${key}=${value}`))
          .join('; '),
      ),
    ),
  );
  showDialog(`Discover ${name} ${path}`, [
    h('table', { class: 'links' }, h('thead', {}, h('tr', {}, h('th', {}, 'Path'), h('th', {}, 'Attributes'))), h('tbody', {}, ...rows)),
  ]);
}
