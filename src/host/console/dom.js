/** Elements without strings of HTML: whatever a device sends stays text. */
import { toast } from './toast.js';

/**
 * h('button', { class: 'x', onclick: f, disabled: true }, 'text', child, …)
 * Functions become listeners, booleans attributes that are there or not, null and undefined nothing.
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...unknown} children
 * @returns {any} the element
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Changes a text only if it differs: an equal text costs no layout. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * A button; while its action runs it is busy and cannot be pressed. Errors of the action become a toast. A button with
 * `device: true` needs the device: `setReachable` greys it.
 * @param {string} text
 * @param {() => unknown} action
 * @param {Record<string, unknown> & { device?: boolean, label?: string }} [props] `label`: what a screen reader says, beginning with the text
 */
export function button(text, action, { device = false, label, ...props } = {}) {
  const element = h('button', { type: 'button', 'aria-label': label, 'data-device': device, ...props }, text);
  element.addEventListener('click', () => busy(element, action));
  return element;
}

/** Runs an action for a button, unless it is greyed or at work; a click by mouse, by keyboard and by program are the same here. */
export async function busy(element, action) {
  if (element.getAttribute('aria-busy') === 'true' || element.getAttribute('aria-disabled') === 'true') return;
  element.setAttribute('aria-busy', 'true');
  try {
    await action();
  } catch (error) {
    toast(error.message, 'bad');
  } finally {
    element.removeAttribute('aria-busy');
  }
}

/**
 * Greys the buttons that need the device, or brings them back. They keep the focus, as `disabled` would not let them, and `busy` refuses
 * their clicks.
 */
export function setReachable(holder, reachable) {
  for (const element of holder.querySelectorAll('button[data-device]')) setAttribute(element, 'aria-disabled', reachable ? null : 'true');
}

/** Removes an element; a focus in it goes to `heir` and not to the page's body. */
export function removeElement(element, heir) {
  const focused = element.contains(document.activeElement);
  element.remove();
  if (focused) heir?.focus();
}
