/** One resource: its name, value and operations, and below them its chart. */
import { api } from './api.js';
import { makeChart } from './chart.js';
import { attributesDialog, executeDialog, writeDialog } from './dialogs.js';
import { button, h, timeText, toast } from './dom.js';
import { valueText } from './forms.js';
import { isNumeric, store } from './store.js';

export async function readPath(endpoint, path) {
  const { content } = await api.read(endpoint, path);
  store.keep(endpoint, path, content);
}

/** Starts or ends an observation; one that the device knows no more is forgotten here too. */
export async function toggleObserve(endpoint, path) {
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
  const { content, observed } = await api.observe(endpoint, path);
  store.keep(endpoint, path, content);
  store.setObserved(endpoint, path, observed);
  if (!observed) toast(`${path}: the device answered, but does not let it be observed`, 'bad');
}

/** An Observe button that shows whether it is on. */
export function observeButton(endpoint, path) {
  const element = button('Observe', () => toggleObserve(endpoint, path), { class: 'observe' });
  const update = () => {
    const on = store.isObserved(endpoint, path);
    element.setAttribute('aria-pressed', String(on));
    element.textContent = on ? 'Observing' : 'Observe';
    element.title = on ? `Stop observing ${path}` : `Observe ${path}`;
  };
  update();
  return { element, update };
}

/** IPSO objects tell the unit of their values in a resource of its own. */
export const IPSO_UNITS = 5701;
const IPSO_VALUES = [5601, 5602, 5603, 5604, 5700];

function unitOf(endpoint, path, { id, units }) {
  if (units || !IPSO_VALUES.includes(id)) return units;
  return store.valueOf(endpoint, path.replace(/\d+$/, String(IPSO_UNITS)))?.value;
}

/** Returns { element, update(), observed(), destroy() }. */
export function makeRow(endpoint, path, definition) {
  const { id, name, type, operations, range, instancetype } = definition;
  const numeric = isNumeric(type);
  const can = (operation) => operations.includes(operation);
  const value = h('output', { class: 'value', 'aria-label': `Value of ${name}` });
  const observe = can('R') ? observeButton(endpoint, path) : undefined;
  const chartButton =
    numeric && can('R') ? h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => setChart(!chart) }, 'Chart') : undefined;
  let chart;

  const facts = [type === 'none' ? '' : type.replace('_', ' '), instancetype === 'multiple' ? 'several' : '', range].filter(Boolean).join(' · ');
  const line = h(
    'div',
    { class: 'row', 'data-path': path },
    h('span', { class: 'id' }, String(id)),
    h('div', { class: 'name' }, h('span', {}, name), h('small', {}, facts)),
    value,
    h(
      'div',
      { class: 'operations' },
      can('R') && button('Read', () => readPath(endpoint, path)),
      can('W') &&
        h(
          'button',
          { type: 'button', onclick: () => writeDialog(endpoint, path, definition, () => (can('R') ? readPath(endpoint, path) : undefined)) },
          'Write',
        ),
      can('E') &&
        button(
          'Execute',
          async () => {
            await api.execute(endpoint, path, '');
            toast(`${name} executed`);
          },
          { class: 'execute' },
        ),
      can('E') &&
        h(
          'button',
          {
            type: 'button',
            title: 'Execute with arguments',
            'aria-label': `Execute ${name} with arguments`,
            onclick: () => executeDialog(endpoint, path, definition),
          },
          '…',
        ),
      observe?.element,
      chartButton,
      can('R') && h('button', { type: 'button', class: 'minor', onclick: () => attributesDialog(endpoint, path, name, type) }, 'Attributes'),
    ),
  );
  const element = h('li', {}, line);

  function setChart(open) {
    chartButton.setAttribute('aria-pressed', String(Boolean(open)));
    if (!open) {
      chart?.destroy();
      chart = undefined;
    } else if (!chart) {
      chart = makeChart(endpoint, path, name, unitOf(endpoint, path, definition));
      element.append(chart.element);
    }
  }

  function update() {
    const known = store.valueOf(endpoint, path);
    line.classList.toggle('unknown', !known && can('R'));
    if (!known) return value.replaceChildren(can('R') ? h('span', { class: 'nothing' }, '—') : '');
    const shownUnit = unitOf(endpoint, path, definition);
    const unit = shownUnit ? h('span', { class: 'unit' }, ` ${shownUnit}`) : null;
    const parts = known.values
      ? [
          h(
            'ul',
            {},
            Object.entries(known.values).map(([key, one]) =>
              h('li', {}, h('span', { class: 'key' }, key), valueText(known.type, one), unit?.cloneNode(true) ?? null),
            ),
          ),
        ]
      : [valueText(known.type, known.value), unit];
    value.replaceChildren(...parts.filter(Boolean));
    value.title = `as of ${timeText(known.at)}`;
    line.classList.remove('fresh');
    void line.offsetWidth;
    line.classList.add('fresh');
    return chart?.update();
  }

  function observed() {
    observe?.update();
    if (chartButton && store.isObserved(endpoint, path)) setChart(true);
  }

  update();
  line.classList.remove('fresh');
  observed();
  return { element, update, observed, destroy: () => chart?.destroy() };
}
