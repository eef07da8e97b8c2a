/** What a definition says: facts in a line, and its description on request. */
import { h } from './dom.js';

const typeText = (type) => (type === 'none' ? '' : String(type).replace('_', ' '));

/** "integer, %, 0..100" */
export const factsOf = ({ type, units, range, meanings }) =>
  [typeText(type), units, Object.keys(meanings ?? {}).length ? '' : range].filter(Boolean).join(', ');

/** "0 = Idle, 1 = Downloading", of an enumeration */
export const meaningsText = ({ meanings = {} }) =>
  Object.entries(meanings)
    .map(([value, meaning]) => `${value} = ${meaning}`)
    .join(', ');

/**
 * A button "?" and the text that it folds out; undefined where the definition says nothing. Returns { toggle, text }.
 * @param {{ description?: string, description2?: string, range?: string, meanings?: Record<string, string> }} definition
 * @param {string} name
 */
export function makeAbout(definition, name) {
  const { description = '', description2 = '', range = '', meanings = {} } = definition;
  const values = Object.entries(meanings);
  const paragraphs = [description, description2, range.length > 40 && `Range: ${range}`].filter(Boolean);
  if (!paragraphs.length && !values.length) return undefined;
  const text = h('div', { class: 'about', hidden: true });
  const toggle = h(
    'button',
    { type: 'button', class: 'help', 'aria-expanded': 'false', 'aria-label': `About ${name}`, title: paragraphs[0]?.slice(0, 600) ?? null },
    '?',
  );
  toggle.addEventListener('click', () => {
    if (!text.firstChild) {
      text.append(...paragraphs.map((paragraph) => h('p', {}, paragraph)));
      if (values.length) text.append(h('dl', {}, values.map(([value, meaning]) => h('div', {}, h('dt', {}, value), h('dd', {}, meaning)))));
    }
    text.hidden = !text.hidden;
    toggle.setAttribute('aria-expanded', String(!text.hidden));
  });
  return { toggle, text };
}
