/** Execute: at once, after a question if it ends the connection, or with arguments. */
import { api } from './api.js';
import { confirmDialog, showDialog } from './dialog.js';
import { h } from './dom.js';
import { field } from './forms.js';
import { toast } from './toast.js';

/** Object and resource → what happens, of those that a person would not want by a slip. */
const GRAVE = {
  '1/4': 'The device de-registers from this server for the time in Disable Timeout.',
  '1/8': 'The device sends a registration Update.',
  '1/9': 'The device contacts its bootstrap server. It may come back with other settings, or not at all.',
  '3/4': 'The device restarts. It is away for a while, and observations end.',
  '3/5': 'The device loses its settings and values. It may not find this server again.',
  '5/2': 'The device installs the firmware that it has received, and restarts.',
  '9/4': 'The device installs the software that it has received.',
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
      field('Arguments', input, 'Digits 0 to 9, with or without a value in quotes. Most resources need no arguments.'),
    ].filter(Boolean),
    'Execute',
    () => execute(endpoint, path, name, input.value.trim()),
    { danger: Boolean(warning) },
  );
}
