/** Short messages at the edge of the page. */

const GOOD_MS = 6000;
const MOST = 4;

/**
 * Shows a message. Success disappears by itself, unless the pointer is on it. An error stays until it is dismissed or displaced by others.
 * @param {string} text
 * @param {'good' | 'bad'} [kind]
 */
export function toast(text, kind = 'good') {
  const list = document.getElementById(kind === 'bad' ? 'errors' : 'toasts');
  const same = [...list.children].find((element) => element.firstChild.textContent === text);
  same?.remove();
  const element = document.createElement('div');
  element.className = `toast ${kind}`;
  const said = document.createElement('span');
  said.textContent = text;
  const dismiss = document.createElement('button');
  dismiss.type = 'button';
  dismiss.className = 'quiet';
  dismiss.textContent = '×';
  dismiss.setAttribute('aria-label', `Dismiss: ${text.slice(0, 60)}`);
  dismiss.addEventListener('click', () => close(true));
  element.append(said, dismiss);
  list.append(element);
  while (list.children.length > MOST) list.firstChild.remove();

  function close(byHand) {
    const { nextElementSibling, previousElementSibling } = element;
    const focused = element.contains(document.activeElement);
    if (!byHand && (focused || element.matches(':hover'))) return setTimeout(close, GOOD_MS);
    element.remove();
    if (focused) ((nextElementSibling ?? previousElementSibling)?.querySelector('button') ?? document.getElementById('main')).focus();
    return undefined;
  }
  if (kind !== 'bad') setTimeout(close, GOOD_MS);
}
