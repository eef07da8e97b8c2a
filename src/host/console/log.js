/** The CoAP messages, newest last: keeps a thousand and draws the visible ones. */
import { h, setText } from './dom.js';
import { timeText } from './values.js';
import { makeVirtualList } from './virtual.js';

/** messages kept */
const MAX_ENTRIES = 2000;
/** pixels, as in parts.css */
const ROW = 20;
/** Many messages make few changes of the page: the next one so many milliseconds after the last. */
const PAUSE_MS = 200;

const shown = (text, length) => (text && text.length > length ? `${text.slice(0, length)}…` : (text ?? ''));
/** A key that is equal for the same message from the stream of events and from the list. */
const keyOf = ({ timestamp, incoming, type, code, mId, token, peer, length }) => [timestamp, incoming, type, code, mId, token, peer, length].join();
const isError = ({ type, code }) => /^[45]\./.test(code) || type === 'RST' || code === 'MALFORMED';

function makeDetails({ options, payload, decoded, peer, length }) {
  const lines = [
    ['Options', options],
    ['Payload', payload],
    ['Decoded', decoded],
    ['Peer', `${peer}, ${length} bytes`],
  ].filter(([, text]) => text);
  return h(
    'dl',
    {},
    lines.map(([name, text]) => h('div', {}, h('dt', {}, name), h('dd', {}, h('pre', {}, text)))),
  );
}

function makeSummary(entry) {
  const { timestamp, incoming, type, code, mId, token, path, format, payload, decoded, ep, peer } = entry;
  const cells = [
    ['time', timeText(timestamp, { date: false, fraction: true }), timeText(timestamp, { date: true, fraction: true })],
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
  return h(
    'summary',
    {},
    cells.map(([name, text, title]) => h('span', { class: name, title: title ?? (text.length > 12 ? text : null) }, text)),
  );
}

/**
 * Fills `holder`; `current` returns the client that the page shows. Returns { add(entry), merge(list), refresh() }.
 * @param {HTMLElement} holder
 * @param {() => string | undefined} current
 */
export function makeLog(holder, current) {
  const list = h('div', { class: 'lines' });
  const scroller = h('div', { class: 'messages', tabindex: '0', role: 'region', 'aria-label': 'Messages' }, list);
  /** those kept, each with its number */
  let entries = [];
  let wanted = [];
  let waiting = [];
  let number = 0;
  let paused = false;
  let timer;
  let last = 0;
  const opened = new Set();

  const only = h('input', { type: 'checkbox', checked: true, onchange: () => refresh() });
  const count = h('span', { class: 'count' });
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => setPaused(!paused) }, 'Pause');
  const fold = h(
    'button',
    { type: 'button', class: 'quiet', 'aria-expanded': 'true', onclick: () => setOpen(holder.classList.contains('closed')) },
    'CoAP messages',
  );
  const clear = h('button', { type: 'button', 'aria-label': 'Clear the messages', onclick: () => empty() }, 'Clear');
  holder.append(h('header', {}, fold, count, h('label', { class: 'check' }, only, ' this client only'), pause, clear), scroller);

  function make(entry) {
    const key = String(entry.number);
    const details = h(
      'details',
      { class: `message ${entry.incoming ? 'in' : 'out'}${isError(entry) ? ' error' : ''}`, 'data-code': entry.code, open: opened.has(key) },
      makeSummary(entry),
      opened.has(key) && makeDetails(entry),
    );
    details.addEventListener('toggle', () => {
      if (details.open) opened.add(key);
      else opened.delete(key);
      if (details.open && details.children.length < 2) details.append(makeDetails(entry));
      rows.setHigher(key, details.open ? details.offsetHeight - ROW : 0);
    });
    return details;
  }

  const rows = makeVirtualList({
    scroller,
    list,
    height: ROW,
    keyOf: (entry) => String(entry.number),
    make,
    refocus: () => scroller.focus(),
  });

  const isWanted = (entry) => !only.checked || current() === undefined || entry.ep === current() || entry.ep === undefined;

  function draw(follow, dropped = 0) {
    const { top } = rows;
    rows.show(wanted);
    setText(count, String(wanted.length));
    if (follow) rows.scrollTo(rows.end);
    else if (dropped) rows.scrollTo(Math.max(0, top - dropped * ROW));
  }

  function flush() {
    timer = undefined;
    if (paused || holder.classList.contains('closed') || document.hidden) return;
    last = performance.now();
    const follow = rows.atEnd;
    const fresh = waiting;
    waiting = [];
    entries = [...entries, ...fresh].slice(-MAX_ENTRIES);
    const first = entries[0]?.number ?? 0;
    const kept = wanted.filter((entry) => entry.number >= first);
    const dropped = wanted.length - kept.length;
    wanted = [...kept, ...fresh.filter((entry) => entry.number >= first && isWanted(entry))];
    for (const key of opened) if (Number(key) < first) opened.delete(key);
    draw(follow, dropped);
  }

  function schedule() {
    timer ??= setTimeout(() => requestAnimationFrame(flush), Math.max(0, last + PAUSE_MS - performance.now()));
  }

  function refresh() {
    wanted = entries.filter(isWanted);
    draw(true);
  }

  function empty() {
    entries = [];
    wanted = [];
    waiting = [];
    draw(true);
  }

  function setPaused(on) {
    paused = on;
    pause.setAttribute('aria-pressed', String(on));
    setText(pause, on ? 'Resume' : 'Pause');
    schedule();
  }

  function setOpen(open) {
    holder.classList.toggle('closed', !open);
    fold.setAttribute('aria-expanded', String(open));
    localStorage.setItem('wixt-log', open ? 'open' : 'closed');
    schedule();
  }

  document.addEventListener('visibilitychange', schedule);
  setOpen(localStorage.getItem('wixt-log') !== 'closed');
  return {
    add(entry) {
      waiting.push({ ...entry, number: number++ });
      if (waiting.length > 2 * MAX_ENTRIES) waiting = waiting.slice(-MAX_ENTRIES);
      schedule();
    },
    /** Takes a list of the newest messages; those that are here already do not come twice. */
    merge(list) {
      const known = new Set([...entries, ...waiting].map(keyOf));
      const missed = list.filter((entry) => !known.has(keyOf(entry)));
      if (missed.length === 0) return;
      // they may be older than the messages shown
      waiting = [...entries, ...missed, ...waiting].sort((a, b) => a.timestamp - b.timestamp).map((entry) => ({ ...entry, number: number++ }));
      entries = [];
      wanted = [];
      opened.clear();
      schedule();
    },
    refresh,
  };
}
