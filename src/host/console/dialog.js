/** Modal dialogs: questions before an operation, and answers that are long. */
import { h } from './dom.js';

let number = 0;

/** The first field: its text is selected, so that typing replaces it. */
function begin(dialog) {
  const first = dialog.querySelector('.fields :is(input:not([type="checkbox"], [type="radio"], [type="file"], [readonly], .id), textarea:not([readonly]), select)');
  if (!first) return;
  first.focus();
  if (typeof first.select === 'function') first.select();
}

/**
 * A form in a modal dialog. It closes when `submit` succeeds; an error stays in it, so that what was typed is not lost, and the field that is
 * wrong gets the focus (`error.field`). Without `submit` it only informs. Escape closes it.
 * @param {string} title
 * @param {unknown[]} fields
 * @param {string} [action] what the button says
 * @param {() => unknown} [submit]
 * @param {{ danger?: boolean }} [options]
 */
export function showDialog(title, fields, action, submit, { danger = false } = {}) {
  const id = `dialog-${++number}`;
  const failed = h('p', { class: 'failed', role: 'alert' });
  const send = submit && h('button', { class: danger ? 'primary risky' : 'primary' }, action);
  const form = h(
    'form',
    { method: 'dialog', novalidate: true },
    h('h2', { id }, title),
    h('div', { class: 'fields' }, ...fields),
    failed,
    h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => dialog.close() }, submit ? 'Cancel' : 'Close'), send),
  );
  const dialog = h('dialog', { 'aria-labelledby': id }, form);
  const before = document.activeElement;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!submit || send.getAttribute('aria-busy') === 'true') return;
    failed.textContent = '';
    for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
    send.setAttribute('aria-busy', 'true');
    try {
      await submit(form);
      dialog.close();
    } catch (error) {
      failed.textContent = error.message;
      error.field?.setAttribute('aria-invalid', 'true');
      error.field?.focus();
    } finally {
      send.removeAttribute('aria-busy');
    }
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    // what opened it may be gone with what it did
    if (document.activeElement === document.body && !document.querySelector('dialog[open]'))
      (before?.isConnected ? before : document.getElementById('main')).focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  begin(dialog);
  return dialog;
}

/**
 * Asks before something that cannot be taken back, or ends the connection.
 * @param {string} title
 * @param {string} text
 * @param {string} action
 * @param {() => unknown} submit
 */
export const confirmDialog = (title, text, action, submit) => showDialog(title, [h('p', {}, text)], action, submit, { danger: true });

/** Shows a text in full. */
export function textDialog(title, text) {
  showDialog(title, [h('textarea', { class: 'whole', readonly: true, rows: '16', 'aria-label': title, spellcheck: 'false', value: text })]);
}
