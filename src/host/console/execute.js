/** Execute: at once, behind a question where it ends the connection, or with arguments. */
import { api } from './api.js';
import { confirmDialog, showDialog } from './dialog.js';
import { h } from './dom.js';
import { field } from './forms.js';
import { toast } from './toast.js';

/** Object and resource → what happens, of those that a person would not want by a slip. */
const GRAVE = {
  '1/4': 'The device disables this server and says nothing to it for the time in Disable Timeout.',
  '1/8': 'The device registers anew.',
  '1/9': 'The device goes to its bootstrap server; it may come back with other settings, or not.',
  '3/4': 'The device restarts: it is gone for a while, and observations end.',
  '3/5': 'The device forgets its settings and values, and may not find this server again.',
  '5/2': 'The device installs the firmware that it was given, and restarts.',
  '9/4': 'The device installs the software that it was given.',
  '9/6': 'The device removes the software.',
};

/** What an Execute at `path` does that one should know of before. */
function warningOf(path) {
  const [, object, , resource] = path.split('/');
  return GRAVE[`${object}/${resource}`];
}

async function execute(endpoint, path, name, args) {
  await api.execute(endpoint, path, args);
  toast(`${name} executed`);
}

export async function askExecute(endpoint, path, name) {
  const warning = warningOf(path);
  if (!warning) return execute(endpoint, path, name, '');
  confirmDialog(`Execute ${name} ${path}?`, warning, 'Execute', () => execute(endpoint, path, name, ''));
  return undefined;
}

export function executeDialog(endpoint, path, name) {
  const input = h('input', { type: 'text', placeholder: "0='5',1", autocomplete: 'off', spellcheck: 'false' });
  const warning = warningOf(path);
  showDialog(
    `Execute ${name} ${path}`,
    [
      warning && h('p', {}, warning),
      field('Arguments', input, 'Digits 0 to 9 with or without a value in quotes. Most resources need none.'),
    ].filter(Boolean),
    'Execute',
    () => execute(endpoint, path, name, input.value.trim()),
    { danger: Boolean(warning) },
  );
}
