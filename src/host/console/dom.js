/** Elements without strings of HTML: whatever a device sends stays text. */

/**
 * h('button', { class: 'x', onclick: f, disabled: true }, 'text', child, …)
 * Functions become listeners, booleans attributes that are there or not, null and undefined nothing.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button; while its action runs it is busy and cannot be pressed. Errors of the action become a toast. */
export function button(text, action, props = {}) {
  const element = h('button', { type: 'button', ...props }, text);
  element.addEventListener('click', () => busy(element, action));
  return element;
}

export async function busy(element, action) {
  if (element.getAttribute('aria-busy') === 'true') return;
  element.setAttribute('aria-busy', 'true');
  try {
    await action();
  } catch (error) {
    toast(error.message, 'bad');
  } finally {
    element.removeAttribute('aria-busy');
  }
}

const TOAST_MS = 6000;

export function toast(text, kind = 'good') {
  const element = h(
    'div',
    { class: `toast ${kind}` },
    h('span', {}, text),
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Dismiss', onclick: () => element.remove() }, '×'),
  );
  const list = document.getElementById('toasts');
  list.append(element);
  while (list.children.length > 4) list.firstChild.remove();
  setTimeout(() => element.remove(), TOAST_MS);
}

/**
 * A form in a modal dialog: `fields` are its elements, `submit` gets called with the form. The dialog closes when that succeeds;
 * an error stays in it, so that what was typed is not lost. Without `submit` it only informs.
 */
export function showDialog(title, fields, action, submit) {
  const failed = h('p', { class: 'failed', role: 'alert' });
  const send = submit && h('button', { class: 'primary' }, action);
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', {}, title),
    h('div', { class: 'fields' }, ...fields),
    failed,
    h('div', { class: 'actions' }, h('button', { type: 'button', onclick: () => dialog.close() }, submit ? 'Cancel' : 'Close'), send),
  );
  const dialog = h('dialog', {}, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!submit || send.getAttribute('aria-busy') === 'true') return;
    send.setAttribute('aria-busy', 'true');
    failed.textContent = '';
    try {
      await submit(form);
      dialog.close();
    } catch (error) {
      failed.textContent = error.message;
    } finally {
      send.removeAttribute('aria-busy');
    }
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function timeText(milliseconds) {
  const date = new Date(milliseconds);
  return date.toLocaleTimeString([], { hour12: false });
}

/** "3 s", "5 min", "2 h", "4 d" */
export function duration(seconds) {
  for (const [unit, size] of [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
  ])
    if (seconds >= 2 * size) return `${Math.floor(seconds / size)} ${unit}`;
  return `${Math.max(0, Math.floor(seconds))} s`;
}
