/** Inputs for values of each type, and back to the JSON of the REST interface. */
import { meaningsText } from './about.js';
import { h } from './dom.js';
import { parseTime, showValue } from './values.js';

/** An error that names its field, and brings the focus there. */
export const wrong = (label, text, field) => Object.assign(new Error(`${label}: ${text}`), { field });

const MOST_INTEGER = { INTEGER: [-(2n ** 63n), 2n ** 63n - 1n], UNSIGNED_INTEGER: [0n, 2n ** 64n - 1n] };

function timeInput(props, value) {
  const input = h('input', { type: 'text', placeholder: 'YYYY-MM-DD HH:MM:SS', ...props, value: value === undefined ? '' : timeField(value) });
  const now = h(
    'button',
    { type: 'button', 'aria-label': `${props['aria-label']}: now`, onclick: () => (input.value = timeField(Math.floor(Date.now() / 1000) * 1000)) },
    'Now',
  );
  return { input, element: h('div', { class: 'pair' }, input, now) };
}

/** A time as a date where it is one, else as its seconds. */
function timeField(value) {
  const { text } = showValue('TIME', value);
  return text.replace(/ s$/, '');
}

function opaqueInput(props, value, label) {
  const input = h('textarea', { ...props, rows: '3', placeholder: 'hexadecimal, for example 01 ff 20', value: value ?? '' });
  const file = h('input', {
    type: 'file',
    'aria-label': `${label} from a file`,
    onchange: async () => {
      if (!file.files.length) return;
      const bytes = new Uint8Array(await file.files[0].arrayBuffer());
      input.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  });
  return { input, element: h('div', { class: 'opaque' }, input, file) };
}

/** Element and input for a type. */
function makeInput(kind, props, value, label, optional) {
  const text = (more = {}, shown = value ?? '') => {
    const input = h('input', { type: 'text', ...props, ...more, value: shown });
    return { input, element: input };
  };
  switch (kind) {
    case 'BOOLEAN': {
      const options = [...(optional || value === undefined ? [['', optional ? '(not given)' : '(choose)']] : []), ['true', 'true'], ['false', 'false']];
      const input = h(
        'select',
        props,
        options.map(([key, shown]) => h('option', { value: key }, shown)),
      );
      input.value = value === undefined || value === null ? '' : String(value);
      return { input, element: input };
    }
    case 'INTEGER':
    case 'UNSIGNED_INTEGER':
      return text({ inputmode: 'numeric' });
    case 'FLOAT':
      return text({ inputmode: 'decimal' }, value === undefined ? '' : showValue('FLOAT', value).text);
    case 'TIME':
      return timeInput(props, value);
    case 'OBJLNK':
      return text({ placeholder: 'object:instance' }, value ? `${value.objectId}:${value.objectInstanceId}` : '');
    case 'OPAQUE':
      return opaqueInput(props, value, label);
    default:
      return typeof value === 'string' && /[\n\r]/.test(value)
        ? ((input) => ({ input, element: input }))(h('textarea', { ...props, rows: '4', value }))
        : text();
  }
}

/** Converts typed text to JSON. Throws an error that says what is wrong. */
function parse(kind, text) {
  switch (kind) {
    case 'BOOLEAN':
      return text === 'true';
    case 'INTEGER':
    case 'UNSIGNED_INTEGER': {
      const [least, most] = MOST_INTEGER[kind];
      if (!/^[+-]?\d{1,20}$/.test(text)) throw new Error('a whole number is expected');
      const number = BigInt(text.replace(/^\+/, ''));
      if (number < least || number > most) throw new Error(`a whole number from ${least} to ${most} is expected`);
      return String(number);
    }
    case 'FLOAT':
      if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new Error('a number with a point is expected, such as 21.5');
      return text;
    case 'TIME': {
      const time = parseTime(text);
      if (time === undefined) throw new Error('a time such as 2026-11-30 17:05:09 is expected, or whole seconds since 1970');
      return time;
    }
    case 'OBJLNK':
      if (!/^\d{1,5}:\d{1,5}$/.test(text) || text.split(':').some((id) => Number(id) > 65535))
        throw new Error('object:instance is expected, such as 3:0, each at most 65535');
      return text;
    case 'OPAQUE': {
      const hex = text.replace(/\s+/g, '');
      if (!/^([0-9a-fA-F]{2})*$/.test(hex)) throw new Error('hexadecimal digits in pairs are expected');
      return hex;
    }
    default:
      return text;
  }
}

/** Types whose empty value is a value. */
const mayBeEmpty = (kind) => !['BOOLEAN', 'INTEGER', 'UNSIGNED_INTEGER', 'FLOAT', 'TIME', 'OBJLNK'].includes(kind);

/**
 * An input for one value: { element, input, isEmpty(), read() }. What is empty reads as undefined where it is `optional`; else it is the empty
 * value of its type, or an error that names the field.
 * @param {string} type
 * @param {unknown} value
 * @param {{ label: string, optional?: boolean, hint?: string }} options
 */
export function valueInput(type, value, { label, optional = false }) {
  const kind = String(type).toUpperCase();
  const props = { 'aria-label': label, autocomplete: 'off', spellcheck: 'false' };
  const { input, element } = makeInput(kind, props, value === null ? undefined : value, label, optional);
  const given = () => (mayBeEmpty(kind) && kind !== 'OPAQUE' ? input.value : input.value.trim());
  // The shown text of a value that is the same is sent as it came: nothing is lost on the way through the page.
  const shown = given();
  const isEmpty = () => given() === '';
  return {
    element,
    input,
    isEmpty,
    isChanged: () => given() !== shown,
    read() {
      if (isEmpty() && optional) return undefined;
      if (isEmpty() && !mayBeEmpty(kind)) throw wrong(label, 'a value is needed', input);
      if (given() === shown && kind === 'FLOAT' && value !== undefined) return String(value);
      if (given() === shown && kind === 'TIME' && value !== undefined && value !== null) return value;
      try {
        return parse(kind, given());
      } catch (error) {
        throw wrong(label, error.message, input);
      }
    },
  };
}

/**
 * Rows of instance id and value: { element, isEmpty(), read() }; read gives an object by instance id, or undefined where it is `optional` and no
 * value is given.
 * @param {string} type
 * @param {Record<string, unknown>} [values]
 * @param {{ label: string, optional?: boolean }} options
 */
export function multiInput(type, values = {}, { label, optional = false }) {
  const rows = h('div', { class: 'multi' });
  const inputs = new Set();
  const more = h('button', { type: 'button', 'aria-label': `Add a value to ${label}`, onclick: () => add(next(), undefined).focus() }, 'Add a value');
  function add(id, value) {
    const key = h('input', { type: 'number', min: 0, max: 65535, step: 1, class: 'id', 'aria-label': `${label} instance`, value: String(id) });
    const input = valueInput(type, value, { label: `${label} value`, optional });
    const entry = { key, input };
    inputs.add(entry);
    const remove = () => {
      inputs.delete(entry);
      row.remove();
      more.focus();
    };
    const row = h(
      'div',
      { class: 'pair' },
      key,
      input.element,
      h('button', { type: 'button', 'aria-label': `Remove value ${id} of ${label}`, onclick: remove }, '×'),
    );
    rows.append(row);
    return input.input;
  }
  for (const [id, value] of Object.entries(values)) add(id, value);
  if (inputs.size === 0) add(0, undefined);
  const next = () => Math.max(-1, ...[...inputs].map(({ key }) => Number(key.value) || 0)) + 1;
  const isEmpty = () => [...inputs].every(({ input }) => input.isEmpty());

  function read() {
    const read = {};
    for (const { key, input } of inputs) {
      const id = key.value.trim();
      if (!/^\d{1,5}$/.test(id) || Number(id) > 65535) throw wrong(label, `"${id}" is not an instance id from 0 to 65535`, key);
      if (Object.hasOwn(read, String(Number(id)))) throw wrong(label, `the instance id ${Number(id)} is given twice`, key);
      const value = input.read();
      if (value !== undefined) read[String(Number(id))] = value;
    }
    return optional && isEmpty() ? undefined : read;
  }
  const idsOf = () => [...inputs].map(({ key }) => key.value).join();
  const before = idsOf();
  const isChanged = () => idsOf() !== before || [...inputs].some(({ input }) => input.isChanged());
  return { element: h('div', {}, rows, more), input: rows, isEmpty, isChanged, read };
}

let fields = 0;

/** A label above its input, and below it a hint that screen readers read with it. */
export function field(text, input, hint) {
  const id = `field-${++fields}`;
  const target = input.matches('input, select, textarea') ? input : input.querySelector('input, select, textarea');
  if (hint) target?.setAttribute('aria-describedby', id);
  return h('label', { class: 'field' }, h('span', {}, text), input, hint && h('small', { id }, hint));
}

/** What stands below a value's input. */
export const hintOf = (definition, facts) => [facts, meaningsText(definition)].filter(Boolean).join('; ').slice(0, 400);
