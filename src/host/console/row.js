/** One resource: its name, value and operations, and below them its description and its chart. */
import { factsOf, makeAbout } from './about.js';
import { attributesDialog, attributesText } from './attributes.js';
import { makeChart } from './chart.js';
import { textDialog } from './dialog.js';
import { button, h, setText } from './dom.js';
import { askExecute, executeDialog } from './execute.js';
import { observeButtons, readPath } from './observe.js';
import { isNumeric, store } from './store.js';
import { showValue, timeText } from './values.js';
import { writeDialog } from './write.js';

/** IPSO objects have a resource for the unit of their values. */
export const IPSO_UNITS = 5701;
const IPSO_VALUES = [5601, 5602, 5603, 5604, 5700];
/** values of a resource with instances that a row shows */
const MOST = 50;

const still = matchMedia('(prefers-reduced-motion: reduce)');

function unitOf(endpoint, path, { id, units }) {
  if (units || !IPSO_VALUES.includes(id)) return units;
  return store.valueOf(endpoint, path.replace(/\d+$/, String(IPSO_UNITS)))?.value;
}

/** The parts of one value: text, unit, note, and a button for values that are too long for a row. */
function valueParts({ type }, value, { meanings, name, path }, unit) {
  const { text, note, title, whole } = showValue(type, value, meanings);
  return [
    text === '' ? null : h('bdi', { title }, text),
    unit && text !== '' ? h('span', { class: 'unit' }, ` ${unit}`) : null,
    note ? h('span', { class: 'note' }, text === '' ? `(${note})` : ` (${note})`) : null,
    whole
      ? h('button', { type: 'button', class: 'whole', 'aria-label': `Show all of ${name} ${path}`, onclick: () => textDialog(`${name} ${path}`, whole) }, 'Show all')
      : null,
  ].filter(Boolean);
}

/**
 * Returns { element, update(), observed(), attributed(), destroy() }.
 * @param {string} endpoint
 * @param {string} path
 * @param {any} definition as the REST interface gives it
 */
export function makeRow(endpoint, path, definition) {
  const { id, name, type, operations, instancetype } = definition;
  const multiple = instancetype === 'multiple';
  const can = (operation) => operations.includes(operation);
  const said = (verb) => `${verb} ${name} ${path}`;
  const value = h('div', { class: 'value', role: 'group', 'aria-label': `Value of ${name} ${path}` });
  const observe = can('R') ? observeButtons(endpoint, path, name, multiple) : undefined;
  const about = makeAbout(definition, `${name} ${path}`);
  const attributes = h('small', { class: 'attributes' });
  const chartButton =
    isNumeric(type) && can('R')
      ? h('button', { type: 'button', 'aria-pressed': 'false', 'aria-label': said('Chart'), onclick: () => setChart(!chart) }, 'Chart')
      : undefined;
  let chart;
  let unit;

  const facts = [multiple ? 'several' : '', definition.mandatory ? 'mandatory' : ''].filter(Boolean).join(', ');
  const line = h(
    'div',
    { class: 'row', 'data-path': path },
    h('span', { class: 'id' }, String(id)),
    h(
      'div',
      { class: 'name' },
      h('span', {}, name, ' ', about?.toggle),
      h('small', {}, [factsOf(definition), facts].filter(Boolean).join(', ')),
      attributes,
      observe?.above,
    ),
    value,
    h(
      'div',
      { class: 'operations' },
      can('R') && button('Read', () => readPath(endpoint, path, multiple), { device: true, label: said('Read') }),
      can('W') &&
        button('Write', () => writeDialog(endpoint, path, definition, () => (can('R') ? readPath(endpoint, path, multiple) : undefined)), {
          device: true,
          label: said('Write'),
        }),
      can('E') && button('Execute', () => askExecute(endpoint, path, name), { class: 'execute', device: true, label: said('Execute') }),
      can('E') &&
        button('…', () => executeDialog(endpoint, path, name), {
          device: true,
          title: 'Execute with arguments',
          label: `Execute with arguments ${name} ${path}`,
        }),
      observe?.elements,
      chartButton,
      can('R') && button('Attributes', () => attributesDialog(endpoint, path, name, type), { class: 'minor', device: true, label: said('Attributes of') }),
    ),
  );
  const element = h('li', {}, line, about?.text);

  function setChart(open) {
    chartButton.setAttribute('aria-pressed', String(Boolean(open)));
    if (!open) {
      chart?.destroy();
      chart = undefined;
    } else if (!chart) {
      unit = unitOf(endpoint, path, definition);
      chart = makeChart(endpoint, path, name, unit);
      element.append(chart.element);
    }
  }

  function makeParts(known) {
    if (!known.values) return valueParts(known, known.value, { ...definition, path }, unit);
    const entries = Object.entries(known.values).sort(([a], [b]) => Number(a) - Number(b));
    if (entries.length === 0) return [h('span', { class: 'note' }, '(no values)')];
    const items = entries
      .slice(0, MOST)
      .map(([key, one]) => h('li', {}, h('span', { class: 'key' }, key), ...valueParts(known, one, { ...definition, path: `${path}/${key}` }, unit)));
    const more = entries.length - items.length;
    return [h('ul', {}, items), more > 0 && h('span', { class: 'note' }, `and ${more} more`)].filter(Boolean);
  }

  function update() {
    const known = store.valueOf(endpoint, path);
    line.classList.toggle('unknown', !known && can('R'));
    if (!known) {
      value.title = '';
      return value.replaceChildren(can('R') ? h('span', { class: 'nothing' }, '—') : '');
    }
    const shownUnit = unitOf(endpoint, path, definition);
    if (chart && shownUnit !== unit) {
      setChart(false);
      setChart(true);
    }
    unit = shownUnit;
    value.replaceChildren(...makeParts(known), ...(known.note ? [h('small', { class: 'odd' }, known.note)] : []));
    value.title = `as of ${timeText(known.at)}`;
    return chart?.update();
  }

  /** A value came: it is marked for a moment, by an animation that asks for no layout. */
  function flash() {
    if (!still.matches && store.valueOf(endpoint, path))
      value.animate?.([{ backgroundColor: getComputedStyle(document.documentElement).getPropertyValue('--fresh') }, {}], 1600);
  }

  function observed() {
    observe?.update();
    if (chartButton && store.isObserved(endpoint, path)) setChart(true);
  }

  const attributed = () => setText(attributes, attributesText(store.attributesOf(endpoint, path)));

  update();
  observed();
  attributed();
  return { element, update, flash, observed, attributed, destroy: () => chart?.destroy() };
}
