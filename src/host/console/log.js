/** The messages that went over CoAP, newest last. */
import { h, timeText } from './dom.js';

const MAX_ROWS = 500;

const shown = (text, length) => (text && text.length > length ? `${text.slice(0, length)}…` : (text ?? ''));

function makeEntry(entry) {
  const { timestamp, incoming, type, code, mId, token, path, format, payload, decoded, options, ep, peer, length } = entry;
  const error = /^[45]\./.test(code) || type === 'RST' || code === 'MALFORMED';
  const cells = [
    ['time', timeText(timestamp) + `.${String(timestamp % 1000).padStart(3, '0')}`],
    ['way', incoming ? '←' : '→', incoming ? 'from the device' : 'to the device'],
    ['ep', ep ?? peer],
    ['type', type],
    ['code', code === 'EMPTY' ? '' : code],
    ['mid', `#${mId}`],
    ['token', token],
    ['path', path ?? ''],
    ['format', format ?? ''],
    ['payload', shown(decoded?.replaceAll('\n', ' · ') ?? payload, 160)],
  ];
  const lines = [
    ['Options', options],
    ['Payload', payload],
    ['Decoded', decoded],
    ['Peer', `${peer}, ${length} bytes`],
  ].filter(([, text]) => text);
  return h(
    'details',
    { class: `message ${incoming ? 'in' : 'out'}${error ? ' error' : ''}`, 'data-code': code },
    h(
      'summary',
      {},
      cells.map(([name, text, title]) => h('span', { class: name, title: title ?? (text.length > 12 ? text : null) }, text)),
    ),
    h(
      'dl',
      {},
      lines.map(([name, text]) => h('div', {}, h('dt', {}, name), h('dd', {}, h('pre', {}, text)))),
    ),
  );
}

/** Fills `holder`; `current` tells the client that the page shows. Returns { add(entry), refresh() }. */
export function makeLog(holder, current) {
  const rows = h('div', { class: 'messages', tabindex: '0', 'aria-label': 'Messages' });
  const entries = [];
  let waiting = [];
  let paused = false;
  let scheduled = false;
  const only = h('input', { type: 'checkbox', checked: true, onchange: () => refresh() });
  const count = h('span', { class: 'count' });
  const pause = h(
    'button',
    {
      type: 'button',
      'aria-pressed': 'false',
      onclick: () => {
        paused = !paused;
        pause.setAttribute('aria-pressed', String(paused));
        pause.textContent = paused ? 'Go on' : 'Pause';
        schedule();
      },
    },
    'Pause',
  );
  const fold = h(
    'button',
    { type: 'button', class: 'quiet', 'aria-expanded': 'true', onclick: () => setOpen(holder.classList.contains('closed')) },
    'CoAP messages',
  );
  holder.append(
    h(
      'header',
      {},
      fold,
      count,
      h('label', { class: 'check' }, only, ' this client only'),
      pause,
      h(
        'button',
        {
          type: 'button',
          onclick: () => {
            entries.length = 0;
            waiting = [];
            refresh();
          },
        },
        'Clear',
      ),
    ),
    rows,
  );

  function setOpen(open) {
    holder.classList.toggle('closed', !open);
    fold.setAttribute('aria-expanded', String(open));
    localStorage.setItem('wixt-log', open ? 'open' : 'closed');
  }

  const wanted = (entry) => !only.checked || current() === undefined || entry.ep === current() || entry.ep === undefined;

  function flush() {
    scheduled = false;
    if (paused) return;
    const atEnd = rows.scrollHeight - rows.scrollTop - rows.clientHeight < 40;
    entries.push(...waiting);
    rows.append(...waiting.filter(wanted).slice(-MAX_ROWS).map(makeEntry));
    waiting = [];
    entries.splice(0, Math.max(0, entries.length - MAX_ROWS * 4));
    while (rows.children.length > MAX_ROWS) rows.firstChild.remove();
    if (atEnd) rows.scrollTop = rows.scrollHeight;
    count.textContent = `${rows.children.length}`;
  }

  // many messages make one change of the page
  function schedule() {
    if (scheduled) return;
    scheduled = true;
    setTimeout(flush, 60);
  }

  function refresh() {
    rows.replaceChildren(...entries.filter(wanted).slice(-MAX_ROWS).map(makeEntry));
    rows.scrollTop = rows.scrollHeight;
    count.textContent = `${rows.children.length}`;
  }

  setOpen(localStorage.getItem('wixt-log') !== 'closed');
  return {
    add(entry) {
      waiting.push(entry);
      if (waiting.length > MAX_ROWS * 4) waiting.shift();
      schedule();
    },
    refresh,
  };
}
