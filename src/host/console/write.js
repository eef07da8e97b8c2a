/** Write: one resource, or an instance with several; and Create, which is the same with a new instance. */
import { api } from './api.js';
import { factsOf } from './about.js';
import { showDialog } from './dialog.js';
import { h } from './dom.js';
import { field, hintOf, multiInput, valueInput, wrong } from './forms.js';
import { store } from './store.js';
import { toast } from './toast.js';

const isMultiple = ({ instancetype }) => instancetype === 'multiple';

/** The JSON of a resource. */
const resourceOf = (definition, value) =>
  isMultiple(definition)
    ? { id: definition.id, kind: 'multiResource', type: definition.type, values: value }
    : { id: definition.id, kind: 'singleResource', type: definition.type, value };

function makeValueInput(definition, known, optional) {
  const options = { label: definition.name, optional };
  return isMultiple(definition) ? multiInput(definition.type, known?.values, options) : valueInput(definition.type, known?.value, options);
}

/** Write: one value or several. */
export function writeDialog(endpoint, path, definition, readAfter) {
  const multiple = isMultiple(definition);
  const input = makeValueInput(definition, store.valueOf(endpoint, path), false);
  const keep = h('input', { type: 'checkbox' });
  const hint = hintOf(definition, factsOf(definition));
  const fields = multiple
    ? [
        h('fieldset', {}, h('legend', {}, `Values by instance (${hint})`), input.element),
        h('label', { class: 'check' }, keep, ' keep the instances that are not listed'),
      ]
    : [field('Value', input.element, hint)];
  showDialog(`Write ${definition.name} ${path}`, fields, 'Write', async () => {
    if (definition.mandatory && !multiple && input.isEmpty()) throw wrong(definition.name, 'it is mandatory and must not be empty', input.input);
    await api.write(endpoint, path, resourceOf(definition, input.read()), !keep.checked);
    toast(`${path} written`);
    await readAfter();
  });
}

/** One resource of a form: a box that says whether it goes along, and its value. */
function makePart(definition, known, checked) {
  const multiple = isMultiple(definition);
  const input = makeValueInput(definition, known, multiple);
  const box = h('input', { type: 'checkbox', checked, 'aria-label': `Send ${definition.name}` });
  // who types a value wants it to go along
  input.element.addEventListener('input', () => (box.checked = true));
  input.element.addEventListener('click', ({ target }) => target.closest('button') && (box.checked = true));
  const title = `${definition.id} ${definition.name}${definition.mandatory ? ' (mandatory)' : ''}`;
  const hint = h('small', {}, hintOf(definition, factsOf(definition)));
  const element = h('fieldset', { class: 'part' }, h('legend', {}, h('label', { class: 'check' }, box, ` ${title}`)), input.element, hint);
  return { definition, input, box, element };
}

/** Reads the ticked resources. Mandatory ones need a value. `whole`: a Create or Replace, which keeps no old value. */
function readParts(parts, whole) {
  const resources = [];
  for (const { definition, input, box } of parts) {
    const label = `${definition.id} ${definition.name}`;
    const empty = input.isEmpty();
    if (definition.mandatory && empty && (whole || box.checked)) throw wrong(label, 'it is mandatory and must not be empty', firstInput(input));
    if (definition.mandatory && whole && !box.checked) throw wrong(label, 'it is mandatory and must be sent', box);
    if (!box.checked) continue;
    const value = input.read();
    resources.push(resourceOf(definition, value ?? {}));
  }
  return resources;
}

const firstInput = ({ input }) => (input.matches('input, select, textarea') ? input : input.querySelector('input:not(.id), select, textarea'));

const writable = (spec) => spec.resourcedefs.filter(({ operations }) => operations.includes('W'));

/** Writes an instance: Update keeps resources that are not sent, Replace removes them. */
export function writeInstanceDialog(endpoint, spec, instance, readAfter) {
  const path = `/${spec.id}/${instance}`;
  const parts = writable(spec).map((definition) => makePart(definition, store.valueOf(endpoint, `${path}/${definition.id}`), false));
  const choice = (value, text, checked) =>
    h('label', { class: 'check' }, h('input', { type: 'radio', name: 'mode', value, checked, onchange: change }), ` ${text}`);
  const update = choice('update', 'Update: resources that are not sent keep their values', true);
  const replace = choice('replace', 'Replace: resources that are not sent are removed', false);
  const replaces = () => replace.querySelector('input').checked;

  // a Replace starts with all known values, an Update with none
  function change() {
    for (const { definition, input, box } of parts) box.checked = replaces() ? definition.mandatory || !input.isEmpty() : input.isChanged();
  }

  showDialog(
    `Write ${spec.name} ${path}`,
    [h('div', { role: 'radiogroup', 'aria-label': 'How' }, update, replace), ...parts.map(({ element }) => element)],
    'Write',
    async () => {
      const resources = readParts(parts, replaces());
      if (resources.length === 0) throw new Error('Nothing is sent: change a value, or tick the box of a resource.');
      await api.write(endpoint, path, { id: instance, kind: 'instance', resources }, replaces());
      toast(`${path} written`);
      await readAfter();
    },
  );
}

/** Create: an instance with the values that are given. */
export function createDialog(endpoint, spec) {
  const id = h('input', { type: 'text', inputmode: 'numeric', autocomplete: 'off', 'aria-label': 'Instance id' });
  const parts = writable(spec).map((definition) => makePart(definition, undefined, definition.mandatory));
  showDialog(
    `Create an instance of ${spec.name}`,
    [field('Instance id', id, 'empty: the device chooses'), ...parts.map(({ element }) => element)],
    'Create',
    async () => {
      const given = id.value.trim();
      if (given !== '' && (!/^\d{1,5}$/.test(given) || Number(given) > 65534)) throw wrong('Instance id', 'a whole number from 0 to 65534 is expected', id);
      if (given !== '' && (store.clients.get(endpoint)?.availableInstances?.[spec.id] ?? []).includes(Number(given)))
        throw wrong('Instance id', `/${spec.id}/${given} exists already`, id);
      const body = { kind: 'instance', ...(given === '' ? {} : { id: Number(given) }), resources: readParts(parts, true) };
      const { location } = await api.create(endpoint, `/${spec.id}`, body);
      toast(location ? `/${location} created` : `An instance of ${spec.name} was created`);
    },
  );
}
