/** Inputs for values of each type, and back to the JSON of the REST interface. */
import { h } from './dom.js';

/** How a value is shown: text, never HTML. */
export function valueText(type, value) {
  switch (String(type).toUpperCase()) {
    case 'TIME':
      return new Date(Number(value)).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
    case 'OBJLNK':
      return `${value.objectId}:${value.objectInstanceId}`;
    case 'OPAQUE':
      return value === ''
        ? '(empty)'
        : `${value.replace(/(..)(?=.)/g, '$1 ').slice(0, 300)}${value.length > 200 ? ' …' : ''} (${value.length / 2} bytes)`;
    default:
      return String(value);
  }
}

const localTime = (milliseconds) => {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? '' : new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
};

/** An input for one value: { element, read() }; read gives undefined for an empty one, and throws where it is wrong. */
export function valueInput(type, value, { label, required = true } = {}) {
  const kind = String(type).toUpperCase();
  const props = { 'aria-label': label, required: required && kind !== 'STRING', autocomplete: 'off', spellcheck: 'false' };
  const text = (more = {}, shown = value ?? '') => h('input', { type: 'text', ...props, ...more, value: shown });
  switch (kind) {
    case 'BOOLEAN': {
      const options = [['true', 'true'], ['false', 'false'], ...(required ? [] : [['', '(not given)']])];
      const element = h(
        'select',
        props,
        options.map(([key, shown]) => h('option', { value: key }, shown)),
      );
      element.value = value === undefined ? (required ? 'true' : '') : String(value);
      return { element, read: () => (element.value === '' ? undefined : element.value === 'true') };
    }
    case 'INTEGER':
    case 'UNSIGNED_INTEGER': {
      const element = text({ inputmode: 'numeric', pattern: kind === 'INTEGER' ? '[+\\-]?[0-9]+' : '[0-9]+', title: 'a whole number' });
      return { element, read: () => element.value.trim() || undefined };
    }
    case 'FLOAT': {
      const element = text({
        inputmode: 'decimal',
        pattern: '[+\\-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+\\-]?[0-9]+)?',
        title: 'a number, with a point',
      });
      return { element, read: () => element.value.trim() || undefined };
    }
    case 'TIME': {
      const element = h('input', { type: 'datetime-local', step: '1', ...props, value: value === undefined ? '' : localTime(value) });
      return { element, read: () => (element.value === '' ? undefined : new Date(element.value).getTime()) };
    }
    case 'OBJLNK': {
      const element = text(
        { pattern: '[0-9]{1,5}:[0-9]{1,5}', placeholder: 'object:instance', title: 'object:instance, for example 3:0' },
        value ? valueText(kind, value) : '',
      );
      return { element, read: () => element.value.trim() || undefined };
    }
    case 'OPAQUE': {
      const element = h('textarea', { ...props, required: false, rows: '3', placeholder: 'hexadecimal, for example 01 ff 20', value: value ?? '' });
      const file = h('input', {
        type: 'file',
        'aria-label': `${label} from a file`,
        onchange: async () => {
          const bytes = new Uint8Array(await file.files[0].arrayBuffer());
          element.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
        },
      });
      return {
        element: h('div', { class: 'opaque' }, element, file),
        read() {
          const hex = element.value.replace(/\s+/g, '');
          if (!/^([0-9a-fA-F]{2})*$/.test(hex)) throw new Error(`${label}: hexadecimal digits in pairs are expected`);
          return hex === '' && !required ? undefined : hex;
        },
      };
    }
    default: {
      const element = text();
      return { element, read: () => (element.value === '' && !required ? undefined : element.value) };
    }
  }
}

/** Rows of instance id and value: { element, read() }, read gives an object by instance id. */
export function multiInput(type, values = {}, label = '') {
  const rows = h('div', { class: 'multi' });
  const inputs = new Set();
  const add = (id, value) => {
    const key = h('input', {
      type: 'text',
      inputmode: 'numeric',
      pattern: '[0-9]{1,5}',
      required: true,
      class: 'id',
      'aria-label': `${label} instance`,
      value: String(id),
    });
    const input = valueInput(type, value, { label: `${label} value` });
    const entry = { key, input };
    inputs.add(entry);
    const row = h(
      'div',
      { class: 'pair' },
      key,
      input.element,
      h(
        'button',
        {
          type: 'button',
          'aria-label': 'Remove this value',
          onclick: () => {
            inputs.delete(entry);
            row.remove();
          },
        },
        '×',
      ),
    );
    rows.append(row);
  };
  for (const [id, value] of Object.entries(values)) add(id, value);
  if (inputs.size === 0) add(0, undefined);
  const next = () => Math.max(-1, ...[...inputs].map(({ key }) => Number(key.value) || 0)) + 1;
  const element = h('div', {}, rows, h('button', { type: 'button', onclick: () => add(next(), undefined) }, 'Add a value'));
  return { element, read: () => Object.fromEntries([...inputs].map(({ key, input }) => [key.value, input.read()])) };
}

/** A label above its input. */
export function field(text, input, hint) {
  return h('label', { class: 'field' }, h('span', {}, text), input, hint && h('small', {}, hint));
}
