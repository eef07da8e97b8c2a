/** How values, times and durations are shown: as text, never HTML. No page is needed here. */

const pad = (number, digits = 2) => String(number).padStart(digits, '0');

/**
 * A moment in the browser's time zone, of 24 hours wherever the page shows one: "2026-11-30 17:05:09".
 * @param {number} milliseconds since 1970
 * @param {{ date?: boolean, fraction?: boolean, now?: number }} [options] `date`: false leaves it away, by default where it is today;
 *   `fraction`: with milliseconds
 */
export function timeText(milliseconds, { date, fraction = false, now = Date.now() } = {}) {
  const moment = new Date(milliseconds);
  if (Number.isNaN(moment.getTime())) return String(milliseconds);
  const clock =
    [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((part) => pad(part)).join(':') +
    (fraction ? `.${pad(moment.getMilliseconds(), 3)}` : '');
  return (date ?? new Date(now).toDateString() !== moment.toDateString()) ? `${dateText(milliseconds)} ${clock}` : clock;
}

/** "2026-11-30" */
export function dateText(milliseconds) {
  const moment = new Date(milliseconds);
  return `${pad(moment.getFullYear(), 4)}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}

/** The moment that such a text means, in milliseconds, or whole seconds since 1970; undefined for anything else, also for 31 February. */
export function parseTime(text) {
  const trimmed = text.trim();
  if (/^[+-]?\d{1,20}$/.test(trimmed)) {
    const seconds = Number(trimmed);
    return Number.isSafeInteger(seconds * 1000) ? seconds * 1000 : `${trimmed.replace(/^\+/, '')}000`;
  }
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/.exec(trimmed);
  if (!parts) return undefined;
  const [year, month, day, hours, minutes, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const moment = new Date(2000, month - 1, day, hours, minutes, seconds);
  moment.setFullYear(year, month - 1, day);
  return moment.getMonth() === month - 1 && moment.getDate() === day && hours < 24 && minutes < 60 && seconds < 60 ? moment.getTime() : undefined;
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

/** Replaces invisible characters, and those that change the direction of text, by their numbers. */
export const visible = (text) =>
  text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu,
    (character) => `\\u${pad(character.charCodeAt(0).toString(16), 4)}`,
  );

/** significant digits from which a number looks like one of 4 bytes in the clothes of 8 */
const NOISE = 13;

/**
 * The shortest digits that mean the same number: the same of 4 bytes where it is one of 4 bytes (21.1, not 21.100000381469727), else the
 * same of 8. Whole numbers keep all their digits, and so does what is no longer than a person would write.
 * @param {string | number} value
 */
export function floatText(value) {
  const number = Number(value);
  if (typeof value === 'string' && value.trim() === '') return value;
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number < 0 ? '-Infinity' : 'Infinity';
  if (Object.is(number, -0)) return '-0';
  if (Number.isSafeInteger(number)) return typeof value === 'string' && /^-?\d+$/.test(value) ? value : String(number);
  const digits = String(Math.abs(number)).replace(/e.*$/, '').replace('.', '').replace(/^0+/, '').length;
  if (digits < NOISE || Math.fround(number) !== number) return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? value : String(number);
  for (let kept = 1; kept < 10; kept++) {
    const shorter = Number(number.toPrecision(kept));
    if (Math.fround(shorter) === number) return String(shorter);
  }
  return String(number);
}

/** The date of the years that a calendar shows; else the number, since a date would be none or a guess. */
function showTime(value) {
  if (!/^-?\d{1,24}(\.\d+)?$/.test(String(value))) return { text: visible(String(value)), note: 'not a time' };
  const milliseconds = Number(value);
  const seconds = /000$/.test(String(value)) ? String(value).slice(0, -3) || '0' : String(milliseconds / 1000);
  const year = new Date(milliseconds).getFullYear();
  if (Number.isNaN(year) || year > 9999 || year < 1)
    return { text: `${seconds} s`, note: `too far from 1970 for a date${Math.abs(milliseconds / 1e15 - 1.75) < 1.25 ? '; perhaps milliseconds, where seconds belong' : ''}` };
  const text = timeText(milliseconds, { date: true });
  if (milliseconds === 0) return { text, note: '0: the device may have no time yet' };
  return milliseconds < 0 ? { text, note: `${seconds} s, before 1970` } : { text, title: `${seconds} s since 1970, ${new Date(milliseconds).toISOString()}` };
}

/** text of so many characters is shown in a row; the rest on request */
const LONG = 300;

function showText(value) {
  if (value === '') return { text: '', note: 'empty' };
  if (value.length <= LONG) return { text: visible(value) };
  return { text: `${visible(value.slice(0, LONG))}…`, note: `${value.length} characters`, whole: value };
}

function showOpaque(value) {
  if (value === '') return { text: '', note: 'empty' };
  const bytes = value.length / 2;
  const spaced = (hex) => hex.replace(/(..)(?=.)/g, '$1 ');
  const note = bytes === 1 ? '1 byte' : `${bytes} bytes`;
  return bytes <= 64 ? { text: spaced(value), note } : { text: `${spaced(value.slice(0, 128))} …`, note, whole: spaced(value) };
}

/**
 * The text for a value of the REST interface, whatever it holds.
 * @param {string} type
 * @param {unknown} value
 * @param {Record<string, string>} [meanings] what the values of an enumeration mean
 * @returns {{ text: string, note?: string, title?: string, whole?: string }} `note` stands beside the text, `whole` is the full value if the text is shortened
 */
export function showValue(type, value, meanings = {}) {
  if (value === null || value === undefined) return { text: '', note: 'no value' };
  switch (String(type).toUpperCase()) {
    case 'TIME':
      return showTime(value);
    case 'FLOAT': {
      const text = typeof value === 'string' || typeof value === 'number' ? floatText(value) : JSON.stringify(value);
      return String(value) === text ? { text } : { text, title: `exactly ${value}` };
    }
    case 'OBJLNK': {
      if (typeof value !== 'object') return showText(String(value));
      const text = `${value.objectId}:${value.objectInstanceId}`;
      return text === '65535:65535' ? { text, note: 'no link' } : { text };
    }
    case 'OPAQUE':
      return typeof value === 'string' && /^([0-9a-f]{2})*$/i.test(value) ? showOpaque(value) : showText(String(value));
    case 'INTEGER':
    case 'UNSIGNED_INTEGER': {
      const text = String(value);
      return Object.hasOwn(meanings, text) ? { text, note: meanings[text] } : { text: visible(text) };
    }
    default:
      return showText(typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
}

/** The same as one line, for logs, titles and inputs. */
export function valueText(type, value) {
  const { text, note } = showValue(type, value);
  return note ? `${text}${text && ' '}(${note})` : text;
}
