/** What a modem says, line by line (V.250), and the fields of a line. Bytes come in pieces of any size; a datagram among them is no line. */

export interface Lines {
  /** The bytes that are no whole line yet. */
  _in: string;
  /** Bytes of a datagram that come next. */
  _skip: number;
}

/** More than a line: noise. */
const LONGEST = 512;

export function createLines(): Lines {
  return { _in: '', _skip: 0 };
}

/** A number in decimals, with sign and point; undefined for anything else. */
export function decimal(text: string): number | undefined {
  const sign = text.charCodeAt(0);
  let at = sign === 45 || sign === 43 ? 1 : 0;
  let digits = 0;
  let scale = 0;
  let value = 0;
  // No line has longer ones; beyond that it would be no number on any engine.
  if (text.length > 40) return undefined;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 46 && !scale) scale = 1;
    else if (c < 48 || c > 57) return undefined;
    else {
      value = value * 10 + c - 48;
      scale *= 10;
      digits++;
    }
  }
  if (!digits) return undefined;
  if (scale) value = value / scale;
  return sign === 45 ? -value : value;
}

/** Whether a line begins with a text. By `slice`: Espruino's `indexOf` finds the beginning of a longer text at the end of a line. */
export function begins(line: string, text: string): boolean {
  return line.slice(0, text.length) === text;
}

/** A field behind the colon, without its quotes; the first is 0. "" where there is none: ask `countFields`. */
export function fieldOf(line: string, index: number): string {
  let at = line.indexOf(':') + 1;
  for (;;) {
    while (line.charAt(at) === ' ') at++;
    const quoted = line.charAt(at) === '"';
    const close = quoted ? line.indexOf('"', at + 1) : -1;
    const comma = line.indexOf(',', close < 0 ? at : close);
    if (index === 0) {
      if (close >= 0) return line.slice(at + 1, close);
      return line.slice(at, comma < 0 ? line.length : comma);
    }
    if (comma < 0) return '';
    at = comma + 1;
    index--;
  }
}

/** How many fields there are. */
export function countFields(line: string): number {
  let count = 1;
  let quoted = false;
  for (let at = line.indexOf(':') + 1; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c === 34) quoted = !quoted;
    else if (c === 44 && !quoted) count++;
  }
  return count;
}

export function numberOf(line: string, index: number): number | undefined {
  return decimal(fieldOf(line, index));
}

/** A number in hexadecimal digits; undefined for anything else. */
export function hexOf(line: string, index: number): number | undefined {
  const text = fieldOf(line, index);
  let value = 0;
  if (!text.length || text.length > 8) return undefined;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    const digit = c < 58 ? c - 48 : (c & 0xdf) - 55;
    if (!(digit >= 0 && digit < 16) || (c > 57 && digit < 10)) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

/** A number from `low` to `high`, or undefined. */
export function within(value: number | undefined, low: number, high: number): number | undefined {
  return value !== undefined && value >= low && value <= high ? value : undefined;
}

/** Adds what has come: a byte in each character. */
export function addPiece(l: Lines, piece: string): void {
  l._in = l._in + piece;
}

/** How many bytes of a datagram follow a line, as BG96's +QIRD and +QIURC announce them. */
function announced(line: string): number {
  let count: number | undefined = 0;
  if (begins(line, '+QIRD: ')) {
    // Three numbers are counters; the second of data is nothing, or whose it is.
    if (line.indexOf(',') < 0 || line.indexOf('"') > 0) count = numberOf(line, 0);
  } else if (begins(line, '+QIURC: "recv",') && countFields(line) > 2) count = numberOf(line, 2);
  return within(count, 0, 1500) || 0;
}

/** Takes a datagram of ESP-AT from the beginning of what has come; true where more must come before anybody can say. */
function takeDatagram(l: Lines): boolean {
  const receive = begins(l._in, '+CIPRECVDATA');
  if (!receive && !begins(l._in, '+IPD,')) return false;
  const colon = l._in.indexOf(':');
  const end = l._in.indexOf('\n');
  if (colon < 0 && end < 0) return l._in.length < LONGEST;
  if (colon < 0 || (end >= 0 && end < colon)) return false;
  let at = colon + 1;
  let count: number | undefined = 0;
  if (receive && l._in.charAt(12) === ':') {
    // +CIPRECVDATA:length,"address",port,data
    const first = l._in.indexOf(',', at);
    const second = first < 0 ? -1 : l._in.indexOf(',', first + 1);
    const third = second < 0 ? -1 : l._in.indexOf(',', second + 1);
    if (first < 0 || first + 1 === l._in.length || (l._in.charAt(first + 1) === '"' && third < 0)) return l._in.length < LONGEST && end < 0;
    count = decimal(l._in.slice(at, first));
    at = l._in.charAt(first + 1) === '"' ? third + 1 : first + 1;
  } else {
    // +IPD,length:… or +IPD,link,length,"address",port:… or +CIPRECVDATA,length:…
    const head = ':' + l._in.slice(receive ? 13 : 5, colon);
    // The length is the second number where there are two before the address, or only two.
    const fields = countFields(head);
    count = numberOf(head, fields === 2 || fields === 4 ? 1 : 0);
  }
  l._skip = within(count, 0, 1500) || 0;
  l._in = l._in.slice(at);
  return false;
}

/** The next line, without its end; undefined until more has come. Empty ones are left out. */
export function nextLine(l: Lines): string | undefined {
  for (;;) {
    if (l._skip) {
      const taken = Math.min(l._skip, l._in.length);
      l._skip -= taken;
      l._in = l._in.slice(taken);
      if (l._skip) return undefined;
    }
    if (takeDatagram(l)) return undefined;
    if (!l._skip) {
      const end = l._in.indexOf('\n');
      if (end < 0) {
        if (l._in.length > LONGEST) l._in = '';
        return undefined;
      }
      let to = end;
      while (to > 0 && l._in.charAt(to - 1) === '\r') to--;
      // An echo ends with CR alone.
      let from = to;
      while (from > 0 && l._in.charAt(from - 1) !== '\r') from--;
      const line = l._in.slice(from, to);
      l._in = l._in.slice(end + 1);
      l._skip = line ? announced(line) : 0;
      if (line > ' ') return line;
    }
  }
}
